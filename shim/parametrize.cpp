// parametrize.cpp: include/ctorch/parametrize.h but for its first part: parametrizations of any kind, and taking them
// away, in the steps of torch/nn/utils/parametrize.py.
// SPDX-License-Identifier: BSD-3-Clause
#include "parametrize.hpp"

#include "callback.hpp"
#include "convert.hpp"
#include "hooks.hpp"
#include "layer.hpp"
#include "layers/lazy.hpp"
#include "walk.hpp"

#include <ctorch/parametrize.h>

namespace ct {

namespace {

const char prefix_of_class[] = "Parametrized";
const char name_of_child[] = "parametrizations";

// Runs one of a list's maps; an error says which.
at::Tensor mapped(const std::string &name, Object &map, const Tensors &inputs)
{
    try {
        return only(call(map, inputs), map);
    } catch (...) {
        rethrow_inside(name);
    }
}

// At first, a map that has no inverse counts as the identity.
Tensors inverted(Object &map, const at::Tensor &value, bool is_first)
{
    auto *ours = dynamic_cast<Parametrization *>(&map);
    if (!ours && !is_first)
        fail(CT_ERROR_RUNTIME, "parametrization " + map.class_name() + " does not implement right_inverse.");
    try {
        return ours ? ours->right_inverse(value) : Tensors{value};
    } catch (const Error &error) {
        if (!is_first || error.failure.code != CT_ERROR_NOT_IMPLEMENTED)
            throw;
        return {value};
    }
}

// A compute whose error says where in the module.
template <class Compute> at::Tensor inside(const std::string &name, Compute compute)
{
    try {
        return compute();
    } catch (...) {
        rethrow_inside(std::string(name_of_child) + "." + name);
    }
}

// Before a layer's forward, which reads its parameters where they stand.
struct ComputeParametrized {
    void operator()(Object &module, Tensors &) const { compute_parametrized(module); }
};

void stop_computing(Object &module)
{
    if (!module.hooks)
        return;
    for (const auto &hook : module.hooks->before)
        if (hook.run->target<ComputeParametrized>()) {
            remove_hook(module, &Hooks::before, hook.number);
            return;
        }
}

// The child "parametrizations", which the first parametrization makes, and the class's name with it.
Object &home(Object &module)
{
    if (ObjectPtr found = module.child(name_of_child))
        return *found;
    std::string name = prefix_of_class + module.class_name();
    auto made = std::make_shared<ModuleDict>();
    module.put(name_of_child, made);
    module.rename(std::move(name));
    if (dynamic_cast<Layer *>(&module))
        add_hook(module, &Hooks::before, PreHook(ComputeParametrized()), /*prepend=*/false);
    return *made;
}

std::string difference(const char *what, const std::string &before, const std::string &after)
{
    return std::string("Registering a parametrization may not change the ") + what +
           " of the tensor, unless `unsafe` flag is enabled; unparametrized " + what + ": " + before +
           ", parametrized " + what + ": " + after;
}

void check_alike(const at::Tensor &before, const at::Tensor &after)
{
    if (before.scalar_type() != after.scalar_type())
        fail(CT_ERROR_VALUE, difference("dtype", dtype_text(before.scalar_type()), dtype_text(after.scalar_type())));
    if (before.sizes() != after.sizes())
        fail(CT_ERROR_VALUE, difference("shape", tuple_text(before.sizes()), tuple_text(after.sizes())));
}

void check_one_original(const at::Tensor &before, const at::Tensor &after)
{
    if (before.scalar_type() != after.scalar_type())
        fail(CT_ERROR_VALUE, "When `right_inverse` outputs one tensor, it may not change the dtype; original.dtype: " +
                                 dtype_text(before.scalar_type()) +
                                 ", right_inverse(original).dtype: " + dtype_text(after.scalar_type()));
}

// The original keeps its identity, by which an optimizer knows it.
void set_value(at::Tensor tensor, const at::Tensor &value)
{
    at::NoGradGuard no_grad;
    tensor.set_(value);
}

void register_first(Object &module, const std::string &name, const ObjectPtr &map, bool is_unsafe)
{
    at::Tensor weight = plain_parameter(module, name, "register_parametrization");
    if (!module.child(name_of_child))
        check_free(module, name_of_child);
    auto list = std::make_shared<ParametrizationList>();
    list->put("0", map);
    list->train(module.is_training());

    at::Tensor value = weight.detach();
    Tensors found = list->right_inverse(value, /*is_first=*/true);
    if (found.size() == 1)
        check_one_original(weight, found[0]);
    if (!is_unsafe) {
        at::NoGradGuard no_grad;
        at::Tensor computed = inside(name, [&] { return list->compute(found); });
        check_alike(weight, computed);
        value = computed;
    }

    if (found.size() == 1) {
        set_value(weight, found[0]);
        list->put_parameter("original", weight);
    }
    for (size_t i = 0; found.size() > 1 && i < found.size(); i++)
        list->put_parameter("original" + std::to_string(i),
                            found[i].detach().set_requires_grad(weight.requires_grad()));
    home(module).put(name, list);
    module.put_parameter(name, value);
    module.set_computed(name, true);
}

void register_next(const Object &module, ParametrizationList &list, const std::string &name, const ObjectPtr &map,
                   bool is_unsafe)
{
    std::string number = std::to_string(list.children().size());
    map->train(module.is_training());
    if (!is_unsafe) {
        at::NoGradGuard no_grad;
        at::Tensor before = computed_parameter(module, name);
        check_alike(before, inside(name, [&] { return mapped(number, *map, {before}); }));
    }
    list.put(number, map);
}

// What the parameter is without its parametrizations.
at::Tensor left(const Object &module, const ParametrizationList &list, const std::string &name, bool leave_parametrized)
{
    if (!list.has_one_original()) {
        if (!leave_parametrized)
            fail(CT_ERROR_VALUE, "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is "
                                 "parametrized in terms of a sequence of tensors.");
        at::Tensor computed = computed_parameter(module, name);
        return computed.detach().set_requires_grad(computed.requires_grad());
    }
    at::Tensor original = list.own_parameters()["original"];
    if (leave_parametrized) {
        at::NoGradGuard no_grad;
        set_value(original, computed_parameter(module, name));
    }
    return original;
}

} // namespace

// ---- the list ----

Tensors ParametrizationList::call(const Tensors &)
{
    return {compute()};
}

Tensors ParametrizationList::originals() const
{
    Tensors all;
    for (const auto &item : own_parameters())
        all.push_back(item.value());
    return all;
}

at::Tensor ParametrizationList::compute(Tensors tensors)
{
    for (const auto &[name, map] : Entries(children()))
        tensors = {mapped(name, *map, tensors)};
    return tensors.at(0);
}

Tensors ParametrizationList::right_inverse(at::Tensor value, bool is_first)
{
    at::NoGradGuard no_grad;
    Tensors found = {std::move(value)};
    for (auto map = children().rbegin(); map != children().rend(); ++map)
        found = inverted(*map->second, found.at(0), is_first);
    return found;
}

// ---- parametrized modules ----

ParametrizationList *parametrizations_of(const Object &module, const std::string &name)
{
    ObjectPtr all = module.child(name_of_child);
    return all ? dynamic_cast<ParametrizationList *>(all->child(name).get()) : nullptr;
}

at::Tensor computed_parameter(const Object &module, const std::string &name)
{
    return inside(name, [&] { return parametrizations_of(module, name)->compute(); });
}

void compute_parametrized(Object &module)
{
    if (ObjectPtr all = module.child(name_of_child))
        for (const auto &[name, list] : Entries(all->children()))
            if (parametrizations_of(module, name) && module.is_computed(name))
                module.put_parameter(name, computed_parameter(module, name));
}

void assign_parametrized(const Object &module, const std::string &name, const at::Tensor &value)
{
    ParametrizationList &list = *parametrizations_of(module, name);
    Tensors found = list.right_inverse(value, /*is_first=*/false), originals = list.originals();
    for (size_t i = 0; i < found.size(); i++)
        if (found[i].scalar_type() != originals[i].scalar_type())
            fail(CT_ERROR_VALUE, "The tensor returned by `right_inverse` has dtype " +
                                     dtype_text(found[i].scalar_type()) + " while `" +
                                     list.own_parameters()[i].key() + "` has dtype " +
                                     dtype_text(originals[i].scalar_type()));
    for (size_t i = 0; i < found.size(); i++)
        set_value(originals[i], found[i]);
}

void register_parametrization(Object &module, const std::string &name, const ObjectPtr &map, bool is_unsafe)
{
    check_no_cycle(module, *map);
    if (ParametrizationList *list = parametrizations_of(module, name))
        register_next(module, *list, name, map, is_unsafe);
    else
        register_first(module, name, map, is_unsafe);
}

void remove_parametrizations(Object &module, const std::string &name, bool leave_parametrized)
{
    ParametrizationList *list = parametrizations_of(module, name);
    if (!list)
        fail(CT_ERROR_VALUE, "Module " + module.class_name() + " does not have a parametrization on " + name);
    at::Tensor parameter = left(module, *list, name, leave_parametrized);
    ObjectPtr all = module.child(name_of_child);
    all->remove(name);
    module.put_parameter(name, parameter);
    module.set_computed(name, false);
    if (!all->children().empty())
        return;
    module.remove(name_of_child);
    module.rename(module.class_name().substr(sizeof prefix_of_class - 1));
    stop_computing(module);
}

// ---- what both styles share ----

at::Tensor plain_parameter(const Object &module, const std::string &name, const char *what)
{
    const at::Tensor *found = module.own_parameters().find(name);
    if (!found || module.is_computed(name))
        fail(CT_ERROR_KEY, "'" + module.class_name() + "' object has no parameter '" + name + "'" +
                               (found ? " any more: it is computed from others" : ""));
    if (!found->defined())
        fail(CT_ERROR_VALUE, "`" + std::string(what) + "` cannot be applied as parameter `" + name + "` is None");
    if (is_waiting(*found))
        fail(CT_ERROR_VALUE, "The module passed to `" + std::string(what) +
                                 "` can't have uninitialized parameters. Make sure to run the dummy forward before");
    return *found;
}

int64_t check_iterations(int64_t n)
{
    if (n <= 0)
        fail(CT_ERROR_VALUE,
             "Expected n_power_iterations to be positive, but got n_power_iterations=" + std::to_string(n));
    return n;
}

} // namespace ct

using namespace ct;

namespace {

bool is_parametrized(const Object &module, const std::string &name)
{
    if (!name.empty())
        return parametrizations_of(module, name) != nullptr;
    ObjectPtr all = module.child(name_of_child);
    return all && dynamic_cast<ModuleDict *>(all.get()) && !all->children().empty();
}

} // namespace

ct_status ct_parametrizations_weight_norm_with(ct_module *self, const char *name, const ct_weight_norm_options *options)
{
    ct_weight_norm_options o = given(options, ct_weight_norm_options_default());
    return guard([&] { weight_norm(*ARG(self), text(name, "name"), o.dim); });
}

ct_status ct_parametrizations_spectral_norm_with(ct_module *self, const char *name,
                                                 const ct_spectral_norm_options *options)
{
    ct_spectral_norm_options o = given(options, ct_spectral_norm_options_default());
    return guard([&] { spectral_norm(*ARG(self), text(name, "name"), o.n_power_iterations, o.eps, o.dim); });
}

ct_status ct_parametrizations_orthogonal_with(ct_module *self, const char *name, const ct_orthogonal_options *options)
{
    ct_orthogonal_options o = given(options, ct_orthogonal_options_default());
    return guard([&] { orthogonal(*ARG(self), text(name, "name"), o.orthogonal_map, o.use_trivialization); });
}

ct_status ct_module_register_parametrization_with(ct_module *self, const char *name, const ct_module *parametrization,
                                                  const ct_parametrization_options *options)
{
    ct_parametrization_options o = given(options, ct_parametrization_options_default());
    return guard([&] { register_parametrization(*ARG(self), text(name, "name"), ARG(parametrization), o.unsafe); });
}

bool ct_module_is_parametrized(const ct_module *self, const char *name)
{
    return guard_or(false, [&] { return is_parametrized(*ARG(self), text(name, "name")); });
}

ct_status ct_module_remove_parametrizations_with(ct_module *self, const char *name,
                                                 const ct_remove_parametrizations_options *options)
{
    ct_remove_parametrizations_options o = given(options, ct_remove_parametrizations_options_default());
    return guard([&] { remove_parametrizations(*ARG(self), text(name, "name"), o.leave_parametrized); });
}
