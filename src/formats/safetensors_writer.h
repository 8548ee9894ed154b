/* formats/safetensors_writer.h: writes safetensors, byte for byte as the reference implementation does.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_SAFETENSORS_WRITER_H
#define CTORCH_FORMATS_SAFETENSORS_WRITER_H

#include <ctorch/base.h>

/* A tensor to be written, row by row. */
typedef struct safetensors_image {
    const char *name;
    ct_dtype dtype;
    const int64_t *shape;
    size_t ndim;
    size_t nbytes;
} safetensors_image;

typedef struct safetensors_pair {
    const char *key, *text;
} safetensors_pair;

/* The bytes of the tensor with this name, valid until the next call. */
typedef ct_status (*safetensors_bytes)(void *user, const char *name, const void **bytes);

/* Writes a file of n tensors, which it puts into the format's order, and m pairs of metadata. CT_ERROR_TYPE for an
 * element type that the format has not, CT_ERROR_VALUE for a name that it cannot have. The file appears whole or not at
 * all. */
ct_status safetensors_write(const char *path, safetensors_image *tensors, size_t n, const safetensors_pair *metadata,
                            size_t m, safetensors_bytes bytes_of, void *user);

#endif
