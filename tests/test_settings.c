/* tests/test_settings.c: ctorch/settings.h: threads, determinism, denormal numbers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>
#include <ctorch/settings.h>

#include <dlfcn.h>

/* ---- Threads ---- */

START_TEST(sets_the_threads_of_libtorch_and_of_the_blas)
{
    int (*blas_threads)(void);
    *(void **)&blas_threads = dlsym(RTLD_DEFAULT, "openblas_get_num_threads");
    int64_t before = ct_get_num_threads();
    ck_assert_int_ge(before, 1);
    for (int64_t threads = 1; threads <= 2; threads++) {
        ck_assert_ok(ct_set_num_threads(threads));
        ck_assert_int_eq(ct_get_num_threads(), threads);
        if (blas_threads)
            ck_assert_int_eq(blas_threads(), threads);
    }
    ck_assert_ok(ct_set_num_threads(before));
}
END_TEST

START_TEST(refuses_numbers_of_threads_that_cannot_be)
{
    static const int64_t numbers[] = {0, -1, INT64_MIN, INT64_MAX, (int64_t)INT32_MAX + 1};
    int64_t before = ct_get_num_threads();
    for (size_t i = 0; i < COUNT(numbers); i++) {
        ck_assert_int_eq(ct_set_num_threads(numbers[i]), CT_ERROR_VALUE);
        ck_assert_error(CT_ERROR_VALUE, "set_num_threads expects a positive integer");
        ck_assert_int_eq(ct_set_num_interop_threads(numbers[i]), CT_ERROR_VALUE);
        ck_assert_error(CT_ERROR_VALUE, "set_num_interop_threads expects a positive integer");
    }
    ck_assert_int_eq(ct_set_num_threads(0), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_set_num_threads: num_threads is 0; ");
    ck_assert_int_eq(ct_get_num_threads(), before);
}
END_TEST

START_TEST(interop_threads_are_set_once)
{
    ck_assert_ok(ct_set_num_interop_threads(2));
    ck_assert_int_eq(ct_get_num_interop_threads(), 2);
    ck_assert_int_eq(ct_set_num_interop_threads(3), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_set_num_interop_threads: ");
    ck_assert_int_eq(ct_get_num_interop_threads(), 2);
}
END_TEST

/* ---- Determinism: put_ is one of the operators that have no deterministic way on any device ---- */

static ct_status put_elements(void)
{
    return ct_put_elements_(ct_zeros(CT_DIMS(3), CT_FLOAT32), ct_zeros(CT_DIMS(1), CT_INT64),
                            ct_ones(CT_DIMS(1), CT_FLOAT32));
}

START_TEST(refuses_what_is_not_deterministic)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert(!ct_are_deterministic_algorithms_enabled());
    ck_assert_ok(put_elements());
    ck_assert_ok(ct_use_deterministic_algorithms(true, .warn_only = true));
    ck_assert(ct_are_deterministic_algorithms_enabled());
    ck_assert_ok(put_elements());
    ck_assert_ok(ct_use_deterministic_algorithms(true));
    ct_scope *inner = ct_scope_begin();
    ck_assert_int_eq(put_elements(), CT_ERROR_RUNTIME);
    ck_assert_int_eq(ct_scope_catch(inner), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "put_ does not have a deterministic implementation, but you set ");
    ck_assert_ok(ct_use_deterministic_algorithms_with(false, NULL));
    ck_assert(!ct_are_deterministic_algorithms_enabled());
    ck_assert_ok(put_elements());
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Denormal numbers ---- */

/* Whether half the smallest normal number is 0; asked after the setting has been taken back, for it holds for this
 * file's own comparisons as well. */
static bool flushes(bool mode)
{
    ct_scope *scope = ct_scope_begin();
    double half = NAN;
    ct_tensor *least = ct_full(CT_DIMS(1), 0x1p-1022, CT_FLOAT64);
    ck_assert_ok(ct_set_flush_denormal(mode));
    ct_tensor *result = ct_mul_scalar(least, 0.5);
    ck_assert_ok(ct_set_flush_denormal(false));
    ck_assert_ok(ct_tensor_copy_out(result, &half, 1, CT_FLOAT64));
    ck_assert_ok(ct_scope_end(scope));
    ck_assert(half == 0 || half == 0x1p-1023);
    return half == 0;
}

START_TEST(takes_denormal_numbers_for_zero)
{
    if (ct_set_flush_denormal(false) == CT_ERROR_NOT_IMPLEMENTED) {
        ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "this processor cannot take denormal numbers for 0");
        return;
    }
    ck_assert(!flushes(false));
    ck_assert(flushes(true));
    ck_assert(!flushes(false));
}
END_TEST

START_TEST(a_failed_scope_sets_nothing)
{
    int64_t before = ct_get_num_threads();
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_VALUE, "first");
    ck_assert_int_eq(ct_set_num_threads(before + 1), CT_ERROR_VALUE);
    ck_assert_int_eq(ct_get_num_threads(), -1);
    ck_assert_int_eq(ct_use_deterministic_algorithms(true), CT_ERROR_VALUE);
    ck_assert_int_eq(ct_set_flush_denormal(true), CT_ERROR_VALUE);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "first");
    ck_assert_int_eq(ct_get_num_threads(), before);
    ck_assert(!ct_are_deterministic_algorithms_enabled());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("settings");
    TCase *threads = suite_case(suite, "threads");
    tcase_add_test(threads, sets_the_threads_of_libtorch_and_of_the_blas);
    tcase_add_test(threads, refuses_numbers_of_threads_that_cannot_be);
    tcase_add_test(threads, interop_threads_are_set_once);
    TCase *numbers = suite_case(suite, "numbers");
    tcase_add_test(numbers, refuses_what_is_not_deterministic);
    tcase_add_test(numbers, takes_denormal_numbers_for_zero);
    tcase_add_test(numbers, a_failed_scope_sets_nothing);
    return suite_run(suite);
}
