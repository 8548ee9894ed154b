// script_run.cpp: running TorchScript's methods.
// SPDX-License-Identifier: BSD-3-Clause
#include "script.hpp"

#include <torch/csrc/jit/frontend/schema_matching.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

namespace ct {

torch::jit::Method method_of(const ScriptModule &module, const std::string &name)
{
    if (auto found = module.find_method(name))
        return *found;
    std::string names;
    for (const auto &method : module.get_methods())
        names += (names.empty() ? "" : ", ") + method.name();
    fail(CT_ERROR_KEY, "there is no method '" + name + "'; " + (names.empty() ? "it has none" : "it has " + names));
}

void lay_flat(const c10::IValue &value, std::vector<c10::IValue> &to)
{
    if (!value.isTuple())
        return to.push_back(value);
    for (const c10::IValue &part : value.toTupleRef().elements())
        lay_flat(part, to);
}

c10::IValue run_method(const Script &script, const std::string &name, Stack arguments)
{
    // What is being traced runs as it is written: a fused kernel is not recorded.
    bool may_fuse = torch::jit::getGraphExecutorOptimize() && !torch::jit::tracer::isTracing() &&
                    !(script.for_inference && fuser_hangs);
    torch::jit::GraphOptimizerEnabledGuard optimizer(may_fuse);
    // What was optimized for inference has operators that cannot record gradients.
    Optional<c10::InferenceMode> inference;
    if (script.for_inference)
        inference.emplace();
    method_of(script.module, name).run(arguments);
    return arguments.at(0);
}

namespace {

// The arguments of forward after self, those that are not given at their defaults.
Stack filled(const c10::FunctionSchema &schema, const Tensors &inputs)
{
    size_t most = schema.arguments().size() - 1;
    if (inputs.size() > most)
        fail(CT_ERROR_VALUE,
             "forward takes " + std::to_string(most) + " inputs but " + std::to_string(inputs.size()) + " were given");
    Stack stack;
    for (size_t i = 0; i < most; i++) {
        const c10::Argument &argument = schema.arguments()[i + 1];
        bool is_given = i < inputs.size(), is_none = !is_given || !inputs[i].defined();
        if (!is_given && argument.default_value()) {
            stack.push_back(*argument.default_value());
            continue;
        }
        c10::TypePtr type = is_none ? c10::TypePtr(c10::NoneType::get()) : c10::TypePtr(c10::TensorType::get());
        if (!type->isSubtypeOf(*argument.type()))
            fail(CT_ERROR_TYPE, "input " + std::to_string(i + 1) + " '" + argument.name() + "' of forward is " +
                                    argument.type()->annotation_str() + "; got " + (is_none ? "None" : "a Tensor"));
        stack.push_back(is_none ? c10::IValue() : c10::IValue(inputs[i]));
    }
    return stack;
}

// A call of a submodule of what is being traced stays a call, and its branches and loops stay what they are.
c10::IValue run_traced(const Script &script, Stack arguments)
{
    auto state = torch::jit::tracer::getTracingState();
    auto method = method_of(script.module, "forward");
    std::vector<torch::jit::NamedValue> values = {state->getValue(script.module._ivalue())};
    for (const c10::IValue &argument : arguments)
        values.emplace_back(argument.isTensor() ? state->getValue(argument) : state->graph->insertConstant(argument));
    auto matched =
        torch::jit::matchSchema(method.function().getSchema(), torch::jit::SourceRange(), *state->graph, values, {});
    torch::jit::Value *called = state->graph->insertMethodCall("forward", matched);
    auto resume = torch::jit::tracer::pauseTracing();
    c10::IValue result;
    try {
        result = run_method(script, "forward", std::move(arguments));
    } catch (...) {
        resume();
        throw;
    }
    resume();
    torch::jit::tracer::setValueTrace(result, called);
    return result;
}

bool is_traced(const Script &script)
{
    auto &state = torch::jit::tracer::getTracingState();
    return state && state->hasValue(script.module._ivalue());
}

} // namespace

Tensors run_forward(const Script &script, const Tensors &inputs)
{
    Stack arguments = filled(method_of(script.module, "forward").function().getSchema(), inputs);
    std::vector<c10::IValue> results;
    lay_flat(is_traced(script) ? run_traced(script, std::move(arguments))
                               : run_method(script, "forward", std::move(arguments)),
             results);
    Tensors outputs;
    for (const c10::IValue &result : results) {
        if (!result.isTensor() && !result.isNone())
            fail(CT_ERROR_TYPE, "forward returns " + result.type()->annotation_str() +
                                    " among its results; a module gives "
                                    "tensors");
        outputs.push_back(result.isNone() ? at::Tensor() : result.toTensor());
    }
    return outputs;
}

} // namespace ct
