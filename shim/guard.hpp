// guard.hpp: the border between C++ and C. Every public function of the shim is one expression inside guard, which does
// nothing in a scope that has failed, and turns whatever is thrown into ctorch's error and the function's neutral
// value.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "torch.hpp"

#include "core/scope.h"

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

namespace ct {

// A failure on its way to the border.
struct Failure {
    Failure(ct_status code, std::string text) : code(code), text(std::move(text)) {}

    ct_status code;
    std::string text;
    std::string path;      // of the module that failed, as far as it is known
    std::string backtrace; // libtorch's, "" where there is none
    bool null = false;     // a NULL argument, of the name in text
    bool located = false;  // text or path say where it happened: the function's name adds nothing
};

class Error : public std::exception {
public:
    explicit Error(Failure failure) : failure(std::move(failure)) {}
    const char *what() const noexcept override { return failure.text.c_str(); }

    Failure failure;
};

// Throws a failure of ours.
[[noreturn, gnu::cold]] void fail(ct_status code, std::string text);

// Throws the failure of an argument that is NULL.
[[noreturn, gnu::cold]] void fail_null(const char *argument);

// The exception in flight, whatever it is. The one place that knows libtorch's classes of exceptions.
[[gnu::cold]] Failure translate() noexcept;

// Hands a failure to the core and returns its code.
[[gnu::cold]] ct_status report(Failure failure, const char *function) noexcept;

// Readers: neutral is what they return on failure.
template <class Value, class Body>
Value guard_or(Value neutral, Body &&body, const char *function = __builtin_FUNCTION()) noexcept
{
    if (scope_failure() != CT_OK)
        return neutral;
    try {
        return body();
    } catch (...) {
        report(translate(), function);
        return neutral;
    }
}

// Makers, which return a handle or NULL, and doers, whose body returns nothing and which return a status.
template <class Body> auto guard(Body &&body, const char *function = __builtin_FUNCTION()) noexcept
{
    using Result = std::invoke_result_t<Body>;
    if constexpr (std::is_void_v<Result>) {
        if (ct_status failure = scope_failure(); failure != CT_OK)
            return failure;
        try {
            body();
            return CT_OK;
        } catch (...) {
            return report(translate(), function);
        }
    } else {
        static_assert(std::is_pointer_v<Result>, "a reader says what it returns on failure: guard_or");
        return guard_or(Result(nullptr), std::forward<Body>(body), function);
    }
}

} // namespace ct
