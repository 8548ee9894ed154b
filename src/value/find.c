/* value/find.c: one step of a path.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "value/parts.h"

#include <string.h>

static bool is_named(const char *name, const value_step *step)
{
    return name && strlen(name) == step->size && memcmp(name, step->chars, step->size) == 0;
}

/* The last of equal keys holds, as in Python. */
static bool find_text(const value_list *parts, const value_step *step, ct_value *out)
{
    for (size_t i = parts->n; i-- > 0;)
        if (is_named(parts->values[i].name, step)) {
            *out = parts->values[i];
            return true;
        }
    return false;
}

static bool find_number(const value_list *parts, const value_step *step, ct_value *out)
{
    for (size_t i = parts->keys ? parts->n : 0; i-- > 0;)
        if (parts->keys[i].kind == CT_VALUE_INT && parts->keys[i].as.integer == step->number) {
            *out = parts->values[i];
            return true;
        }
    return false;
}

static bool find_key(const value_list *parts, const value_step *step, ct_value *out)
{
    return (step->is_text && find_text(parts, step, out)) || (step->is_number && find_number(parts, step, out));
}

static bool find_at(ct_value list, const value_step *step, ct_value *out)
{
    size_t n;
    if (!step->is_number || !value_count(list, &n))
        return false;
    int64_t at = step->number + (step->number < 0 ? (int64_t)n : 0);
    if (at < 0 || (uint64_t)at >= n)
        return false;
    *out = value_part(list, (size_t)at);
    return true;
}

/* As Module.__getattr__ looks for them; `net[0]` of a container is its child "0". */
static bool find_in_module(const value_list *attributes, const value_step *step, ct_value *out)
{
    static const char *const tables[] = {"_parameters", "_buffers", "_modules"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        value_step table = {.chars = tables[i], .size = strlen(tables[i])};
        ct_value found;
        value_list entries;
        if (find_text(attributes, &table, &found) && found.kind == CT_VALUE_DICT && value_parts(found, &entries) &&
            find_text(&entries, step, out))
            return true;
    }
    return false;
}

static bool find_in_object(ct_value object, const value_step *step, ct_value *out)
{
    value_list slots, attributes = value_attributes(object, &slots), entries;
    ct_value dict = object.as.values[CT_OBJECT_DICT], list = object.as.values[CT_OBJECT_LIST];
    if (find_key(&slots, step, out) || find_key(&attributes, step, out) || find_in_module(&attributes, step, out))
        return true;
    if (dict.kind == CT_VALUE_DICT && value_parts(dict, &entries) && find_key(&entries, step, out))
        return true;
    return list.kind == CT_VALUE_LIST && find_at(list, step, out);
}

/* The value is a new handle. */
static bool find_in_state(const ct_dict *dict, const value_step *step, ct_value *out)
{
    for (size_t i = ct_dict_size(dict); step->is_text && i-- > 0;)
        if (is_named(ct_dict_name(dict, i), step)) {
            *out = ct_value_named(ct_dict_name(dict, i), ct_value_tensor(ct_dict_at(dict, i)));
            return true;
        }
    return false;
}

bool value_find(ct_value v, const value_step *step, ct_value *out)
{
    value_list parts;
    switch (v.kind) {
    case CT_VALUE_DICT:
        return value_parts(v, &parts) && find_key(&parts, step, out);
    case CT_VALUE_OBJECT:
        return find_in_object(v, step, out);
    case CT_VALUE_STATE:
        return find_in_state(v.as.dict, step, out);
    default:
        return find_at(v, step, out);
    }
}
