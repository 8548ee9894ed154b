/* tests/test_error.c: ctorch/error.h: what a failure leaves behind, and that the first cause is what is reported.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <pthread.h>

static ct_tensor *ones(int64_t rows, int64_t columns)
{
    return ct_ones(CT_DIMS(rows, columns), CT_FLOAT32);
}

/* ---- The message ---- */

START_TEST(starts_without_an_error)
{
    ck_assert_str_eq(ct_error_message(), "");
    ck_assert_int_eq(ct_error_code(), CT_OK);
    ck_assert_str_eq(ct_error_backtrace(), "");
}
END_TEST

START_TEST(says_what_libtorch_said_and_where)
{
    ct_tensor *a = ones(64, 8), *b = ones(9, 1);
    ck_assert_ptr_null(ct_matmul(a, b));
    ck_assert_int_eq(ct_error_code(), CT_ERROR_RUNTIME);
    ck_assert_str_eq(ct_error_message(), "ct_matmul: mat1 and mat2 shapes cannot be multiplied (64x8 and 9x1)");
    ck_assert_ptr_nonnull(strstr(ct_error_backtrace(), "shapes cannot be multiplied"));
    ck_assert_ptr_nonnull(strchr(ct_error_backtrace(), '\n'));
    ct_tensor_free(a);
    ct_tensor_free(b);
    ct_error_clear();
}
END_TEST

START_TEST(stays_until_the_next_failure_or_clear)
{
    ct_tensor *x = ones(2, 3);
    ck_assert_ptr_null(ct_select(x, 0, 2));
    ck_assert_int_eq(ct_tensor_numel(x), 6);
    ck_assert_int_eq(ct_error_code(), CT_ERROR_INDEX);
    ck_assert_int_eq(ct_tensor_size(x, 2), -1);
    ck_assert_error(CT_ERROR_INDEX,
                    "ct_tensor_size: Dimension out of range (expected to be in range of [-2, 1], but got 2)");
    ck_assert_str_eq(ct_error_message(), "");
    ck_assert_int_eq(ct_error_code(), CT_OK);
    ct_tensor_free(x);
}
END_TEST

/* Functions behind a macro are named as people write them. */
START_TEST(names_the_function_as_it_is_written)
{
    ct_tensor *x = ones(2, 3);
    ck_assert_ptr_null(ct_at(x, "2"));
    ck_assert_error(CT_ERROR_INDEX, "ct_at: index 2 is out of bounds for dimension 0 with size 2");
    ck_assert_int_ne(ct_put(x, NULL, "0"), CT_OK);
    ck_assert_error(CT_ERROR_VALUE, "ct_put: value is NULL");
    ck_assert_int_ne(ct_backward(NULL), CT_OK);
    ck_assert_error(CT_ERROR_VALUE, "ct_backward: self is NULL");
    ck_assert_ptr_null(ct_tensor_to(NULL, .dtype = CT_INT64));
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_to: self is NULL");
    ck_assert_ptr_null(ct_sum_dim(x, CT_DIMS(2)));
    ck_assert_error(CT_ERROR_INDEX, "ct_sum_dim: ");
    ck_assert_ptr_null(ct_from_blob(NULL, CT_DIMS(1), CT_FLOAT32));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: data is NULL");
    ck_assert_ptr_null(ct_nn_linear(-1, 2));
    ck_assert_error(CT_ERROR_VALUE, "ct_nn_linear: ");
    ck_assert_ptr_null(ct_tensor_new(NULL, CT_DIMS(1), CT_FLOAT32));
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_new: data is NULL");
    ck_assert_int_ne(ct_mul_(x, NULL), CT_OK);
    ck_assert_error(CT_ERROR_VALUE, "ct_mul_: other is NULL");
    ck_assert_int_ne(ct_add_scalar_(NULL, 1), CT_OK);
    ck_assert_error(CT_ERROR_VALUE, "ct_add_scalar_: self is NULL");
    ct_tensor_free(x);
}
END_TEST

static void *fail_here(void *unused)
{
    ck_assert_str_eq(ct_error_message(), "");
    ct_error_set(CT_ERROR_KEY, "of the other thread");
    ck_assert_error(CT_ERROR_KEY, "of the other thread");
    return unused;
}

START_TEST(belongs_to_its_thread)
{
    pthread_t other;
    ct_error_set(CT_ERROR_IO, "of this thread");
    ck_assert_int_eq(pthread_create(&other, NULL, fail_here, NULL), 0);
    ck_assert_int_eq(pthread_join(other, NULL), 0);
    ck_assert_error(CT_ERROR_IO, "of this thread");
}
END_TEST

/* ---- ct_error_set ---- */

START_TEST(sets_code_and_message)
{
    ck_assert_int_eq(ct_error_set(CT_ERROR_IO, "m.pt: no such file"), CT_ERROR_IO);
    ck_assert_str_eq(ct_error_message(), "m.pt: no such file");
    ck_assert_str_eq(ct_error_backtrace(), "");
    ck_assert_error(CT_ERROR_IO, "m.pt");
}
END_TEST

START_TEST(sets_no_code_that_is_not_a_failure)
{
    ck_assert_int_eq(ct_error_set(CT_OK, "it went well"), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "it went well");
    ck_assert_int_eq(ct_error_set((ct_status)(CT_ERROR_INTERNAL + 1), "beyond"), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "beyond");
    ck_assert_int_eq(ct_error_set((ct_status)-1, "below"), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "below");
}
END_TEST

START_TEST(sets_the_codes_name_for_want_of_a_message)
{
    ct_error_set(CT_ERROR_NOT_IMPLEMENTED, NULL);
    ck_assert_str_eq(ct_error_message(), "CT_ERROR_NOT_IMPLEMENTED");
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "CT_ERROR_NOT_IMPLEMENTED");
}
END_TEST

START_TEST(sets_the_message_that_is_there)
{
    ct_error_set(CT_ERROR_KEY, "once more");
    ct_error_set(CT_ERROR_RUNTIME, ct_error_message());
    ck_assert_str_eq(ct_error_message(), "once more");
    ck_assert_error(CT_ERROR_RUNTIME, "once more");
}
END_TEST

START_TEST(sets_a_message_of_any_length)
{
    enum { LENGTH = 1 << 20 };
    char *text = malloc(LENGTH + 1);
    memset(text, 'x', LENGTH);
    text[LENGTH] = '\0';
    ct_error_set(CT_ERROR_VALUE, text);
    ck_assert_str_eq(ct_error_message(), text);
    free(text);
    ct_error_clear();
}
END_TEST

START_TEST(latches_as_any_other_failure_does)
{
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "first");
    ct_error_set(CT_ERROR_IO, "second");
    ck_assert_ptr_null(ones(1, 1));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "first");
}
END_TEST

/* ---- The root cause: NULL arguments that an earlier failure made ---- */

START_TEST(a_chain_reports_what_failed_first)
{
    ct_tensor *a = ones(2, 3);
    ck_assert_ptr_null(ct_relu(ct_add(ct_matmul(a, a), a)));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_matmul: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
    ct_tensor_free(a);
}
END_TEST

START_TEST(a_null_returns_the_code_of_its_cause)
{
    ct_tensor *a = ones(2, 3);
    ck_assert_int_eq(ct_add_(a, ct_select(a, 0, 9)), CT_ERROR_INDEX);
    ck_assert_int_eq(ct_tensor_dim(NULL), -1);
    ck_assert_int_eq(ct_error_code(), CT_ERROR_INDEX);
    ck_assert_error(CT_ERROR_INDEX, "ct_select: ");
    ct_tensor_free(a);
}
END_TEST

START_TEST(a_null_is_an_error_of_its_own_once_the_cause_was_read)
{
    ct_error_set(CT_ERROR_IO, "the cause");
    ck_assert_str_eq(ct_error_message(), "the cause");
    ck_assert_ptr_null(ct_relu(NULL));
    ck_assert_error(CT_ERROR_VALUE, "ct_relu: self is NULL");
}
END_TEST

START_TEST(asking_for_the_code_is_not_reading)
{
    ct_error_set(CT_ERROR_IO, "the cause");
    ck_assert_int_eq(ct_error_code(), CT_ERROR_IO);
    ck_assert_ptr_null(ct_relu(NULL));
    ck_assert_error(CT_ERROR_IO, "the cause");
}
END_TEST

START_TEST(a_null_takes_its_cause_into_the_scope)
{
    ct_tensor *absent = ct_zeros(CT_DIMS(-1), CT_FLOAT32);
    ct_scope *scope = ct_scope_begin();
    ck_assert_ptr_null(ct_relu(absent));
    ck_assert_ptr_null(ones(1, 1));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_zeros: dims is (-1,); a size cannot be negative");
}
END_TEST

START_TEST(names_the_element_of_a_list_that_is_null)
{
    ct_tensor *a = ones(2, 3);
    ck_assert_ptr_null(ct_cat(CT_TENSORS(a, NULL, a), 0));
    ck_assert_error(CT_ERROR_VALUE, "ct_cat: tensors[1] is NULL");
    ck_assert_ptr_null(ct_cat(CT_TENSORS(a, ct_select(a, 0, 9)), 0));
    ck_assert_error(CT_ERROR_INDEX, "ct_select: ");
    ct_tensor_free(a);
}
END_TEST

/* ---- Handles that are not what they seem ---- */

START_TEST(names_a_handle_of_another_type)
{
    ct_dict *dict = ct_dict_new();
    ct_tensor *a = ones(1, 1);
    ck_assert_ptr_null(ct_add(a, (ct_tensor *)dict));
    ck_assert_error(CT_ERROR_TYPE, "ct_add: other is a ct_dict; expected a ct_tensor");
    ck_assert_uint_eq(ct_dict_size((ct_dict *)a), 0);
    ck_assert_error(CT_ERROR_TYPE, "ct_dict_size: self is a ct_tensor; expected a ct_dict");
    ck_assert_ptr_null(ct_cat(CT_TENSORS(a, (ct_tensor *)dict), 0));
    ck_assert_error(CT_ERROR_TYPE, "ct_cat: tensors[1] is a ct_dict; expected a ct_tensor");
    ct_tensor_free((ct_tensor *)dict);
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_free: self is a ct_dict; expected a ct_tensor");
    ct_tensor_free(a);
    ct_dict_free(dict);
}
END_TEST

START_TEST(names_a_handle_that_was_freed)
{
    ct_tensor *a = ones(1, 1);
    ct_tensor_free(a);
    ck_assert_ptr_null(ct_relu(a));
    ck_assert_error(CT_ERROR_TYPE, "ct_relu: self is a handle that was freed already; expected a live ct_tensor");
    ct_tensor_free(a);
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_free: self is a handle that was freed already; expected a live ");
    ck_assert_ptr_null(ct_tensor_escape(a));
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_escape: self is a handle that was freed already");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");

    TCase *message = suite_case(suite, "message");
    tcase_add_test(message, starts_without_an_error);
    tcase_add_test(message, says_what_libtorch_said_and_where);
    tcase_add_test(message, stays_until_the_next_failure_or_clear);
    tcase_add_test(message, names_the_function_as_it_is_written);
    tcase_add_test(message, belongs_to_its_thread);

    TCase *set = suite_case(suite, "ct_error_set");
    tcase_add_test(set, sets_code_and_message);
    tcase_add_test(set, sets_no_code_that_is_not_a_failure);
    tcase_add_test(set, sets_the_codes_name_for_want_of_a_message);
    tcase_add_test(set, sets_the_message_that_is_there);
    tcase_add_test(set, sets_a_message_of_any_length);
    tcase_add_test(set, latches_as_any_other_failure_does);

    TCase *cause = suite_case(suite, "root cause");
    tcase_add_test(cause, a_chain_reports_what_failed_first);
    tcase_add_test(cause, a_null_returns_the_code_of_its_cause);
    tcase_add_test(cause, a_null_is_an_error_of_its_own_once_the_cause_was_read);
    tcase_add_test(cause, asking_for_the_code_is_not_reading);
    tcase_add_test(cause, a_null_takes_its_cause_into_the_scope);
    tcase_add_test(cause, names_the_element_of_a_list_that_is_null);

    TCase *handles = suite_case(suite, "handles");
    tcase_add_test(handles, names_a_handle_of_another_type);
    tcase_add_test(handles, names_a_handle_that_was_freed);

    return suite_run(suite);
}
