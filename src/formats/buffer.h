/* formats/buffer.h: bytes that grow. Memory that runs out makes every later step do nothing, so that one check of
 * `failed` at the end is enough.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_BUFFER_H
#define CTORCH_FORMATS_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct buffer {
    unsigned char *bytes;
    size_t size, room;
    bool failed;
} buffer;

void buffer_add(buffer *b, const void *bytes, size_t size);

/* The lowest `width` bytes of a number, the lowest first. */
void buffer_add_number(buffer *b, uint64_t number, int width);

void buffer_free(buffer *b);

#endif
