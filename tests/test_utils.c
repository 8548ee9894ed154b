/* tests/test_utils.c: utils.h: gradients are clipped to Python's bits; parameters as one vector; what is refused.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <math.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

/* ---- Clipping ---- */

static ct_tensor *floats(const float *values, int64_t n)
{
    return ct_tensor_new(values, CT_DIMS(n), CT_FLOAT32);
}

/* Adds a parameter with this gradient, or, for NULL, without one. */
static void add_parameter(ct_dict *parameters, const char *name, const ct_tensor *gradient)
{
    ct_tensor *p = gradient ? ct_detach(ct_mul_scalar(gradient, 2)) : ct_ones(CT_DIMS(2), CT_FLOAT32);
    ct_requires_grad_(p, true);
    if (gradient)
        ct_backward(ct_sum(ct_mul(p, gradient)));
    ct_dict_set(parameters, name, p);
}

static ct_tensor *gradient_of(const ct_dict *parameters, const char *name)
{
    return ct_tensor_grad(ct_dict_get(parameters, name));
}

/* The cases of python/init_cases.py, under the same names. */
static ct_tensor *clip(const char *name, ct_dict *p)
{
    if (strcmp(name, "norm") == 0)
        return ct_clip_grad_norm_(p, 1.0);
    if (strcmp(name, "norm_one") == 0)
        return ct_clip_grad_norm_(p, 0.75, .norm_type = 1);
    if (strcmp(name, "norm_three") == 0)
        return ct_clip_grad_norm_(p, 0.3, .norm_type = 3, .error_if_nonfinite = true);
    if (strcmp(name, "norm_inf") == 0)
        return ct_clip_grad_norm_(p, 0.5, .norm_type = INFINITY);
    if (strcmp(name, "norm_enough") == 0)
        return ct_clip_grad_norm_(p, 1000.0);
    ck_assert_ok(ct_clip_grad_value_(p, 0.5));
    return NULL;
}

static ct_tensor *recorded(const ct_dict *record, const char *precision, const char *name, const char *what)
{
    char key[64];
    snprintf(key, sizeof key, "%s.%s.%s", precision, name, what);
    return ct_dict_get(record, key);
}

static void assert_same(const ct_tensor *actual, const ct_tensor *expected, const char *what)
{
    ck_assert_int_eq(ct_tensor_dtype(actual), ct_tensor_dtype(expected));
    ck_assert_msg(ct_equal(actual, expected), "%s: %s\ninstead of %s", what, ct_tensor_to_string(actual),
                  ct_tensor_to_string(expected));
}

static const char *const clip_cases[] = {"norm", "norm_one", "norm_three", "norm_inf", "norm_enough", "value"};

START_TEST(clips_as_python)
{
    static const char *const precisions[] = {"float32", "float64", "bfloat16"};
    const char *name = clip_cases[_i];
    ct_dict *record = ct_load(oracle_path("CTORCH_TEST_FRESH", "utils.pt"));
    for (size_t i = 0; i < COUNT(precisions); i++) {
        ct_dict *parameters = ct_dict_new();
        ct_tensor *before[2] = {recorded(record, precisions[i], name, "before0"),
                                recorded(record, precisions[i], name, "before1")};
        add_parameter(parameters, "0", before[0]);
        add_parameter(parameters, "1", before[1]);
        add_parameter(parameters, "without", NULL);
        ct_tensor *total = clip(name, parameters);
        if (total) {
            ct_tensor *expected = recorded(record, precisions[i], name, "total");
            assert_same(total, expected, name);
            ck_assert(!ct_tensor_requires_grad(total));
            if (strcmp(name, "norm") == 0)
                assert_same(ct_get_total_norm(CT_TENSORS(before[0], before[1])), expected, "ct_get_total_norm");
        }
        assert_same(gradient_of(parameters, "0"), recorded(record, precisions[i], name, "after0"), name);
        assert_same(gradient_of(parameters, "1"), recorded(record, precisions[i], name, "after1"), name);
        ck_assert_ptr_null(gradient_of(parameters, "without"));
    }
}
END_TEST

START_TEST(clips_by_a_known_norm)
{
    ct_dict *parameters = ct_dict_new(), *others = ct_dict_new();
    ct_tensor *gradient = floats((float[]){3, 4}, 2);
    add_parameter(parameters, "p", gradient);
    add_parameter(others, "p", gradient);
    ct_tensor *total = ct_get_total_norm(CT_TENSORS(gradient));
    ck_assert_floats(total, 5);
    ck_assert_ok(ct_clip_grads_with_norm_(parameters, 1, total));
    ct_clip_grad_norm_(others, 1);
    assert_same(gradient_of(parameters, "p"), gradient_of(others, "p"), "gradient");
    ck_assert_double_lt(ct_tensor_item(ct_max(gradient_of(parameters, "p"))), 0.81);
}
END_TEST

START_TEST(nothing_to_clip_has_no_norm)
{
    ct_dict *parameters = ct_dict_new();
    ck_assert_floats(ct_clip_grad_norm_(parameters, 1), 0);
    add_parameter(parameters, "p", NULL);
    ck_assert_floats(ct_clip_grad_norm_(parameters, 1), 0);
    ck_assert_floats(ct_get_total_norm(CT_TENSORS()), 0);
    ck_assert_ok(ct_clip_grad_value_(parameters, 1));
}
END_TEST

START_TEST(infinite_gradients_are_scaled_or_refused)
{
    ct_dict *parameters = ct_dict_new();
    ct_tensor *gradient = floats((float[]){1, INFINITY}, 2);
    add_parameter(parameters, "p", gradient);
    ck_assert_ptr_null(ct_clip_grad_norm_(parameters, 1, .error_if_nonfinite = true));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_clip_grad_norm_: The total norm of order 2.0 for gradients from `parameters` "
                                      "is non-finite, so it cannot be clipped. To disable this error and scale the "
                                      "gradients by the non-finite norm anyway, set `error_if_nonfinite=False`");
    ck_assert_floats(gradient_of(parameters, "p"), 1, INFINITY);
    ck_assert_ptr_null(ct_get_total_norm(CT_TENSORS(gradient), .norm_type = INFINITY, .error_if_nonfinite = true));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_get_total_norm: The total norm of order inf");
    ck_assert_floats(ct_clip_grad_norm_(parameters, 1), INFINITY);
    ct_tensor *after = gradient_of(parameters, "p");
    ck_assert_double_eq(ct_tensor_item(ct_at(after, "0")), 0);
    ck_assert(isnan(ct_tensor_item(ct_at(after, "1"))));
}
END_TEST

START_TEST(functions_have_the_defaults_of_the_macros)
{
    ct_norm_options norm = ct_norm_options_default();
    const ct_norm_options *options[] = {NULL, &norm};
    ct_tensor *gradient = floats((float[]){3, 4}, 2);
    for (size_t i = 0; i < COUNT(options); i++) {
        ct_dict *parameters = ct_dict_new();
        add_parameter(parameters, "p", gradient);
        ck_assert_floats(ct_clip_grad_norm_with_(parameters, 1, options[i]), 5);
        ck_assert_floats(ct_get_total_norm_with(CT_TENSORS(gradient), options[i]), 5);
    }
}
END_TEST

/* ---- One vector ---- */

START_TEST(parameters_become_one_vector)
{
    ct_module *net = ct_nn_linear(2, 2);
    ct_dict *parameters = ct_module_parameters(net);
    ct_tensor *vector = ct_parameters_to_vector(parameters);
    ck_assert_shape(vector, 6);
    ck_assert(ct_equal(ct_narrow(vector, 0, 0, 4), ct_flatten(ct_dict_get(parameters, "weight"))));
    ck_assert(ct_equal(ct_narrow(vector, 0, 4, 2), ct_dict_get(parameters, "bias")));
    ct_backward(ct_sum(vector));
    ck_assert_floats(gradient_of(parameters, "bias"), 1, 1);
}
END_TEST

START_TEST(a_vector_becomes_parameters)
{
    ct_module *net = ct_nn_linear(2, 2);
    ct_dict *parameters = ct_module_parameters(net);
    ct_tensor *vector = floats((float[]){1, 2, 3, 4, 5, 6, 7}, 7);
    ck_assert_ok(ct_vector_to_parameters(vector, parameters));
    ct_tensor *x = floats((float[]){1, 10}, 2);
    ck_assert_floats(ct_module_forward(net, x), 26, 49);
    ck_assert(ct_tensor_requires_grad(ct_dict_get(ct_module_parameters(net), "weight")));
    ct_tensor *last = ct_at(vector, "5");
    ck_assert_ok(ct_add_scalar_(last, 100.0));
    ck_assert_floats(ct_module_forward(net, x), 26, 149);
}
END_TEST

START_TEST(a_vector_that_is_too_short_changes_nothing)
{
    ct_dict *parameters = ct_dict_new();
    ct_dict_set(parameters, "a", ct_ones(CT_DIMS(2), CT_FLOAT32));
    ct_dict_set(parameters, "b", ct_ones(CT_DIMS(2, 2), CT_FLOAT32));
    ct_tensor *vector = ct_zeros(CT_DIMS(5), CT_FLOAT32);
    ck_assert_int_eq(ct_vector_to_parameters(vector, parameters), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_vector_to_parameters: shape '[2, 2]' is invalid for input of size 3");
    ck_assert_floats(ct_dict_get(parameters, "a"), 1, 1);
    ck_assert_ptr_null(ct_parameters_to_vector(ct_dict_new()));
    ck_assert_error(CT_ERROR_VALUE, "ct_parameters_to_vector: expected a non-empty list of Tensors");
    ct_dict_set(parameters, "turned", ct_transpose(ct_ones(CT_DIMS(2, 3), CT_FLOAT32), 0, 1));
    ck_assert_ptr_null(ct_parameters_to_vector(parameters));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_parameters_to_vector: view size is not compatible");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("utils");
    TCase *clipping = suite_case(suite, "clipping");
    tcase_add_checked_fixture(clipping, begin, end);
    tcase_add_loop_test(clipping, clips_as_python, 0, (int)COUNT(clip_cases));
    tcase_add_test(clipping, clips_by_a_known_norm);
    tcase_add_test(clipping, nothing_to_clip_has_no_norm);
    tcase_add_test(clipping, infinite_gradients_are_scaled_or_refused);
    tcase_add_test(clipping, functions_have_the_defaults_of_the_macros);
    TCase *vector = suite_case(suite, "vector");
    tcase_add_checked_fixture(vector, begin, end);
    tcase_add_test(vector, parameters_become_one_vector);
    tcase_add_test(vector, a_vector_becomes_parameters);
    tcase_add_test(vector, a_vector_that_is_too_short_changes_nothing);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
