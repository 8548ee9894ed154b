/* value/parts.c: see parts.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "value/parts.h"

#include <string.h>

size_t value_text_size(ct_value v)
{
    return v.n || !v.as.string ? v.n : strlen(v.as.string);
}

static value_list dict_parts(ct_value dict)
{
    value_list parts = {dict.as.values, NULL, dict.n};
    for (size_t i = 0; i < dict.n; i++)
        if (!dict.as.values[i].name) {
            parts.keys = dict.as.values + dict.n;
            break;
        }
    return parts;
}

value_list value_attributes(ct_value object, value_list *slots)
{
    ct_value state = object.as.values[CT_OBJECT_STATE];
    *slots = (value_list){.n = 0};
    if (state.kind == CT_VALUE_TUPLE && state.n == 2) {
        if (state.as.values[1].kind == CT_VALUE_DICT)
            *slots = dict_parts(state.as.values[1]);
        state = state.as.values[0];
    }
    return state.kind == CT_VALUE_DICT ? dict_parts(state) : (value_list){.n = 0};
}

/* What an object is made of: its attributes, or of a subclass of dict or list without any, its entries. */
static value_list object_parts(ct_value object)
{
    value_list slots, attributes = value_attributes(object, &slots);
    ct_value dict = object.as.values[CT_OBJECT_DICT], list = object.as.values[CT_OBJECT_LIST];
    if (attributes.n)
        return attributes;
    if (slots.n)
        return slots;
    if (dict.kind == CT_VALUE_DICT)
        return dict_parts(dict);
    return list.kind == CT_VALUE_LIST ? (value_list){list.as.values, NULL, list.n} : (value_list){.n = 0};
}

bool value_parts(ct_value v, value_list *out)
{
    switch (v.kind) {
    case CT_VALUE_LIST:
    case CT_VALUE_TUPLE:
    case CT_VALUE_SET:
        *out = (value_list){v.as.values, NULL, v.n};
        return true;
    case CT_VALUE_DICT:
        *out = dict_parts(v);
        return true;
    case CT_VALUE_OBJECT:
        *out = object_parts(v);
        return true;
    default:
        return false;
    }
}

bool value_count(ct_value v, size_t *n)
{
    value_list parts;
    bool has_parts = (v.kind >= CT_VALUE_INTS && v.kind <= CT_VALUE_TENSORS) || v.kind == CT_VALUE_BYTES;
    *n = 0;
    if (v.kind == CT_VALUE_STATE)
        *n = ct_dict_size(v.as.dict);
    else if (value_parts(v, &parts))
        *n = parts.n;
    else if (has_parts)
        *n = v.n;
    else
        return false;
    return true;
}

ct_value value_part(ct_value v, size_t i)
{
    value_list parts;
    switch (v.kind) {
    case CT_VALUE_INTS:
        return ct_value_int(v.as.ints[i]);
    case CT_VALUE_REALS:
        return ct_value_real(v.as.reals[i]);
    case CT_VALUE_BOOLS:
        return ct_value_bool(v.as.bools[i]);
    case CT_VALUE_STRINGS:
        return ct_value_string(v.as.strings[i]);
    case CT_VALUE_TENSORS:
        return ct_value_tensor(v.as.tensors[i]);
    case CT_VALUE_BYTES:
        return ct_value_int(v.as.bytes[i]);
    case CT_VALUE_STATE:
        return ct_value_named(ct_dict_name(v.as.dict, i), ct_value_tensor(ct_dict_at(v.as.dict, i)));
    default:
        return value_parts(v, &parts) ? parts.values[i] : ct_value_none();
    }
}

ct_value value_key_of(const value_list *parts, size_t i)
{
    return parts->keys ? parts->keys[i] : ct_value_string(parts->values[i].name);
}

const char *value_kind_name(ct_value v)
{
    static const char *const names[] = {[CT_VALUE_NONE] = "None",
                                        [CT_VALUE_TENSOR] = "a Tensor",
                                        [CT_VALUE_INT] = "an int",
                                        [CT_VALUE_REAL] = "a float",
                                        [CT_VALUE_BOOL] = "a bool",
                                        [CT_VALUE_STRING] = "a str",
                                        [CT_VALUE_COMPLEX] = "a complex",
                                        [CT_VALUE_DTYPE] = "a dtype",
                                        [CT_VALUE_LAYOUT] = "a layout",
                                        [CT_VALUE_MEMORY_FORMAT] = "a memory_format",
                                        [CT_VALUE_DEVICE] = "a device",
                                        [CT_VALUE_GENERATOR] = "a Generator",
                                        [CT_VALUE_INTS] = "a list of ints",
                                        [CT_VALUE_REALS] = "a list of floats",
                                        [CT_VALUE_BOOLS] = "a list of bools",
                                        [CT_VALUE_STRINGS] = "a list of strs",
                                        [CT_VALUE_TENSORS] = "a list of Tensors",
                                        [CT_VALUE_POINTER] = "a pointer that no value can be",
                                        [CT_VALUE_LIST] = "a list",
                                        [CT_VALUE_TUPLE] = "a tuple",
                                        [CT_VALUE_SET] = "a set",
                                        [CT_VALUE_DICT] = "a dict",
                                        [CT_VALUE_STATE] = "a dict of tensors",
                                        [CT_VALUE_BYTES] = "bytes",
                                        [CT_VALUE_LONG] = "an int",
                                        [CT_VALUE_GLOBAL] = "a class or function",
                                        [CT_VALUE_OBJECT] = "an object"};
    return (size_t)v.kind < sizeof names / sizeof *names ? names[v.kind] : "a value of an unknown kind";
}
