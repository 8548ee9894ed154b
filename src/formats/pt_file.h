/* formats/pt_file.h: the files of Python's torch.save, in the zip format that PyTorch writes since 1.6.
 * Tensors are not read but laid over the mapped file; nothing from the file is ever run.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PT_FILE_H
#define CTORCH_FORMATS_PT_FILE_H

#include "formats/record.h"

typedef struct pt_file pt_file;

/* Opens a file. CT_ERROR_IO when it cannot be read, CT_ERROR_FORMAT when it is damaged or something else: the
 * message says what it looks like. CT_ERROR_NOT_IMPLEMENTED for one that is good, but not for this reader. */
ct_status pt_file_open(pt_file **out, const char *path);

/* The same from memory, which is copied; `name` stands for the path in messages. */
ct_status pt_file_open_bytes(pt_file **out, const void *bytes, size_t size, const char *name);

/* References are counted, and legal on any thread. Who keeps a record, or a pointer to a tensor's data, keeps one of
 * these. */
pt_file *pt_file_retain(pt_file *file);
void pt_file_release(pt_file *file);

/* What was saved; lives as long as the file. */
const record *pt_file_root(const pt_file *file);

/* The entry at `index` of a state_dict, of which there are dict->dict.count, in Python's order. CT_ERROR_TYPE for a
 * record that is no dict, a key that is no string, or a value that is no tensor: the message says what it is. */
ct_status pt_state_entry(const record *dict, size_t index, const char **key, const record_tensor **tensor);

#endif
