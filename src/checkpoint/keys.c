/* checkpoint/keys.c: see keys.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/keys.h"

#include "core/error.h"
#include "core/scope.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

static bool begins_with(const char *key, const char *prefix)
{
    return strncmp(key, prefix, strlen(prefix)) == 0;
}

/* What is behind a rename's `from` in a key: "" for the key itself, ".weight" for one below it; NULL for another. */
static const char *behind(const char *key, const char *from)
{
    const char *rest = begins_with(key, from) ? key + strlen(from) : NULL;
    return rest && (*rest == '\0' || *rest == '.') ? rest : NULL;
}

static char *renamed(const char *key, const ct_load_options *o)
{
    if (o->strip_prefix && begins_with(key, o->strip_prefix))
        key += strlen(o->strip_prefix);
    char *name = text_format("%s%s", o->add_prefix ? o->add_prefix : "", key);
    for (size_t i = 0; name && i < o->n_renames; i++) {
        const char *rest = behind(name, o->renames[i].from);
        if (!rest)
            continue;
        char *other = text_format("%s%s", o->renames[i].to, rest);
        free(name);
        return other;
    }
    return name;
}

/* Adds one entry under its new name. */
static ct_status add_renamed(ct_dict *to, const ct_dict *from, size_t i, const ct_load_options *o, const char *function)
{
    const char *key = ct_dict_name(from, i);
    char *name = renamed(key, o);
    if (!name)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", function);
    const char *final = o->rename ? o->rename(name, o->user) : name;
    if (final && ct_dict_has(to, final)) {
        core_fail(CT_ERROR_KEY, "%s: '%s' is renamed to '%s', which another entry is already", function, key, final);
    } else if (final) {
        ct_tensor *tensor = ct_dict_at(from, i);
        ct_dict_set(to, final, tensor);
        ct_tensor_free(tensor);
    }
    free(name);
    return scope_failure();
}

static bool check_renames(const ct_load_options *o, const char *function)
{
    if (o->n_renames > 0 && !o->renames) {
        core_fail_null(function, "renames");
        return false;
    }
    for (size_t i = 0; i < o->n_renames; i++)
        if (!o->renames[i].from || !o->renames[i].to) {
            core_fail(CT_ERROR_VALUE, "%s: renames[%zu] has no '%s'", function, i, o->renames[i].from ? "to" : "from");
            return false;
        }
    return true;
}

ct_dict *keys_renamed(const ct_dict *dict, const ct_load_options *o, const char *function)
{
    if (!check_renames(o, function))
        return NULL;
    ct_dict *made = ct_dict_new();
    size_t size = ct_dict_size(dict);
    for (size_t i = 0; i < size; i++)
        if (add_renamed(made, dict, i, o, function) != CT_OK)
            return NULL;
    return made;
}

char *keys_foreign_prefix(const ct_dict *dict, const ct_dict *other)
{
    const char *first = ct_dict_size(dict) ? ct_dict_name(dict, 0) : "", *dot = strchr(first, '.');
    char *prefix = text_format("%.*s", dot ? (int)(dot - first) + 1 : 0, first);
    bool is_foreign = prefix && *prefix;
    size_t here = ct_dict_size(dict), there = ct_dict_size(other);
    for (size_t i = 0; i < here && is_foreign; i++)
        is_foreign = begins_with(ct_dict_name(dict, i), prefix);
    for (size_t i = 0; i < there && is_foreign; i++)
        is_foreign = !begins_with(ct_dict_name(other, i), prefix);
    if (prefix && !is_foreign)
        *prefix = '\0';
    return prefix;
}
