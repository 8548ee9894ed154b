/* checkpoint/read.c: the state_dict in a file.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"
#include "core/scope.h"

#include <ctorch/archive.h>
#include <ctorch/checkpoint.h>

ct_dict *ct_load(const char *path)
{
    if (scope_failure() != CT_OK)
        return NULL;
    if (!path) {
        core_fail_null("ct_load", "path");
        return NULL;
    }
    ct_archive *archive = ct_archive_open(path);
    ct_dict *dict = archive ? ct_archive_state_dict(archive, NULL) : NULL;
    ct_archive_free(archive);
    return dict;
}
