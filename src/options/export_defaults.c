/* options/export_defaults.c: the options of export.h for a caller who does not write C's keyword arguments.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/export.h>

ct_trace_options ct_trace_options_default(void)
{
    return (ct_trace_options){CT_TRACE_DEFAULTS};
}
