/* tests/test_tensor.c: ctorch/tensor.h: making tensors, asking them, and getting data in and out.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <math.h>
#include <stdio.h>
#include <unistd.h>

/* ---- Making ---- */

START_TEST(makes_tensors_of_one_value)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_floats(ct_zeros(CT_DIMS(3), CT_FLOAT32), 0, 0, 0);
    ck_assert_longs(ct_ones(CT_DIMS(1, 2), CT_INT64), 1, 1);
    ck_assert_doubles(ct_full(CT_DIMS(2), 2.5, CT_FLOAT64), 2.5, 2.5);
    ck_assert_longs(ct_full(CT_DIMS(2), INT64_MIN, CT_INT64), INT64_MIN, INT64_MIN);
    ck_assert_longs(ct_full(CT_DIMS(1), 2.9, CT_INT64), 2);
    ck_assert_shape(ct_zeros(CT_DIMS(4, 0, 2), CT_BOOL), 4, 0, 2);
    ck_assert_int_eq(ct_tensor_dim(ct_ones(CT_DIMS(), CT_FLOAT32)), 0);
    ck_assert_int_eq(ct_tensor_dim(ct_ones(NULL, 0, CT_FLOAT32)), 0);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(makes_ranges)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_longs(ct_arange(0, 5, 1, CT_INT64), 0, 1, 2, 3, 4);
    ck_assert_longs(ct_arange(5, 0, -2, CT_INT64), 5, 3, 1);
    ck_assert_floats(ct_arange(1, 2, 0.25, CT_FLOAT32), 1, 1.25f, 1.5f, 1.75f);
    ck_assert_shape(ct_arange(3, 3, 1, CT_INT64), 0);
    ck_assert_ok(ct_scope_end(scope));
    ck_assert_ptr_null(ct_arange(0, 5, 0, CT_INT64));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_arange: step must be nonzero");
    ck_assert_ptr_null(ct_arange(0, 5, -1, CT_INT64));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_arange: ");
}
END_TEST

START_TEST(draws_the_same_numbers_from_the_same_seed)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ok(ct_manual_seed(7));
    ct_tensor *normal = ct_randn(CT_DIMS(1000), CT_FLOAT64), *uniform = ct_rand(CT_DIMS(1000), CT_FLOAT64);
    ck_assert_ok(ct_manual_seed(7));
    ck_assert(ct_equal(normal, ct_randn(CT_DIMS(1000), CT_FLOAT64)));
    ck_assert(ct_equal(uniform, ct_rand(CT_DIMS(1000), CT_FLOAT64)));
    ck_assert(!ct_equal(uniform, ct_rand(CT_DIMS(1000), CT_FLOAT64)));
    ck_assert_double_lt(fabs(ct_tensor_item(ct_mean(normal))), 0.2);
    ck_assert_double_lt(fabs(ct_tensor_item(ct_mean(ct_mul(normal, normal))) - 1), 0.2);
    ck_assert_double_lt(fabs(ct_tensor_item(ct_mean(uniform)) - 0.5), 0.05);
    ck_assert_double_lt(ct_tensor_item(ct_max(uniform)), 1);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(tells_whole_numbers_from_real_ones)
{
    ct_scalar whole = ct_int(-3), real = ct_real(2.5);
    ck_assert(whole.whole == -3 && whole.number == -3);
    ck_assert(real.whole == CT_AS_REAL && real.number == 2.5);
    int i = 7;
    float f = 7;
    ck_assert_int_eq(CT_SCALAR(i).whole, 7);
    ck_assert(CT_SCALAR('a').whole == 'a' && CT_SCALAR(true).whole == 1 && CT_SCALAR(7u).whole == 7);
    ck_assert(CT_SCALAR(f).whole == CT_AS_REAL && CT_SCALAR(7.0).whole == CT_AS_REAL);
    ck_assert(CT_SCALAR(7.0L).whole == CT_AS_REAL && CT_SCALAR(0.0).whole == CT_AS_REAL);
    ck_assert_int_eq(CT_SCALAR(i++).whole, 7);
    ck_assert_int_eq(i, 8);
    ck_assert_int_eq(CT_SCALAR(INT64_MAX).whole, INT64_MAX);
}
END_TEST

/* ---- Arguments that cannot be ---- */

START_TEST(refuses_what_is_no_element_type)
{
    ck_assert_ptr_null(ct_zeros(CT_DIMS(2), (ct_dtype)-2));
    ck_assert_error(CT_ERROR_TYPE, "ct_zeros: dtype is ");
    ck_assert_ptr_null(ct_ones(CT_DIMS(2), (ct_dtype)99));
    ck_assert_error(CT_ERROR_TYPE, "ct_ones: dtype is 99; expected an element type");
    ck_assert_ptr_null(ct_full(CT_DIMS(2), 1, (ct_dtype)-1));
    ck_assert_error(CT_ERROR_TYPE, "ct_full: dtype is ");
    ck_assert_ptr_null(ct_tensor_new((float[]){1}, CT_DIMS(1), CT_DTYPE_NONE));
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_new: dtype is 0");
    ck_assert_ptr_null(ct_from_blob((float[]){1}, CT_DIMS(1), CT_DTYPE_NONE));
    ck_assert_error(CT_ERROR_TYPE, "ct_from_blob: dtype is 0");
}
END_TEST

START_TEST(refuses_negative_sizes)
{
    ck_assert_ptr_null(ct_zeros(CT_DIMS(2, -1), CT_FLOAT32));
    ck_assert_error(CT_ERROR_VALUE, "ct_zeros: dims is (2, -1); a size cannot be negative");
    ck_assert_ptr_null(ct_rand(CT_DIMS(INT64_MIN), CT_FLOAT32));
    ck_assert_error(CT_ERROR_VALUE, "ct_rand: dims is (-9223372036854775808,); a size cannot be negative");
    ck_assert_ptr_null(ct_tensor_new((float[]){1}, CT_DIMS(-1), CT_FLOAT32));
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_new: dims is (-1,)");
    ck_assert_ptr_null(ct_from_blob((float[]){1}, CT_DIMS(-1), CT_FLOAT32));
    ck_assert_error(CT_ERROR_VALUE, "ct_from_blob: dims is (-1,)");
}
END_TEST

START_TEST(reports_memory_that_is_out)
{
    ck_assert_ptr_null(ct_zeros(CT_DIMS(1LL << 50), CT_FLOAT32));
    ck_assert_error(CT_ERROR_MEMORY, "ct_zeros: can't allocate memory: you tried to allocate 4503599627370496 bytes");
    ck_assert_ptr_null(ct_tensor_new((char[]){0}, CT_DIMS(1LL << 50), CT_FLOAT32));
    ck_assert_error(CT_ERROR_MEMORY, "ct_tensor_new: can't allocate memory");
    ct_tensor *x = ct_zeros(CT_DIMS(1), CT_FLOAT32);
    ck_assert_floats(x, 0);
    ct_tensor_free(x);
}
END_TEST

START_TEST(reports_sizes_that_overflow)
{
    ck_assert_ptr_null(ct_zeros(CT_DIMS(INT64_MAX), CT_FLOAT32));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_zeros: ");
    ck_assert_ptr_null(ct_ones(CT_DIMS(1LL << 32, 1LL << 32), CT_UINT8));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_ones: ");
    ck_assert_ptr_null(ct_tensor_new((char[]){0}, CT_DIMS(INT64_MAX, INT64_MAX), CT_UINT8));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_tensor_new: ");
    ct_tensor *none = ct_zeros(CT_DIMS(0, INT64_MAX), CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_numel(none), 0);
    ct_tensor_free(none);
}
END_TEST

/* ---- Data in ---- */

START_TEST(copies_data_in)
{
    float data[] = {1, 2, 3, 4, 5, 6};
    ct_tensor *x = ct_tensor_new(data, CT_DIMS(2, 3), CT_FLOAT32);
    data[0] = 100;
    ck_assert_shape(x, 2, 3);
    ck_assert_floats(x, 1, 2, 3, 4, 5, 6);
    ct_tensor_free(x);

    ct_tensor *flags = ct_tensor_new((bool[]){true, false}, CT_DIMS(2), CT_BOOL);
    ck_assert_elements(flags, bool, CT_BOOL, true, false);
    ct_tensor_free(flags);

    ct_tensor *none = ct_tensor_new(NULL, CT_DIMS(3, 0), CT_FLOAT32);
    ck_assert_shape(none, 3, 0);
    ct_tensor_free(none);

    ck_assert_ptr_null(ct_tensor_new(NULL, CT_DIMS(3), CT_FLOAT32));
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_new: data is NULL");
}
END_TEST

/* ---- Handles ---- */

START_TEST(shares_one_tensor_among_handles)
{
    ct_tensor *x = ct_zeros(CT_DIMS(2), CT_FLOAT32);
    ct_tensor *same = ct_tensor_share(x), *other = ct_clone(x);
    ck_assert(ct_tensor_is(x, same));
    ck_assert(!ct_tensor_is(x, other));
    ct_tensor_free(x);
    ck_assert_floats(same, 0, 0);
    ct_tensor_free(same);
    ct_tensor_free(other);
    ct_tensor_free(NULL);
}
END_TEST

/* ---- Asking ---- */

START_TEST(tells_its_shape)
{
    ct_tensor *x = ct_zeros(CT_DIMS(2, 3, 4), CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_dim(x), 3);
    ck_assert_int_eq(ct_tensor_numel(x), 24);
    ck_assert_int_eq(ct_tensor_size(x, 1), 3);
    ck_assert_int_eq(ct_tensor_size(x, -1), 4);
    ck_assert_int_eq(ct_tensor_stride(x, 0), 12);
    ck_assert_int_eq(ct_tensor_stride(x, 2), 1);
    ck_assert(ct_tensor_is_contiguous(x));
    ck_assert_shape(x, 2, 3, 4);
    ck_assert_str_eq(ct_tensor_shape_to_string(x), "torch.Size([2, 3, 4])");
    ck_assert_str_eq(ct_tensor_device(x), "cpu");
    ct_tensor_free(x);
}
END_TEST

START_TEST(a_scalar_has_a_shape_too)
{
    ct_tensor *x = ct_full(CT_DIMS(), 5, CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_numel(x), 1);
    ck_assert_ptr_nonnull(ct_tensor_shape(x));
    ck_assert_str_eq(ct_tensor_shape_to_string(x), "torch.Size([])");
    ck_assert_int_eq(ct_tensor_size(x, 0), -1);
    ck_assert_int_eq(ct_error_code(), CT_ERROR_INDEX);
    ct_error_clear();
    ct_tensor_free(x);
}
END_TEST

START_TEST(refuses_dimensions_that_are_not_there)
{
    static const int64_t dims[] = {2, -3, INT64_MAX, INT64_MIN};
    ct_tensor *x = ct_zeros(CT_DIMS(2, 3), CT_FLOAT32);
    for (size_t i = 0; i < COUNT(dims); i++) {
        ck_assert_int_eq(ct_tensor_size(x, dims[i]), -1);
        ck_assert_error(CT_ERROR_INDEX, "ct_tensor_size: Dimension out of range (expected to be in range of [-2, 1], ");
        ck_assert_int_eq(ct_tensor_stride(x, dims[i]), 0);
        ck_assert_error(CT_ERROR_INDEX, "ct_tensor_stride: Dimension out of range");
    }
    ct_tensor_free(x);
}
END_TEST

START_TEST(lends_texts_until_the_scope_ends)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_zeros(CT_DIMS(1, 10), CT_FLOAT32);
    const char *shape = ct_tensor_shape_to_string(x), *device = ct_tensor_device(x), *text = ct_tensor_to_string(x);
    ct_tensor_free(x);
    ck_assert_str_eq(shape, "torch.Size([1, 10])");
    ck_assert_str_eq(device, "cpu");
    ck_assert_str_eq(text, "tensor([[0., 0., 0., 0., 0., 0., 0., 0., 0., 0.]])");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Data out ---- */

START_TEST(gives_its_only_element)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_double_eq(ct_tensor_item(ct_full(CT_DIMS(1, 1), 2.5, CT_FLOAT32)), 2.5);
    ck_assert_double_eq(ct_tensor_item(ct_full(CT_DIMS(), 7, CT_INT16)), 7);
    ck_assert_int_eq(ct_tensor_item_int(ct_full(CT_DIMS(), INT64_MIN, CT_INT64)), INT64_MIN);
    ck_assert_int_eq(ct_tensor_item_int(ct_full(CT_DIMS(), INT64_MAX, CT_INT64)), INT64_MAX);
    ck_assert_int_eq(ct_tensor_item_int(ct_full(CT_DIMS(), -3.0, CT_FLOAT32)), -3);
    ck_assert_int_eq(ct_tensor_item_int(ct_full(CT_DIMS(), -0x1p63, CT_FLOAT64)), INT64_MIN);
    ck_assert_int_eq(ct_tensor_item_int(ct_ones(CT_DIMS(), CT_BOOL)), 1);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(refuses_to_pick_an_element_of_many)
{
    ct_tensor *x = ct_zeros(CT_DIMS(2), CT_FLOAT32);
    ck_assert(isnan(ct_tensor_item(x)));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_tensor_item: a Tensor with 2 elements cannot be converted to Scalar");
    ck_assert_int_eq(ct_tensor_item_int(x), 0);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_tensor_item_int: a Tensor with 2 elements");
    ct_tensor_free(x);
}
END_TEST

START_TEST(refuses_whole_numbers_that_are_none)
{
    static const double values[] = {0.5, 1e-7, 1e300, 0x1p63, -0x1.0000000000001p63, NAN, INFINITY};
    for (size_t i = 0; i < COUNT(values); i++) {
        ct_tensor *x = ct_full(CT_DIMS(), values[i], CT_FLOAT64);
        ck_assert_int_eq(ct_tensor_item_int(x), 0);
        char expected[80];
        snprintf(expected, sizeof expected, "element is %g, not a whole number that an int64_t can hold", values[i]);
        ck_assert_error(CT_ERROR_VALUE, expected);
        ct_tensor_free(x);
    }
}
END_TEST

START_TEST(lends_its_data_to_its_own_type_only)
{
    ct_tensor *x = ct_full(CT_DIMS(2), 3, CT_FLOAT64);
    const double *data = ct_tensor_data(x, CT_FLOAT64);
    ck_assert_double_eq(data[1], 3);
    ck_assert_ptr_null(ct_tensor_data(x, CT_FLOAT32));
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_data: dtype is torch.float32, but the tensor holds torch.float64");
    ck_assert_ptr_null(ct_tensor_data(x, CT_DTYPE_NONE));
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_data: dtype is 0; expected an element type");
    ct_tensor_free(x);
}
END_TEST

START_TEST(copies_data_out_row_by_row)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_reshape(ct_arange(0, 6, 1, CT_INT64), CT_DIMS(2, 3));
    ck_assert_longs(ct_at(x, ":, 1:"), 1, 2, 4, 5);
    ck_assert_longs(ct_at(x, ":, ::2"), 0, 2, 3, 5);
    ck_assert_longs(ct_select(x, 1, 0), 0, 3);
    int64_t *data = ct_tensor_data(x, CT_INT64);
    ct_tensor *columns = ct_from_blob(data, CT_DIMS(3, 2), CT_INT64, .strides = (int64_t[]){1, 3});
    ck_assert_longs(columns, 0, 3, 1, 4, 2, 5);
    ct_tensor *leaf = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ck_assert_ok(ct_requires_grad_(leaf, true));
    ck_assert_floats(ct_mul_scalar(leaf, 3), 3, 3);
    ck_assert_ok(ct_tensor_copy_out(ct_zeros(CT_DIMS(0), CT_FLOAT32), NULL, 0, CT_FLOAT32));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(copies_nothing_out_unless_all_fits)
{
    float buffer[4] = {-1, -1, -1, -1};
    ct_tensor *x = ct_ones(CT_DIMS(3), CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_copy_out(x, buffer, 4, CT_FLOAT32), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_copy_out: count is 4, but the tensor has 3 elements");
    ck_assert_int_eq(ct_tensor_copy_out(x, buffer, 2, CT_FLOAT32), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "count is 2");
    ck_assert_int_eq(ct_tensor_copy_out(x, buffer, 3, CT_INT32), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_copy_out: dtype is torch.int32, but the tensor holds torch.float32");
    ck_assert_int_eq(ct_tensor_copy_out(x, NULL, 3, CT_FLOAT32), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_tensor_copy_out: buffer is NULL");
    for (size_t i = 0; i < COUNT(buffer); i++)
        ck_assert_float_eq(buffer[i], -1);
    ct_tensor_free(x);
}
END_TEST

START_TEST(converts_to_another_type_or_place)
{
    ct_tensor *x = ct_tensor_new((float[]){1.75f, -2}, CT_DIMS(2), CT_FLOAT32);
    ct_tensor *same = ct_tensor_to(x), *here = ct_tensor_to(x, .device = "cpu", .dtype = CT_FLOAT32);
    ct_tensor *whole = ct_tensor_to(x, .dtype = CT_INT64);
    ck_assert(ct_tensor_is(x, same));
    ck_assert(ct_tensor_is(x, here));
    ck_assert_longs(whole, 1, -2);
    ck_assert_ptr_null(ct_tensor_to(x, .device = "gpu"));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_tensor_to: ");
    ck_assert_ptr_null(ct_tensor_to(x, .dtype = (ct_dtype)77));
    ck_assert_error(CT_ERROR_TYPE, "ct_tensor_to: dtype is 77");
    ct_tensor_free(x);
    ct_tensor_free(same);
    ct_tensor_free(here);
    ct_tensor_free(whole);
}
END_TEST

/* Sends standard output to a file, so that what is printed can be read back. */
START_TEST(prints_what_its_text_says)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_tensor_new((float[]){1, 2.5f}, CT_DIMS(1, 2), CT_FLOAT32);
    FILE *file = tmpfile();
    fflush(stdout);
    int out = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    printf("x = ");
    ck_assert_ok(ct_tensor_print(x, .precision = 1));
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);

    char printed[200] = "", expected[200];
    rewind(file);
    printed[fread(printed, 1, sizeof printed - 1, file)] = '\0';
    fclose(file);
    snprintf(expected, sizeof expected, "x = %s\n", ct_tensor_to_string(x, .precision = 1));
    ck_assert_str_eq(printed, expected);
    ck_assert_str_eq(ct_tensor_to_string(x), "tensor([[1.0000, 2.5000]])");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tensor");

    TCase *making = suite_case(suite, "making");
    tcase_add_test(making, makes_tensors_of_one_value);
    tcase_add_test(making, makes_ranges);
    tcase_add_test(making, draws_the_same_numbers_from_the_same_seed);
    tcase_add_test(making, tells_whole_numbers_from_real_ones);

    TCase *refusing = suite_case(suite, "refusing");
    tcase_add_test(refusing, refuses_what_is_no_element_type);
    tcase_add_test(refusing, refuses_negative_sizes);
    tcase_add_test(refusing, reports_memory_that_is_out);
    tcase_add_test(refusing, reports_sizes_that_overflow);

    TCase *in = suite_case(suite, "data in");
    tcase_add_test(in, copies_data_in);

    TCase *asking = suite_case(suite, "asking");
    tcase_add_test(asking, shares_one_tensor_among_handles);
    tcase_add_test(asking, tells_its_shape);
    tcase_add_test(asking, a_scalar_has_a_shape_too);
    tcase_add_test(asking, refuses_dimensions_that_are_not_there);
    tcase_add_test(asking, lends_texts_until_the_scope_ends);

    TCase *out = suite_case(suite, "data out");
    tcase_add_test(out, gives_its_only_element);
    tcase_add_test(out, refuses_to_pick_an_element_of_many);
    tcase_add_test(out, refuses_whole_numbers_that_are_none);
    tcase_add_test(out, lends_its_data_to_its_own_type_only);
    tcase_add_test(out, copies_data_out_row_by_row);
    tcase_add_test(out, copies_nothing_out_unless_all_fits);
    tcase_add_test(out, converts_to_another_type_or_place);
    tcase_add_test(out, prints_what_its_text_says);

    return suite_run(suite);
}
