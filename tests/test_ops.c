/* tests/test_ops.c: ctorch/ops.h: what computes, against values worked out by hand. Indexing is in test_index_text.c.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <math.h>

/* The tensors of each test belong to this scope. */
static ct_scope *scope;

static void set_up(void)
{
    scope = ct_scope_begin();
}

static void tear_down(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

/* That an expression fails, in a scope of its own, so that the test goes on. */
#define ck_assert_fails(failure, code, part)                                                                           \
    do {                                                                                                               \
        ct_scope *trial_ = ct_scope_begin();                                                                           \
        ck_assert(failure);                                                                                            \
        ck_assert_int_eq(ct_scope_end(trial_), code);                                                                  \
        ck_assert_error(code, part);                                                                                   \
    } while (0)

static ct_tensor *floats(float a, float b, float c)
{
    return ct_tensor_new((float[]){a, b, c}, CT_DIMS(3), CT_FLOAT32);
}

static ct_tensor *longs(int64_t a, int64_t b, int64_t c)
{
    return ct_tensor_new((int64_t[]){a, b, c}, CT_DIMS(3), CT_INT64);
}

/* 1 to 6 in the shape (2, 3). */
static ct_tensor *table(void)
{
    return ct_reshape(ct_arange(1, 7, 1, CT_FLOAT32), CT_DIMS(2, 3));
}

/* ---- Arithmetic ---- */

START_TEST(computes_with_two_tensors)
{
    ct_tensor *a = floats(1, -2, 3), *b = floats(4, 0.5f, -2);
    ck_assert_floats(ct_add(a, b), 5, -1.5f, 1);
    ck_assert_floats(ct_sub(a, b), -3, -2.5f, 5);
    ck_assert_floats(ct_mul(a, b), 4, -1, -6);
    ck_assert_floats(ct_div(a, b), 0.25f, -4, -1.5f);
    ck_assert_floats(a, 1, -2, 3);
}
END_TEST

START_TEST(computes_with_a_number)
{
    ct_tensor *a = floats(1, -2, 3);
    ck_assert_floats(ct_add_scalar(a, 0.5), 1.5f, -1.5f, 3.5f);
    ck_assert_floats(ct_sub_scalar(a, 1), 0, -3, 2);
    ck_assert_floats(ct_mul_scalar(a, -2), -2, 4, -6);
    ck_assert_floats(ct_div_scalar(a, 4), 0.25f, -0.5f, 0.75f);
}
END_TEST

START_TEST(computes_in_place)
{
    ct_tensor *a = floats(1, -2, 3), *b = floats(2, 2, 4);
    ck_assert_ok(ct_add_(a, b));
    ck_assert_floats(a, 3, 0, 7);
    ck_assert_ok(ct_sub_(a, b));
    ck_assert_floats(a, 1, -2, 3);
    ck_assert_ok(ct_mul_(a, b));
    ck_assert_floats(a, 2, -4, 12);
    ck_assert_ok(ct_div_(a, b));
    ck_assert_floats(a, 1, -2, 3);
    ck_assert_ok(ct_add_scalar_(a, 1));
    ck_assert_ok(ct_mul_scalar_(a, 0.5));
    ck_assert_ok(ct_sub_scalar_(a, 1));
    ck_assert_ok(ct_div_scalar_(a, -2));
    ck_assert_floats(a, 0, 0.75f, -0.5f);
}
END_TEST

/* As in Python: a whole number keeps whole elements, a real one does not, and division is true division. */
START_TEST(promotes_by_the_kind_of_number)
{
    ct_tensor *whole = longs(1, -2, 3), *small = ct_ones(CT_DIMS(1), CT_INT8), *half = ct_ones(CT_DIMS(1), CT_FLOAT16);
    ck_assert_longs(ct_mul_scalar(whole, 2), 2, -4, 6);
    ck_assert_floats(ct_mul_scalar(whole, 2.0), 2, -4, 6);
    ck_assert_floats(ct_add_scalar(whole, 0.5f), 1.5f, -1.5f, 3.5f);
    ck_assert_floats(ct_div_scalar(whole, 2), 0.5f, -1, 1.5f);
    ck_assert_int_eq(ct_tensor_dtype(ct_mul_scalar(small, 2)), CT_INT8);
    ck_assert_int_eq(ct_tensor_dtype(ct_mul_scalar(small, 2.0)), CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_dtype(ct_mul_scalar(half, 2.0)), CT_FLOAT16);
    ck_assert_doubles(ct_add(ct_zeros(CT_DIMS(3), CT_FLOAT64), whole), 1, -2, 3);
    ck_assert_longs((ct_mul_scalar)(whole, ct_int(1LL << 40)), 1LL << 40, -(1LL << 41), 3LL << 40);
}
END_TEST

START_TEST(keeps_the_type_of_what_changes_in_place)
{
    ct_tensor *whole = longs(1, -2, 3);
    ck_assert_ok(ct_mul_scalar_(whole, 3));
    ck_assert_longs(whole, 3, -6, 9);
    ck_assert_fails(ct_mul_scalar_(whole, 0.5) != CT_OK, CT_ERROR_RUNTIME,
                    "ct_mul_scalar_: result type Float can't be cast to the desired output type Long");
    ck_assert_fails(ct_div_(whole, longs(1, 1, 1)) != CT_OK, CT_ERROR_RUNTIME, "ct_div_: result type Float can't");
    ck_assert_longs(whole, 3, -6, 9);
}
END_TEST

START_TEST(broadcasts)
{
    ct_tensor *column = ct_tensor_new((float[]){10, 20}, CT_DIMS(2, 1), CT_FLOAT32);
    ct_tensor *y = ct_add(column, floats(1, 2, 3));
    ck_assert_shape(y, 2, 3);
    ck_assert_floats(y, 11, 12, 13, 21, 22, 23);
    ck_assert_fails(!ct_add(floats(1, 2, 3), ct_zeros(CT_DIMS(2), CT_FLOAT32)), CT_ERROR_RUNTIME,
                    "ct_add: The size of tensor a (3) must match the size of tensor b (2)");
}
END_TEST

START_TEST(multiplies_matrices)
{
    ct_tensor *a = table(), *b = ct_reshape(ct_arange(1, 7, 1, CT_FLOAT32), CT_DIMS(3, 2));
    ck_assert_floats(ct_matmul(a, b), 22, 28, 49, 64);
    ck_assert_floats(ct_matmul(a, floats(1, 0, -1)), -2, -2);
    ct_tensor *batch = ct_ones(CT_DIMS(5, 1, 2, 3), CT_FLOAT32);
    ck_assert_shape(ct_matmul(batch, ct_ones(CT_DIMS(4, 3, 2), CT_FLOAT32)), 5, 4, 2, 2);
    ck_assert_fails(!ct_matmul(a, a), CT_ERROR_RUNTIME,
                    "ct_matmul: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
}
END_TEST

/* ---- Element by element ---- */

START_TEST(applies_functions_to_each_element)
{
    ct_tensor *x = floats(-1, 0, 2);
    ck_assert_floats(ct_relu(x), 0, 0, 2);
    ck_assert_floats(ct_abs(x), 1, 0, 2);
    ct_tensor *sigmoid = ct_tensor_new((double[]){1 / (1 + exp(1)), 0.5, 1 / (1 + exp(-2))}, CT_DIMS(3), CT_FLOAT64);
    ct_tensor *tangent = ct_tensor_new((double[]){tanh(-1), 0, tanh(2)}, CT_DIMS(3), CT_FLOAT64);
    ct_tensor *wide = ct_tensor_to(x, .dtype = CT_FLOAT64);
    ck_assert(ct_allclose(ct_sigmoid(wide), sigmoid, .rtol = 1e-14, .atol = 0));
    ck_assert(ct_allclose(ct_tanh(wide), tangent, .rtol = 1e-14, .atol = 0));
}
END_TEST

/* ---- Reductions ---- */

START_TEST(reduces_all_elements)
{
    ck_assert_floats(ct_sum(table()), 21);
    ck_assert_floats(ct_mean(table()), 3.5f);
    ck_assert_floats(ct_max(table()), 6);
    ck_assert_int_eq(ct_tensor_dim(ct_sum(table())), 0);
    ck_assert_longs(ct_sum(ct_ones(CT_DIMS(300), CT_UINT8)), 300);
    ck_assert_floats(ct_sum(ct_zeros(CT_DIMS(0), CT_FLOAT32)), 0);
    ck_assert(isnan(ct_tensor_item(ct_mean(ct_zeros(CT_DIMS(0), CT_FLOAT32)))));
    ck_assert_fails(!ct_mean(longs(1, 2, 3)), CT_ERROR_RUNTIME, "ct_mean: ");
    ck_assert_fails(!ct_max(ct_zeros(CT_DIMS(0), CT_FLOAT32)), CT_ERROR_RUNTIME, "ct_max: ");
}
END_TEST

START_TEST(reduces_along_dimensions)
{
    ck_assert_floats(ct_sum_dim(table(), CT_DIMS(0)), 5, 7, 9);
    ck_assert_floats(ct_sum_dim(table(), CT_DIMS(-1)), 6, 15);
    ck_assert_shape(ct_sum_dim(table(), CT_DIMS(1), .keepdim = true), 2, 1);
    ck_assert_shape(ct_sum_dim(table(), CT_DIMS(0, 1), .keepdim = true), 1, 1);
    ck_assert_doubles(ct_sum_dim(table(), CT_DIMS(0, 1), .dtype = CT_FLOAT64), 21);
    ck_assert_floats(ct_mean_dim(table(), CT_DIMS(0)), 2.5f, 3.5f, 4.5f);
    ck_assert_shape(ct_mean_dim(table(), CT_DIMS(0), .keepdim = true), 1, 3);
    ck_assert_doubles(ct_mean_dim(longs(1, 2, 6), CT_DIMS(0), .dtype = CT_FLOAT64), 3);
    ck_assert_floats(ct_sum_dim_with(table(), CT_DIMS(1), NULL), 6, 15);
    ck_assert_fails(!ct_sum_dim(table(), CT_DIMS(2)), CT_ERROR_INDEX, "ct_sum_dim: Dimension out of range");
    ck_assert_fails(!ct_mean_dim(table(), CT_DIMS(0, -2)), CT_ERROR_RUNTIME, "ct_mean_dim: dim 0 appears multiple");
    ck_assert_fails(!ct_sum_dim(table(), CT_DIMS(0), .dtype = (ct_dtype)99), CT_ERROR_TYPE, "ct_sum_dim: dtype is 99");
}
END_TEST

/* ---- Shapes ---- */

START_TEST(reshapes_without_a_copy_where_it_can)
{
    ct_tensor *x = table(), *y = ct_reshape(x, CT_DIMS(3, -1)), *scalar = ct_reshape(ct_at(x, "0, 0"), CT_DIMS());
    ck_assert_shape(y, 3, 2);
    ck_assert_ptr_eq(ct_tensor_data(y, CT_FLOAT32), ct_tensor_data(x, CT_FLOAT32));
    ck_assert_floats(ct_reshape(ct_at(x, ":, 1:"), CT_DIMS(4)), 2, 3, 5, 6);
    ck_assert_int_eq(ct_tensor_dim(scalar), 0);
    ck_assert_fails(!ct_reshape(x, CT_DIMS(4, -1)), CT_ERROR_RUNTIME,
                    "ct_reshape: shape '[4, -1]' is invalid for input of size 6");
    ck_assert_fails(!ct_reshape(x, CT_DIMS(-1, -1)), CT_ERROR_RUNTIME, "ct_reshape: only one dimension can be");
    ck_assert_fails(!ct_reshape(x, CT_DIMS(INT64_MIN)), CT_ERROR_RUNTIME, "ct_reshape: ");
}
END_TEST

START_TEST(views_rows)
{
    ct_tensor *x = table(), *row = ct_select(x, 0, -1), *columns = ct_narrow(x, 1, 1, 2);
    ck_assert_floats(row, 4, 5, 6);
    ck_assert_floats(columns, 2, 3, 5, 6);
    ck_assert_shape(ct_narrow(x, 0, 2, 0), 0, 3);
    ck_assert_ok(ct_mul_scalar_(row, 10));
    ck_assert_ok(ct_copy_(columns, ct_zeros(CT_DIMS(), CT_INT64)));
    ck_assert_floats(x, 1, 0, 0, 40, 0, 0);
}
END_TEST

START_TEST(refuses_rows_that_are_not_there)
{
    ct_tensor *x = table();
    ck_assert_fails(!ct_select(x, 0, 2), CT_ERROR_INDEX, "ct_select: ");
    ck_assert_fails(!ct_select(x, 2, 0), CT_ERROR_INDEX, "ct_select: Dimension out of range");
    ck_assert_fails(!ct_narrow(x, 0, 1, 2), CT_ERROR_RUNTIME,
                    "ct_narrow: start (1) + length (2) exceeds dimension size (2)");
    ck_assert_fails(!ct_narrow(x, 0, 0, -1), CT_ERROR_RUNTIME, "ct_narrow: ");
}
END_TEST

START_TEST(fails_on_the_greatest_numbers)
{
    static const int64_t numbers[] = {INT64_MIN, INT64_MIN + 1, -(1LL << 62) - 1, (1LL << 62) + 1, INT64_MAX};
    ct_tensor *x = table();
    for (size_t i = 0; i < COUNT(numbers); i++) {
        int64_t n = numbers[i];
        ck_assert_fails(!ct_select(x, n, 0), CT_ERROR_INDEX, "ct_select: Dimension out of range");
        ck_assert_fails(!ct_narrow(x, n, 0, 1), CT_ERROR_INDEX, "ct_narrow: Dimension out of range");
        ck_assert_fails(!ct_cat(CT_TENSORS(x), n), CT_ERROR_INDEX, "ct_cat: Dimension out of range");
        ck_assert_fails(!ct_sum_dim(x, CT_DIMS(n)), CT_ERROR_INDEX, "ct_sum_dim: Dimension out of range");
        ck_assert(!ct_select(x, 0, n) && ct_error_code() != CT_OK);
        ct_error_clear();
        ck_assert(!ct_narrow(x, 0, n, 1) && ct_error_code() != CT_OK);
        ct_error_clear();
        ck_assert(!ct_narrow(x, 0, 0, n) && ct_error_code() != CT_OK);
        ct_error_clear();
    }
}
END_TEST

START_TEST(joins_tensors)
{
    ct_tensor *x = table(), *y = ct_cat(CT_TENSORS(x, ct_zeros(CT_DIMS(2, 1), CT_FLOAT32), x), 1);
    ck_assert_shape(y, 2, 7);
    ck_assert_floats(ct_select(y, 0, 1), 4, 5, 6, 0, 4, 5, 6);
    ck_assert_shape(ct_cat(CT_TENSORS(x, x), -2), 4, 3);
    ck_assert_floats(ct_cat(CT_TENSORS(x), 0), 1, 2, 3, 4, 5, 6);
    ck_assert_doubles(ct_cat(CT_TENSORS(ct_ones(CT_DIMS(1), CT_FLOAT64), longs(1, 2, 3)), 0), 1, 1, 2, 3);
    ck_assert_fails(!ct_cat(CT_TENSORS(), 0), CT_ERROR_VALUE, "ct_cat: expected a non-empty list of Tensors");
    ck_assert_fails(!ct_cat(CT_TENSORS(x, floats(1, 2, 3)), 0), CT_ERROR_RUNTIME,
                    "ct_cat: Tensors must have same number of dimensions");
}
END_TEST

START_TEST(copies)
{
    ct_tensor *x = table(), *copy = ct_clone(x);
    ct_tensor *columns = ct_at(x, ":, 1:"), *rows = ct_contiguous(columns);
    ck_assert(ct_tensor_is(ct_contiguous(x), x));
    ck_assert(!ct_tensor_is_contiguous(columns) && ct_tensor_is_contiguous(rows));
    ck_assert_floats(rows, 2, 3, 5, 6);
    ck_assert_ok(ct_copy_(x, ct_full(CT_DIMS(3), 2.5, CT_FLOAT64)));
    ck_assert_floats(x, 2.5f, 2.5f, 2.5f, 2.5f, 2.5f, 2.5f);
    ck_assert_floats(copy, 1, 2, 3, 4, 5, 6);
    ck_assert_floats(rows, 2, 3, 5, 6);
    ck_assert_fails(ct_copy_(x, ct_zeros(CT_DIMS(4), CT_FLOAT32)) != CT_OK, CT_ERROR_RUNTIME,
                    "ct_copy_: The size of tensor a (3) must match the size of tensor b (4)");
}
END_TEST

/* ---- Comparing ---- */

START_TEST(compares_exactly)
{
    ct_tensor *x = floats(1, 2, 3);
    ck_assert(ct_equal(x, ct_clone(x)));
    ck_assert(!ct_equal(x, floats(1, 2, 3.0000002f)));
    ck_assert(!ct_equal(x, ct_reshape(x, CT_DIMS(1, 3))));
    ck_assert(!ct_equal(floats(NAN, 0, 0), floats(NAN, 0, 0)));
    ck_assert_int_eq(ct_error_code(), CT_OK);
}
END_TEST

START_TEST(compares_within_tolerances)
{
    ct_tensor *x = floats(1, 2, 3), *near = floats(1, 2, 3.00002f), *none = floats(NAN, 2, 3);
    ck_assert(ct_allclose(x, near));
    ck_assert(!ct_allclose(x, near, .rtol = 1e-7));
    ck_assert(ct_allclose(x, near, .rtol = 0, .atol = 1e-4));
    ck_assert(!ct_allclose(none, none));
    ck_assert(ct_allclose(none, none, .equal_nan = true));
    ck_assert(ct_allclose_with(x, near, NULL));
    ct_allclose_options options = ct_allclose_options_default();
    ck_assert(options.rtol == 1e-5 && options.atol == 1e-8 && !options.equal_nan);
    ck_assert(!ct_allclose(x, ct_zeros(CT_DIMS(3), CT_FLOAT32)));
    ck_assert_int_eq(ct_error_code(), CT_OK);
    ck_assert_fails(!ct_allclose(x, ct_tensor_to(x, .dtype = CT_FLOAT64)), CT_ERROR_RUNTIME,
                    "ct_allclose: Float did not match Double");
}
END_TEST

static TCase *scoped_case(Suite *suite, const char *name)
{
    TCase *group = suite_case(suite, name);
    tcase_add_checked_fixture(group, set_up, tear_down);
    return group;
}

int main(void)
{
    Suite *suite = suite_create("ops");

    TCase *arithmetic = scoped_case(suite, "arithmetic");
    tcase_add_test(arithmetic, computes_with_two_tensors);
    tcase_add_test(arithmetic, computes_with_a_number);
    tcase_add_test(arithmetic, computes_in_place);
    tcase_add_test(arithmetic, promotes_by_the_kind_of_number);
    tcase_add_test(arithmetic, keeps_the_type_of_what_changes_in_place);
    tcase_add_test(arithmetic, broadcasts);
    tcase_add_test(arithmetic, multiplies_matrices);

    TCase *elements = scoped_case(suite, "element by element");
    tcase_add_test(elements, applies_functions_to_each_element);

    TCase *reductions = scoped_case(suite, "reductions");
    tcase_add_test(reductions, reduces_all_elements);
    tcase_add_test(reductions, reduces_along_dimensions);

    TCase *shapes = scoped_case(suite, "shapes");
    tcase_add_test(shapes, reshapes_without_a_copy_where_it_can);
    tcase_add_test(shapes, views_rows);
    tcase_add_test(shapes, refuses_rows_that_are_not_there);
    tcase_add_test(shapes, fails_on_the_greatest_numbers);
    tcase_add_test(shapes, joins_tensors);
    tcase_add_test(shapes, copies);

    TCase *comparing = scoped_case(suite, "comparing");
    tcase_add_test(comparing, compares_exactly);
    tcase_add_test(comparing, compares_within_tolerances);

    return suite_run(suite);
}
