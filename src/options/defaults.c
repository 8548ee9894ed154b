/* options/defaults.c: the options that a caller who does not write C's keyword arguments starts from.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/functional.h>
#include <ctorch/nn.h>
#include <ctorch/ops.h>
#include <ctorch/optim.h>
#include <ctorch/tensor.h>

ct_factory_options ct_factory_options_default(void)
{
    return (ct_factory_options){CT_FACTORY_DEFAULTS};
}

ct_random_options ct_random_options_default(void)
{
    return (ct_random_options){CT_RANDOM_DEFAULTS};
}

ct_tensor_print_options ct_tensor_print_options_default(void)
{
    return (ct_tensor_print_options){CT_TENSOR_PRINT_DEFAULTS};
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

ct_functional_mse_loss_options ct_functional_mse_loss_options_default(void)
{
    return (ct_functional_mse_loss_options){CT_FUNCTIONAL_MSE_LOSS_DEFAULTS};
}

ct_buffer_options ct_buffer_options_default(void)
{
    return (ct_buffer_options){CT_BUFFER_DEFAULTS};
}

ct_names_options ct_names_options_default(void)
{
    return (ct_names_options){CT_NAMES_DEFAULTS};
}

ct_named_modules_options ct_named_modules_options_default(void)
{
    return (ct_named_modules_options){CT_NAMED_MODULES_DEFAULTS};
}

ct_state_dict_options ct_state_dict_options_default(void)
{
    return (ct_state_dict_options){CT_STATE_DICT_DEFAULTS};
}

ct_zero_grad_options ct_zero_grad_options_default(void)
{
    return (ct_zero_grad_options){CT_ZERO_GRAD_DEFAULTS};
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
