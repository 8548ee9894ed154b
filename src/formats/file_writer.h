/* formats/file_writer.h: a file that appears whole or not at all: written under another name beside its own, and
 * renamed at the end.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_FILE_WRITER_H
#define CTORCH_FORMATS_FILE_WRITER_H

#include <ctorch/base.h>

typedef struct file_writer file_writer;

/* Begins a file. What a symbolic link points to is replaced, not the link. CT_ERROR_IO when it cannot be made, or
 * stands in the place of something that is no regular file. */
ct_status file_writer_open(file_writer **out, const char *path);

ct_status file_writer_add(file_writer *writer, const void *bytes, size_t size);

/* Brings the bytes to the disk and gives the file its name. Ends the writer, also on failure, which leaves what was
 * there before. */
ct_status file_writer_commit(file_writer *writer);

/* Ends the writer without a file; takes NULL. */
void file_writer_discard(file_writer *writer);

/* The path as it was given, for messages. */
const char *file_writer_path(const file_writer *writer);

#endif
