/* formats/record_pool.c: see record.h. The memory of one file's records, and the bytes of its storages.
 *
 * Records are made by one thread, the one that reads the file. Afterwards any thread may ask for a storage's bytes, so
 * what record_storage_bytes touches is touched atomically: the copy's address, and the count of memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/record.h"

#include "core/error.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, BLOCK_SIZE = 16384 };

typedef struct block {
    struct block *next;
    size_t room, used;
    _Alignas(ALIGNMENT) unsigned char bytes[];
} block;

struct record_pool {
    block *blocks; /* the newest first, from which the next bytes come */
    size_t used, limit, cap;
    record_storage *storages;
    char path[];
};

/* ---- the pool ---- */

ct_status record_pool_new(record_pool **out, const char *path, size_t limit)
{
    size_t length = strlen(path) + 1;
    record_pool *pool = calloc(1, sizeof *pool + length);
    if (!pool)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    memcpy(pool->path, path, length);
    pool->limit = limit;
    pool->cap = SIZE_MAX;
    *out = pool;
    return CT_OK;
}

void record_pool_free(record_pool *pool)
{
    if (!pool)
        return;
    for (const record_storage *s = pool->storages; s; s = s->next)
        if (s->bytes != s->source)
            free(s->bytes);
    while (pool->blocks) {
        block *next = pool->blocks->next;
        free(pool->blocks);
        pool->blocks = next;
    }
    free(pool);
}

void record_pool_grant(record_pool *pool, size_t size)
{
    if (__builtin_add_overflow(pool->limit, size, &pool->limit))
        pool->limit = SIZE_MAX;
}

void record_pool_set_cap(record_pool *pool, size_t cap)
{
    pool->cap = cap;
}

/* Counts memory that is to be taken. */
static bool reserve(record_pool *pool, size_t size)
{
    size_t used = __atomic_add_fetch(&pool->used, size, __ATOMIC_RELAXED);
    bool wrapped = used < size;
    if (!wrapped && used <= pool->limit && used <= pool->cap)
        return true;
    __atomic_sub_fetch(&pool->used, size, __ATOMIC_RELAXED);
    if (wrapped || used > pool->limit)
        core_fail(CT_ERROR_FORMAT,
                  "%s: asks for more memory than a file of its size can need; it is damaged or hostile", pool->path);
    else
        core_fail(CT_ERROR_MEMORY, "%s: needs more than the memory limit of %zu bytes; set a higher one", pool->path,
                  pool->cap);
    return false;
}

/* A large block goes behind the newest one, which keeps serving the small ones. */
static block *block_new(record_pool *pool, size_t size)
{
    bool large = size > BLOCK_SIZE / 4;
    size_t room = large ? size : BLOCK_SIZE;
    block *b = calloc(1, sizeof *b + room);
    if (!b) {
        core_fail(CT_ERROR_MEMORY, "%s: no memory for %zu bytes", pool->path, room);
        return NULL;
    }
    b->room = room;
    block **link = large && pool->blocks ? &pool->blocks->next : &pool->blocks;
    b->next = *link;
    *link = b;
    return b;
}

void *record_alloc(record_pool *pool, size_t size)
{
    if (size > SIZE_MAX - BLOCK_SIZE)
        size = SIZE_MAX - BLOCK_SIZE; /* as far beyond every limit, and can be rounded up */
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!reserve(pool, size))
        return NULL;
    block *b = pool->blocks;
    if (!b || size > b->room - b->used)
        b = block_new(pool, size);
    if (!b)
        return NULL;
    void *bytes = b->bytes + b->used;
    b->used += size;
    return bytes;
}

/* ---- storages ---- */

size_t record_dtype_unit(ct_dtype dtype)
{
    switch (dtype) {
    case CT_COMPLEX32:
    case CT_COMPLEX64:
    case CT_COMPLEX128:
    case CT_BCOMPLEX32:
        return ct_dtype_size(dtype) / 2;
    default:
        return ct_dtype_size(dtype);
    }
}

record *record_new_storage_within(record_pool *pool, const record_storage *storage)
{
    record *r = record_new(pool, RECORD_STORAGE);
    record_storage *s = r ? record_alloc(pool, sizeof *s) : NULL;
    if (!s)
        return NULL;
    *s = *storage;
    s->unit = record_dtype_unit(s->dtype);
    s->pool = pool;
    r->storage = s;
    if (!s->base) {
        s->next = pool->storages;
        pool->storages = s;
    }
    return r;
}

record *record_new_storage(record_pool *pool, const record_storage *storage)
{
    if (!storage->base)
        record_pool_grant(pool, storage->size);
    return record_new_storage_within(pool, storage);
}

static void copy_swapped(unsigned char *to, const unsigned char *from, size_t size, size_t unit)
{
    size_t whole = size - size % unit;
    for (size_t at = 0; at < whole; at += unit)
        for (size_t i = 0; i < unit; i++)
            to[at + i] = from[at + unit - 1 - i];
    memcpy(to + whole, from + whole, size - whole);
}

/* A copy in memory of its own, aligned and in this machine's byte order. */
static unsigned char *copy_bytes(const record_storage *s)
{
    if (!reserve(s->pool, s->size))
        return NULL;
    unsigned char *copy = malloc(s->size);
    if (!copy) {
        __atomic_sub_fetch(&s->pool->used, s->size, __ATOMIC_RELAXED);
        core_fail(CT_ERROR_MEMORY, "%s: no memory for the %zu bytes of storage %s", s->pool->path, s->size, s->key);
    } else if (s->swapped && s->unit > 1) {
        copy_swapped(copy, s->source, s->size, s->unit);
    } else {
        memcpy(copy, s->source, s->size);
    }
    return copy;
}

bool record_storage_is_in_place(const record_storage *storage)
{
    const record_storage *s = storage->base ? storage->base : storage;
    return s->size == 0 || s->unit <= 1 || (!s->swapped && (uintptr_t)s->source % s->unit == 0);
}

unsigned char *record_storage_bytes(const record_storage *storage)
{
    if (storage->base) {
        unsigned char *whole = record_storage_bytes(storage->base);
        return whole ? whole + storage->offset : NULL;
    }
    record_storage *s = (record_storage *)storage; /* what is written here is no part of what the file says */
    unsigned char *bytes = __atomic_load_n(&s->bytes, __ATOMIC_ACQUIRE), *none = NULL;
    if (bytes)
        return bytes;
    bytes = record_storage_is_in_place(s) ? s->source : copy_bytes(s);
    if (!bytes || __atomic_compare_exchange_n(&s->bytes, &none, bytes, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return bytes;
    /* Another thread was first, and everybody is to have the same bytes. */
    if (bytes != s->source) {
        __atomic_sub_fetch(&s->pool->used, s->size, __ATOMIC_RELAXED);
        free(bytes);
    }
    return none;
}

unsigned char *record_tensor_data(const record_tensor *tensor)
{
    unsigned char *bytes = record_storage_bytes(tensor->storage);
    return bytes ? bytes + tensor->offset : NULL;
}
