/* formats/module_text.c: see module_text.h. The tree, line by line, and the entries.
 *
 * Python prints a module that has children, or lines to say of itself, as
 *
 *     Name(
 *       what it says of itself
 *       (child): Name(...)
 *     )
 *
 * and any other one as Name(what it says of itself). The last line is as far in as the first one, which is how
 * it is told from a ')' that the module says of itself.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/module_text.h"

#include "core/error.h"
#include "formats/module_text_reader.h"
#include "formats/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct text_line {
    const char *start, *end; /* without the spaces around it */
    const char *next;        /* where the next one begins; NULL behind the last */
    size_t indent;
} text_line;

typedef struct tree {
    text_reader reader;
    text_line line;   /* the one that is read */
    size_t depth;     /* of the modules around it */
    uint64_t modules; /* so far, each repetition counted */
} tree;

/* ---- lines ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static void set_line(tree *t, const char *start)
{
    text_line *l = &t->line;
    const char *newline = strchr(start, '\n');
    l->next = newline ? newline + 1 : NULL;
    l->end = newline ? newline : start + strlen(start);
    l->start = start;
    while (l->start < l->end && is_space(*l->start))
        l->start++;
    l->indent = (size_t)(l->start - start);
    while (l->end > l->start && is_space(l->end[-1]))
        l->end--;
}

static bool next_line(tree *t)
{
    if (!t->line.next)
        return false;
    set_line(t, t->line.next);
    return true;
}

static bool is_blank(const text_line *l)
{
    return l->start == l->end;
}

/* Whether a text stands at `at`, within the line. */
static bool stands(const tree *t, const char *at, const char *chars)
{
    size_t size = strlen(chars);
    return size <= (size_t)(t->line.end - at) && memcmp(at, chars, size) == 0;
}

/* Lets the reader go on there, no further than to the end. */
static text_reader *read_from(tree *t, const char *at, const char *end)
{
    t->reader.at = at;
    t->reader.end = end;
    return &t->reader;
}

/* ---- what stands behind "(name): " ---- */

typedef enum child_form { NO_CHILD, CHILD_MODULE, CHILD_NONE, CHILD_PARAMETER, CHILD_TENSOR, CHILD_OTHER } child_form;

static const char parameter[] = "Parameter containing: [", tensor[] = "Tensor containing: [",
                  other[] = "Object of type: ";

typedef struct child_head {
    const char *name, *name_end; /* between the parentheses */
    const char *value;           /* behind "3 x ", where there is one */
    uint64_t count;              /* that 3; 0 without one */
    child_form form;
} child_head;

/* Digits of a number below 10^18; their count, 0 when they are none or too many. */
static size_t take_count(const char *at, const char *end, uint64_t *out)
{
    size_t size = 0;
    for (*out = 0; at + size < end && at[size] >= '0' && at[size] <= '9'; size++) {
        if (size == 18)
            return 0;
        *out = 10 * *out + (uint64_t)(at[size] - '0');
    }
    return size;
}

static child_form form_at(tree *t, const char *at)
{
    if (stands(t, at, parameter))
        return CHILD_PARAMETER;
    if (stands(t, at, tensor))
        return CHILD_TENSOR;
    if (stands(t, at, other))
        return CHILD_OTHER;
    size_t name = reader_name_size(read_from(t, at, t->line.end), true);
    if (name && at + name < t->line.end && at[name] == '(')
        return CHILD_MODULE;
    return stands(t, at, "None") && at + 4 == t->line.end ? CHILD_NONE : NO_CHILD;
}

/* Whether the line is "(name): " and something that can be a child. A name may hold "):" itself: it ends where a child
 * follows. */
static bool find_child(tree *t, child_head *out)
{
    const text_line *l = &t->line;
    if (!stands(t, l->start, "("))
        return false;
    for (const char *c = l->start + 2; c < l->end; c++) {
        if (!stands(t, c, "): "))
            continue;
        *out = (child_head){.name = l->start + 1, .name_end = c, .value = c + 3};
        size_t digits = take_count(out->value, l->end, &out->count);
        if (digits && stands(t, out->value + digits, " x "))
            out->value += digits + 3;
        else
            out->count = 0;
        out->form = form_at(t, out->value);
        if (out->form != NO_CHILD)
            return true;
    }
    return false;
}

/* ---- children that are no modules ---- */

/* "2x3", up to `end`: "" for a scalar. */
static record *read_sizes(tree *t, const char *at, const char *end)
{
    record *sizes = record_new(t->reader.pool, RECORD_TUPLE);
    while (sizes && at < end) {
        uint64_t size;
        size_t digits = take_count(at, end, &size);
        bool more = digits && at + digits + 1 < end && at[digits] == 'x';
        if (!digits || (!more && at + digits < end)) {
            reader_expected(read_from(t, at, end), "sizes such as 2x3");
            return NULL;
        }
        record *item = record_new_int(t->reader.pool, (int64_t)size);
        if (!item || record_append(t->reader.pool, sizes, item) != CT_OK)
            return NULL;
        at += digits + more;
    }
    return sizes;
}

/* " (cuda:0)", or " (GPU 0)" as 1.13 has it, which means the same. */
static record *read_device(tree *t, const char *at, const char *end)
{
    record_pool *pool = t->reader.pool;
    char name[40];
    size_t size = (size_t)(end - at);
    if (size < 3 || size > sizeof name - 6 || end[-1] != ')') {
        reader_fault(&t->reader, at, "expected a device such as (cuda:0)");
        return NULL;
    }
    bool gpu = size > 5 && memcmp(at, "(GPU ", 5) == 0;
    at += gpu ? 5 : 1;
    snprintf(name, sizeof name, "%s%.*s", gpu ? "cuda:" : "", (int)(end - 1 - at), at);
    record *kwargs = record_new(pool, RECORD_DICT), *key = record_new_text(pool, RECORD_STRING, "device", 6);
    record *device = record_new_text(pool, RECORD_STRING, name, strlen(name));
    return kwargs && key && device && record_set(pool, kwargs, key, device) == CT_OK ? kwargs : NULL;
}

static const char *find(const char *at, const char *end, const char *chars)
{
    size_t size = strlen(chars);
    for (; size <= (size_t)(end - at); at++)
        if (memcmp(at, chars, size) == 0)
            return at;
    return NULL;
}

static record *new_global(tree *t, const char *module, const char *name, size_t size)
{
    record *module_text = record_new_text(t->reader.pool, RECORD_STRING, module, strlen(module));
    record *name_text = record_new_text(t->reader.pool, RECORD_STRING, name, size);
    return module_text && name_text ? record_new_global(t->reader.pool, module_text, name_text) : NULL;
}

/* "torch.float32 of size 2x3]", or "torch.float32 of size 2x3 (cuda:0)]". */
static record *read_tensor(tree *t, const char *at, const char *end, record *class)
{
    static const char of_size[] = " of size ";
    const char *sizes = find(at, end, of_size);
    if (!sizes || end[-1] != ']') {
        reader_fault(&t->reader, at, "expected 'type of size 2x3]'");
        return NULL;
    }
    const char *device = find(sizes + sizeof of_size - 1, end, " (");
    record *object = reader_object(&t->reader, class), *kwargs = NULL;
    record *dtype = record_new_text(t->reader.pool, RECORD_STRING, at, (size_t)(sizes - at));
    record *shape = read_sizes(t, sizes + sizeof of_size - 1, device ? device : end - 1);
    if (shape && device && !(kwargs = read_device(t, device + 1, end - 1)))
        return NULL;
    if (!object || !dtype || !shape || record_append(t->reader.pool, object->object->args, dtype) != CT_OK ||
        record_append(t->reader.pool, object->object->args, shape) != CT_OK)
        return NULL;
    object->object->kwargs = kwargs;
    return object;
}

/* ---- modules ---- */

static record *read_module(tree *t, const char *at, size_t indent);

/* `indent` is the line's, which a module's last line has, too. */
static record *read_child_value(tree *t, const child_head *head, size_t indent, const char *end)
{
    const char *at = head->value;
    switch (head->form) {
    case CHILD_MODULE:
        return read_module(t, at, indent);
    case CHILD_PARAMETER:
        return read_tensor(t, at + sizeof parameter - 1, end, new_global(t, "torch.nn", "Parameter", 9));
    case CHILD_TENSOR:
        return read_tensor(t, at + sizeof tensor - 1, end, new_global(t, "torch", "Tensor", 6));
    case CHILD_OTHER:
        return new_global(t, "", at + sizeof other - 1, (size_t)(end - at) - (sizeof other - 1));
    default:
        return record_new(t->reader.pool, RECORD_NONE);
    }
}

static record *new_key(tree *t, const char *name, size_t size)
{
    return record_new_text(t->reader.pool, RECORD_STRING, name, size);
}

/* "0-2", as many positions as `count`. */
static bool read_range(tree *t, const child_head *head, uint64_t *first)
{
    uint64_t last;
    size_t digits = take_count(head->name, head->name_end, first);
    const char *dash = head->name + digits;
    size_t last_digits = digits && *dash == '-' ? take_count(dash + 1, head->name_end, &last) : 0;
    if (!last_digits || dash + 1 + last_digits != head->name_end)
        return reader_fault(&t->reader, head->name, "expected positions such as (0-2) of %" PRIu64 " modules",
                            head->count);
    if (last < *first || last - *first + 1 != head->count)
        return reader_fault(&t->reader, head->name, "%" PRIu64 "-%" PRIu64 " are not %" PRIu64 " positions", *first,
                            last, head->count);
    return true;
}

static bool repeat_child(tree *t, record *dict, const child_head *head, record *value)
{
    uint64_t first;
    if (!read_range(t, head, &first))
        return false;
    /* A key's record and text, and its place in a dict that has grown by doubling. */
    record_pool_grant(t->reader.pool, head->count * (sizeof(record) + 32 + 4 * sizeof(record_pair)));
    for (uint64_t i = 0; i < head->count; i++) {
        char name[24];
        int size = snprintf(name, sizeof name, "%" PRIu64, first + i);
        record *key = new_key(t, name, (size_t)size);
        if (!key || record_set(t->reader.pool, dict, key, value) != CT_OK)
            return false;
    }
    return true;
}

/* Counts what a child that began at `before` modules adds when it is there `times` times. */
static bool count_modules(tree *t, const char *where, uint64_t before, uint64_t times)
{
    uint64_t most = MODULE_TEXT_MODULES_MAX;
    if (times <= most && before + times * (t->modules - before) <= most) {
        t->modules = before + times * (t->modules - before);
        return true;
    }
    return reader_fault(&t->reader, where, "more than %d modules", MODULE_TEXT_MODULES_MAX);
}

/* The child at the line, which ends at `end`; the line is then the child's last one. */
static bool read_child(tree *t, record_object *module, const child_head *head, const char *end)
{
    uint64_t before = t->modules++;
    record *value = read_child_value(t, head, t->line.indent, end);
    if (!value || !count_modules(t, head->name, before, head->count ? head->count : 1))
        return false;
    if (!module->dict && !(module->dict = record_new(t->reader.pool, RECORD_DICT)))
        return false;
    if (head->count)
        return repeat_child(t, module->dict, head, value);
    record *key = new_key(t, head->name, (size_t)(head->name_end - head->name));
    return key && record_set(t->reader.pool, module->dict, key, value) == CT_OK;
}

/* The lines as one string, without the first `indent` spaces of each. */
static record *join_lines(tree *t, const char *at, const char *end, size_t indent)
{
    record *string = record_new(t->reader.pool, RECORD_STRING);
    char *out = string ? record_alloc(t->reader.pool, (size_t)(end - at) + 1) : NULL;
    if (!out)
        return NULL;
    string->text.chars = out;
    while (at < end) {
        for (size_t i = 0; i < indent && at < end && *at == ' '; i++)
            at++;
        while (at < end && *at != '\n')
            *out++ = *at++;
        if (at < end)
            *out++ = *at++;
    }
    string->text.size = (size_t)(out - string->text.chars);
    return string;
}

/* What a module says of itself. */
static bool read_extra(tree *t, record_object *module, const char *at, const char *end, size_t indent)
{
    text_reader *r = read_from(t, at, end);
    if (reader_arguments(r, module, NULL))
        return true;
    if (!r->fault[0])
        return false;
    r->fault[0] = '\0';
    r->depth = 0;
    module->kwargs = NULL;
    module->args = record_new(r->pool, RECORD_TUPLE);
    record *string = module->args ? join_lines(t, at, end, indent) : NULL;
    return string && record_append(r->pool, module->args, string) == CT_OK;
}

/* `Name(...)` in one line. The only children there can be the one of a ParameterList or ParameterDict. */
static bool read_inside(tree *t, record_object *module, const char *at)
{
    text_line line = t->line;
    const char *end = line.end - 1;
    if (*end != ')')
        return reader_expected(read_from(t, line.end, line.end), "')'");
    while (end > at && is_space(end[-1]))
        end--;
    t->line.end = end;
    for (t->line.start = at; t->line.start < end && is_space(*t->line.start);)
        t->line.start++;
    child_head head;
    bool item = find_child(t, &head) && !head.count && head.form >= CHILD_PARAMETER;
    bool read = item ? read_child(t, module, &head, end) : read_extra(t, module, at, end, 0);
    t->line = line;
    return read;
}

static size_t line_number(const char *text, const char *at)
{
    size_t n = 1;
    for (; text < at; text++)
        n += *text == '\n';
    return n;
}

static bool closes(tree *t, size_t indent)
{
    return t->line.indent == indent && stands(t, t->line.start, ")") && t->line.end == t->line.start + 1;
}

/* The lines below `Name(`. */
static bool read_lines(tree *t, record_object *module, const char *open, size_t indent)
{
    const char *extra = t->line.next, *extra_end = NULL;
    child_head head;
    for (;;) {
        if (!next_line(t))
            return reader_fault(&t->reader, open, "'(' was never closed");
        if (closes(t, indent))
            break;
        if (is_blank(&t->line))
            continue;
        char what[80] = "'(name): Module(...)'";
        bool within = t->line.indent > indent, child = within && find_child(t, &head);
        if (!within)
            snprintf(what, sizeof what, "the ')' that closes line %zu", line_number(t->reader.text, open));
        if (!within || (!child && module->dict))
            return reader_expected(read_from(t, t->line.start, t->line.end), what);
        if (!child)
            extra_end = t->line.end;
        else if (!read_child(t, module, &head, t->line.end))
            return false;
    }
    return !extra_end || read_extra(t, module, extra, extra_end, indent + 2);
}

/* The module whose class stands at `at`; the line is then its last one. */
static record *read_module(tree *t, const char *at, size_t indent)
{
    text_reader *r = read_from(t, at, t->line.end);
    size_t name = reader_name_size(r, true);
    if (!name || at + name == t->line.end || at[name] != '(') {
        reader_expected(r, "'Module(...)'");
        return NULL;
    }
    if (t->depth == MODULE_TEXT_DEPTH_MAX) {
        reader_fault(r, at, "more than %d modules within each other", MODULE_TEXT_DEPTH_MAX);
        return NULL;
    }
    record *object = reader_object(r, reader_global(r, name));
    if (!object)
        return NULL;
    const char *open = at + name, *inside = open + 1;
    t->depth++;
    bool read =
        inside == t->line.end ? read_lines(t, object->object, open, indent) : read_inside(t, object->object, inside);
    t->depth--;
    return read ? object : NULL;
}

/* ---- the entries ---- */

ct_status module_text_pool_new(record_pool **out, const char *text)
{
    /* The densest text is `f(f(f(...)))`, of less than 90 bytes for a byte. */
    size_t size = strlen(text);
    return record_pool_new(out, "module text", size < SIZE_MAX / 256 ? 128 * size + 4096 : SIZE_MAX / 2);
}

static bool is_utf8(text_reader *r)
{
    uint32_t c;
    for (size_t n; r->at < r->end; r->at += n) {
        n = utf8_next((const unsigned char *)r->at, (size_t)(r->end - r->at), &c);
        if (n == 0)
            return reader_fault(r, r->at, "byte 0x%02x is not UTF-8", (unsigned char)*r->at);
    }
    r->at = r->text;
    return true;
}

/* The fault, if there is one, becomes the failure. Columns count characters. */
static record *finish(const text_reader *r, record *result)
{
    if (result || !r->fault[0])
        return result;
    size_t column = 1;
    for (const char *c = r->where; c > r->text && c[-1] != '\n'; c--)
        column += ((unsigned char)c[-1] & 0xc0) != 0x80;
    core_fail(CT_ERROR_FORMAT, "module text, line %zu, column %zu: %s", line_number(r->text, r->where), column,
              r->fault);
    return NULL;
}

static text_reader begin(record_pool *pool, const char *text)
{
    return (text_reader){.pool = pool, .text = text, .at = text, .end = text + strlen(text)};
}

record *module_text_call(record_pool *pool, const char *text)
{
    text_reader r = begin(pool, text);
    return finish(&r, is_utf8(&r) ? reader_call(&r) : NULL);
}

record *module_text_tree(record_pool *pool, const char *text)
{
    tree t = {.reader = begin(pool, text), .modules = 1};
    if (!is_utf8(&t.reader))
        return finish(&t.reader, NULL);
    set_line(&t, text);
    while (is_blank(&t.line) && next_line(&t))
        ;
    record *root = read_module(&t, t.line.start, t.line.indent);
    while (root && next_line(&t))
        if (!is_blank(&t.line)) {
            reader_expected(read_from(&t, t.line.start, t.line.end), "the end of the text");
            root = NULL;
        }
    return finish(&t.reader, root);
}
