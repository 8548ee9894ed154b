/* tests/test_from_blob.c: ct_from_blob of ctorch/tensor.h: tensors over the caller's memory, which is given back
 * exactly once.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

/* ---- The memory ---- */

START_TEST(wraps_memory_without_a_copy)
{
    float data[] = {1, 2, 3, 4, 5, 6};
    ct_tensor *x = ct_from_blob(data, CT_DIMS(2, 3), CT_FLOAT32);
    ck_assert_ptr_eq(ct_tensor_data(x, CT_FLOAT32), data);
    data[1] = 20;
    ck_assert_floats(x, 1, 20, 3, 4, 5, 6);
    ck_assert_ok(ct_mul_scalar_(x, 2));
    ck_assert_float_eq(data[5], 12);
    ct_tensor_free(x);
}
END_TEST

START_TEST(wraps_memory_with_strides)
{
    float data[] = {1, 2, 3, 4, 5, 6};
    ct_tensor *columns = ct_from_blob(data, CT_DIMS(3, 2), CT_FLOAT32, .strides = (int64_t[]){1, 3});
    ck_assert_floats(columns, 1, 4, 2, 5, 3, 6);
    ck_assert(!ct_tensor_is_contiguous(columns));
    ck_assert_int_eq(ct_tensor_stride(columns, 0), 1);
    ck_assert_int_eq(ct_tensor_stride(columns, -1), 3);
    ct_tensor_free(columns);

    ct_tensor *repeated = ct_from_blob(data, CT_DIMS(2, 2), CT_FLOAT32, .strides = (int64_t[]){0, 1});
    ck_assert_floats(repeated, 1, 2, 1, 2);
    ct_tensor_free(repeated);
}
END_TEST

/* ---- The deleter ---- */

static int deleted;

static void delete(void *user)
{
    ck_assert_ptr_eq(user, &deleted);
    deleted++;
}

static void forget_deleted(void)
{
    deleted = 0;
}

#define WATCHED .deleter = delete, .user = &deleted

START_TEST(deletes_memory_with_the_last_tensor_on_it)
{
    float data[] = {1, 2, 3, 4};
    ct_tensor *x = ct_from_blob(data, CT_DIMS(4), CT_FLOAT32, WATCHED);
    ct_tensor *view = ct_narrow(x, 0, 2, 2), *copy = ct_clone(x);
    ct_tensor_free(x);
    ck_assert_int_eq(deleted, 0);
    ck_assert_floats(view, 3, 4);
    ct_tensor_free(view);
    ck_assert_int_eq(deleted, 1);
    ck_assert_floats(copy, 1, 2, 3, 4);
    ct_tensor_free(copy);
    ck_assert_int_eq(deleted, 1);

    ct_tensor *none = ct_from_blob(NULL, CT_DIMS(0), CT_FLOAT32, WATCHED);
    ck_assert_int_eq(deleted, 1);
    ct_tensor_free(none);
    ck_assert_int_eq(deleted, 2);
}
END_TEST

START_TEST(deletes_memory_at_once_when_wrapping_fails)
{
    float data[] = {1};
    ck_assert_ptr_null(ct_from_blob(NULL, CT_DIMS(1), CT_FLOAT32, WATCHED));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: data is NULL");
    ck_assert_int_eq(deleted, 1);
    ck_assert_ptr_null(ct_from_blob(data, NULL, 1, CT_FLOAT32, WATCHED));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: dims is NULL");
    ck_assert_int_eq(deleted, 2);
    ck_assert_ptr_null(ct_from_blob(data, CT_DIMS(-1), CT_FLOAT32, WATCHED));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: dims is (-1,)");
    ck_assert_int_eq(deleted, 3);
    ck_assert_ptr_null(ct_from_blob(data, CT_DIMS(1), CT_DTYPE_NONE, WATCHED));
    ck_assert_error(CT_ERROR_TYPE, "ct_from_blob: dtype is 0");
    ck_assert_int_eq(deleted, 4);
    ck_assert_ptr_null(ct_from_blob(data, CT_DIMS(1, 1), CT_FLOAT32, WATCHED, .strides = (int64_t[]){1, -1}));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: strides[1] is -1; a stride cannot be negative");
    ck_assert_int_eq(deleted, 5);
}
END_TEST

/* libtorch ends the program in some of these cases; see check_extent. */
START_TEST(deletes_memory_at_once_when_sizes_overflow)
{
    static const int64_t steep[] = {INT64_MAX, 1}, flat[] = {0, 0};
    float data[] = {1};
    ck_assert_ptr_null(ct_from_blob(data, CT_DIMS(INT64_MAX, 2), CT_FLOAT32, WATCHED, .strides = steep));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: dims is (9223372036854775807, 2) and strides is "
                                    "(9223372036854775807, 1); no memory is that large");
    ck_assert_int_eq(deleted, 1);
    ck_assert_ptr_null(ct_from_blob(data, CT_DIMS(1LL << 62), CT_FLOAT32, WATCHED));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: dims is (4611686018427387904,); no memory is that large");
    ck_assert_int_eq(deleted, 2);
    ck_assert_ptr_null(ct_from_blob(data, CT_DIMS(1LL << 40, 1LL << 40), CT_FLOAT32, WATCHED, .strides = flat));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_from_blob: ");
    ck_assert_int_eq(deleted, 3);
}
END_TEST

START_TEST(deletes_memory_at_once_in_a_scope_that_has_failed)
{
    float data[] = {1};
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "stop");
    ck_assert_ptr_null(ct_from_blob(data, CT_DIMS(1), CT_FLOAT32, WATCHED));
    ck_assert_int_eq(deleted, 1);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "stop");
    ck_assert_int_eq(deleted, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("from_blob");

    TCase *memory = suite_case(suite, "memory");
    tcase_add_test(memory, wraps_memory_without_a_copy);
    tcase_add_test(memory, wraps_memory_with_strides);

    TCase *deleter = suite_case(suite, "deleter");
    tcase_add_checked_fixture(deleter, forget_deleted, NULL);
    tcase_add_test(deleter, deletes_memory_with_the_last_tensor_on_it);
    tcase_add_test(deleter, deletes_memory_at_once_when_wrapping_fails);
    tcase_add_test(deleter, deletes_memory_at_once_when_sizes_overflow);
    tcase_add_test(deleter, deletes_memory_at_once_in_a_scope_that_has_failed);

    return suite_run(suite);
}
