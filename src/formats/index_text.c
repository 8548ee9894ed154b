/* formats/index_text.c: a reader for `:, 1:?, ..., None, -1`.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/index_text.h"

#include "core/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    const char *text, *at;
    const index_given *given;
    size_t n, used;
    char **fault;
} reader;

static bool fault(reader *r, const char *what, const char *where)
{
    *r->fault = text_format("%s at position %td of \"%s\"", what, where - r->text, r->text);
    return false;
}

static void skip_spaces(reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static bool take(reader *r, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(r->at, word, n) != 0)
        return false;
    r->at += n;
    skip_spaces(r);
    return true;
}

/* A number or a placeholder, if there is one. */
static bool read_int(reader *r, int64_t *out, bool *found)
{
    *found = false;
    if (*r->at == '?') {
        if (r->used == r->n)
            return fault(r, "nothing was given for the '?'", r->at);
        if (!r->given[r->used].is_number)
            return fault(r, "a range takes whole numbers for its '?'", r->at);
        *out = r->given[r->used++].number;
        *found = true;
        r->at++;
    } else if (isdigit((unsigned char)*r->at) ||
               ((*r->at == '-' || *r->at == '+') && isdigit((unsigned char)r->at[1]))) {
        char *end;
        errno = 0;
        long long value = strtoll(r->at, &end, 10);
        if (errno == ERANGE)
            return fault(r, "expected a number of 64 bits", r->at);
        *out = value;
        *found = true;
        r->at = end;
    }
    skip_spaces(r);
    return true;
}

static bool read_slice(reader *r, index_item *item)
{
    if (!read_int(r, &item->stop, &item->has_stop))
        return false;
    if (!take(r, ":"))
        return true;
    const char *step = r->at;
    if (!read_int(r, &item->step, &item->has_step))
        return false;
    return !item->has_step || item->step > 0 || fault(r, "expected a step greater than 0", step);
}

static bool read_item(reader *r, index_item *item)
{
    *item = (index_item){.kind = INDEX_INT, .step = 1};
    if (take(r, "...")) {
        item->kind = INDEX_ELLIPSIS;
        return true;
    }
    if (take(r, "None")) {
        item->kind = INDEX_NONE;
        return true;
    }
    if (*r->at == '?' && r->used < r->n && !r->given[r->used].is_number) {
        item->kind = INDEX_OTHER;
        item->start = (int64_t)r->used++;
        return take(r, "?");
    }
    if (!read_int(r, &item->start, &item->has_start))
        return false;
    if (take(r, ":")) {
        item->kind = INDEX_SLICE;
        return read_slice(r, item);
    }
    return item->has_start || fault(r, "expected a number, '?', ':', '...' or None", r->at);
}

bool index_text_read(index_list *out, const char *text, const index_given *given, size_t n, char **fault_text)
{
    reader r = {.text = text, .at = text, .given = given, .n = n, .fault = fault_text};
    bool ellipsis = false;
    out->size = 0;
    skip_spaces(&r);
    do {
        if (out->size == INDEX_MOST)
            return fault(&r, "more items than a tensor has dimensions", r.at);
        index_item *item = &out->items[out->size++];
        const char *start = r.at;
        if (!read_item(&r, item))
            return false;
        if (item->kind == INDEX_ELLIPSIS && ellipsis)
            return fault(&r, "a second '...'", start);
        ellipsis |= item->kind == INDEX_ELLIPSIS;
    } while (take(&r, ",") && *r.at);
    if (*r.at)
        return fault(&r, "expected ',' or the end", r.at);
    if (r.used != n) {
        *fault_text = text_format("%zu values were given, but \"%s\" has a '?' for %zu", n, text, r.used);
        return false;
    }
    return true;
}
