/* formats/zip_writer.c: see zip_writer.h. The structures are those of PKWARE's APPNOTE.TXT, section 4.3.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/zip_writer.h"

#include "core/error.h"
#include "formats/zip.h"

#include <stdlib.h>
#include <string.h>

#define SATURATED16 0xffffu
#define SATURATED32 0xffffffffu
enum {
    VERSION_ZIP = 20,
    VERSION_ZIP64 = 45,
    FLAG_UTF8 = 0x800,
    DATE_1980 = 0x21, /* 1 January 1980 */
    EXTRA_ZIP64 = 1,
    EXTRA_PADDING = 'F' | 'B' << 8, /* PyTorch's own */
    HEADER_SIZE = 30,               /* of an entry's, without its name */
    RECORD_MAX = 80                 /* more than any structure without its name */
};

struct zip_writer {
    file_writer *file;
    uint64_t at, count;
    size_t alignment; /* 0: none */
    unsigned char *directory;
    size_t size, room;
};

/* ---- one structure ---- */

typedef struct zip_record {
    unsigned char bytes[RECORD_MAX];
    size_t size;
} zip_record;

static void put(zip_record *r, uint64_t number, int width)
{
    for (int i = 0; i < width; i++)
        r->bytes[r->size++] = (unsigned char)(number >> 8 * i);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What the two headers of an entry share, from the version to the name's length. */
static void put_common(zip_record *r, uint32_t crc, uint64_t size, size_t name_size, bool large)
{
    put(r, large ? VERSION_ZIP64 : VERSION_ZIP, 2);
    put(r, FLAG_UTF8, 2);
    put(r, 0, 2); /* stored */
    put(r, DATE_1980 << 16, 4);
    put(r, crc, 4);
    put(r, least(size, SATURATED32), 4);
    put(r, least(size, SATURATED32), 4);
    put(r, name_size, 2);
}

static void put_extra(zip_record *r, const uint64_t *numbers, size_t n)
{
    put(r, EXTRA_ZIP64, 2);
    put(r, 8 * n, 2);
    for (size_t i = 0; i < n; i++)
        put(r, numbers[i], 8);
}

/* ---- entries ---- */

static ct_status write(zip_writer *w, const void *bytes, size_t size)
{
    w->at += size;
    return file_writer_add(w->file, bytes, size);
}

static ct_status directory_add(zip_writer *w, const void *bytes, size_t size)
{
    if (w->room - w->size < size) {
        size_t room = 2 * (w->size + size);
        unsigned char *grown = realloc(w->directory, room);
        if (!grown)
            return core_fail(CT_ERROR_MEMORY, "%s: out of memory", file_writer_path(w->file));
        w->directory = grown;
        w->room = room;
    }
    memcpy(w->directory + w->size, bytes, size);
    w->size += size;
    return CT_OK;
}

/* Fills an entry's extra field up with zeros, so that its bytes begin at a multiple of the alignment. */
static ct_status write_padding(zip_writer *w, size_t padding)
{
    static const unsigned char zeros[ZIP_ALIGNMENT_MAX];
    zip_record r = {.size = 0};
    if (w->alignment == 0)
        return CT_OK;
    put(&r, EXTRA_PADDING, 2);
    put(&r, padding, 2);
    ct_status status = write(w, r.bytes, r.size);
    return status == CT_OK ? write(w, zeros, padding) : status;
}

static ct_status write_local(zip_writer *w, const char *name, uint32_t crc, uint64_t size)
{
    enum { PADDING_HEADER = 4 };
    bool large = size >= SATURATED32;
    zip_record local = {.size = 0}, extra = {.size = 0};
    put(&local, 0x04034b50, 4);
    put_common(&local, crc, size, strlen(name), large);
    if (large)
        put_extra(&extra, (uint64_t[]){size, size}, 2);
    uint64_t start = w->at + HEADER_SIZE + strlen(name) + extra.size + PADDING_HEADER;
    size_t padding = w->alignment ? (size_t)(-start % w->alignment) : 0;
    put(&local, extra.size + (w->alignment ? PADDING_HEADER + padding : 0), 2);
    ct_status status = write(w, local.bytes, local.size);
    if (status == CT_OK)
        status = write(w, name, strlen(name));
    if (status == CT_OK)
        status = write(w, extra.bytes, extra.size);
    return status == CT_OK ? write_padding(w, padding) : status;
}

static ct_status list(zip_writer *w, const char *name, uint32_t crc, uint64_t size, uint64_t offset)
{
    uint64_t numbers[3];
    size_t n = 0;
    if (size >= SATURATED32)
        numbers[n++] = size, numbers[n++] = size;
    if (offset >= SATURATED32)
        numbers[n++] = offset;
    zip_record central = {.size = 0}, extra = {.size = 0};
    if (n)
        put_extra(&extra, numbers, n);
    put(&central, 0x02014b50, 4);
    put(&central, 3 << 8 | VERSION_ZIP64, 2); /* made on Unix */
    put_common(&central, crc, size, strlen(name), n > 0);
    put(&central, extra.size, 2);
    put(&central, 0, 2 + 2 + 2); /* comment, disk, internal attributes */
    put(&central, UINT64_C(0100600) << 16, 4);
    put(&central, least(offset, SATURATED32), 4);
    ct_status status = directory_add(w, central.bytes, central.size);
    if (status == CT_OK)
        status = directory_add(w, name, strlen(name));
    return status == CT_OK ? directory_add(w, extra.bytes, extra.size) : status;
}

ct_status zip_writer_add(zip_writer *w, const char *name, const void *head, size_t head_size, const void *body,
                         size_t body_size)
{
    enum { NAME_MAX_LENGTH = 1024 }; /* what zip.c reads */
    if (strlen(name) == 0 || strlen(name) > NAME_MAX_LENGTH)
        return core_fail(CT_ERROR_VALUE, "%s: an entry's name has %zu bytes, not 1 to %d", file_writer_path(w->file),
                         strlen(name), NAME_MAX_LENGTH);
    uint64_t offset = w->at;
    uint32_t crc = zip_crc32(zip_crc32(0, head, head_size), body, body_size);
    ct_status status = write_local(w, name, crc, head_size + body_size);
    if (status == CT_OK)
        status = write(w, head, head_size);
    if (status == CT_OK)
        status = write(w, body, body_size);
    if (status == CT_OK)
        status = list(w, name, crc, head_size + body_size, offset);
    w->count++;
    return status;
}

/* ---- the end ---- */

static ct_status write_end64(zip_writer *w, uint64_t directory)
{
    zip_record r = {.size = 0};
    uint64_t at = w->at;
    put(&r, 0x06064b50, 4);
    put(&r, 44, 8); /* what follows */
    put(&r, VERSION_ZIP64, 2);
    put(&r, VERSION_ZIP64, 2);
    put(&r, 0, 4 + 4);
    put(&r, w->count, 8);
    put(&r, w->count, 8);
    put(&r, w->size, 8);
    put(&r, directory, 8);
    put(&r, 0x07064b50, 4); /* the locator */
    put(&r, 0, 4);
    put(&r, at, 8);
    put(&r, 1, 4);
    return write(w, r.bytes, r.size);
}

static ct_status write_end(zip_writer *w)
{
    uint64_t directory = w->at;
    ct_status status = write(w, w->directory, w->size);
    if (status == CT_OK && (w->count >= SATURATED16 || w->size >= SATURATED32 || directory >= SATURATED32))
        status = write_end64(w, directory);
    zip_record r = {.size = 0};
    put(&r, 0x06054b50, 4);
    put(&r, 0, 4);
    put(&r, least(w->count, SATURATED16), 2);
    put(&r, least(w->count, SATURATED16), 2);
    put(&r, least(w->size, SATURATED32), 4);
    put(&r, least(directory, SATURATED32), 4);
    put(&r, 0, 2);
    return status == CT_OK ? write(w, r.bytes, r.size) : status;
}

ct_status zip_writer_open(zip_writer **out, const char *path)
{
    zip_writer *w = calloc(1, sizeof *w);
    if (!w)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    ct_status status = file_writer_open(&w->file, path);
    if (status != CT_OK) {
        free(w);
        return status;
    }
    *out = w;
    return CT_OK;
}

void zip_writer_align(zip_writer *w, size_t alignment)
{
    w->alignment = alignment;
}

ct_status zip_writer_commit(zip_writer *w)
{
    ct_status status = write_end(w);
    if (status == CT_OK) {
        status = file_writer_commit(w->file);
        w->file = NULL;
    }
    zip_writer_discard(w);
    return status;
}

void zip_writer_discard(zip_writer *w)
{
    if (!w)
        return;
    file_writer_discard(w->file);
    free(w->directory);
    free(w);
}
