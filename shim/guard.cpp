// guard.cpp: from exceptions to errors.
// SPDX-License-Identifier: BSD-3-Clause
#include "guard.hpp"

#include "traceback.hpp"

#include "core/error.h"

#include <new>

namespace ct {

void fail(ct_status code, std::string text)
{
    throw Error(Failure(code, std::move(text)));
}

void fail_null(const char *argument)
{
    Failure failure(CT_ERROR_VALUE, argument);
    failure.null = true;
    throw Error(std::move(failure));
}

namespace {

Failure of_torch(ct_status code, const c10::Error &error)
{
    Failure failure(code, error.what_without_backtrace());
    failure.backtrace = error.what();
    // libtorch has no class of its own for a host allocation that failed; the macro's text in front of it says nothing.
    size_t allocator = failure.text.find("can't allocate memory");
    if (allocator != std::string::npos) {
        failure.code = CT_ERROR_MEMORY;
        failure.text.erase(0, allocator);
    }
    return failure;
}

Failure ladder()
{
    try {
        throw;
    } catch (const Error &error) {
        return error.failure;
    } catch (const c10::IndexError &error) {
        return of_torch(CT_ERROR_INDEX, error);
    } catch (const c10::ValueError &error) {
        return of_torch(CT_ERROR_VALUE, error);
    } catch (const c10::TypeError &error) {
        return of_torch(CT_ERROR_TYPE, error);
    } catch (const c10::NotImplementedError &error) {
        return of_torch(CT_ERROR_NOT_IMPLEMENTED, error);
    } catch (const c10::OutOfMemoryError &error) {
        return of_torch(CT_ERROR_MEMORY, error);
    } catch (const c10::Error &error) {
        return of_torch(CT_ERROR_RUNTIME, error);
    } catch (const std::bad_alloc &) {
        return {CT_ERROR_MEMORY, "out of memory"};
    } catch (const std::exception &error) {
        return {CT_ERROR_RUNTIME, error.what()};
    } catch (...) {
        return {CT_ERROR_INTERNAL, "an exception that is not a std::exception"};
    }
}

bool begins_with(const std::string &text, const std::string &beginning)
{
    return text.compare(0, beginning.size(), beginning) == 0;
}

bool ends_with(const std::string &text, const std::string &end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// The name that people write: the macro's, which is the function's without what sets the two apart.
std::string spoken(const std::string &function)
{
    if (ends_with(function, "_with_"))
        return function.substr(0, function.size() - 5);
    bool made = ends_with(function, "_new") && (begins_with(function, "ct_nn_") || begins_with(function, "ct_optim_"));
    return made || ends_with(function, "_with") ? function.substr(0, function.rfind('_')) : function;
}

std::string message(const Failure &failure, const char *function)
{
    if (!failure.path.empty())
        return failure.path + ": " + failure.text;
    return failure.located ? failure.text : spoken(function) + ": " + failure.text;
}

} // namespace

Failure translate() noexcept
{
    try {
        Failure failure = ladder();
        shorten_traceback(failure);
        return failure;
    } catch (...) {
        return {CT_ERROR_MEMORY, ""};
    }
}

ct_status report(Failure failure, const char *function) noexcept
{
    try {
        if (failure.null)
            return core_fail_null(spoken(function).c_str(), failure.text.c_str());
        return core_fail_text(failure.code, message(failure, function).c_str(), failure.path.size(),
                              failure.backtrace.empty() ? nullptr : failure.backtrace.c_str());
    } catch (...) {
        return core_fail_text(CT_ERROR_MEMORY, "out of memory", 0, nullptr);
    }
}

} // namespace ct
