# SPDX-License-Identifier: BSD-3-Clause
"""What operators are called in C, and which are one function there."""
import re

# Overloads whose names say what is passed, not what is computed: nothing where no overload has a plainer name.
PLAIN = {"": 0, "Tensor": 1, "Tensor_Tensor": 1, "self": 1, "int": 2}
SUFFIXES = {"Scalar": "scalar", "Tensor_Scalar": "scalar", "Scalar_Other": "scalar", "other_scalar": "scalar",
            "Scalar_Tensor": "self_scalar", "Scalar_Self": "self_scalar", "ScalarSelf": "self_scalar",
            "dim": "dim", "dim_IntList": "dim"}


def snake(text):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()


def without_generator(variant):
    """The overload to which one with a Generator only adds it."""
    return "_".join(part for part in variant.split("_") if part != "generator")


def is_generator(variant):
    return "generator" in variant.split("_")


class Names:
    """tools/operators/names.txt:

    overload = ct_name              what the rule does not name well
    overload = ct_name(name=value)  and a default that the schema does not have
    overload > overload             the first is covered by the second's function, where
    overload > overload(name=value) an argument has that value
    overload - reason               not in C
    overload ~ function             the function of shim/compat_ops.hpp that calls it, where the releases' differ
    overload !                      it divides by zero when a tensor has no elements: refused before
    overload @ release              since when the C++ function is there, where it is older than the operator
    """

    def __init__(self, path):
        self.given, self.defaults, self.folded, self.fixed = {}, {}, {}, {}
        self.left_out, self.since, self.callee, self.filled = {}, {}, {}, set()
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                self.add(*re.fullmatch(r"(\S+) ([=>@~!-]) ?(.*)", line).groups())

    def add(self, overload, sign, text):
        name, _, values = text.rstrip(")").partition("(")
        values = dict(part.strip().split("=") for part in values.split(",") if "=" in part)
        if sign == "=":
            self.given[overload], self.defaults[overload] = name, values
        elif sign == ">":
            self.folded[overload], self.fixed[overload] = name, values
        elif sign == "-":
            self.left_out[overload] = text
        elif sign == "!":
            self.filled.add(overload)
        elif sign == "~":
            self.callee[overload] = text
        else:
            self.since[overload] = text

    def fold(self, operators):
        """{overload: the overload whose function covers it}"""
        known = {operator.overload for operator in operators}
        folded = dict(self.folded)
        for operator in operators:
            if is_generator(operator.variant):
                plain = without_generator(operator.variant)
                partner = f"{operator.base}.{plain}" if plain else operator.base
                if partner in known:
                    folded.setdefault(partner, operator.overload)
        return folded

    def name(self, operator, siblings):
        """ct_add_scalar_. siblings: the overload names of the operators of this base."""
        if operator.overload in self.given:
            return self.given[operator.overload]
        variant = without_generator(operator.variant)
        if operator.is_out:
            suffix = "out"
        elif variant in PLAIN and not any(PLAIN.get(each, 9) < PLAIN[variant] for each in siblings):
            suffix = ""
        elif siblings == {variant}:
            suffix = ""
        else:
            suffix = SUFFIXES.get(variant, snake(variant))
        words = [operator.family, suffix] if suffix else [operator.family]
        return "ct_" + "_".join(words) + ("_" if operator.is_in_place else "")
