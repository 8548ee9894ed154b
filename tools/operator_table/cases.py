# SPDX-License-Identifier: BSD-3-Clause
"""tools/operators/cases.txt: the tensors and the calls that prove the operators. Read by tests/python/operators.py, and
by calls.py, which writes the same calls in C."""
import math
import re
from typing import NamedTuple

SAID = re.compile(r"(?P<overload>[a-zA-Z_]\w*(?:\.\w+)?)\((?P<arguments>.*?)\)(?: : (?P<words>[\w. -]+))?$")
SHAPED = re.compile(r"([df])(\d+(?:x\d+)*)(b?)")


class Input(NamedTuple):
    """A tensor by its name: `x = expression`, which Python writes into a file, or `q := overload(arguments)`, which C
    makes itself. d2x3 needs no line."""
    name: str
    expression: str
    is_made: bool


class Case(NamedTuple):
    overload: str   # "add.Tensor"
    arguments: str  # "x, y, alpha=2", in Python
    words: tuple    # behind the colon
    line: int

    @property
    def text(self):
        return f"{self.overload}({self.arguments})"


class Mistake(Exception):
    """A line that cannot be read."""


def call(text, line=0):
    found = SAID.match(text)
    if not found:
        raise Mistake(f"cases.txt:{line}: this is no call of an operator: {text}")
    return Case(found["overload"], found["arguments"], tuple((found["words"] or "").split()), line)


def shaped(name):
    """d2x3: of this shape, float64 or float32, two of each."""
    letter, shape, second = SHAPED.fullmatch(name).groups()
    sizes = [int(size) for size in shape.split("x")]
    numbers = f"{'sin' if second else 'cos'}(arange({math.prod(sizes)}.0).square())"
    dtype = {"d": "float64", "f": "float32"}[letter]
    return Input(name, f"{numbers}.reshape({sizes}).to({dtype})", False)


def read(path):
    """({name: Input}, [Case])"""
    inputs, cases = {}, []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, sign, expression = re.match(r"(?:(\w+) (:?=) )?(.*)", text).groups()
        if not text or text.startswith("#"):
            continue
        if sign:
            if name in inputs:
                raise Mistake(f"cases.txt:{number}: {name} is there twice")
            inputs[name] = Input(name, expression, sign == ":=")
        else:
            cases.append(call(text, number))
    used = [each.arguments for each in cases] + [each.expression for each in inputs.values()]
    for name in re.findall(r"[\w.]+", " ".join(used)):
        if SHAPED.fullmatch(name):
            inputs.setdefault(name, shaped(name))
    return inputs, cases
