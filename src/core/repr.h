/* core/repr.h: texts and numbers as Python's repr writes them, whatever the locale says.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CORE_REPR_H
#define CTORCH_CORE_REPR_H

#include "core/text.h"

/* A text in quotes: UTF-8, or bytes, of which only ASCII is written as it is. */
void repr_add_quoted(text *t, const char *chars, size_t size, bool bytes);

/* The shortest digits that read back as the same number. */
void repr_add_real(text *t, double real);

/* "(1+2j)" */
void repr_add_complex(text *t, double real, double imaginary);

#endif
