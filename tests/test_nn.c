/* tests/test_nn.c: layers against Python's: printed text, initial weights, outputs, gradients, and what is refused.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "nn_layers.h"
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <stdarg.h>

/* As python/nn_layers.py's. */
enum { SEED = 20 };

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

/* ---- Against Python ---- */

static ct_module *make_seeded(const layer_case *layer)
{
    ct_manual_seed(SEED);
    return layer->make();
}

static ct_dict *load_record(const layer_case *layer)
{
    char name[128];
    snprintf(name, sizeof name, "nn_%s.pt", layer->name);
    return ct_load(oracle_path("CTORCH_TEST_FRESH", name));
}

/* Which layer and which of its tensors is compared: what a failure says. Valid until the next call. */
__attribute__((format(printf, 1, 2))) static const char *label(const char *format, ...)
{
    static char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

/* That a tensor has the type and shape of Python's, and its elements within a tolerance; 0: exactly. */
static void assert_same(const char *what, const ct_tensor *actual, const ct_tensor *expected, double tolerance)
{
    ck_assert_msg(actual && expected, "%s: %s", what, ct_error_message());
    ck_assert_msg(ct_tensor_dtype(actual) == ct_tensor_dtype(expected), "%s: %s instead of %s", what,
                  ct_dtype_name(ct_tensor_dtype(actual)), ct_dtype_name(ct_tensor_dtype(expected)));
    const char *shape = ct_tensor_shape_to_string(actual), *expected_shape = ct_tensor_shape_to_string(expected);
    ck_assert_msg(strcmp(shape, expected_shape) == 0, "%s: %s instead of %s", what, shape, expected_shape);
    bool same = tolerance == 0 ? ct_equal(actual, expected)
                               : ct_allclose(actual, expected, .rtol = tolerance, .atol = tolerance);
    ck_assert_msg(same, "%s: %s\ninstead of %s", what, ct_tensor_to_string(actual), ct_tensor_to_string(expected));
}

/* That a dict has the entries of the record whose names begin so, in the same order. */
static void assert_entries(const layer_case *layer, ct_dict *actual, ct_dict *record, const char *prefix,
                           double tolerance)
{
    size_t found = 0;
    for (size_t i = 0; i < ct_dict_size(record); i++) {
        const char *key = ct_dict_name(record, i);
        if (strncmp(key, prefix, strlen(prefix)) != 0)
            continue;
        ck_assert_str_eq(ct_dict_name(actual, found), key + strlen(prefix));
        assert_same(label("%s: %s", layer->name, key), ct_dict_at(actual, found), ct_dict_at(record, i), tolerance);
        found++;
    }
    ck_assert_uint_eq(ct_dict_size(actual), found);
}

START_TEST(prints_as_python)
{
    char expected[256];
    oracle_repr("2.14", layers[_i].name, expected, sizeof expected);
    ck_assert_str_eq(ct_module_to_string(layers[_i].make()), expected);
    oracle_repr("1.13", layers[_i].name, expected, sizeof expected);
    ck_assert_str_eq(ct_module_to_string(layers[_i].make(), .legacy = true), expected);
}
END_TEST

/* The same seed draws the same initial weights, bit for bit. */
START_TEST(starts_with_the_weights_of_python)
{
    const layer_case *layer = &layers[_i];
    assert_entries(layer, ct_module_state_dict(make_seeded(layer)), load_record(layer), "state.", 0);
}
END_TEST

typedef struct run {
    const char *prefix;
    ct_dtype dtype;
    bool training;
    double tolerance;
} run;

static const run runs[] = {
    {"float32.train.", CT_FLOAT32, true, 1e-5},
    {"float32.eval.", CT_FLOAT32, false, 1e-5},
    {"float64.train.", CT_FLOAT64, true, 1e-10},
    {"float64.eval.", CT_FLOAT64, false, 1e-10},
};

static ct_tensor *input_for(ct_dict *record, ct_dtype dtype)
{
    ct_tensor *x = ct_dict_get(record, "input");
    if (ct_tensor_dtype(x) == CT_INT64)
        return x;
    x = ct_clone(ct_tensor_to(x, .dtype = dtype));
    ct_requires_grad_(x, true);
    return x;
}

/* A parameter's gradient, without the layout that a sparse one has. */
static ct_dict *gradients(ct_module *module)
{
    ct_dict *parameters = ct_module_parameters(module), *result = ct_dict_new();
    for (size_t i = 0; i < ct_dict_size(parameters); i++) {
        ct_tensor *p = ct_dict_at(parameters, i);
        ct_tensor *zeros = ct_zeros(ct_tensor_shape(p), (size_t)ct_tensor_dim(p), ct_tensor_dtype(p));
        ct_dict_set(result, ct_dict_name(parameters, i), ct_add(zeros, ct_tensor_grad(p)));
    }
    return result;
}

static void assert_run(const layer_case *layer, ct_dict *record, const run *r)
{
    ct_module *module = make_seeded(layer);
    ct_module_to(module, .dtype = r->dtype);
    ct_module_train(module, r->training);
    ct_tensor *x = input_for(record, r->dtype);
    ct_tensor *y = ct_module_forward(module, ct_mul_scalar(x, 1));
    ct_backward(y, .gradient = ct_tensor_to(ct_dict_get(record, "gradient"), .dtype = r->dtype));

    char key[64];
    snprintf(key, sizeof key, "%soutput", r->prefix);
    assert_same(label("%s: %s", layer->name, key), ct_detach(y), ct_dict_get(record, key), r->tolerance);
    snprintf(key, sizeof key, "%sinput_grad", r->prefix);
    if (ct_tensor_requires_grad(x))
        assert_same(label("%s: %s", layer->name, key), ct_tensor_grad(x), ct_dict_get(record, key), r->tolerance);
    snprintf(key, sizeof key, "%sgrad.", r->prefix);
    assert_entries(layer, gradients(module), record, key, r->tolerance);
    snprintf(key, sizeof key, "%safter.", r->prefix);
    assert_entries(layer, ct_module_state_dict(module), record, key, r->tolerance);
}

START_TEST(computes_as_python)
{
    ct_dict *record = load_record(&layers[_i]);
    for (size_t i = 0; i < COUNT(runs); i++)
        assert_run(&layers[_i], record, &runs[i]);
}
END_TEST

/* A copy is of the same class, prints, holds and computes the same, and draws nothing. */
START_TEST(clones)
{
    ct_module *module = layers[_i].make();
    ct_module_to(module, .dtype = CT_FLOAT64);
    ct_module_eval(module);
    ct_manual_seed(SEED);
    ct_tensor *next = ct_rand(CT_DIMS(3), CT_FLOAT32);
    ct_manual_seed(SEED);
    ct_module *copy = ct_module_clone(module);
    ck_assert(ct_equal(ct_rand(CT_DIMS(3), CT_FLOAT32), next));
    ck_assert(!ct_module_is_training(copy));
    ck_assert_str_eq(ct_module_to_string(copy), ct_module_to_string(module));

    ct_dict *state = ct_module_state_dict(module), *copied = ct_module_state_dict(copy);
    ck_assert_uint_eq(ct_dict_size(copied), ct_dict_size(state));
    for (size_t i = 0; i < ct_dict_size(state); i++) {
        ck_assert_str_eq(ct_dict_name(copied, i), ct_dict_name(state, i));
        assert_same(layers[_i].name, ct_dict_at(copied, i), ct_dict_at(state, i), 0);
        ck_assert(ct_tensor_numel(ct_dict_at(state, i)) == 0 ||
                  ct_tensor_data(ct_dict_at(copied, i), ct_tensor_dtype(ct_dict_at(state, i))) !=
                      ct_tensor_data(ct_dict_at(state, i), ct_tensor_dtype(ct_dict_at(state, i))));
    }
}
END_TEST

/* ---- Options ---- */

static void assert_prints_same(ct_module *actual, ct_module *expected)
{
    ck_assert_str_eq(ct_module_to_string(actual), ct_module_to_string(expected));
}

/* The functions behind the macros, for other languages: NULL, and the struct to start from, are their defaults. */
START_TEST(functions_have_the_defaults_of_the_macros)
{
    ct_linear_options linear = ct_linear_options_default();
    assert_prints_same(ct_nn_linear_new(3, 4, NULL), ct_nn_linear(3, 4));
    assert_prints_same(ct_nn_linear_new(3, 4, &linear), ct_nn_linear(3, 4));
    ct_conv1d_options conv1d = ct_conv1d_options_default();
    assert_prints_same(ct_nn_conv1d_new(3, 4, 5, NULL), ct_nn_conv1d(3, 4, 5));
    assert_prints_same(ct_nn_conv1d_new(3, 4, 5, &conv1d), ct_nn_conv1d(3, 4, 5));
    ct_conv2d_options conv2d = ct_conv2d_options_default();
    assert_prints_same(ct_nn_conv2d_new(3, 4, 5, NULL), ct_nn_conv2d(3, 4, 5));
    assert_prints_same(ct_nn_conv2d_new(3, 4, 5, &conv2d), ct_nn_conv2d(3, 4, 5));
    ct_max_pool2d_options max_pool2d = ct_max_pool2d_options_default();
    assert_prints_same(ct_nn_max_pool2d_new(3, NULL), ct_nn_max_pool2d(3));
    assert_prints_same(ct_nn_max_pool2d_new(3, &max_pool2d), ct_nn_max_pool2d(3));
    ct_conv_transpose2d_options conv_transpose2d = ct_conv_transpose2d_options_default();
    assert_prints_same(ct_nn_conv_transpose2d_new(3, 4, 5, NULL), ct_nn_conv_transpose2d(3, 4, 5));
    assert_prints_same(ct_nn_conv_transpose2d_new(3, 4, 5, &conv_transpose2d), ct_nn_conv_transpose2d(3, 4, 5));
    ct_max_pool1d_options max_pool1d = ct_max_pool1d_options_default();
    assert_prints_same(ct_nn_max_pool1d_new(3, NULL), ct_nn_max_pool1d(3));
    assert_prints_same(ct_nn_max_pool1d_new(3, &max_pool1d), ct_nn_max_pool1d(3));
    ct_avg_pool2d_options avg_pool2d = ct_avg_pool2d_options_default();
    assert_prints_same(ct_nn_avg_pool2d_new(3, NULL), ct_nn_avg_pool2d(3));
    assert_prints_same(ct_nn_avg_pool2d_new(3, &avg_pool2d), ct_nn_avg_pool2d(3));
    assert_prints_same(ct_nn_adaptive_avg_pool2d_new(3, NULL), ct_nn_adaptive_avg_pool2d(3));
    ct_layer_norm_options layer_norm = ct_layer_norm_options_default();
    assert_prints_same(ct_nn_layer_norm_new(CT_DIMS(3), NULL), ct_nn_layer_norm(CT_DIMS(3)));
    assert_prints_same(ct_nn_layer_norm_new(CT_DIMS(3), &layer_norm), ct_nn_layer_norm(CT_DIMS(3)));
    ct_leaky_relu_options leaky_relu = ct_leaky_relu_options_default();
    assert_prints_same(ct_nn_leaky_relu_new(NULL), ct_nn_leaky_relu());
    assert_prints_same(ct_nn_leaky_relu_new(&leaky_relu), ct_nn_leaky_relu());
    ct_gelu_options gelu = ct_gelu_options_default();
    assert_prints_same(ct_nn_gelu_new(NULL), ct_nn_gelu());
    assert_prints_same(ct_nn_gelu_new(&gelu), ct_nn_gelu());
    ct_batch_norm_options batch_norm = ct_batch_norm_options_default();
    assert_prints_same(ct_nn_batch_norm1d_new(3, NULL), ct_nn_batch_norm1d(3));
    assert_prints_same(ct_nn_batch_norm1d_new(3, &batch_norm), ct_nn_batch_norm1d(3));
    assert_prints_same(ct_nn_batch_norm2d_new(3, NULL), ct_nn_batch_norm2d(3));
    assert_prints_same(ct_nn_batch_norm2d_new(3, &batch_norm), ct_nn_batch_norm2d(3));
    assert_prints_same(ct_nn_relu_new(NULL), ct_nn_relu());
    ct_dropout_options dropout = ct_dropout_options_default();
    assert_prints_same(ct_nn_dropout_new(NULL), ct_nn_dropout());
    assert_prints_same(ct_nn_dropout_new(&dropout), ct_nn_dropout());
    ct_embedding_options embedding = ct_embedding_options_default();
    assert_prints_same(ct_nn_embedding_new(7, 3, NULL), ct_nn_embedding(7, 3));
    assert_prints_same(ct_nn_embedding_new(7, 3, &embedding), ct_nn_embedding(7, 3));
    ct_flatten_options flatten = ct_flatten_options_default();
    assert_prints_same(ct_nn_flatten_new(NULL), ct_nn_flatten());
    assert_prints_same(ct_nn_flatten_new(&flatten), ct_nn_flatten());
}
END_TEST

/* One number goes for every dimension; a list is taken as it is written. */
START_TEST(sizes_are_numbers_or_lists)
{
    assert_prints_same(ct_nn_conv2d(2, 3, 3, .stride = 2), ct_nn_conv2d(2, 3, 3, .stride = {2, 2}));
    assert_prints_same(ct_nn_conv2d(2, 3, 3, .stride = {2, CT_REPEAT}), ct_nn_conv2d(2, 3, 3, .stride = {2, 2}));
    assert_prints_same(ct_nn_conv2d(2, 3, 0, .kernel_size = 5), ct_nn_conv2d(2, 3, 5));
    assert_prints_same(ct_nn_max_pool2d(0, .kernel_size = 2), ct_nn_max_pool2d(2));
    assert_prints_same(ct_nn_adaptive_avg_pool2d(0, .output_size = 5), ct_nn_adaptive_avg_pool2d(5));
    assert_prints_same(ct_nn_max_pool2d(3, .stride = CT_NONE), ct_nn_max_pool2d(3));
    ck_assert_str_eq(ct_module_to_string(ct_nn_max_pool2d(0, .kernel_size = {3, 3})),
                     "MaxPool2d(kernel_size=(3, 3), stride=(3, 3), padding=0, dilation=1, ceil_mode=False)");
    ck_assert_str_eq(ct_module_to_string(ct_nn_max_pool2d(0, .kernel_size = {3, 2})),
                     "MaxPool2d(kernel_size=(3, 2), stride=(3, 2), padding=0, dilation=1, ceil_mode=False)");
}
END_TEST

/* ---- What is refused ---- */

#define ASSERT_REFUSED(expression, code, part)                                                                         \
    do {                                                                                                               \
        ck_assert_ptr_null(expression);                                                                                \
        ck_assert_error(code, part);                                                                                   \
    } while (0)

START_TEST(refuses_options_that_contradict)
{
    ASSERT_REFUSED(ct_nn_conv1d(3, 4, 3, .groups = 2), CT_ERROR_VALUE, "in_channels must be divisible by groups");
    ASSERT_REFUSED(ct_nn_conv2d(4, 3, 3, .groups = 2), CT_ERROR_VALUE, "out_channels must be divisible by groups");
    ASSERT_REFUSED(ct_nn_conv2d(4, 4, 3, .groups = 0), CT_ERROR_VALUE, "groups must be a positive integer");
    ASSERT_REFUSED(ct_nn_conv1d(3, 4, 3, .padding_mode = "mirror"), CT_ERROR_VALUE, "but got padding_mode='mirror'");
    ASSERT_REFUSED(ct_nn_conv1d(3, 4, 3, .padding_mode = NULL), CT_ERROR_VALUE, "padding_mode is NULL");
    ASSERT_REFUSED(ct_nn_conv1d(3, 4, 3, .stride = 2, .padding = CT_PADDING_SAME), CT_ERROR_VALUE,
                   "padding='same' is not supported for strided convolutions");
    ASSERT_REFUSED(ct_nn_conv2d(3, 4, 3, .stride = {1, 2}, .padding = CT_PADDING_SAME), CT_ERROR_VALUE, "strided");
    ASSERT_REFUSED(ct_nn_conv_transpose2d(3, 4, 3, .groups = 2), CT_ERROR_VALUE, "divisible by groups");
    ASSERT_REFUSED(ct_nn_conv_transpose2d(3, 4, 3, .padding_mode = "reflect"), CT_ERROR_VALUE,
                   "Only \"zeros\" padding mode is supported for ConvTranspose2d");
    ASSERT_REFUSED(ct_nn_avg_pool2d(2, .divisor_override = 0), CT_ERROR_VALUE, "divisor must be not zero");
    ASSERT_REFUSED(ct_nn_gelu(.approximate = "sigmoid"), CT_ERROR_VALUE,
                   "must be either none or tanh, but got 'sigmoid'");
    ASSERT_REFUSED(ct_nn_dropout(.p = 1.5), CT_ERROR_VALUE,
                   "dropout probability has to be between 0 and 1, but got 1.5");
    ASSERT_REFUSED(ct_nn_dropout(.p = -0.25), CT_ERROR_VALUE, "but got -0.25");
    ASSERT_REFUSED(ct_nn_dropout(.p = NAN), CT_ERROR_VALUE, "but got nan");
    ASSERT_REFUSED(ct_nn_embedding(7, 3, .padding_idx = 7), CT_ERROR_VALUE,
                   "padding_idx must be within num_embeddings, but padding_idx is 7");
    ASSERT_REFUSED(ct_nn_embedding(7, 3, .padding_idx = -8), CT_ERROR_VALUE, "padding_idx is -8 and");
}
END_TEST

START_TEST(refuses_types_and_devices)
{
    ASSERT_REFUSED(ct_nn_linear(3, 4, .dtype = CT_INT64), CT_ERROR_RUNTIME, "can require gradients");
    ASSERT_REFUSED(ct_nn_linear(3, 4, .dtype = (ct_dtype)99), CT_ERROR_TYPE, "dtype is 99");
    ASSERT_REFUSED(ct_nn_linear(3, 4, .device = "abacus"), CT_ERROR_RUNTIME, "device string: abacus");
}
END_TEST

/* An error of libtorch's inside a layer. */
START_TEST(forward_refuses_what_does_not_fit)
{
    ct_module *linear = ct_nn_linear(3, 4);
    ck_assert_ptr_null(ct_module_forward(linear, ct_ones(CT_DIMS(2, 5), CT_FLOAT32)));
    ck_assert_error(CT_ERROR_RUNTIME, "mat1 and mat2 shapes cannot be multiplied (2x5 and 3x4)");
    ck_assert_ptr_null(ct_module_forward(ct_nn_embedding(7, 3), ct_full(CT_DIMS(1), 7, CT_INT64)));
    ck_assert_error(CT_ERROR_INDEX, "index out of range in self");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("nn");
    TCase *python = suite_case(suite, "as Python");
    tcase_add_checked_fixture(python, begin, end);
    tcase_add_loop_test(python, prints_as_python, 0, (int)COUNT(layers));
    tcase_add_loop_test(python, starts_with_the_weights_of_python, 0, (int)COUNT(layers));
    tcase_add_loop_test(python, computes_as_python, 0, (int)COUNT(layers));
    tcase_add_loop_test(python, clones, 0, (int)COUNT(layers));
    TCase *options = suite_case(suite, "options");
    tcase_add_checked_fixture(options, begin, end);
    tcase_add_test(options, functions_have_the_defaults_of_the_macros);
    tcase_add_test(options, sizes_are_numbers_or_lists);
    TCase *refused = suite_case(suite, "refused");
    tcase_add_checked_fixture(refused, begin, end);
    tcase_add_test(refused, refuses_options_that_contradict);
    tcase_add_test(refused, refuses_types_and_devices);
    tcase_add_test(refused, forward_refuses_what_does_not_fit);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
