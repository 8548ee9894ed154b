/* tests/test_init.c: init.h: the same seed fills a tensor with Python's bits; defaults; what is refused.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <math.h>

enum { SEED = 31 }; /* as python/init_cases.py's */

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

/* ---- Against Python: the cases of python/init_cases.py, under the same names ---- */

#define CASES(CALL)                                                                                                    \
    CALL(constant, ct_init_constant_(w, 0.3))                                                                          \
    CALL(ones, ct_init_ones_(w))                                                                                       \
    CALL(zeros, ct_init_zeros_(w))                                                                                     \
    CALL(eye, ct_init_eye_(w))                                                                                         \
    CALL(dirac, ct_init_dirac_(w))                                                                                     \
    CALL(dirac_image, ct_init_dirac_(w))                                                                               \
    CALL(dirac_volume, ct_init_dirac_(w))                                                                              \
    CALL(dirac_groups, ct_init_dirac_(w, .groups = 3))                                                                 \
    CALL(dirac_groups_wide, ct_init_dirac_(w, .groups = 2))                                                            \
    CALL(uniform, ct_init_uniform_(w))                                                                                 \
    CALL(uniform_all, ct_init_uniform_(w, .a = -3, .b = -1))                                                           \
    CALL(normal, ct_init_normal_(w))                                                                                   \
    CALL(normal_all, ct_init_normal_(w, .mean = 2, .std = 0.1))                                                        \
    CALL(trunc_normal, ct_init_trunc_normal_(w))                                                                       \
    CALL(trunc_normal_all, ct_init_trunc_normal_(w, .mean = 0.5, .std = 0.3, .a = 0, .b = 0.75))                       \
    CALL(trunc_normal_tail, ct_init_trunc_normal_(w, .mean = 0, .std = 1, .a = 1.5, .b = 2.5))                         \
    CALL(trunc_normal_small, ct_init_trunc_normal_(w, .std = 0.02))                                                    \
    CALL(xavier_uniform, ct_init_xavier_uniform_(w))                                                                   \
    CALL(xavier_uniform_all, ct_init_xavier_uniform_(w, .gain = ct_init_calculate_gain("tanh")))                       \
    CALL(xavier_normal, ct_init_xavier_normal_(w))                                                                     \
    CALL(xavier_normal_all, ct_init_xavier_normal_(w, .gain = 0.5))                                                    \
    CALL(kaiming_uniform, ct_init_kaiming_uniform_(w))                                                                 \
    CALL(kaiming_uniform_all, ct_init_kaiming_uniform_(w, .a = 0.2, .mode = "fan_out", .nonlinearity = "leaky_relu"))  \
    CALL(kaiming_normal, ct_init_kaiming_normal_(w))                                                                   \
    CALL(kaiming_normal_all, ct_init_kaiming_normal_(w, .a = 5, .mode = "fan_out", .nonlinearity = "relu"))            \
    CALL(kaiming_normal_empty, ct_init_kaiming_normal_(w))                                                             \
    CALL(orthogonal, ct_init_orthogonal_(w))                                                                           \
    CALL(orthogonal_all, ct_init_orthogonal_(w, .gain = 3))                                                            \
    CALL(orthogonal_tall, ct_init_orthogonal_(w))                                                                      \
    CALL(orthogonal_empty, ct_init_orthogonal_(w))                                                                     \
    CALL(sparse, ct_init_sparse_(w, 0.4))                                                                              \
    CALL(sparse_all, ct_init_sparse_(w, 0, .std = 2))                                                                  \
    CALL(sparse_zeros, ct_init_sparse_(w, 1))

#define DEFINE_CASE(name, call)                                                                                        \
    static ct_status fill_##name(ct_tensor *w)                                                                         \
    {                                                                                                                  \
        return call;                                                                                                   \
    }
CASES(DEFINE_CASE)

static const struct {
    const char *name;
    ct_status (*fill)(ct_tensor *w);
} cases[] = {
#define LIST_CASE(name, call) {#name, fill_##name},
    CASES(LIST_CASE)};

/* A parameter of the shape, its dimensions in the other order in memory if turned. */
static ct_tensor *parameter(const int64_t *shape, size_t n, ct_dtype dtype, bool turned)
{
    int64_t reversed[8];
    for (size_t i = 0; i < n; i++)
        reversed[i] = turned ? shape[n - 1 - i] : shape[i];
    ct_tensor *w = ct_zeros(reversed, n, dtype);
    int64_t order[8];
    for (size_t i = 0; i < n; i++)
        order[i] = (int64_t)(turned ? n - 1 - i : i);
    w = ct_permute(w, order, n);
    ct_requires_grad_(w, true);
    return w;
}

/* What Python could not fill, ctorch refuses too. */
static void assert_fills_as_python(ct_dict *record, int number, const char *column, ct_dtype dtype)
{
    char key[64], shape_key[64];
    snprintf(key, sizeof key, "%s.%s", column, cases[number].name);
    snprintf(shape_key, sizeof shape_key, "float32.%s", cases[number].name);
    ct_tensor *shape = ct_dict_get(record, shape_key);
    bool turned = strcmp(column, "turned") == 0;
    ct_tensor *w = parameter(ct_tensor_shape(shape), (size_t)ct_tensor_dim(shape), dtype, turned);
    ct_manual_seed(SEED);
    if (!ct_dict_has(record, key)) {
        ct_scope *attempt = ct_scope_begin();
        cases[number].fill(w);
        ck_assert_msg(ct_scope_catch(attempt) != CT_OK, "%s: Python refuses this", key);
        ct_error_clear();
        return;
    }
    ck_assert_ok(cases[number].fill(w));
    ct_tensor *expected = ct_dict_get(record, key);
    ck_assert_msg(ct_equal(w, expected), "%s: %s\ninstead of %s", key, ct_tensor_to_string(w),
                  ct_tensor_to_string(expected));
    ck_assert_msg(ct_tensor_requires_grad(w), "%s: no longer a parameter", key);
}

START_TEST(fills_as_python)
{
    ct_dict *record = ct_load(oracle_path("CTORCH_TEST_FRESH", "init.pt"));
    assert_fills_as_python(record, _i, "float32", CT_FLOAT32);
    assert_fills_as_python(record, _i, "float64", CT_FLOAT64);
    assert_fills_as_python(record, _i, "bfloat16", CT_BFLOAT16);
    assert_fills_as_python(record, _i, "turned", CT_FLOAT32);
}
END_TEST

/* ---- Gain, and defaults ---- */

START_TEST(gains_are_python_s)
{
    static const char *const unchanged[] = {"linear",           "conv1d",           "conv2d",           "conv3d",
                                            "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid"};
    for (size_t i = 0; i < COUNT(unchanged); i++)
        ck_assert_double_eq(ct_init_calculate_gain(unchanged[i], .param = 7), 1);
    ck_assert_double_eq(ct_init_calculate_gain("tanh"), 5.0 / 3);
    ck_assert_double_eq(ct_init_calculate_gain("relu"), sqrt(2.0));
    ck_assert_double_eq(ct_init_calculate_gain("selu"), 0.75);
    ck_assert_double_eq(ct_init_calculate_gain("leaky_relu"), sqrt(2.0 / (1 + 0.01 * 0.01)));
    ck_assert_double_eq(ct_init_calculate_gain("leaky_relu", .param = 0.2), sqrt(2.0 / (1 + 0.2 * 0.2)));
    ck_assert_double_eq(ct_init_calculate_gain("leaky_relu", .param = 0), sqrt(2.0));
}
END_TEST

/* That NULL and the struct to start from fill as the macro does. */
#define ASSERT_DEFAULTS(macro_call, function, options, ...)                                                            \
    do {                                                                                                               \
        ct_tensor *w = ct_zeros(CT_DIMS(__VA_ARGS__), CT_FLOAT32), *other = ct_clone(w);                               \
        ct_manual_seed(SEED);                                                                                          \
        ck_assert_ok(macro_call);                                                                                      \
        for (int i = 0; i < 2; i++) {                                                                                  \
            ct_manual_seed(SEED);                                                                                      \
            ck_assert_ok(function(other, i == 0 ? NULL : &(options)));                                                 \
            ck_assert_msg(ct_equal(w, other), "%s", #function);                                                        \
            ct_init_constant_(other, 0);                                                                               \
        }                                                                                                              \
    } while (0)

static ct_status sparse_half(ct_tensor *tensor, const ct_init_sparse_options *options)
{
    return ct_init_sparse_with_(tensor, 0.5, options);
}

START_TEST(functions_have_the_defaults_of_the_macros)
{
    ct_init_dirac_options dirac = ct_init_dirac_options_default();
    ASSERT_DEFAULTS(ct_init_dirac_(w), ct_init_dirac_with_, dirac, 4, 4, 3);
    ct_init_uniform_options uniform = ct_init_uniform_options_default();
    ASSERT_DEFAULTS(ct_init_uniform_(w), ct_init_uniform_with_, uniform, 4, 5);
    ct_init_normal_options normal = ct_init_normal_options_default();
    ASSERT_DEFAULTS(ct_init_normal_(w), ct_init_normal_with_, normal, 4, 5);
    ct_init_trunc_normal_options trunc_normal = ct_init_trunc_normal_options_default();
    ASSERT_DEFAULTS(ct_init_trunc_normal_(w), ct_init_trunc_normal_with_, trunc_normal, 4, 5);
    ct_init_scale_options scale = ct_init_scale_options_default();
    ASSERT_DEFAULTS(ct_init_xavier_uniform_(w), ct_init_xavier_uniform_with_, scale, 4, 5);
    ASSERT_DEFAULTS(ct_init_xavier_normal_(w), ct_init_xavier_normal_with_, scale, 4, 5);
    ASSERT_DEFAULTS(ct_init_orthogonal_(w), ct_init_orthogonal_with_, scale, 4, 5);
    ct_init_kaiming_options kaiming = ct_init_kaiming_options_default();
    ASSERT_DEFAULTS(ct_init_kaiming_uniform_(w), ct_init_kaiming_uniform_with_, kaiming, 4, 5);
    ASSERT_DEFAULTS(ct_init_kaiming_normal_(w), ct_init_kaiming_normal_with_, kaiming, 4, 5);
    ct_init_sparse_options sparse = ct_init_sparse_options_default();
    ASSERT_DEFAULTS(ct_init_sparse_(w, 0.5), sparse_half, sparse, 4, 5);
    ct_init_gain_options gain = ct_init_gain_options_default();
    ck_assert_double_eq(ct_init_calculate_gain_with("leaky_relu", &gain), ct_init_calculate_gain("leaky_relu"));
    ck_assert_double_eq(ct_init_calculate_gain_with("leaky_relu", NULL), ct_init_calculate_gain("leaky_relu"));
}
END_TEST

START_TEST(modes_are_read_without_case)
{
    ct_tensor *w = ct_zeros(CT_DIMS(4, 5), CT_FLOAT32), *other = ct_zeros(CT_DIMS(4, 5), CT_FLOAT32);
    ct_manual_seed(SEED);
    ck_assert_ok(ct_init_kaiming_uniform_(w, .mode = "fan_out"));
    ct_manual_seed(SEED);
    ck_assert_ok(ct_init_kaiming_uniform_(other, .mode = "FAN_Out"));
    ck_assert(ct_equal(w, other));
}
END_TEST

/* ---- A generator of one's own ---- */

#define DRAWS(CALL)                                                                                                    \
    CALL(ct_init_uniform_(w, .a = -1, .generator = g))                                                                 \
    CALL(ct_init_normal_(w, .mean = 1, .generator = g))                                                                \
    CALL(ct_init_trunc_normal_(w, .generator = g))                                                                     \
    CALL(ct_init_trunc_normal_(w, .a = 1.5, .b = 2.5, .generator = g))                                                 \
    CALL(ct_init_xavier_uniform_(w, .generator = g))                                                                   \
    CALL(ct_init_xavier_normal_(w, .gain = 2, .generator = g))                                                         \
    CALL(ct_init_kaiming_uniform_(w, .generator = g))                                                                  \
    CALL(ct_init_kaiming_normal_(w, .mode = "fan_out", .generator = g))                                                \
    CALL(ct_init_orthogonal_(w, .generator = g))

/* It draws what the default one draws from the same seed, and the default one draws nothing meanwhile. */
#define ASSERT_DRAWN(fill)                                                                                             \
    do {                                                                                                               \
        ct_tensor *w = ct_zeros(CT_DIMS(40, 50), CT_FLOAT32);                                                          \
        ct_generator *g = NULL;                                                                                        \
        ct_manual_seed(SEED);                                                                                          \
        ck_assert_ok(fill);                                                                                            \
        ct_tensor *expected = ct_clone(w);                                                                             \
        ct_generator_manual_seed(g = own, SEED);                                                                       \
        ct_manual_seed(SEED + 1);                                                                                      \
        ct_tensor *before = ct_generator_get_state(ct_default_generator());                                            \
        ck_assert_ok(fill);                                                                                            \
        ck_assert_msg(ct_equal(w, expected), "%s", #fill);                                                             \
        ck_assert_msg(ct_equal(ct_generator_get_state(ct_default_generator()), before), "%s", #fill);                  \
    } while (0);

START_TEST(a_generator_draws)
{
    ct_generator *own = ct_generator_new("cpu");
    DRAWS(ASSERT_DRAWN)
}
END_TEST

/* As in Python, it draws the numbers, and not the places of the zeros. */
START_TEST(a_generator_draws_the_numbers_of_a_sparse_matrix)
{
    ct_tensor *w = ct_zeros(CT_DIMS(40, 50), CT_FLOAT32), *normal = ct_zeros(CT_DIMS(40, 50), CT_FLOAT32);
    ct_generator *own = ct_generator_new("cpu");
    ct_generator_manual_seed(own, SEED);
    ck_assert_ok(ct_init_normal_(normal, .std = 0.01, .generator = own));
    ct_generator_manual_seed(own, SEED);
    ck_assert_ok(ct_init_sparse_(w, 0.25, .generator = own));
    ct_tensor *is_set = ct_ne_scalar(w, 0);
    ck_assert_longs(ct_sum(is_set), 30 * 50);
    ck_assert(ct_equal(w, ct_mul(normal, is_set)));
}
END_TEST

START_TEST(a_generator_that_is_gone_draws_nothing)
{
    ct_tensor *w = ct_ones(CT_DIMS(4, 3), CT_FLOAT32);
    ct_generator *gone = ct_generator_new("cpu");
    ct_generator_free(gone);
    ck_assert_int_eq(ct_init_normal_(w, .generator = gone), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "generator is a handle that was freed already");
    ck_assert_floats(ct_sum(w), 12);
}
END_TEST

/* A layer's weight is filled, not replaced. */
START_TEST(fills_the_weight_of_a_layer)
{
    ct_module *layer = ct_nn_linear(2, 3);
    ct_tensor *weight = ct_dict_get(ct_module_parameters(layer), "weight");
    ck_assert_ok(ct_init_eye_(weight));
    ct_dict *parameters = ct_module_parameters(layer);
    ck_assert_ok(ct_init_zeros_(ct_dict_get(parameters, "bias")));
    ct_tensor *x = ct_tensor_new((float[]){5, 7}, CT_DIMS(2), CT_FLOAT32);
    ck_assert_floats(ct_module_forward(layer, x), 5, 7, 0);
    ck_assert(ct_tensor_requires_grad(ct_dict_get(parameters, "weight")));
}
END_TEST

/* ---- What is refused, the tensor staying as it was ---- */

#define ASSERT_REFUSED(call, code, part)                                                                               \
    do {                                                                                                               \
        ck_assert_int_eq(call, code);                                                                                  \
        ck_assert_error(code, part);                                                                                   \
    } while (0)

START_TEST(refuses_wrong_shapes)
{
    ct_tensor *row = ct_ones(CT_DIMS(4), CT_FLOAT32), *matrix = ct_ones(CT_DIMS(4, 3), CT_FLOAT32);
    ct_tensor *image = ct_ones(CT_DIMS(4, 3, 2, 2), CT_FLOAT32), *none = ct_ones(CT_DIMS(0, 0), CT_FLOAT32);
    const char *no_fans = "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions";
    ASSERT_REFUSED(ct_init_xavier_uniform_(row), CT_ERROR_VALUE, no_fans);
    ASSERT_REFUSED(ct_init_xavier_normal_(row), CT_ERROR_VALUE, no_fans);
    ASSERT_REFUSED(ct_init_kaiming_uniform_(row), CT_ERROR_VALUE, no_fans);
    ASSERT_REFUSED(ct_init_kaiming_normal_(row), CT_ERROR_VALUE, no_fans);
    ASSERT_REFUSED(ct_init_xavier_normal_(none), CT_ERROR_VALUE, "division by zero");
    ASSERT_REFUSED(ct_init_eye_(image), CT_ERROR_VALUE, "ct_init_eye_: Only tensors with 2 dimensions are supported");
    ASSERT_REFUSED(ct_init_sparse_(row, 0.5), CT_ERROR_VALUE,
                   "ct_init_sparse_: Only tensors with 2 dimensions are supported");
    ASSERT_REFUSED(ct_init_orthogonal_(row), CT_ERROR_VALUE, "Only tensors with 2 or more dimensions are supported");
    ASSERT_REFUSED(ct_init_dirac_(matrix), CT_ERROR_VALUE, "Only tensors with 3, 4, or 5 dimensions are supported");
    ASSERT_REFUSED(ct_init_dirac_(image, .groups = 3), CT_ERROR_VALUE, "dim 0 must be divisible by groups");
    ASSERT_REFUSED(ct_init_dirac_(image, .groups = 0), CT_ERROR_VALUE, "groups is 0; expected a positive number");
    ck_assert_floats(ct_sum(row), 4);
    ck_assert_floats(ct_sum(matrix), 12);
    ck_assert_floats(ct_sum(image), 48);
}
END_TEST

START_TEST(refuses_wrong_values)
{
    ct_tensor *w = ct_ones(CT_DIMS(4, 3), CT_FLOAT32), *whole = ct_ones(CT_DIMS(4, 3), CT_INT64);
    ASSERT_REFUSED(ct_init_kaiming_uniform_(w, .nonlinearity = "foo"), CT_ERROR_VALUE,
                   "ct_init_kaiming_uniform_: Unsupported nonlinearity foo");
    ASSERT_REFUSED(ct_init_kaiming_normal_(w, .mode = "fan_avg"), CT_ERROR_VALUE,
                   "Mode fan_avg not supported, please use one of ['fan_in', 'fan_out']");
    ASSERT_REFUSED(ct_init_kaiming_normal_(w, .mode = NULL), CT_ERROR_VALUE, "mode is NULL");
    ASSERT_REFUSED(ct_init_kaiming_normal_(w, .nonlinearity = NULL), CT_ERROR_VALUE, "nonlinearity is NULL");
    ASSERT_REFUSED(ct_init_uniform_(w, .a = 2), CT_ERROR_RUNTIME, "uniform_ expects to return a [from, to) range");
    ASSERT_REFUSED(ct_init_normal_(w, .std = -1), CT_ERROR_RUNTIME, "normal");
    ASSERT_REFUSED(ct_init_trunc_normal_(w, .std = 0), CT_ERROR_VALUE, "std is 0: division by zero");
    ASSERT_REFUSED(ct_init_trunc_normal_(w, .a = 1, .b = 0), CT_ERROR_RUNTIME, "uniform_ expects");
    ASSERT_REFUSED(ct_init_sparse_(w, -0.5), CT_ERROR_VALUE, "sparsity is -0.5; expected a share from 0 to 1");
    ASSERT_REFUSED(ct_init_sparse_(w, NAN), CT_ERROR_VALUE, "sparsity is nan");
    ck_assert_int_ne(ct_init_normal_(whole), CT_OK); /* under a code that depends on the release */
    ck_assert_error(ct_error_code(), "ct_init_normal_: \"normal_kernel_cpu\" not implemented for 'Long'");
    ck_assert_floats(ct_sum(w), 12);
    ck_assert_longs(ct_sum(whole), 12);
    ck_assert(isnan(ct_init_calculate_gain("swish")));
    ck_assert_error(CT_ERROR_VALUE, "ct_init_calculate_gain: Unsupported nonlinearity swish");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("init");
    TCase *python = suite_case(suite, "as Python");
    tcase_add_checked_fixture(python, begin, end);
    tcase_add_loop_test(python, fills_as_python, 0, (int)COUNT(cases));
    TCase *options = suite_case(suite, "options");
    tcase_add_checked_fixture(options, begin, end);
    tcase_add_test(options, gains_are_python_s);
    tcase_add_test(options, functions_have_the_defaults_of_the_macros);
    tcase_add_test(options, modes_are_read_without_case);
    tcase_add_test(options, fills_the_weight_of_a_layer);
    tcase_add_test(options, a_generator_draws);
    tcase_add_test(options, a_generator_draws_the_numbers_of_a_sparse_matrix);
    tcase_add_test(options, a_generator_that_is_gone_draws_nothing);
    TCase *refused = suite_case(suite, "refused");
    tcase_add_checked_fixture(refused, begin, end);
    tcase_add_test(refused, refuses_wrong_shapes);
    tcase_add_test(refused, refuses_wrong_values);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
