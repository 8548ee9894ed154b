/* tests/formats/archive.h: writes zip archives as torch.save lays them out, in memory, and knows where each
 * structure of them is, so that a test can damage it.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_ARCHIVE_H
#define CTORCH_TESTS_FORMATS_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ARCHIVE_SIZE = 1 << 20, ARCHIVE_ENTRIES = 64 };

typedef struct archive {
    unsigned char bytes[ARCHIVE_SIZE];
    size_t size;
    size_t count;
    struct {
        const char *name;
        const void *extra; /* of the central directory */
        size_t extra_size, data_size;
        uint32_t crc;
        size_t local, central;
    } entries[ARCHIVE_ENTRIES];
    size_t directory, end64, locator, end;
} archive;

/* The fuzzer uses this file without Check. */
static inline void archive_need(bool holds)
{
    if (!holds)
        abort();
}

static inline void archive_put(archive *a, uint64_t number, int width)
{
    archive_need(a->size + (size_t)width <= ARCHIVE_SIZE);
    for (int i = 0; i < width; i++)
        a->bytes[a->size++] = i < 8 ? (unsigned char)(number >> 8 * i) : 0;
}

static inline void archive_put_bytes(archive *a, const void *bytes, size_t size)
{
    archive_need(a->size + size <= ARCHIVE_SIZE);
    if (size)
        memcpy(a->bytes + a->size, bytes, size);
    a->size += size;
}

/* Overwrites a number. */
static inline void archive_patch(archive *a, size_t at, uint64_t number, int width)
{
    size_t size = a->size;
    a->size = at;
    archive_put(a, number, width);
    a->size = size;
}

static inline uint32_t archive_crc(const unsigned char *bytes, size_t size)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}

/* Appends an entry whose data is aligned to `alignment`. */
static inline void archive_add(archive *a, const char *name, const void *data, size_t size, size_t alignment)
{
    archive_need(a->count < ARCHIVE_ENTRIES);
    size_t n = a->count++, header = 30 + strlen(name);
    size_t padding = (alignment - (a->size + header) % alignment) % alignment;
    a->entries[n].name = name;
    a->entries[n].data_size = size;
    a->entries[n].crc = archive_crc(data, size);
    a->entries[n].local = a->size;
    archive_put(a, 0x04034b50, 4);
    archive_put(a, 0, 10);
    archive_put(a, a->entries[n].crc, 4);
    archive_put(a, size, 4);
    archive_put(a, size, 4);
    archive_put(a, strlen(name), 2);
    archive_put(a, padding, 2);
    archive_put_bytes(a, name, strlen(name));
    for (size_t i = 0; i < padding; i++)
        archive_put(a, 'Z', 1);
    archive_put_bytes(a, data, size);
}

static inline void archive_finish(archive *a)
{
    a->directory = a->size;
    for (size_t i = 0; i < a->count; i++) {
        a->entries[i].central = a->size;
        archive_put(a, 0x02014b50, 4);
        archive_put(a, 0, 12);
        archive_put(a, a->entries[i].crc, 4);
        archive_put(a, a->entries[i].data_size, 4);
        archive_put(a, a->entries[i].data_size, 4);
        archive_put(a, strlen(a->entries[i].name), 2);
        archive_put(a, a->entries[i].extra_size, 2);
        archive_put(a, 0, 10);
        archive_put(a, a->entries[i].local, 4);
        archive_put_bytes(a, a->entries[i].name, strlen(a->entries[i].name));
        archive_put_bytes(a, a->entries[i].extra, a->entries[i].extra_size);
    }
    size_t length = a->size - a->directory;
    a->end64 = a->size;
    archive_put(a, 0x06064b50, 4);
    archive_put(a, 44, 8);
    archive_put(a, 0, 12);
    archive_put(a, a->count, 8);
    archive_put(a, a->count, 8);
    archive_put(a, length, 8);
    archive_put(a, a->directory, 8);
    a->locator = a->size;
    archive_put(a, 0x07064b50, 4);
    archive_put(a, 0, 4);
    archive_put(a, a->end64, 8);
    archive_put(a, 1, 4);
    a->end = a->size;
    archive_put(a, 0x06054b50, 4);
    archive_put(a, 0, 4);
    archive_put(a, a->count, 2);
    archive_put(a, a->count, 2);
    archive_put(a, length, 4);
    archive_put(a, a->directory, 4);
    archive_put(a, 0, 2);
}

/* An archive of that pickle, of a version, of a storage of six floats and one of two whole numbers; the caller may
 * still add to it or damage it, and frees it. */
static inline archive *begin_archive(const void *pickle, size_t size)
{
    archive *a = calloc(1, sizeof *a);
    archive_need(a != NULL);
    archive_add(a, "a/data.pkl", pickle, size, 64);
    archive_add(a, "a/version", "3\n", 2, 1);
    archive_add(a, "a/data/0", (const float[]){0, 7, 14, 21, 5, 12}, 24, 64);
    archive_add(a, "a/data/1", (const int64_t[]){0, 1}, 16, 64);
    return a;
}

/* Takes the checksums out of an archive's directory: behind them, hardly any damage would get to the pickle. */
static inline void archive_drop_checksums(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i + 20 <= size; i++)
        if (memcmp(bytes + i, "PK\1\2", 4) == 0)
            memset(bytes + i + 16, 0, 4);
}

#endif
