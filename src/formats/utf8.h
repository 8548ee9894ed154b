/* formats/utf8.h: whether bytes are UTF-8.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_UTF8_H
#define CTORCH_FORMATS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the character at `chars`, of which `left` bytes are there. Returns its length; 0 when it is none, too long a
 * form included. Lone surrogates count as characters, as in Python's pickles ("surrogatepass"). */
size_t utf8_next(const unsigned char *chars, size_t left, uint32_t *character);

bool utf8_valid(const unsigned char *chars, size_t size);

/* The same without lone surrogates, which formats other than pickle do not have. */
bool utf8_valid_strictly(const unsigned char *chars, size_t size);

#endif
