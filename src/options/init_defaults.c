/* options/init_defaults.c: the defaults of init.h, utils.h and rnn.h, for a caller who does not write C's keyword
 * arguments.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/init.h>
#include <ctorch/rnn.h>
#include <ctorch/utils.h>

ct_init_gain_options ct_init_gain_options_default(void)
{
    return (ct_init_gain_options){CT_INIT_GAIN_DEFAULTS};
}

ct_init_dirac_options ct_init_dirac_options_default(void)
{
    return (ct_init_dirac_options){CT_INIT_DIRAC_DEFAULTS};
}

ct_init_uniform_options ct_init_uniform_options_default(void)
{
    return (ct_init_uniform_options){CT_INIT_UNIFORM_DEFAULTS};
}

ct_init_normal_options ct_init_normal_options_default(void)
{
    return (ct_init_normal_options){CT_INIT_NORMAL_DEFAULTS};
}

ct_init_trunc_normal_options ct_init_trunc_normal_options_default(void)
{
    return (ct_init_trunc_normal_options){CT_INIT_TRUNC_NORMAL_DEFAULTS};
}

ct_init_scale_options ct_init_scale_options_default(void)
{
    return (ct_init_scale_options){CT_INIT_SCALE_DEFAULTS};
}

ct_init_kaiming_options ct_init_kaiming_options_default(void)
{
    return (ct_init_kaiming_options){CT_INIT_KAIMING_DEFAULTS};
}

ct_init_sparse_options ct_init_sparse_options_default(void)
{
    return (ct_init_sparse_options){CT_INIT_SPARSE_DEFAULTS};
}

ct_norm_options ct_norm_options_default(void)
{
    return (ct_norm_options){CT_NORM_DEFAULTS};
}

ct_pack_options ct_pack_options_default(void)
{
    return (ct_pack_options){CT_PACK_DEFAULTS};
}

ct_pad_packed_options ct_pad_packed_options_default(void)
{
    return (ct_pad_packed_options){CT_PAD_PACKED_DEFAULTS};
}

ct_pad_sequence_options ct_pad_sequence_options_default(void)
{
    return (ct_pad_sequence_options){CT_PAD_SEQUENCE_DEFAULTS};
}
