// registry.hpp: the classes of modules: from a module's C++ type to how it is called, put into a Sequential and
// printed.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

#include <typeinfo>

namespace ct {

struct Class {
    const std::type_info *type;
    const char *name; // Python's
    at::Tensor (*forward)(Module &, const at::Tensor &);
    torch::nn::AnyModule (*any)(const ModulePtr &);         // what a SequentialImpl holds
    std::string (*extra_repr)(const Module &, bool legacy); // what Python prints between the parentheses
};

// A module as the class that it is known to be. The cast is to the most derived type, so it costs one load, not a
// search.
template <class Impl> Impl &as(Module &module)
{
    return *static_cast<Impl *>(dynamic_cast<void *>(&module));
}

template <class Impl> const Impl &as(const Module &module)
{
    return as<Impl>(const_cast<Module &>(module));
}

template <class Impl> at::Tensor forward_as(Module &module, const at::Tensor &x)
{
    return as<Impl>(module).forward(x);
}

template <class Impl> torch::nn::AnyModule any_as(const ModulePtr &module)
{
    return torch::nn::AnyModule(std::shared_ptr<Impl>(module, &as<Impl>(*module)));
}

template <class Impl> Class make_class(const char *name, std::string (*extra_repr)(const Module &, bool))
{
    return {&typeid(Impl), name, forward_as<Impl>, any_as<Impl>, extra_repr};
}

// The class of a module; a C++ type that ctorch does not know is an error.
const Class &class_of(const Module &module);

// The class's name; for a module with a forward in C, the name that it was given.
std::string class_name(const Module &module);

// The module's output, without a path in the error.
at::Tensor call(Module &module, const at::Tensor &x);

// For a module that cannot be called: Python's words.
[[noreturn]] void fail_without_forward(const std::string &name);

// The text of print(module).
std::string repr(const Module &module, bool legacy);

// Python's repr of a float.
std::string repr(double value);

// The rows of the registry: libtorch's layers (layers.cpp) and our own modules (registry.cpp).
const std::vector<Class> &layer_classes();

} // namespace ct
