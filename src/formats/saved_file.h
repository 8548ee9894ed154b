/* formats/saved_file.h: files with tensors in them, as records, whatever their format. Tensors are not read but laid
 * over the mapped file; nothing from the file is ever run.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_SAVED_FILE_H
#define CTORCH_FORMATS_SAVED_FILE_H

#include "formats/record.h"

typedef struct saved_file saved_file;

typedef enum saved_format {
    SAVED_ZIP,         /* torch.save since PyTorch 1.6 */
    SAVED_STREAM,      /* torch.save before, and with _use_new_zipfile_serialization=False */
    SAVED_TORCHSCRIPT, /* torch.jit.save, and torch::save of libtorch's C++ */
    SAVED_SAFETENSORS, /* safetensors */
    SAVED_SHARDS,      /* several of these, named by an index, model.safetensors.index.json; opened by its path only */
} saved_format;

typedef struct saved_options {
    /* How many bytes the records may take, and the copies of tensors that cannot be used where they lie in the file, at
     * most; CT_ERROR_MEMORY beyond. 0: a multiple of the file's size that no honest file needs. */
    size_t memory_limit;
} saved_options;

/* Opens a file. CT_ERROR_IO when it cannot be read, CT_ERROR_FORMAT when it is damaged or something else: the
 * message says what it looks like. CT_ERROR_NOT_IMPLEMENTED for one that is good, but not for this reader. */
ct_status saved_file_open(saved_file **out, const char *path);

/* The same with options, here and below NULL for the defaults. */
ct_status saved_file_open_with(saved_file **out, const char *path, const saved_options *options);

/* The same of a descriptor, which stays the caller's; `name` stands for the path in messages. */
ct_status saved_file_open_descriptor(saved_file **out, int fd, const char *name, const saved_options *options);

/* The same from memory, which is copied. */
ct_status saved_file_open_bytes(saved_file **out, const void *bytes, size_t size, const char *name);

/* The same from memory that is lent, and changed by who changes a tensor. `deleter`, which may be NULL, is called once
 * with `user` when nothing uses it any more, also when this fails. */
ct_status saved_file_open_lent(saved_file **out, void *bytes, size_t size, const char *name,
                               void (*deleter)(void *user), void *user, const saved_options *options);

/* References are counted, and legal on any thread. Who keeps a record, or a pointer to a tensor's data, keeps one of
 * these. */
saved_file *saved_file_retain(saved_file *file);
void saved_file_release(saved_file *file);

/* What was saved; lives as long as the file. Of a TorchScript archive, an object of class __torch__..., whose state
 * holds the module's parameters, buffers, attributes and children. */
const record *saved_file_root(const saved_file *file);

/* The tuple of tensors to which the code of a TorchScript archive refers, those of a frozen module for example; NULL in
 * other formats. */
const record *saved_file_constants(const saved_file *file);

/* What a safetensors file says of itself, a dict of strings by strings, or what an index of several does, a dict of
 * anything. NULL where there is none. */
const record *saved_file_metadata(const saved_file *file);

/* The bytes of an extra file of a zip archive, one of TorchScript's _extra_files or of ct_save's, as long as the file
 * lives. CT_ERROR_KEY where there is none of that name. */
ct_status saved_file_extra(const saved_file *file, const char *name, const unsigned char **bytes, size_t *size);

/* What wrote the file, where ctorch did: "ctorch 0.1.0, libtorch 2.6.0"; else "". A text of malloc's. */
ct_status saved_file_writer(const saved_file *file, char **out);

saved_format saved_file_format(const saved_file *file);

/* Visits every tensor with the name that it has from the root on: "model.conv.weight", "state[0].exp_avg"; below a
 * module without "_modules" and the like, as in its state_dict. The name is valid during the visit, and empty for a
 * file that is one tensor; keys are cut after 1000 bytes. Containers that are shared are entered where they are met
 * first. No tensor's data is touched. Ends with the first status other than CT_OK that a visit returns, and returns
 * it. */
typedef ct_status (*saved_visit)(void *user, const char *name, const record_tensor *tensor);
ct_status saved_file_each_tensor(const saved_file *file, saved_visit visit, void *user);

/* The entry at `index` of a state_dict, of which there are dict->dict.count, in Python's order. CT_ERROR_TYPE for a
 * record that is no dict, a key that is no string, or a value that is no tensor: the message says what it is. */
ct_status pt_state_entry(const record *dict, size_t index, const char **key, const record_tensor **tensor);

#endif
