/* options/checkpoint_defaults.c: the options of ctorch/checkpoint.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/checkpoint.h>

ct_load_options ct_load_options_default(void)
{
    return (ct_load_options){CT_LOAD_DEFAULTS};
}

ct_save_options ct_save_options_default(void)
{
    return (ct_save_options){CT_SAVE_DEFAULTS};
}

ct_safetensors_options ct_safetensors_options_default(void)
{
    return (ct_safetensors_options){CT_SAFETENSORS_DEFAULTS};
}

ct_module_save_options ct_module_save_options_default(void)
{
    return (ct_module_save_options){CT_MODULE_SAVE_DEFAULTS};
}
