/* formats/record_repr.c: a record as text, as Python would print it; for messages and listings.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/record.h"

#include "core/repr.h"

#include <inttypes.h>

/* The size bounds the work on any graph, as each record writes at least one character; the depth bounds the
 * recursion. */
typedef struct printer {
    text out;
    size_t size;
} printer;

static bool full(const printer *p)
{
    return p->out.failed || p->out.size > p->size;
}

static void add_quoted(printer *p, const char *chars, size_t size, bool bytes)
{
    repr_add_quoted(&p->out, chars, size <= p->size ? size : p->size + 1, bytes);
}

static void add_tensor(printer *p, const record_tensor *t)
{
    text_addf(&p->out, "%s(%s, (", t->is_parameter ? "Parameter" : "Tensor", ct_dtype_name(t->dtype));
    for (size_t i = 0; i < t->ndim; i++)
        text_addf(&p->out, "%s%" PRId64, i ? ", " : "", t->shape[i]);
    text_add(&p->out, t->ndim == 1 ? ",))" : "))");
}

static void add_record(printer *p, const record *r, size_t depth);

static void add_items(printer *p, const char *open, const record *r, const char *close, size_t depth)
{
    text_add(&p->out, open);
    for (size_t i = 0; i < r->list.count && !full(p); i++) {
        text_add(&p->out, i ? ", " : "");
        add_record(p, r->list.items[i], depth);
    }
    text_add(&p->out, close);
}

static void add_pairs(printer *p, const record *r, size_t depth)
{
    text_add(&p->out, "{");
    for (size_t i = 0; i < r->dict.count && !full(p); i++) {
        text_add(&p->out, i ? ", " : "");
        add_record(p, r->dict.pairs[i].key, depth);
        text_add(&p->out, ": ");
        add_record(p, r->dict.pairs[i].value, depth);
    }
    text_add(&p->out, "}");
}

/* Name(arguments), followed by what was put into it. */
static void add_object(printer *p, const record *r, size_t depth)
{
    const record *kwargs = r->object->kwargs && r->object->kwargs->dict.count ? r->object->kwargs : NULL;
    const record *parts[] = {kwargs, r->object->list, r->object->dict, r->state};
    add_record(p, r->object->callable, depth);
    add_items(p, "(", r->object->args, ")", depth);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i]) {
            text_add(&p->out, " ");
            add_record(p, parts[i], depth);
        }
}

static void add_compound(printer *p, const record *r, size_t depth)
{
    switch (r->kind) {
    case RECORD_LIST:
        add_items(p, "[", r, "]", depth);
        break;
    case RECORD_TUPLE:
        add_items(p, "(", r, r->list.count == 1 ? ",)" : ")", depth);
        break;
    case RECORD_SET:
        if (r->list.count)
            add_items(p, "{", r, "}", depth);
        else
            text_add(&p->out, "set()");
        break;
    case RECORD_DICT:
        add_pairs(p, r, depth);
        break;
    default:
        add_object(p, r, depth);
        break;
    }
}

static void add_record(printer *p, const record *r, size_t depth)
{
    switch (r->kind) {
    case RECORD_NONE:
        text_add(&p->out, "None");
        break;
    case RECORD_BOOL:
        text_add(&p->out, r->boolean ? "True" : "False");
        break;
    case RECORD_INT:
        text_addf(&p->out, "%" PRId64, r->integer);
        break;
    case RECORD_BIG_INT:
        text_add(&p->out, r->text.chars);
        break;
    case RECORD_FLOAT:
        repr_add_real(&p->out, r->real);
        break;
    case RECORD_STRING:
        add_quoted(p, r->text.chars, r->text.size, false);
        break;
    case RECORD_BYTES:
        text_add(&p->out, "b");
        add_quoted(p, r->text.chars, r->text.size, true);
        break;
    case RECORD_GLOBAL:
        text_addf(&p->out, "%s.%s", r->global.module, r->global.name);
        break;
    case RECORD_STORAGE:
        text_addf(&p->out, "Storage(%s, %zu bytes)", ct_dtype_name(r->storage->dtype), r->storage->size);
        break;
    case RECORD_TENSOR:
        add_tensor(p, r->tensor);
        break;
    default:
        if (depth && !full(p))
            add_compound(p, r, depth - 1);
        else
            text_add(&p->out, "...");
        break;
    }
}

char *record_repr(const record *r, size_t depth, size_t size)
{
    printer p = {.size = size};
    add_record(&p, r, depth < RECORD_DEPTH_MAX ? depth : RECORD_DEPTH_MAX);
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
