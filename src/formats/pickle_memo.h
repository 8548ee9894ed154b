/* formats/pickle_memo.h: what a pickle has put into its memo, by keys of bytes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PICKLE_MEMO_H
#define CTORCH_FORMATS_PICKLE_MEMO_H

#include "formats/buffer.h"

typedef struct memo_entry {
    uint64_t hash;
    size_t at, size; /* of the key, in the keys; a size of 0 is a free place */
    uint32_t index;
} memo_entry;

typedef struct pickle_memo {
    memo_entry *entries; /* a hash table with open addressing, at most half full */
    size_t count, room;
    buffer keys;
} pickle_memo;

/* The index that a key was put under; false when it was not. */
bool memo_find(const pickle_memo *memo, const void *key, size_t size, uint32_t *index);

/* Puts a key, of at least a byte, that is not there yet. False when memory is out. */
bool memo_put(pickle_memo *memo, const void *key, size_t size, uint32_t index);

void memo_free(pickle_memo *memo);

#endif
