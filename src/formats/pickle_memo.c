/* formats/pickle_memo.c: see pickle_memo.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pickle_memo.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a */
static uint64_t hash_of(const unsigned char *key, size_t size)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ key[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

/* The place of a key, or the free one where it belongs. `room` is a power of two. */
static memo_entry *place_of(const pickle_memo *memo, uint64_t hash, const void *key, size_t size)
{
    for (size_t i = (size_t)hash;; i++) {
        memo_entry *entry = &memo->entries[i & (memo->room - 1)];
        if (entry->size == 0 ||
            (entry->hash == hash && entry->size == size && memcmp(memo->keys.bytes + entry->at, key, size) == 0))
            return entry;
    }
}

bool memo_find(const pickle_memo *memo, const void *key, size_t size, uint32_t *index)
{
    if (memo->room == 0)
        return false;
    const memo_entry *entry = place_of(memo, hash_of(key, size), key, size);
    *index = entry->index;
    return entry->size > 0;
}

static bool grow(pickle_memo *memo)
{
    pickle_memo larger = {.room = memo->room ? 2 * memo->room : 64, .count = memo->count, .keys = memo->keys};
    larger.entries = calloc(larger.room, sizeof *larger.entries);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < memo->room; i++) {
        const memo_entry *entry = &memo->entries[i];
        if (entry->size)
            *place_of(&larger, entry->hash, memo->keys.bytes + entry->at, entry->size) = *entry;
    }
    free(memo->entries);
    *memo = larger;
    return true;
}

bool memo_put(pickle_memo *memo, const void *key, size_t size, uint32_t index)
{
    if (2 * (memo->count + 1) > memo->room && !grow(memo))
        return false;
    uint64_t hash = hash_of(key, size);
    memo_entry *entry = place_of(memo, hash, key, size);
    size_t at = memo->keys.size;
    buffer_add(&memo->keys, key, size);
    if (memo->keys.failed)
        return false;
    *entry = (memo_entry){.hash = hash, .at = at, .size = size, .index = index};
    memo->count++;
    return true;
}

void memo_free(pickle_memo *memo)
{
    free(memo->entries);
    buffer_free(&memo->keys);
    *memo = (pickle_memo){.entries = NULL};
}
