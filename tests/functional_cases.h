/* tests/functional_cases.h: calls of functional.h's functions, and of operators, with their defaults, with everything
 * different, and at an edge: the cases of python/functional.py, under the same names. in holds their inputs.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FUNCTIONAL_CASES_H
#define CTORCH_TESTS_FUNCTIONAL_CASES_H

#include <ctorch.h>

#define FUNCTIONS(CALL)                                                                                                \
    CALL(dropout, ct_dropout(in[0]))                                                                                   \
    CALL(dropout_some, ct_dropout(in[0], .p = 0.3))                                                                    \
    CALL(dropout_eval, ct_dropout(in[0], .training = false))                                                           \
    CALL(dropout_none, ct_dropout(in[0], .p = 0))                                                                      \
    CALL(dropout_all, ct_dropout(in[0], .p = 1))                                                                       \
    CALL(softmax, ct_softmax(in[0], 1))                                                                                \
    CALL(softmax_last, ct_softmax(in[0], -1))                                                                          \
    CALL(softmax_float64, ct_softmax(in[0], 0, .dtype = CT_FLOAT64))                                                   \
    CALL(log_softmax, ct_log_softmax(in[0], 1))                                                                        \
    CALL(log_softmax_float64, ct_log_softmax(in[0], 0, .dtype = CT_FLOAT64))                                           \
    CALL(cross_entropy, ct_cross_entropy(in[0], in[1]))                                                                \
    CALL(cross_entropy_one, ct_cross_entropy(in[0], in[1]))                                                            \
    CALL(cross_entropy_sum, ct_cross_entropy(in[0], in[1], .reduction = "sum"))                                        \
    CALL(cross_entropy_each, ct_cross_entropy(in[0], in[1], .reduction = "none"))                                      \
    CALL(cross_entropy_shares, ct_cross_entropy(in[0], in[1]))                                                         \
    CALL(cross_entropy_all, ct_cross_entropy(in[0], in[1], .weight = in[2], .ignore_index = 1, .reduction = "mean",    \
                                             .label_smoothing = 0.1))                                                  \
    CALL(nll_loss, ct_nll_loss(in[0], in[1]))                                                                          \
    CALL(nll_loss_each, ct_nll_loss(in[0], in[1], .reduction = "none"))                                                \
    CALL(nll_loss_all, ct_nll_loss(in[0], in[1], .weight = in[2], .ignore_index = 0, .reduction = "sum"))              \
    CALL(mse_loss, ct_mse_loss(in[0], in[1]))                                                                          \
    CALL(mse_loss_sum, ct_mse_loss(in[0], in[1], .reduction = "sum"))                                                  \
    CALL(mse_loss_each, ct_mse_loss(in[0], in[1], .reduction = "none"))                                                \
    CALL(mse_loss_broadcast, ct_mse_loss(in[0], in[1]))                                                                \
    CALL(mse_loss_weight, ct_mse_loss(in[0], in[1], .weight = in[2]))                                                  \
    CALL(mse_loss_weight_sum, ct_mse_loss(in[0], in[1], .weight = in[2], .reduction = "sum"))                          \
    CALL(mse_loss_weight_each, ct_mse_loss(in[0], in[1], .weight = in[2], .reduction = "none"))                        \
    CALL(max_pool1d, ct_max_pool1d(in[0], 2))                                                                          \
    CALL(max_pool1d_all, ct_max_pool1d(in[0], 3, .stride = 2, .padding = 1, .dilation = 2, .ceil_mode = true))         \
    CALL(max_pool1d_over_time, ct_max_pool1d(in[0], ct_tensor_size(in[0], 2)))                                         \
    CALL(max_pool2d, ct_max_pool2d(in[0], 2))                                                                          \
    CALL(max_pool2d_all, ct_max_pool2d(in[0], 0, .kernel_size = {3, 2}, .stride = {2, 1}, .padding = {1, 0},           \
                                       .dilation = {1, 3}, .ceil_mode = true))                                         \
    CALL(avg_pool2d, ct_avg_pool2d(in[0], 2))                                                                          \
    CALL(avg_pool2d_all, ct_avg_pool2d(in[0], 0, .kernel_size = {3, 2}, .stride = {2, 1}, .padding = {1, 0},           \
                                       .ceil_mode = true, .count_include_pad = false))                                 \
    CALL(avg_pool2d_divisor, ct_avg_pool2d(in[0], 3, .padding = 1, .divisor_override = 5))                             \
    CALL(adaptive_avg_pool2d, ct_adaptive_avg_pool2d(in[0], 3))                                                        \
    CALL(adaptive_avg_pool2d_list, ct_adaptive_avg_pool2d(in[0], 0, .output_size = {2, CT_NONE}))

#define OPERATORS(CALL)                                                                                                \
    CALL(pow_whole, ct_pow_scalar(in[0], 3))                                                                           \
    CALL(pow_real, ct_pow_scalar(in[0], -0.5))                                                                         \
    CALL(pow_of_whole, ct_pow_scalar(in[0], 2))                                                                        \
    CALL(maximum, ct_maximum(in[0], in[1]))                                                                            \
    CALL(minimum, ct_minimum(in[0], in[1]))                                                                            \
    CALL(neg, ct_neg(in[0]))                                                                                           \
    CALL(exp, ct_exp(in[0]))                                                                                           \
    CALL(log, ct_log(in[0]))                                                                                           \
    CALL(sqrt, ct_sqrt(in[0]))                                                                                         \
    CALL(amax, ct_amax(in[0], CT_DIMS(1)))                                                                             \
    CALL(amax_some, ct_amax(in[0], CT_DIMS(0, -1), .keepdim = true))                                                   \
    CALL(amax_all, ct_amax(in[0], CT_DIMS()))                                                                          \
    CALL(argmax, ct_argmax(in[0]))                                                                                     \
    CALL(argmax_dim, ct_argmax(in[0], .dim = 1))                                                                       \
    CALL(argmax_keepdim, ct_argmax(in[0], .dim = -1, .keepdim = true))                                                 \
    CALL(view, ct_view(in[0], CT_DIMS(3, -1)))                                                                         \
    CALL(flatten, ct_flatten(in[0]))                                                                                   \
    CALL(flatten_some, ct_flatten(in[0], .start_dim = 1, .end_dim = -2))                                               \
    CALL(squeeze, ct_squeeze(in[0]))                                                                                   \
    CALL(squeeze_dim, ct_squeeze_dim(in[0], -1))                                                                       \
    CALL(squeeze_nothing, ct_squeeze_dim(in[0], 1))                                                                    \
    CALL(unsqueeze, ct_unsqueeze(in[0], 1))                                                                            \
    CALL(unsqueeze_last, ct_unsqueeze(in[0], -1))                                                                      \
    CALL(transpose, ct_transpose(in[0], 0, -1))                                                                        \
    CALL(permute, ct_permute(in[0], CT_DIMS(2, 0, 1)))                                                                 \
    CALL(stack, ct_stack(CT_TENSORS(in[0], in[1]), 0))                                                                 \
    CALL(stack_last, ct_stack(CT_TENSORS(in[0], in[1]), -1))                                                           \
    CALL(eq, ct_eq(in[0], in[1]))                                                                                      \
    CALL(randint, ct_randint(-3, 10, CT_DIMS(4, 5), CT_INT64))                                                         \
    CALL(randint_real, ct_randint(0, 2, CT_DIMS(4, 5), CT_FLOAT32))

typedef struct function_case {
    const char *name;
    ct_tensor *(*call)(ct_tensor *const *in);
} function_case;

#define FUNCTION_CALL(name, expression)                                                                                \
    static ct_tensor *call_##name(ct_tensor *const *in)                                                                \
    {                                                                                                                  \
        (void)in;                                                                                                      \
        return expression;                                                                                             \
    }
#define FUNCTION_ROW(name, expression) {#name, call_##name},

FUNCTIONS(FUNCTION_CALL)
OPERATORS(FUNCTION_CALL)

static const function_case functions[] = {FUNCTIONS(FUNCTION_ROW)};
static const function_case operators[] = {OPERATORS(FUNCTION_ROW)};

#endif
