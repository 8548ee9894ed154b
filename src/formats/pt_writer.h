/* formats/pt_writer.h: writes the zip format of torch.save: a pickle, in which tensors are described, and the bytes of
 * their storages, each once.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PT_WRITER_H
#define CTORCH_FORMATS_PT_WRITER_H

#include "formats/pickle_writer.h"

#include <ctorch/base.h>

typedef struct pt_writer pt_writer;

/* How a quantized tensor's whole numbers become real ones. */
typedef enum pt_quantizer { PT_NOT_QUANTIZED, PT_PER_TENSOR_AFFINE, PT_PER_CHANNEL_AFFINE } pt_quantizer;

enum { PT_PARTS_MAX = 3 };

/* A tensor to be written. */
typedef struct pt_image {
    ct_dtype dtype;
    ct_layout layout;
    const int64_t *shape;
    size_t ndim;
    bool requires_grad, is_parameter; /* the latter: an nn.Parameter */

    /* Of a strided one: where its elements lie in its storage, in elements. */
    size_t storage; /* pt_writer_storage's number */
    int64_t offset;
    const int64_t *strides;

    pt_quantizer quantizer;
    double scale;             /* of PT_PER_TENSOR_AFFINE, as is zero_point */
    int64_t zero_point, axis; /* axis: of PT_PER_CHANNEL_AFFINE */

    /* Scales and zero points of PT_PER_CHANNEL_AFFINE; indices and values of a COO tensor; of another sparse layout,
     * its compressed indices, its plain indices and its values. */
    const struct pt_image *parts[PT_PARTS_MAX];
} pt_image;

/* Begins a file; it appears with pt_writer_commit. */
ct_status pt_writer_open(pt_writer **out, const char *path);

/* Where to write what the file is to hold: one value. */
pickle_writer *pt_writer_pickle(pt_writer *w);

/* The number of the storage of `size` bytes at an address, counted from 0: a new one where *is_new is set. One that was
 * given before with another element type is CT_ERROR_TYPE. */
ct_status pt_writer_storage(pt_writer *w, const void *address, size_t size, ct_dtype dtype, size_t *number,
                            bool *is_new);

/* Writes a tensor as a value of the pickle. `identity` is the tensor's. */
void pt_write_tensor(pt_writer *w, const pt_image *image, pickle_identity identity);

/* Other values of torch's. */
void pt_write_dtype(pt_writer *w, ct_dtype dtype);
void pt_write_layout(pt_writer *w, ct_layout layout);
void pt_write_memory_format(pt_writer *w, ct_memory_format format);
void pt_write_device(pt_writer *w, const char *device); /* "cuda:1" */

/* Adds an entry to the archive, beside those that torch.load reads: "extra/notes". */
ct_status pt_writer_add(pt_writer *w, const char *name, const void *bytes, size_t size);

/* The bytes of a storage, valid until the next call. */
typedef ct_status (*pt_storage_bytes)(void *user, size_t number, const void **bytes);

/* Writes the pickle and the storages, and gives the file its name. Ends the writer, also on failure. */
ct_status pt_writer_commit(pt_writer *w, pt_storage_bytes bytes_of, void *user);

/* Ends the writer without a file; takes NULL. */
void pt_writer_discard(pt_writer *w);

#endif
