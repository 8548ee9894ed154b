/* formats/zip_writer.h: a zip archive of stored entries, with the zip64 structures where the numbers need them. The
 * same entries give the same bytes: they bear the earliest date that zip has, as NumPy's do.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_ZIP_WRITER_H
#define CTORCH_FORMATS_ZIP_WRITER_H

#include "formats/file_writer.h"

typedef struct zip_writer zip_writer;

ct_status zip_writer_open(zip_writer **out, const char *path);

enum { ZIP_ALIGNMENT_MAX = 4096 };

/* From now on the bytes of each entry begin at a multiple of `alignment`, a power of two up to ZIP_ALIGNMENT_MAX. */
void zip_writer_align(zip_writer *writer, size_t alignment);

/* Adds an entry that consists of two pieces. */
ct_status zip_writer_add(zip_writer *writer, const char *name, const void *head, size_t head_size, const void *body,
                         size_t body_size);

/* Writes the directory and gives the file its name. Ends the writer, also on failure. */
ct_status zip_writer_commit(zip_writer *writer);

/* Ends the writer without a file; takes NULL. */
void zip_writer_discard(zip_writer *writer);

#endif
