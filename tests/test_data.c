/* tests/test_data.c: ctorch/data.h: arrays in and out, single elements, and the bytes behind a tensor.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>
#include <ctorch/data.h>

#include <math.h>

static ct_tensor *numbers(void)
{
    return ct_tensor_new((float[]){1, 2, 3, 4, 5, 6}, CT_DIMS(2, 3), CT_FLOAT32);
}

/* ---- Whole tensors ---- */

START_TEST(copies_rows_in)
{
    ct_tensor *x = ct_zeros(CT_DIMS(2, 3), CT_FLOAT32);
    ck_assert_ok(ct_tensor_copy_in(x, ((float[]){1, 2, 3, 4, 5, 6}), 6, CT_FLOAT32));
    ck_assert_floats(x, 1, 2, 3, 4, 5, 6);

    ct_tensor *columns = ct_t(x);
    ck_assert_ok(ct_tensor_copy_in(columns, ((float[]){10, 20, 30, 40, 50, 60}), 6, CT_FLOAT32));
    ck_assert_floats(x, 10, 30, 50, 20, 40, 60);

    ct_tensor *none = ct_zeros(CT_DIMS(0, 3), CT_INT64);
    ck_assert_ok(ct_tensor_copy_in(none, NULL, 0, CT_INT64));
    ct_tensor_free(x);
    ct_tensor_free(columns);
    ct_tensor_free(none);
}
END_TEST

START_TEST(copies_columns)
{
    ct_tensor *x = numbers();
    float columns[6];
    ck_assert_ok(ct_tensor_copy_out(x, columns, 6, CT_FLOAT32, .order = CT_COLUMN_MAJOR));
    const float expected[] = {1, 4, 2, 5, 3, 6};
    ck_assert_mem_eq(columns, expected, sizeof expected);

    ct_tensor *y = ct_zeros(CT_DIMS(2, 3), CT_FLOAT32);
    ck_assert_ok(ct_tensor_copy_in(y, columns, 6, CT_FLOAT32, .order = CT_COLUMN_MAJOR));
    ck_assert_floats(y, 1, 2, 3, 4, 5, 6);

    ct_tensor *cube = ct_arange(0, 24, 1, CT_INT32), *shaped = ct_reshape(cube, CT_DIMS(2, 3, 4));
    int32_t fortran[24];
    ck_assert_ok(ct_tensor_copy_out(shaped, fortran, 24, CT_INT32, .order = CT_COLUMN_MAJOR));
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 4; k++)
                ck_assert_int_eq(fortran[i + 2 * j + 6 * k], 12 * i + 4 * j + k);
    ct_tensor_free(x);
    ct_tensor_free(y);
    ct_tensor_free(cube);
    ct_tensor_free(shaped);
}
END_TEST

/* The rows of a matrix in a larger one, as BLAS's leading dimension has it. */
START_TEST(copies_with_strides)
{
    ct_tensor *x = numbers();
    float rows[8] = {0, 0, 0, -1, 0, 0, 0, -1};
    const int64_t padded[] = {4, 1};
    ck_assert_ok(ct_tensor_copy_out(x, rows, 8, CT_FLOAT32, .strides = padded));
    const float expected[] = {1, 2, 3, -1, 4, 5, 6, -1};
    ck_assert_mem_eq(rows, expected, sizeof expected);
    ck_assert_ok(ct_tensor_copy_out(x, rows, 7, CT_FLOAT32, .strides = padded));

    rows[6] = 60;
    ck_assert_ok(ct_tensor_copy_in(x, rows, 7, CT_FLOAT32, .strides = padded));
    ck_assert_floats(x, 1, 2, 3, 4, 5, 60);
    ck_assert_ok(ct_tensor_copy_in(x, rows, 3, CT_FLOAT32, .strides = ((int64_t[]){0, 1})));
    ck_assert_floats(x, 1, 2, 3, 1, 2, 3);
    ct_tensor_free(x);
}
END_TEST

START_TEST(refuses_arrays_that_do_not_fit)
{
    ct_tensor *x = numbers();
    float data[8] = {0};
    ck_assert_int_eq(ct_tensor_copy_in(x, data, 5, CT_FLOAT32), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_copy_in: count is 5, but the tensor has 6 elements");
    ck_assert_int_eq(ct_tensor_copy_in(x, data, 8, CT_FLOAT32, .order = CT_COLUMN_MAJOR), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "count is 8");
    ck_assert_int_eq(ct_tensor_copy_in(x, data, 6, CT_FLOAT64), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "dtype is torch.float64, but the tensor holds torch.float32");
    ck_assert_int_eq(ct_tensor_copy_in(x, NULL, 6, CT_FLOAT32), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_copy_in: buffer is NULL");
    ck_assert_int_eq(ct_tensor_copy_out(x, data, 6, CT_FLOAT32, .order = 2), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "order is 2; expected CT_ROW_MAJOR or CT_COLUMN_MAJOR");

    ck_assert_int_eq(ct_tensor_copy_out(x, data, 6, CT_FLOAT32, .strides = ((int64_t[]){4, 1})), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_copy_out: count is 6, but the last element of a tensor of shape (2, 3) "
                                    "with strides (4, 1) lies beyond that");
    ck_assert_int_eq(ct_tensor_copy_in(x, data, 8, CT_FLOAT32, .strides = ((int64_t[]){INT64_MAX, 1})), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "lies beyond that");
    ck_assert_int_eq(ct_tensor_copy_in(x, data, 8, CT_FLOAT32, .strides = ((int64_t[]){4, -1})), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "strides[1] is -1; a stride cannot be negative");
    ck_assert_int_eq(
        ct_tensor_copy_in(x, data, 8, CT_FLOAT32, .order = CT_COLUMN_MAJOR, .strides = ((int64_t[]){4, 1})),
        CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "order and strides are both given");
    ck_assert_int_eq(ct_tensor_copy_out(x, data, 8, CT_FLOAT32, .strides = ((int64_t[]){0, 1})), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_tensor_copy_out: ");
    ck_assert_floats(x, 1, 2, 3, 4, 5, 6);
    ct_tensor_free(x);
}
END_TEST

/* Data that is loaded is no part of what is differentiated. */
START_TEST(copies_into_parameters)
{
    ct_tensor *w = ct_ones(CT_DIMS(2), CT_FLOAT32, .requires_grad = true);
    ck_assert_ok(ct_tensor_copy_in(w, ((float[]){3, 4}), 2, CT_FLOAT32));
    ck_assert_ok(ct_tensor_set(w, CT_DIMS(0), 5));
    ck_assert(ct_tensor_requires_grad(w));
    ck_assert_floats(w, 5, 4);
    ck_assert_double_eq(ct_tensor_get(w, CT_DIMS(1)), 4);
    ct_tensor_free(w);
}
END_TEST

/* ---- Single elements ---- */

START_TEST(reads_and_sets_elements)
{
    ct_tensor *x = numbers(), *columns = ct_t(x), *last = ct_select(x, 0, 1);
    ck_assert_double_eq(ct_tensor_get(x, CT_DIMS(1, 0)), 4);
    ck_assert_double_eq(ct_tensor_get(x, CT_DIMS(-1, -1)), 6);
    ck_assert_double_eq(ct_tensor_get(columns, CT_DIMS(2, 0)), 3);
    ck_assert_double_eq(ct_tensor_get(last, CT_DIMS(1)), 5);
    ck_assert_int_eq(ct_tensor_get_int(x, CT_DIMS(0, 1)), 2);

    ck_assert_ok(ct_tensor_set(x, CT_DIMS(0, -1), 2.5));
    ck_assert_ok(ct_tensor_set(columns, CT_DIMS(1, 1), 7));
    ck_assert_floats(x, 1, 2, 2.5, 4, 7, 6);

    ct_tensor *scalar = ct_full(CT_DIMS(), 3, CT_INT64);
    ck_assert_int_eq(ct_tensor_get_int(scalar, CT_DIMS()), 3);
    ck_assert_ok(ct_tensor_set(scalar, CT_DIMS(), INT64_MAX));
    ck_assert_int_eq(ct_tensor_get_int(scalar, CT_DIMS()), INT64_MAX);
    ct_tensor_free(x);
    ct_tensor_free(columns);
    ct_tensor_free(last);
    ct_tensor_free(scalar);
}
END_TEST

START_TEST(reads_and_sets_every_type)
{
    static const ct_dtype types[] = {CT_UINT8,   CT_INT8,      CT_INT16,      CT_INT32,    CT_INT64,   CT_FLOAT16,
                                     CT_FLOAT32, CT_COMPLEX64, CT_COMPLEX128, CT_BFLOAT16, CT_FLOAT64, CT_BOOL};
    for (size_t i = 0; i < COUNT(types); i++) {
        ct_tensor *x = ct_zeros(CT_DIMS(3), types[i]);
        ck_assert_ok(ct_tensor_set(x, CT_DIMS(1), 1));
        ck_assert_double_eq(ct_tensor_get(x, CT_DIMS(1)), 1);
        ck_assert_double_eq(ct_tensor_get(x, CT_DIMS(2)), 0);
        ck_assert_int_eq(ct_tensor_get_int(x, CT_DIMS(1)), 1);
        ck_assert_uint_eq(ct_tensor_element_size(x), ct_dtype_size(types[i]));
        ct_tensor_free(x);
    }
}
END_TEST

START_TEST(reads_and_sets_complex_elements)
{
    ct_tensor *x = ct_zeros(CT_DIMS(2), CT_COMPLEX128);
    double real = 0, imag = 0;
    ck_assert_ok(ct_tensor_set_complex(x, CT_DIMS(0), 1.5, -2));
    ck_assert_ok(ct_tensor_set(x, CT_DIMS(1), 4));
    ck_assert_ok(ct_tensor_get_complex(x, CT_DIMS(0), &real, &imag));
    ck_assert_double_eq(real, 1.5);
    ck_assert_double_eq(imag, -2);
    ck_assert_ok(ct_tensor_get_complex(x, CT_DIMS(1), &real, &imag));
    ck_assert_double_eq(real, 4);
    ck_assert_double_eq(imag, 0);
    ck_assert_double_nan(ct_tensor_get(x, CT_DIMS(0)));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_tensor_get: ");

    /* A conjugate is a view until somebody looks. */
    ct_tensor *conj = ct_conj(x);
    double parts[4];
    ck_assert_ok(ct_tensor_get_complex(conj, CT_DIMS(0), &real, &imag));
    ck_assert_double_eq(imag, 2);
    ck_assert_ok(ct_tensor_copy_out(conj, parts, 2, CT_COMPLEX128));
    ck_assert_double_eq(parts[1], 2);

    ct_tensor *y = numbers();
    ck_assert_int_eq(ct_tensor_set_complex(y, CT_DIMS(0, 0), 1, 0), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_set_complex: the tensor is not complex; it holds torch.float32");
    ct_tensor_free(x);
    ct_tensor_free(y);
    ct_tensor_free(conj);
}
END_TEST

START_TEST(refuses_elements_that_are_not_there)
{
    ct_tensor *x = numbers();
    ck_assert_double_nan(ct_tensor_get(x, CT_DIMS(2, 0)));
    ck_assert_error(CT_ERROR_INDEX, "ct_tensor_get: index 2 is out of bounds for dimension 0 with size 2");
    ck_assert_int_eq(ct_tensor_set(x, CT_DIMS(0, -4), 1), CT_ERROR_INDEX);
    ck_assert_error(CT_ERROR_INDEX, "ct_tensor_set: index -4 is out of bounds for dimension 1 with size 3");
    ck_assert_int_eq(ct_tensor_get_int(x, CT_DIMS(1)), 0);
    ck_assert_error(CT_ERROR_INDEX, "the index has 1 numbers, but the tensor has 2 dimensions");
    ck_assert_double_nan(ct_tensor_get(x, NULL, 2));
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_get: index is NULL");
    ct_tensor_free(x);
}
END_TEST

START_TEST(refuses_numbers_that_do_not_fit)
{
    ct_tensor *bytes = ct_zeros(CT_DIMS(1), CT_UINT8), *halves = ct_full(CT_DIMS(1), 0.5, CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_set(bytes, CT_DIMS(0), 2.5), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_set: value is 2.5, which torch.uint8 cannot hold");
    ck_assert_int_eq(ct_tensor_set(bytes, CT_DIMS(0), -1), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "value is -1, which torch.uint8 cannot hold");
    ck_assert_int_eq(ct_tensor_set(bytes, CT_DIMS(0), 256), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "overflow");
    ck_assert_int_eq(ct_tensor_get_int(bytes, CT_DIMS(0)), 0);
    ck_assert_int_eq(ct_tensor_get_int(halves, CT_DIMS(0)), 0);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_get_int: the element is 0.5, not a whole number");
    ct_tensor_free(bytes);
    ct_tensor_free(halves);
}
END_TEST

/* ---- Bytes ---- */

START_TEST(counts_bytes)
{
    ct_tensor *x = numbers(), *row = ct_select(x, 0, 1);
    ck_assert_uint_eq(ct_tensor_element_size(x), 4);
    ck_assert_uint_eq(ct_tensor_nbytes(x), 24);
    ck_assert_uint_eq(ct_tensor_storage_size(x), 24);
    ck_assert_uint_eq(ct_tensor_nbytes(row), 12);
    ck_assert_uint_eq(ct_tensor_storage_size(row), 24);

    ct_tensor *wide = ct_expand(row, CT_DIMS(1000, 3));
    ck_assert_uint_eq(ct_tensor_nbytes(wide), 12000);
    ck_assert_uint_eq(ct_tensor_storage_size(wide), 24);
    ck_assert_uint_eq(ct_tensor_storage_size(NULL), 0);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_storage_size: self is NULL");
    ct_tensor_free(x);
    ct_tensor_free(row);
    ct_tensor_free(wide);
}
END_TEST

/* ---- Layout ---- */

START_TEST(tells_how_its_elements_are_kept)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_eye(4, CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_layout(x), CT_STRIDED);
    ck_assert_int_eq(ct_tensor_layout(ct_to_sparse(x)), CT_SPARSE_COO);
    ck_assert_int_eq(ct_tensor_layout(ct_to_sparse_csr(x)), CT_SPARSE_CSR);
    ck_assert_int_eq(ct_tensor_layout(ct_to_sparse_csc(x)), CT_SPARSE_CSC);
    ck_assert_int_eq(ct_tensor_layout(ct_to_sparse_bsr(x, CT_DIMS(2, 2))), CT_SPARSE_BSR);
    ck_assert_int_eq(ct_tensor_layout(ct_to_sparse_bsc(x, CT_DIMS(2, 2))), CT_SPARSE_BSC);
    ck_assert_int_eq(ct_tensor_layout(ct_to_mkldnn(x)), CT_MKLDNN);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_nested_tensor_holds_tensors)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_ones(CT_DIMS(2, 3), CT_FLOAT32), *y = ct_zeros(CT_DIMS(1, 3), CT_FLOAT32);
    ct_tensor *nested = ct_as_nested_tensor(CT_TENSORS(x, y)), *first = NULL, *second = NULL;
    ck_assert(ct_tensor_is_nested(nested) && !ct_tensor_is_nested(x));
    ck_assert_ok(ct_unbind(nested, CT_OUTPUTS(&first, &second)));
    ck_assert(ct_equal(first, x) && ct_equal(second, y));
    ck_assert_floats(ct_to_padded_tensor(nested, 5), 1, 1, 1, 1, 1, 1, 0, 0, 0, 5, 5, 5);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("data");

    TCase *whole = suite_case(suite, "whole");
    tcase_add_test(whole, copies_rows_in);
    tcase_add_test(whole, copies_columns);
    tcase_add_test(whole, copies_with_strides);
    tcase_add_test(whole, refuses_arrays_that_do_not_fit);
    tcase_add_test(whole, copies_into_parameters);

    TCase *elements = suite_case(suite, "elements");
    tcase_add_test(elements, reads_and_sets_elements);
    tcase_add_test(elements, reads_and_sets_every_type);
    tcase_add_test(elements, reads_and_sets_complex_elements);
    tcase_add_test(elements, refuses_elements_that_are_not_there);
    tcase_add_test(elements, refuses_numbers_that_do_not_fit);

    TCase *bytes = suite_case(suite, "bytes");
    tcase_add_test(bytes, counts_bytes);

    TCase *layout = suite_case(suite, "layout");
    tcase_add_test(layout, tells_how_its_elements_are_kept);
    tcase_add_test(layout, a_nested_tensor_holds_tensors);

    return suite_run(suite);
}
