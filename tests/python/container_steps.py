"""Random changes of torch.nn's containers, and all slices of small ones, with what Python makes of them, as text.

Each line of containers.txt (Sequential, ModuleList) and dicts.txt (the other three) is a step and, behind its bar, the
names and items that the container then has; "!" for a bar marks a step that failed. Module 5 is
nn.Linear(5, 1, bias=False), parameter 5 has 5 elements. Behind "print" stands what print shows, its lines joined by "/".

Left out is what Python cannot do: a ModuleList is indexed by name, so it breaks under names of one's own, and its insert
neither checks nor counts from the end; Sequential.insert and *= under names of one's own raise KeyError or lose modules.

SPDX-License-Identifier: BSD-3-Clause
"""
import collections
import itertools
import random

import torch
from torch import nn

STEPS = 400
BOUNDS = range(-6, 7)
KEYS = "abcdef"


def item(number):
    return nn.Linear(number, 1, bias=False)


def items(container):
    return " ".join(f"{name}={module.in_features}" for name, module in container._modules.items())


def has_own_names(container):
    return not all(name.isdigit() for name in container._modules)


def both(container, number):
    """A container of the same kind with the items `number` and `number + 1`."""
    modules = [item(number), item(number + 1)]
    return nn.ModuleList(modules) if isinstance(container, nn.ModuleList) else nn.Sequential(*modules)


def draw(container, number, chance):
    """A step: its text, and how it is taken. Every step that adds takes the items `number` and `number + 1`."""
    size = len(container)
    is_list = isinstance(container, nn.ModuleList)
    i = chance.randint(-size - 2, size + 1)
    start, stop, step = chance.randint(-6, 6), chance.randint(-6, 6), chance.choice([-2, -1, 1, 2, 3])
    part = slice(start, stop, step)
    place = chance.randint(0, size) if is_list else i
    times = chance.randint(1, 3)
    steps = {
        "append": (f"append {number}", lambda: container.append(item(number))),
        "extend": (f"extend {number} {number + 1}", lambda: container.extend([item(number), item(number + 1)])),
        "insert": (f"insert {place} {number}", lambda: container.insert(place, item(number))),
        "replace": (f"replace {i} {number}", lambda: container.__setitem__(i, item(number))),
        "delete": (f"delete {i}", lambda: container.__delitem__(i)),
        "pop": (f"pop {i}", lambda: container.pop(i)),
        "name": (f"name {chance.choice('xyz')}{number % 2} {number}", None),
        "slice": (f"new slice {start} {stop} {step}", lambda: container[part]),
        "delete slice": (f"remove {start} {stop} {step}", lambda: container.__delitem__(part)),
        "pop slice": (f"new take {start} {stop} {step}", lambda: container.pop(part)),
        "add": (f"new plus {number} {number + 1}", lambda: container + both(container, number)),
        "add_": (f"add {number} {number + 1}", lambda: container.__iadd__(both(container, number))),
        "mul": (f"new times {times}", lambda: container * times),
        "mul_": (f"repeat {times}", lambda: container.__imul__(times)),
    }
    kinds = ["append", "extend", "insert", "replace", "delete", "pop", "slice", "delete slice", "pop slice", "add", "add_"]
    if size > 8:
        kinds += ["delete", "pop", "delete slice"] * 3
    if not is_list:
        kinds += ["name", "mul"] + (["mul_"] if size < 6 else [])
    if has_own_names(container):
        kinds = [kind for kind in kinds if kind not in ("insert", "mul_")]
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
        yield f"{text} {bar} {items(result if text.startswith('new') else container)}"


def parameter(number):
    return torch.zeros(number)


def draw_from_module_dict(container, number, chance):
    key, other = chance.choice(KEYS), chance.choice(KEYS)
    pairs = {key: item(number), other: item(number + 1)}
    return {
        f"set {key} {number}": lambda: container.__setitem__(key, item(number)),
        f"delete {key}": lambda: container.__delitem__(key),
        f"pop {key}": lambda: container.pop(key),
        f"update {key} {number} {other} {number + 1}": lambda: container.update(pairs),
        "clear": container.clear,
    }


def draw_from_parameter_list(container, number, chance):
    size = len(container)
    i = chance.randint(-size - 2, size + 1)
    start, stop, step = chance.randint(-6, 6), chance.randint(-6, 6), chance.choice([-2, -1, 1, 2, 3])
    more = [parameter(number), parameter(number + 1)]
    return {
        f"append {number}": lambda: container.append(parameter(number)),
        f"extend {number} {number + 1}": lambda: container.extend(more),
        f"add {number} {number + 1}": lambda: container.__iadd__(nn.ParameterList(more)),
        f"set {i} {number}": lambda: container.__setitem__(i, parameter(number)),
        f"get {i}": lambda: container[i],
        f"new slice {start} {stop} {step}": lambda: container[start:stop:step],
    }


def draw_from_parameter_dict(container, number, chance):
    key, other = chance.choice(KEYS), chance.choice(KEYS)
    pairs = nn.ParameterDict(collections.OrderedDict([(key, parameter(number)), (other, parameter(number + 1))]))
    return {
        f"set {key} {number}": lambda: container.__setitem__(key, parameter(number)),
        f"setdefault {key} {number}": lambda: container.setdefault(key, parameter(number)),
        f"delete {key}": lambda: container.__delitem__(key),
        f"pop {key}": lambda: container.pop(key),
        "popitem": container.popitem,
        f"update {key} {number} {other} {number + 1}": lambda: container.update(pairs),
        "clear": container.clear,
        "new copy": container.copy,
        f"new or {key} {number} {other} {number + 1}": lambda: container | pairs,
        f"new fromkeys {key} {other} {number}": lambda: container.fromkeys((key, other), parameter(number)),
    }


def shown(container):
    """The items of one of the three."""
    if isinstance(container, nn.ModuleDict):
        return items(container)
    pairs = enumerate(container) if isinstance(container, nn.ParameterList) else container.items()
    return " ".join(f"{name}={value.numel()}" for name, value in pairs)


def walk_dict(make, draw_from, seed):
    chance = random.Random(seed)
    container = make()
    yield make.__name__
    for number in range(1, 2 * STEPS, 2):
        if len(container) > 12:
            container = make()
            yield make.__name__
        steps = draw_from(container, number, chance)
        text, take = chance.choice(list(steps.items()))
        if text == "clear" and len(container) < 4:
            text, take = list(steps.items())[0]
        try:
            result = take()
            bar = "|"
        except (IndexError, KeyError, AttributeError):
            bar = "!"
        yield f"{text} {bar} {shown(result if text.startswith('new') else container)}"
        if number % 10 == 1:
            yield "print | " + str(container).replace("\n", "/")


def slices():
    """The positions that Python's slices pick: size start stop step: positions."""
    for size, start, stop, step in itertools.product((0, 1, 4), BOUNDS, BOUNDS, (-5, -2, -1, 1, 2, 5)):
        picked = " ".join(map(str, range(size)[start:stop:step]))
        yield f"{size} {start} {stop} {step}: {picked}".rstrip()


def attributes():
    """The names that Python's own attributes take: class name."""
    for make in (nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.ParameterList, nn.ParameterDict):
        for name in sorted(object.__dir__(make())):
            yield f"{make.__name__} {name}"


def write(folder):
    def put(name, *lines):
        (folder / name).write_text("\n".join(itertools.chain(*lines)) + "\n")

    put("containers.txt", walk(nn.Sequential(), seed=1), walk(nn.ModuleList(), seed=2))
    put("dicts.txt", walk_dict(nn.ModuleDict, draw_from_module_dict, seed=3),
        walk_dict(nn.ParameterList, draw_from_parameter_list, seed=4),
        walk_dict(nn.ParameterDict, draw_from_parameter_dict, seed=5))
    put("slices.txt", slices())
    put("container_attributes.txt", attributes())
