/* checkpoint/rename_table.c: lists of names to exchange.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/rename_table.h"

#include "core/error.h"
#include "core/handle.h"
#include "core/scope.h"
#include "core/text.h"

#include <stdlib.h>

static void destroy(void *payload)
{
    rename_table *self = *(rename_table **)payload;
    for (size_t i = 0; i < self->size; i++) {
        free((char *)self->renames[i].from);
        free((char *)self->renames[i].to);
    }
    free(self->renames);
    free(self);
}

static const handle_type table_type = {HANDLE_RENAME_TABLE, destroy};

static rename_table *table_of(const ct_rename_table *self, const char *function)
{
    if (scope_failure() != CT_OK)
        return NULL;
    rename_table **payload = handle_payload(self, &table_type, function, "self");
    return payload ? *payload : NULL;
}

ct_rename_table *rename_table_new(rename_table **out)
{
    rename_table *table = calloc(1, sizeof *table);
    handle *h = table ? handle_new(&table_type) : NULL;
    if (!h) {
        free(table);
        core_fail(CT_ERROR_MEMORY, "out of memory for a table of renames");
        return NULL;
    }
    *out = h->payload[0] = table;
    return (ct_rename_table *)h;
}

ct_status rename_table_add(rename_table *self, const char *from, const char *to)
{
    if (self->size == self->room) {
        size_t room = self->room ? 2 * self->room : 16;
        ct_rename *grown = realloc(self->renames, room * sizeof *grown);
        if (!grown)
            return core_fail(CT_ERROR_MEMORY, "out of memory for a table of renames");
        self->renames = grown;
        self->room = room;
    }
    ct_rename made = {text_copy(from), text_copy(to)};
    if (!made.from || !made.to) {
        free((char *)made.from);
        free((char *)made.to);
        return core_fail(CT_ERROR_MEMORY, "out of memory for a table of renames");
    }
    self->renames[self->size++] = made;
    return CT_OK;
}

void ct_rename_table_free(ct_rename_table *self)
{
    handle_free(self, &table_type, "ct_rename_table_free");
}

ct_rename_table *ct_rename_table_escape(ct_rename_table *self)
{
    return handle_escape(self, &table_type, "ct_rename_table_escape");
}

size_t ct_rename_table_size(const ct_rename_table *self)
{
    const rename_table *table = table_of(self, "ct_rename_table_size");
    return table ? table->size : 0;
}

const ct_rename *ct_rename_table_data(const ct_rename_table *self)
{
    const rename_table *table = table_of(self, "ct_rename_table_data");
    return table ? table->renames : NULL;
}

static char *table_text(const rename_table *self)
{
    text lines = {.chars = NULL};
    text_add(&lines, "");
    for (size_t i = 0; i < self->size; i++)
        text_addf(&lines, "%s{\"%s\", \"%s\"},", i ? "\n" : "", self->renames[i].from, self->renames[i].to);
    return text_finish(&lines);
}

const char *ct_rename_table_to_string(const ct_rename_table *self)
{
    const rename_table *table = table_of(self, "ct_rename_table_to_string");
    const char *lent = table ? scope_lend(table_text(table)) : NULL;
    return lent ? lent : "";
}
