/* formats/module_text_call.c: see module_text.h and module_text_reader.h. Values, and calls made of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/module_text.h"

#include "formats/module_text_reader.h"
#include "formats/utf8.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { KEYWORDS_MAX = 1000 }; /* each is compared with those before it */

/* ---- faults ---- */

bool reader_fault(text_reader *r, const char *where, const char *format, ...)
{
    if (r->fault[0])
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(r->fault, sizeof r->fault, format, arguments);
    va_end(arguments);
    r->where = where;
    return false;
}

/* What stands at `at`: a name or a number, else one character. */
static void describe(const text_reader *r, char *out, size_t size)
{
    uint32_t c = 0;
    size_t left = (size_t)(r->end - r->at), word = 0;
    while (word < left && word < 30 && (isalnum((unsigned char)r->at[word]) || r->at[word] == '_'))
        word++;
    size_t length = word ? word : utf8_next((const unsigned char *)r->at, left, &c);
    if (left == 0)
        snprintf(out, size, "%s", *r->at == '\0' ? "the end of the text" : "the end of the line");
    else if (!word && (c == '\n' || c == '\r'))
        snprintf(out, size, "the end of the line");
    else if (!word && (c < ' ' || c == 0x7f || length == 0))
        snprintf(out, size, "'\\x%02x'", (unsigned char)*r->at);
    else
        snprintf(out, size, c == '\'' ? "\"%.*s\"" : "'%.*s'", (int)length, r->at);
}

bool reader_expected(text_reader *r, const char *what)
{
    char found[40];
    describe(r, found, sizeof found);
    return reader_fault(r, r->at, "expected %s, found %s", what, found);
}

/* ---- characters and names ---- */

char reader_peek(const text_reader *r)
{
    return r->at < r->end ? *r->at : '\0';
}

bool reader_take(text_reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

void reader_skip_spaces(text_reader *r)
{
    while (r->at < r->end && strchr(" \t\n\r\f\v", *r->at))
        r->at++;
}

static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

size_t reader_name_size(const text_reader *r, bool dotted)
{
    const char *c = r->at;
    do {
        if (c == r->end || !begins_name(*c))
            return c == r->at ? 0 : (size_t)(c - 1 - r->at);
        while (c < r->end && (begins_name(*c) || isdigit((unsigned char)*c)))
            c++;
    } while (dotted && c < r->end && *c == '.' && c++);
    return (size_t)(c - r->at);
}

record *reader_global(text_reader *r, size_t size)
{
    size_t module_size = size;
    while (module_size > 0 && r->at[module_size - 1] != '.')
        module_size--;
    const char *name = r->at + module_size;
    size_t name_size = size - module_size;
    record *module_text = record_new_text(r->pool, RECORD_STRING, r->at, module_size ? module_size - 1 : 0);
    record *name_text = module_text ? record_new_text(r->pool, RECORD_STRING, name, name_size) : NULL;
    if (!name_text)
        return NULL;
    r->at += size;
    return record_new_global(r->pool, module_text, name_text);
}

/* ---- displays: (...), [...], {...} ---- */

/* That the text goes on within the bracket at `open`. */
static bool goes_on(text_reader *r, const char *open)
{
    reader_skip_spaces(r);
    return r->at < r->end || reader_fault(r, open, "'%c' was never closed", *open);
}

static bool enter(text_reader *r)
{
    const char *open = r->at;
    if (r->depth == MODULE_TEXT_DEPTH_MAX)
        return reader_fault(r, open, "too many nested parentheses");
    r->depth++;
    r->at++;
    return goes_on(r, open);
}

/* Between two items, or behind the last. Without brackets, `open` is NULL, the end of the text is the end. */
static bool take_comma(text_reader *r, const char *open, char close, bool *comma)
{
    reader_skip_spaces(r);
    *comma = reader_take(r, ',');
    if (open && !goes_on(r, open))
        return false;
    reader_skip_spaces(r);
    if (*comma || (open ? reader_peek(r) == close : r->at == r->end))
        return true;
    char what[] = "',' or 'x'";
    what[8] = close;
    return reader_expected(r, what);
}

static record *read_list(text_reader *r, record_kind kind, char close)
{
    const char *open = r->at;
    record *list = record_new(r->pool, kind);
    bool comma = true;
    if (!list || !enter(r))
        return NULL;
    while (!reader_take(r, close)) {
        record *item = reader_value(r);
        if (!item || record_append(r->pool, list, item) != CT_OK || !take_comma(r, open, close, &comma))
            return NULL;
    }
    r->depth--;
    return kind == RECORD_TUPLE && list->list.count == 1 && !comma ? list->list.items[0] : list;
}

static record *read_key(text_reader *r)
{
    const char *start = r->at;
    record *key = reader_value(r);
    if (key && (key->kind == RECORD_LIST || key->kind == RECORD_DICT)) {
        reader_fault(r, start, "unhashable type: '%s'", record_kind_name(key));
        return NULL;
    }
    reader_skip_spaces(r);
    if (key && !reader_take(r, ':')) {
        reader_expected(r, "':'");
        return NULL;
    }
    reader_skip_spaces(r);
    return key;
}

static record *read_dict(text_reader *r)
{
    const char *open = r->at;
    record *dict = record_new(r->pool, RECORD_DICT);
    bool comma;
    if (!dict || !enter(r))
        return NULL;
    while (!reader_take(r, '}')) {
        record *key = read_key(r), *value = key ? reader_value(r) : NULL;
        if (!value || record_set(r->pool, dict, key, value) != CT_OK || !take_comma(r, open, '}', &comma))
            return NULL;
    }
    r->depth--;
    return dict;
}

/* ---- calls ---- */

record *reader_object(text_reader *r, record *callable)
{
    record *args = callable ? record_new(r->pool, RECORD_TUPLE) : NULL;
    return args ? record_new_object(r->pool, callable, args, NULL) : NULL;
}

/* Goes behind `name =` and returns the name's size; 0 when that is not what stands here. */
static size_t take_keyword(text_reader *r)
{
    const char *start = r->at;
    size_t size = reader_name_size(r, false);
    r->at += size;
    reader_skip_spaces(r);
    if (size && reader_take(r, '=') && reader_peek(r) != '=') {
        reader_skip_spaces(r);
        return size;
    }
    r->at = start;
    return 0;
}

static bool read_keyword_argument(text_reader *r, record_object *object, const char *name, size_t size)
{
    if (!object->kwargs && !(object->kwargs = record_new(r->pool, RECORD_DICT)))
        return false;
    record *key = record_new_text(r->pool, RECORD_STRING, name, size);
    if (!key)
        return false;
    if (object->kwargs->dict.count == KEYWORDS_MAX)
        return reader_fault(r, name, "more than %d keyword arguments", KEYWORDS_MAX);
    if (record_get(object->kwargs, key->text.chars))
        return reader_fault(r, name, "keyword argument repeated: %.*s", size < 100 ? (int)size : 100, name);
    record *value = reader_value(r);
    return value && record_set(r->pool, object->kwargs, key, value) == CT_OK;
}

static bool read_argument(text_reader *r, record_object *object)
{
    const char *start = r->at;
    size_t keyword = take_keyword(r);
    if (keyword)
        return read_keyword_argument(r, object, start, keyword);
    record *value = reader_value(r);
    if (value && object->kwargs)
        return reader_fault(r, start, "positional argument follows keyword argument");
    return value && record_append(r->pool, object->args, value) == CT_OK;
}

bool reader_arguments(text_reader *r, record_object *object, const char *open)
{
    bool comma;
    for (reader_skip_spaces(r); r->at < r->end;) {
        if (open && reader_take(r, ')'))
            return true;
        if (!read_argument(r, object) || !take_comma(r, open, ')', &comma))
            return false;
    }
    return true;
}

/* float('inf'), the way to write it in Python, is no call but the number. */
static record *fold_float(text_reader *r, record *call)
{
    static const struct {
        const char *text;
        double real;
    } numbers[] = {{"inf", INFINITY}, {"-inf", -INFINITY}, {"nan", NAN}};
    const record_object *o = call->object;
    if (!record_is_global(o->callable, "", "float") || o->args->list.count != 1 || o->kwargs)
        return call;
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (record_is_string(o->args->list.items[0], numbers[i].text)) {
            record *real = record_new(r->pool, RECORD_FLOAT);
            if (real)
                real->real = numbers[i].real;
            return real;
        }
    return call;
}

static record *read_call(text_reader *r, record *callable)
{
    const char *open = r->at;
    record *object = reader_object(r, callable);
    if (!object || !enter(r) || !reader_arguments(r, object->object, open))
        return NULL;
    r->depth--;
    return fold_float(r, object);
}

/* ---- values ---- */

static bool is_word(const text_reader *r, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(r->at, word, size) == 0;
}

/* A name that is a value. False for any other; NULL in *out is a failure. */
static bool read_constant(text_reader *r, size_t size, record **out)
{
    static const struct {
        const char *word;
        record_kind kind;
        bool boolean;
        double real;
    } constants[] = {
        {"None", .kind = RECORD_NONE},
        {"True", .kind = RECORD_BOOL, .boolean = true},
        {"False", .kind = RECORD_BOOL},
        {"inf", .kind = RECORD_FLOAT, .real = INFINITY},
        {"nan", .kind = RECORD_FLOAT, .real = NAN},
        {"math.inf", .kind = RECORD_FLOAT, .real = INFINITY},
        {"math.nan", .kind = RECORD_FLOAT, .real = NAN},
        {"torch.inf", .kind = RECORD_FLOAT, .real = INFINITY},
        {"torch.nan", .kind = RECORD_FLOAT, .real = NAN},
    };
    for (size_t i = 0; i < COUNT(constants); i++) {
        if (!is_word(r, size, constants[i].word))
            continue;
        *out = record_new(r->pool, constants[i].kind);
        if (*out && constants[i].kind == RECORD_FLOAT)
            (*out)->real = constants[i].real;
        else if (*out)
            (*out)->boolean = constants[i].boolean;
        r->at += size;
        return true;
    }
    return false;
}

/* The size of a text without quotes that begins with a word: `nearest-exact`, as print of 1.13 has it. Within brackets
 * a hyphen is a minus. */
static size_t unquoted_size(const text_reader *r, size_t size)
{
    text_reader rest = *r;
    rest.at += size;
    while (r->depth == 0 && reader_take(&rest, '-')) {
        size_t word = reader_name_size(&rest, false);
        if (word == 0)
            break;
        rest.at += word;
        size = (size_t)(rest.at - r->at);
    }
    return size;
}

static record *read_name(text_reader *r, size_t size)
{
    record *constant;
    if (read_constant(r, size, &constant))
        return constant;
    record *global = reader_global(r, unquoted_size(r, size));
    const char *behind = r->at;
    reader_skip_spaces(r);
    if (global && reader_peek(r) == '(')
        return read_call(r, global);
    r->at = behind;
    return global;
}

static bool at_number(const text_reader *r)
{
    char c = reader_peek(r);
    return isdigit((unsigned char)c) || (c == '.' && r->at + 1 < r->end && isdigit((unsigned char)r->at[1]));
}

static record *read_signed(text_reader *r)
{
    bool negative = *r->at++ == '-';
    reader_skip_spaces(r);
    if (at_number(r))
        return reader_number(r, negative);
    const char *start = r->at;
    record *constant;
    if (!read_constant(r, reader_name_size(r, true), &constant) || (constant && constant->kind != RECORD_FLOAT)) {
        r->at = start;
        reader_expected(r, "a number");
        return NULL;
    }
    if (constant && negative)
        constant->real = -constant->real;
    return constant;
}

record *reader_value(text_reader *r)
{
    char c = reader_peek(r);
    size_t name = reader_name_size(r, true);
    if (name)
        return read_name(r, name);
    if (at_number(r))
        return reader_number(r, false);
    switch (c) {
    case '(':
        return read_list(r, RECORD_TUPLE, ')');
    case '[':
        return read_list(r, RECORD_LIST, ']');
    case '{':
        return read_dict(r);
    case '\'':
    case '"':
        return reader_string(r);
    case '-':
    case '+':
        return read_signed(r);
    default:
        reader_expected(r, "a value");
        return NULL;
    }
}

/* ---- the call ---- */

record *reader_call(text_reader *r)
{
    reader_skip_spaces(r);
    size_t name = reader_name_size(r, true);
    if (!name) {
        reader_expected(r, "a class and its arguments");
        return NULL;
    }
    record *callable = reader_global(r, name);
    reader_skip_spaces(r);
    if (callable && reader_peek(r) != '(') {
        reader_expected(r, "'('");
        return NULL;
    }
    record *call = callable ? read_call(r, callable) : NULL;
    reader_skip_spaces(r);
    if (call && r->at != r->end) {
        reader_expected(r, "the end of the text");
        return NULL;
    }
    return call;
}
