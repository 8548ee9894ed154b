/* tests/test_generator.c: random numbers with a seed of their own, the state of generators, and the keyword arguments
 * of tensors made from nothing.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

static ct_generator *seeded(uint64_t seed)
{
    ct_generator *generator = ct_generator_new("cpu");
    ck_assert_ok(ct_generator_manual_seed(generator, seed));
    return generator;
}

START_TEST(the_same_seed_gives_the_same_numbers)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *first = ct_rand(CT_DIMS(5), CT_FLOAT64, .generator = seeded(7));
    ck_assert(ct_equal(first, ct_rand(CT_DIMS(5), CT_FLOAT64, .generator = seeded(7))));
    ck_assert(!ct_equal(first, ct_rand(CT_DIMS(5), CT_FLOAT64, .generator = seeded(8))));
    ct_manual_seed(7);
    ck_assert(ct_equal(first, ct_rand(CT_DIMS(5), CT_FLOAT64)));
    ct_manual_seed(7);
    ck_assert(ct_equal(first, ct_rand(CT_DIMS(5), CT_FLOAT64, .generator = ct_default_generator())));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(its_own_numbers_leave_the_default_ones_alone)
{
    ct_scope *scope = ct_scope_begin();
    ct_manual_seed(1);
    ct_tensor *expected = ct_randn(CT_DIMS(3), CT_FLOAT32);
    ct_manual_seed(1);
    ct_randn(CT_DIMS(100), CT_FLOAT32, .generator = seeded(2));
    ct_randint(0, 10, CT_DIMS(100), CT_INT64, .generator = seeded(3));
    ck_assert(ct_equal(ct_randn(CT_DIMS(3), CT_FLOAT32), expected));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_state_is_gone_back_to)
{
    ct_scope *scope = ct_scope_begin();
    ct_generator *generator = seeded(11);
    ck_assert_uint_eq(ct_generator_initial_seed(generator), 11);
    ck_assert_str_eq(ct_generator_device(generator), "cpu");
    ct_tensor *state = ct_generator_get_state(generator);
    ck_assert_int_eq(ct_tensor_dtype(state), CT_UINT8);
    ct_tensor *drawn = ct_bernoulli_p(ct_zeros(CT_DIMS(64), CT_FLOAT32), 0.5, .generator = generator);
    ck_assert_ok(ct_generator_set_state(generator, state));
    ck_assert(ct_equal(ct_bernoulli_p(ct_zeros(CT_DIMS(64), CT_FLOAT32), 0.5, .generator = generator), drawn));
    uint64_t seed = ct_generator_seed(generator);
    ck_assert_uint_eq(ct_generator_initial_seed(generator), seed);
    ck_assert_uint_ne(seed, 11);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(refuses_what_is_no_state_and_no_device)
{
    ct_generator *generator = seeded(1);
    ct_tensor *wrong = ct_zeros(CT_DIMS(3), CT_UINT8);
    ck_assert_int_eq(ct_generator_set_state(generator, wrong), CT_ERROR_RUNTIME);
    ct_tensor_free(wrong);
    wrong = ct_zeros(CT_DIMS(3), CT_FLOAT32);
    ck_assert_int_ne(ct_generator_set_state(generator, wrong), CT_OK);
    ct_tensor_free(wrong);
    ck_assert_uint_eq(ct_generator_initial_seed(generator), 1);
    ct_generator_free(generator);
    ck_assert_ptr_null(ct_generator_new("nowhere"));
    ct_error_clear();
}
END_TEST

START_TEST(tensors_from_nothing_take_options)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *leaf = ct_ones(CT_DIMS(2), CT_FLOAT32, .requires_grad = true);
    ck_assert(ct_tensor_requires_grad(leaf));
    ck_assert(!ct_tensor_requires_grad(ct_ones(CT_DIMS(2), CT_FLOAT32)));
    ck_assert_str_eq(ct_tensor_device(ct_full(CT_DIMS(2), 1, CT_FLOAT32, .device = "meta")), "meta");
    ck_assert_int_eq(ct_tensor_dtype(ct_zeros(CT_DIMS(2), CT_DTYPE_NONE)), CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_dtype(ct_arange(0, 3, 1, CT_DTYPE_NONE)), CT_INT64);
    ck_assert_int_eq(ct_sparse_dim(ct_zeros(CT_DIMS(2), CT_FLOAT32, .layout = CT_SPARSE_COO)), 1);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(numbers_among_keywords_are_whole_or_real)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_arange(0, 4, 1, CT_INT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_add(x, x, .alpha = 2)), CT_INT64);
    ck_assert_int_eq(ct_tensor_item_int(ct_max(ct_add(x, x, .alpha = 2))), 9);
    ck_assert_int_eq(ct_tensor_item_int(ct_max(ct_clamp(x, .max = 2))), 2);
    ck_assert_int_eq(ct_tensor_dtype(ct_clamp(x, .max = 2)), CT_INT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_clamp(x, .max = ct_real(2))), CT_FLOAT32);
    ck_assert_double_eq(ct_tensor_item(ct_max(ct_clamp(x, .max = 1.5))), 1.5);
    ck_assert_int_eq(ct_tensor_item_int(ct_min(ct_clamp(x, .min = 1, .max = NAN))), 1);
    ct_tensor *least = ct_full(CT_DIMS(), INT64_MIN, CT_INT64);
    ck_assert_int_eq(ct_tensor_item_int(least), INT64_MIN);
    ck_assert_int_eq(ct_tensor_item_int(ct_full(CT_DIMS(), INT64_MAX, CT_INT64)), INT64_MAX);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("generator");
    TCase *generators = suite_case(suite, "generators");
    tcase_add_test(generators, the_same_seed_gives_the_same_numbers);
    tcase_add_test(generators, its_own_numbers_leave_the_default_ones_alone);
    tcase_add_test(generators, a_state_is_gone_back_to);
    tcase_add_test(generators, refuses_what_is_no_state_and_no_device);
    TCase *keywords = suite_case(suite, "keyword arguments");
    tcase_add_test(keywords, tensors_from_nothing_take_options);
    tcase_add_test(keywords, numbers_among_keywords_are_whole_or_real);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
