// trace.cpp: what a module computes, recorded as a program of TorchScript, and compared with the module.
// SPDX-License-Identifier: BSD-3-Clause
#include "trace.hpp"

#include "layers/lazy.hpp"
#include "state.hpp"
#include "walk.hpp"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

namespace ct {

namespace {

namespace tracer = torch::jit::tracer;

// Puts buffers, which a forward in training mode changes, and random numbers back to what they were.
class Unchanged {
public:
    explicit Unchanged(Object &module)
    {
        for (const auto &item : buffers(module))
            kept.emplace_back(item.value(), item.value().detach().clone());
    }

    void restore() const
    {
        at::NoGradGuard no_grad;
        for (const auto &[buffer, value] : kept)
            at::Tensor(buffer).copy_(value);
        random.restore();
    }

private:
    std::vector<std::pair<at::Tensor, at::Tensor>> kept;
    RandomState random;
};

// The parameters and buffers of lazy layers that have not been called.
void check_initialized(Object &module)
{
    std::string names;
    walk_once(module, [&](const std::string &prefix, Object &at) {
        const auto *layer = dynamic_cast<const Layer *>(&at);
        for (const Dict &dict : {at.own_parameters(), at.own_buffers()})
            for (const auto &item : dict)
                if (layer && layer->is_lazy() && is_waiting(item.value()))
                    names += (names.empty() ? "'" : ", '") + prefix + item.key() + "'";
    });
    if (!names.empty())
        fail(CT_ERROR_VALUE, "'" + module.class_name() + "' has uninitialized parameters [" + names +
                                 "]. Did you forget to run a forward pass?");
}

// A forward may write into its inputs.
Tensors copies(const Tensors &inputs)
{
    Tensors made;
    for (const at::Tensor &input : inputs)
        made.push_back(input.defined() ? input.detach().clone() : input);
    return made;
}

Tensors without_none(const Tensors &inputs)
{
    Tensors given;
    for (const at::Tensor &input : inputs)
        if (input.defined())
            given.push_back(input);
    return given;
}

// The inputs again, those that are not None from the stack.
Tensors with_none(Tensors inputs, const Stack &given)
{
    size_t next = 0;
    for (at::Tensor &input : inputs)
        if (input.defined())
            input = given.at(next++).toTensor();
    return inputs;
}

c10::IValue as_result(const Tensors &outputs)
{
    if (outputs.size() == 1)
        return outputs[0];
    return c10::ivalue::Tuple::create(std::vector<c10::IValue>(outputs.begin(), outputs.end()));
}

std::vector<std::string> input_names(size_t n)
{
    if (n == 1)
        return {"x"};
    std::vector<std::string> names;
    for (size_t i = 0; i < n; i++)
        names.push_back("x" + std::to_string(i));
    return names;
}

ScriptModule record(Object &module, const Tensors &inputs)
{
    ScriptModule mirror = mirror_of(module);
    Tensors given = without_none(inputs);
    auto run = [&](Stack stack) -> Stack { return {as_result(call(module, with_none(inputs, stack)))}; };
    auto [state, outputs] = tracer::trace(
        Stack(given.begin(), given.end()), run, [](const at::Tensor &) { return std::string(); },
        /*strict=*/true, /*force_outplace=*/false, &mirror, input_names(given.size()));
    c10::QualifiedName name(*mirror.type()->name(), "forward");
    mirror.type()->addMethod(mirror._ivalue()->compilation_unit()->create_function(name, state->graph));
    return mirror;
}

// ---- The check ----

at::Tensor comparable(const at::Tensor &x)
{
    at::Tensor plain = x.is_quantized() ? x.dequantize() : x.layout() == at::kStrided ? x : x.to_dense();
    return plain.to(plain.is_complex() ? at::kComplexDouble : at::kDouble);
}

// What Python's assert_close adds to what is allowed relative to the values.
double absolute_tolerance(at::ScalarType type)
{
    return !is_real_or_complex(type) ? 0 : type == at::kDouble || type == at::kComplexDouble ? 1e-7 : 1e-5;
}

[[noreturn, gnu::cold]] void fail_check(size_t i, const std::string &difference)
{
    fail(CT_ERROR_RUNTIME,
         "output " + std::to_string(i) + " of the trace " + difference +
             ": the forward takes numbers out of tensors or shapes, which the trace has as constants, "
             "or gives other outputs each time (.check = false leaves this out)");
}

void compare(const at::Tensor &expected, const at::Tensor &traced, size_t i, double tolerance)
{
    if (!expected.defined() && !traced.defined())
        return;
    if (!expected.defined() || !traced.defined())
        fail_check(i, expected.defined() ? "is None" : "is a tensor, where the module gives None");
    if (expected.sizes() != traced.sizes() || expected.scalar_type() != traced.scalar_type())
        fail_check(i, "is a " + std::string(ct_dtype_name(dtype_of(traced.scalar_type()))) + " of shape " +
                          tuple_text(traced.sizes()) + ", the module's a " +
                          ct_dtype_name(dtype_of(expected.scalar_type())) + " of shape " +
                          tuple_text(expected.sizes()));
    at::Tensor ours = comparable(expected), theirs = comparable(traced);
    if (at::allclose(theirs, ours, tolerance, absolute_tolerance(expected.scalar_type()), /*equal_nan=*/true))
        return;
    fail_check(i,
               "differs from the module's by up to " + repr((theirs - ours).abs().nan_to_num().max().item<double>()));
}

void check(Object &module, const ScriptModule &traced, const Tensors &inputs, const ct_trace_options &o,
           const Unchanged &unchanged)
{
    Tensors expected = call(module, copies(inputs));
    unchanged.restore();
    torch::jit::GraphOptimizerEnabledGuard as_written(false);
    Tensors got;
    try {
        got = run_forward({traced}, without_none(copies(inputs)));
    } catch (...) {
        Failure failure = translate();
        failure.text = "the trace fails where the module does not: " + failure.text;
        throw Error(std::move(failure));
    }
    if (got.size() != expected.size())
        fail(CT_ERROR_RUNTIME, "the trace gives " + std::to_string(got.size()) + " outputs, the module " +
                                   std::to_string(expected.size()));
    for (size_t i = 0; i < got.size(); i++)
        compare(expected[i], got[i], i, o.check_tolerance);
}

// The sets of inputs to compare on: the traced ones, and those given for it, n at a time.
std::vector<Tensors> check_sets(const Tensors &inputs, const ct_trace_options &o)
{
    std::vector<Tensors> sets = {inputs};
    size_t n = inputs.size();
    Tensors others = tensors_or_none(o.check_inputs, o.n_check_inputs, "check_inputs");
    if (n == 0 ? !others.empty() : others.size() % n != 0)
        fail(CT_ERROR_VALUE, "check_inputs are " + std::to_string(others.size()) + " tensors; the module takes " +
                                 std::to_string(n) + " at a time");
    for (size_t i = 0; i < others.size(); i += n)
        sets.emplace_back(others.begin() + i, others.begin() + i + n);
    return sets;
}

} // namespace

Script trace(const ObjectPtr &module, const Tensors &inputs, const ct_trace_options &o)
{
    if (tracer::isTracing())
        fail(CT_ERROR_RUNTIME, "Tracing can't be nested");
    check_initialized(*module);
    std::vector<Tensors> sets = check_sets(inputs, o);
    at::NoGradGuard no_grad; // hooks on gradients are no part of the program
    Unchanged unchanged(*module);
    auto finally = [&](auto &&body) {
        try {
            return body();
        } catch (...) {
            unchanged.restore();
            throw;
        }
    };
    return finally([&] {
        ScriptModule traced = record(*module, copies(inputs));
        unchanged.restore();
        for (size_t i = 0; i < sets.size() && o.check; i++) {
            check(*module, traced, sets[i], o, unchanged);
            unchanged.restore();
        }
        return Script{traced};
    });
}

} // namespace ct
