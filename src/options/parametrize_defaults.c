/* options/parametrize_defaults.c: the defaults of parametrize.h and fuse.h, for a caller who does not write C's keyword
 * arguments.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/fuse.h>
#include <ctorch/parametrize.h>

ct_weight_norm_options ct_weight_norm_options_default(void)
{
    return (ct_weight_norm_options){CT_WEIGHT_NORM_DEFAULTS};
}

ct_spectral_norm_options ct_spectral_norm_options_default(void)
{
    return (ct_spectral_norm_options){CT_SPECTRAL_NORM_DEFAULTS};
}

ct_orthogonal_options ct_orthogonal_options_default(void)
{
    return (ct_orthogonal_options){CT_ORTHOGONAL_DEFAULTS};
}

ct_parametrization_options ct_parametrization_options_default(void)
{
    return (ct_parametrization_options){CT_PARAMETRIZATION_DEFAULTS};
}

ct_remove_parametrizations_options ct_remove_parametrizations_options_default(void)
{
    return (ct_remove_parametrizations_options){CT_REMOVE_PARAMETRIZATIONS_DEFAULTS};
}

ct_fuse_options ct_fuse_options_default(void)
{
    return (ct_fuse_options){CT_FUSE_DEFAULTS};
}
