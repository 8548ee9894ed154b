/* options/settings_defaults.c: the options of ctorch/settings.h when none are given.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/settings.h>

ct_deterministic_options ct_deterministic_options_default(void)
{
    return (ct_deterministic_options){CT_DETERMINISTIC_DEFAULTS};
}
