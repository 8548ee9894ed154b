/* core/repr.c: see repr.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/repr.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_char(text *t, unsigned char c, char quote, bool bytes)
{
    char piece[8] = {(char)c};
    if (c == (unsigned char)quote || c == '\\')
        snprintf(piece, sizeof piece, "\\%c", c);
    else if (c == '\n' || c == '\r' || c == '\t')
        snprintf(piece, sizeof piece, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    else if (c < ' ' || c == 0x7f || (bytes && c > 0x7f))
        snprintf(piece, sizeof piece, "\\x%02x", c);
    text_add(t, piece);
}

void repr_add_quoted(text *t, const char *chars, size_t size, bool bytes)
{
    bool single = size && memchr(chars, '\'', size), twofold = size && memchr(chars, '"', size);
    char quote = single && !twofold ? '"' : '\'';
    const char ends[] = {quote, '\0'};
    text_add(t, ends);
    for (size_t i = 0; i < size; i++)
        add_char(t, (unsigned char)chars[i], quote, bytes);
    text_add(t, ends);
}

/* The digits of a number and the power of ten of the first. */
typedef struct decimal {
    char digits[24];
    int count, exponent;
} decimal;

static decimal shortest(double size)
{
    decimal d = {.count = 0};
    char number[40];
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(number, sizeof number, "%.*e", precision, size);
        if (strtod(number, NULL) == size)
            break;
    }
    const char *at = number;
    for (; *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            d.digits[d.count++] = *at;
    d.exponent = atoi(at + 1);
    while (d.count > 1 && d.digits[d.count - 1] == '0')
        d.count--;
    return d;
}

static void add_zeros(text *t, int n)
{
    for (int i = 0; i < n; i++)
        text_add(t, "0");
}

static void add_fixed(text *t, decimal d)
{
    int whole = d.exponent + 1;
    if (whole <= 0) {
        text_add(t, "0.");
        add_zeros(t, -whole);
        text_addf(t, "%.*s", d.count, d.digits);
    } else if (whole >= d.count) {
        text_addf(t, "%.*s", d.count, d.digits);
        add_zeros(t, whole - d.count);
        text_add(t, ".0");
    } else {
        text_addf(t, "%.*s.%.*s", whole, d.digits, d.count - whole, d.digits + whole);
    }
}

void repr_add_real(text *t, double real)
{
    if (isnan(real)) {
        text_add(t, "nan");
        return;
    }
    text_add(t, signbit(real) ? "-" : "");
    if (isinf(real)) {
        text_add(t, "inf");
        return;
    }
    decimal d = shortest(fabs(real));
    if (d.exponent >= -4 && d.exponent < 16)
        add_fixed(t, d);
    else
        text_addf(t, "%c%s%.*se%+03d", d.digits[0], d.count > 1 ? "." : "", d.count - 1, d.digits + 1, d.exponent);
}

/* A part of a complex number: whole ones have no ".0" here. */
static void add_part(text *t, double part)
{
    repr_add_real(t, part);
    if (!t->failed && t->size > 2 && strcmp(t->chars + t->size - 2, ".0") == 0)
        t->chars[t->size -= 2] = '\0';
}

void repr_add_complex(text *t, double real, double imaginary)
{
    bool both = real != 0 || signbit(real);
    if (both) {
        text_add(t, "(");
        add_part(t, real);
        text_add(t, signbit(imaginary) && !isnan(imaginary) ? "" : "+");
    }
    add_part(t, imaginary);
    text_add(t, both ? "j)" : "j");
}
