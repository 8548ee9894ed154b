/* value/repr.c: a value as Python's repr writes it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "value/parts.h"

#include "core/repr.h"

#include <ctorch/base.h>

#include <inttypes.h>
#include <string.h>

/* What is being written: a list that is in itself is "[...]". */
typedef struct level {
    const void *values;
    const struct level *outer;
} level;

/* The size bounds the work on any graph, as each value writes at least one character; the depth bounds the recursion.
 * */
typedef struct printer {
    text out;
    size_t size, depth;
} printer;

static void add_value(printer *p, ct_value v, const level *outer, size_t depth);

static bool full(const printer *p)
{
    return p->out.failed || p->out.size > p->size;
}

static void add_quoted(printer *p, const void *chars, size_t size, bool bytes)
{
    repr_add_quoted(&p->out, chars, size <= p->size ? size : p->size + 1, bytes);
}

static void add_tensor(printer *p, const ct_tensor *t)
{
    if (!t) {
        text_add(&p->out, "None");
        return;
    }
    const int64_t *shape = ct_tensor_shape(t);
    int64_t n = ct_tensor_dim(t);
    text_addf(&p->out, "Tensor(%s, (", ct_dtype_name(ct_tensor_dtype(t)));
    for (int64_t i = 0; i < n; i++)
        text_addf(&p->out, "%s%" PRId64, i ? ", " : "", shape[i]);
    text_add(&p->out, n == 1 ? ",))" : "))");
}

/* ---- What has parts ---- */

static void add_dict(printer *p, const value_list *parts, const level *outer, size_t depth)
{
    text_add(&p->out, "{");
    for (size_t i = 0; i < parts->n && !full(p); i++) {
        text_add(&p->out, i ? ", " : "");
        add_value(p, value_key_of(parts, i), outer, depth);
        text_add(&p->out, ": ");
        add_value(p, parts->values[i], outer, depth);
    }
    text_add(&p->out, "}");
}

static void add_state(printer *p, const ct_dict *dict)
{
    size_t n = ct_dict_size(dict);
    text_add(&p->out, "{");
    for (size_t i = 0; i < n && !full(p); i++) {
        const char *name = ct_dict_name(dict, i);
        ct_tensor *tensor = ct_dict_at(dict, i);
        text_add(&p->out, i ? ", " : "");
        add_quoted(p, name, strlen(name), false);
        text_add(&p->out, ": ");
        add_tensor(p, tensor);
        ct_tensor_free(tensor);
    }
    text_add(&p->out, "}");
}

static void add_items(printer *p, ct_value v, const level *outer, size_t depth)
{
    size_t n;
    value_count(v, &n);
    bool tuple = v.kind == CT_VALUE_TUPLE, set = v.kind == CT_VALUE_SET;
    if (set && n == 0) {
        text_add(&p->out, "set()");
        return;
    }
    text_add(&p->out, tuple ? "(" : set ? "{" : "[");
    for (size_t i = 0; i < n && !full(p); i++) {
        text_add(&p->out, i ? ", " : "");
        add_value(p, value_part(v, i), outer, depth);
    }
    text_add(&p->out, tuple ? (n == 1 ? ",)" : ")") : set ? "}" : "]");
}

/* Name(arguments), followed by what was put into it. */
static void add_object(printer *p, ct_value v, const level *outer, size_t depth)
{
    static const int added[] = {CT_OBJECT_KWARGS, CT_OBJECT_LIST, CT_OBJECT_DICT, CT_OBJECT_STATE};
    const ct_value *part = v.as.values;
    add_value(p, part[CT_OBJECT_CALLABLE], outer, depth);
    if (part[CT_OBJECT_ARGS].kind == CT_VALUE_TUPLE && part[CT_OBJECT_ARGS].n != 1)
        add_value(p, part[CT_OBJECT_ARGS], outer, depth);
    else if (part[CT_OBJECT_ARGS].kind == CT_VALUE_TUPLE) {
        text_add(&p->out, "(");
        add_value(p, part[CT_OBJECT_ARGS].as.values[0], outer, depth);
        text_add(&p->out, ")");
    }
    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        if (part[added[i]].kind != CT_VALUE_NONE) {
            text_add(&p->out, " ");
            add_value(p, part[added[i]], outer, depth);
        }
}

static void add_parts(printer *p, ct_value v, const level *outer, size_t depth)
{
    const level here = {v.kind >= CT_VALUE_LIST ? (const void *)v.as.values : NULL, outer};
    value_list parts;
    bool is_inside = depth == p->depth;
    for (const level *around = outer; around && !is_inside; around = around->outer)
        is_inside = v.n > 0 && here.values && around->values == here.values;
    if (is_inside || full(p))
        text_add(&p->out, v.kind == CT_VALUE_DICT ? "{...}" : v.kind == CT_VALUE_TUPLE ? "(...)" : "[...]");
    else if (v.kind == CT_VALUE_STATE)
        add_state(p, v.as.dict);
    else if (v.kind == CT_VALUE_OBJECT)
        add_object(p, v, &here, depth + 1);
    else if (v.kind == CT_VALUE_DICT && value_parts(v, &parts))
        add_dict(p, &parts, &here, depth + 1);
    else
        add_items(p, v, &here, depth + 1);
}

/* ---- What has none ---- */

static void add_device(printer *p, const char *name)
{
    size_t type = strcspn(name, ":");
    text_add(&p->out, "device(type=");
    add_quoted(p, name, type, false);
    if (name[type])
        text_addf(&p->out, ", index=%s", name + type + 1);
    text_add(&p->out, ")");
}

static const char *constant_name(ct_value v)
{
    static const char *const layouts[] = {"None",
                                          "torch.strided",
                                          "torch.sparse_coo",
                                          "torch.sparse_csr",
                                          "torch.sparse_csc",
                                          "torch.sparse_bsr",
                                          "torch.sparse_bsc",
                                          "torch._mkldnn"};
    static const char *const formats[] = {"None", "torch.contiguous_format", "torch.preserve_format",
                                          "torch.channels_last", "torch.channels_last_3d"};
    bool is_layout = v.kind == CT_VALUE_LAYOUT;
    size_t which = is_layout ? (size_t)v.as.layout : (size_t)v.as.memory_format;
    size_t count = is_layout ? sizeof layouts / sizeof *layouts : sizeof formats / sizeof *formats;
    return which >= count ? "?" : is_layout ? layouts[which] : formats[which];
}

static void add_value(printer *p, ct_value v, const level *outer, size_t depth)
{
    switch (v.kind) {
    case CT_VALUE_NONE:
        text_add(&p->out, "None");
        break;
    case CT_VALUE_TENSOR:
        add_tensor(p, v.as.tensor);
        break;
    case CT_VALUE_INT:
        text_addf(&p->out, "%" PRId64, v.as.integer);
        break;
    case CT_VALUE_REAL:
        repr_add_real(&p->out, v.as.real);
        break;
    case CT_VALUE_BOOL:
        text_add(&p->out, v.as.boolean ? "True" : "False");
        break;
    case CT_VALUE_STRING:
        if (v.as.string)
            add_quoted(p, v.as.string, value_text_size(v), false);
        else
            text_add(&p->out, "None");
        break;
    case CT_VALUE_COMPLEX:
        repr_add_complex(&p->out, v.as.parts[0], v.as.parts[1]);
        break;
    case CT_VALUE_DTYPE:
        text_add(&p->out, v.as.dtype == CT_DTYPE_NONE ? "None" : ct_dtype_name(v.as.dtype));
        break;
    case CT_VALUE_LAYOUT:
    case CT_VALUE_MEMORY_FORMAT:
        text_add(&p->out, constant_name(v));
        break;
    case CT_VALUE_DEVICE:
        add_device(p, v.as.string ? v.as.string : "");
        break;
    case CT_VALUE_GENERATOR:
        text_add(&p->out, "Generator()");
        break;
    case CT_VALUE_BYTES:
        text_add(&p->out, "b");
        add_quoted(p, v.as.bytes, v.n, true);
        break;
    case CT_VALUE_LONG:
    case CT_VALUE_GLOBAL:
        text_add(&p->out, v.as.string);
        break;
    case CT_VALUE_POINTER:
        text_add(&p->out, "a pointer");
        break;
    default:
        add_parts(p, v, outer, depth);
        break;
    }
}

char *value_repr(ct_value v, size_t depth, size_t size)
{
    printer p = {.size = size, .depth = depth};
    add_value(&p, v, NULL, 0);
    if (full(&p) && !p.out.failed) {
        /* A cut must not leave half a character of UTF-8. */
        while (size && ((unsigned char)p.out.chars[size] & 0xc0) == 0x80)
            size--;
        p.out.chars[size] = '\0';
        p.out.size = size;
        text_add(&p.out, "...");
    }
    return text_finish(&p.out);
}
