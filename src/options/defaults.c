/* options/defaults.c: the options that a caller who does not write C's keyword arguments starts from.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/nn.h>
#include <ctorch/ops.h>
#include <ctorch/optim.h>

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

ct_max_pool2d_options ct_max_pool2d_options_default(void)
{
    return (ct_max_pool2d_options){CT_MAX_POOL2D_DEFAULTS};
}

ct_batch_norm_options ct_batch_norm_options_default(void)
{
    return (ct_batch_norm_options){CT_BATCH_NORM_DEFAULTS};
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

ct_allclose_options ct_allclose_options_default(void)
{
    return (ct_allclose_options){CT_ALLCLOSE_DEFAULTS};
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
