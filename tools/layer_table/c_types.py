# SPDX-License-Identifier: BSD-3-Clause
"""Arguments of layers in C: types, defaults, and how they become the values that a layer keeps."""
import math
from dataclasses import replace

NUMBERS = {"int": "int64_t", "float": "double", "bool": "bool", "single": "int64_t", "size1": "int64_t"}
HANDLES = {"tensor": "const ct_tensor *", "module": "const ct_module *"}
TEXTS = {"str": "const char *", "device": "const char *"}


def is_array(argument):
    return array_length(argument) > 0


def array_length(argument):
    """The length of the list that holds it in an options struct; 0: it is no list."""
    if argument.kind in ("sizes", "scales"):
        return 3
    return argument.count if argument.count > 1 else 0


def is_also_option(argument):
    """A required size is given as one number, or as a list by keyword."""
    return argument.by_position and argument.count > 1


def c_type(argument):
    if argument.kind == "dtype":
        return "ct_dtype "
    if argument.kind == "scales":
        return "double "
    if argument.kind == "bool" and argument.or_none:
        return "int64_t "
    if argument.is_per_dimension:
        return "int64_t "
    return {**HANDLES, **TEXTS}.get(argument.kind) or NUMBERS[argument.kind] + " "


def parameters(layer):
    """(declaration, name) of what the constructor takes by position."""
    for argument in layer.positional:
        name = argument.c_name
        if argument.kind == "ints":
            count = count_name(layer, argument)
            yield f"const int64_t *{name}", name
            yield f"size_t {count}", count
        elif argument.in_c:
            yield f"{c_type(argument)}{name}", name


def count_name(layer, argument):
    """The name of the count of a list: `n`, unless there is another list."""
    lists = [each for each in layer.positional if each.kind == "ints"]
    return "n" if len(lists) == 1 else "n_" + argument.c_name


def members(layer):
    """The arguments that the options struct has, in order. What may be a module or a text has a member for either."""
    for argument in layer.arguments:
        if argument.in_c and (is_also_option(argument) or not argument.by_position):
            if argument.kind == "module" and argument.or_text:
                yield replace(argument, kind="str", or_none=argument.or_none, or_text=False)
                yield replace(argument, name=argument.name + "_module", or_none=True, or_text=False, default=None,
                              comment=argument.comment or f"instead of {argument.name}")
            else:
                yield argument


def member(argument):
    if argument.kind == "ints":
        return f"const int64_t *{argument.c_name};\n    size_t n_{argument.c_name};"
    length = array_length(argument)
    return f"{c_type(argument)}{argument.c_name}{f'[{length}]' if length else ''};"


def member_comment(argument):
    if argument.comment:
        return argument.comment
    if is_also_option(argument):
        return "one each, where they differ; the argument is then 0"
    if argument.kind == "ints":
        return "CT_DIMS(...) is this and the next"
    if argument.kind == "bool" and argument.or_none:
        return "0, 1, or CT_NONE"
    notes = []
    if argument.or_text:
        notes.append("or CT_PADDING_SAME")
    if argument.or_none and argument.kind in ("float", "scales"):
        notes.append("NAN: None")
    elif argument.or_none and (argument.is_per_dimension or argument.kind == "int"):
        notes.append("CT_NONE: None")
    return "; ".join(notes)


def number(value):
    """A number as a C literal."""
    if value is None:
        return "CT_NONE"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "NAN"
        if math.isinf(value):
            return "INFINITY" if value > 0 else "-INFINITY"
    return repr(value)


def real(value):
    return "NAN" if value is None else number(float(value))


def text(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_default(argument):
    """The default as an initialiser; None where it is what C sets to zero."""
    value, length = argument.default, array_length(argument)
    if is_also_option(argument):
        return "{0" + ", CT_REPEAT" * (length - 1) + "}"
    if argument.kind == "dtype":
        return "CT_DTYPE_NONE"
    if argument.kind in ("device", "ints", *HANDLES) or value is None and argument.kind == "str":
        return "NULL"
    if argument.kind == "str":
        return text(value)
    if argument.kind == "scales":
        return "{NAN, NAN, NAN}" if value is None else "{" + ", ".join([real(value), "NAN", "NAN"]) + "}"
    if length:
        numbers = [number(v) for v in value] if isinstance(value, (tuple, list)) else [number(value)]
        return "{" + ", ".join(numbers + ["CT_REPEAT"] * (length - len(numbers))) + "}"
    return real(value) if argument.kind == "float" else number(value)


def defaults(layer):
    """`.name = value` for what is not zero, and for the last member, which keeps out values without a keyword."""
    all_members = list(members(layer))
    for argument in all_members:
        value = c_default(argument)
        if value not in ("0", "0.0", "false", "NULL") or argument is all_members[-1]:
            yield f".{argument.c_name} = {value}"


def to_value(layer, argument):
    """The C++ expression that makes a Value of what the caller gave."""
    name = argument.c_name
    given = name if argument.by_position else f"o.{name}"
    quoted = f'"{argument.name}"'
    is_tuple = "true" if argument.is_tuple else "false"
    if argument.kind == "legacy":
        return "Value()"
    if argument.kind == "ints":
        count = count_name(layer, argument) if argument.by_position else f"o.n_{name}"
        return f"tuple_value({given}, {count}, {quoted})"
    if is_also_option(argument):
        return f"sizes({name}, o.{name}, {is_tuple}, {quoted})"
    if argument.kind in ("sizes", "scales"):
        return f"as_given({given})"
    if argument.is_per_dimension:
        return f"sizes({given}, {is_tuple})"
    if argument.kind == "dtype":
        return f"element_type({given})"
    if argument.kind == "module" and argument.or_text:
        return f"module_or_text({given}_module, {given}, {quoted})"
    if argument.kind in HANDLES:
        return f"{argument.kind}_{'or_none' if argument.or_none else 'value'}({given}, {quoted})"
    if argument.kind == "str" and not argument.or_none:
        return f"text({given}, {quoted})"
    if argument.or_none and argument.kind in ("int", "float", "bool"):
        return {"int": "integer", "float": "real", "bool": "truth"}[argument.kind] + f"_or_none({given})"
    return given
