/* formats/buffer.c: see buffer.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/buffer.h"

#include <stdlib.h>
#include <string.h>

static bool grow(buffer *b, size_t size)
{
    if (size > SIZE_MAX / 4 || b->size > SIZE_MAX / 4)
        return false;
    size_t room = 2 * (b->size + size);
    unsigned char *grown = realloc(b->bytes, room);
    if (!grown)
        return false;
    b->bytes = grown;
    b->room = room;
    return true;
}

void buffer_add(buffer *b, const void *bytes, size_t size)
{
    if (b->failed || size == 0)
        return;
    if (b->room - b->size < size && !grow(b, size)) {
        b->failed = true;
        return;
    }
    memcpy(b->bytes + b->size, bytes, size);
    b->size += size;
}

void buffer_add_number(buffer *b, uint64_t number, int width)
{
    unsigned char bytes[8];
    for (int i = 0; i < width; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    buffer_add(b, bytes, (size_t)width);
}

void buffer_free(buffer *b)
{
    free(b->bytes);
    *b = (buffer){.bytes = NULL};
}
