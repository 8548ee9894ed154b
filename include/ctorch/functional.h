/* ctorch/functional.h: layers as plain functions: `ct_dropout(x, .p = 0.2)` is F.dropout(x, p=0.2). The same names,
 * order and defaults as in torch.nn.functional; what torch itself has too, such as ct_relu, is in ops.h. Behind each
 * macro stands a function that takes the options as a struct; NULL is all defaults.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FUNCTIONAL_H
#define CTORCH_FUNCTIONAL_H

#include <ctorch/nn.h>

CT_BEGIN_DECLS

/* ---- Dropout ---- */

typedef struct ct_functional_dropout_options {
    double p;      /* the chance that an element becomes 0 */
    bool training; /* false: returns the input; a forward passes ct_module_is_training(self) */
} ct_functional_dropout_options;

/* Zeroes elements at random and scales up the rest. F.dropout. @since 0.1 */
CT_API ct_tensor *ct_dropout_with(const ct_tensor *input, const ct_functional_dropout_options *options);
CT_API ct_functional_dropout_options ct_functional_dropout_options_default(void);
#define CT_FUNCTIONAL_DROPOUT_DEFAULTS .p = 0.5, .training = true
#define ct_dropout(...) CT_DROPOUT_(__VA_ARGS__, )
#define CT_DROPOUT_(input, ...)                                                                                        \
    CT_KEYWORDS_(ct_dropout_with(input, &(ct_functional_dropout_options){CT_FUNCTIONAL_DROPOUT_DEFAULTS, __VA_ARGS__}))

/* ---- Softmax: the dimension is always given; Python's choice when it is not is deprecated ---- */

typedef struct ct_softmax_options {
    ct_dtype dtype; /* convert the input to this type first; CT_DTYPE_NONE: as it is */
} ct_softmax_options;

/* exp(input) scaled to a sum of 1 along a dimension. F.softmax. @since 0.1 */
CT_API ct_tensor *ct_softmax_with(const ct_tensor *input, int64_t dim, const ct_softmax_options *options);
#define ct_softmax(...) CT_SOFTMAX_(ct_softmax_with, __VA_ARGS__, )

/* The logarithm of softmax, more exact than the two in turn. F.log_softmax. @since 0.1 */
CT_API ct_tensor *ct_log_softmax_with(const ct_tensor *input, int64_t dim, const ct_softmax_options *options);
#define ct_log_softmax(...) CT_SOFTMAX_(ct_log_softmax_with, __VA_ARGS__, )

#define CT_SOFTMAX_(function, input, dim, ...)                                                                         \
    CT_KEYWORDS_(function(input, dim, &(ct_softmax_options){.dtype = CT_DTYPE_NONE, __VA_ARGS__}))

/* ---- Losses: .reduction is "mean", "sum", or "none", which returns a loss per element ---- */

typedef struct ct_cross_entropy_options {
    const ct_tensor *weight; /* of each class; NULL: all alike */
    int64_t ignore_index;    /* a target that does not count */
    const char *reduction;
    double label_smoothing; /* from 0 to 1 */
} ct_cross_entropy_options;

/* How far scores, (N, C) or (N, C, ...), are from the right classes: whole numbers, (N) or (N, ...), or probabilities
 * in the shape of the input. F.cross_entropy. @since 0.1 */
CT_API ct_tensor *ct_cross_entropy_with(const ct_tensor *input, const ct_tensor *target,
                                        const ct_cross_entropy_options *options);
CT_API ct_cross_entropy_options ct_cross_entropy_options_default(void);
#define CT_CROSS_ENTROPY_DEFAULTS .weight = NULL, .ignore_index = -100, .reduction = "mean", .label_smoothing = 0
#define ct_cross_entropy(...)                                                                                          \
    CT_LOSS_(ct_cross_entropy_with, ct_cross_entropy_options, CT_CROSS_ENTROPY_DEFAULTS, __VA_ARGS__, )

/* How far log-probabilities, as ct_log_softmax makes them, are from the right classes. The options are the layer's
 * (nn/loss.h). F.nll_loss. @since 0.1 */
CT_API ct_tensor *ct_nll_loss_with(const ct_tensor *input, const ct_tensor *target, const ct_nll_loss_options *options);
#define ct_nll_loss(...) CT_LOSS_(ct_nll_loss_with, ct_nll_loss_options, CT_NLL_LOSS_DEFAULTS, __VA_ARGS__, )

typedef struct ct_functional_mse_loss_options {
    const char *reduction;
    const ct_tensor *weight; /* of each element, in the shape of the input; NULL: all alike. In Python since 2.6 */
} ct_functional_mse_loss_options;

/* The squared difference. Shapes broadcast. F.mse_loss. @since 0.1 */
CT_API ct_tensor *ct_mse_loss_with(const ct_tensor *input, const ct_tensor *target,
                                   const ct_functional_mse_loss_options *options);
CT_API ct_functional_mse_loss_options ct_functional_mse_loss_options_default(void);
#define CT_FUNCTIONAL_MSE_LOSS_DEFAULTS .reduction = "mean", .weight = NULL
#define ct_mse_loss(...)                                                                                               \
    CT_LOSS_(ct_mse_loss_with, ct_functional_mse_loss_options, CT_FUNCTIONAL_MSE_LOSS_DEFAULTS, __VA_ARGS__, )

#define CT_LOSS_(function, type, defaults, input, target, ...)                                                         \
    CT_KEYWORDS_(function(input, target, &(type){defaults, __VA_ARGS__}))

/* ---- Pooling: the options are the layers' (nn/pooling.h) ---- */

/* The largest value in each window of (N, C, L), or (C, L). F.max_pool1d. @since 0.1 */
CT_API ct_tensor *ct_max_pool1d_with(const ct_tensor *input, int64_t kernel_size, const ct_max_pool1d_options *options);
#define ct_max_pool1d(...) CT_POOL_(ct_max_pool1d_with, ct_max_pool1d_options, CT_MAX_POOL1D_DEFAULTS, __VA_ARGS__, )

/* The largest value in each window of (N, C, H, W), or (C, H, W). F.max_pool2d. @since 0.1 */
CT_API ct_tensor *ct_max_pool2d_with(const ct_tensor *input, int64_t kernel_size, const ct_max_pool2d_options *options);
#define ct_max_pool2d(...) CT_POOL_(ct_max_pool2d_with, ct_max_pool2d_options, CT_MAX_POOL2D_DEFAULTS, __VA_ARGS__, )

/* The mean of each window of (N, C, H, W), or (C, H, W). F.avg_pool2d. @since 0.1 */
CT_API ct_tensor *ct_avg_pool2d_with(const ct_tensor *input, int64_t kernel_size, const ct_avg_pool2d_options *options);
#define ct_avg_pool2d(...) CT_POOL_(ct_avg_pool2d_with, ct_avg_pool2d_options, CT_AVG_POOL2D_DEFAULTS, __VA_ARGS__, )

/* The means of as many windows as give the output its size. F.adaptive_avg_pool2d. @since 0.1 */
CT_API ct_tensor *ct_adaptive_avg_pool2d_with(const ct_tensor *input, int64_t output_size,
                                              const ct_adaptive_avg_pool2d_options *options);
#define ct_adaptive_avg_pool2d(...)                                                                                    \
    CT_POOL_(ct_adaptive_avg_pool2d_with, ct_adaptive_avg_pool2d_options, CT_ADAPTIVE_AVG_POOL2D_DEFAULTS,             \
             __VA_ARGS__, )

#define CT_POOL_(function, type, defaults, input, size, ...)                                                           \
    CT_KEYWORDS_(function(input, size, &(type){defaults, __VA_ARGS__}))

CT_END_DECLS

#endif
