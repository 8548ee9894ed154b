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

void add_own(Dict &dict, const std::string &prefix, const Dict &own, std::unordered_set<const void *> *seen)
{
    for (const auto &item : own)
        if (item.value().defined() && (!seen || seen->insert(item.value().unsafeGetTensorImpl()).second))
            dict.insert(prefix + item.key(), item.value());
}

} // namespace

Dict parameters(Module &self)
{
    Dict dict;
    std::unordered_set<const void *> seen;
    walk_once(self,
              [&](const std::string &prefix, Module &m) { add_own(dict, prefix, m.named_parameters(false), &seen); });
    return dict;
}

Dict buffers(Module &self)
{
    Dict dict;
    std::unordered_set<const void *> seen;
    walk_once(self,
              [&](const std::string &prefix, Module &m) { add_own(dict, prefix, m.named_buffers(false), &seen); });
    return dict;
}

Dict state_dict(Module &self)
{
    Dict dict;
    walk(self, [&](const std::string &prefix, Module &m) {
        add_own(dict, prefix, m.named_parameters(false), nullptr);
        add_own(dict, prefix, m.named_buffers(false), nullptr);
    });
    for (auto &item : dict)
        item.value() = item.value().detach();
    return dict;
}

void zero_grad(Module &self)
{
    for (auto &item : parameters(self))
        item.value().mutable_grad() = at::Tensor();
}

namespace {

at::Tensor moved(const at::Tensor &tensor, ct_to_options to)
{
    if (!is_real_or_complex(tensor.scalar_type()))
        to.dtype = CT_DTYPE_NONE;
    return converted(tensor.detach(), to);
}

} // namespace

void move_to(Module &self, const ct_to_options &to)
{
    if (to.dtype != CT_DTYPE_NONE && !is_real_or_complex(scalar_type(to.dtype)))
        fail(CT_ERROR_TYPE, "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=" +
                                std::string(ct_dtype_name(to.dtype)));
    // All are converted before the first is replaced, so that running out of memory changes nothing.
    std::vector<std::pair<at::Tensor, at::Tensor>> changes;
    for (const Dict &dict : {parameters(self), buffers(self)})
        for (const auto &item : dict) {
            changes.emplace_back(item.value(), moved(item.value(), to));
            if (item.value().grad().defined())
                changes.emplace_back(item.value().grad(), moved(item.value().grad(), to));
        }
    for (auto &[tensor, data] : changes)
        tensor.set_data(data);
}

} // namespace ct
