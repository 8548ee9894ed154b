/* summary_defaults.c: the defaults of include/ctorch/summary.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/summary.h>

ct_summary_options ct_summary_options_default(void)
{
    return (ct_summary_options){CT_SUMMARY_DEFAULTS};
}
