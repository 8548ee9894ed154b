// call_arguments.hpp: arguments by position and by keyword, checked against a schema: an operator's, or a TorchScript
// method's.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "call_value.hpp"

namespace ct {

using torch::jit::Stack;

// What a schema takes. It must outlive this.
struct Signature {
    // first: how many arguments are not the caller's to give; a method's self is one.
    explicit Signature(const c10::FunctionSchema &schema, size_t first = 0);

    const c10::FunctionSchema &schema() const { return *declared; }

    const c10::FunctionSchema *declared;
    std::vector<Slot> takes;
    size_t positional; // how many may be given by position; those by keyword only come last
};

// As the caller gave them: some by position, the others by keyword.
struct Given {
    Given(const ct_value *values, size_t n);

    const ct_value *keyword(const std::string &name) const;

    const ct_value *values;
    size_t n, positional;
};

// Whether the arguments fit a signature, or how far they do and what is then in the way.
struct Fit {
    enum Kind { good, of_other_type, missing, too_many, unplaced } kind;
    size_t fitted = 0;
    const ct_value *given = nullptr;
};

// Puts the arguments on the stack, which is empty afterwards but for them.
Fit put(const Signature &signature, const Given &given, Stack &stack);

// Says what is in the way, in Python's words; others: what else was tried.
[[noreturn, gnu::cold]] void fail_fit(const Signature &signature, const Fit &fit, const Given &given,
                                      const std::string &others);

// Runs what may fail; the name of the operator or method is then where it did.
template <class Body> auto in_operator(const std::string &name, Body &&body)
{
    try {
        return body();
    } catch (...) {
        Failure failure = translate();
        if (!failure.null && !failure.located && failure.path.empty()) {
            failure.text = name + ": " + failure.text;
            failure.located = true;
        }
        throw Error(std::move(failure));
    }
}

} // namespace ct
