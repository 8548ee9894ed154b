/* tests/nn_layers.h: layers of ctorch/nn.h with their defaults, with everything different, and at an edge: the
 * cases of python/nn_layers.py, under the same names.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_NN_LAYERS_H
#define CTORCH_TESTS_NN_LAYERS_H

#include <ctorch/nn.h>

#define LAYERS(LAYER)                                                                                                  \
    LAYER(linear, ct_nn_linear(3, 4))                                                                                  \
    LAYER(linear_no_bias, ct_nn_linear(3, 4, .bias = false))                                                           \
    LAYER(linear_float64, ct_nn_linear(3, 4, .device = "cpu", .dtype = CT_FLOAT64))                                    \
    LAYER(linear_no_rows, ct_nn_linear(3, 2))                                                                          \
    LAYER(identity, ct_nn_identity())                                                                                  \
    LAYER(conv1d, ct_nn_conv1d(2, 4, 3))                                                                               \
    LAYER(conv1d_all, ct_nn_conv1d(4, 6, 3, .stride = 2, .padding = 2, .dilation = 3, .groups = 2, .bias = false,      \
                                   .padding_mode = "reflect", .device = "cpu", .dtype = CT_FLOAT64))                   \
    LAYER(conv1d_same, ct_nn_conv1d(2, 3, 4, .padding = CT_PADDING_SAME, .dilation = 2))                               \
    LAYER(conv1d_replicate, ct_nn_conv1d(2, 3, 3, .padding = 1, .padding_mode = "replicate"))                          \
    LAYER(conv1d_circular, ct_nn_conv1d(2, 3, 3, .padding = 1, .padding_mode = "circular"))                            \
    LAYER(conv2d, ct_nn_conv2d(3, 4, 3))                                                                               \
    LAYER(conv2d_numbers, ct_nn_conv2d(2, 3, 3, .stride = 2, .padding = 1, .dilation = 2))                             \
    LAYER(conv2d_all, ct_nn_conv2d(4, 6, 0, .kernel_size = {3, 2}, .stride = {2, 1}, .padding = {1, 2},                \
                                   .dilation = {1, 3}, .groups = 2, .bias = false, .padding_mode = "circular",         \
                                   .device = "cpu", .dtype = CT_FLOAT64))                                              \
    LAYER(conv2d_same, ct_nn_conv2d(2, 3, 0, .kernel_size = {3, 4}, .padding = CT_PADDING_SAME))                       \
    LAYER(conv2d_reflect, ct_nn_conv2d(2, 3, 3, .padding = {2, 1}, .padding_mode = "reflect"))                         \
    LAYER(conv2d_replicate, ct_nn_conv2d(2, 3, 3, .padding = {2, 1}, .padding_mode = "replicate"))                     \
    LAYER(conv_transpose2d, ct_nn_conv_transpose2d(3, 4, 3))                                                           \
    LAYER(conv_transpose2d_all,                                                                                        \
          ct_nn_conv_transpose2d(4, 6, 0, .kernel_size = {3, 2}, .stride = {2, 3}, .padding = {1, 0},                  \
                                 .output_padding = {1, 2}, .groups = 2, .bias = false, .dilation = {1, 2},             \
                                 .padding_mode = "zeros", .device = "cpu", .dtype = CT_FLOAT64))                       \
    LAYER(max_pool1d, ct_nn_max_pool1d(2))                                                                             \
    LAYER(max_pool1d_all, ct_nn_max_pool1d(3, .stride = 2, .padding = 1, .dilation = 2, .ceil_mode = true))            \
    LAYER(max_pool2d, ct_nn_max_pool2d(2))                                                                             \
    LAYER(max_pool2d_numbers, ct_nn_max_pool2d(3, .stride = 2, .padding = 1, .dilation = 2))                           \
    LAYER(max_pool2d_all, ct_nn_max_pool2d(0, .kernel_size = {3, 2}, .stride = {2, 1}, .padding = {1, 0},              \
                                           .dilation = {1, 3}, .ceil_mode = true))                                     \
    LAYER(avg_pool2d, ct_nn_avg_pool2d(2))                                                                             \
    LAYER(avg_pool2d_all, ct_nn_avg_pool2d(0, .kernel_size = {3, 2}, .stride = {2, 1}, .padding = {1, 0},              \
                                           .ceil_mode = true, .count_include_pad = false))                             \
    LAYER(avg_pool2d_divisor, ct_nn_avg_pool2d(3, .padding = 1, .divisor_override = 5))                                \
    LAYER(adaptive_avg_pool2d, ct_nn_adaptive_avg_pool2d(3))                                                           \
    LAYER(adaptive_avg_pool2d_list, ct_nn_adaptive_avg_pool2d(0, .output_size = {2, CT_NONE}))                         \
    LAYER(adaptive_avg_pool2d_none, ct_nn_adaptive_avg_pool2d(CT_NONE))                                                \
    LAYER(batch_norm1d, ct_nn_batch_norm1d(3))                                                                         \
    LAYER(batch_norm1d_cumulative, ct_nn_batch_norm1d(3, .eps = 1e-3, .momentum = NAN))                                \
    LAYER(batch_norm1d_bare, ct_nn_batch_norm1d(3, .affine = false, .track_running_stats = false))                     \
    LAYER(batch_norm2d, ct_nn_batch_norm2d(3))                                                                         \
    LAYER(batch_norm2d_all, ct_nn_batch_norm2d(3, .eps = 0.5, .momentum = 0.25, .affine = false,                       \
                                               .device = "cpu", .dtype = CT_FLOAT64))                                  \
    LAYER(batch_norm2d_untracked, ct_nn_batch_norm2d(3, .track_running_stats = false))                                 \
    LAYER(layer_norm, ct_nn_layer_norm(CT_DIMS(4)))                                                                    \
    LAYER(layer_norm_all, ct_nn_layer_norm(CT_DIMS(3, 4), .eps = 0.5, .bias = false, .device = "cpu",                  \
                                           .dtype = CT_FLOAT64))                                                       \
    LAYER(layer_norm_plain, ct_nn_layer_norm(CT_DIMS(3, 4), .elementwise_affine = false))                              \
    LAYER(relu, ct_nn_relu())                                                                                          \
    LAYER(relu_inplace, ct_nn_relu(.inplace = true))                                                                   \
    LAYER(sigmoid, ct_nn_sigmoid())                                                                                    \
    LAYER(tanh, ct_nn_tanh())                                                                                          \
    LAYER(leaky_relu, ct_nn_leaky_relu())                                                                              \
    LAYER(leaky_relu_all, ct_nn_leaky_relu(.negative_slope = 0.2, .inplace = true))                                    \
    LAYER(gelu, ct_nn_gelu())                                                                                          \
    LAYER(gelu_tanh, ct_nn_gelu(.approximate = "tanh"))                                                                \
    LAYER(softmax, ct_nn_softmax(1))                                                                                   \
    LAYER(log_softmax, ct_nn_log_softmax(-1))                                                                          \
    LAYER(dropout, ct_nn_dropout())                                                                                    \
    LAYER(dropout_inplace, ct_nn_dropout(.p = 0.3, .inplace = true))                                                   \
    LAYER(dropout_none, ct_nn_dropout(.p = 0))                                                                         \
    LAYER(dropout_all, ct_nn_dropout(.p = 1))                                                                          \
    LAYER(embedding, ct_nn_embedding(7, 3))                                                                            \
    LAYER(embedding_all, ct_nn_embedding(7, 3, .padding_idx = -2, .max_norm = 0.75, .norm_type = 1,                    \
                                         .scale_grad_by_freq = true, .device = "cpu", .dtype = CT_FLOAT64))            \
    LAYER(embedding_sparse, ct_nn_embedding(7, 3, .padding_idx = 0, .sparse = true))                                   \
    LAYER(flatten, ct_nn_flatten())                                                                                    \
    LAYER(flatten_some, ct_nn_flatten(.start_dim = -3, .end_dim = -2))                                                 \
    LAYER(flatten_scalar, ct_nn_flatten(.start_dim = 0))

typedef struct layer_case {
    const char *name;
    ct_module *(*make)(void);
} layer_case;

#define LAYER_FUNCTION(name, expression)                                                                               \
    static ct_module *make_##name(void)                                                                                \
    {                                                                                                                  \
        return expression;                                                                                             \
    }
#define LAYER_ROW(name, expression) {#name, make_##name},

LAYERS(LAYER_FUNCTION)

static const layer_case layers[] = {LAYERS(LAYER_ROW)};

#endif
