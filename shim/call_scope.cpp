// call_scope.cpp: calling a C function of the user's from C++.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_scope.hpp"

#include "core/error.h"

namespace ct {

CallScope::CallScope() : scope(ct_scope_begin())
{
    if (!scope)
        throw std::bad_alloc();
}

CallScope::~CallScope()
{
    scope_end_quietly(scope);
}

namespace {

[[noreturn]] void throw_latched()
{
    std::string message = ct_error_message();
    size_t path_size = core_failure_path();
    Failure failure(ct_error_code(), path_size ? message.substr(path_size + std::string(": ").size()) : message);
    failure.path = message.substr(0, path_size);
    failure.backtrace = ct_error_backtrace();
    failure.located = true;
    throw Error(std::move(failure));
}

} // namespace

void CallScope::check() const
{
    if (scope_failure() != CT_OK)
        throw_latched();
}

at::Tensor CallScope::result(const ct_tensor *returned, const char *what, const std::string &whose) const
{
    check();
    if (!returned)
        fail(CT_ERROR_VALUE, what + whose + " returned NULL without an error");
    if (!is_live(returned))
        arg(returned, ("what " + (what + whose) + " returned").c_str());
    return arg(returned, what);
}

std::vector<at::Tensor> CallScope::results(ct_tensor *const *returned, size_t n, const char *what,
                                           const std::string &whose) const
{
    check();
    if (n > CT_OUTPUTS_MAX)
        fail(CT_ERROR_VALUE, what + whose + " returned " + std::to_string(n) +
                                 " as the number of its outputs; at most " + std::to_string(CT_OUTPUTS_MAX) +
                                 " are possible");
    std::vector<at::Tensor> outputs;
    for (size_t i = 0; i < n; i++)
        outputs.push_back(returned[i] ? result(returned[i], what, whose) : at::Tensor());
    return outputs;
}

void check_recorded(ct_status status)
{
    if (status == CT_OK)
        return;
    Failure failure(status, ct_error_message());
    failure.located = true;
    throw Error(std::move(failure));
}

} // namespace ct
