/* formats/zip.c: see zip.h. The structures are those of PKWARE's APPNOTE.TXT, section 4.3, whose names for the
 * fields are kept. Every number in the file is a claim to be checked: the only thing trusted here is the size of the
 * file itself.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/zip.h"

#include "formats/bytes.h"
#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOCAL_SIGNATURE = 0x04034b50,
    CENTRAL_SIGNATURE = 0x02014b50,
    END_SIGNATURE = 0x06054b50,
    END64_SIGNATURE = 0x06064b50,
    LOCATOR64_SIGNATURE = 0x07064b50,
    LOCAL_SIZE = 30,
    CENTRAL_SIZE = 46,
    END_SIZE = 22,
    END64_SIZE = 56,
    LOCATOR64_SIZE = 20,
    COMMENT_MAX = 0xffff,
    NAME_MAX_LENGTH = 1024,
    FLAG_ENCRYPTED = 1,
    FLAG_SIZES_FOLLOW = 8, /* the local header's sizes are zero, and follow the bytes */
    METHOD_STORED = 0,
    EXTRA_ZIP64 = 1
};
#define SATURATED16 0xffffu     /* in a 16-bit field: the number is in the zip64 structures */
#define SATURATED32 0xffffffffu /* the same in 32 bits */

typedef struct zip_input {
    const file_map *map;
    const unsigned char *bytes;
    size_t size;
    const char *path;
} zip_input;

/* Where the directory is and what it holds, from the two end records. */
typedef struct zip_directory {
    uint64_t count, size, offset;
    size_t end; /* where the end records begin: nothing of the directory lies beyond */
} zip_directory;

/* Says that the archive is not as it should be, where, and what to do about it. */
__attribute__((format(printf, 2, 3))) static ct_status zip_fail(const zip_input *in, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return core_fail(CT_ERROR_FORMAT, "%s: %s; the file is damaged: copy or save it again", in->path, what);
}

/* ---- the end of the archive ---- */

/* The end record is searched from the back, as its comment may be of any length. Returns `size` when there is none. */
static size_t end_find(const unsigned char *bytes, size_t size)
{
    if (size < END_SIZE)
        return size;
    size_t last = size - END_SIZE;
    size_t first = last > COMMENT_MAX ? last - COMMENT_MAX : 0;
    for (size_t at = last + 1; at-- > first;)
        if (bytes_u32(bytes + at) == END_SIGNATURE && at + END_SIZE + bytes_u16(bytes + at + 20) == size)
            return at;
    return size;
}

bool zip_recognise(const unsigned char *bytes, size_t size)
{
    return end_find(bytes, size) != size;
}

/* A 16 or 32-bit field of the end record must say what the zip64 record says, or that it cannot. */
static bool agrees(uint64_t small, uint64_t large, uint64_t saturated)
{
    return small == saturated || small == large;
}

static ct_status end64_read(const zip_input *in, size_t end, zip_directory *directory)
{
    const unsigned char *locator = in->bytes + end - LOCATOR64_SIZE;
    uint64_t at = bytes_u64(locator + 8);
    size_t room = end - LOCATOR64_SIZE;
    if (room < END64_SIZE || at > room - END64_SIZE)
        return zip_fail(in, "the zip64 locator points to byte %ju, outside the file", (uintmax_t)at);
    const unsigned char *record = in->bytes + at;
    if (bytes_u32(record) != END64_SIGNATURE)
        return zip_fail(in, "no zip64 record at byte %ju, where the locator says that it is", (uintmax_t)at);
    if (bytes_u32(locator + 4) || bytes_u32(record + 16) || bytes_u32(record + 20))
        return zip_fail(in, "the zip64 record speaks of an archive in several parts");
    zip_directory large = {bytes_u64(record + 32), bytes_u64(record + 40), bytes_u64(record + 48), (size_t)at};
    if (bytes_u64(record + 24) != large.count || !agrees(directory->count, large.count, SATURATED16) ||
        !agrees(directory->size, large.size, SATURATED32) || !agrees(directory->offset, large.offset, SATURATED32))
        return zip_fail(in, "the zip64 record and the end record contradict each other");
    *directory = large;
    return CT_OK;
}

static ct_status directory_find(const zip_input *in, zip_directory *directory)
{
    size_t end = end_find(in->bytes, in->size);
    if (end == in->size)
        return zip_fail(in, "the directory at the end of the zip archive is missing");
    const unsigned char *record = in->bytes + end;
    if (bytes_u16(record + 4) || bytes_u16(record + 6) || bytes_u16(record + 8) != bytes_u16(record + 10))
        return zip_fail(in, "the end record speaks of an archive in several parts");
    *directory = (zip_directory){bytes_u16(record + 10), bytes_u32(record + 12), bytes_u32(record + 16), end};
    if (end >= LOCATOR64_SIZE && bytes_u32(record - LOCATOR64_SIZE) == LOCATOR64_SIGNATURE) {
        ct_status status = end64_read(in, end, directory);
        if (status != CT_OK)
            return status;
    }
    if (directory->size > directory->end || directory->offset > directory->end - directory->size)
        return zip_fail(in, "the directory of %ju bytes at byte %ju lies outside the file", (uintmax_t)directory->size,
                        (uintmax_t)directory->offset);
    if (directory->count > directory->size / CENTRAL_SIZE)
        return zip_fail(in, "a directory of %ju bytes cannot list %ju entries", (uintmax_t)directory->size,
                        (uintmax_t)directory->count);
    return CT_OK;
}

/* ---- one entry ---- */

/* What the central directory says of an entry, the zip64 field included. */
typedef struct zip_claim {
    const unsigned char *name;
    size_t name_length;
    uint64_t packed, size, offset;
} zip_claim;

/* Takes the next 64-bit number from the zip64 field when the 32-bit one is saturated. */
static bool widen(uint64_t *number, const unsigned char **field, size_t *left)
{
    if (*number != SATURATED32)
        return true;
    if (*left < 8)
        return false;
    *number = bytes_u64(*field);
    *field += 8;
    *left -= 8;
    return true;
}

static ct_status extra_read(const zip_input *in, const unsigned char *extra, size_t left, zip_claim *claim)
{
    while (left >= 4) {
        unsigned id = bytes_u16(extra);
        size_t size = bytes_u16(extra + 2);
        if (size > left - 4)
            break;
        const unsigned char *field = extra + 4;
        extra += 4 + size;
        left -= 4 + size;
        /* The order of the numbers is fixed, and each is there only when its own field is saturated. */
        if (id == EXTRA_ZIP64 && !(widen(&claim->size, &field, &size) && widen(&claim->packed, &field, &size) &&
                                   widen(&claim->offset, &field, &size)))
            return zip_fail(in, "the zip64 field of an entry is too short");
    }
    return left ? zip_fail(in, "an extra field of an entry runs past its end") : CT_OK;
}

/* The local header repeats the name, and the sizes unless they follow the bytes; between it and the bytes lies
 * padding. It stands before the entry's bytes, anywhere in the file: reading it leaves their pages alone. */
static ct_status local_read(const zip_input *in, size_t limit, const zip_claim *claim, zip_entry *entry)
{
    if (limit < LOCAL_SIZE || claim->offset > limit - LOCAL_SIZE)
        return zip_fail(in, "entry %s begins at byte %ju, outside the file", entry->name, (uintmax_t)claim->offset);
    size_t left = limit - (size_t)claim->offset - LOCAL_SIZE;
    unsigned char header[LOCAL_SIZE + NAME_MAX_LENGTH];
    size_t known = LOCAL_SIZE + (claim->name_length < left ? claim->name_length : left);
    ct_status status = file_map_read(in->map, (size_t)claim->offset, header, known);
    if (status != CT_OK)
        return status;
    if (bytes_u32(header) != LOCAL_SIGNATURE)
        return zip_fail(in, "no header of entry %s at byte %ju", entry->name, (uintmax_t)claim->offset);
    size_t name_length = bytes_u16(header + 26), extra_length = bytes_u16(header + 28);
    if (name_length + extra_length > left || claim->packed > left - name_length - extra_length)
        return zip_fail(in, "entry %s, of %ju bytes, runs past the end of the file", entry->name,
                        (uintmax_t)claim->packed);
    if (name_length != claim->name_length || memcmp(header + LOCAL_SIZE, claim->name, name_length) != 0)
        return zip_fail(in, "entry %s has another name in its own header", entry->name);
    if (bytes_u16(header + 8) != entry->method || (bytes_u16(header + 6) & FLAG_ENCRYPTED) != entry->encrypted)
        return zip_fail(in, "entry %s is of another kind in its own header", entry->name);
    uint32_t size = bytes_u32(header + 22);
    if (!(bytes_u16(header + 6) & FLAG_SIZES_FOLLOW) && !agrees(size, claim->size, SATURATED32))
        return zip_fail(in, "entry %s has another size in its own header", entry->name);
    entry->start = (size_t)claim->offset;
    entry->bytes = in->bytes + claim->offset + LOCAL_SIZE + name_length + extra_length;
    entry->size = (size_t)claim->packed;
    entry->end = (size_t)(entry->bytes - in->bytes) + entry->size;
    return CT_OK;
}

static ct_status name_read(const zip_input *in, const zip_claim *claim, zip_entry *entry)
{
    if (claim->name_length == 0 || claim->name_length > NAME_MAX_LENGTH)
        return zip_fail(in, "an entry's name has %zu bytes, not 1 to %d", claim->name_length, NAME_MAX_LENGTH);
    for (size_t i = 0; i < claim->name_length; i++)
        if (claim->name[i] < ' ')
            return zip_fail(in, "an entry's name holds a control character");
    entry->name = malloc(claim->name_length + 1);
    if (!entry->name)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    memcpy(entry->name, claim->name, claim->name_length);
    entry->name[claim->name_length] = '\0';
    return CT_OK;
}

/* Reads one entry of the directory at *at, and moves *at behind it. */
static ct_status entry_read(const zip_input *in, const zip_directory *directory, size_t *at, zip_entry *entry)
{
    size_t left = (size_t)(directory->offset + directory->size) - *at;
    const unsigned char *header = in->bytes + *at;
    if (left < CENTRAL_SIZE || bytes_u32(header) != CENTRAL_SIGNATURE)
        return zip_fail(in, "no entry of the directory at byte %zu, where one should be", *at);
    zip_claim claim = {header + CENTRAL_SIZE, bytes_u16(header + 28), bytes_u32(header + 20), bytes_u32(header + 24),
                       bytes_u32(header + 42)};
    size_t extra_length = bytes_u16(header + 30), comment_length = bytes_u16(header + 32);
    size_t length = CENTRAL_SIZE + claim.name_length + extra_length + comment_length;
    if (length > left)
        return zip_fail(in, "the entry of the directory at byte %zu runs past its end", *at);
    *at += length;
    entry->encrypted = bytes_u16(header + 8) & FLAG_ENCRYPTED;
    entry->method = bytes_u16(header + 10);
    entry->crc = bytes_u32(header + 16);
    ct_status status = name_read(in, &claim, entry);
    if (status == CT_OK)
        status = extra_read(in, claim.name + claim.name_length, extra_length, &claim);
    if (status == CT_OK && entry->method == METHOD_STORED && !entry->encrypted && claim.packed != claim.size)
        status = zip_fail(in, "entry %s is stored, but has two sizes, %ju and %ju", entry->name,
                          (uintmax_t)claim.packed, (uintmax_t)claim.size);
    return status == CT_OK ? local_read(in, (size_t)directory->offset, &claim, entry) : status;
}

/* ---- the archive ---- */

static int compare_starts(const void *left, const void *right)
{
    const zip_entry *a = left, *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const zip_entry *)left)->name, ((const zip_entry *)right)->name);
}

/* Two tensors that share bytes by way of the directory would be two views of a lie: refused, as are two of one name. */
static ct_status entries_check(const zip_input *in, zip_archive *archive)
{
    zip_entry *entries = archive->entries;
    qsort(entries, archive->count, sizeof *entries, compare_starts);
    for (size_t i = 1; i < archive->count; i++)
        if (entries[i].start < entries[i - 1].end)
            return zip_fail(in, "entries %s and %s overlap", entries[i - 1].name, entries[i].name);
    qsort(entries, archive->count, sizeof *entries, compare_names);
    for (size_t i = 1; i < archive->count; i++)
        if (compare_names(&entries[i - 1], &entries[i]) == 0)
            return zip_fail(in, "two entries have the same name, %s", entries[i].name);
    return CT_OK;
}

static ct_status entries_read(const zip_input *in, const zip_directory *directory, zip_archive *archive)
{
    archive->entries = calloc((size_t)directory->count, sizeof *archive->entries);
    if (!archive->entries)
        return core_fail(CT_ERROR_MEMORY, "%s: no memory for %ju entries", in->path, (uintmax_t)directory->count);
    size_t at = (size_t)directory->offset;
    while (archive->count < directory->count) {
        ct_status status = entry_read(in, directory, &at, &archive->entries[archive->count++]);
        if (status != CT_OK)
            return status;
    }
    if (at != directory->offset + directory->size)
        return zip_fail(in, "the directory is longer than its %zu entries", archive->count);
    return entries_check(in, archive);
}

ct_status zip_open(zip_archive *out, const file_map *map)
{
    zip_input in = {map, file_map_bytes(map), file_map_size(map), file_map_path(map)};
    zip_directory directory = {0, 0, 0, 0};
    zip_archive archive = {NULL, 0};
    ct_status status = directory_find(&in, &directory);
    if (status == CT_OK && directory.count)
        status = entries_read(&in, &directory, &archive);
    if (status != CT_OK) {
        zip_close(&archive);
        return status;
    }
    *out = archive;
    return CT_OK;
}

void zip_close(zip_archive *archive)
{
    for (size_t i = 0; i < archive->count; i++)
        free(archive->entries[i].name);
    free(archive->entries);
    *archive = (zip_archive){NULL, 0};
}

static int compare_key(const void *key, const void *entry)
{
    return strcmp(key, ((const zip_entry *)entry)->name);
}

const zip_entry *zip_find(const zip_archive *archive, const char *name)
{
    if (archive->count == 0)
        return NULL;
    return bsearch(name, archive->entries, archive->count, sizeof *archive->entries, compare_key);
}

const zip_entry *zip_find_in(const zip_archive *archive, const char *folder, const char *name)
{
    char full[NAME_MAX_LENGTH + 1];
    int length = snprintf(full, sizeof full, "%s/%s", folder, name);
    return (size_t)length < sizeof full ? zip_find(archive, full) : NULL;
}

/* ---- using an entry ---- */

ct_status zip_check_stored(const zip_entry *entry, const char *path)
{
    if (entry->encrypted)
        return core_fail(CT_ERROR_FORMAT, "%s: entry %s is encrypted; torch.save never does that: save it again", path,
                         entry->name);
    if (entry->method != METHOD_STORED)
        return core_fail(CT_ERROR_FORMAT, "%s: entry %s is compressed (method %u); repack the archive without: zip -0",
                         path, entry->name, entry->method);
    return CT_OK;
}

ct_status zip_verify(const zip_entry *entry, const char *path)
{
    ct_status status = zip_check_stored(entry, path);
    if (status != CT_OK)
        return status;
    uint32_t crc = zip_crc32(0, entry->bytes, entry->size);
    if (entry->crc == 0 || entry->crc == crc)
        return CT_OK;
    zip_input in = {.path = path};
    return zip_fail(&in, "entry %s has checksum %08x, and the directory says %08x", entry->name, (unsigned)crc,
                    (unsigned)entry->crc);
}
