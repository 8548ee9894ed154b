// call_arguments.cpp: arguments by position and by keyword, checked against a schema.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_arguments.hpp"

#include <algorithm>

namespace ct {

Signature::Signature(const c10::FunctionSchema &schema, size_t first)
    : declared(&schema), takes(schema.arguments().begin() + first, schema.arguments().end()),
      positional(std::count_if(takes.begin(), takes.end(), [](const Slot &s) { return !s.argument().kwarg_only(); }))
{
}

Given::Given(const ct_value *values, size_t n) : values(values), n(n)
{
    if (!values && n > 0)
        fail_null("args");
    auto is_named = [](const ct_value &value) { return value.name != nullptr; };
    const ct_value *named = std::find_if(values, values + n, is_named);
    if (!std::all_of(named, values + n, is_named))
        fail(CT_ERROR_VALUE, "positional argument follows keyword argument");
    positional = named - values;
}

const ct_value *Given::keyword(const std::string &name) const
{
    for (size_t i = positional; i < n; i++)
        if (name == values[i].name)
            return &values[i];
    return nullptr;
}

Fit put(const Signature &signature, const Given &given, Stack &stack)
{
    if (given.positional > signature.positional)
        return {Fit::too_many, signature.positional};
    stack.clear();
    stack.reserve(std::max(signature.takes.size(), signature.schema().returns().size()));
    size_t named = 0;
    for (size_t i = 0; i < signature.takes.size(); i++) {
        const Slot &slot = signature.takes[i];
        const ct_value *value = i < given.positional ? given.values + i : given.keyword(slot.name());
        named += value && i >= given.positional;
        stack.emplace_back();
        if (value && !slot.take(*value, stack.back()))
            return {Fit::of_other_type, i, value};
        if (!value && !slot.argument().default_value())
            return {Fit::missing, i};
        if (!value)
            stack.back() = *slot.argument().default_value();
    }
    return {named == given.n - given.positional ? Fit::good : Fit::unplaced, signature.takes.size()};
}

namespace {

// Why a keyword has no place: Python's words.
std::string unplaced(const Signature &signature, const Given &given)
{
    std::string schema = ". Schema: " + c10::toString(signature.schema());
    auto place = [&](const char *name) {
        return std::find_if(signature.takes.begin(), signature.takes.end(), [&](auto &s) { return s.name() == name; }) -
               signature.takes.begin();
    };
    for (size_t i = given.positional; i < given.n; i++) {
        std::string name = given.values[i].name;
        size_t at = place(name.c_str());
        if (at == signature.takes.size())
            return "Unknown keyword argument '" + name + "' for operator '" + signature.schema().name() + "'" + schema;
        if (at < given.positional)
            return "Argument '" + name + "' specified both as positional and keyword argument" + schema;
        if (given.keyword(name) != given.values + i)
            return "keyword argument repeated: " + name + schema;
    }
    return schema;
}

[[noreturn, gnu::cold]] void fail_type(const Signature &signature, const Fit &fit, const std::string &others)
{
    const Slot &slot = signature.takes[fit.fitted];
    if (fit.given->kind == CT_VALUE_TENSOR && !fit.given->as.tensor)
        fail_null(slot.name().c_str());
    fail(CT_ERROR_TYPE, "argument " + std::to_string(fit.fitted + 1) + " '" + slot.name() + "' is " + slot.type() +
                            "; got " + given_text(*fit.given) + others);
}

} // namespace

void fail_fit(const Signature &signature, const Fit &fit, const Given &given, const std::string &others)
{
    std::string declaration = ". Declaration: " + c10::toString(signature.schema()) + others;
    switch (fit.kind) {
    case Fit::of_other_type:
        fail_type(signature, fit, others);
    case Fit::missing:
        fail(CT_ERROR_VALUE, "missing value for argument '" + signature.takes[fit.fitted].name() + "'" + declaration);
    case Fit::too_many:
        fail(CT_ERROR_VALUE, "takes " + std::to_string(signature.positional) + " positional argument(s) but " +
                                 std::to_string(given.positional) + " was/were given" + declaration);
    default:
        fail(CT_ERROR_KEY, unplaced(signature, given) + others);
    }
}

} // namespace ct
