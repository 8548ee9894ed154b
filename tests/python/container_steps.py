"""Random changes of Sequential and ModuleList, and all slices of small ones, with what Python makes of them, as text.

Each line of containers.txt is a step and, behind its bar, the names and items that the container then has; "!" for a
bar marks a step that failed. Item 5 is nn.Linear(5, 1, bias=False).

Left out is what Python cannot do: a ModuleList is indexed by name, so it breaks under names of one's own, and its insert
neither checks nor counts from the end; Sequential.insert under names of one's own raises KeyError or loses modules.

SPDX-License-Identifier: BSD-3-Clause
"""
import itertools
import random

from torch import nn

STEPS = 400
BOUNDS = range(-6, 7)


def item(number):
    return nn.Linear(number, 1, bias=False)


def items(container):
    return " ".join(f"{name}={module.in_features}" for name, module in container.named_children())


def has_own_names(container):
    return not all(name.isdigit() for name, _ in container.named_children())


def draw(container, number, chance):
    """A step: its text, and how it is taken. Every step that adds takes the items `number` and `number + 1`."""
    size = len(container)
    is_list = isinstance(container, nn.ModuleList)
    i = chance.randint(-size - 2, size + 1)
    start, stop, step = chance.randint(-6, 6), chance.randint(-6, 6), chance.choice([-2, -1, 1, 2, 3])
    place = chance.randint(0, size) if is_list else i
    steps = {
        "append": (f"append {number}", lambda: container.append(item(number))),
        "extend": (f"extend {number} {number + 1}", lambda: container.extend([item(number), item(number + 1)])),
        "insert": (f"insert {place} {number}", lambda: container.insert(place, item(number))),
        "replace": (f"replace {i} {number}", lambda: container.__setitem__(i, item(number))),
        "delete": (f"delete {i}", lambda: container.__delitem__(i)),
        "pop": (f"pop {i}", lambda: container.pop(i)),
        "name": (f"name {chance.choice('xyz')}{number % 2} {number}", None),
        "slice": (f"slice {start} {stop} {step}", lambda: container[start:stop:step]),
    }
    kinds = ["append", "extend", "insert", "replace", "delete", "pop", "slice"]
    if size > 8:
        kinds += ["delete", "pop"] * 2
    if not is_list:
        kinds.append("name")
    if has_own_names(container):
        kinds.remove("insert")
    text, take = steps[chance.choice(kinds)]
    if text.startswith("name"):
        name = text.split()[1]
        return text, lambda: container.add_module(name, item(number))
    return text, take


def walk(container, seed):
    chance = random.Random(seed)
    yield type(container).__name__
    for number in range(1, 2 * STEPS, 2):
        text, take = draw(container, number, chance)
        try:
            result = take()
            bar = "|"
        except IndexError:
            bar = "!"
        yield f"{text} {bar} {items(result if text.startswith('slice') else container)}"


def slices():
    """The positions that Python's slices pick: size start stop step: positions."""
    for size, start, stop, step in itertools.product((0, 1, 4), BOUNDS, BOUNDS, (-5, -2, -1, 1, 2, 5)):
        picked = " ".join(map(str, range(size)[start:stop:step]))
        yield f"{size} {start} {stop} {step}: {picked}".rstrip()


def write(folder):
    lines = itertools.chain(walk(nn.Sequential(), seed=1), walk(nn.ModuleList(), seed=2))
    (folder / "containers.txt").write_text("\n".join(lines) + "\n")
    (folder / "slices.txt").write_text("\n".join(slices()) + "\n")
