// state.cpp: a module's tensors.
// SPDX-License-Identifier: BSD-3-Clause
#include "state.hpp"

#include "walk.hpp"

#include <unordered_set>

namespace ct {

bool is_real_or_complex(at::ScalarType type)
{
    return at::isFloatingType(type) || at::isComplexType(type);
}

namespace {

// Lists what of a module's own goes into a dict, under its prefix.
using Own = std::function<void(Object &, const std::function<void(const std::string &, const at::Tensor &)> &add)>;

Dict collect(Object &self, const ct_names_options &o, const Own &own)
{
    Dict dict;
    std::unordered_set<const void *> seen;
    auto visit = [&](const std::string &path, Object &module) {
        own(module, [&](const std::string &name, const at::Tensor &tensor) {
            if (tensor.defined() && (seen.insert(tensor.unsafeGetTensorImpl()).second || !o.remove_duplicate))
                dict.insert(path + name, tensor);
        });
    };
    std::string prefix = o.prefix && *o.prefix ? std::string(o.prefix) + "." : "";
    if (!o.recurse)
        visit(prefix, self);
    else if (o.remove_duplicate)
        walk_once(self, visit, prefix);
    else
        walk(self, visit, prefix);
    return dict;
}

} // namespace

Dict parameters(Object &self, const ct_names_options &options)
{
    return collect(self, options, [](Object &module, const auto &add) {
        for (const auto &item : module.own_parameters())
            if (!module.is_computed(item.key()))
                add(item.key(), item.value());
    });
}

Dict buffers(Object &self, const ct_names_options &options)
{
    return collect(self, options, [](Object &module, const auto &add) {
        for (const auto &item : module.own_buffers())
            add(item.key(), item.value());
    });
}

void require_grad(Object &self, bool requires_grad)
{
    for (auto &item : parameters(self))
        item.value().set_requires_grad(requires_grad);
}

int64_t count_parameters(Object &self, bool trainable_only)
{
    int64_t count = 0;
    for (const auto &item : parameters(self))
        if (!trainable_only || item.value().requires_grad())
            count += item.value().numel();
    return count;
}

Dict state_dict(Object &self, const ct_state_dict_options &o)
{
    Dict dict;
    auto add = [&](const std::string &name, const at::Tensor &tensor) {
        if (tensor.defined())
            dict.insert(name, o.keep_vars ? tensor : tensor.detach());
    };
    auto visit = [&](const std::string &prefix, Object &m) {
        for (const auto &item : m.own_parameters())
            if (!m.is_computed(item.key()))
                add(prefix + item.key(), item.value());
        for (const auto &item : m.own_buffers())
            if (m.is_saved(item.key()))
                add(prefix + item.key(), item.value());
    };
    walk(self, visit, o.prefix ? o.prefix : "");
    return dict;
}

void zero_grad(Object &self, bool set_to_none)
{
    for (auto &item : parameters(self)) {
        at::Tensor &grad = item.value().mutable_grad();
        if (set_to_none)
            grad = at::Tensor();
        else if (grad.defined())
            grad.detach_().zero_();
    }
}

namespace {

at::Tensor moved(const at::Tensor &tensor, ct_to_options to)
{
    if (!is_real_or_complex(tensor.scalar_type()))
        to.dtype = CT_DTYPE_NONE;
    return converted(tensor.detach(), to);
}

} // namespace

void move_tensors(const Tensors &tensors, const ct_to_options &to)
{
    if (to.dtype != CT_DTYPE_NONE && !is_real_or_complex(scalar_type(to.dtype)))
        fail(CT_ERROR_TYPE, "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=" +
                                std::string(ct_dtype_name(to.dtype)));
    // All are converted before the first is replaced, so that running out of memory changes nothing.
    std::vector<std::pair<at::Tensor, at::Tensor>> changes;
    for (const at::Tensor &tensor : tensors) {
        changes.emplace_back(tensor, moved(tensor, to));
        if (tensor.grad().defined())
            changes.emplace_back(tensor.grad(), moved(tensor.grad(), to));
    }
    for (auto &[tensor, data] : changes)
        tensor.set_data(data);
}

void move_to(Object &self, const ct_to_options &to)
{
    Tensors tensors;
    for (const Dict &dict : {parameters(self), buffers(self)})
        for (const auto &item : dict)
            tensors.push_back(item.value());
    move_tensors(tensors, to);
}

} // namespace ct
