# SPDX-License-Identifier: BSD-3-Clause
"""shim/generated/ops_<section>.cpp: the functions' bodies."""
import re

from layer_table.layout import WIDTH, fill

from . import forms
from .header import generated, parameters, result_type

# Newer operators are not there in every release.
UNUSED = """
// What a release lacks leaves its arguments unused.
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
"""


def expressions(function):
    """The arguments in the order of the schema, as C++; ct:: where one of them hides a function of ours."""
    hidden = "|".join(a.name for a in function.positional)
    for expression in plain_expressions(function):
        yield re.sub(rf"(?<![\w:.])({hidden})\(", qualified, expression) if hidden else expression


def qualified(match):
    return ("operands::" if match[1] in ("reduction", "memory_format") else "ct::") + match[0]


def plain_expressions(function):
    by_position = {a.name for a in function.positional}
    for a in function.operator.arguments:
        if a.name not in by_position:
            yield forms.option(next(o for o in function.options if o.name == a.name))
        elif a.name == "dtype" and function.operator.is_factory and not function.operator.takes_tensors:
            yield "type_or_none(dtype)"
        else:
            yield forms.opened(next(p for p in function.positional if p.name == a.name), function.counts)


def call(function, names):
    """libtorch's call: (opening, arguments)."""
    operator, arguments = function.operator, list(expressions(function))
    if operator.overload in names.filled:
        arguments = [filled(a, text) for a, text in zip(operator.arguments, arguments)]
    if operator.overload in names.callee:
        return f"compat::{names.callee[operator.overload]}(", arguments
    if operator.is_out:
        return f"at::{operator.base}_outf(", arguments
    if operator.is_function:
        return f"at::{operator.base}(", arguments
    return f"{arguments[0]}.{operator.base}(", arguments[1:]


def filled(a, text):
    return f'filled({text}, "{a.name}")' if text.startswith("ARG(") and not a.is_written else text


def places(function):
    for r in function.places:
        yield f'places({r.name}, {function.counts[r.name]}, "{r.name}")' if r.is_list else r.name


def wrapped_call(function, names):
    """The call with what becomes of its result."""
    (start, arguments), end = call(function, names), ")"
    if function.gives == "tensor":
        if function.makes_leaf:
            return f"box(leaf({start}", arguments, f"{end}, o.requires_grad))"
        return f"box({start}", arguments, f"{end})"
    if function.gives == "places":
        return f"hand_out({start}", arguments, f"{end}, {', '.join(places(function))})"
    if function.gives == "value":
        convert = forms.VALUES[function.operator.results[0].kind][2]
        return (f"{convert}({start}", arguments, f"{end})") if convert else (start, arguments, end)
    return start, arguments, end


def since(function, start, arguments, end):
    if function.since == "1.13":
        return start, arguments, end
    type_ = {"status": "void", "places": "void"}.get(function.gives, result_type(function).strip())
    return f"SINCE_{function.since.replace('.', '_')}({type_}, {start}", arguments, f"{end})"


def body(function, names):
    start, arguments, end = since(function, *wrapped_call(function, names))
    returns = "return " if function.gives in ("tensor", "value") else ""
    guard = "guard([&] { "
    if function.gives == "value":
        kind = function.operator.results[0].kind
        guard = f"guard_or({forms.VALUES[kind][1]}, [&] {{ "
        start = {"int": "static_cast<int64_t>("}.get(kind, "") + start if function.since == "1.13" else start
        end = end + ")" if kind == "int" and function.since == "1.13" else end
    line = f"    return {guard}{returns}{start}{', '.join(arguments)}{end}; }});\n"
    if len(line) <= WIDTH:
        return line
    inner = fill(f"        {returns}{start}", arguments, f"{end};")
    if max(map(len, inner.split("\n"))) > WIDTH:
        inner = f"        {returns}{start}\n" + fill("            ", arguments, f"{end};")
    return f"    return {guard.rstrip()}\n{inner}\n    }});\n"


def definition(function, names):
    every = list(parameters(function))
    if function.members:
        every.append(f"const {function.struct.name} *options")
    plain = function.plain_name
    name = f"({plain})" if function.has_macro and not function.members else plain
    head = fill(f"{result_type(function)}{name}(", every or ["void"], ")").replace("ct_status (", "ct_status(")
    text = f"{head}\n{{\n"
    if function.members:
        text += f"    {function.struct.name} o = given(options, {function.struct.name}_default);\n"
    return text + body(function, names) + "}\n"


def source(section, names):
    text = f"// ops_{section.name}.cpp: include/{section.header}.\n// {generated('/' + section.name + '.txt')}\n"
    text += "// SPDX-License-Identifier: BSD-3-Clause\n"
    checks = any(function.operator.overload in names.filled for function in section.functions)
    text += '#include "compat_ops.hpp"\n' + ('#include "filled.hpp"\n' if checks else "")
    text += f'#include "operands.hpp"\n\n#include <{section.header}>\n'
    text += UNUSED if any(function.since != "1.13" for function in section.functions) else ""
    text += "\nusing namespace ct;\nusing namespace ct::operands;\n"
    return text + "".join("\n" + definition(function, names) for function in section.functions)
