// hooks.cpp: running a module with hooks, as Python's Module._call_impl does.
// SPDX-License-Identifier: BSD-3-Clause
#include "hooks.hpp"

#include "backward_hooks.hpp"

#include <atomic>
#include <set>

namespace ct {

int64_t next_hook_number()
{
    static std::atomic<int64_t> next{0};
    return next++;
}

namespace {

// The hooks of now: those that run before may have registered some, or removed the last.
Hooks hooks_of(const Object &module)
{
    return module.hooks ? *module.hooks : Hooks();
}

class Call {
public:
    Call(Object &module, Tensors inputs) : module(module), inputs(std::move(inputs)) {}

    template <class Forward> Tensors run(Forward forward)
    {
        try {
            run_steps(forward);
        } catch (...) {
            run_always_called();
            throw;
        }
        return std::move(outputs);
    }

private:
    template <class Forward> void run_steps(Forward forward)
    {
        const Hooks hooks = hooks_of(module);
        for (const auto &hook : hooks.before)
            (*hook.run)(module, inputs);

        std::shared_ptr<BackwardCall> backward;
        if (!hooks.before_backward.empty() || !hooks.after_backward.empty()) {
            ObjectPtr self = std::static_pointer_cast<Object>(module.shared_from_this());
            backward = std::make_shared<BackwardCall>(self, hooks);
            backward->watch_inputs(inputs);
        }
        outputs = forward(inputs);
        const Hooks hooks_now = hooks_of(module);
        for (const auto &hook : hooks_now.after) {
            done.insert(hook.number);
            (*hook.run)(module, inputs, outputs);
        }
        if (backward)
            backward->watch_outputs(outputs);
    }

    // After a failure, whose message is the one that counts.
    void run_always_called()
    {
        const Hooks hooks = hooks_of(module);
        for (const auto &hook : hooks.after)
            if (hook.always_call && done.count(hook.number) == 0) {
                try {
                    (*hook.run)(module, inputs, outputs);
                } catch (...) {
                    translate();
                }
            }
    }

    Object &module;
    Tensors inputs, outputs;
    std::set<int64_t> done;
};

} // namespace

Tensors call_with_hooks(Object &module, const Tensors &inputs)
{
    return Call(module, inputs).run([&](const Tensors &given) { return module.checked_call(given); });
}

// An input that a hook has made None is refused as in any call.
at::Tensor call_with_hooks(Object &module, const at::Tensor &x)
{
    auto forward = [&](const Tensors &given) {
        return given[0].defined() ? Tensors{module.forward(given[0])} : module.checked_call(given);
    };
    return only(Call(module, {x}).run(forward), module);
}

} // namespace ct
