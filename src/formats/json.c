/* formats/json.c: see json.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/json.h"

#include "core/error.h"
#include "formats/buffer.h"
#include "formats/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct json_reader {
    const unsigned char *bytes;
    size_t at, size;
    const char *name;
    record_pool *pool;
    buffer scratch; /* a string without its escapes, or a number without its point */
    int depth;
} json_reader;

static record *read_value(json_reader *r);

static void *fail_at(json_reader *r, size_t at, const char *what)
{
    core_fail(CT_ERROR_FORMAT, "%s: byte %zu: %s", r->name, at, what);
    return NULL;
}

static void *fail(json_reader *r, const char *what)
{
    return fail_at(r, r->at, r->at < r->size ? what : "the text ends too early");
}

static int peek(const json_reader *r)
{
    return r->at < r->size ? r->bytes[r->at] : -1;
}

static bool take(json_reader *r, int c)
{
    bool there = peek(r) == c;
    r->at += there;
    return there;
}

static void skip_space(json_reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
        r->at++;
}

/* ---- strings ---- */

static bool take_hex(json_reader *r, uint32_t *number)
{
    *number = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int c = peek(r), digit = c >= '0' && c <= '9'                     ? c - '0'
                                 : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                          : -1;
        if (digit < 0)
            return fail(r, "\\u needs four hexadecimal digits");
        *number = *number << 4 | (uint32_t)digit;
    }
    return true;
}

static void add_utf8(buffer *b, uint32_t c)
{
    int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned first[] = {0, 0xc0, 0xe0, 0xf0};
    buffer_add_number(b, first[more] | c >> 6 * more, 1);
    for (int i = more; i-- > 0;)
        buffer_add_number(b, 0x80 | (c >> 6 * i & 0x3f), 1);
}

/* What follows \u. A character beyond 16 bits is written as two surrogates. */
static bool take_unicode(json_reader *r)
{
    size_t start = r->at;
    uint32_t c, low = 0;
    if (!take_hex(r, &c))
        return false;
    bool high = c >= 0xd800 && c < 0xdc00;
    if (high && (!take(r, '\\') || !take(r, 'u')))
        return fail_at(r, start, "half of a pair of surrogates");
    if (high && !take_hex(r, &low))
        return false;
    if (high ? low < 0xdc00 || low > 0xdfff : c >= 0xdc00 && c <= 0xdfff)
        return fail_at(r, start, "half of a pair of surrogates");
    add_utf8(&r->scratch, high ? 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff) : c);
    return true;
}

static bool take_escape(json_reader *r)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    int c = peek(r);
    const char *found = c > 0 ? memchr(letters, c, sizeof letters - 1) : NULL;
    if (c == 'u') {
        r->at++;
        return take_unicode(r);
    }
    if (!found)
        return fail(r, "no escape of JSON");
    r->at++;
    buffer_add(&r->scratch, &meant[found - letters], 1);
    return true;
}

/* The characters up to the closing quote go to scratch. */
static bool take_characters(json_reader *r)
{
    r->scratch.size = 0;
    while (!take(r, '"')) {
        uint32_t character;
        size_t length = utf8_next(r->bytes + r->at, r->size - r->at, &character);
        if (length == 0 || (character >= 0xd800 && character <= 0xdfff))
            return fail(r, "not UTF-8");
        if (character < 0x20)
            return fail(r, "a control character in a string; write it as \\u00..");
        if (character == '\\') {
            r->at++;
            if (!take_escape(r))
                return false;
            continue;
        }
        buffer_add(&r->scratch, r->bytes + r->at, length);
        r->at += length;
    }
    return true;
}

static record *read_string(json_reader *r)
{
    r->at++;
    if (!take_characters(r))
        return NULL;
    if (r->scratch.failed) {
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", r->name);
        return NULL;
    }
    return record_new_text(r->pool, RECORD_STRING, r->scratch.size ? r->scratch.bytes : (const void *)"",
                           r->scratch.size);
}

/* ---- numbers ---- */

/* Digits, of which there must be one, go to scratch. */
static bool take_digits(json_reader *r)
{
    size_t start = r->at;
    while (peek(r) >= '0' && peek(r) <= '9')
        r->at++;
    buffer_add(&r->scratch, r->bytes + start, r->at - start);
    return r->at > start || fail(r, "a digit is missing");
}

/* The exponent, kept within what makes a number 0 or infinite in any case. */
static bool take_exponent(json_reader *r, long *exponent)
{
    enum { FAR = 100000000 };
    bool negative = take(r, '-');
    if (!negative)
        take(r, '+');
    size_t start = r->at;
    long value = 0;
    for (; peek(r) >= '0' && peek(r) <= '9'; r->at++)
        value = value < FAR ? 10 * value + (peek(r) - '0') : value;
    *exponent += negative ? -value : value;
    return r->at > start || fail(r, "a digit is missing");
}

static record *make_whole(json_reader *r, bool negative, bool *fits)
{
    uint64_t value = 0;
    *fits = true;
    for (const unsigned char *digit = r->scratch.bytes + negative; *fits && digit < r->scratch.bytes + r->scratch.size;
         digit++)
        *fits = !__builtin_mul_overflow(value, UINT64_C(10), &value) &&
                !__builtin_add_overflow(value, (uint64_t)(*digit - '0'), &value);
    *fits = *fits && value <= (uint64_t)INT64_MAX + negative;
    return *fits ? record_new_int(r->pool, (int64_t)(negative ? 0 - value : value)) : NULL;
}

/* The point has gone into the exponent, so that no locale can have a say in it. */
static record *make_real(json_reader *r, long exponent)
{
    char tail[24];
    int length = snprintf(tail, sizeof tail, "e%ld", exponent);
    buffer_add(&r->scratch, tail, (size_t)length + 1);
    record *real = r->scratch.failed ? NULL : record_new(r->pool, RECORD_FLOAT);
    if (real)
        real->real = strtod((const char *)r->scratch.bytes, NULL);
    return real;
}

static record *read_number(json_reader *r)
{
    long exponent = 0;
    r->scratch.size = 0;
    bool negative = take(r, '-'), zero = peek(r) == '0';
    if (negative)
        buffer_add(&r->scratch, "-", 1);
    size_t start = r->at;
    if (!take_digits(r))
        return NULL;
    if (zero && r->at > start + 1)
        return fail_at(r, start, "a number begins with 0");
    bool point = take(r, '.');
    start = r->at;
    if (point && !take_digits(r))
        return NULL;
    exponent = point ? -(long)(r->at - start) : 0;
    bool scaled = take(r, 'e') || take(r, 'E'), fits = false;
    if (scaled && !take_exponent(r, &exponent))
        return NULL;
    if (r->scratch.failed) {
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", r->name);
        return NULL;
    }
    record *whole = point || scaled ? NULL : make_whole(r, negative, &fits);
    return fits ? whole : make_real(r, exponent);
}

/* ---- objects and arrays ---- */

static int compare_keys(const void *left, const void *right)
{
    const record *a = *(record *const *)left, *b = *(record *const *)right;
    size_t common = a->text.size < b->text.size ? a->text.size : b->text.size;
    int order = memcmp(a->text.chars, b->text.chars, common);
    return order ? order : (a->text.size > b->text.size) - (a->text.size < b->text.size);
}

static bool check_keys(json_reader *r, const record *dict, size_t start)
{
    size_t n = dict->dict.count;
    const record **keys = n > 1 ? malloc(n * sizeof *keys) : NULL, *twice = NULL;
    if (n < 2)
        return true;
    if (!keys) {
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", r->name);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        keys[i] = dict->dict.pairs[i].key;
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 1; i < n && !twice; i++)
        if (compare_keys(&keys[i - 1], &keys[i]) == 0)
            twice = keys[i];
    char *key = twice ? record_repr(twice, 1, 80) : NULL;
    if (twice)
        core_fail(CT_ERROR_FORMAT, "%s: byte %zu: an object has the key %s twice", r->name, start, key ? key : "");
    free(key);
    free(keys);
    return !twice;
}

static bool read_pair(json_reader *r, record *dict)
{
    skip_space(r);
    if (peek(r) != '"')
        return fail(r, "a key must be a string");
    record *key = read_string(r);
    skip_space(r);
    if (key && !take(r, ':'))
        return fail(r, "':' must follow a key");
    record *value = key ? read_value(r) : NULL;
    return value && record_set(r->pool, dict, key, value) == CT_OK;
}

static bool read_item(json_reader *r, record *list)
{
    record *item = read_value(r);
    return item && record_append(r->pool, list, item) == CT_OK;
}

/* What stands between brackets, separated by commas. */
static record *read_several(json_reader *r, record_kind kind, int close, bool (*read)(json_reader *r, record *into))
{
    size_t start = r->at++;
    record *several = record_new(r->pool, kind);
    if (several && ++r->depth > JSON_DEPTH_MAX)
        return fail_at(r, start, "values are nested more than 100 deep");
    skip_space(r);
    bool done = take(r, close);
    while (several && !done) {
        if (!read(r, several))
            return NULL;
        skip_space(r);
        done = take(r, close);
        if (!done && !take(r, ','))
            return fail(r, "',' or the closing bracket must follow");
    }
    r->depth--;
    return several && (kind != RECORD_DICT || check_keys(r, several, start)) ? several : NULL;
}

/* ---- any value ---- */

static record *read_word(json_reader *r)
{
    static const struct {
        const char *word;
        record_kind kind;
        bool truth;
    } words[] = {{"null", RECORD_NONE, false}, {"true", RECORD_BOOL, true}, {"false", RECORD_BOOL, false}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].word);
        if (r->size - r->at < length || memcmp(r->bytes + r->at, words[i].word, length) != 0)
            continue;
        r->at += length;
        record *word = record_new(r->pool, words[i].kind);
        if (word)
            word->boolean = words[i].truth;
        return word;
    }
    return fail(r, "no value of JSON begins so");
}

static record *read_value(json_reader *r)
{
    skip_space(r);
    int c = peek(r);
    if (c == '{')
        return read_several(r, RECORD_DICT, '}', read_pair);
    if (c == '[')
        return read_several(r, RECORD_LIST, ']', read_item);
    if (c == '"')
        return read_string(r);
    return c == '-' || (c >= '0' && c <= '9') ? read_number(r) : read_word(r);
}

ct_status json_read(record **out, const unsigned char *bytes, size_t size, const char *name, record_pool *pool)
{
    json_reader r = {.bytes = bytes, .size = size, .name = name, .pool = pool};
    record *value = read_value(&r);
    skip_space(&r);
    if (value && r.at < size)
        value = fail(&r, "something follows the value");
    buffer_free(&r.scratch);
    if (!value)
        return ct_error_code();
    *out = value;
    return CT_OK;
}
