/* formats/module_text_reader.h: what the readers of a call and of a tree share: a place in the text, values and faults.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_MODULE_TEXT_READER_H
#define CTORCH_FORMATS_MODULE_TEXT_READER_H

#include "formats/record.h"

/* A fault is only noted here, so that a reading can be given up for another one; the first one stays. A failure
 * without a fault is one of the pool's, which has been recorded already. */
typedef struct text_reader {
    record_pool *pool;
    const char *text, *at, *end; /* reading goes on at `at`, and not beyond `end` */
    size_t depth;                /* of the brackets around `at` */
    const char *where;           /* the fault's place */
    char fault[200];             /* "" for none */
} text_reader;

/* Both note a fault and return false. The second says "expected WHAT, found ..." of what stands at `at`. */
bool reader_fault(text_reader *r, const char *where, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool reader_expected(text_reader *r, const char *what);

/* The next byte, '\0' at the end; whether it was this one, which is then behind us. */
char reader_peek(const text_reader *r);
bool reader_take(text_reader *r, char c);

/* Spaces and ends of lines, which inside brackets are the same to Python. */
void reader_skip_spaces(text_reader *r);

/* The length of the name that begins at `at`, of letters, digits and '_'; with dots, too, if `dotted`. 0 for none. */
size_t reader_name_size(const text_reader *r, bool dotted);

/* The name at `at` as a global: what is before the last dot is its module. */
record *reader_global(text_reader *r, size_t size);

/* A number or a string; `at` is on its first character. NULL on failure, like all that return a record. */
record *reader_number(text_reader *r, bool negative);
record *reader_string(text_reader *r);

/* An object of that class, without arguments. */
record *reader_object(text_reader *r, record *callable);

/* Arguments into an object, up to and with the ')' that belongs to the '(' at `open`; without one, up to `end`. */
bool reader_arguments(text_reader *r, record_object *object, const char *open);

record *reader_value(text_reader *r);

/* A text that is one call and nothing else. */
record *reader_call(text_reader *r);

#endif
