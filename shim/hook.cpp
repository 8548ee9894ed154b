// hook.cpp: include/ctorch/hook.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_scope.hpp"
#include "callback.hpp"
#include "convert.hpp"
#include "hooks.hpp"

using namespace ct;

namespace {

using Shared = std::shared_ptr<UserData>;

ct_module *box_self(Object &module)
{
    return box(std::static_pointer_cast<Object>(module.shared_from_this()));
}

// Tensors as a hook is lent them: a list of handles, into which it may put others.
class Lent {
public:
    explicit Lent(const Tensors &tensors)
    {
        for (const at::Tensor &tensor : tensors)
            handles.push_back(box_or_null(tensor));
    }

    ct_tensor **data() { return handles.data(); }
    size_t size() const { return handles.size(); }

    Tensors taken(const char *what) const
    {
        Tensors tensors;
        for (const ct_tensor *given : handles)
            tensors.push_back(given ? arg(given, what) : at::Tensor());
        return tensors;
    }

private:
    std::vector<ct_tensor *> handles;
};

// Both kinds of pre-hook are of this type.
PreHook called(ct_forward_pre_hook hook, const Shared &user, const char *what)
{
    return [=](Object &module, Tensors &tensors) {
        Running frame(module);
        CallScope scope;
        Lent lent(tensors);
        hook(box_self(module), lent.data(), lent.size(), user->data);
        scope.check();
        tensors = lent.taken(what);
    };
}

ForwardHook called(ct_forward_hook hook, const Shared &user)
{
    return [=](Object &module, const Tensors &inputs, Tensors &outputs) {
        Running frame(module);
        CallScope scope;
        Lent lent_inputs(inputs), lent(outputs);
        hook(box_self(module), lent_inputs.data(), lent_inputs.size(), lent.data(), lent.size(), user->data);
        scope.check();
        outputs = lent.taken("what a forward hook put into outputs");
    };
}

BackwardHook called(ct_backward_hook hook, const Shared &user)
{
    return [=](Object &module, Tensors &grad_inputs, const Tensors &grad_outputs) {
        Running frame(module);
        CallScope scope;
        Lent lent(grad_inputs), lent_outputs(grad_outputs);
        hook(box_self(module), lent.data(), lent.size(), lent_outputs.data(), lent_outputs.size(), user->data);
        scope.check();
        grad_inputs = lent.taken("what a backward hook put into grad_inputs");
    };
}

TensorHook called(ct_tensor_hook hook, const Shared &user)
{
    return [=](const at::Tensor &grad) {
        CallScope scope;
        const ct_tensor *returned = hook(box(grad), user->data);
        scope.check();
        return returned ? arg(returned, "what a tensor's hook returned") : at::Tensor();
    };
}

template <class Function> Function not_null(Function hook)
{
    if (!hook)
        fail_null("hook");
    return hook;
}

ct_hook *box_or_undo(const Removal &remove)
{
    try {
        return box(remove);
    } catch (...) {
        remove();
        throw;
    }
}

// What a function that registers does: it takes over the user data in any case.
template <class Register>
ct_hook *registered(void *user, void (*free_user)(void *), Register add, const char *function = __builtin_FUNCTION())
{
    UserData data(user, free_user);
    return guard([&] { return box_or_undo(add(std::make_shared<UserData>(std::move(data)))); }, function);
}

} // namespace

ct_status ct_hook_remove(ct_hook *self)
{
    return guard([&] { (*ARG(self))(); });
}

void ct_hook_free(ct_hook *self)
{
    free_handle(self);
}

ct_hook *ct_hook_escape(ct_hook *self)
{
    return escape_handle(self);
}

ct_hook *ct_module_register_forward_pre_hook_with(ct_module *self, ct_forward_pre_hook hook, void *user,
                                                  void (*free_user)(void *user), const ct_hook_options *options)
{
    return registered(user, free_user, [&](const Shared &shared) {
        PreHook run = called(not_null(hook), shared, "what a forward pre-hook put into inputs");
        return add_hook(*ARG(self), &Hooks::before, std::move(run), given(options).prepend);
    });
}

ct_hook *ct_module_register_forward_hook_with(ct_module *self, ct_forward_hook hook, void *user,
                                              void (*free_user)(void *user), const ct_forward_hook_options *options)
{
    ct_forward_hook_options o = given(options);
    return registered(user, free_user, [&](const Shared &shared) {
        return add_hook(*ARG(self), &Hooks::after, called(not_null(hook), shared), o.prepend, o.always_call);
    });
}

ct_hook *ct_module_register_full_backward_pre_hook_with(ct_module *self, ct_backward_pre_hook hook, void *user,
                                                        void (*free_user)(void *user), const ct_hook_options *options)
{
    return registered(user, free_user, [&](const Shared &shared) {
        PreHook run = called(not_null(hook), shared, "what a backward pre-hook put into grad_outputs");
        return add_hook(*ARG(self), &Hooks::before_backward, std::move(run), given(options).prepend);
    });
}

ct_hook *ct_module_register_full_backward_hook_with(ct_module *self, ct_backward_hook hook, void *user,
                                                    void (*free_user)(void *user), const ct_hook_options *options)
{
    return registered(user, free_user, [&](const Shared &shared) {
        return add_hook(*ARG(self), &Hooks::after_backward, called(not_null(hook), shared), given(options).prepend);
    });
}

ct_hook *ct_tensor_register_hook(ct_tensor *self, ct_tensor_hook hook, void *user, void (*free_user)(void *user))
{
    return registered(user, free_user,
                      [&](const Shared &shared) { return add_hook(ARG(self), called(not_null(hook), shared)); });
}
