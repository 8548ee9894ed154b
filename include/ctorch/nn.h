/* ctorch/nn.h: layers. `ct_nn_conv2d(3, 32, 7, .stride = 2, .bias = false)` is nn.Conv2d(3, 32, 7, stride=2,
 * bias=False): the same names, order and defaults. Behind each macro stands a function that takes the options as a
 * struct, for C++ and other languages; NULL is all defaults.
 *
 * A size per dimension is a list: `.stride = {2, 1}`; one number alone, `.stride = 2`, goes for every dimension. What
 * Python defaults is given by keyword only. Layers with parameters take .device, NULL being the CPU, and .dtype,
 * CT_DTYPE_NONE being float32.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_NN_H
#define CTORCH_NN_H

#include <ctorch/module.h>

#include <math.h>

CT_BEGIN_DECLS

/* In a list of sizes: this one and those after it are as the one before. */
#define CT_REPEAT INT64_MIN

/* `.padding = CT_PADDING_SAME` pads so that the output is as large as the input: padding='same'. */
#define CT_PADDING_SAME (INT64_MIN + 1)

/* Where a whole number may be None. */
#define CT_NONE (INT64_MIN + 2)

/* ---- Linear ---- */

typedef struct ct_linear_options {
    bool bias;
    const char *device;
    ct_dtype dtype;
} ct_linear_options;

/* x @ weight.T + bias: (*, in_features) to (*, out_features). nn.Linear. @since 0.1 */
CT_API ct_module *ct_nn_linear_new(int64_t in_features, int64_t out_features, const ct_linear_options *options);
CT_API ct_linear_options ct_linear_options_default(void);
#define CT_LINEAR_DEFAULTS .bias = true, .dtype = CT_DTYPE_NONE
#define ct_nn_linear(...) CT_NN_LINEAR_(__VA_ARGS__, )
#define CT_NN_LINEAR_(in_features, out_features, ...)                                                                  \
    CT_KEYWORDS_(ct_nn_linear_new(in_features, out_features, &(ct_linear_options){CT_LINEAR_DEFAULTS, __VA_ARGS__}))

/* Returns its input. nn.Identity. @since 0.1 */
CT_API ct_module *ct_nn_identity(void);

/* ---- Convolution ---- */

typedef struct ct_conv1d_options {
    int64_t stride;
    int64_t padding; /* or CT_PADDING_SAME */
    int64_t dilation;
    int64_t groups;
    bool bias;
    const char *padding_mode; /* "zeros", "reflect", "replicate" or "circular" */
    const char *device;
    ct_dtype dtype;
} ct_conv1d_options;

/* A convolution over (N, in_channels, L), or (in_channels, L). nn.Conv1d. @since 0.1 */
CT_API ct_module *ct_nn_conv1d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size,
                                   const ct_conv1d_options *options);
CT_API ct_conv1d_options ct_conv1d_options_default(void);
#define CT_CONV1D_DEFAULTS                                                                                             \
    .stride = 1, .dilation = 1, .groups = 1, .bias = true, .padding_mode = "zeros", .dtype = CT_DTYPE_NONE
#define ct_nn_conv1d(...) CT_NN_CONV1D_(__VA_ARGS__, )
#define CT_NN_CONV1D_(in_channels, out_channels, kernel_size, ...)                                                     \
    CT_KEYWORDS_(ct_nn_conv1d_new(in_channels, out_channels, kernel_size,                                              \
                                  &(ct_conv1d_options){CT_CONV1D_DEFAULTS, __VA_ARGS__}))

typedef struct ct_conv2d_options {
    int64_t kernel_size[2]; /* for a kernel that is not square; 0: the argument, both ways */
    int64_t stride[2];
    int64_t padding[2]; /* or CT_PADDING_SAME */
    int64_t dilation[2];
    int64_t groups;
    bool bias;
    const char *padding_mode; /* "zeros", "reflect", "replicate" or "circular" */
    const char *device;
    ct_dtype dtype;
} ct_conv2d_options;

/* A convolution over (N, in_channels, H, W), or (in_channels, H, W). A kernel that is not square is given as
 * `ct_nn_conv2d(3, 32, 0, .kernel_size = {1, 7})`. nn.Conv2d. @since 0.1 */
CT_API ct_module *ct_nn_conv2d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size,
                                   const ct_conv2d_options *options);
CT_API ct_conv2d_options ct_conv2d_options_default(void);
#define CT_CONV2D_DEFAULTS                                                                                             \
    .kernel_size = {0, CT_REPEAT}, .stride = {1, CT_REPEAT}, .padding = {0, CT_REPEAT}, .dilation = {1, CT_REPEAT},    \
    .groups = 1, .bias = true,                                                                                         \
    .padding_mode = "zeros", .dtype = CT_DTYPE_NONE
#define ct_nn_conv2d(...) CT_NN_CONV2D_(__VA_ARGS__, )
#define CT_NN_CONV2D_(in_channels, out_channels, kernel_size, ...)                                                     \
    CT_KEYWORDS_(ct_nn_conv2d_new(in_channels, out_channels, kernel_size,                                              \
                                  &(ct_conv2d_options){CT_CONV2D_DEFAULTS, __VA_ARGS__}))

typedef struct ct_conv_transpose2d_options {
    int64_t kernel_size[2]; /* for a kernel that is not square; 0: the argument, both ways */
    int64_t stride[2];
    int64_t padding[2];
    int64_t output_padding[2];
    int64_t groups;
    bool bias;
    int64_t dilation[2];
    const char *padding_mode; /* "zeros" */
    const char *device;
    ct_dtype dtype;
} ct_conv_transpose2d_options;

/* The gradient of Conv2d as a layer, which enlarges: over (N, in_channels, H, W), or (in_channels, H, W).
 * nn.ConvTranspose2d. @since 0.1 */
CT_API ct_module *ct_nn_conv_transpose2d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size,
                                             const ct_conv_transpose2d_options *options);
CT_API ct_conv_transpose2d_options ct_conv_transpose2d_options_default(void);
#define CT_CONV_TRANSPOSE2D_DEFAULTS                                                                                   \
    .kernel_size = {0, CT_REPEAT}, .stride = {1, CT_REPEAT}, .padding = {0, CT_REPEAT},                                \
    .output_padding = {0, CT_REPEAT}, .groups = 1, .bias = true,                                                       \
    .dilation = {1, CT_REPEAT}, .padding_mode = "zeros", .dtype = CT_DTYPE_NONE
#define ct_nn_conv_transpose2d(...) CT_NN_CONV_TRANSPOSE2D_(__VA_ARGS__, )
#define CT_NN_CONV_TRANSPOSE2D_(in_channels, out_channels, kernel_size, ...)                                           \
    CT_KEYWORDS_(ct_nn_conv_transpose2d_new(in_channels, out_channels, kernel_size,                                    \
                                            &(ct_conv_transpose2d_options){CT_CONV_TRANSPOSE2D_DEFAULTS, __VA_ARGS__}))

/* ---- Pooling ---- */

typedef struct ct_max_pool1d_options {
    int64_t stride; /* 0: the kernel's size */
    int64_t padding;
    int64_t dilation;
    bool ceil_mode;
} ct_max_pool1d_options;

/* The largest value in each window of (N, C, L), or (C, L). nn.MaxPool1d. @since 0.1 */
CT_API ct_module *ct_nn_max_pool1d_new(int64_t kernel_size, const ct_max_pool1d_options *options);
CT_API ct_max_pool1d_options ct_max_pool1d_options_default(void);
#define CT_MAX_POOL1D_DEFAULTS .dilation = 1, .ceil_mode = false
#define ct_nn_max_pool1d(...) CT_NN_MAX_POOL1D_(__VA_ARGS__, )
#define CT_NN_MAX_POOL1D_(kernel_size, ...)                                                                            \
    CT_KEYWORDS_(ct_nn_max_pool1d_new(kernel_size, &(ct_max_pool1d_options){CT_MAX_POOL1D_DEFAULTS, __VA_ARGS__}))

typedef struct ct_max_pool2d_options {
    int64_t kernel_size[2]; /* for a window that is not square; 0: the argument, both ways */
    int64_t stride[2];      /* 0: the kernel's size */
    int64_t padding[2];
    int64_t dilation[2];
    bool ceil_mode;
} ct_max_pool2d_options;

/* The largest value in each window of (N, C, H, W), or (C, H, W). nn.MaxPool2d. @since 0.1 */
CT_API ct_module *ct_nn_max_pool2d_new(int64_t kernel_size, const ct_max_pool2d_options *options);
CT_API ct_max_pool2d_options ct_max_pool2d_options_default(void);
#define CT_MAX_POOL2D_DEFAULTS                                                                                         \
    .kernel_size = {0, CT_REPEAT}, .stride = {0, CT_REPEAT}, .padding = {0, CT_REPEAT}, .dilation = {1, CT_REPEAT},    \
    .ceil_mode = false
#define ct_nn_max_pool2d(...) CT_NN_MAX_POOL2D_(__VA_ARGS__, )
#define CT_NN_MAX_POOL2D_(kernel_size, ...)                                                                            \
    CT_KEYWORDS_(ct_nn_max_pool2d_new(kernel_size, &(ct_max_pool2d_options){CT_MAX_POOL2D_DEFAULTS, __VA_ARGS__}))

typedef struct ct_avg_pool2d_options {
    int64_t kernel_size[2]; /* for a window that is not square; 0: the argument, both ways */
    int64_t stride[2];      /* 0: the kernel's size */
    int64_t padding[2];
    bool ceil_mode;
    bool count_include_pad;   /* the padding's zeros count as elements */
    int64_t divisor_override; /* what sums are divided by; CT_NONE: the number of elements */
} ct_avg_pool2d_options;

/* The mean of each window of (N, C, H, W), or (C, H, W). nn.AvgPool2d. @since 0.1 */
CT_API ct_module *ct_nn_avg_pool2d_new(int64_t kernel_size, const ct_avg_pool2d_options *options);
CT_API ct_avg_pool2d_options ct_avg_pool2d_options_default(void);
#define CT_AVG_POOL2D_DEFAULTS                                                                                         \
    .kernel_size = {0, CT_REPEAT}, .stride = {0, CT_REPEAT}, .padding = {0, CT_REPEAT}, .count_include_pad = true,     \
    .divisor_override = CT_NONE
#define ct_nn_avg_pool2d(...) CT_NN_AVG_POOL2D_(__VA_ARGS__, )
#define CT_NN_AVG_POOL2D_(kernel_size, ...)                                                                            \
    CT_KEYWORDS_(ct_nn_avg_pool2d_new(kernel_size, &(ct_avg_pool2d_options){CT_AVG_POOL2D_DEFAULTS, __VA_ARGS__}))

typedef struct ct_adaptive_avg_pool2d_options {
    int64_t output_size[2]; /* for an output that is not square; 0: the argument, both ways */
} ct_adaptive_avg_pool2d_options;

/* The means of as many windows as give the output its size, CT_NONE being that of the input:
 * `ct_nn_adaptive_avg_pool2d(7)`, `ct_nn_adaptive_avg_pool2d(0, .output_size = {5, CT_NONE})`. nn.AdaptiveAvgPool2d.
 * @since 0.1 */
CT_API ct_module *ct_nn_adaptive_avg_pool2d_new(int64_t output_size, const ct_adaptive_avg_pool2d_options *options);
#define CT_ADAPTIVE_AVG_POOL2D_DEFAULTS .output_size = {0, CT_REPEAT}
#define ct_nn_adaptive_avg_pool2d(...) CT_NN_ADAPTIVE_AVG_POOL2D_(__VA_ARGS__, )
#define CT_NN_ADAPTIVE_AVG_POOL2D_(size, ...)                                                                          \
    CT_KEYWORDS_(ct_nn_adaptive_avg_pool2d_new(                                                                        \
        size, &(ct_adaptive_avg_pool2d_options){CT_ADAPTIVE_AVG_POOL2D_DEFAULTS, __VA_ARGS__}))

/* ---- Normalisation ---- */

typedef struct ct_batch_norm_options {
    double eps;
    double momentum; /* NAN: a cumulative average, Python's momentum=None */
    bool affine;
    bool track_running_stats;
    const char *device;
    ct_dtype dtype;
} ct_batch_norm_options;

CT_API ct_batch_norm_options ct_batch_norm_options_default(void);
#define CT_BATCH_NORM_DEFAULTS                                                                                         \
    .eps = 1e-5, .momentum = 0.1, .affine = true, .track_running_stats = true, .dtype = CT_DTYPE_NONE

/* Normalises each channel of (N, C) or (N, C, L) over the batch. nn.BatchNorm1d. @since 0.1 */
CT_API ct_module *ct_nn_batch_norm1d_new(int64_t num_features, const ct_batch_norm_options *options);
#define ct_nn_batch_norm1d(...) CT_NN_BATCH_NORM_(ct_nn_batch_norm1d_new, __VA_ARGS__, )

/* Normalises each channel of (N, C, H, W) over the batch. nn.BatchNorm2d. @since 0.1 */
CT_API ct_module *ct_nn_batch_norm2d_new(int64_t num_features, const ct_batch_norm_options *options);
#define ct_nn_batch_norm2d(...) CT_NN_BATCH_NORM_(ct_nn_batch_norm2d_new, __VA_ARGS__, )

#define CT_NN_BATCH_NORM_(function, num_features, ...)                                                                 \
    CT_KEYWORDS_(function(num_features, &(ct_batch_norm_options){CT_BATCH_NORM_DEFAULTS, __VA_ARGS__}))

typedef struct ct_layer_norm_options {
    double eps;
    bool elementwise_affine;
    bool bias; /* false: a weight alone. In Python since 2.1 */
    const char *device;
    ct_dtype dtype;
} ct_layer_norm_options;

/* Normalises over the last dimensions, whose sizes are given: `ct_nn_layer_norm(CT_DIMS(512))`. nn.LayerNorm.
 * @since 0.1 */
CT_API ct_module *ct_nn_layer_norm_new(const int64_t *normalized_shape, size_t n, const ct_layer_norm_options *options);
CT_API ct_layer_norm_options ct_layer_norm_options_default(void);
#define CT_LAYER_NORM_DEFAULTS .eps = 1e-5, .elementwise_affine = true, .bias = true, .dtype = CT_DTYPE_NONE
#define ct_nn_layer_norm(...) CT_NN_LAYER_NORM_(__VA_ARGS__, )
#define CT_NN_LAYER_NORM_(normalized_shape, n, ...)                                                                    \
    CT_KEYWORDS_(ct_nn_layer_norm_new(normalized_shape, n,                                                             \
                                      &(ct_layer_norm_options){CT_LAYER_NORM_DEFAULTS, __VA_ARGS__}))

/* ---- Activations ---- */

typedef struct ct_relu_options {
    bool inplace;
} ct_relu_options;

/* The larger of x and 0. nn.ReLU. @since 0.1 */
CT_API ct_module *ct_nn_relu_new(const ct_relu_options *options);
#define ct_nn_relu(...) CT_KEYWORDS_(ct_nn_relu_new(&(ct_relu_options){.inplace = false, __VA_ARGS__}))

/* 1 / (1 + exp(-x)). nn.Sigmoid. @since 0.1 */
CT_API ct_module *ct_nn_sigmoid(void);

/* The hyperbolic tangent. nn.Tanh. @since 0.1 */
CT_API ct_module *ct_nn_tanh(void);

typedef struct ct_leaky_relu_options {
    double negative_slope;
    bool inplace;
} ct_leaky_relu_options;

/* x where it is positive, negative_slope * x elsewhere. nn.LeakyReLU. @since 0.1 */
CT_API ct_module *ct_nn_leaky_relu_new(const ct_leaky_relu_options *options);
CT_API ct_leaky_relu_options ct_leaky_relu_options_default(void);
#define CT_LEAKY_RELU_DEFAULTS .negative_slope = 0.01, .inplace = false
#define ct_nn_leaky_relu(...)                                                                                          \
    CT_KEYWORDS_(ct_nn_leaky_relu_new(&(ct_leaky_relu_options){CT_LEAKY_RELU_DEFAULTS, __VA_ARGS__}))

typedef struct ct_gelu_options {
    const char *approximate; /* "none" or "tanh" */
} ct_gelu_options;

/* x times the chance that a normally distributed number is smaller. nn.GELU. @since 0.1 */
CT_API ct_module *ct_nn_gelu_new(const ct_gelu_options *options);
CT_API ct_gelu_options ct_gelu_options_default(void);
#define CT_GELU_DEFAULTS .approximate = "none"
#define ct_nn_gelu(...) CT_KEYWORDS_(ct_nn_gelu_new(&(ct_gelu_options){CT_GELU_DEFAULTS, __VA_ARGS__}))

/* exp(x) scaled to a sum of 1 along a dimension, which is always given. nn.Softmax. @since 0.1 */
CT_API ct_module *ct_nn_softmax(int64_t dim);

/* The logarithm of softmax. nn.LogSoftmax. @since 0.1 */
CT_API ct_module *ct_nn_log_softmax(int64_t dim);

/* ---- Dropout, embedding, shape ---- */

typedef struct ct_dropout_options {
    double p; /* the chance that an element becomes 0 */
    bool inplace;
} ct_dropout_options;

/* In training, zeroes elements at random and scales up the rest: `ct_nn_dropout(.p = 0.3)`. nn.Dropout. @since 0.1 */
CT_API ct_module *ct_nn_dropout_new(const ct_dropout_options *options);
CT_API ct_dropout_options ct_dropout_options_default(void);
#define CT_DROPOUT_DEFAULTS .p = 0.5, .inplace = false
#define ct_nn_dropout(...) CT_KEYWORDS_(ct_nn_dropout_new(&(ct_dropout_options){CT_DROPOUT_DEFAULTS, __VA_ARGS__}))

typedef struct ct_embedding_options {
    int64_t padding_idx; /* CT_NONE: none */
    double max_norm;     /* NAN: none */
    double norm_type;
    bool scale_grad_by_freq;
    bool sparse;
    const char *device;
    ct_dtype dtype;
} ct_embedding_options;

/* The rows of a table that whole numbers pick: (*) to (*, embedding_dim). nn.Embedding. @since 0.1 */
CT_API ct_module *ct_nn_embedding_new(int64_t num_embeddings, int64_t embedding_dim,
                                      const ct_embedding_options *options);
CT_API ct_embedding_options ct_embedding_options_default(void);
#define CT_EMBEDDING_DEFAULTS .padding_idx = CT_NONE, .max_norm = NAN, .norm_type = 2.0, .dtype = CT_DTYPE_NONE
#define ct_nn_embedding(...) CT_NN_EMBEDDING_(__VA_ARGS__, )
#define CT_NN_EMBEDDING_(num_embeddings, embedding_dim, ...)                                                           \
    CT_KEYWORDS_(ct_nn_embedding_new(num_embeddings, embedding_dim,                                                    \
                                     &(ct_embedding_options){CT_EMBEDDING_DEFAULTS, __VA_ARGS__}))

typedef struct ct_flatten_options {
    int64_t start_dim;
    int64_t end_dim;
} ct_flatten_options;

/* Makes one dimension of several, by default all but the first. nn.Flatten. @since 0.1 */
CT_API ct_module *ct_nn_flatten_new(const ct_flatten_options *options);
CT_API ct_flatten_options ct_flatten_options_default(void);
#define CT_FLATTEN_DEFAULTS .start_dim = 1, .end_dim = -1
#define ct_nn_flatten(...) CT_KEYWORDS_(ct_nn_flatten_new(&(ct_flatten_options){CT_FLATTEN_DEFAULTS, __VA_ARGS__}))

CT_END_DECLS

#endif
