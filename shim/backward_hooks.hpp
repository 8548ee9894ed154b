// backward_hooks.hpp: hooks on the gradients of a module's inputs and outputs.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "hooks.hpp"

namespace ct {

// One call of a module as the graph remembers it: it joins what runs when the gradients of its outputs are known to
// what runs when those of its inputs are. The hooks are those that the module had when it was called.
class BackwardCall : public std::enable_shared_from_this<BackwardCall> {
public:
    BackwardCall(ObjectPtr module, const Hooks &hooks)
        : module(std::move(module)), before(hooks.before_backward), after(hooks.after_backward)
    {
    }

    // Put a node of the graph around the inputs and outputs, in which they are replaced.
    void watch_inputs(Tensors &inputs);
    void watch_outputs(Tensors &outputs);

private:
    // The places of the tensors that are not None, of so many; nobody watches them where no gradients are recorded.
    struct Watched {
        size_t count = 0;
        std::vector<size_t> places;
        bool is_watched = false;

        Tensors spread(const Tensors &grads) const;
        Tensors gathered(const Tensors &grads) const;
    };

    using Run = std::function<Tensors(const Tensors &out, const Tensors &in)>;

    static Watched watch(Tensors &tensors, Run run);
    Tensors on_outputs(const Tensors &grads);
    Tensors on_inputs(const Tensors &grads);
    void run_without_inputs();

    ObjectPtr module;
    HookList<PreHook> before;
    HookList<BackwardHook> after;
    Watched inputs, outputs;
    Optional<Tensors> grad_outputs; // while the gradients of the inputs are awaited
};

} // namespace ct
