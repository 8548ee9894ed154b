/* checkpoint/save_value.c: values as Python's pickle has them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/save.h"

#include "core/error.h"
#include "core/scope.h"
#include "core/text.h"
#include "formats/record.h"

#include <stdlib.h>
#include <string.h>

static const pickle_identity NOBODY = {.address = NULL};

/* ---- places ---- */

static void add_place(text *t, const save_place *at)
{
    if (!at)
        return;
    add_place(t, at->up);
    if (!at->name)
        text_addf(t, "[%zu]", at->index);
    else if (strpbrk(at->name, ".["))
        text_addf(t, "[\"%s\"]", at->name);
    else
        text_addf(t, "%s%s", at->up ? "." : "", at->name);
}

ct_status save_fail(const save_state *s, const save_place *at, ct_status code, const char *what)
{
    text place = {.chars = NULL};
    add_place(&place, at);
    char *chars = text_finish(&place);
    ct_status status = core_fail(code, "%s: %s %s", s->path, chars && *chars ? chars : "the value", what);
    free(chars);
    return status;
}

/* ---- several of one kind ---- */

/* What an array is in memory makes it one list wherever it is met. */
static pickle_identity identity_of(const ct_value *v)
{
    return v->n ? (pickle_identity){.address = v->as.values, .size = v->n, .kind = v->kind} : NOBODY;
}

static ct_value item_of(const ct_value *v, size_t i)
{
    switch (v->kind) {
    case CT_VALUE_INTS:
        return ct_value_int(v->as.ints[i]);
    case CT_VALUE_REALS:
        return ct_value_real(v->as.reals[i]);
    case CT_VALUE_BOOLS:
        return ct_value_bool(v->as.bools[i]);
    case CT_VALUE_STRINGS:
        return ct_value_string(v->as.strings[i]);
    case CT_VALUE_TENSORS:
        return ct_value_tensor(v->as.tensors[i]);
    default:
        return v->as.values[i];
    }
}

static void save_items(save_state *s, const ct_value *v, const save_place *at)
{
    for (size_t i = 0; i < v->n && scope_failure() == CT_OK; i++) {
        ct_value item = item_of(v, i);
        save_value(s, &item, &(save_place){.up = at, .index = i});
    }
}

static void save_list(save_state *s, const ct_value *v, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    pickle_begin_list(p, v->n, identity_of(v));
    save_items(s, v, at);
    pickle_end_list(p, v->n);
}

static void save_tuple(save_state *s, const ct_value *v, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    pickle_begin_tuple(p, v->n);
    save_items(s, v, at);
    pickle_end_tuple(p, v->n, identity_of(v));
}

static void save_set(save_state *s, const ct_value *v, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    pickle_begin_set(p, v->n);
    save_items(s, v, at);
    pickle_end_set(p, v->n, identity_of(v));
}

/* ---- dicts ---- */

static bool has_named_keys(const ct_value *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (!v->as.values[i].name)
            return false;
    return true;
}

static void save_pairs(save_state *s, const ct_value *v, const save_place *at)
{
    bool named = has_named_keys(v);
    for (size_t i = 0; i < v->n && scope_failure() == CT_OK; i++) {
        const ct_value *value = &v->as.values[i];
        save_place place = {.up = at, .name = value->name, .index = i};
        if (named)
            pickle_write_text(pt_writer_pickle(s->out), value->name);
        else
            save_value(s, &v->as.values[v->n + i], &place);
        save_value(s, value, &place);
    }
}

static void save_dict(save_state *s, const ct_value *v, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    pickle_begin_dict(p, v->n, identity_of(v));
    save_pairs(s, v, at);
    pickle_end_dict(p, v->n);
}

/* A state_dict is an OrderedDict in Python. */
static void save_state_dict(save_state *s, const ct_dict *dict, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    pickle_identity identity = {.address = dict, .kind = CT_VALUE_STATE};
    if (pickle_write_shared(p, identity))
        return;
    size_t n = ct_dict_size(dict);
    pickle_write_global(p, "collections", "OrderedDict");
    pickle_begin_tuple(p, 0);
    pickle_end_tuple(p, 0, NOBODY);
    pickle_write_call(p, identity);
    pickle_begin_items(p, n);
    for (size_t i = 0; i < n && scope_failure() == CT_OK; i++) {
        const char *name = ct_dict_name(dict, i);
        pickle_write_text(p, name);
        save_tensor(s, ct_dict_at(dict, i), &(save_place){.up = at, .name = name});
    }
    pickle_end_items(p, n, true);
}

/* ---- classes and objects ---- */

/* "torch.nn.Linear" is the Linear of torch.nn. */
static void save_global(save_state *s, const char *name)
{
    const char *dot = strrchr(name, '.');
    char *module = text_copy(name);
    if (!module) {
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", s->path);
        return;
    }
    module[dot ? dot - name : 0] = '\0';
    pickle_write_global(pt_writer_pickle(s->out), module, dot ? dot + 1 : name);
    free(module);
}

static void save_object_items(save_state *s, const ct_value *part, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    bool keyed = part->kind == CT_VALUE_DICT;
    if (part->kind != CT_VALUE_DICT && part->kind != CT_VALUE_LIST)
        return;
    pickle_begin_items(p, part->n);
    if (keyed)
        save_pairs(s, part, at);
    else
        save_items(s, part, at);
    pickle_end_items(p, part->n, keyed);
}

/* What stands for a tensor that could not be made from a file (value.h). */
static bool is_lost_tensor(const ct_value *object)
{
    const ct_value *callable = &object->as.values[CT_OBJECT_CALLABLE];
    return callable->kind == CT_VALUE_GLOBAL && strcmp(callable->as.string, "torch.Tensor") == 0 &&
           object->as.values[CT_OBJECT_KWARGS].n > 0;
}

/* An object is called into being, or, where there are keywords, if only an empty dict of them, made by its class's
 * __new__. */
static void save_object(save_state *s, const ct_value *v, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    const ct_value *parts = v->as.values, *args = &parts[CT_OBJECT_ARGS], *kwargs = &parts[CT_OBJECT_KWARGS];
    ct_value none = ct_value_tuple(NULL, 0);
    if (is_lost_tensor(v)) {
        save_fail(s, at, CT_ERROR_NOT_IMPLEMENTED, "is a tensor that this libtorch could not hold when it was read");
        return;
    }
    save_value(s, &parts[CT_OBJECT_CALLABLE], at);
    save_value(s, args->kind == CT_VALUE_NONE ? &none : args, at);
    if (kwargs->kind == CT_VALUE_NONE) {
        pickle_write_call(p, identity_of(v));
    } else {
        if (kwargs->n)
            save_value(s, kwargs, at);
        pickle_write_new(p, kwargs->n > 0, identity_of(v));
    }
    save_object_items(s, &parts[CT_OBJECT_LIST], at);
    save_object_items(s, &parts[CT_OBJECT_DICT], at);
    if (parts[CT_OBJECT_STATE].kind != CT_VALUE_NONE) {
        save_value(s, &parts[CT_OBJECT_STATE], at);
        pickle_write_state(p);
    }
}

/* ---- any value ---- */

static void save_several(save_state *s, const ct_value *v, const save_place *at)
{
    if (v->n > 0 && !v->as.values)
        save_fail(s, at, CT_ERROR_VALUE, "has items, but the pointer to them is NULL");
    else if (s->depth == RECORD_DEPTH_MAX)
        save_fail(s, at, CT_ERROR_VALUE, "is nested more than 1000 deep, which Python does not read");
    if (scope_failure() != CT_OK || pickle_write_shared(pt_writer_pickle(s->out), identity_of(v)))
        return;
    s->depth++;
    if (v->kind == CT_VALUE_TUPLE)
        save_tuple(s, v, at);
    else if (v->kind == CT_VALUE_SET)
        save_set(s, v, at);
    else if (v->kind == CT_VALUE_DICT)
        save_dict(s, v, at);
    else if (v->kind != CT_VALUE_OBJECT)
        save_list(s, v, at);
    else if (v->n == CT_OBJECT_PARTS)
        save_object(s, v, at);
    else
        save_fail(s, at, CT_ERROR_VALUE, "is an object without its parts");
    s->depth--;
}

/* What torch has as objects; constants beyond their ranges are none. */
static void save_constant(save_state *s, const ct_value *v, const save_place *at)
{
    bool known = v->kind == CT_VALUE_DTYPE ? ct_dtype_size(v->as.dtype) > 0
                 : v->kind == CT_VALUE_LAYOUT
                     ? v->as.layout > CT_LAYOUT_NONE && v->as.layout <= CT_MKLDNN
                     : v->as.memory_format > CT_MEMORY_FORMAT_NONE && v->as.memory_format <= CT_CHANNELS_LAST_3D;
    if (!known)
        save_fail(s, at, CT_ERROR_VALUE, "is no element type, layout or memory format that there is");
    else if (v->kind == CT_VALUE_DTYPE)
        pt_write_dtype(s->out, v->as.dtype);
    else if (v->kind == CT_VALUE_LAYOUT)
        pt_write_layout(s->out, v->as.layout);
    else
        pt_write_memory_format(s->out, v->as.memory_format);
}

static void save_plain(save_state *s, const ct_value *v, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    switch (v->kind) {
    case CT_VALUE_INT:
        pickle_write_int(p, v->as.integer);
        break;
    case CT_VALUE_REAL:
        pickle_write_float(p, v->as.real);
        break;
    case CT_VALUE_BOOL:
        pickle_write_bool(p, v->as.boolean);
        break;
    case CT_VALUE_COMPLEX:
        pickle_write_complex(p, v->as.parts[0], v->as.parts[1]);
        break;
    case CT_VALUE_BYTES:
        pickle_write_bytes(p, v->as.bytes, v->n);
        break;
    case CT_VALUE_LONG:
        pickle_write_long(p, v->as.string);
        break;
    case CT_VALUE_GENERATOR:
        save_fail(s, at, CT_ERROR_TYPE, "is a generator; save its state, ct_generator_get_state");
        break;
    default:
        save_fail(s, at, CT_ERROR_TYPE, "is a pointer to something that a file cannot hold");
        break;
    }
}

static void save_any(save_state *s, const ct_value *v, const save_place *at)
{
    pickle_writer *p = pt_writer_pickle(s->out);
    switch (v->kind) {
    case CT_VALUE_STRING: /* with a size, one that may hold NULs */
        pickle_write_string(p, v->as.string, v->n ? v->n : strlen(v->as.string));
        break;
    case CT_VALUE_GLOBAL:
        save_global(s, v->as.string);
        break;
    case CT_VALUE_DTYPE:
    case CT_VALUE_LAYOUT:
    case CT_VALUE_MEMORY_FORMAT:
        save_constant(s, v, at);
        break;
    case CT_VALUE_DEVICE:
        pt_write_device(s->out, v->as.string);
        break;
    case CT_VALUE_STATE:
        save_state_dict(s, v->as.dict, at);
        break;
    case CT_VALUE_INTS:
    case CT_VALUE_REALS:
    case CT_VALUE_BOOLS:
    case CT_VALUE_STRINGS:
    case CT_VALUE_TENSORS:
    case CT_VALUE_LIST:
    case CT_VALUE_TUPLE:
    case CT_VALUE_SET:
    case CT_VALUE_DICT:
    case CT_VALUE_OBJECT:
        save_several(s, v, at);
        break;
    default:
        save_plain(s, v, at);
        break;
    }
}

bool save_is_none(const ct_value *v)
{
    switch (v->kind) {
    case CT_VALUE_TENSOR:
        return !v->as.tensor;
    case CT_VALUE_STRING:
    case CT_VALUE_DEVICE:
    case CT_VALUE_GLOBAL:
    case CT_VALUE_LONG:
        return !v->as.string;
    case CT_VALUE_DTYPE:
        return v->as.dtype == CT_DTYPE_NONE;
    case CT_VALUE_LAYOUT:
        return v->as.layout == CT_LAYOUT_NONE;
    case CT_VALUE_MEMORY_FORMAT:
        return v->as.memory_format == CT_MEMORY_FORMAT_NONE;
    case CT_VALUE_GENERATOR:
        return !v->as.generator;
    case CT_VALUE_STATE:
        return !v->as.dict;
    default:
        return v->kind == CT_VALUE_NONE;
    }
}

void save_value(save_state *s, const ct_value *v, const save_place *at)
{
    if (scope_failure() != CT_OK)
        return;
    if (save_is_none(v))
        pickle_write_none(pt_writer_pickle(s->out));
    else if (v->kind == CT_VALUE_TENSOR)
        save_tensor(s, v->as.tensor, at);
    else
        save_any(s, v, at);
    const char *problem = pickle_writer_problem(pt_writer_pickle(s->out));
    if (problem && scope_failure() == CT_OK)
        save_fail(s, at, CT_ERROR_VALUE, problem);
}
