/* formats/module_text_literals.c: see module_text_reader.h. Numbers and strings, as Python's own reader takes them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/module_text_reader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : 99;
}

/* Appends digits to *out, without the underscores between them. False when there are none, or an underscore is not
 * between digits. */
static bool take_digits(text_reader *r, int base, char **out)
{
    do {
        if (digit_value(reader_peek(r)) >= base)
            return false;
        while (digit_value(reader_peek(r)) < base)
            *(*out)++ = *r->at++;
    } while (reader_take(r, '_'));
    return true;
}

/* The number that digits stand for; `token` also has the sign and the prefix, for a number that int64_t cannot hold. */
static record *make_int(text_reader *r, const char *token, const char *digits, int base, bool negative)
{
    uint64_t value = 0, most = (uint64_t)INT64_MAX + negative;
    for (const char *c = digits; *c; c++) {
        uint64_t digit = (uint64_t)digit_value(*c);
        if (value > (most - digit) / (uint64_t)base)
            return record_new_text(r->pool, RECORD_BIG_INT, token, strlen(token));
        value = value * (uint64_t)base + digit;
    }
    return record_new_int(r->pool, negative ? (int64_t)(0 - value) : (int64_t)value);
}

static record *read_based(text_reader *r, char *token, char *digits, int base, bool negative, const char *name)
{
    const char *start = r->at;
    *digits++ = *r->at++;
    *digits++ = *r->at++;
    char *out = digits;
    reader_take(r, '_');
    if (!take_digits(r, base, &out) || reader_name_size(r, false) || isdigit((unsigned char)reader_peek(r))) {
        reader_fault(r, start, "invalid %s literal", name);
        return NULL;
    }
    return make_int(r, token, digits, base, negative);
}

/* The point goes into the exponent, so that no locale can have a say in it. */
static record *make_real(text_reader *r, char *token, char *out, long exponent)
{
    snprintf(out, 24, "e%ld", exponent);
    record *real = record_new(r->pool, RECORD_FLOAT);
    if (real)
        real->real = strtod(token, NULL);
    return real;
}

/* "e-05", if there is one. */
static bool take_exponent(text_reader *r, long *exponent, bool *found)
{
    *found = reader_peek(r) == 'e' || reader_peek(r) == 'E';
    if (!*found)
        return true;
    r->at++;
    bool negative = reader_peek(r) == '-';
    if (negative || reader_peek(r) == '+')
        r->at++;
    long value = 0;
    do {
        if (!isdigit((unsigned char)reader_peek(r)))
            return false;
        for (; isdigit((unsigned char)reader_peek(r)); r->at++)
            value = value < 100000000 ? 10 * value + (*r->at - '0') : value;
    } while (reader_take(r, '_'));
    *exponent += negative ? -value : value;
    return true;
}

static record *read_decimal(text_reader *r, char *token, char *digits, bool negative)
{
    const char *start = r->at;
    char *out = digits;
    long exponent = 0;
    bool good = reader_peek(r) == '.' || take_digits(r, 10, &out), point = good && reader_take(r, '.'), has_exponent;
    if (point && isdigit((unsigned char)reader_peek(r))) {
        const char *fraction = out;
        good = take_digits(r, 10, &out);
        exponent = -(long)(out - fraction);
    }
    if (!good || !take_exponent(r, &exponent, &has_exponent) || reader_name_size(r, false)) {
        reader_fault(r, start, "invalid decimal literal");
        return NULL;
    }
    if (point || has_exponent)
        return make_real(r, token, out, exponent);
    if (*digits == '0' && digits[strspn(digits, "0")]) {
        reader_fault(r, start,
                     "leading zeros in decimal integer literals are not permitted; use an 0o prefix for "
                     "octal integers");
        return NULL;
    }
    return make_int(r, token, digits, 10, negative);
}

record *reader_number(text_reader *r, bool negative)
{
    size_t size = 0, left = (size_t)(r->end - r->at);
    while (size < left && (isalnum((unsigned char)r->at[size]) || r->at[size] == '_' || r->at[size] == '.'))
        size++;
    char *token = record_alloc(r->pool, size + 32), *digits = token; /* with room for make_real's exponent */
    if (!token)
        return NULL;
    if (negative)
        *digits++ = '-';
    int prefix = size > 1 && *r->at == '0' ? r->at[1] | 0x20 : 0;
    switch (prefix) {
    case 'x':
        return read_based(r, token, digits, 16, negative, "hexadecimal");
    case 'o':
        return read_based(r, token, digits, 8, negative, "octal");
    case 'b':
        return read_based(r, token, digits, 2, negative, "binary");
    default:
        return read_decimal(r, token, digits, negative);
    }
}

/* ---- strings ---- */

static char *put_character(char *out, uint32_t c)
{
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    int length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(first[length] | c);
    return out + length;
}

/* \xhh, \uhhhh or \Uhhhhhhhh, `at` being behind the letter. */
static bool take_hex(text_reader *r, char letter, int length, uint32_t *c)
{
    const char *start = r->at - 2;
    *c = 0;
    for (int i = 0; i < length; i++) {
        int digit = digit_value(reader_peek(r));
        if (digit >= 16)
            return reader_fault(r, start, "truncated \\%c%.*s escape", letter, length, "XXXXXXXX");
        *c = *c << 4 | (uint32_t)digit;
        r->at++;
    }
    return *c <= 0x10ffff || reader_fault(r, start, "illegal Unicode character");
}

static uint32_t take_octal(text_reader *r)
{
    uint32_t c = 0;
    for (int i = 0; i < 3 && reader_peek(r) >= '0' && reader_peek(r) <= '7'; i++)
        c = c << 3 | (uint32_t)(*r->at++ - '0');
    return c;
}

/* What follows a backslash: never longer than it was in the text. A backslash that begins no escape stays, as in
 * Python. */
static bool take_escape(text_reader *r, char **out)
{
    static const char letters[] = "\\'\"abfnrtv", meant[] = "\\'\"\a\b\f\n\r\t\v";
    char letter = reader_peek(r);
    const char *simple = strchr(letters, letter);
    int hex = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    uint32_t c = '\\';
    if (letter >= '0' && letter <= '7') {
        c = take_octal(r);
    } else if (simple || hex || letter == '\n') {
        r->at++;
        if (letter == '\n')
            return true;
        if (hex && !take_hex(r, letter, hex, &c))
            return false;
        if (simple)
            c = (unsigned char)meant[simple - letters];
    } else if (letter == 'N') {
        return reader_fault(r, r->at - 1, "characters by their name, \\N{...}, cannot be read");
    }
    *out = put_character(*out, c);
    return true;
}

static bool at_quote(const text_reader *r)
{
    return reader_peek(r) == '\'' || reader_peek(r) == '"';
}

/* Goes behind one literal. */
static bool skip_string(text_reader *r)
{
    const char *start = r->at;
    char quote = *r->at++;
    if (r->end - start >= 3 && start[1] == quote && start[2] == quote)
        return reader_fault(r, start, "strings in three quotes cannot be read");
    while (!reader_take(r, quote)) {
        if (reader_peek(r) == '\\')
            r->at++;
        else if (reader_peek(r) == '\n')
            return reader_fault(r, start, "unterminated string literal");
        if (r->at == r->end)
            return reader_fault(r, start, "unterminated string literal");
        r->at++;
    }
    return true;
}

static bool take_string(text_reader *r, char **out)
{
    char quote = *r->at++;
    while (!reader_take(r, quote))
        if (!reader_take(r, '\\'))
            *(*out)++ = *r->at++;
        else if (!take_escape(r, out))
            return false;
    return true;
}

/* Literals one after the other are one string. */
record *reader_string(text_reader *r)
{
    const char *start = r->at, *behind = start;
    for (; at_quote(r); reader_skip_spaces(r)) {
        if (!skip_string(r))
            return NULL;
        behind = r->at;
    }
    record *string = record_new(r->pool, RECORD_STRING);
    char *chars = string ? record_alloc(r->pool, (size_t)(behind - start)) : NULL, *out = chars;
    if (!chars)
        return NULL;
    for (r->at = start; r->at < behind; reader_skip_spaces(r))
        if (!take_string(r, &out))
            return NULL;
    r->at = behind;
    string->text.chars = chars;
    string->text.size = (size_t)(out - chars);
    return string;
}
