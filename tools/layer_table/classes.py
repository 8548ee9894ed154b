# SPDX-License-Identifier: BSD-3-Clause
"""shim/generated/<section>.hpp: a class for each layer, whose init, forward and call are written by hand."""
from .layout import generated

# What an accessor returns and how it reads the argument: as it is, and where it may be None.
ACCESS = {
    "int": ("int64_t", "integer()", "int64_t"),
    "float": ("double", "real()", "double"),
    "bool": ("bool", "truth()", "bool"),
    "str": ("const std::string &", "text()", "std::string"),
}


def accessor_name(layer, argument):
    name = argument.c_name
    if name not in (*layer.parameters, *layer.buffers, "init"):
        return name
    return ("with_" if argument.kind == "bool" else "given_") + name


def returned(argument, i):
    """The type of an accessor, and its expression."""
    value = f"args[{i}]"
    if argument.or_text or argument.kind == "legacy":
        return "const Value &", value
    if argument.kind in ("tensor", "module"):
        return ("at::Tensor " if argument.kind == "tensor" else "ObjectPtr "), f"{value}.{argument.kind}()"
    if argument.kind == "scales":
        empty = f"{value}.is_none() ? std::vector<double>() : "
        return "std::vector<double> ", (empty if argument.or_none else "") + f"{value}.scales()"
    if argument.is_per_dimension:
        empty = f"{value}.is_none() ? at::IntArrayRef() : "
        return "at::IntArrayRef ", (empty if argument.or_none else "") + f"{value}.sizes()"
    plain, read, type_name = ACCESS[argument.kind]
    if argument.or_none:
        return f"Optional<{type_name}> ", f"{value}.optional<{type_name}>()"
    return plain if plain.endswith("&") else plain + " ", f"{value}.{read}"


def accessors(layer):
    for i, argument in enumerate(layer.arguments):
        if argument.kind not in ("device", "dtype"):
            type_name, expression = returned(argument, i)
            yield f"    {type_name}{accessor_name(layer, argument)}() const {{ return {expression}; }}\n"


def slots(layer):
    for kind in ("parameter", "buffer"):
        for i, name in enumerate(getattr(layer, kind + "s")):
            yield f"    const at::Tensor &{name}() const {{ return {kind}_slot({i}); }}\n"
            yield f"    void set_{name}(at::Tensor tensor) {{ set_{kind}_slot({i}, std::move(tensor)); }}\n"


def methods(layer):
    if layer.has_init:
        yield "    void init() override;\n"
    if layer.has_infer:
        yield "    void infer(const Entries &children, std::vector<std::string> &unknown) override;\n"
    if layer.has_forward:
        unary = layer.is_unary
        yield (f"    {'at::Tensor forward(const at::Tensor &x)' if unary else 'Tensors call(const Tensors &inputs)'} "
               "override;\n")
    if layer.prints_custom:
        yield "    std::string extra_repr(bool legacy) const override;\n"


def class_of(layer):
    base = layer.extends or ("UnaryLayer" if layer.is_unary else "Layer")
    groups = [f"    using {base}::{base};\n"]
    if not layer.extends:
        groups += ["".join(accessors(layer)), "".join(slots(layer))]
    groups.append("".join(methods(layer)))
    return f"class {layer.name} : public {base} {{\npublic:\n" + "\n".join(g for g in groups if g) + "};\n"


def classes(section):
    others = sorted({layer.base.section for layer in section.layers if layer.base} - {section.name})
    return (f"// {section.name}.hpp: layers. {generated(section.name)}\n"
            "// SPDX-License-Identifier: BSD-3-Clause\n#pragma once\n\n" +
            "".join(f'#include "generated/{name}.hpp"\n' for name in others) +
            '#include "layer.hpp"\n\nnamespace ct {\n\n' +
            "\n".join(class_of(layer) for layer in section.layers) + "\n} // namespace ct\n")
