/* checkpoint/save_tensor.c: tensors, described as the writer of torch.save's format asks for.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/save.h"

#include "core/error.h"
#include "core/scope.h"

#include <ctorch/autograd.h>
#include <ctorch/call.h>
#include <ctorch/data.h>
#include <ctorch/ops.h>
#include <ctorch/ops/other.h>
#include <ctorch/ops/quantized.h>
#include <ctorch/ops/sparse.h>
#include <ctorch/ops/tensor.h>

#include <stdlib.h>
#include <string.h>

enum { DIMS_MAX = 64 }; /* libtorch's own limit in its iterators */

/* What a description points to. */
typedef struct tensor_parts {
    int64_t strides[DIMS_MAX];
    pt_image images[PT_PARTS_MAX];
    int64_t image_strides[PT_PARTS_MAX][DIMS_MAX];
} tensor_parts;

/* ---- storages ---- */

/* A storage is kept until its bytes are written, at the end. */
static void keep_storage(save_state *s, const ct_tensor *x, size_t number)
{
    if (number >= s->room) {
        size_t room = s->room ? 2 * s->room : 64;
        ct_tensor **grown = realloc(s->storages, room * sizeof *grown);
        if (!grown) {
            core_fail(CT_ERROR_MEMORY, "%s: out of memory", s->path);
            return;
        }
        s->storages = grown;
        s->room = room;
    }
    s->storages[number] = ct_tensor_storage(x);
}

/* Numbers come in order, so that there is room for the next one at most. */
static size_t storage_number(save_state *s, const ct_tensor *x, const save_place *at)
{
    const void *address = ct_tensor_storage_data(x);
    size_t size = ct_tensor_storage_size(x), number = 0;
    bool is_new = false;
    if (size > 0 && !address)
        save_fail(s, at, CT_ERROR_TYPE, "is a tensor without data, of the device meta");
    if (scope_failure() == CT_OK)
        pt_writer_storage(s->out, address, size, ct_tensor_dtype(x), &number, &is_new);
    if (is_new)
        keep_storage(s, x, number);
    return number;
}

ct_status save_storage_bytes(void *state, size_t number, const void **bytes)
{
    save_state *s = state;
    ct_tensor_free(s->on_cpu);
    s->on_cpu = ct_tensor_to(s->storages[number], .device = "cpu");
    *bytes = ct_tensor_data(s->on_cpu, CT_UINT8);
    return scope_failure();
}

/* ---- descriptions ---- */

static void describe(save_state *s, pt_image *image, int64_t *strides, const ct_tensor *x, const save_place *at)
{
    int64_t ndim = ct_tensor_dim(x);
    if (ndim > DIMS_MAX) {
        save_fail(s, at, CT_ERROR_VALUE, "is a tensor of more than 64 dimensions");
        return;
    }
    for (int64_t i = 0; i < ndim; i++)
        strides[i] = ct_tensor_stride(x, i);
    *image = (pt_image){.dtype = ct_tensor_dtype(x),
                        .layout = CT_STRIDED,
                        .shape = ct_tensor_shape(x),
                        .ndim = (size_t)ndim,
                        .requires_grad = ct_tensor_requires_grad(x),
                        .storage = storage_number(s, x, at),
                        .offset = ct_storage_offset(x),
                        .strides = strides};
    if (image->dtype == CT_DTYPE_NONE)
        save_fail(s, at, CT_ERROR_NOT_IMPLEMENTED, "is a tensor of elements that ctorch has no type for");
}

static void describe_parts(save_state *s, pt_image *image, tensor_parts *parts, ct_tensor *const *tensors, size_t n,
                           const save_place *at)
{
    for (size_t i = 0; i < n && scope_failure() == CT_OK; i++) {
        describe(s, &parts->images[i], parts->image_strides[i], tensors[i], at);
        image->parts[i] = &parts->images[i];
    }
}

static void describe_quantizer(save_state *s, pt_image *image, tensor_parts *parts, const ct_tensor *x,
                               const save_place *at)
{
    if (strncmp(ct_qscheme(x), "per_channel", strlen("per_channel")) != 0) {
        image->quantizer = PT_PER_TENSOR_AFFINE;
        image->scale = ct_q_scale(x);
        image->zero_point = ct_q_zero_point(x);
        return;
    }
    ct_tensor *const channels[] = {ct_q_per_channel_scales(x), ct_q_per_channel_zero_points(x)};
    image->quantizer = PT_PER_CHANNEL_AFFINE;
    image->axis = ct_q_per_channel_axis(x);
    describe_parts(s, image, parts, channels, 2, at);
}

static void describe_sparse(save_state *s, pt_image *image, tensor_parts *parts, const ct_tensor *x,
                            const save_place *at)
{
    ct_layout layout = ct_tensor_layout(x);
    bool by_rows = layout == CT_SPARSE_CSR || layout == CT_SPARSE_BSR, coo = layout == CT_SPARSE_COO;
    ct_tensor *const of_coo[] = {coo ? ct_call("aten::_indices", CT_ARGS(x)) : NULL,
                                 coo ? ct_call("aten::_values", CT_ARGS(x)) : NULL};
    ct_tensor *const compressed[] = {coo       ? NULL
                                     : by_rows ? ct_crow_indices(x)
                                               : ct_ccol_indices(x),
                                     coo       ? NULL
                                     : by_rows ? ct_col_indices(x)
                                               : ct_row_indices(x),
                                     coo ? NULL : ct_values(x)};
    *image = (pt_image){
        .dtype = ct_tensor_dtype(x), .layout = layout, .shape = ct_tensor_shape(x), .ndim = (size_t)ct_tensor_dim(x)};
    describe_parts(s, image, parts, coo ? of_coo : compressed, coo ? 2 : 3, at);
}

static bool is_quantized(ct_dtype dtype)
{
    return (dtype >= CT_QINT8 && dtype <= CT_QINT32) || dtype == CT_QUINT4X2 || dtype == CT_QUINT2X4;
}

/* What a file cannot say of a tensor is made plain first. */
static const ct_tensor *plain(const ct_tensor *x)
{
    if (ct_tensor_layout(x) == CT_MKLDNN)
        return ct_to_dense(x);
    if (ct_tensor_layout(x) != CT_STRIDED)
        return x;
    x = ct_is_conj(x) ? ct_resolve_conj(x) : x;
    return ct_is_neg(x) ? ct_resolve_neg(x) : x;
}

/* A module's parameters are nn.Parameters, which no tensor tells of itself. */
static bool is_parameter(const save_place *at)
{
    return at && at->up && at->up->name && strcmp(at->up->name, "_parameters") == 0;
}

void save_tensor(save_state *s, const ct_tensor *given, const save_place *at)
{
    pickle_identity identity = {.address = (const void *)ct_tensor_id(given), .kind = SAVE_TENSOR};
    pt_image image;
    tensor_parts parts;
    if (scope_failure() != CT_OK || pickle_write_shared(pt_writer_pickle(s->out), identity))
        return;
    const ct_tensor *x = plain(given);
    ct_layout layout = ct_tensor_layout(x);
    if (scope_failure() == CT_OK && layout == CT_LAYOUT_NONE)
        save_fail(s, at, CT_ERROR_TYPE, "is a tensor of a layout that files do not hold; make it dense first");
    else if (layout == CT_STRIDED)
        describe(s, &image, parts.strides, x, at);
    else
        describe_sparse(s, &image, &parts, x, at);
    if (scope_failure() == CT_OK && layout == CT_STRIDED && is_quantized(image.dtype))
        describe_quantizer(s, &image, &parts, x, at);
    if (scope_failure() != CT_OK)
        return;
    image.requires_grad = ct_tensor_requires_grad(given);
    image.is_parameter = is_parameter(at);
    pt_write_tensor(s->out, &image, identity);
}
