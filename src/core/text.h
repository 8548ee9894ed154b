/* core/text.h: text that grows. Memory that runs out makes the text NULL, and every later step does nothing, so that
 * one check at the end is enough.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CORE_TEXT_H
#define CTORCH_CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct text {
    char *chars; /* NUL-terminated; NULL while empty */
    size_t size, room;
    bool failed;
} text;

void text_add(text *t, const char *chars);
void text_addf(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The characters, which are the caller's to free; NULL when memory ran out. */
char *text_finish(text *t);

/* A copy, or a formatted text, of malloc's; NULL when memory is out. */
char *text_copy(const char *chars);
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text_format_list(const char *format, va_list arguments);

#ifdef __cplusplus
}
#endif

#endif
