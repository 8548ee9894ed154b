// call.cpp: include/ctorch/call.h: operators by name.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_arguments.hpp"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace ct {

namespace {

// ---- Operators ----

struct Overload : Signature {
    explicit Overload(const c10::OperatorHandle &handle)
        : Signature(handle.schema()), handle(handle), gives(schema().returns().begin(), schema().returns().end())
    {
    }

    c10::OperatorHandle handle;
    std::vector<Slot> gives;
};

// What Python calls an operator overload packet, or one overload of it.
struct Operator {
    std::string name;
    std::vector<Overload> overloads; // at least one
};

std::string overload_name(const c10::FunctionSchema &schema)
{
    return schema.overload_name().empty() ? "default" : schema.overload_name();
}

std::string overload_names(const std::vector<Overload> &overloads)
{
    std::string text;
    for (const Overload &overload : overloads)
        text += (text.empty() ? "" : ", ") + overload_name(overload.schema());
    return text;
}

// In Python's order. TorchScript lists more than there is to call here: operators on its own lists and texts.
std::vector<Overload> overloads_of(const std::string &name)
{
    std::vector<Overload> found;
    for (const auto &known : torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString(name)))
        if (auto handle = c10::Dispatcher::singleton().findSchema(known->schema().operator_name()))
            found.emplace_back(*handle);
    if (found.empty())
        fail(CT_ERROR_KEY, "no operator is named " + name);
    return found;
}

Operator find(const char *given)
{
    std::string name = text(given, "name");
    if (name.find("::") == std::string::npos)
        name = "aten::" + name;
    size_t dot = name.find('.', name.find("::"));
    if (dot == std::string::npos)
        return {name, overloads_of(name)};
    std::string packet = name.substr(0, dot), overload = name.substr(dot + 1);
    auto handle = c10::Dispatcher::singleton().findSchema({packet, overload == "default" ? "" : overload});
    if (!handle)
        fail(CT_ERROR_KEY,
             packet + " has no overload '" + overload + "'; it has " + overload_names(overloads_of(packet)));
    return {name, {Overload(*handle)}};
}

// ---- Calling ----

// The first overload that the arguments fit; they are then on the stack.
const Overload &choose(const Operator &op, const Given &given, Stack &stack)
{
    Fit best{Fit::too_many};
    const Overload *nearest = nullptr;
    for (const Overload &overload : op.overloads) {
        Fit fit = put(overload, given, stack);
        if (fit.kind == Fit::good)
            return overload;
        if (!nearest || fit.fitted > best.fitted) {
            best = fit;
            nearest = &overload;
        }
    }
    std::string others = op.overloads.size() > 1 ? "; of " + overload_names(op.overloads) + " none fits" : "";
    fail_fit(*nearest, best, given, others);
}

// "Tensor values, Tensor indices"
std::string results_text(const Overload &overload)
{
    std::string schema = c10::toString(overload.schema());
    return schema.substr(schema.rfind(" -> ") + 4);
}

ct_tensor *call(const Operator &op, const Given &given)
{
    return in_operator(op.name, [&] {
        Stack stack;
        const Overload &chosen = choose(op, given, stack);
        if (chosen.gives.size() != 1 || !chosen.gives[0].is_one_tensor())
            fail(CT_ERROR_TYPE, "returns " + results_text(chosen) + ", not one tensor: use ct_call_into");
        chosen.handle.callBoxed(&stack);
        return stack[0].isNone() ? nullptr : box_or_null(stack[0].toTensor());
    });
}

void call_into(const Operator &op, const Given &given, ct_value *results, size_t m)
{
    if (!results && m > 0)
        fail_null("results");
    in_operator(op.name, [&] {
        Stack stack;
        const Overload &chosen = choose(op, given, stack);
        if (chosen.gives.size() != m)
            fail(CT_ERROR_VALUE, "returns " + std::to_string(chosen.gives.size()) + " values, " + results_text(chosen) +
                                     "; got places for " + std::to_string(m));
        for (const Slot &slot : chosen.gives)
            if (!slot.can_give())
                fail(CT_ERROR_NOT_IMPLEMENTED, "returns " + slot.type() + ", which a ct_value cannot hold");
        chosen.handle.callBoxed(&stack);
        give_all(chosen.gives, stack, results);
    });
}

std::vector<std::string> all_names()
{
    auto &dispatcher = c10::Dispatcher::singleton();
    std::vector<std::string> names;
    for (const c10::OperatorName &name : dispatcher.getAllOpNames())
        if (dispatcher.findSchema(name))
            names.push_back(c10::toString(name));
    std::sort(names.begin(), names.end());
    return names;
}

void load_library(const std::string &path)
{
    if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL))
        return;
    const char *reason = dlerror();
    fail(access(path.c_str(), R_OK) != 0 ? CT_ERROR_IO : CT_ERROR_FORMAT, reason ? reason : path);
}

} // namespace

template <> struct Holds<ct_op> {
    using Value = std::unique_ptr<const Operator>;
    static constexpr handle_kind kind = HANDLE_OP;
};

} // namespace ct

using namespace ct;

ct_tensor *ct_call(const char *name, const ct_value *args, size_t n)
{
    return guard([&] { return call(find(name), Given(args, n)); });
}

ct_status ct_call_into(const char *name, const ct_value *args, size_t n, ct_value *results, size_t m)
{
    return guard([&] { call_into(find(name), Given(args, n), results, m); });
}

ct_op *ct_op_find(const char *name)
{
    return guard([&] { return box_as<ct_op>(std::make_unique<const Operator>(find(name))); });
}

void ct_op_free(ct_op *self)
{
    free_handle(self);
}

ct_op *ct_op_escape(ct_op *self)
{
    return escape_handle(self);
}

ct_tensor *ct_op_call(const ct_op *self, const ct_value *args, size_t n)
{
    return guard([&] { return call(*ARG(self), Given(args, n)); });
}

ct_status ct_op_call_into(const ct_op *self, const ct_value *args, size_t n, ct_value *results, size_t m)
{
    return guard([&] { call_into(*ARG(self), Given(args, n), results, m); });
}

const char *ct_op_name(const ct_op *self)
{
    return guard_or("", [&] { return ARG(self)->name.c_str(); });
}

const char *ct_op_schema(const ct_op *self)
{
    return guard_or("", [&] {
        std::string text;
        for (const Overload &overload : ARG(self)->overloads)
            text += (text.empty() ? "" : "\n") + c10::toString(overload.schema());
        return lend(text);
    });
}

ct_status ct_op_list(ct_op_visit visit, void *user)
{
    return guard([&] {
        if (!visit)
            fail_null("visit");
        for (const std::string &name : all_names())
            visit(name.c_str(), user);
    });
}

ct_status ct_load_library(const char *path)
{
    return guard([&] { load_library(text(path, "path")); });
}
