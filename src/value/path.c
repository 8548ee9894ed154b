/* value/path.c: what is at a path.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "value/parts.h"

#include "core/error.h"
#include "core/repr.h"
#include "core/scope.h"

#include <stdlib.h>
#include <string.h>

/* How far a path has been followed. */
typedef struct walk {
    const char *path, *rest;
    ct_value at;
    bool is_made; /* the value is a handle that was made on the way */
} walk;

static bool read_number(const char *chars, size_t size, int64_t *number)
{
    char digits[24], *end;
    if (size == 0 || size >= sizeof digits || chars[0] == ' ' || chars[0] == '+')
        return false;
    memcpy(digits, chars, size);
    digits[size] = '\0';
    *number = strtoll(digits, &end, 10);
    return *end == '\0';
}

static bool take(walk *w, value_step step, const char *rest)
{
    ct_value found;
    if (!value_find(w->at, &step, &found))
        return false;
    w->is_made = w->at.kind == CT_VALUE_STATE;
    w->at = found;
    w->rest = rest;
    return true;
}

/* `[0]`, `["a.b"]` */
static bool take_bracket(walk *w)
{
    const char *open = w->rest + 1;
    if (*open == '"' || *open == '\'') {
        const char *close = strchr(open + 1, *open);
        return close && close[1] == ']' &&
               take(w, (value_step){.chars = open + 1, .size = (size_t)(close - open - 1), .is_text = true}, close + 2);
    }
    value_step step = {.chars = open, .size = strcspn(open, "]"), .is_number = true};
    return open[step.size] == ']' && read_number(open, step.size, &step.number) && take(w, step, open + step.size + 1);
}

/* All that is left, or the shortest part of it up to a dot or a bracket that is a key. */
static bool take_name(walk *w)
{
    const char *begin = w->rest + (*w->rest == '.' && w->rest != w->path);
    size_t size = strlen(begin);
    for (size_t end = size;;) {
        value_step step = {.chars = begin, .size = end, .is_text = true};
        step.is_number = read_number(begin, end, &step.number);
        if (take(w, step, begin + end))
            return true;
        end = end == size ? strcspn(begin, ".[") : end + 1 + strcspn(begin + end + 1, ".[");
        if (end >= size)
            return false;
    }
}

static bool follow(walk *w)
{
    while (*w->rest)
        if (!(*w->rest == '[' && take_bracket(w)) && !take_name(w))
            return false;
    return true;
}

/* "; there are 'epoch', 'model' and 3 more" */
static void add_keys(text *message, ct_value v)
{
    enum { SHOWN = 8 };
    value_list parts;
    if (!value_parts(v, &parts))
        return;
    if (v.kind != CT_VALUE_DICT && v.kind != CT_VALUE_OBJECT) {
        text_addf(message, "; it has %zu items", parts.n);
        return;
    }
    for (size_t i = 0; i < parts.n && i < SHOWN; i++) {
        char *key = value_repr(value_key_of(&parts, i), 0, 60);
        text_addf(message, "%s%s", i ? ", " : "; there are ", key ? key : "?");
        free(key);
    }
    if (parts.n > SHOWN)
        text_addf(message, " and %zu more", parts.n - SHOWN);
}

static void fail_at(const walk *w)
{
    text message = {.chars = NULL};
    int followed = (int)(w->rest - w->path);
    bool dotted = *w->rest == '.' && followed;
    text_addf(&message, "ct_value_get: ");
    if (followed)
        text_addf(&message, "'%.*s' is %s and ", followed, w->path, value_kind_name(w->at));
    text_addf(&message, followed ? "has no '%s'" : "there is no '%s'", w->rest + dotted);
    if (!followed && w->at.kind != CT_VALUE_DICT)
        text_addf(&message, " in %s", value_kind_name(w->at));
    add_keys(&message, w->at);
    core_fail_text(CT_ERROR_KEY, message.failed ? "out of memory" : message.chars, 0, NULL);
    free(text_finish(&message));
}

/* Follows a path in a scope of its own, which frees the handles that are made on the way. */
ct_value ct_value_get(ct_value v, const char *path)
{
    if (scope_failure() != CT_OK)
        return ct_value_none();
    if (!path) {
        core_fail_null("ct_value_get", "path");
        return ct_value_none();
    }
    ct_scope *scope = ct_scope_begin();
    walk w = {.path = path, .rest = path, .at = v};
    bool found = follow(&w);
    if (found && w.is_made)
        w.at.as.tensor = ct_tensor_escape(w.at.as.tensor);
    else if (!found)
        fail_at(&w);
    return ct_scope_end(scope) == CT_OK ? w.at : ct_value_none();
}

bool ct_value_has(ct_value v, const char *path)
{
    if (scope_failure() != CT_OK)
        return false;
    if (!path) {
        core_fail_null("ct_value_has", "path");
        return false;
    }
    ct_scope *scope = ct_scope_begin();
    walk w = {.path = path, .rest = path, .at = v};
    bool found = follow(&w);
    return ct_scope_end(scope) == CT_OK && found;
}
