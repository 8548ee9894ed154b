/* formats/safetensors_dtype.h: what the reader and the writer of safetensors share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_SAFETENSORS_DTYPE_H
#define CTORCH_FORMATS_SAFETENSORS_DTYPE_H

#include <ctorch/base.h>

enum { SAFETENSORS_HEADER_MAX = 100000000 }; /* bytes, as the reference implementation has it */

/* An element type by its name in the format. */
typedef struct safetensors_dtype {
    const char *name;
    ct_dtype dtype; /* CT_DTYPE_NONE for one that ctorch has not */
    unsigned bits;  /* of an element of the format */
} safetensors_dtype;

/* NULL for a name, or an element type, that the format has not. */
const safetensors_dtype *safetensors_dtype_named(const char *name);
const safetensors_dtype *safetensors_dtype_of(ct_dtype dtype);

/* How many of the format's elements one of ours is: 2 where torch counts pairs of four bits, else 1. The last size of a
 * shape is so many times ours. */
int64_t safetensors_per_element(const safetensors_dtype *dtype);

#endif
