// script.cpp: include/ctorch/script.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "script.hpp"

#include "nested_value.hpp"
#include "script_module.hpp"
#include "state.hpp"
#include "walk.hpp"

#include <unordered_set>

using namespace ct;

namespace {

// ---- Methods ----

torch::jit::Method method_at(const ScriptModule &module, size_t i)
{
    auto methods = module.get_methods();
    if (i >= methods.size())
        fail(CT_ERROR_INDEX,
             "index " + std::to_string(i) + " is out of range for " + std::to_string(methods.size()) + " methods");
    return methods[i];
}

// As the caller gave them, checked against the method's schema.
c10::IValue call(const Script &script, const std::string &name, const Given &given)
{
    auto method = method_of(script.module, name);
    Signature signature(method.function().getSchema(), /*first=*/1);
    Stack arguments;
    Fit fit = put(signature, given, arguments);
    if (fit.kind != Fit::good)
        fail_fit(signature, fit, given, "");
    return run_method(script, name, std::move(arguments));
}

ct_tensor *only_tensor(const c10::IValue &result)
{
    if (!result.isTensor() && !result.isNone())
        fail(CT_ERROR_TYPE, "returns " + result.type()->annotation_str() + ", not one tensor: use ct_script_call_into");
    return result.isNone() ? nullptr : box_or_null(result.toTensor());
}

void hand_out(const c10::IValue &result, ct_value *results, size_t m)
{
    std::vector<c10::IValue> flat;
    m == 1 ? flat.push_back(result) : lay_flat(result, flat);
    if (flat.size() != m)
        fail(CT_ERROR_VALUE, "returns " + std::to_string(flat.size()) + " values, " + result.type()->annotation_str() +
                                 "; got places for " + std::to_string(m));
    size_t room = 0;
    for (const c10::IValue &value : flat)
        room += room_of(value);
    Giving giving(room);
    std::vector<ct_value> made;
    for (const c10::IValue &value : flat)
        made.push_back(give_value(value, giving));
    giving.hand_out(made, results);
}

// ---- The tree ----

ScriptModule script_at(const ScriptModule &module, const std::string &path)
{
    ScriptModule at = module;
    for (size_t begin = 0; begin <= path.size() && !path.empty();) {
        size_t end = std::min(path.find('.', begin), path.size());
        std::string name = path.substr(begin, end - begin);
        if (!at.hasattr(name) || !at.attr(name).isModule())
            fail(CT_ERROR_KEY, "there is no module '" + path.substr(0, end) + "'");
        at = at.attr(name).toModule();
        begin = end + 1;
    }
    return at;
}

// Where an attribute is, and its name there.
std::pair<ScriptModule, std::string> owner_of(const ScriptModule &module, const char *given)
{
    std::string path = text(given, "path");
    auto [owner, name] = split_path(path);
    ScriptModule at = script_at(module, owner);
    if (!at.hasattr(name) || at.attr(name).isModule())
        fail(CT_ERROR_KEY, "there is no attribute '" + path + "'");
    return {at, name};
}

void set_attribute(const ScriptModule &module, const char *path, const ct_value &value)
{
    auto [owner, name] = owner_of(module, path);
    const c10::TypePtr &type = owner.type()->getAttribute(name);
    c10::IValue taken;
    if (!take_value(value, type, "value", taken))
        fail(CT_ERROR_TYPE,
             "attribute '" + std::string(path) + "' is " + type->annotation_str() + "; got " + given_text(value));
    owner.setattr(name, std::move(taken));
}

// A tensor that several names stand for is listed under the first, as Python does.
template <class List> Dict unique(const List &named)
{
    Dict dict;
    std::unordered_set<const void *> seen;
    for (const auto &item : named)
        if (item.value.defined() && seen.insert(item.value.unsafeGetTensorImpl()).second)
            dict.insert(item.name, item.value);
    return dict;
}

void collect_state(const ScriptModule &module, const std::string &prefix, Dict &to)
{
    for (const auto &item : module.named_parameters(/*recurse=*/false))
        to.insert(prefix + item.name, item.value.detach());
    for (const auto &item : module.named_buffers(/*recurse=*/false))
        if (item.value.defined())
            to.insert(prefix + item.name, item.value.detach());
    for (const auto &child : module.named_children())
        collect_state(child.value, prefix + child.name + ".", to);
}

std::vector<std::string> child_names(const ScriptModule &module)
{
    std::vector<std::string> names;
    for (const auto &child : module.named_children())
        names.push_back(child.name);
    return names;
}

const char *child_name(const ScriptModule &module, size_t i)
{
    std::vector<std::string> names = child_names(module);
    if (i >= names.size())
        fail(CT_ERROR_INDEX,
             "index " + std::to_string(i) + " is out of range for " + std::to_string(names.size()) + " modules");
    return lend(names[i]);
}

// ---- Modes ----

void move_to(const ScriptModule &module, const ct_to_options &to)
{
    std::vector<at::Tensor> tensors;
    for (const Dict &dict : {unique(module.named_parameters()), unique(module.named_buffers())})
        for (const auto &item : dict)
            tensors.push_back(item.value());
    move_tensors(tensors, to);
}

void train(const ScriptModule &module, bool mode)
{
    for (ScriptModule each : module.modules())
        if (each.hasattr("training"))
            each.setattr("training", mode);
}

void check_eval(const ScriptModule &module, const char *what)
{
    if (in_training(module))
        fail(CT_ERROR_VALUE, std::string(what) + " is only possible in evaluation mode; call ct_script_eval first");
}

Script freeze(const Script &script, const ct_freeze_options &o)
{
    check_eval(script.module, "freezing");
    if (!o.preserved && o.n_preserved > 0)
        fail_null("preserved");
    std::vector<std::string> preserved;
    for (size_t i = 0; i < o.n_preserved; i++)
        preserved.push_back(text(o.preserved[i], "preserved"));
    return {torch::jit::freeze(script.module, preserved), script.for_inference};
}

Script optimize(const Script &script)
{
    check_eval(script.module, "optimizing for inference");
    c10::InferenceMode inference; // elsewhere its folding of constants fails on some releases
    ScriptModule module = script.module;
    return {torch::jit::optimize_for_inference(module), true};
}

} // namespace

ct_script *ct_script_load_with(const char *path, const ct_script_load_options *options)
{
    ct_script_load_options o = given(options);
    return guard([&] { return box(Script{read_script(text(path, "path"), device_or_none(o.device))}); });
}

ct_script *ct_script_load_memory_with(const void *bytes, size_t size, const ct_script_load_options *options)
{
    ct_script_load_options o = given(options);
    return guard([&] {
        if (!bytes)
            fail_null("bytes");
        return box(Script{read_script(bytes, size, device_or_none(o.device))});
    });
}

ct_status ct_script_save(const ct_script *self, const char *path)
{
    return guard([&] { write_script(*ARG(self), text(path, "path")); });
}

void ct_script_free(ct_script *self)
{
    free_handle(self);
}

ct_script *ct_script_escape(ct_script *self)
{
    return escape_handle(self);
}

ct_tensor *ct_script_forward(const ct_script *self, const ct_tensor *x)
{
    ct_value input = ct_value_tensor(x);
    return guard([&] {
        ARG(x);
        return in_operator("forward", [&] { return only_tensor(call(*ARG(self), "forward", Given(&input, 1))); });
    });
}

ct_tensor *ct_script_call(const ct_script *self, const char *method, const ct_value *args, size_t n)
{
    return guard([&] {
        const Script &script = *ARG(self);
        return in_operator(text(method, "method"), [&] { return only_tensor(call(script, method, Given(args, n))); });
    });
}

ct_status ct_script_call_into(const ct_script *self, const char *method, const ct_value *args, size_t n,
                              ct_value *results, size_t m)
{
    return guard([&] {
        const Script &script = *ARG(self);
        if (!results && m > 0)
            fail_null("results");
        in_operator(text(method, "method"), [&] { hand_out(call(script, method, Given(args, n)), results, m); });
    });
}

size_t ct_script_method_count(const ct_script *self)
{
    return guard_or(size_t{0}, [&] { return ARG(self)->module.get_methods().size(); });
}

const char *ct_script_method_name(const ct_script *self, size_t i)
{
    return guard_or("", [&] { return lend(method_at(ARG(self)->module, i).name()); });
}

const char *ct_script_schema(const ct_script *self, const char *method)
{
    return guard_or("", [&] {
        return lend(c10::toString(method_of(ARG(self)->module, text(method, "method")).function().getSchema()));
    });
}

ct_script *ct_script_child(const ct_script *self, const char *path)
{
    return guard([&] {
        const Script &script = *ARG(self);
        return box(Script{script_at(script.module, text(path, "path")), script.for_inference});
    });
}

size_t ct_script_size(const ct_script *self)
{
    return guard_or(size_t{0}, [&] { return child_names(ARG(self)->module).size(); });
}

const char *ct_script_name_at(const ct_script *self, size_t i)
{
    return guard_or("", [&] { return child_name(ARG(self)->module, i); });
}

const char *ct_script_class(const ct_script *self)
{
    return guard_or("", [&] { return lend(ARG(self)->module.type()->name()->name()); });
}

ct_dict *ct_script_parameters(const ct_script *self)
{
    return guard([&] { return box(unique(ARG(self)->module.named_parameters())); });
}

ct_dict *ct_script_buffers(const ct_script *self)
{
    return guard([&] { return box(unique(ARG(self)->module.named_buffers())); });
}

ct_dict *ct_script_state_dict(const ct_script *self)
{
    return guard([&] {
        Dict state;
        collect_state(ARG(self)->module, "", state);
        return box(std::move(state));
    });
}

ct_value ct_script_attribute(const ct_script *self, const char *path)
{
    return guard_or(ct_value_none(), [&] {
        auto [owner, name] = owner_of(ARG(self)->module, path);
        return give(owner.attr(name));
    });
}

ct_status ct_script_set_attribute(ct_script *self, const char *path, ct_value value)
{
    return guard([&] { set_attribute(ARG(self)->module, path, value); });
}

ct_status ct_script_train(ct_script *self, bool mode)
{
    return guard([&] { train(ARG(self)->module, mode); });
}

ct_status ct_script_eval(ct_script *self)
{
    return guard([&] { train(ARG(self)->module, false); });
}

bool ct_script_is_training(const ct_script *self)
{
    return guard_or(false, [&] { return in_training(ARG(self)->module); });
}

ct_status ct_script_to_with(ct_script *self, const ct_to_options *options)
{
    return guard([&] { move_to(ARG(self)->module, given(options)); });
}

ct_script *ct_script_freeze_with(const ct_script *self, const ct_freeze_options *options)
{
    return guard([&] { return box(freeze(*ARG(self), given(options))); });
}

ct_script *ct_script_optimize_for_inference(const ct_script *self)
{
    return guard([&] { return box(optimize(*ARG(self))); });
}

ct_module *ct_script_module(const ct_script *self)
{
    return guard([&] { return box(as_module(*ARG(self))); });
}
