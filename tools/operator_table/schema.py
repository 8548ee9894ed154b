# SPDX-License-Identifier: BSD-3-Clause
"""Reads tools/operators/schemas.txt."""
import re
from dataclasses import dataclass, field

TYPE = re.compile(r"(\w+)(?:\((\w)(!?)[^)]*\))?(\?)?(?:\[(\d*)\])?(\?)?")
FACTORY = ("dtype", "layout", "device", "pin_memory")


@dataclass(frozen=True)
class Argument:
    name: str
    kind: str                # Tensor, int, float, bool, Scalar, str, ScalarType, Layout, Device, MemoryFormat, ...
    is_written: bool = False  # Tensor(a!)
    is_list: bool = False
    length: int = 0          # of a list whose one element may stand for all; 0: of any length
    or_none: bool = False
    holds_none: bool = False  # Tensor?[]
    default: object = None   # the text of the schema; None: it has none
    by_keyword: bool = False

    @property
    def is_reduction(self):
        """1 in schemas, "mean" in Python."""
        return self.kind == "int" and self.name == "reduction"

    @property
    def is_sized(self):
        """One number, or one for each dimension."""
        if self.kind != "int" or not self.length or self.or_none or self.default is None:
            return False
        return not self.default.startswith("[") or self.name == "stride"


@dataclass
class Operator:
    since: str
    is_function: bool
    overload: str            # add.Tensor
    schema: str
    arguments: list = field(default_factory=list)
    results: list = field(default_factory=list)  # Arguments, their names "" where the schema has none
    older: dict = field(default_factory=dict)    # {release: schema}

    @property
    def base(self):
        return self.overload.partition(".")[0]

    @property
    def variant(self):
        return self.overload.partition(".")[2]

    @property
    def family(self):
        """What add, add_ and their overloads have in common."""
        return self.base.removesuffix("_")

    @property
    def is_in_place(self):
        return self.base.endswith("_")

    @property
    def is_out(self):
        """It writes into tensors that are given by keyword."""
        return any(a.is_written and a.by_keyword for a in self.arguments)

    @property
    def is_factory(self):
        names = {a.name for a in self.arguments}
        return all(name in names for name in FACTORY) and self.base != "to"

    @property
    def takes_tensors(self):
        return any(a.kind == "Tensor" for a in self.arguments)

    def argument(self, name):
        return next((a for a in self.arguments if a.name == name), None)


def split(text):
    """The parts between commas that stand in no bracket."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def parse_type(text):
    kind, alias, written, none, length, list_none = TYPE.fullmatch(text).groups()
    kind = {"SymInt": "int", "SymBool": "bool"}.get(kind, kind)
    is_list = length is not None
    return {"kind": kind, "is_written": written == "!", "is_list": is_list, "length": int(length or 0),
            "or_none": bool(list_none) if is_list else bool(none), "holds_none": is_list and bool(none)}


def parse_argument(text, by_keyword):
    declaration, equals, default = text.partition("=")
    type_, _, name = declaration.rpartition(" ")
    if name != "self":
        name = name.removesuffix("_")
    return Argument(name=name, default=default.strip("'\"") if equals else None, by_keyword=by_keyword,
                    **parse_type(type_))


def parse_arguments(text):
    by_keyword, found = False, []
    for part in split(text):
        if part == "*":
            by_keyword = True
        else:
            found.append(parse_argument(part, by_keyword))
    return found


def parse_result(text):
    type_, _, name = text.rpartition(" ") if re.search(r"[\])\w] \w+$", text) else (text, "", "")
    return Argument(name=name, **parse_type(type_))


def parse_results(text):
    return [parse_result(part) for part in split(text[1:-1] if text.startswith("(") else text)]


def parse_operator(since, variants, schema):
    overload, _, rest = schema.partition("(")
    arguments, _, results = rest.rpartition(") -> ")
    return Operator(since, "function" in variants, overload, schema, parse_arguments(arguments),
                    parse_results(results))


def read(path):
    """All operators, in the order of the file."""
    operators = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            release, _, schema = line.strip().partition(": ")
            operators[-1].older[release] = schema
        elif line and not line.startswith("#"):
            operators.append(parse_operator(*line.split(" | ")))
    return operators
