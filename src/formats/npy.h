/* formats/npy.h: the header of NumPy's arrays on disk, versions 1 to 3 of the format.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_NPY_H
#define CTORCH_FORMATS_NPY_H

#include <ctorch/base.h>

enum {
    NPY_DIMS_MAX = 64,     /* NumPy's own limit since 2.0 */
    NPY_HEADER_MAX = 2048, /* what is written at most */
};

typedef struct npy_array {
    ct_dtype dtype;
    bool swapped;      /* the bytes of an element are in the other order than this machine's */
    bool column_major; /* fortran_order */
    size_t ndim;
    int64_t shape[NPY_DIMS_MAX];
    int64_t numel;
    unsigned char *elements; /* in the bytes that were read, at any alignment */
    size_t nbytes;
} npy_array;

/* Reads the header, and checks that all elements are there. `name` is for messages. CT_ERROR_FORMAT for anything that
 * is not as it should be, CT_ERROR_TYPE for elements that no tensor holds. */
ct_status npy_read(npy_array *out, unsigned char *bytes, size_t size, const char *name);

/* Puts the elements, where they lie, into this machine's byte order, and makes every bool 0 or 1. */
void npy_normalise(const npy_array *array);

/* Writes the header of a row-major array and returns its size; 0 for elements that NumPy has no type for, and for more
 * dimensions than NPY_DIMS_MAX. */
size_t npy_write_header(char header[NPY_HEADER_MAX], ct_dtype dtype, const int64_t *shape, size_t ndim);

#endif
