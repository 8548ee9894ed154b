/* formats/pickle_writer.h: writes a pickle of protocol 2, the one of torch.save, in the opcodes that Python would
 * choose.
 *
 * Values are written one after the other; what holds others is begun and ended around them, and says at both ends how
 * many it holds: of a dict, pairs. Texts and globals that are equal are written once.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PICKLE_WRITER_H
#define CTORCH_FORMATS_PICKLE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pickle_writer pickle_writer;

/* By what an object is known again: objects of the same three are one in Python, too. A NULL address is no identity. */
typedef struct pickle_identity {
    const void *address;
    size_t size;
    size_t kind;
} pickle_identity;

/* NULL when memory is out. */
pickle_writer *pickle_writer_new(void);
void pickle_writer_free(pickle_writer *w);

/* Why the first value that could not be written could not, "is a text that is not UTF-8"; NULL while all were. */
const char *pickle_writer_problem(const pickle_writer *w);

/* Ends the pickle. Its bytes are the writer's. */
const unsigned char *pickle_writer_finish(pickle_writer *w, size_t *size);

/* ---- values ---- */

void pickle_write_none(pickle_writer *w);
void pickle_write_bool(pickle_writer *w, bool value);
void pickle_write_int(pickle_writer *w, int64_t value);
void pickle_write_long(pickle_writer *w, const char *hexadecimal); /* "-0x1f" */
void pickle_write_float(pickle_writer *w, double value);
void pickle_write_complex(pickle_writer *w, double real, double imaginary);
void pickle_write_string(pickle_writer *w, const char *chars, size_t size);
void pickle_write_text(pickle_writer *w, const char *chars); /* the same, up to the NUL */
void pickle_write_bytes(pickle_writer *w, const unsigned char *bytes, size_t size);

/* A class or function: with Python 3's names, "builtins". */
void pickle_write_global(pickle_writer *w, const char *module, const char *name);

/* ---- what holds others ---- */

/* Whether the object has been written, or begun, before: then a reference to it has been written in its place. */
bool pickle_write_shared(pickle_writer *w, pickle_identity identity);

void pickle_begin_tuple(pickle_writer *w, size_t n);
void pickle_end_tuple(pickle_writer *w, size_t n, pickle_identity identity);
void pickle_begin_list(pickle_writer *w, size_t n, pickle_identity identity);
void pickle_end_list(pickle_writer *w, size_t n);
void pickle_begin_dict(pickle_writer *w, size_t n, pickle_identity identity);
void pickle_end_dict(pickle_writer *w, size_t n);
void pickle_begin_set(pickle_writer *w, size_t n);
void pickle_end_set(pickle_writer *w, size_t n, pickle_identity identity);

/* ---- calls: each takes what was written last ---- */

/* A global and a tuple: global(*tuple). */
void pickle_write_call(pickle_writer *w, pickle_identity identity);

/* A class and a tuple: class.__new__(class, *tuple); with keywords, a dict behind these as well. */
void pickle_write_new(pickle_writer *w, bool keywords, pickle_identity identity);

/* An object and its state, or items for it, begun before they are written. */
void pickle_write_state(pickle_writer *w);
void pickle_begin_items(pickle_writer *w, size_t n);
void pickle_end_items(pickle_writer *w, size_t n, bool keyed);

/* A tuple, which becomes the persistent id of an object: a storage of torch. */
void pickle_write_persistent(pickle_writer *w);

#endif
