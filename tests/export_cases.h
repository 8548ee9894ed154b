/* tests/export_cases.h: modules of every kind to export, each with a maker, its inputs and whether another batch size
 * must do.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_EXPORT_CASES_H
#define CTORCH_TESTS_EXPORT_CASES_H

#include "oracle.h"

#include <ctorch.h>

typedef struct export_case {
    const char *name;
    ct_module *(*make)(void);
    int64_t shapes[3][4]; /* of the inputs, row by row up to a zero */
    bool any_batch;       /* the first dimension may be another */
    bool training;
} export_case;

static ct_module *make_convolutions(void)
{
    return ct_nn_sequential(ct_nn_conv2d(3, 4, 3, .padding = 1), ct_nn_batch_norm2d(4), ct_nn_relu(.inplace = true),
                            ct_nn_max_pool2d(2), ct_nn_flatten(), ct_nn_linear(4 * 4 * 4, 5, .bias = false));
}

static ct_tensor *forward_slices(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    int64_t g = ct_module_int(self, "growth_rate");
    ct_module *layers = ct_module_child(self, "layers");
    ct_tensor *out = ct_module_forward(ct_module_child(self, "initial_layer"), x);
    for (int64_t i = 0; i < ct_module_size(layers); i++) {
        ct_tensor *in = ct_contiguous(ct_at(out, ":, ?:?", i * g, (i + 1) * g));
        ct_add_(ct_at(out, ":, ?:", (i + 1) * g), ct_module_forward(ct_module_at(layers, i), in));
    }
    return ct_at(out, ":, ?:", -g);
}

static ct_module *make_slices(void)
{
    ct_module *self = ct_nn_module("Dense Block", .forward = forward_slices);
    ct_module_set_int(self, "growth_rate", 2);
    ct_module_set_child(self, "initial_layer", ct_nn_conv2d(3, 6, 3, .padding = 1));
    ct_module_set_child(self, "layers",
                        ct_nn_module_list(ct_nn_conv2d(2, 4, 3, .padding = 1), ct_nn_conv2d(2, 2, 3, .padding = 1)));
    return self;
}

static size_t call_several(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)user;
    (void)n;
    ct_tensor *a = ct_mul(inputs[0], ct_module_parameter(self, "scale"));
    outputs[0] = ct_add(a, ct_module_buffer(self, "offset"));
    outputs[1] = ct_matmul(a, ct_transpose(inputs[1], 0, 1));
    outputs[2] = inputs[0];
    return 3;
}

static ct_module *make_several(void)
{
    ct_module *self = ct_nn_module("Several", .call = call_several);
    ct_module_set_parameter(self, "scale", ct_randn(CT_DIMS(4), CT_FLOAT32));
    ct_module_set_buffer(self, "offset", ct_randn(CT_DIMS(4), CT_FLOAT32));
    return self;
}

static ct_module *make_lstm(void)
{
    return ct_nn_lstm(4, 3, .num_layers = 2, .bidirectional = true);
}

static ct_module *make_attention(void)
{
    return ct_nn_multihead_attention(4, 2, .batch_first = true);
}

static ct_module *make_encoder(void)
{
    return ct_nn_transformer_encoder_layer(4, 2, .dim_feedforward = 8, .batch_first = true);
}

static ct_module *make_weight_norm(void)
{
    ct_module *linear = ct_nn_linear(4, 3), *other = ct_nn_linear(3, 2);
    ct_weight_norm(linear, "weight");
    ct_parametrizations_weight_norm(other, "weight");
    return ct_nn_sequential(linear, other);
}

static ct_module *make_spectral_norm(void)
{
    ct_module *linear = ct_nn_linear(4, 3), *other = ct_nn_linear(3, 3);
    ct_parametrizations_spectral_norm(linear, "weight");
    ct_parametrizations_orthogonal(other, "weight");
    return ct_nn_sequential(linear, other);
}

static ct_module *make_tied(void)
{
    ct_module *first = ct_nn_linear(4, 4), *second = ct_nn_linear(4, 4);
    ct_module_set_parameter(second, "weight", ct_module_parameter(first, "weight"));
    return ct_nn_sequential_named({"first", first}, {"second", second}, {"again", first});
}

static void double_output(ct_module *module, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m,
                          void *user)
{
    (void)module, (void)inputs, (void)n, (void)m, (void)user;
    outputs[0] = ct_mul_scalar(outputs[0], 2);
}

static void look_at_gradients(ct_module *module, ct_tensor **grad_inputs, size_t n, ct_tensor *const *grad_outputs,
                              size_t m, void *user)
{
    (void)module, (void)grad_inputs, (void)n, (void)grad_outputs, (void)m, (void)user;
}

static ct_module *make_hooked(void)
{
    ct_module *linear = ct_nn_linear(4, 3);
    ct_module_register_forward_hook(linear, double_output, NULL, NULL);
    ct_module_register_full_backward_hook(linear, look_at_gradients, NULL, NULL);
    return ct_nn_sequential(linear, ct_nn_tanh());
}

static ct_module *make_norm(void)
{
    return ct_nn_sequential(ct_nn_linear(4, 3), ct_nn_batch_norm1d(3));
}

static ct_module *make_dropout(void)
{
    return ct_nn_sequential(ct_nn_linear(4, 30), ct_nn_dropout());
}

static ct_module *make_lazy(void)
{
    ct_module *lazy = ct_nn_lazy_linear(3);
    ct_module_forward(lazy, ct_ones(CT_DIMS(1, 4), CT_FLOAT32));
    return ct_nn_sequential(lazy);
}

static ct_module *make_with_a_branch(void)
{
    return ct_nn_sequential_named(
        {"linear", ct_nn_linear(4, 3)},
        {"branch", ct_script_module(ct_script_load(oracle_path("CTORCH_TEST_FRESH", "script/branch.pt")))});
}

static const export_case export_cases[] = {
    {"convolutions", make_convolutions, {{2, 3, 8, 8}}, true, false},
    {"slices", make_slices, {{2, 3, 5, 5}}, true, false},
    {"several", make_several, {{3, 4}, {3, 4}}, true, false},
    {"lstm", make_lstm, {{5, 2, 4}}, true, false}, /* the first dimension is time */
    {"attention", make_attention, {{2, 5, 4}, {2, 5, 4}, {2, 5, 4}}, false, false},
    {"encoder", make_encoder, {{2, 5, 4}}, false, false},
    {"weight_norm", make_weight_norm, {{2, 4}}, true, false},
    {"spectral_norm", make_spectral_norm, {{2, 4}}, true, false},
    {"tied", make_tied, {{2, 4}}, true, false},
    {"hooked", make_hooked, {{2, 4}}, true, false},
    {"norm", make_norm, {{6, 4}}, true, true},
    {"dropout", make_dropout, {{2, 4}}, true, true},
    {"lazy", make_lazy, {{2, 4}}, true, false},
    {"branch", make_with_a_branch, {{2, 4}}, true, false},
};

#endif
