/* archive/archive.c: include/ctorch/archive.h, as far as it can be said with values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/archive.h>

#include "core/error.h"
#include "core/handle.h"
#include "core/scope.h"

ct_value ct_archive_get(const ct_archive *self, const char *path)
{
    if (scope_failure() != CT_OK || handle_check(self, HANDLE_ARCHIVE, "ct_archive_get", "self") != CT_OK)
        return ct_value_none();
    if (!path) {
        core_fail_null("ct_archive_get", "path");
        return ct_value_none();
    }
    return ct_value_get(ct_archive_root(self), path);
}
