/* model_defaults.c: the defaults of include/ctorch/model.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/model.h>

ct_model_options ct_model_options_default(void)
{
    return (ct_model_options){CT_MODEL_DEFAULTS};
}
