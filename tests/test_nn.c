/* tests/test_nn.c: constructors of layers: their defaults, sizes as numbers or lists, and what is refused. What layers
 * compute, test_parity.c compares with Python's.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "generated/nn_constructors.h"
#include "suite.h"

#include <ctorch.h>

#include <math.h>
#include <stdio.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

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
    assert_prints_same(ct_nn_conv3d(2, 3, 3, .stride = {2, CT_REPEAT}), ct_nn_conv3d(2, 3, 3, .stride = 2));
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

/* ---- Devices: "meta" is there on every machine ---- */

#define LIST_TEXT(index, text, call) text,
static const char *const constructors[] = {NN_CASES(LIST_TEXT)};

static void assert_on_meta(ct_dict *tensors, const char *call)
{
    for (size_t i = 0; i < ct_dict_size(tensors); i++)
        ck_assert_msg(strcmp(ct_tensor_device(ct_dict_at(tensors, i)), "meta") == 0, "%s: %s is on %s", call,
                      ct_dict_name(tensors, i), ct_tensor_device(ct_dict_at(tensors, i)));
}

/* Whether a layer takes a device, and is made there then. What is given to it stays where it is. */
static bool is_made_on_meta(const char *constructor)
{
    char call[1024];
    int length = (int)strlen(constructor) - 1;
    snprintf(call, sizeof call, "%.*s%sdevice='meta')", length, constructor,
             constructor[length - 1] == '(' ? "" : ", ");
    ct_module *layer = ct_nn_create(call);
    if (!layer) {
        ck_assert_error(CT_ERROR_TYPE, "got an unexpected keyword argument 'device'");
        return false;
    }
    assert_on_meta(ct_module_parameters(layer), call);
    assert_on_meta(ct_module_buffers(layer), call);
    assert_on_meta(ct_module_state_dict(ct_module_clone(layer)), call);
    return true;
}

START_TEST(layers_are_made_on_their_device)
{
    int made = 0;
    for (size_t i = 0; i < COUNT(constructors); i++)
        made += !strstr(constructors[i], "weight=") && !strstr(constructors[i], "custom_") &&
                is_made_on_meta(constructors[i]);
    ck_assert_int_gt(made, 100);
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
    TCase *options = suite_case(suite, "options");
    tcase_add_checked_fixture(options, begin, end);
    tcase_add_test(options, functions_have_the_defaults_of_the_macros);
    tcase_add_test(options, sizes_are_numbers_or_lists);
    tcase_add_test(options, layers_are_made_on_their_device);
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
