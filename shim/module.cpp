// module.cpp: include/ctorch/module.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "callback.hpp"
#include "convert.hpp"
#include "lists.hpp"
#include "registry.hpp"
#include "state.hpp"
#include "walk.hpp"

#include <iostream>

using namespace ct;

namespace {

// Holds the module: its forward may free the handle that it is called by.
at::Tensor forward(ModulePtr self, const at::Tensor &x)
{
    try {
        return call(*self, x);
    } catch (...) {
        rethrow_inside(path_from_running(*self));
    }
}

// libtorch makes a layer's copy anew, drawing initial weights that it then overwrites; Python's deepcopy draws nothing.
ModulePtr clone(const Module &self)
{
    RandomState before;
    Copying copying;
    ModulePtr copy = clone_of(self, {});
    before.restore();
    return copy;
}

std::pair<std::string, std::string> split(const std::string &path)
{
    size_t dot = path.rfind('.');
    return dot == std::string::npos ? std::pair(std::string(), path)
                                    : std::pair(path.substr(0, dot), path.substr(dot + 1));
}

at::Tensor tensor_at(const ModulePtr &self, const std::string &path, bool parameter)
{
    auto [owner, name] = split(path);
    ModulePtr module = module_at(self, owner);
    Dict own = parameter ? module->named_parameters(/*recurse=*/false) : module->named_buffers(/*recurse=*/false);
    const at::Tensor *found = own.find(name);
    if (!found)
        fail(CT_ERROR_KEY,
             "'" + class_name(*module) + "' object has no " + (parameter ? "parameter" : "buffer") + " '" + path + "'");
    return *found;
}

void check_free(const Module &self, const std::string &name)
{
    if (self.named_parameters(false).contains(name) || self.named_buffers(false).contains(name) ||
        self.named_children().contains(name))
        fail(CT_ERROR_KEY, "attribute '" + name + "' already exists");
}

void set_parameter(Module &self, const std::string &name, const at::Tensor &tensor)
{
    check_name(name, "parameter");
    auto *callback = dynamic_cast<CallbackModule *>(&self);
    if (!callback || !self.named_parameters(false).contains(name))
        check_free(self, name);
    if (!tensor.is_leaf())
        fail(CT_ERROR_VALUE,
             "tensor was computed and has a gradient history; a parameter must be a leaf: pass ct_detach(tensor)");
    if (!is_real_or_complex(tensor.scalar_type()))
        fail(CT_ERROR_TYPE, "tensor holds " + std::string(ct_dtype_name(dtype_of(tensor.scalar_type()))) +
                                "; only floating-point and complex tensors can require gradients");
    at::Tensor leaf = tensor;
    leaf.set_requires_grad(true);
    callback ? callback->set_parameter(name, leaf) : void(self.register_parameter(name, leaf));
}

void set_buffer(Module &self, const std::string &name, const at::Tensor &tensor)
{
    check_name(name, "buffer");
    check_free(self, name);
    self.register_buffer(name, tensor);
}

CallbackModule &attributes_of(const ct_module *self)
{
    Module &module = *ARG(self);
    if (auto *callback = dynamic_cast<CallbackModule *>(&module))
        return *callback;
    fail(CT_ERROR_TYPE, "self is a " + class_name(module) + "; only a module made by ct_nn_module has attributes");
}

template <class Type> void set_attribute(ct_module *self, const char *name, Type value)
{
    attributes_of(self).attributes.insert_or_assign(text(name, "name"), Attribute(std::move(value)));
}

template <class Type> const Type &attribute(const ct_module *self, const char *name, const char *type)
{
    const CallbackModule &module = attributes_of(self);
    auto found = module.attributes.find(text(name, "name"));
    if (found == module.attributes.end())
        fail(CT_ERROR_KEY, "'" + module.class_name() + "' object has no attribute '" + name + "'");
    if (const Type *value = std::get_if<Type>(&found->second))
        return *value;
    fail(CT_ERROR_TYPE, "attribute '" + std::string(name) + "' of '" + module.class_name() + "' is not " + type);
}

ModulePtr child_at(const Module &self, int64_t i)
{
    return self.named_children()[position(self, i)].value();
}

} // namespace

ct_tensor *ct_module_forward(ct_module *self, const ct_tensor *x)
{
    return guard([&] { return box(forward(ARG(self), ARG(x))); });
}

void ct_module_free(ct_module *self)
{
    free_handle(self);
}

ct_module *ct_module_escape(ct_module *self)
{
    return escape_handle(self);
}

ct_module *ct_module_share(const ct_module *self)
{
    return guard([&] { return box(ARG(self)); });
}

bool ct_module_is(const ct_module *self, const ct_module *other)
{
    return guard_or(false, [&] { return ARG(self) == ARG(other); });
}

ct_module *ct_module_clone(const ct_module *self)
{
    return guard([&] { return box(clone(*ARG(self))); });
}

ct_module *ct_module_child(const ct_module *self, const char *path)
{
    return guard([&] { return box(module_at(ARG(self), text(path, "path"))); });
}

ct_status ct_module_set_child(ct_module *self, const char *name, const ct_module *child)
{
    return guard([&] { set_child(*ARG(self), text(name, "name"), ARG(child)); });
}

int64_t ct_module_size(const ct_module *self)
{
    return guard_or(int64_t{0}, [&] { return static_cast<int64_t>(ARG(self)->named_children().size()); });
}

ct_module *ct_module_at(const ct_module *self, int64_t i)
{
    return guard([&] { return box(child_at(*ARG(self), i)); });
}

const char *ct_module_name_at(const ct_module *self, int64_t i)
{
    return guard_or("", [&] { return lend(entries_of(*ARG(self))[position(*ARG(self), i)].first); });
}

const char *ct_module_class(const ct_module *self)
{
    return guard_or("", [&] { return lend(class_name(*ARG(self))); });
}

ct_tensor *ct_module_parameter(const ct_module *self, const char *path)
{
    return guard([&] { return box(tensor_at(ARG(self), text(path, "path"), /*parameter=*/true)); });
}

ct_status ct_module_set_parameter(ct_module *self, const char *name, const ct_tensor *tensor)
{
    return guard([&] { set_parameter(*ARG(self), text(name, "name"), ARG(tensor)); });
}

ct_tensor *ct_module_buffer(const ct_module *self, const char *path)
{
    return guard([&] { return box(tensor_at(ARG(self), text(path, "path"), /*parameter=*/false)); });
}

ct_status ct_module_set_buffer(ct_module *self, const char *name, const ct_tensor *tensor)
{
    return guard([&] { set_buffer(*ARG(self), text(name, "name"), ARG(tensor)); });
}

ct_dict *ct_module_parameters(const ct_module *self)
{
    return guard([&] { return box(parameters(*ARG(self))); });
}

ct_dict *ct_module_buffers(const ct_module *self)
{
    return guard([&] { return box(buffers(*ARG(self))); });
}

ct_dict *ct_module_state_dict(const ct_module *self)
{
    return guard([&] { return box(state_dict(*ARG(self))); });
}

ct_status ct_module_zero_grad(ct_module *self)
{
    return guard([&] { zero_grad(*ARG(self)); });
}

ct_status ct_module_train(ct_module *self, bool mode)
{
    return guard([&] { ARG(self)->train(mode); });
}

ct_status ct_module_eval(ct_module *self)
{
    return guard([&] { ARG(self)->eval(); });
}

bool ct_module_is_training(const ct_module *self)
{
    return guard_or(false, [&] { return ARG(self)->is_training(); });
}

ct_status ct_module_to_with(ct_module *self, const ct_to_options *options)
{
    return guard([&] { move_to(*ARG(self), given(options)); });
}

ct_status ct_module_print(const ct_module *self)
{
    return guard([&] { std::cout << repr(*ARG(self), /*legacy=*/false) << std::endl; });
}

const char *ct_module_to_string_with(const ct_module *self, const ct_module_print_options *options)
{
    return guard_or("", [&] { return lend(repr(*ARG(self), given(options).legacy)); });
}

ct_module *ct_nn_module_new(const char *name, const ct_class *options)
{
    ct_class o = given(options);
    UserData user(o.user, o.free_user);
    return guard([&] {
        return box(std::make_shared<CallbackModule>(text(name, "name"), o.forward, std::move(user), o.copy_user));
    });
}

ct_status ct_module_set_int(ct_module *self, const char *name, int64_t value)
{
    return guard([&] { set_attribute(self, name, value); });
}

ct_status ct_module_set_double(ct_module *self, const char *name, double value)
{
    return guard([&] { set_attribute(self, name, value); });
}

ct_status ct_module_set_bool(ct_module *self, const char *name, bool value)
{
    return guard([&] { set_attribute(self, name, value); });
}

ct_status ct_module_set_string(ct_module *self, const char *name, const char *value)
{
    return guard([&] { set_attribute(self, name, std::string(text(value, "value"))); });
}

int64_t ct_module_int(const ct_module *self, const char *name)
{
    return guard_or(int64_t{0}, [&] { return attribute<int64_t>(self, name, "a whole number"); });
}

double ct_module_double(const ct_module *self, const char *name)
{
    return guard_or(0.0, [&] { return attribute<double>(self, name, "a real number"); });
}

bool ct_module_bool(const ct_module *self, const char *name)
{
    return guard_or(false, [&] { return attribute<bool>(self, name, "a truth value"); });
}

const char *ct_module_string(const ct_module *self, const char *name)
{
    return guard_or("", [&] { return attribute<std::string>(self, name, "a string").c_str(); });
}
