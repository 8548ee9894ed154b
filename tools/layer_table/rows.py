# SPDX-License-Identifier: BSD-3-Clause
"""shim/generated/rows.{hpp,cpp} and <section>.cpp: the table as the library has it, and the constructors of C."""
from . import c_types
from .layout import fill, generated

KIND = {"int": "integer", "float": "real", "bool": "truth", "str": "text", "tensor": "tensor", "module": "module",
        "scales": "scales", "device": "device", "dtype": "dtype", "legacy": "legacy"}


def truth(value):
    return "true" if value else "false"


def cxx_number(value):
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, int):
        return f"int64_t({value})"
    return c_types.real(value)


def standard(argument):
    """The default as an expression of type Value."""
    value = argument.default
    if value is None:
        return "{}"
    if isinstance(value, str):
        return c_types.text(value)
    if argument.is_per_dimension:
        is_list = isinstance(value, (tuple, list))
        numbers = list(value) if is_list else [value] * max(argument.count, 1)
        texts = ["none_size" if number is None else str(number) for number in numbers]
        return f"Sizes{{{{{', '.join(texts)}}}, {truth(is_list or argument.is_tuple)}}}"
    if argument.kind == "scales":
        is_list = isinstance(value, (tuple, list))
        texts = [c_types.real(number) for number in (value if is_list else [value])]
        return f"Scales{{{{{', '.join(texts)}}}, {truth(is_list)}}}"
    return cxx_number(float(value) if argument.kind == "float" and not isinstance(value, bool) else value)


def argument_row(argument):
    kind = KIND.get(argument.kind, "sizes")
    fields = [f'"{argument.name}"', f"Kind::{kind}", str(argument.count), truth(argument.is_tuple),
              truth(argument.or_none), truth(argument.or_text), truth(argument.is_required), standard(argument)]
    return "{" + ", ".join(fields) + "}"


def braces(pieces):
    return "{" + ", ".join(pieces) + "}"


def listed(pieces):
    """Pieces in braces, as a field of a row."""
    return fill("{", list(pieces), "}", width=112).replace("\n", "\n    ")


def row(layer):
    names = [argument.name for argument in layer.layout]
    shown = [braces([str(names.index(s.argument)), truth(s.with_name), truth(s.unless_standard), truth(s.quoted)])
             for s in layer.shown]
    arguments = "".join(f"        {argument_row(argument)},\n" for argument in layer.arguments)
    fields = [f'"{layer.name}"', "{\n" + arguments + "    }" if arguments else "{}",
              braces(f'"{name}"' for name in layer.parameters), braces(f'"{name}"' for name in layer.buffers),
              listed(f'{{"{each.name}", {truth(each.is_required)}}}' for each in layer.inputs), listed(shown),
              f"make<ct::{layer.name}>"] + ([f"&{layer.extends}"] if layer.extends else [])
    return f"const Row {layer.name} = {{\n" + "".join(f"    {each},\n" for each in fields) + "};\n"


def constructor(layer):
    """The body of a constructor of C."""
    parameters = [declaration for declaration, _ in c_types.parameters(layer)]
    values = [c_types.to_value(layer, argument) for argument in layer.arguments]
    while values and values[-1] == "Value()":
        values.pop()
    made = f"box(new_layer(rows::{layer.name}, {{{', '.join(values)}}}))"
    options, suffix = "", ""
    if any(c_types.members(layer)):
        name = f"ct_{layer.options}_options"
        parameters.append(f"const {name} *options")
        options, suffix = f"    const {name} o = given(options, {name}_default());\n", "_new"
        if len(options) > 121:
            options = options.replace(" = given", " =\n        given")
    head = fill(f"ct_module *ct_nn_{layer.c_name}{suffix}(", parameters or ["void"], ")")
    body = f"    return guard([&] {{ return {made}; }});\n"
    if len(body) > 121:
        listed = fill("            {", values, "}));", width=116)
        body = f"    return guard([&] {{\n        return {made};\n    }});\n"
        if max(map(len, body.split("\n"))) > 120:
            body = (f"    return guard([&] {{\n        return box(new_layer(\n            rows::{layer.name},\n"
                    f"{listed}\n    }});\n")
    return f"{head}\n{{\n{options}{body}}}\n"


def section_source(section):
    """shim/generated/<section>.cpp"""
    constructors = [constructor(layer) for layer in section.layers if not layer.custom_constructor]
    return (f"// {section.name}.cpp: the rows and constructors of include/ctorch/nn/{section.name}.h.\n"
            f"// {generated(section.name)}\n// SPDX-License-Identifier: BSD-3-Clause\n"
            f'#include "generated/{section.name}.hpp"\n\n#include "arguments.hpp"\n#include "generated/rows.hpp"\n\n'
            f"#include <ctorch/nn/{section.name}.h>\n\nnamespace ct::rows {{\n\n" +
            "\n".join(row(layer) for layer in section.layers) +
            "\n} // namespace ct::rows\n\nusing namespace ct;\n\n" + "\n".join(constructors))


def rows_header(sections):
    names = "".join(f"extern const Row {layer.name};\n" for section in sections for layer in section.layers)
    return (f"// rows.hpp: the layers of torch.nn, one row each. {generated()}\n"
            '// SPDX-License-Identifier: BSD-3-Clause\n#pragma once\n\n#include "layer.hpp"\n\n'
            "namespace ct::rows {\n\n"
            "template <class LayerClass> ObjectPtr make(const Row &row)\n{\n"
            "    return std::make_shared<LayerClass>(row);\n}\n\n"
            f"{names}\n}} // namespace ct::rows\n")


def rows_source(sections):
    names = sorted(layer.name for section in sections for layer in section.layers)
    entries = "".join(f'    {{"{name}", &rows::{name}}},\n' for name in names)
    return (f"// rows.cpp: layers by name. {generated()}\n"
            '// SPDX-License-Identifier: BSD-3-Clause\n#include "generated/rows.hpp"\n\n#include <algorithm>\n'
            "#include <iterator>\n#include <string_view>\n\nnamespace ct {\n\nnamespace {\n\n"
            "struct Named {\n    std::string_view name;\n    const Row *row;\n};\n\n"
            "// In the order of the names.\nconst Named by_name[] = {\n" + entries + "};\n\n} // namespace\n\n"
            "const Row *find_row(const std::string &name)\n{\n"
            "    auto before = [](const Named &entry, const std::string &wanted) { return entry.name < wanted; };\n"
            "    const Named *found = std::lower_bound(std::begin(by_name), std::end(by_name), name, before);\n"
            "    return found != std::end(by_name) && found->name == name ? found->row : nullptr;\n}\n\n"
            "} // namespace ct\n")
