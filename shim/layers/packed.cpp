// packed.cpp: recurrent layers over the packed sequences of include/ctorch/rnn.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "callback.hpp"
#include "layer.hpp"

#include <ctorch/rnn.h>

using namespace ct;

namespace {

// How many states the layer has: what stands between the data and batch_sizes.
size_t count_states(const Object &self)
{
    if (auto *layer = dynamic_cast<const Layer *>(&self)) {
        const std::vector<Input> &inputs = layer->layout().inputs;
        for (size_t i = 1; i < inputs.size(); i++)
            if (std::string(inputs[i].name) == "batch_sizes")
                return i - 1;
    }
    fail(CT_ERROR_TYPE, "'" + self.class_name() + "' object does not take packed sequences");
}

void check_count(const Object &self, size_t expected, size_t n, const char *what)
{
    if (n != expected)
        fail(CT_ERROR_VALUE, self.class_name() + " has " + std::to_string(expected) + " " + what + "; " +
                                 std::to_string(n) + " were given");
}

at::Tensor tensor_or_none(const ct_tensor *given, const char *name)
{
    return given ? arg(given, name) : at::Tensor();
}

Tensors inputs_of(const Object &self, const ct_packed_sequence &packed, ct_tensor *const *states, size_t n)
{
    if (n > 0 && !states)
        fail_null("states");
    if (n > 0)
        check_count(self, count_states(self), n, "states");
    Tensors inputs = {arg(packed.data, "input->data")};
    for (size_t i = 0; i < n; i++)
        inputs.push_back(tensor_or_none(states[i], "states"));
    inputs.resize(1 + count_states(self));
    inputs.push_back(arg(packed.batch_sizes, "input->batch_sizes"));
    inputs.push_back(tensor_or_none(packed.sorted_indices, "input->sorted_indices"));
    inputs.push_back(tensor_or_none(packed.unsorted_indices, "input->unsorted_indices"));
    return inputs;
}

Tensors run(ObjectPtr self, const Tensors &inputs)
{
    try {
        return call(*self, inputs);
    } catch (...) {
        rethrow_inside(path_from_running(*self));
    }
}

// The handles of a result are all made before the first is handed out.
void hand_out(const Tensors &results, const Tensors &inputs, ct_packed_sequence *output, ct_tensor **const *states)
{
    std::vector<ct_tensor *> handles;
    for (size_t i = 1; i < results.size(); i++)
        handles.push_back(states[i - 1] ? box(results[i]) : nullptr);
    auto shared = [](const at::Tensor &tensor) { return tensor.defined() ? box(tensor) : nullptr; };
    const at::Tensor *shape = &inputs[results.size()];
    *output = {box(results[0]), shared(shape[0]), shared(shape[1]), shared(shape[2])};
    for (size_t i = 0; i < handles.size(); i++)
        if (states[i])
            *states[i] = handles[i];
}

} // namespace

ct_status ct_module_call_packed(ct_module *self, const ct_packed_sequence *input, ct_tensor *const *states, size_t n,
                                ct_packed_sequence *output, ct_tensor **const *new_states, size_t m)
{
    return guard([&] {
        if (!input)
            fail_null("input");
        if (!output)
            fail_null("output");
        if (m > 0 && !new_states)
            fail_null("new_states");
        Tensors inputs = inputs_of(*ARG(self), *input, states, n);
        check_count(*ARG(self), count_states(*ARG(self)), m, "new_states");
        hand_out(run(ARG(self), inputs), inputs, output, new_states);
    });
}
