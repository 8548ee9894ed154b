# SPDX-License-Identifier: BSD-3-Clause
"""The functions in C: which operators each covers, and what it takes and gives."""
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

from . import forms
from .naming import without_generator


@dataclass
class Function:
    operator: object            # the one that it calls
    name: str                   # ct_add_scalar_
    since: str
    covered: list               # the overloads, the operator's own first
    positional: list            # Arguments
    options: list               # Arguments
    fixed: dict = field(default_factory=dict)  # {overload: {argument: value}} of those folded into it
    struct: object = None

    @property
    def makes_leaf(self):
        """Python lets such a tensor require gradients at once."""
        return self.operator.is_factory

    @property
    def members(self):
        members = [forms.member(a) for a in self.options]
        return members + [forms.Member("requires_grad", "bool ", "false")] if self.makes_leaf else members

    @property
    def plain_name(self):
        """What is called with the options as a struct."""
        if not self.members:
            return self.name
        return self.name.removesuffix("_") + ("_with_" if self.operator.is_in_place else "_with")

    @property
    def has_macro(self):
        return bool(self.members) or any(a.kind == "Scalar" and not a.is_list for a in self.positional)

    @property
    def counts(self):
        """{list: the name of its count}"""
        given = [a.name for a in self.positional if a.is_list]
        results = [r.name for r in self.places if r.is_list]
        if len(given + results) > 2:
            return {name: f"n_{name}" for name in given + results}
        return {**dict(zip(given, "nm")), **dict.fromkeys(results, "m")}

    @property
    def gives(self):
        """status, tensor, value, or places: what becomes of the results."""
        results = self.operator.results
        if not results or any(r.is_written for r in results):
            return "status"
        if len(results) == 1 and not results[0].is_list:
            return "tensor" if results[0].kind == "Tensor" else "value"
        return "places"

    @property
    def places(self):
        """Results, with a name each, that are written where the caller says."""
        if self.gives != "places":
            return []
        results = self.operator.results
        if len(results) == 1:
            return [replace(results[0], name="outputs")]
        taken = {a.name for a in self.positional}
        names = [r.name or f"output{i}" for i, r in enumerate(results)]
        return [replace(r, name=f"{name}_result" if name in taken else name) for r, name in zip(results, names)]


@dataclass
class ByHand:
    """A function of the course. call: how an operator's arguments are written: (name, member, text) each."""
    operator: object
    name: str
    call: list

    @property
    def since(self):
        return "1.13"


def read_by_hand(path, operators):
    """{overload: ByHand}: `add.Tensor = ct_add(self, other, .alpha)`"""
    known = {operator.overload: operator for operator in operators}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            overload, name, arguments = re.fullmatch(r"(\S+) = (\w+)\((.*)\)", line).groups()
            found[overload] = ByHand(known[overload], name, [part.strip() for part in arguments.split(",")])
    return found


def is_option(a):
    return a.default is not None or a.by_keyword and a.or_none and not a.is_list


def positional_type(operator):
    """A factory's dtype: given by position, as there is no other tensor to take it from."""
    return operator.is_factory and not operator.takes_tensors


def with_defaults(operator, names):
    """The arguments, with the defaults of names.txt."""
    given = names.defaults.get(operator.overload, {})
    for a in operator.arguments:
        if a.name not in given:
            yield a
        elif given[a.name] == "":
            yield replace(a, default=None)
        else:
            yield replace(a, default=given[a.name], or_none=a.or_none and given[a.name] == "None")


def function_of(operator, name, folded, names, known):
    arguments = list(with_defaults(operator, names))
    dtype_first = positional_type(operator)
    positional = [a for a in arguments if not is_option(a) and not (dtype_first and a.name == "dtype")]
    if dtype_first:
        positional.append(operator.argument("dtype"))
    options = [a for a in arguments if a not in positional]
    since = names.since.get(operator.overload, min([operator, *folded], key=lambda each: float_of(each.since)).since)
    covered = [operator.overload, *(each.overload for each in folded)]
    fixed = {overload: names.fixed.get(overload, {}) for overload in covered}
    return Function(operator, name, since, covered, positional, options, fixed)


def float_of(release):
    return tuple(map(int, release.split(".")))


def functions(operators, names, by_hand):
    """The generated functions, in the order of the operators."""
    folds = names.fold(operators)
    known = {operator.overload: operator for operator in operators}
    variants = defaultdict(set)
    folded = defaultdict(list)
    for operator in operators:
        if not operator.is_out:
            variants[operator.base].add(without_generator(operator.variant))
        if operator.overload in folds:
            folded[folds[operator.overload]].append(operator)
    for operator in operators:
        if operator.overload in folds or operator.overload in by_hand or operator.overload in names.left_out:
            continue
        name = names.name(operator, variants[operator.base])
        yield function_of(operator, name, folded[operator.overload], names, known)


# ---- Options ----

# Where the options of ct_zeros and ct_rand stand, which generated functions take, too.
COURSE_OPTIONS = "ctorch/tensor.h"


@dataclass
class Struct:
    name: str                # ct_keepdim_options
    members: tuple
    is_named: bool           # in options.txt, and declared in ctorch/ops/options.h

    @property
    def macro(self):
        return self.name.removesuffix("_options").upper() + "_DEFAULTS"


def read_structs(path):
    """{members as `type name = default`: the name of the struct}"""
    named = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, members = line.partition(" | ")
            named[members] = name
    return named


def key(members):
    """What tells one struct from another; a note on a list tells its default."""
    return "; ".join(f"{m.text[:-1]} = {m.note[6:] if m.note.startswith('NULL:') else m.default}" for m in members)


def assign_structs(all_functions, named, taken):
    """Gives each function its options struct, one for all that have the same options; returns the structs.
    taken: {name: header} of structs written by hand; those of tensor.h may be in options.txt."""
    by_members = defaultdict(list)
    for function in all_functions:
        if function.members:
            by_members[key(function.members)].append(function)
    structs = [course_struct(name, text) for text, name in named.items()
               if text not in by_members and taken.get(name) != COURSE_OPTIONS]
    for text, sharing in by_members.items():
        name = named.get(text)
        if not name:
            name = sharing[0].name.removesuffix("_") + "_options"
            name = name.replace("ct_", "ct_functional_", 1) if name in taken else name
        struct = Struct(name, tuple(sharing[0].members), text in named)
        if taken.get(name) != COURSE_OPTIONS:
            structs.append(struct)
        for function in sharing:
            function.struct = struct
    return structs


def course_struct(name, text):
    """One that only functions written by hand take."""
    members = []
    for part in text.split("; "):
        declaration, _, default = part.partition(" = ")
        type_, member = re.fullmatch(r"(.*[ *])(\w+)", declaration).groups()
        members.append(forms.Member(member, type_, default))
    return Struct(name, tuple(members), True)
