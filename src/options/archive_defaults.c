/* archive_defaults.c: the defaults of include/ctorch/archive.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/archive.h>

ct_archive_options ct_archive_options_default(void)
{
    return (ct_archive_options){CT_ARCHIVE_DEFAULTS};
}

ct_archive_memory_options ct_archive_memory_options_default(void)
{
    return (ct_archive_memory_options){CT_ARCHIVE_MEMORY_DEFAULTS};
}
