/* checkpoint/shape.h: whether one tensor can stand in another's place.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_SHAPE_H
#define CTORCH_CHECKPOINT_SHAPE_H

#include <ctorch/tensor.h>

#include <string.h>

static inline bool same_shape(const ct_tensor *a, const ct_tensor *b)
{
    int64_t n = ct_tensor_dim(a);
    return n == ct_tensor_dim(b) &&
           (n == 0 || memcmp(ct_tensor_shape(a), ct_tensor_shape(b), (size_t)n * sizeof(int64_t)) == 0);
}

#endif
