/* formats/saved_tensors.c: the tensors of a saved file by name, for listings; see saved_file.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* tdestroy */
#include "formats/saved_file.h"

#include "core/error.h"
#include "core/text.h"

#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

typedef struct walk {
    text name; /* of where the walk is */
    size_t depth;
    void *entered; /* the containers, for tsearch: a graph may have cycles, and reach one on many ways */
    saved_visit visit;
    void *user;
} walk;

static ct_status enter(walk *w, const record *r);

static int compare_addresses(const void *left, const void *right)
{
    return (left > right) - (left < right);
}

static void keep(void *node)
{
    (void)node; /* the records are the file's */
}

static void shorten_name(walk *w, size_t size)
{
    if (w->name.chars) {
        w->name.chars[size] = '\0';
        w->name.size = size;
    }
}

/* Goes on below the name `.key`, or the key itself at the root. A long key is cut: it could be in a file once, and be
 * the key of every value. */
static ct_status enter_key(walk *w, const char *key, const record *value)
{
    enum { KEY_MAX = 1000 };
    size_t size = w->name.size, length = strnlen(key, KEY_MAX);
    while (length && ((unsigned char)key[length] & 0xc0) == 0x80)
        length--; /* not within a character of UTF-8 */
    text_addf(&w->name, "%s%.*s", size ? "." : "", (int)length, key);
    ct_status status = enter(w, value);
    shorten_name(w, size);
    return status;
}

/* Goes on below the name `[index]`. */
static ct_status enter_index(walk *w, int64_t index, const record *value)
{
    size_t size = w->name.size;
    text_addf(&w->name, "[%" PRId64 "]", index);
    ct_status status = enter(w, value);
    shorten_name(w, size);
    return status;
}

static ct_status enter_items(walk *w, const record *list)
{
    ct_status status = CT_OK;
    for (size_t i = 0; status == CT_OK && i < list->list.count; i++)
        status = enter_index(w, (int64_t)i, list->list.items[i]);
    return status;
}

/* Where modules keep what state_dict names as if it were the module's own. */
static bool is_transparent(const record *key)
{
    return record_is_string(key, "_parameters") || record_is_string(key, "_buffers") ||
           record_is_string(key, "_modules");
}

static ct_status enter_pair(walk *w, const record_pair *pair)
{
    if (pair->key->kind == RECORD_STRING)
        return enter_key(w, pair->key->text.chars, pair->value);
    if (pair->key->kind == RECORD_INT)
        return enter_index(w, pair->key->integer, pair->value);
    char *key = record_repr(pair->key, 2, 80);
    size_t size = w->name.size;
    text_addf(&w->name, "[%s]", key ? key : "?");
    free(key);
    ct_status status = enter(w, pair->value);
    shorten_name(w, size);
    return status;
}

static ct_status enter_pairs(walk *w, const record *dict, bool of_object)
{
    ct_status status = CT_OK;
    for (size_t i = 0; status == CT_OK && i < dict->dict.count; i++) {
        const record_pair *pair = &dict->dict.pairs[i];
        status = of_object && is_transparent(pair->key) ? enter(w, pair->value) : enter_pair(w, pair);
    }
    return status;
}

/* Attributes, then the arguments and what the object was filled with. */
static ct_status enter_object(walk *w, const record *r)
{
    ct_status status = CT_OK;
    if (r->state)
        status = r->state->kind == RECORD_DICT ? enter_pairs(w, r->state, true) : enter(w, r->state);
    if (status == CT_OK && r->object->args->list.count)
        status = enter_key(w, "args", r->object->args);
    if (status == CT_OK && r->object->kwargs)
        status = enter(w, r->object->kwargs);
    if (status == CT_OK && r->object->list)
        status = enter(w, r->object->list);
    return status == CT_OK && r->object->dict ? enter(w, r->object->dict) : status;
}

static ct_status enter_container(walk *w, const record *r)
{
    if (tfind(r, &w->entered, compare_addresses))
        return CT_OK;
    if (w->name.failed || !tsearch(r, &w->entered, compare_addresses))
        return core_fail(CT_ERROR_MEMORY, "out of memory while tensors are listed");
    if (w->depth == RECORD_DEPTH_MAX)
        return core_fail(CT_ERROR_FORMAT, "tensors are nested more than %d deep, by way of what is shared",
                         RECORD_DEPTH_MAX);
    w->depth++;
    ct_status status = r->kind == RECORD_DICT     ? enter_pairs(w, r, false)
                       : r->kind == RECORD_OBJECT ? enter_object(w, r)
                                                  : enter_items(w, r);
    w->depth--;
    return status;
}

static ct_status enter(walk *w, const record *r)
{
    switch (r->kind) {
    case RECORD_TENSOR:
        return w->visit(w->user, w->name.chars && w->name.size ? w->name.chars : "", r->tensor);
    case RECORD_LIST:
    case RECORD_TUPLE:
    case RECORD_SET:
    case RECORD_DICT:
    case RECORD_OBJECT:
        return enter_container(w, r);
    default:
        return CT_OK;
    }
}

ct_status saved_file_each_tensor(const saved_file *file, saved_visit visit, void *user)
{
    walk w = {.visit = visit, .user = user};
    const record *constants = saved_file_constants(file);
    ct_status status = enter(&w, saved_file_root(file));
    if (status == CT_OK && constants)
        status = enter_key(&w, "CONSTANTS", constants);
    tdestroy(w.entered, keep);
    free(text_finish(&w.name));
    return status;
}
