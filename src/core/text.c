/* core/text.c: text that grows.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(text *t)
{
    free(t->chars);
    *t = (text){.failed = true};
}

static void add_bytes(text *t, const char *chars, size_t n)
{
    if (t->failed)
        return;
    if (t->size + n + 1 > t->room) {
        size_t room = 2 * (t->size + n + 1);
        char *grown = realloc(t->chars, room);
        if (!grown) {
            fail(t);
            return;
        }
        t->chars = grown;
        t->room = room;
    }
    memcpy(t->chars + t->size, chars, n);
    t->size += n;
    t->chars[t->size] = '\0';
}

void text_add(text *t, const char *chars)
{
    add_bytes(t, chars, strlen(chars));
}

void text_addf(text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *piece = text_format_list(format, arguments);
    va_end(arguments);
    if (piece)
        text_add(t, piece);
    else
        fail(t);
    free(piece);
}

char *text_finish(text *t)
{
    if (!t->chars && !t->failed)
        add_bytes(t, "", 0);
    char *chars = t->chars;
    *t = (text){.chars = NULL};
    return chars;
}

char *text_copy(const char *chars)
{
    size_t n = strlen(chars) + 1;
    char *copy = malloc(n);
    return copy ? memcpy(copy, chars, n) : NULL;
}

char *text_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *chars = text_format_list(format, arguments);
    va_end(arguments);
    return chars;
}

char *text_format_list(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *chars = n < 0 ? NULL : malloc((size_t)n + 1);
    if (chars)
        vsnprintf(chars, (size_t)n + 1, format, arguments);
    return chars;
}
