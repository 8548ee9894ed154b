/* formats/zip.h: the directory of a zip archive in memory. There is no decompressor here: torch.save stores its
 * entries.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_ZIP_H
#define CTORCH_FORMATS_ZIP_H

#include "formats/map.h"

typedef struct zip_entry {
    char *name;                 /* ends in NUL, and holds no other */
    const unsigned char *bytes; /* as they stand in the file: see zip_check_stored */
    size_t size;
    unsigned method;
    bool encrypted;
    uint32_t crc;
    size_t start, end; /* of the local header and of the bytes, in the file */
} zip_entry;

typedef struct zip_archive {
    zip_entry *entries; /* in the order of their names, each name once */
    size_t count;
} zip_archive;

/* Whether a zip archive's directory ends these bytes: a file cut short, or something else than zip, has none. */
bool zip_recognise(const unsigned char *bytes, size_t size);

/* Reads the directory, and checks that each entry lies within the file and that no two overlap. The archive points into
 * the map. CT_ERROR_FORMAT for anything that is not as it should be, zip_close frees. */
ct_status zip_open(zip_archive *out, const file_map *map);
void zip_close(zip_archive *archive);

/* The entry of that name; NULL when there is none. */
const zip_entry *zip_find(const zip_archive *archive, const char *name);

/* The entry `folder/name`. */
const zip_entry *zip_find_in(const zip_archive *archive, const char *folder, const char *name);

/* Whether an entry's bytes are what was put into it: CT_ERROR_FORMAT for one that is compressed or encrypted. */
ct_status zip_check_stored(const zip_entry *entry, const char *path);

/* The same, and compares the bytes with their checksum. Zero stands for "not computed":
 * torch.serialization.set_crc32_options(False). */
ct_status zip_verify(const zip_entry *entry, const char *path);

/* CRC-32 (IEEE 802.3) of bytes that follow those of checksum crc, 0 for none. */
uint32_t zip_crc32(uint32_t crc, const void *data, size_t size);

#endif
