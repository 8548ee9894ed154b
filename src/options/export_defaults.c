/* options/export_defaults.c: the options of export.h and aoti.h for a caller who does not write C's keyword arguments.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/aoti.h>
#include <ctorch/export.h>

ct_trace_options ct_trace_options_default(void)
{
    return (ct_trace_options){CT_TRACE_DEFAULTS};
}

ct_aoti_options ct_aoti_options_default(void)
{
    return (ct_aoti_options){CT_AOTI_DEFAULTS};
}
