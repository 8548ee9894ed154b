// settings.cpp: include/ctorch/settings.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

#include <ATen/Parallel.h>
#include <ctorch/settings.h>

#include <dlfcn.h>

using namespace ct;

namespace {

int thread_count(int64_t num_threads, const char *function)
{
    if (num_threads < 1 || num_threads > std::numeric_limits<int>::max())
        fail(CT_ERROR_VALUE,
             "num_threads is " + std::to_string(num_threads) + "; " + function + " expects a positive integer");
    return static_cast<int>(num_threads);
}

// libtorch is linked with whatever stands behind libblas.so.3, which may be OpenBLAS or not.
void set_blas_threads(int count)
{
    using Set = void (*)(int);
    if (auto set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
        set(count);
}

void set_threads(int count)
{
    at::set_num_threads(count);
    set_blas_threads(count);
}

void set_flush_denormal(bool mode)
{
    if (!at::globalContext().setFlushDenormal(mode))
        fail(CT_ERROR_NOT_IMPLEMENTED, "this processor cannot take denormal numbers for 0");
}

} // namespace

int64_t ct_get_num_threads(void)
{
    return guard_or(int64_t{-1}, [&] { return int64_t{at::get_num_threads()}; });
}

ct_status ct_set_num_threads(int64_t num_threads)
{
    return guard([&] { set_threads(thread_count(num_threads, "set_num_threads")); });
}

int64_t ct_get_num_interop_threads(void)
{
    return guard_or(int64_t{-1}, [&] { return static_cast<int64_t>(at::get_num_interop_threads()); });
}

ct_status ct_set_num_interop_threads(int64_t num_threads)
{
    return guard([&] { at::set_num_interop_threads(thread_count(num_threads, "set_num_interop_threads")); });
}

ct_status ct_use_deterministic_algorithms_with(bool mode, const ct_deterministic_options *options)
{
    ct_deterministic_options o = given(options, ct_deterministic_options_default);
    return guard([&] { at::globalContext().setDeterministicAlgorithms(mode, o.warn_only); });
}

bool ct_are_deterministic_algorithms_enabled(void)
{
    return guard_or(false, [&] { return at::globalContext().deterministicAlgorithms(); });
}

ct_status ct_set_flush_denormal(bool mode)
{
    return guard([&] { set_flush_denormal(mode); });
}
