# SPDX-License-Identifier: BSD-3-Clause
"""tests/generated/nn_constructors.h: the constructor of every parity case as C's macros write it."""
import ast
import textwrap
from dataclasses import replace

from . import c_types, parse
from .layout import comment, fill, generated, macro, wrapped


class NotInC(Exception):
    """A constructor that has no form in C's macros, for the reason that it tells."""


def bind(layer, call):
    """{name: expression} of a call in Python."""
    given = dict(zip((argument.name for argument in layer.arguments), call.args))
    return {**given, **{keyword.arg: keyword.value for keyword in call.keywords}}


def literal(node):
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise NotInC(f"{ast.unparse(node)} is no literal") from error


def numbers_of(value):
    return "{" + ", ".join(c_types.number(v) for v in value) + "}"


def c_list(argument, value):
    """A value of a kind with dimensions, as what stands behind `.name = `."""
    if isinstance(value, str):
        if value != "same":
            raise NotInC(f"'{value}' has no name in C")
        return "CT_PADDING_SAME"
    if isinstance(value, (tuple, list)):
        if not c_types.is_array(argument):
            if len(value) != 1 or not argument.is_tuple:
                raise NotInC(f"{value} for one number")
            return c_types.number(value[0])
        if len(value) == 1 and argument.kind not in ("sizes", "scales"):
            raise NotInC(f"{value} has one element")
        if argument.kind == "scales":
            value = [float(v) for v in value]
        return numbers_of(value)
    return c_types.real(value) if argument.kind == "scales" else c_types.number(value)


def dims(value):
    return f"CT_DIMS({', '.join(map(str, value if isinstance(value, (tuple, list)) else [value]))})"


def c_value(argument, node, by_name):
    """An argument's expression in C; a list is in braces."""
    if argument.kind == "legacy":
        raise NotInC(f"C has no {argument.name}")
    if argument.kind == "dtype" and isinstance(node, ast.Attribute):
        return "CT_" + node.attr.upper()
    if argument.kind == "module" and isinstance(node, ast.Call):
        return c_call(node, by_name)
    value = literal(node)
    if value is None and argument.kind in ("tensor", "module", "str", "device"):
        return "NULL"
    if argument.kind in ("str", "device"):
        return c_types.text(value)
    if argument.kind == "scales" or argument.is_per_dimension and argument.kind != "ints":
        return c_list(argument, value)
    if argument.kind == "ints":
        return dims(value)
    if argument.kind == "float":
        if isinstance(value, int):  # C has doubles only, and prints them so
            raise NotInC(f"{argument.name} is the whole number {value}")
        return c_types.real(value)
    if argument.kind in ("int", "bool") and not isinstance(value, str):
        return c_types.number(value)
    raise NotInC(f"{argument.name} is {ast.unparse(node)}")


def c_call(call, by_name):
    layer = by_name.get(getattr(call.func, "id", getattr(call.func, "attr", None)))
    if not layer or layer.custom_constructor:
        raise NotInC(f"{ast.unparse(call.func)} has no macro")
    given = bind(layer, call)
    positional, keywords = [], []
    for argument in layer.positional:
        if argument.name not in given and argument.is_required:
            raise NotInC(f"{argument.name} is missing")
        node = given.pop(argument.name, ast.Constant(argument.default))
        if argument.kind == "ints":
            positional.append(dims(literal(node)))
            continue
        value = c_value(argument, node, by_name)
        positional.append("0" if value.startswith("{") else value)
        if value.startswith("{"):
            keywords.append(f".{argument.c_name} = {value}")
    for name, node in given.items():
        argument = layer.argument(name)
        name = argument.c_name
        if argument.kind == "module" and argument.or_text:
            if isinstance(node, ast.Call):
                name += "_module"
            else:
                argument = replace(argument, kind="str", or_text=False)
        keywords.append(f".{name} = {c_value(argument, node, by_name)}")
    return f"ct_nn_{layer.c_name}({', '.join(positional + keywords)})"


def entry(i, python, c):
    """NN_CASE(i, "python", c), broken into lines."""
    indent = "\n        "
    quoted = indent.join(c_types.text(line) for line in broken(python))
    opening, _, arguments = c.removesuffix(")").partition("(")
    call = fill(opening + "(", parse.split(arguments), ")", width=104)
    call = "\n".join(wrapped(line, 104) for line in call.split("\n"))
    return f"NN_CASE({i}, {quoted},{indent}{call.replace(chr(10), indent)})"


def broken(text):
    """Lines of a call, each but the last with its blank at the end."""
    lines = textwrap.wrap(text, 98, break_long_words=False, break_on_hyphens=False)
    return [line + " " for line in lines[:-1]] + lines[-1:]


def constructors(sections):
    """The header."""
    by_name = {layer.name: layer for section in sections for layer in section.layers}
    entries, left_out = [], 0
    for section in sections:
        for case in (case for layer in section.layers for case in layer.cases):
            try:
                entries.append((case.text, c_call(ast.parse(case.text, mode="eval").body, by_name)))
            except (NotInC, SyntaxError, ValueError):
                left_out += 1
    text = comment("nn_constructors.h: the constructors of the parity cases, in Python and by C's macros. "
                   f"{left_out} cases have no form in C and are left out. {generated()}")
    text = text.removesuffix(" */\n") + "\n * SPDX-License-Identifier: BSD-3-Clause */\n"
    text += "#ifndef CTORCH_TESTS_GENERATED_NN_CONSTRUCTORS_H\n#define CTORCH_TESTS_GENERATED_NN_CONSTRUCTORS_H\n\n"
    body = "\n".join(entry(i, python, c) for i, (python, c) in enumerate(entries))
    return text + macro("NN_CASES(NN_CASE)", body) + "\n#endif\n"
