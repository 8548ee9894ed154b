/* tests/test_functional.c: functional.h's functions, and operators, against Python's: outputs, gradients, and what is
 * refused.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "functional_cases.h"
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

/* As python/functional.py's. */
enum { SEED = 21, MOST_INPUTS = 3 };

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

/* ---- Against Python ---- */

typedef struct precision {
    const char *name;
    ct_dtype dtype;
    double tolerance;
} precision;

static const precision precisions[] = {{"float32", CT_FLOAT32, 1e-5}, {"float64", CT_FLOAT64, 1e-10}};

static ct_dict *load_record(const char *name)
{
    char file_name[128];
    snprintf(file_name, sizeof file_name, "functional_%s.pt", name);
    return ct_load(oracle_path("CTORCH_TEST_FRESH", file_name));
}

/* The inputs of a call: whole numbers as they are, the others in the type asked for; all but weights need gradients. */
static size_t load_inputs(ct_dict *record, ct_dtype dtype, ct_tensor **in)
{
    size_t n = 0;
    char key[32];
    while (snprintf(key, sizeof key, "input%zu", n), n < MOST_INPUTS && ct_dict_has(record, key)) {
        in[n] = ct_dict_get(record, key);
        if (ct_tensor_dtype(in[n]) == CT_FLOAT64) {
            in[n] = ct_clone(ct_tensor_to(in[n], .dtype = dtype));
            ct_requires_grad_(in[n], n < 2);
        }
        n++;
    }
    return n;
}

/* That a tensor is of the type and shape of Python's, and its elements within the tolerance. */
static void assert_recorded(ct_dict *record, const char *name, const precision *p, const char *what, ct_tensor *actual)
{
    char key[64];
    snprintf(key, sizeof key, "%s.%s", p->name, what);
    ct_tensor *expected = ct_dict_get(record, key);
    ck_assert_msg(actual && expected, "%s: %s: %s", name, key, ct_error_message());
    ck_assert_msg(ct_tensor_dtype(actual) == ct_tensor_dtype(expected), "%s: %s: %s instead of %s", name, key,
                  ct_dtype_name(ct_tensor_dtype(actual)), ct_dtype_name(ct_tensor_dtype(expected)));
    ck_assert_str_eq(ct_tensor_shape_to_string(actual), ct_tensor_shape_to_string(expected));
    bool exact = ct_tensor_dtype(actual) == CT_INT64 || ct_tensor_dtype(actual) == CT_BOOL;
    bool same = exact ? ct_equal(actual, expected)
                      : ct_allclose(actual, expected, .rtol = p->tolerance, .atol = p->tolerance);
    ck_assert_msg(same, "%s: %s: %s\ninstead of %s", name, key, ct_tensor_to_string(actual),
                  ct_tensor_to_string(expected));
}

/* cos(0), cos(1), ... in the shape of y, as the record's gradients were computed from. */
static ct_tensor *gradient_for(ct_tensor *y)
{
    double values[256];
    int64_t n = ct_tensor_numel(y);
    ck_assert_int_le(n, COUNT(values));
    for (int64_t i = 0; i < n; i++)
        values[i] = cos((double)i);
    ct_tensor *gradient = ct_tensor_new(values, ct_tensor_shape(y), (size_t)ct_tensor_dim(y), CT_FLOAT64);
    return ct_tensor_to(gradient, .dtype = ct_tensor_dtype(y));
}

static void assert_computes_as_python(const function_case *function, const precision *p)
{
    ct_dict *record = load_record(function->name);
    ct_tensor *in[MOST_INPUTS];
    size_t n = load_inputs(record, p->dtype, in);
    ct_manual_seed(SEED);
    ct_tensor *y = function->call(in);
    assert_recorded(record, function->name, p, "output", y);

    char key[64];
    snprintf(key, sizeof key, "%s.grad0", p->name);
    ck_assert_msg(ct_tensor_requires_grad(y) == ct_dict_has(record, key), "%s: a gradient on one side only",
                  function->name);
    if (!ct_tensor_requires_grad(y))
        return;
    ct_backward(y, .gradient = gradient_for(y));
    for (size_t i = 0; i < n; i++) {
        if (ct_tensor_requires_grad(in[i])) {
            snprintf(key, sizeof key, "grad%zu", i);
            assert_recorded(record, function->name, p, key, ct_tensor_grad(in[i]));
        }
    }
}

START_TEST(functions_compute_as_python)
{
    for (size_t i = 0; i < COUNT(precisions); i++)
        assert_computes_as_python(&functions[_i], &precisions[i]);
}
END_TEST

START_TEST(operators_compute_as_python)
{
    for (size_t i = 0; i < COUNT(precisions); i++)
        assert_computes_as_python(&operators[_i], &precisions[i]);
}
END_TEST

/* ---- Options ---- */

#define ASSERT_EQUAL(actual, expected) ck_assert(ct_equal(actual, expected))

static ct_tensor *image(void)
{
    return ct_reshape(ct_arange(0, 64, 1, CT_FLOAT32), CT_DIMS(1, 1, 8, 8));
}

/* The functions behind the macros, for other languages: NULL, and the struct to start from, are the macros'
 * defaults. */
START_TEST(functions_have_the_defaults_of_the_macros)
{
    ct_tensor *x = image(), *row = ct_flatten(x, .end_dim = 2), *scores = ct_select(row, 0, 1);
    ct_tensor *target = ct_full(CT_DIMS(), 3, CT_INT64), *zeros = ct_zeros(CT_DIMS(8), CT_FLOAT32);
    ct_tensor_flatten_options flatten = ct_tensor_flatten_options_default();
    ASSERT_EQUAL(ct_flatten_with(x, NULL), ct_flatten(x));
    ASSERT_EQUAL(ct_flatten_with(x, &flatten), ct_flatten(x));
    ASSERT_EQUAL(ct_softmax_with(scores, 0, NULL), ct_softmax(scores, 0));
    ASSERT_EQUAL(ct_log_softmax_with(scores, 0, NULL), ct_log_softmax(scores, 0));
    ASSERT_EQUAL(ct_amax_with(x, NULL, 0, NULL), ct_amax(x, CT_DIMS()));
    ct_cross_entropy_options cross_entropy = ct_cross_entropy_options_default();
    ASSERT_EQUAL(ct_cross_entropy_with(scores, target, NULL), ct_cross_entropy(scores, target));
    ASSERT_EQUAL(ct_cross_entropy_with(scores, target, &cross_entropy), ct_cross_entropy(scores, target));
    ct_nll_loss_options nll_loss = ct_nll_loss_options_default();
    ASSERT_EQUAL(ct_nll_loss_with(scores, target, NULL), ct_nll_loss(scores, target));
    ASSERT_EQUAL(ct_nll_loss_with(scores, target, &nll_loss), ct_nll_loss(scores, target));
    ct_functional_mse_loss_options mse_loss = ct_functional_mse_loss_options_default();
    ASSERT_EQUAL(ct_mse_loss_with(scores, zeros, NULL), ct_mse_loss(scores, zeros));
    ASSERT_EQUAL(ct_mse_loss_with(scores, zeros, &mse_loss), ct_mse_loss(scores, zeros));
    ct_max_pool1d_options max_pool1d = ct_max_pool1d_options_default();
    ASSERT_EQUAL(ct_max_pool1d_with(row, 2, NULL), ct_max_pool1d(row, 2));
    ASSERT_EQUAL(ct_max_pool1d_with(row, 2, &max_pool1d), ct_max_pool1d(row, 2));
    ASSERT_EQUAL(ct_max_pool2d_with(x, 2, NULL), ct_max_pool2d(x, 2));
    ct_avg_pool2d_options avg_pool2d = ct_avg_pool2d_options_default();
    ASSERT_EQUAL(ct_avg_pool2d_with(x, 2, NULL), ct_avg_pool2d(x, 2));
    ASSERT_EQUAL(ct_avg_pool2d_with(x, 2, &avg_pool2d), ct_avg_pool2d(x, 2));
    ASSERT_EQUAL(ct_adaptive_avg_pool2d_with(x, 2, NULL), ct_adaptive_avg_pool2d(x, 2));
}
END_TEST

START_TEST(dropout_has_the_defaults_of_the_macro)
{
    ct_functional_dropout_options dropout = ct_functional_dropout_options_default();
    ct_tensor *drawn[3];
    for (int i = 0; i < 3; i++) {
        ct_manual_seed(SEED);
        drawn[i] = i == 0 ? ct_dropout(image()) : ct_dropout_with(image(), i == 1 ? NULL : &dropout);
    }
    ASSERT_EQUAL(drawn[1], drawn[0]);
    ASSERT_EQUAL(drawn[2], drawn[0]);
    ck_assert(!ct_equal(drawn[0], image()));
}
END_TEST

/* ---- What is refused ---- */

#define ASSERT_REFUSED(expression, code, part)                                                                         \
    do {                                                                                                               \
        ck_assert_ptr_null(expression);                                                                                \
        ck_assert_error(code, part);                                                                                   \
    } while (0)

START_TEST(losses_refuse_what_python_refuses)
{
    ct_tensor *x = ct_ones(CT_DIMS(2, 3), CT_FLOAT32), *beyond = ct_full(CT_DIMS(2), 3, CT_INT64);
    ct_tensor *target = ct_zeros(CT_DIMS(2), CT_INT64), *weight = ct_ones(CT_DIMS(4), CT_FLOAT32);
    ASSERT_REFUSED(ct_cross_entropy(x, beyond), CT_ERROR_INDEX, "ct_cross_entropy: Target 3 is out of bounds.");
    ASSERT_REFUSED(ct_nll_loss(x, beyond), CT_ERROR_INDEX, "ct_nll_loss: Target 3 is out of bounds.");
    ASSERT_REFUSED(ct_nll_loss(x, x), CT_ERROR_RUNTIME, "ct_nll_loss: ");
    ASSERT_REFUSED(ct_cross_entropy(x, target, .weight = weight), CT_ERROR_RUNTIME, "weight tensor should be defined");
    ASSERT_REFUSED(ct_cross_entropy(x, target, .label_smoothing = 1.5), CT_ERROR_RUNTIME,
                   "label_smoothing must be between 0.0 and 1.0. Got: 1.5");
    ASSERT_REFUSED(ct_cross_entropy(x, target, .reduction = "median"), CT_ERROR_VALUE,
                   "ct_cross_entropy: median is not a valid value for reduction");
    ASSERT_REFUSED(ct_nll_loss(x, target, .reduction = ""), CT_ERROR_VALUE, "is not a valid value for reduction");
    ASSERT_REFUSED(ct_mse_loss(x, x, .reduction = NULL), CT_ERROR_VALUE, "ct_mse_loss: reduction is NULL");
    ASSERT_REFUSED(ct_mse_loss(x, weight), CT_ERROR_RUNTIME, "The size of tensor a (3) must match");
    ASSERT_REFUSED(ct_mse_loss(x, x, .weight = weight), CT_ERROR_VALUE,
                   "Weights and input must have the same size");
}
END_TEST

START_TEST(dropout_and_softmax_refuse_what_python_refuses)
{
    ct_tensor *x = image();
    ASSERT_REFUSED(ct_dropout(x, .p = 1.5), CT_ERROR_VALUE,
                   "ct_dropout: dropout probability has to be between 0 and 1, but got 1.5");
    ASSERT_REFUSED(ct_dropout(x, .p = NAN, .training = false), CT_ERROR_VALUE, "but got nan");
    ASSERT_REFUSED(ct_softmax(x, 4), CT_ERROR_INDEX, "ct_softmax: Dimension out of range");
    ASSERT_REFUSED(ct_log_softmax(x, INT64_MIN), CT_ERROR_INDEX, "ct_log_softmax: Dimension out of range");
    ASSERT_REFUSED(ct_softmax(x, 1, .dtype = (ct_dtype)99), CT_ERROR_TYPE, "dtype is 99");
}
END_TEST

/* libtorch would divide by these zeros, or count backwards. */
START_TEST(pooling_refuses_windows_that_are_none)
{
    ct_tensor *x = image(), *row = ct_flatten(x, .end_dim = 2);
    ASSERT_REFUSED(ct_max_pool1d(row, 0), CT_ERROR_VALUE,
                   "ct_max_pool1d: kernel_size is 0; expected a positive number");
    ASSERT_REFUSED(ct_max_pool1d(row, 2, .stride = -1), CT_ERROR_VALUE, "stride is -1");
    ASSERT_REFUSED(ct_max_pool1d(row, 2, .dilation = 0), CT_ERROR_VALUE, "dilation is 0");
    ASSERT_REFUSED(ct_max_pool1d(row, 2, .padding = -1), CT_ERROR_VALUE, "padding is -1; it cannot be negative");
    ASSERT_REFUSED(ct_max_pool2d(x, -1), CT_ERROR_VALUE, "ct_max_pool2d: kernel_size is -1");
    ASSERT_REFUSED(ct_max_pool2d(x, 2, .dilation = {1, 0}), CT_ERROR_VALUE, "dilation is 0");
    ASSERT_REFUSED(ct_avg_pool2d(x, 0), CT_ERROR_VALUE, "ct_avg_pool2d: kernel_size is 0");
    ASSERT_REFUSED(ct_avg_pool2d(x, 2, .stride = {0, 1}), CT_ERROR_VALUE, "stride is 0");
    ASSERT_REFUSED(ct_avg_pool2d(x, 2, .divisor_override = 0), CT_ERROR_VALUE, "divisor must be not zero");
    ASSERT_REFUSED(ct_adaptive_avg_pool2d(x, 0), CT_ERROR_VALUE, "ct_adaptive_avg_pool2d: output_size is 0");
    ASSERT_REFUSED(ct_adaptive_avg_pool2d(x, 0, .output_size = {5}), CT_ERROR_VALUE, "output_size is 0");
    ASSERT_REFUSED(ct_adaptive_avg_pool2d(x, 0, .output_size = {-5, 1}), CT_ERROR_VALUE, "output_size is -5");
}
END_TEST

/* libtorch's max_pool1d runs beyond its memory with numbers as great as these. */
START_TEST(pooling_refuses_windows_that_do_not_fit)
{
    ct_tensor *x = image(), *row = ct_flatten(x, .end_dim = 2);
    ASSERT_REFUSED(ct_max_pool1d(row, INT64_MAX), CT_ERROR_VALUE,
                   "kernel_size is 9223372036854775807; expected at most 2147483647");
    ASSERT_REFUSED(ct_max_pool1d(row, 8, .stride = INT64_MAX, .padding = 2, .dilation = 3, .ceil_mode = true),
                   CT_ERROR_VALUE, "stride is 9223372036854775807");
    ASSERT_REFUSED(ct_max_pool1d(row, 2, .padding = INT64_C(1) << 32), CT_ERROR_VALUE, "padding is 4294967296");
    ASSERT_REFUSED(ct_max_pool1d(row, 2, .dilation = INT64_C(1) << 31), CT_ERROR_VALUE, "dilation is 2147483648");
    ASSERT_REFUSED(ct_max_pool1d(row, 2, .padding = 2), CT_ERROR_RUNTIME, "ct_max_pool1d: ");
    ASSERT_REFUSED(ct_max_pool2d(x, INT64_MAX), CT_ERROR_VALUE, "kernel_size is 9223372036854775807");
    ASSERT_REFUSED(ct_max_pool2d(x, 2, .padding = 2), CT_ERROR_RUNTIME, "ct_max_pool2d: ");
    ASSERT_REFUSED(ct_avg_pool2d(x, 3, .padding = 2), CT_ERROR_RUNTIME, "ct_avg_pool2d: ");
    ASSERT_REFUSED(ct_adaptive_avg_pool2d(ct_ones(CT_DIMS(3), CT_FLOAT32), 2), CT_ERROR_RUNTIME,
                   "ct_adaptive_avg_pool2d: ");
}
END_TEST

START_TEST(operators_refuse_what_python_refuses)
{
    ct_tensor *x = image(), *turned = ct_transpose(x, 2, 3);
    ASSERT_REFUSED(ct_view(turned, CT_DIMS(64)), CT_ERROR_RUNTIME, "ct_view: view size is not compatible");
    ASSERT_REFUSED(ct_flatten(x, .start_dim = 2, .end_dim = 1), CT_ERROR_RUNTIME,
                   "start_dim cannot come after end_dim");
    ASSERT_REFUSED(ct_squeeze_dim(x, 4), CT_ERROR_INDEX, "ct_squeeze_dim: Dimension out of range");
    ASSERT_REFUSED(ct_unsqueeze(x, -6), CT_ERROR_INDEX, "ct_unsqueeze: Dimension out of range");
    ASSERT_REFUSED(ct_transpose(x, 0, 4), CT_ERROR_INDEX, "ct_transpose: Dimension out of range");
    ASSERT_REFUSED(ct_permute(x, CT_DIMS(0, 1)), CT_ERROR_RUNTIME, "ct_permute: ");
    ASSERT_REFUSED(ct_stack(CT_TENSORS(x, ct_flatten(x)), 0), CT_ERROR_RUNTIME,
                   "stack expects each tensor to be equal size");
    ASSERT_REFUSED(ct_stack(CT_TENSORS(), 0), CT_ERROR_VALUE, "expected a non-empty list of Tensors");
    ASSERT_REFUSED(ct_maximum(x, ct_ones(CT_DIMS(3), CT_FLOAT32)), CT_ERROR_RUNTIME,
                   "must match the size of tensor b (3)");
    ASSERT_REFUSED(ct_argmax(ct_zeros(CT_DIMS(0), CT_FLOAT32)), CT_ERROR_INDEX,
                   "ct_argmax: argmax(): Expected reduction dim");
    ASSERT_REFUSED(ct_randint(5, 5, CT_DIMS(2), CT_INT64), CT_ERROR_RUNTIME,
                   "ct_randint: random_ expects 'from' to be less");
    ASSERT_REFUSED(ct_randint(0, 5, CT_DIMS(-2), CT_INT64), CT_ERROR_RUNTIME, "negative dimension -2");
    ck_assert_int_eq(ct_tensor_dtype(ct_randint(0, 5, CT_DIMS(2), CT_DTYPE_NONE)), CT_INT64);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("functional");
    TCase *python = suite_case(suite, "as Python");
    tcase_add_checked_fixture(python, begin, end);
    tcase_add_loop_test(python, functions_compute_as_python, 0, (int)COUNT(functions));
    tcase_add_loop_test(python, operators_compute_as_python, 0, (int)COUNT(operators));
    TCase *options = suite_case(suite, "options");
    tcase_add_checked_fixture(options, begin, end);
    tcase_add_test(options, functions_have_the_defaults_of_the_macros);
    tcase_add_test(options, dropout_has_the_defaults_of_the_macro);
    TCase *refused = suite_case(suite, "refused");
    tcase_add_checked_fixture(refused, begin, end);
    tcase_add_test(refused, losses_refuse_what_python_refuses);
    tcase_add_test(refused, dropout_and_softmax_refuse_what_python_refuses);
    tcase_add_test(refused, pooling_refuses_windows_that_are_none);
    tcase_add_test(refused, pooling_refuses_windows_that_do_not_fit);
    tcase_add_test(refused, operators_refuse_what_python_refuses);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
