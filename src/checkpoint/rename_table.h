/* checkpoint/rename_table.h: what is in a handle on a table of renames.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_RENAME_TABLE_H
#define CTORCH_CHECKPOINT_RENAME_TABLE_H

#include <ctorch/checkpoint.h>

typedef struct rename_table {
    ct_rename *renames; /* both texts malloc's */
    size_t size, room;
} rename_table;

/* An empty table in a handle of the innermost scope; NULL, with the failure recorded, when memory is out. */
ct_rename_table *rename_table_new(rename_table **out);

ct_status rename_table_add(rename_table *self, const char *from, const char *to);

#endif
