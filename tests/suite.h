/* tests/suite.h: what the suites share: running one, the check after each test, assertions about errors and tensors.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_SUITE_H
#define CTORCH_TESTS_SUITE_H

#include <ctorch/base.h>
#include <ctorch/error.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- Running: main ends in `return suite_run(suite)`. Nothing calls ct_ before Check has forked, which libtorch's
 * threads do not survive. ---- */

/* After each test: what it made is gone, and the failures that it provoked were expected, by ck_assert_error. */
static inline void suite_check(void)
{
    ck_assert_msg(ct_error_code() == CT_OK, "not expected: %s", ct_error_message());
    ck_assert_msg(ct_live_handles(NULL) == 0, "%d handles are alive after the test", (int)ct_live_handles(NULL));
}

/* A group of tests in a suite. Without a fork, the error that a failed test left is not the next one's. */
static inline TCase *suite_case(Suite *suite, const char *name)
{
    TCase *group = tcase_create(name);
    tcase_add_checked_fixture(group, ct_error_clear, suite_check);
    tcase_set_timeout(group, 120);
    suite_add_tcase(suite, group);
    return group;
}

/* What main returns. */
static inline int suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- Errors ---- */

/* That the last failure has this code and this text in its message, of one line; then forgets it. */
#define ck_assert_error(code, part)                                                                                    \
    do {                                                                                                               \
        const char *message_ = ct_error_message();                                                                     \
        ck_assert_msg(ct_error_code() == (code), "%s instead of %s: %s", ct_status_name(ct_error_code()), #code,       \
                      message_);                                                                                       \
        ck_assert_msg(strstr(message_, (part)) != NULL, "no \"%s\" in \"%s\"", (part), message_);                      \
        ck_assert_msg(strchr(message_, '\n') == NULL, "more than one line: %s", message_);                             \
        ct_error_clear();                                                                                              \
    } while (0)

/* That a doer succeeds. */
#define ck_assert_ok(call)                                                                                             \
    do {                                                                                                               \
        ct_status status_ = (call);                                                                                    \
        ck_assert_msg(status_ == CT_OK, "%s: %s", ct_status_name(status_), ct_error_message());                        \
    } while (0)

/* ---- Tensors (for suites that include <ctorch/tensor.h>) ---- */

/* That a tensor has these sizes: `ck_assert_shape(x, 2, 3)`. */
#define ck_assert_shape(tensor, ...)                                                                                   \
    do {                                                                                                               \
        const ct_tensor *tensor_ = (tensor);                                                                           \
        const int64_t sizes_[] = {__VA_ARGS__};                                                                        \
        ck_assert_msg(tensor_ != NULL, "%s", ct_error_message());                                                      \
        ck_assert_int_eq(ct_tensor_dim(tensor_), COUNT(sizes_));                                                       \
        for (size_t i_ = 0; i_ < COUNT(sizes_); i_++)                                                                  \
            ck_assert_int_eq(ct_tensor_shape(tensor_)[i_], sizes_[i_]);                                                \
    } while (0)

/* That a tensor holds elements of this type, and exactly these, row by row: `ck_assert_floats(y, 1, 2.5, 3)`. */
#define ck_assert_floats(tensor, ...) ck_assert_elements(tensor, float, CT_FLOAT32, __VA_ARGS__)
#define ck_assert_doubles(tensor, ...) ck_assert_elements(tensor, double, CT_FLOAT64, __VA_ARGS__)
#define ck_assert_longs(tensor, ...) ck_assert_elements(tensor, int64_t, CT_INT64, __VA_ARGS__)
#define ck_assert_elements(tensor, type, dtype, ...)                                                                   \
    do {                                                                                                               \
        const type expected_[] = {__VA_ARGS__};                                                                        \
        type actual_[COUNT(expected_)];                                                                                \
        ck_assert_ok(ct_tensor_copy_out(tensor, actual_, COUNT(expected_), dtype));                                    \
        for (size_t i_ = 0; i_ < COUNT(expected_); i_++)                                                               \
            ck_assert_msg(actual_[i_] == expected_[i_], "element %d is %.17g, not %.17g", (int)i_,                     \
                          (double)actual_[i_], (double)expected_[i_]);                                                 \
    } while (0)

#endif
