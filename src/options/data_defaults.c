/* options/data_defaults.c: the options of data.h and dlpack.h for a caller who does not write C's keyword arguments.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/data.h>
#include <ctorch/dlpack.h>

ct_array_options ct_array_options_default(void)
{
    return (ct_array_options){CT_ARRAY_DEFAULTS};
}

ct_to_dlpack_options ct_to_dlpack_options_default(void)
{
    return (ct_to_dlpack_options){CT_TO_DLPACK_DEFAULTS};
}
