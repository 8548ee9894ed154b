/* tests/test_base.c: ctorch/base.h: names, sizes, versions, counts, and the macros that write lists.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>

/* ---- Constants: their numbers are part of the interface ---- */

START_TEST(element_types_have_pythons_names_and_sizes)
{
    static const struct {
        int number;
        ct_dtype dtype;
        const char *name;
        size_t size;
    } types[] = {
        {1, CT_UINT8, "torch.uint8", 1},           {2, CT_INT8, "torch.int8", 1},
        {3, CT_INT16, "torch.int16", 2},           {4, CT_INT32, "torch.int32", 4},
        {5, CT_INT64, "torch.int64", 8},           {6, CT_FLOAT16, "torch.float16", 2},
        {7, CT_FLOAT32, "torch.float32", 4},       {8, CT_FLOAT64, "torch.float64", 8},
        {9, CT_COMPLEX32, "torch.complex32", 4},   {10, CT_COMPLEX64, "torch.complex64", 8},
        {11, CT_COMPLEX128, "torch.complex128", 16}, {12, CT_BOOL, "torch.bool", 1},
        {13, CT_BFLOAT16, "torch.bfloat16", 2},
    };
    for (size_t i = 0; i < COUNT(types); i++) {
        ck_assert_int_eq(types[i].dtype, types[i].number);
        ck_assert_str_eq(ct_dtype_name(types[i].dtype), types[i].name);
        ck_assert_uint_eq(ct_dtype_size(types[i].dtype), types[i].size);
        ct_tensor *x = ct_zeros(CT_DIMS(2), types[i].dtype);
        ck_assert_int_eq(ct_tensor_dtype(x), types[i].dtype);
        ct_tensor_free(x);
    }
}
END_TEST

START_TEST(what_is_no_element_type_has_no_name_and_no_size)
{
    const ct_dtype junk[] = {CT_DTYPE_NONE, (ct_dtype)(CT_BCOMPLEX32 + 1), (ct_dtype)-1, (ct_dtype)INT32_MAX};
    for (size_t i = 0; i < COUNT(junk); i++) {
        ck_assert_str_eq(ct_dtype_name(junk[i]), "none");
        ck_assert_uint_eq(ct_dtype_size(junk[i]), 0);
    }
}
END_TEST

START_TEST(statuses_have_their_names)
{
    static const char *const names[] = {
        "CT_OK",           "CT_ERROR_VALUE",           "CT_ERROR_TYPE",   "CT_ERROR_INDEX", "CT_ERROR_KEY",
        "CT_ERROR_RUNTIME", "CT_ERROR_NOT_IMPLEMENTED", "CT_ERROR_MEMORY", "CT_ERROR_IO",    "CT_ERROR_FORMAT",
        "CT_ERROR_INTERNAL"};
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_str_eq(ct_status_name((ct_status)i), names[i]);
    ck_assert_int_eq(CT_ERROR_INTERNAL, COUNT(names) - 1);
    ck_assert_str_eq(ct_status_name((ct_status)COUNT(names)), "not a status");
    ck_assert_str_eq(ct_status_name((ct_status)-1), "not a status");
}
END_TEST

START_TEST(versions_are_three_numbers)
{
    char expected[40];
    int numbers[3];
    snprintf(expected, sizeof expected, "%d.%d.%d", CT_VERSION_MAJOR, CT_VERSION_MINOR, CT_VERSION_PATCH);
    ck_assert_str_eq(ct_version(), expected);
    ck_assert_int_eq(sscanf(ct_torch_version(), "%d.%d.%d", &numbers[0], &numbers[1], &numbers[2]), 3);
    ck_assert_int_ge(numbers[0], 1);
}
END_TEST

/* ---- Counts ---- */

START_TEST(live_handles_are_counted_by_type)
{
    ct_tensor *x = ct_zeros(CT_DIMS(1), CT_FLOAT32), *again = ct_tensor_share(x);
    ct_dict *dict = ct_dict_new();
    ct_module *relu = ct_nn_relu();
    ck_assert_int_eq(ct_live_handles("ct_tensor"), 2);
    ck_assert_int_eq(ct_live_handles("ct_dict"), 1);
    ck_assert_int_eq(ct_live_handles("ct_module"), 1);
    ck_assert_int_eq(ct_live_handles("ct_load_report"), 0);
    ck_assert_int_eq(ct_live_handles("tensor"), 0);
    ck_assert_int_eq(ct_live_handles(NULL), 4);
    ct_tensor_free(x);
    ct_tensor_free(again);
    ct_dict_free(dict);
    ct_module_free(relu);
}
END_TEST

START_TEST(live_handles_include_those_in_scopes)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict_new();
    ck_assert_int_eq(ct_live_handles(NULL), 1);
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_int_eq(ct_live_handles(NULL), 0);
}
END_TEST

/* ---- Lists ---- */

static size_t count_dims(const int64_t *dims, size_t n, int64_t *last)
{
    if (n > 0)
        *last = dims[n - 1];
    return n;
}

static size_t count_tensors(ct_tensor *const *tensors, size_t n)
{
    return tensors ? n : SIZE_MAX;
}

static size_t count_modules(ct_module *const *modules, size_t n)
{
    return modules ? n : SIZE_MAX;
}

START_TEST(lists_are_pointer_and_count)
{
    int64_t last = -7;
    ck_assert_uint_eq(count_dims(CT_DIMS(), &last), 0);
    ck_assert_int_eq(last, -7);
    ck_assert_uint_eq(count_dims(CT_DIMS(3), &last), 1);
    ck_assert_int_eq(last, 3);
    ck_assert_uint_eq(count_dims(CT_DIMS(3, 10, 1 + 1), &last), 3);
    ck_assert_int_eq(last, 2);
    ck_assert_uint_eq(count_tensors(CT_TENSORS()), 0);
    ck_assert_uint_eq(count_tensors(CT_TENSORS(NULL, NULL)), 2);
    ck_assert_uint_eq(count_modules(CT_MODULES()), 0);
    ck_assert_uint_eq(count_modules(CT_MODULES(NULL)), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base");

    TCase *constants = suite_case(suite, "constants");
    tcase_add_test(constants, element_types_have_pythons_names_and_sizes);
    tcase_add_test(constants, what_is_no_element_type_has_no_name_and_no_size);
    tcase_add_test(constants, statuses_have_their_names);
    tcase_add_test(constants, versions_are_three_numbers);

    TCase *counts = suite_case(suite, "counts");
    tcase_add_test(counts, live_handles_are_counted_by_type);
    tcase_add_test(counts, live_handles_include_those_in_scopes);

    TCase *lists = suite_case(suite, "lists");
    tcase_add_test(lists, lists_are_pointer_and_count);

    return suite_run(suite);
}
