/* formats/record.c: see record.h. The makers and the questions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/record.h"

#include "core/error.h"

#include <stdlib.h>
#include <string.h>

/* ---- making ---- */

record *record_new(record_pool *pool, record_kind kind)
{
    record *r = record_alloc(pool, sizeof *r);
    if (r)
        r->kind = kind;
    return r;
}

record *record_new_int(record_pool *pool, int64_t integer)
{
    record *r = record_new(pool, RECORD_INT);
    if (r)
        r->integer = integer;
    return r;
}

static char *copy_text(record_pool *pool, const void *chars, size_t size)
{
    char *copy = record_alloc(pool, size + 1); /* zeroed, so it ends in a NUL */
    if (copy && size)
        memcpy(copy, chars, size);
    return copy;
}

record *record_new_text(record_pool *pool, record_kind kind, const void *chars, size_t size)
{
    record *r = record_new(pool, kind);
    if (!r)
        return NULL;
    r->text.chars = copy_text(pool, chars, size);
    r->text.size = size;
    return r->text.chars ? r : NULL;
}

record *record_new_list(record_pool *pool, record_kind kind, record *const *items, size_t count)
{
    record *r = record_new(pool, kind);
    if (!r || count == 0)
        return r;
    r->list.items = record_alloc(pool, count * sizeof *items);
    if (!r->list.items)
        return NULL;
    memcpy(r->list.items, items, count * sizeof *items);
    r->list.count = r->list.room = count;
    return r;
}

record *record_new_global(record_pool *pool, const record *module, const record *name)
{
    /* Protocol 2, which torch.save writes, has Python 2's names of these two modules. */
    static const char *const renamed[][2] = {{"__builtin__", "builtins"}, {"copy_reg", "copyreg"}};
    record *r = record_new(pool, RECORD_GLOBAL);
    if (!r)
        return NULL;
    r->global.module = module->text.chars;
    r->global.name = name->text.chars;
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (record_is_string(module, renamed[i][0]))
            r->global.module = renamed[i][1];
    return r;
}

record *record_new_object(record_pool *pool, record *callable, record *args, record *kwargs)
{
    record *r = record_new(pool, RECORD_OBJECT);
    if (!r)
        return NULL;
    r->object = record_alloc(pool, sizeof *r->object);
    if (!r->object)
        return NULL;
    *r->object = (record_object){.callable = callable, .args = args, .kwargs = kwargs};
    return r;
}

/* Room for one more element: the array itself, or a copy of twice the size; NULL on failure. */
static void *grown(record_pool *pool, void *array, size_t element, size_t count, size_t *room)
{
    if (count < *room)
        return array;
    size_t more = *room ? 2 * *room : 4;
    void *copy = record_alloc(pool, more * element);
    if (!copy)
        return NULL;
    if (count)
        memcpy(copy, array, count * element);
    *room = more;
    return copy;
}

ct_status record_append(record_pool *pool, record *list, record *item)
{
    record **items = grown(pool, list->list.items, sizeof *items, list->list.count, &list->list.room);
    if (!items)
        return ct_error_code();
    list->list.items = items;
    items[list->list.count++] = item;
    return CT_OK;
}

ct_status record_set(record_pool *pool, record *dict, record *key, record *value)
{
    record_pair *pairs = grown(pool, dict->dict.pairs, sizeof *pairs, dict->dict.count, &dict->dict.room);
    if (!pairs)
        return ct_error_code();
    dict->dict.pairs = pairs;
    pairs[dict->dict.count++] = (record_pair){key, value};
    return CT_OK;
}

/* ---- asking ---- */

const char *record_kind_name(const record *r)
{
    static const char *const names[] = {[RECORD_NONE] = "None",
                                        [RECORD_BOOL] = "bool",
                                        [RECORD_INT] = "int",
                                        [RECORD_BIG_INT] = "int",
                                        [RECORD_FLOAT] = "float",
                                        [RECORD_STRING] = "str",
                                        [RECORD_BYTES] = "bytes",
                                        [RECORD_LIST] = "list",
                                        [RECORD_TUPLE] = "tuple",
                                        [RECORD_SET] = "set",
                                        [RECORD_DICT] = "dict",
                                        [RECORD_GLOBAL] = "global",
                                        [RECORD_OBJECT] = "object",
                                        [RECORD_STORAGE] = "torch.Storage",
                                        [RECORD_TENSOR] = "torch.Tensor"};
    return names[r->kind];
}

bool record_is_string(const record *r, const char *chars)
{
    return r->kind == RECORD_STRING && r->text.size == strlen(chars) && memcmp(r->text.chars, chars, r->text.size) == 0;
}

bool record_is_global(const record *r, const char *module, const char *name)
{
    return r->kind == RECORD_GLOBAL && strcmp(r->global.module, module) == 0 && strcmp(r->global.name, name) == 0;
}

const record *record_get(const record *r, const char *key)
{
    if (!r || r->kind != RECORD_DICT)
        return NULL;
    for (size_t i = r->dict.count; i-- > 0;)
        if (record_is_string(r->dict.pairs[i].key, key))
            return r->dict.pairs[i].value;
    return NULL;
}

const record *record_attribute(const record *r, const char *name)
{
    const record *state = r->state;
    if (state && state->kind == RECORD_TUPLE && state->list.count == 2) {
        const record *in_slots = record_get(state->list.items[1], name);
        return in_slots ? in_slots : record_get(state->list.items[0], name);
    }
    return record_get(state, name);
}

bool record_int(const record *r, int64_t *out)
{
    if (r->kind != RECORD_INT)
        return false;
    *out = r->integer;
    return true;
}

/* ---- the depth ---- */

/* The records that a record refers to, by index: NULL for an optional one that is not there. *end is set behind the
 * last. */
static record *child(const record *r, size_t i, bool *end)
{
    *end = false;
    if (i == 0)
        return r->state;
    i--;
    switch (r->kind) {
    case RECORD_LIST:
    case RECORD_TUPLE:
    case RECORD_SET:
        if (i < r->list.count)
            return r->list.items[i];
        break;
    case RECORD_DICT:
        if (i / 2 < r->dict.count)
            return i % 2 ? r->dict.pairs[i / 2].value : r->dict.pairs[i / 2].key;
        break;
    case RECORD_OBJECT: {
        const record_object *o = r->object;
        record *const parts[] = {o->callable, o->args, o->kwargs, o->list, o->dict};
        if (i < sizeof parts / sizeof *parts)
            return parts[i];
        break;
    }
    default:
        break;
    }
    *end = true;
    return NULL;
}

/* A walk without recursion: that there is a bound is what it is here to find out. */
ct_status record_check_depth(record *root, const char *path)
{
    struct {
        record *at;
        size_t next;
    } way[RECORD_DEPTH_MAX];
    size_t depth = 0;
    way[depth].at = root;
    way[depth++].next = 0;
    root->seen = true;
    while (depth) {
        bool end;
        record *below = child(way[depth - 1].at, way[depth - 1].next++, &end);
        if (end) {
            depth--;
        } else if (below && !below->seen) {
            if (depth == RECORD_DEPTH_MAX)
                return core_fail(CT_ERROR_FORMAT, "%s: values are nested more than %d deep; it is damaged or hostile",
                                 path, RECORD_DEPTH_MAX);
            below->seen = true;
            way[depth].at = below;
            way[depth++].next = 0;
        }
    }
    return CT_OK;
}
