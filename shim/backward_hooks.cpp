// backward_hooks.cpp: hooks on gradients: torch.utils.hooks.BackwardHook, and Tensor.register_hook.
// SPDX-License-Identifier: BSD-3-Clause
#include "backward_hooks.hpp"

#include "convert.hpp"

#include <algorithm>

namespace ct {

namespace {

namespace autograd = torch::autograd;

// Hands tensors on as they are, and gives the graph a node of which the gradients can be told.
struct Identity : autograd::Function<Identity> {
    static Tensors forward(autograd::AutogradContext *context, at::TensorList given)
    {
        Tensors constant;
        for (const at::Tensor &tensor : given)
            if (!tensor.requires_grad())
                constant.push_back(tensor);
        context->mark_non_differentiable(constant);
        return given.vec();
    }

    static Tensors backward(autograd::AutogradContext *, const Tensors &grads) { return grads; }
};

// What the graph runs after a node: it is given the gradients that went out of it and those that came in.
class PostHook final : public autograd::FunctionPostHook {
public:
    using Run = std::function<Tensors(const Tensors &out, const Tensors &in)>;

    explicit PostHook(Run run) : run(std::move(run)) {}
    Tensors operator()(const Tensors &out, const Tensors &in) override { return run(out, in); }

private:
    Run run;
};

// Refuses a gradient that cannot take the place of another.
void check_replacement(const at::Tensor &before, const at::Tensor &now)
{
    if (!before.defined())
        fail(CT_ERROR_RUNTIME, "can't replace a None gradient with a non-None value");
    if (before.scalar_type() != now.scalar_type())
        fail(CT_ERROR_RUNTIME, "hook has changed the type of value: it was " +
                                   std::string(ct_dtype_name(dtype_of(before.scalar_type()))) + ", got " +
                                   ct_dtype_name(dtype_of(now.scalar_type())));
    if (before.device() != now.device())
        fail(CT_ERROR_RUNTIME,
             "hook has changed the device of value: it was " + before.device().str() + ", got " + now.device().str());
    if (before.sizes() != now.sizes())
        fail(CT_ERROR_RUNTIME, "hook has changed the size of value: it was " + tuple_text(before.sizes()) + ", got " +
                                   tuple_text(now.sizes()));
}

void check_replacements(const Tensors &before, const Tensors &now)
{
    for (size_t i = 0; i < before.size(); i++)
        if (now[i].defined())
            check_replacement(before[i], now[i]);
}

// A failure says whose hook it was: a backward knows no paths.
template <class Run> void run_named(const char *what, const Object &module, Run run)
{
    try {
        run();
    } catch (...) {
        Failure failure = translate();
        std::string inside = failure.path.empty() ? "" : failure.path + ": ";
        failure.text = "the " + std::string(what) + " of " + module.class_name() + ": " + inside + failure.text;
        failure.path.clear();
        throw Error(std::move(failure));
    }
}

} // namespace

Tensors BackwardCall::Watched::spread(const Tensors &grads) const
{
    Tensors all(count);
    for (size_t i = 0; i < places.size(); i++)
        all[places[i]] = grads[i];
    return all;
}

Tensors BackwardCall::Watched::gathered(const Tensors &grads) const
{
    Tensors some;
    for (size_t place : places)
        some.push_back(grads[place]);
    return some;
}

BackwardCall::Watched BackwardCall::watch(Tensors &tensors, Run run)
{
    Watched watched = {tensors.size(), {}, false};
    Tensors given;
    bool requires_grad = false;
    for (size_t i = 0; i < tensors.size(); i++)
        if (tensors[i].defined()) {
            watched.places.push_back(i);
            given.push_back(tensors[i]);
            requires_grad |= tensors[i].requires_grad();
        }
    if (!requires_grad || !at::GradMode::is_enabled())
        return watched;

    watched.is_watched = true;
    Tensors same = Identity::apply(at::TensorList(given));
    for (size_t i = 0; i < same.size(); i++)
        tensors[watched.places[i]] = same[i];
    auto found = std::find_if(same.begin(), same.end(), [](const auto &tensor) { return tensor.requires_grad(); });
    found->grad_fn()->add_post_hook(std::make_unique<PostHook>(std::move(run)));
    return watched;
}

void BackwardCall::watch_inputs(Tensors &given)
{
    auto self = shared_from_this();
    inputs = watch(given, [self](const Tensors &out, const Tensors &) { return self->on_inputs(out); });
}

void BackwardCall::watch_outputs(Tensors &given)
{
    auto self = shared_from_this();
    outputs = watch(given, [self](const Tensors &, const Tensors &in) { return self->on_outputs(in); });
}

Tensors BackwardCall::on_outputs(const Tensors &grads)
{
    Tensors all = outputs.spread(grads);
    for (const auto &hook : before)
        run_named("backward pre-hook", *module, [&] {
            Tensors now = all;
            (*hook.run)(*module, now);
            check_replacements(all, now);
            all = std::move(now);
        });
    grad_outputs = all;
    if (!inputs.is_watched)
        run_without_inputs();
    return outputs.gathered(all);
}

void BackwardCall::run_without_inputs()
{
    for (const auto &hook : after)
        run_named("backward hook", *module, [&] {
            Tensors none(inputs.count);
            (*hook.run)(*module, none, *grad_outputs);
            for (const at::Tensor &grad : none)
                if (grad.defined())
                    fail(CT_ERROR_RUNTIME, "Backward hook for Modules where no input requires gradient should always "
                                           "return None or None for all gradients.");
        });
    grad_outputs.reset();
}

// A gradient may come to the inputs without having passed through the outputs, in a backward of a backward.
Tensors BackwardCall::on_inputs(const Tensors &grads)
{
    if (!grad_outputs)
        return grads;
    Tensors all = inputs.spread(grads);
    for (const auto &hook : after)
        run_named("backward hook", *module, [&] {
            Tensors now = all;
            (*hook.run)(*module, now, *grad_outputs);
            check_replacements(all, now);
            all = std::move(now);
        });
    grad_outputs.reset();
    return inputs.gathered(all);
}

namespace {

// libtorch runs a tensor's hooks from a list that must not grow meanwhile: ours is one of them, with a list of its own.
struct TensorHooks {
    std::shared_ptr<HookList<TensorHook>> hooks;

    at::TensorBase operator()(const at::TensorBase &given) const
    {
        const HookList<TensorHook> copy = *hooks;
        at::Tensor grad(given);
        for (const auto &hook : copy) {
            at::Tensor now = (*hook.run)(grad);
            if (!now.defined())
                continue;
            check_replacement(grad, now);
            grad = now;
        }
        return grad;
    }
};

// The tensor's list, made with its first hook, and anew after a change in place: hooks from before stay with the value
// before.
std::shared_ptr<HookList<TensorHook>> hooks_of(const at::Tensor &tensor)
{
    const auto &all = autograd::impl::get_autograd_meta(tensor)->cpp_hooks_list_;
    if (all)
        for (const auto &hook : *all)
            if (const TensorHooks *ours = hook.target<TensorHooks>())
                return ours->hooks;
    auto hooks = std::make_shared<HookList<TensorHook>>();
    static_cast<const at::TensorBase &>(tensor).register_hook(TensorHooks{hooks});
    return hooks;
}

} // namespace

Removal add_hook(const at::Tensor &tensor, TensorHook hook)
{
    if (!tensor.requires_grad())
        fail(CT_ERROR_RUNTIME, "cannot register a hook on a tensor that doesn't require gradient");
    std::shared_ptr<HookList<TensorHook>> hooks = hooks_of(tensor);
    int64_t number = add_hook(*hooks, std::move(hook), /*prepend=*/false);
    return [weak = std::weak_ptr<HookList<TensorHook>>(hooks), number] {
        if (auto held = weak.lock())
            take_hook(*held, number);
    };
}

} // namespace ct
