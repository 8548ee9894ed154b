// module.cpp: include/ctorch/module.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_scope.hpp"
#include "callback.hpp"
#include "convert.hpp"
#include "kept.hpp"
#include "layers/lazy.hpp"
#include "parametrize.hpp"
#include "state.hpp"
#include "walk.hpp"

#include <iostream>

using namespace ct;

namespace {

// Holds the module: its forward may free the handle that it is called by.
template <class Input> Input run(ObjectPtr self, const Input &input)
{
    try {
        return call(*self, input);
    } catch (...) {
        rethrow_inside(path_from_running(*self));
    }
}

// Makes every handle before the first is handed out.
void hand_out(const Tensors &results, ct_tensor **const *outputs, size_t m, const Object &module)
{
    if (!outputs && m > 0)
        fail_null("outputs");
    if (results.size() != m)
        fail(CT_ERROR_VALUE, module.class_name() + " gives " + std::to_string(results.size()) + " outputs; " +
                                 std::to_string(m) + " were asked for");
    std::vector<ct_tensor *> handles;
    for (size_t i = 0; i < m; i++)
        handles.push_back(outputs[i] ? box_or_null(results[i]) : nullptr);
    for (size_t i = 0; i < m; i++)
        if (outputs[i])
            *outputs[i] = handles[i];
}

ObjectPtr clone(const Object &self)
{
    Copying copying;
    return clone_of(self, {});
}

const Dict &own(const Object &module, bool parameter)
{
    return parameter ? module.own_parameters() : module.own_buffers();
}

at::Tensor tensor_at(const ObjectPtr &self, const std::string &path, bool parameter)
{
    auto [owner, name] = split_path(path);
    ObjectPtr module = module_at(self, owner);
    if (parameter && module->is_computed(name) && parametrizations_of(*module, name))
        return computed_parameter(*module, name);
    const at::Tensor *found = own(*module, parameter).find(name);
    if (!found || !found->defined())
        fail(CT_ERROR_KEY, "'" + module->class_name() + "' object has no " + (parameter ? "parameter" : "buffer") +
                               " '" + path + "'");
    return *found;
}

// Null when it has its shape, or is not there.
const at::Tensor *waiting_at(const ObjectPtr &self, const std::string &path)
{
    auto [owner, name] = split_path(path);
    ObjectPtr module = module_at(self, owner);
    const auto *layer = dynamic_cast<const Layer *>(module.get());
    const at::Tensor *found = module->own_parameters().find(name);
    if (!found)
        found = module->own_buffers().find(name);
    return layer && layer->is_lazy() && found && is_waiting(*found) ? found : nullptr;
}

void materialize(const ObjectPtr &self, const std::string &path, at::IntArrayRef shape)
{
    const at::Tensor *waiting = waiting_at(self, path);
    if (!waiting)
        fail(CT_ERROR_VALUE, "'" + path + "' does not wait for a shape");
    waiting->set_data(at::empty(shape, waiting->options()));
}

void set_parameter(Object &self, const std::string &name, const at::Tensor &tensor)
{
    check_name(name, "parameter");
    if (parametrizations_of(self, name))
        return assign_parametrized(self, name, tensor);
    if (self.is_computed(name) || !self.own_parameters().contains(name))
        check_free(self, name);
    check_parameter(tensor, "tensor");
    self.put_parameter(name, as_parameter(tensor));
}

void set_buffer(Object &self, const std::string &name, const at::Tensor &tensor, bool is_persistent)
{
    check_name(name, "buffer");
    if (!self.own_buffers().contains(name))
        check_free(self, name);
    self.put_buffer(name, tensor, is_persistent);
}

ct_to_options to_type(ct_dtype dtype)
{
    ct_to_options to = {};
    to.dtype = dtype;
    return to;
}

void delete_child(Object &self, const std::string &name)
{
    if (!self.child(name))
        fail(CT_ERROR_KEY, "'" + self.class_name() + "' object has no module '" + name + "'");
    self.remove(name);
}

// A C function as a visitor: each call in a scope of its own, whose failure ends the walk.
Visit shown_to(ct_visit visit, void *user)
{
    if (!visit)
        fail_null("visit");
    return [visit, user](const std::string &prefix, Object &module) {
        CallScope scope;
        std::string path = prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1);
        visit(path.c_str(), box(std::static_pointer_cast<Object>(module.shared_from_this())), user);
        scope.check();
    };
}

void show_named(Object &self, const Visit &visit, const ct_named_modules_options &o)
{
    std::string prefix = o.prefix && *o.prefix ? std::string(o.prefix) + "." : "";
    o.remove_duplicate ? walk_once(self, visit, prefix) : walk(self, visit, prefix);
}

void set_attribute(ct_module *self, const char *name, Value value)
{
    ARG(self)->set_attribute(text(name, "name"), std::move(value));
}

const Value &attribute(const Object &self, const char *name)
{
    if (const Value *found = self.attribute(text(name, "name")))
        return *found;
    fail(CT_ERROR_KEY, "'" + self.class_name() + "' object has no attribute '" + name + "'");
}

[[noreturn]] void fail_attribute(const Object &self, const char *name, const Value &value, const char *type)
{
    fail(CT_ERROR_TYPE,
         "attribute '" + std::string(name) + "' of '" + self.class_name() + "' is " + value.repr() + ", not " + type);
}

template <class Type> const Type &attribute(const ct_module *self, const char *name, const char *type)
{
    const Value &found = attribute(*ARG(self), name);
    if (const Type *value = found.get<Type>())
        return *value;
    fail_attribute(*ARG(self), name, found, type);
}

// A whole number goes for a real one, as in Python: LeakyReLU(2) has one.
double real_attribute(const ct_module *self, const char *name)
{
    const Value &found = attribute(*ARG(self), name);
    if (found.number() && !found.get<bool>())
        return *found.number();
    fail_attribute(*ARG(self), name, found, "a real number");
}

// A function goes by its name.
const char *text_attribute(const ct_module *self, const char *name)
{
    const KeptValue *kept = attribute(*ARG(self), name).get<KeptValue>();
    if (kept && kept->value.kind == CT_VALUE_GLOBAL)
        return kept->value.as.string;
    return attribute<std::string>(self, name, "a string").c_str();
}

} // namespace

ct_tensor *ct_module_forward(ct_module *self, const ct_tensor *x)
{
    return guard([&] { return box(run(ARG(self), ARG(x))); });
}

ct_status ct_module_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **const *outputs, size_t m)
{
    return guard([&] { hand_out(run(ARG(self), tensors_or_none(inputs, n, "inputs")), outputs, m, *ARG(self)); });
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

ct_status ct_module_set_submodule(ct_module *self, const char *path, const ct_module *module)
{
    return guard([&] {
        auto [owner, name] = split_path(text(path, "path"));
        set_child(*module_at(ARG(self), owner), name, ARG(module));
    });
}

ct_status ct_module_delete_child(ct_module *self, const char *name)
{
    return guard([&] { delete_child(*ARG(self), text(name, "name")); });
}

ct_status ct_module_named_modules_with(ct_module *self, ct_visit visit, void *user,
                                       const ct_named_modules_options *options)
{
    return guard(
        [&] { show_named(*ARG(self), shown_to(visit, user), given(options, ct_named_modules_options_default())); });
}

ct_status ct_module_apply(ct_module *self, ct_visit visit, void *user)
{
    return guard([&] { walk_up(*ARG(self), shown_to(visit, user)); });
}

int64_t ct_module_size(const ct_module *self)
{
    return guard_or(int64_t{0}, [&] { return static_cast<int64_t>(ARG(self)->children().size()); });
}

ct_module *ct_module_at(const ct_module *self, int64_t i)
{
    return guard([&] { return box(ARG(self)->children()[position(*ARG(self), i)].second); });
}

const char *ct_module_name_at(const ct_module *self, int64_t i)
{
    return guard_or("", [&] { return lend(ARG(self)->children()[position(*ARG(self), i)].first); });
}

const char *ct_module_class(const ct_module *self)
{
    return guard_or("", [&] { return lend(ARG(self)->class_name()); });
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

ct_status ct_module_set_buffer_with(ct_module *self, const char *name, const ct_tensor *tensor,
                                    const ct_buffer_options *options)
{
    ct_buffer_options o = given(options, ct_buffer_options_default());
    return guard([&] { set_buffer(*ARG(self), text(name, "name"), ARG(tensor), o.persistent); });
}

bool ct_module_is_lazy(const ct_module *self, const char *path)
{
    return guard_or(false, [&] { return waiting_at(ARG(self), text(path, "path")) != nullptr; });
}

ct_status ct_module_materialize(ct_module *self, const char *path, const int64_t *shape, size_t n)
{
    return guard([&] { materialize(ARG(self), text(path, "path"), ints(shape, n, "shape")); });
}

ct_dict *ct_module_parameters_with(const ct_module *self, const ct_names_options *options)
{
    return guard([&] { return box(parameters(*ARG(self), given(options, ct_names_options_default()))); });
}

ct_dict *ct_module_buffers_with(const ct_module *self, const ct_names_options *options)
{
    return guard([&] { return box(buffers(*ARG(self), given(options, ct_names_options_default()))); });
}

int64_t ct_module_parameter_count(const ct_module *self, bool trainable_only)
{
    return guard_or(int64_t{0}, [&] { return count_parameters(*ARG(self), trainable_only); });
}

ct_status ct_module_requires_grad_(ct_module *self, bool requires_grad)
{
    return guard([&] { require_grad(*ARG(self), requires_grad); });
}

ct_dict *ct_module_state_dict_with(const ct_module *self, const ct_state_dict_options *options)
{
    return guard([&] { return box(state_dict(*ARG(self), given(options, ct_state_dict_options_default()))); });
}

ct_status ct_module_zero_grad_with(ct_module *self, const ct_zero_grad_options *options)
{
    return guard([&] { zero_grad(*ARG(self), given(options, ct_zero_grad_options_default()).set_to_none); });
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

ct_status ct_module_to_float(ct_module *self)
{
    return guard([&] { move_to(*ARG(self), to_type(CT_FLOAT32)); });
}

ct_status ct_module_to_double(ct_module *self)
{
    return guard([&] { move_to(*ARG(self), to_type(CT_FLOAT64)); });
}

ct_status ct_module_to_half(ct_module *self)
{
    return guard([&] { move_to(*ARG(self), to_type(CT_FLOAT16)); });
}

ct_status ct_module_to_bfloat16(ct_module *self)
{
    return guard([&] { move_to(*ARG(self), to_type(CT_BFLOAT16)); });
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
        return box(
            std::make_shared<CallbackModule>(text(name, "name"), o, std::make_shared<UserData>(std::move(user))));
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
    return guard([&] { set_attribute(self, name, text(value, "value")); });
}

int64_t ct_module_int(const ct_module *self, const char *name)
{
    return guard_or(int64_t{0}, [&] { return attribute<int64_t>(self, name, "a whole number"); });
}

double ct_module_double(const ct_module *self, const char *name)
{
    return guard_or(0.0, [&] { return real_attribute(self, name); });
}

bool ct_module_bool(const ct_module *self, const char *name)
{
    return guard_or(false, [&] { return attribute<bool>(self, name, "a truth value"); });
}

const char *ct_module_string(const ct_module *self, const char *name)
{
    return guard_or("", [&] { return text_attribute(self, name); });
}

ct_value ct_module_value(const ct_module *self, const char *name)
{
    return guard_or(ct_value_none(), [&] {
        const Value &found = attribute(*ARG(self), text(name, "name"));
        return lent_value(found, name);
    });
}

ct_status ct_module_set_value(ct_module *self, const char *name, ct_value value)
{
    return guard([&] {
        const ObjectPtr &module = ARG(self);
        set_attribute(self, name, attribute_of(value, module->attribute(text(name, "name"))));
    });
}
