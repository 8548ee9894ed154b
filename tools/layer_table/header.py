# SPDX-License-Identifier: BSD-3-Clause
"""include/ctorch/nn/<section>.h, and the functions that return the options' defaults."""
from . import c_types
from .layout import WIDTH, comment, fill, generated, macro


def struct_lines(layer):
    """The members, with the comments of a run of members that have some in one column."""
    rows = [("    " + c_types.member(a), c_types.member_comment(a)) for a in c_types.members(layer)]
    rows = [(line, note if i == 0 else "") for code, note in rows for i, line in enumerate(code.split("\n"))]
    for i, (code, note) in enumerate(rows):
        if not note:
            yield code
            continue
        first = last = i
        while first > 0 and rows[first - 1][1]:
            first -= 1
        while last + 1 < len(rows) and rows[last + 1][1]:
            last += 1
        width = max(len(row[0]) for row in rows[first:last + 1])
        line = f"{code.ljust(width)} /* {note} */"
        yield line if len(line) <= WIDTH else f"    /* {note} */\n{code}"


def options_struct(layer):
    name = f"ct_{layer.options}_options"
    return f"typedef struct {name} {{\n" + "\n".join(struct_lines(layer)) + f"\n}} {name};\n\n"


def defaults_macro(layer):
    pieces = list(c_types.defaults(layer))
    head = f"CT_{layer.options.upper()}_DEFAULTS"
    one_line = ", ".join(pieces)
    if len(f"#define {head} {one_line}") <= WIDTH:
        return macro(head, one_line)
    return macro(head, fill("", pieces, "", width=112))


def call_macro(layer):
    names = [name for _, name in c_types.parameters(layer)]
    options = f"&(ct_{layer.options}_options){{CT_{layer.options.upper()}_DEFAULTS, __VA_ARGS__}}"
    function = f"ct_nn_{layer.c_name}"
    opening = f"CT_KEYWORDS_({function}_new("
    if not names:
        body = f"{opening}{options}))"
        return macro(f"{function}(...)", body if len(body) <= 115 else f"{opening}\n    {options}))")
    inner = f"CT_NN_{layer.c_name.upper()}_"
    body = f"{opening}{', '.join(names)}, {options}))"
    if len(body) > 112:
        body = fill(opening, names, ",", width=112) + "\n" + " " * len(opening) + options + "))"
    if max(len(line) for line in body.split("\n")) > 114:
        body = f"{opening}\n" + fill("    ", names, ",", width=112) + f"\n    {options}))"
    return macro(f"{function}(...)", f"{inner}(__VA_ARGS__, )") + macro(f"{inner}({', '.join(names)}, ...)", body)


def constructor(layer, seen_options):
    """The declarations of one layer. seen_options: the structs that earlier layers declared."""
    description = " ".join(layer.description)
    about = comment(f"{description} nn.{layer.name}. @since 0.1".strip())
    parameters = [declaration for declaration, _ in c_types.parameters(layer)]
    if not any(c_types.members(layer)):
        return about + fill(f"CT_API ct_module *ct_nn_{layer.c_name}(", parameters or ["void"], ");") + "\n\n"
    is_new = layer.options not in seen_options
    seen_options.add(layer.options)
    name = f"ct_{layer.options}_options"
    text = options_struct(layer) if is_new else ""
    text += about
    text += fill(f"CT_API ct_module *ct_nn_{layer.c_name}_new(", [*parameters, f"const {name} *options"], ");") + "\n"
    if is_new:
        text += f"CT_API {name} {name}_default(void);\n" + defaults_macro(layer)
    return text + call_macro(layer) + "\n"


def header(section):
    guard = f"CTORCH_NN_{section.name.upper()}_H"
    seen = set()
    layers = [layer for layer in section.layers if not layer.custom_constructor]
    title = section.title[:1].lower() + section.title[1:]
    opening = comment(f"ctorch/nn/{section.name}.h: {title}: {section.text}".rstrip(": ") + " " +
                      generated(section.name))
    opening = opening.removesuffix(" */\n") + "\n * SPDX-License-Identifier: BSD-3-Clause */\n"
    return (f"{opening}#ifndef {guard}\n#define {guard}\n\n#include <ctorch/module.h>\n\n#include <math.h>\n\n"
            "CT_BEGIN_DECLS\n\n" + "".join(constructor(layer, seen) for layer in layers) +
            "CT_END_DECLS\n\n#endif\n")


def default_functions(sections):
    """src/options/nn_defaults.c"""
    text = comment(f"options/nn_defaults.c: the options of layers. {generated()}")
    text = text.removesuffix(" */\n") + "\n * SPDX-License-Identifier: BSD-3-Clause */\n"
    text += "".join(f"#include <ctorch/nn/{section.name}.h>\n" for section in sections)
    seen = set()
    for layer in (layer for section in sections for layer in section.layers):
        if layer.custom_constructor or layer.options in seen or not any(c_types.members(layer)):
            continue
        seen.add(layer.options)
        name = f"ct_{layer.options}_options"
        text += f"\n{name} {name}_default(void)\n{{\n    return ({name}){{CT_{layer.options.upper()}_DEFAULTS}};\n}}\n"
    return text
