/* formats/pt_writer.c: see pt_writer.h. The calls that make tensors are those of torch/_tensor.py.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pt_writer.h"

#include "core/error.h"
#include "formats/pickle_memo.h"
#include "formats/pt_storage.h"
#include "formats/zip_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "archive/"

enum { STORAGE_ALIGNMENT = 64, NAME_SIZE = 1000 };

/* What a storage is known again by. */
typedef struct storage_key {
    const void *address;
    size_t size;
} storage_key;

typedef struct pt_storage {
    size_t size;
    ct_dtype dtype;
} pt_storage;

struct pt_writer {
    zip_writer *zip;
    pickle_writer *pickle;
    pickle_memo numbers; /* of the storages, by their keys */
    pt_storage *storages;
    size_t count, room;
    char path[];
};

static const pickle_identity NOBODY = {.address = NULL};

static ct_status fail_memory(const pt_writer *w)
{
    return core_fail(CT_ERROR_MEMORY, "%s: out of memory", w->path);
}

ct_status pt_writer_open(pt_writer **out, const char *path)
{
    size_t length = strlen(path) + 1;
    pt_writer *w = calloc(1, sizeof *w + length);
    if (!w)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    memcpy(w->path, path, length);
    w->pickle = pickle_writer_new();
    ct_status status = w->pickle ? zip_writer_open(&w->zip, path) : fail_memory(w);
    if (status != CT_OK) {
        pt_writer_discard(w);
        return status;
    }
    zip_writer_align(w->zip, STORAGE_ALIGNMENT);
    *out = w;
    return CT_OK;
}

void pt_writer_discard(pt_writer *w)
{
    if (!w)
        return;
    zip_writer_discard(w->zip);
    pickle_writer_free(w->pickle);
    memo_free(&w->numbers);
    free(w->storages);
    free(w);
}

pickle_writer *pt_writer_pickle(pt_writer *w)
{
    return w->pickle;
}

/* ---- storages ---- */

static bool has_room(pt_writer *w)
{
    if (w->count < w->room)
        return true;
    size_t room = w->room ? 2 * w->room : 64;
    pt_storage *grown = realloc(w->storages, room * sizeof *grown);
    if (!grown)
        return false;
    w->storages = grown;
    w->room = room;
    return true;
}

ct_status pt_writer_storage(pt_writer *w, const void *address, size_t size, ct_dtype dtype, size_t *number,
                            bool *is_new)
{
    storage_key key = {address, size};
    uint32_t known;
    *is_new = size == 0 || !memo_find(&w->numbers, &key, sizeof key, &known);
    *number = *is_new ? w->count : known;
    if (!*is_new && w->storages[known].dtype != dtype)
        return core_fail(CT_ERROR_TYPE,
                         "%s: Cannot save multiple tensors or storages that view the same data as different types, %s "
                         "and %s; clone one of them",
                         w->path, ct_dtype_name(w->storages[known].dtype), ct_dtype_name(dtype));
    if (!*is_new)
        return CT_OK;
    if (!has_room(w) || (size > 0 && !memo_put(&w->numbers, &key, sizeof key, (uint32_t)w->count)))
        return fail_memory(w);
    w->storages[w->count++] = (pt_storage){.size = size, .dtype = dtype};
    return CT_OK;
}

/* ---- what torch has besides tensors ---- */

void pt_write_dtype(pt_writer *w, ct_dtype dtype)
{
    pickle_write_global(w->pickle, "torch", ct_dtype_name(dtype) + strlen("torch."));
}

void pt_write_layout(pt_writer *w, ct_layout layout)
{
    static const char *const names[] = {[CT_STRIDED] = "torch.strided",       [CT_SPARSE_COO] = "torch.sparse_coo",
                                        [CT_SPARSE_CSR] = "torch.sparse_csr", [CT_SPARSE_CSC] = "torch.sparse_csc",
                                        [CT_SPARSE_BSR] = "torch.sparse_bsr", [CT_SPARSE_BSC] = "torch.sparse_bsc",
                                        [CT_MKLDNN] = "torch._mkldnn"};
    pickle_write_global(w->pickle, "torch.serialization", "_get_layout");
    pickle_write_text(w->pickle, names[layout]);
    pickle_end_tuple(w->pickle, 1, NOBODY);
    pickle_write_call(w->pickle, NOBODY);
}

void pt_write_memory_format(pt_writer *w, ct_memory_format format)
{
    static const char *const names[] = {[CT_CONTIGUOUS_FORMAT] = "contiguous_format",
                                        [CT_PRESERVE_FORMAT] = "preserve_format",
                                        [CT_CHANNELS_LAST] = "channels_last",
                                        [CT_CHANNELS_LAST_3D] = "channels_last_3d"};
    pickle_write_global(w->pickle, "torch", names[format]);
}

/* The type, and the index where there is one. */
void pt_write_device(pt_writer *w, const char *device)
{
    const char *colon = strchr(device, ':');
    size_t n = colon ? 2 : 1;
    pickle_write_global(w->pickle, "torch", "device");
    pickle_write_string(w->pickle, device, colon ? (size_t)(colon - device) : strlen(device));
    if (colon)
        pickle_write_int(w->pickle, strtol(colon + 1, NULL, 10));
    pickle_end_tuple(w->pickle, n, NOBODY);
    pickle_write_call(w->pickle, NOBODY);
}

/* ---- tensors ---- */

static void write_sizes(pickle_writer *p, const int64_t *sizes, size_t n)
{
    pickle_begin_tuple(p, n);
    for (size_t i = 0; i < n; i++)
        pickle_write_int(p, sizes[i]);
    pickle_end_tuple(p, n, NOBODY);
}

/* A torch.Size. */
static void write_shape(pickle_writer *p, const int64_t *sizes, size_t n)
{
    pickle_write_global(p, "torch", "Size");
    write_sizes(p, sizes, n);
    pickle_end_tuple(p, 1, NOBODY);
    pickle_write_call(p, NOBODY);
}

/* A storage that has no class for its elements is one of bytes. */
static void write_storage(pt_writer *w, const pt_image *image)
{
    pickle_writer *p = w->pickle;
    const char *class_name = pt_storage_class(image->dtype);
    char key[24];
    snprintf(key, sizeof key, "%zu", image->storage);
    pickle_begin_tuple(p, 5);
    pickle_write_text(p, "storage");
    pickle_write_global(p, class_name ? "torch" : "torch.storage", class_name ? class_name : "UntypedStorage");
    pickle_write_text(p, key);
    pickle_write_text(p, "cpu");
    pickle_write_int(p, (int64_t)(w->storages[image->storage].size / (class_name ? ct_dtype_size(image->dtype) : 1)));
    pickle_end_tuple(p, 5, NOBODY);
    pickle_write_persistent(p);
}

static void write_hooks(pickle_writer *p)
{
    pickle_write_global(p, "collections", "OrderedDict");
    pickle_begin_tuple(p, 0);
    pickle_end_tuple(p, 0, NOBODY);
    pickle_write_call(p, NOBODY);
}

static void write_quantizer(pt_writer *w, const pt_image *image)
{
    pickle_writer *p = w->pickle;
    bool by_tensor = image->quantizer == PT_PER_TENSOR_AFFINE;
    size_t n = by_tensor ? 3 : 4;
    pickle_begin_tuple(p, n);
    pickle_write_global(p, "torch", by_tensor ? "per_tensor_affine" : "per_channel_affine");
    if (by_tensor) {
        pickle_write_float(p, image->scale);
        pickle_write_int(p, image->zero_point);
    } else {
        pt_write_tensor(w, image->parts[0], NOBODY);
        pt_write_tensor(w, image->parts[1], NOBODY);
        pickle_write_int(p, image->axis);
    }
    pickle_end_tuple(p, n, NOBODY);
}

static void write_strided(pt_writer *w, const pt_image *image, pickle_identity identity)
{
    pickle_writer *p = w->pickle;
    bool quantized = image->quantizer != PT_NOT_QUANTIZED, typed = pt_storage_class(image->dtype) != NULL;
    size_t n = quantized || !typed ? 7 : 6;
    pickle_write_global(p, "torch._utils",
                        quantized ? "_rebuild_qtensor"
                        : typed   ? "_rebuild_tensor_v2"
                                  : "_rebuild_tensor_v3");
    pickle_begin_tuple(p, n);
    write_storage(w, image);
    pickle_write_int(p, image->offset);
    write_sizes(p, image->shape, image->ndim);
    write_sizes(p, image->strides, image->ndim);
    if (quantized)
        write_quantizer(w, image);
    pickle_write_bool(p, image->requires_grad);
    write_hooks(p);
    if (!typed)
        pt_write_dtype(w, image->dtype);
    pickle_end_tuple(p, n, NOBODY);
    pickle_write_call(p, identity);
}

/* Newer releases add whether a COO tensor is coalesced, and take it without; older ones do not take it. */
static void write_sparse(pt_writer *w, const pt_image *image, pickle_identity identity)
{
    pickle_writer *p = w->pickle;
    size_t parts = image->layout == CT_SPARSE_COO ? 2 : 3;
    pickle_write_global(p, "torch._utils", "_rebuild_sparse_tensor");
    pt_write_layout(w, image->layout);
    pickle_begin_tuple(p, parts + 1);
    for (size_t i = 0; i < parts; i++)
        pt_write_tensor(w, image->parts[i], NOBODY);
    write_shape(p, image->shape, image->ndim);
    pickle_end_tuple(p, parts + 1, NOBODY);
    pickle_end_tuple(p, 2, NOBODY);
    pickle_write_call(p, identity);
}

static void write_plain(pt_writer *w, const pt_image *image, pickle_identity identity)
{
    if (image->layout == CT_STRIDED)
        write_strided(w, image, identity);
    else
        write_sparse(w, image, identity);
}

/* The tensor in a parameter requires no gradient; the parameter does. */
static void write_parameter(pt_writer *w, const pt_image *image, pickle_identity identity)
{
    pickle_writer *p = w->pickle;
    pt_image inner = *image;
    inner.requires_grad = false;
    pickle_write_global(p, "torch._utils", "_rebuild_parameter");
    write_plain(w, &inner, NOBODY);
    pickle_write_bool(p, image->requires_grad);
    write_hooks(p);
    pickle_end_tuple(p, 3, NOBODY);
    pickle_write_call(p, identity);
}

void pt_write_tensor(pt_writer *w, const pt_image *image, pickle_identity identity)
{
    if (pickle_write_shared(w->pickle, identity))
        return;
    if (image->is_parameter)
        write_parameter(w, image, identity);
    else
        write_plain(w, image, identity);
}

/* ---- the archive ---- */

ct_status pt_writer_add(pt_writer *w, const char *name, const void *bytes, size_t size)
{
    char full[NAME_SIZE];
    if ((size_t)snprintf(full, sizeof full, PREFIX "%s", name) >= sizeof full)
        return core_fail(CT_ERROR_VALUE, "%s: the name of an entry has %zu bytes, and may have %d", w->path,
                         strlen(name), NAME_SIZE - 1 - (int)strlen(PREFIX));
    return zip_writer_add(w->zip, full, NULL, 0, bytes, size);
}

static ct_status write_pickle(pt_writer *w)
{
    size_t size;
    const unsigned char *bytes = pickle_writer_finish(w->pickle, &size);
    const char *problem = pickle_writer_problem(w->pickle);
    return problem ? core_fail(CT_ERROR_VALUE, "%s: a value %s", w->path, problem)
                   : pt_writer_add(w, "data.pkl", bytes, size);
}

static ct_status write_storages(pt_writer *w, pt_storage_bytes bytes_of, void *user)
{
    ct_status status = CT_OK;
    for (size_t i = 0; i < w->count && status == CT_OK; i++) {
        char name[32];
        const void *bytes = NULL;
        snprintf(name, sizeof name, "data/%zu", i);
        status = w->storages[i].size ? bytes_of(user, i, &bytes) : CT_OK;
        if (status == CT_OK)
            status = pt_writer_add(w, name, bytes, w->storages[i].size);
    }
    return status;
}

ct_status pt_writer_commit(pt_writer *w, pt_storage_bytes bytes_of, void *user)
{
    ct_status status = write_pickle(w);
    if (status == CT_OK)
        status = pt_writer_add(w, "byteorder", "little", strlen("little"));
    if (status == CT_OK)
        status = write_storages(w, bytes_of, user);
    if (status == CT_OK)
        status = pt_writer_add(w, "version", "3\n", 2);
    if (status == CT_OK) {
        status = zip_writer_commit(w->zip);
        w->zip = NULL;
    }
    pt_writer_discard(w);
    return status;
}
