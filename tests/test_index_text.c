/* tests/test_index_text.c: ct_at and ct_put of ctorch/ops.h: Python's brackets as text, against plain C arithmetic.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>

/* 0, 1, ... in the shape (3, 4): element [i, j] is 4 * i + j. */
static ct_tensor *grid(void)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_tensor_escape(ct_reshape(ct_arange(0, 12, 1, CT_INT64), CT_DIMS(3, 4)));
    ck_assert_ok(ct_scope_end(scope));
    return x;
}

static ct_scope *scope;
static ct_tensor *x;

static void set_up(void)
{
    scope = ct_scope_begin();
    x = grid();
}

static void tear_down(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

/* ---- Numbers and ranges ---- */

START_TEST(a_number_takes_a_row_and_its_dimension_away)
{
    for (int64_t i = -3; i < 3; i++) {
        int64_t first = 4 * (i < 0 ? i + 3 : i);
        ct_tensor *row = ct_at(x, "?", i);
        ck_assert_shape(row, 4);
        ck_assert_longs(row, first, first + 1, first + 2, first + 3);
        for (int64_t j = 0; j < 4; j++)
            ck_assert_int_eq(ct_tensor_item_int(ct_at(x, "?, ?", i, j)), first + j);
    }
    ck_assert_longs(ct_at(x, ":, 1"), 1, 5, 9);
    ck_assert_longs(ct_at(x, "-1"), 8, 9, 10, 11);
    ck_assert_int_eq(ct_tensor_item_int(ct_at(x, "+2, -1")), 11);
}
END_TEST

/* Python's rule for a bound: from the end when negative, then into the range. */
static int64_t bound(int64_t value, int64_t size)
{
    value = value < 0 ? value + size : value;
    return value < 0 ? 0 : value > size ? size : value;
}

START_TEST(a_range_takes_what_a_c_loop_would)
{
    for (int64_t start = -6; start <= 6; start++)
        for (int64_t stop = -6; stop <= 6; stop++)
            for (int64_t step = 1; step <= 3; step++) {
                ct_scope *round = ct_scope_begin();
                ct_tensor *part = ct_at(x, "1, ?:?:?", start, stop, step);
                int64_t n = 0;
                const int64_t *data = ct_tensor_data(part, CT_INT64);
                for (int64_t j = bound(start, 4); j < bound(stop, 4); j += step)
                    ck_assert_int_eq(data[step * n++], 4 + j);
                ck_assert_shape(part, n);
                ck_assert_ok(ct_scope_end(round));
            }
}
END_TEST

START_TEST(a_range_may_leave_out_any_bound)
{
    ck_assert(ct_equal(ct_at(x, ":"), x));
    ck_assert(ct_equal(ct_at(x, "::"), x));
    ck_assert_longs(ct_at(x, "0, 1:"), 1, 2, 3);
    ck_assert_longs(ct_at(x, "0, :-1"), 0, 1, 2);
    ck_assert_longs(ct_at(x, "0, 1:3"), 1, 2);
    ck_assert_longs(ct_at(x, "0, ::2"), 0, 2);
    ck_assert_longs(ct_at(x, "0, 1::2"), 1, 3);
    ck_assert_longs(ct_at(x, "0, :3:2"), 0, 2);
    ck_assert_longs(ct_at(x, "::2, ?:", 3), 3, 11);
    ck_assert_shape(ct_at(x, "2:1"), 0, 4);
}
END_TEST

START_TEST(a_range_takes_the_greatest_numbers)
{
    const int64_t least[] = {INT64_MIN, INT64_MIN + 1, -(1LL << 62) - 1, -(1LL << 62)};
    const int64_t greatest[] = {INT64_MAX, INT64_MAX - 1, (1LL << 62) + 1, 1LL << 62};
    for (size_t i = 0; i < COUNT(least); i++) {
        ck_assert_longs(ct_at(x, "0, ?:?", least[i], greatest[i]), 0, 1, 2, 3);
        ck_assert_shape(ct_at(x, "0, ?:", greatest[i]), 0);
        ck_assert_shape(ct_at(x, "0, :?", least[i]), 0);
        ck_assert_longs(ct_at(x, ":, 1::?", greatest[i]), 1, 5, 9);
    }
    ck_assert_longs(ct_at(x, "0, -9223372036854775808:9223372036854775807"), 0, 1, 2, 3);
}
END_TEST

/* ---- "..." and None ---- */

START_TEST(an_ellipsis_stands_for_the_other_dimensions)
{
    ck_assert(ct_equal(ct_at(x, "..."), x));
    ck_assert_longs(ct_at(x, "..., 2"), 2, 6, 10);
    ck_assert_longs(ct_at(x, "1, ..."), 4, 5, 6, 7);
    ck_assert_int_eq(ct_tensor_item_int(ct_at(x, "1, ..., 2")), 6);
    ct_tensor *deep = ct_reshape(x, CT_DIMS(1, 3, 2, 2));
    ck_assert_longs(ct_at(deep, "0, ..., 1"), 1, 3, 5, 7, 9, 11);
    ck_assert_int_eq(ct_tensor_dim(ct_at(ct_zeros(CT_DIMS(), CT_FLOAT32), "...")), 0);
}
END_TEST

START_TEST(none_adds_a_dimension)
{
    ck_assert_shape(ct_at(x, "None"), 1, 3, 4);
    ck_assert_shape(ct_at(x, ":, None, 1:"), 3, 1, 3);
    ck_assert_shape(ct_at(x, "..., None"), 3, 4, 1);
    ck_assert_shape(ct_at(x, "None, 0, None"), 1, 1, 4);
}
END_TEST

START_TEST(spaces_and_a_last_comma_do_not_matter)
{
    ck_assert_longs(ct_at(x, " 1 , 1 : 3 "), 5, 6);
    ck_assert_longs(ct_at(x, "1,1:3,"), 5, 6);
    ck_assert_longs(ct_at(x, "\t?\t,? : ?\t", 1, 1, 3), 5, 6);
}
END_TEST

START_TEST(the_result_is_a_view)
{
    ck_assert_ok(ct_mul_scalar_(ct_at(x, "1:, ::3"), 100));
    ck_assert_longs(x, 0, 1, 2, 3, 400, 5, 6, 700, 800, 9, 10, 1100);
    ck_assert_ok(ct_add_scalar_(ct_at(x, "..."), 1));
    ck_assert_int_eq(ct_tensor_item_int(ct_at(x, "0, 0")), 1);
}
END_TEST

/* ---- Writing ---- */

START_TEST(puts_a_value_into_a_part)
{
    ct_tensor *column = ct_tensor_new((int64_t[]){-1, -2, -3}, CT_DIMS(3), CT_INT64);
    ck_assert_ok(ct_put(x, column, ":, ?", 1));
    ck_assert_longs(x, 0, -1, 2, 3, 4, -2, 6, 7, 8, -3, 10, 11);
    ck_assert_ok(ct_put(x, ct_full(CT_DIMS(), 7, CT_INT64), "1:, 2:"));
    ck_assert_longs(x, 0, -1, 2, 3, 4, -2, 7, 7, 8, -3, 7, 7);
    ck_assert_ok(ct_put(x, ct_full(CT_DIMS(4), 2.5, CT_FLOAT32), "0"));
    ck_assert_longs(ct_at(x, "0"), 2, 2, 2, 2);
    ck_assert_ok(ct_put(x, ct_zeros(CT_DIMS(1), CT_INT64), "..."));
    ck_assert_int_eq(ct_tensor_item_int(ct_sum(x)), 0);
}
END_TEST

START_TEST(puts_nothing_that_does_not_fit)
{
    ct_tensor *before = ct_clone(x), *two = ct_zeros(CT_DIMS(2), CT_INT64);
    ct_scope *trial = ct_scope_begin();
    ck_assert_int_eq(ct_put(x, two, ":, 1"), CT_ERROR_RUNTIME);
    ck_assert_int_eq(ct_scope_end(trial), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_put: ");
    trial = ct_scope_begin();
    ck_assert_int_eq(ct_put(x, two, ":, 4"), CT_ERROR_INDEX);
    ck_assert_int_eq(ct_scope_end(trial), CT_ERROR_INDEX);
    ck_assert_error(CT_ERROR_INDEX, "ct_put: index 4 is out of bounds for dimension 1 with size 4");
    ck_assert(ct_equal(x, before));
}
END_TEST

/* ---- Errors ---- */

static const struct {
    const char *text;
    ct_status code;
    const char *message;
} faults[] = {
    {"", CT_ERROR_VALUE, "ct_at: expected a number, '?', ':', '...' or None at position 0 of \"\""},
    {"  ", CT_ERROR_VALUE, "expected a number, '?', ':', '...' or None at position 2 of \"  \""},
    {",", CT_ERROR_VALUE, "at position 0 of \",\""},
    {":, , 1", CT_ERROR_VALUE, "at position 3 of \":, , 1\""},
    {"a", CT_ERROR_VALUE, "at position 0 of \"a\""},
    {"- 1", CT_ERROR_VALUE, "at position 0 of \"- 1\""},
    {"none", CT_ERROR_VALUE, "at position 0 of \"none\""},
    {"..", CT_ERROR_VALUE, "at position 0 of \"..\""},
    {"1 2", CT_ERROR_VALUE, "ct_at: expected ',' or the end at position 2 of \"1 2\""},
    {"Nonexistent", CT_ERROR_VALUE, "expected ',' or the end at position 4 of \"Nonexistent\""},
    {"1:2:3:4", CT_ERROR_VALUE, "expected ',' or the end at position 5 of \"1:2:3:4\""},
    {"1.5", CT_ERROR_VALUE, "expected ',' or the end at position 1 of \"1.5\""},
    {"..., ...", CT_ERROR_VALUE, "ct_at: a second '...' at position 5 of \"..., ...\""},
    {":, ::0", CT_ERROR_VALUE, "ct_at: expected a step greater than 0 at position 5 of \":, ::0\""},
    {"::-1", CT_ERROR_VALUE, "expected a step greater than 0 at position 2 of \"::-1\""},
    {":, ?", CT_ERROR_VALUE, "ct_at: nothing was given for the '?' at position 3 of \":, ?\""},
    {"9223372036854775808", CT_ERROR_VALUE, "expected a number of 64 bits at position 0 of \"9223372036854775808\""},
    {":, -9223372036854775809", CT_ERROR_VALUE, "expected a number of 64 bits at position 3"},
    {"3", CT_ERROR_INDEX, "ct_at: index 3 is out of bounds for dimension 0 with size 3"},
    {"-9223372036854775808", CT_ERROR_INDEX, "index -9223372036854775808 is out of bounds for dimension 0"},
    {":, 9223372036854775807", CT_ERROR_INDEX, "index 9223372036854775807 is out of bounds for dimension 1"},
    {"0, 0, 0", CT_ERROR_INDEX, "ct_at: too many indices for tensor of dimension 2"},
};

START_TEST(an_error_names_the_position)
{
    ct_tensor *y = grid();
    ck_assert_ptr_null(ct_at(y, faults[_i].text));
    ck_assert_error(faults[_i].code, faults[_i].message);
    ct_tensor_free(y);
}
END_TEST

START_TEST(numbers_and_placeholders_must_match)
{
    ct_tensor *y = grid();
    ck_assert_ptr_null(ct_at(y, "?, ?", 1));
    ck_assert_error(CT_ERROR_VALUE, "ct_at: nothing was given for the '?' at position 3 of \"?, ?\"");
    ck_assert_ptr_null(ct_at(y, "?, :", 1, 2));
    ck_assert_error(CT_ERROR_VALUE, "ct_at: 2 values were given, but \"?, :\" has a '?' for 1");
    ck_assert_ptr_null(ct_at_with(y, ":", NULL, 1));
    ck_assert_error(CT_ERROR_VALUE, "ct_at: values is NULL");
    ck_assert_ptr_null(ct_at(y, NULL));
    ck_assert_error(CT_ERROR_VALUE, "ct_at: text is NULL");
    ct_tensor_free(y);
}
END_TEST

START_TEST(takes_as_many_items_as_a_tensor_has_dimensions)
{
    enum { MOST = 64 };
    char text[6 * (MOST + 1) + 1] = "";
    ct_tensor *scalar = ct_zeros(CT_DIMS(), CT_FLOAT32);
    for (int i = 0; i < MOST; i++)
        strcat(text, "None, ");
    ct_tensor *deep = ct_at(scalar, text);
    ck_assert_int_eq(ct_tensor_dim(deep), MOST);
    strcat(text, "None, ");
    ck_assert_ptr_null(ct_at(scalar, text));
    ck_assert_error(CT_ERROR_VALUE, "ct_at: more items than a tensor has dimensions at position 384 of ");
    ct_tensor_free(deep);
    ct_tensor_free(scalar);
}
END_TEST

/* ---- Tensors for "?" ---- */

static ct_tensor *positions(int64_t a, int64_t b)
{
    return ct_tensor_new((int64_t[]){a, b}, CT_DIMS(2), CT_INT64);
}

START_TEST(a_tensor_of_positions_picks_rows)
{
    ck_assert_longs(ct_at(x, "?", positions(2, -3)), 8, 9, 10, 11, 0, 1, 2, 3);
    ck_assert_longs(ct_at(x, "?, ?", positions(0, 2), positions(1, 3)), 1, 11);
    ck_assert_longs(ct_at(x, ":, ?", positions(0, 3)), 0, 3, 4, 7, 8, 11);
    ck_assert_longs(ct_at(x, "?:, ?", 1, positions(0, 3)), 4, 7, 8, 11);
    ck_assert_longs(ct_at(x, "..., ?", ct_value_ints(CT_DIMS(2, 0, 2))), 2, 0, 2, 6, 4, 6, 10, 8, 10);
    ck_assert_shape(ct_at(x, "?, None, ?", positions(0, 1), 2), 2, 1);
}
END_TEST

START_TEST(a_mask_picks_what_is_true)
{
    ck_assert_longs(ct_at(x, "?", ct_eq(x, ct_full(CT_DIMS(), 7, CT_INT64))), 7);
    bool rows[] = {true, false, true};
    ct_tensor *mask = ct_tensor_new(rows, CT_DIMS(3), CT_BOOL);
    ck_assert_longs(ct_at(x, "?, 1", mask), 1, 9);
    ct_put(x, ct_zeros(CT_DIMS(), CT_INT64), "?, ::2", mask);
    ck_assert_longs(x, 0, 1, 0, 3, 4, 5, 6, 7, 0, 9, 0, 11);
    ck_assert_shape(ct_at(x, "?", ct_value_bool(true)), 1, 3, 4);
    ck_assert_shape(ct_at(x, "?", NULL), 1, 3, 4);
}
END_TEST

START_TEST(what_is_no_index_is_refused)
{
    ct_tensor *y = grid(), *far = positions(0, 5), *real = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ck_assert_ptr_null(ct_at(y, "1:?", far));
    ck_assert_error(CT_ERROR_VALUE, "ct_at: a range takes whole numbers for its '?' at position 2 of \"1:?\"");
    ck_assert_ptr_null(ct_at(y, "?", 0.5));
    ck_assert_error(CT_ERROR_TYPE, "ct_at: values[0] is no index; expected a whole number, a tensor");
    ck_assert_ptr_null(ct_at(y, "?", far));
    ck_assert_error(CT_ERROR_INDEX, "index 5 is out of bounds for dimension 0 with size 3");
    ck_assert_ptr_null(ct_at(y, "?", real));
    ck_assert_error(CT_ERROR_INDEX, "tensors used as indices must be long");
    ck_assert_ptr_null(ct_at(y, "?", "row"));
    ck_assert_error(CT_ERROR_TYPE, "ct_at: values[0] is no index");
    ct_tensor_free(y);
    ct_tensor_free(far);
    ct_tensor_free(real);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("index text");

    TCase *items = suite_case(suite, "items");
    tcase_add_checked_fixture(items, set_up, tear_down);
    tcase_add_test(items, a_number_takes_a_row_and_its_dimension_away);
    tcase_add_test(items, a_range_takes_what_a_c_loop_would);
    tcase_add_test(items, a_range_may_leave_out_any_bound);
    tcase_add_test(items, a_range_takes_the_greatest_numbers);
    tcase_add_test(items, an_ellipsis_stands_for_the_other_dimensions);
    tcase_add_test(items, none_adds_a_dimension);
    tcase_add_test(items, spaces_and_a_last_comma_do_not_matter);
    tcase_add_test(items, the_result_is_a_view);

    TCase *writing = suite_case(suite, "writing");
    tcase_add_checked_fixture(writing, set_up, tear_down);
    tcase_add_test(writing, puts_a_value_into_a_part);
    tcase_add_test(writing, puts_nothing_that_does_not_fit);

    TCase *tensors = suite_case(suite, "tensors");
    tcase_add_checked_fixture(tensors, set_up, tear_down);
    tcase_add_test(tensors, a_tensor_of_positions_picks_rows);
    tcase_add_test(tensors, a_mask_picks_what_is_true);

    TCase *errors = suite_case(suite, "errors");
    tcase_add_test(errors, what_is_no_index_is_refused);
    tcase_add_loop_test(errors, an_error_names_the_position, 0, COUNT(faults));
    tcase_add_test(errors, numbers_and_placeholders_must_match);
    tcase_add_test(errors, takes_as_many_items_as_a_tensor_has_dimensions);

    return suite_run(suite);
}
