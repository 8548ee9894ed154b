// hooks.hpp: what runs around a module's forward and backward, and on a tensor's gradient, in the order and at the
// moments of Python's Module._call_impl and torch.utils.hooks.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

#include <functional>

namespace ct {

// A hook is found again by its number. Who runs a list takes a copy first, as Python does: a hook may remove itself.
template <class Function> struct Hook {
    int64_t number;
    std::shared_ptr<const Function> run;
    bool always_call;
};
template <class Function> using HookList = std::vector<Hook<Function>>;

using PreHook = std::function<void(Object &, Tensors &)>; // of inputs, or of the gradients of outputs
using ForwardHook = std::function<void(Object &, const Tensors &inputs, Tensors &outputs)>;
using BackwardHook = std::function<void(Object &, Tensors &grad_inputs, const Tensors &grad_outputs)>;
using TensorHook = std::function<at::Tensor(const at::Tensor &grad)>; // undefined: leave it

struct Hooks {
    HookList<PreHook> before;
    HookList<ForwardHook> after;
    HookList<PreHook> before_backward;
    HookList<BackwardHook> after_backward;

    bool is_empty() const
    {
        return before.empty() && after.empty() && before_backward.empty() && after_backward.empty();
    }
};

int64_t next_hook_number();

template <class Function>
int64_t add_hook(HookList<Function> &hooks, Function hook, bool prepend, bool always_call = false)
{
    int64_t number = next_hook_number();
    auto shared = std::make_shared<const Function>(std::move(hook));
    hooks.insert(prepend ? hooks.begin() : hooks.end(), {number, std::move(shared), always_call});
    return number;
}

// Returns the hook rather than end it: what frees its user data may come back here.
template <class Function> std::shared_ptr<const Function> take_hook(HookList<Function> &hooks, int64_t number)
{
    for (auto hook = hooks.begin(); hook != hooks.end(); ++hook)
        if (hook->number == number) {
            std::shared_ptr<const Function> taken = std::move(hook->run);
            hooks.erase(hook);
            return taken;
        }
    return nullptr;
}

// A module without hooks has no Hooks, which makes its calls cheap.
template <class Function> void remove_hook(Object &module, HookList<Function> Hooks::*list, int64_t number)
{
    if (!module.hooks)
        return;
    std::shared_ptr<const Function> taken = take_hook((*module.hooks).*list, number);
    if (module.hooks->is_empty())
        module.hooks.reset();
}

template <class Function>
Removal add_hook(Object &module, HookList<Function> Hooks::*list, Function hook, bool prepend, bool always_call = false)
{
    if (!module.hooks)
        module.hooks = std::make_unique<Hooks>();
    int64_t number = add_hook((*module.hooks).*list, std::move(hook), prepend, always_call);
    return [weak = std::weak_ptr<Module>(module.shared_from_this()), list, number] {
        if (std::shared_ptr<Module> held = weak.lock())
            remove_hook(static_cast<Object &>(*held), list, number);
    };
}

Removal add_hook(const at::Tensor &tensor, TensorHook hook);

} // namespace ct
