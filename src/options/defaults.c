/* options/defaults.c: the options that a caller who does not write C's keyword arguments starts from.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/functional.h>
#include <ctorch/nn.h>
#include <ctorch/ops.h>
#include <ctorch/optim.h>
#include <ctorch/tensor.h>

ct_tensor_print_options ct_tensor_print_options_default(void)
{
    return (ct_tensor_print_options){CT_TENSOR_PRINT_DEFAULTS};
}

ct_linear_options ct_linear_options_default(void)
{
    return (ct_linear_options){CT_LINEAR_DEFAULTS};
}

ct_conv1d_options ct_conv1d_options_default(void)
{
    return (ct_conv1d_options){CT_CONV1D_DEFAULTS};
}

ct_conv2d_options ct_conv2d_options_default(void)
{
    return (ct_conv2d_options){CT_CONV2D_DEFAULTS};
}

ct_conv_transpose2d_options ct_conv_transpose2d_options_default(void)
{
    return (ct_conv_transpose2d_options){CT_CONV_TRANSPOSE2D_DEFAULTS};
}

ct_max_pool1d_options ct_max_pool1d_options_default(void)
{
    return (ct_max_pool1d_options){CT_MAX_POOL1D_DEFAULTS};
}

ct_max_pool2d_options ct_max_pool2d_options_default(void)
{
    return (ct_max_pool2d_options){CT_MAX_POOL2D_DEFAULTS};
}

ct_avg_pool2d_options ct_avg_pool2d_options_default(void)
{
    return (ct_avg_pool2d_options){CT_AVG_POOL2D_DEFAULTS};
}

ct_batch_norm_options ct_batch_norm_options_default(void)
{
    return (ct_batch_norm_options){CT_BATCH_NORM_DEFAULTS};
}

ct_layer_norm_options ct_layer_norm_options_default(void)
{
    return (ct_layer_norm_options){CT_LAYER_NORM_DEFAULTS};
}

ct_leaky_relu_options ct_leaky_relu_options_default(void)
{
    return (ct_leaky_relu_options){CT_LEAKY_RELU_DEFAULTS};
}

ct_gelu_options ct_gelu_options_default(void)
{
    return (ct_gelu_options){CT_GELU_DEFAULTS};
}

ct_dropout_options ct_dropout_options_default(void)
{
    return (ct_dropout_options){CT_DROPOUT_DEFAULTS};
}

ct_embedding_options ct_embedding_options_default(void)
{
    return (ct_embedding_options){CT_EMBEDDING_DEFAULTS};
}

ct_flatten_options ct_flatten_options_default(void)
{
    return (ct_flatten_options){CT_FLATTEN_DEFAULTS};
}

ct_tensor_flatten_options ct_tensor_flatten_options_default(void)
{
    return (ct_tensor_flatten_options){CT_TENSOR_FLATTEN_DEFAULTS};
}

ct_allclose_options ct_allclose_options_default(void)
{
    return (ct_allclose_options){CT_ALLCLOSE_DEFAULTS};
}

ct_functional_dropout_options ct_functional_dropout_options_default(void)
{
    return (ct_functional_dropout_options){CT_FUNCTIONAL_DROPOUT_DEFAULTS};
}

ct_cross_entropy_options ct_cross_entropy_options_default(void)
{
    return (ct_cross_entropy_options){CT_CROSS_ENTROPY_DEFAULTS};
}

ct_nll_loss_options ct_nll_loss_options_default(void)
{
    return (ct_nll_loss_options){CT_NLL_LOSS_DEFAULTS};
}

ct_mse_loss_options ct_mse_loss_options_default(void)
{
    return (ct_mse_loss_options){CT_MSE_LOSS_DEFAULTS};
}

ct_sgd_options ct_sgd_options_default(void)
{
    return (ct_sgd_options){CT_SGD_DEFAULTS};
}

ct_adam_options ct_adam_options_default(void)
{
    return (ct_adam_options){CT_ADAM_DEFAULTS};
}

ct_rmsprop_options ct_rmsprop_options_default(void)
{
    return (ct_rmsprop_options){CT_RMSPROP_DEFAULTS};
}

ct_adagrad_options ct_adagrad_options_default(void)
{
    return (ct_adagrad_options){CT_ADAGRAD_DEFAULTS};
}

ct_lbfgs_options ct_lbfgs_options_default(void)
{
    return (ct_lbfgs_options){CT_LBFGS_DEFAULTS};
}

ct_adam_options ct_adamw_options_default(void)
{
    return (ct_adam_options){CT_ADAMW_DEFAULTS};
}
