/* checkpoint/match.c: which entries of a dict would fit a module under other names.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/rename_table.h"
#include "checkpoint/shape.h"
#include "core/error.h"
#include "core/handle.h"
#include "core/scope.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* An entry without a partner of its name, in a list sorted by what it is matched by. */
typedef struct lone {
    char *word; /* the last word of the name and the shape: "weight (3, 4)" */
    char *shape;
    size_t at; /* in its dict; entries with the same words stay in this order */
    bool is_paired;
} lone;

typedef struct lones {
    lone *items;
    size_t size;
} lones;

static int by_word(const void *a, const void *b)
{
    const lone *x = a, *y = b;
    int order = strcmp(x->word, y->word);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static int by_shape(const void *a, const void *b)
{
    const lone *x = a, *y = b;
    int order = strcmp(x->shape, y->shape);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static const char *key_word(const lone *l)
{
    return l->word;
}

static const char *key_shape(const lone *l)
{
    return l->shape;
}

static void lones_free(lones *list)
{
    for (size_t i = 0; i < list->size; i++) {
        free(list->items[i].word);
        free(list->items[i].shape);
    }
    free(list->items);
}

/* Whether both have the entry, in one shape. */
static bool fits(const ct_dict *a, const ct_dict *b, const char *name)
{
    if (!ct_dict_has(b, name))
        return false;
    ct_tensor *x = ct_dict_get(a, name), *y = ct_dict_get(b, name);
    bool same = same_shape(x, y);
    ct_tensor_free(x);
    ct_tensor_free(y);
    return same;
}

static ct_status lones_add(lones *list, const ct_dict *dict, size_t i)
{
    const char *name = ct_dict_name(dict, i), *dot = strrchr(name, '.');
    ct_tensor *tensor = ct_dict_at(dict, i);
    lone *l = &list->items[list->size++];
    l->at = i;
    l->shape = text_copy(ct_tensor_shape_to_string(tensor));
    l->word = l->shape ? text_format("%s %s", dot ? dot + 1 : name, l->shape) : NULL;
    ct_tensor_free(tensor);
    return l->word ? scope_failure() : core_fail(CT_ERROR_MEMORY, "out of memory for a table of renames");
}

static ct_status lones_find(lones *list, const ct_dict *dict, const ct_dict *other)
{
    size_t size = ct_dict_size(dict);
    list->items = calloc(size ? size : 1, sizeof *list->items);
    if (!list->items)
        return core_fail(CT_ERROR_MEMORY, "out of memory for a table of renames");
    for (size_t i = 0; i < size; i++)
        if (!fits(dict, other, ct_dict_name(dict, i)) && lones_add(list, dict, i) != CT_OK)
            return ct_error_code();
    return scope_failure();
}

/* The next one that has no partner yet, from i on. */
static size_t next_free(const lones *list, size_t i)
{
    while (i < list->size && list->items[i].is_paired)
        i++;
    return i;
}

/* Both lists sorted alike: a merge pairs what has the same words, in order. partner[i] is the module's entry for the
 * dict's entry i. */
static void pair(lones *theirs, lones *mine, int (*order)(const void *, const void *), const char *(*key)(const lone *),
                 size_t *partner)
{
    if (theirs->size == 0 || mine->size == 0)
        return;
    qsort(theirs->items, theirs->size, sizeof *theirs->items, order);
    qsort(mine->items, mine->size, sizeof *mine->items, order);
    size_t i = next_free(theirs, 0), j = next_free(mine, 0);
    while (i < theirs->size && j < mine->size) {
        int difference = strcmp(key(&theirs->items[i]), key(&mine->items[j]));
        if (difference == 0) {
            theirs->items[i].is_paired = mine->items[j].is_paired = true;
            partner[theirs->items[i].at] = mine->items[j].at;
        }
        if (difference <= 0)
            i = next_free(theirs, i + 1);
        if (difference >= 0)
            j = next_free(mine, j + 1);
    }
}

static void match(rename_table *table, const ct_dict *own, const ct_dict *dict)
{
    lones theirs = {NULL, 0}, mine = {NULL, 0};
    size_t size = ct_dict_size(dict), *partner = malloc((size ? size : 1) * sizeof *partner);
    if (!partner)
        core_fail(CT_ERROR_MEMORY, "out of memory for a table of renames");
    else if (lones_find(&theirs, dict, own) == CT_OK && lones_find(&mine, own, dict) == CT_OK) {
        for (size_t i = 0; i < size; i++)
            partner[i] = SIZE_MAX;
        pair(&theirs, &mine, by_word, key_word, partner);
        pair(&theirs, &mine, by_shape, key_shape, partner);
        for (size_t i = 0; i < size && scope_failure() == CT_OK; i++)
            if (partner[i] != SIZE_MAX)
                rename_table_add(table, ct_dict_name(dict, i), ct_dict_name(own, partner[i]));
    }
    free(partner);
    lones_free(&theirs);
    lones_free(&mine);
}

ct_rename_table *ct_module_match(const ct_module *self, const ct_dict *dict)
{
    if (scope_failure() != CT_OK || handle_check(self, HANDLE_MODULE, "ct_module_match", "self") != CT_OK ||
        handle_check(dict, HANDLE_DICT, "ct_module_match", "dict") != CT_OK)
        return NULL;
    ct_scope *scope = ct_scope_begin();
    rename_table *table = NULL;
    ct_rename_table *made = rename_table_new(&table);
    ct_dict *own = ct_module_state_dict(self);
    if (made && own)
        match(table, own, dict);
    made = ct_rename_table_escape(made);
    return ct_scope_end(scope) == CT_OK ? made : NULL;
}
