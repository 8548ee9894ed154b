/* npy/save.c: tensors as NumPy's arrays.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"
#include "core/scope.h"
#include "core/text.h"
#include "formats/npy.h"
#include "formats/zip_writer.h"

#include <ctorch/data.h>
#include <ctorch/npy.h>

#include <stdlib.h>
#include <string.h>

/* A tensor as it will stand in the file. */
typedef struct npy_image {
    char header[NPY_HEADER_MAX];
    size_t header_size, size;
    void *elements; /* malloc's */
} npy_image;

static ct_status image_make(npy_image *out, const ct_tensor *x, const char *path)
{
    ct_dtype dtype = ct_tensor_dtype(x);
    int64_t ndim = ct_tensor_dim(x), numel = ct_tensor_numel(x);
    if (scope_failure() != CT_OK)
        return scope_failure();
    out->header_size = npy_write_header(out->header, dtype, ct_tensor_shape(x), (size_t)ndim);
    if (out->header_size == 0)
        return ndim > NPY_DIMS_MAX ? core_fail(CT_ERROR_VALUE, "%s: NumPy's arrays have at most %d dimensions", path,
                                               NPY_DIMS_MAX)
                                   : core_fail(CT_ERROR_TYPE, "%s: NumPy has no type for %s; convert the tensor first",
                                               path, ct_dtype_name(dtype));
    out->size = (size_t)numel * ct_dtype_size(dtype);
    out->elements = malloc(out->size ? out->size : 1);
    if (!out->elements)
        return core_fail(CT_ERROR_MEMORY, "%s: no memory for %zu bytes", path, out->size);
    return ct_tensor_copy_out_with(x, out->elements, (size_t)numel, dtype, NULL);
}

static ct_status npy_save(const char *path, const ct_tensor *x)
{
    npy_image image = {.elements = NULL};
    file_writer *file = NULL;
    ct_status status = image_make(&image, x, path);
    if (status == CT_OK)
        status = file_writer_open(&file, path);
    if (status == CT_OK)
        status = file_writer_add(file, image.header, image.header_size);
    if (status == CT_OK)
        status = file_writer_add(file, image.elements, image.size);
    free(image.elements);
    if (status == CT_OK)
        return file_writer_commit(file);
    file_writer_discard(file);
    return status;
}

ct_status ct_npy_save(const char *path, const ct_tensor *x)
{
    if (scope_failure() != CT_OK)
        return scope_failure();
    if (!path || !x)
        return core_fail_null("ct_npy_save", path ? "x" : "path");
    ct_scope *scope = ct_scope_begin();
    npy_save(path, x);
    return ct_scope_end(scope);
}

/* ---- several in a zip archive ---- */

static ct_status entry_write(zip_writer *zip, const char *path, const ct_dict *dict, size_t i)
{
    npy_image image = {.elements = NULL};
    char *name = text_format("%s.npy", ct_dict_name(dict, i));
    ct_tensor *x = ct_dict_at(dict, i);
    ct_status status = name ? image_make(&image, x, path) : core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    if (status == CT_OK)
        status = zip_writer_add(zip, name, image.header, image.header_size, image.elements, image.size);
    ct_tensor_free(x);
    free(image.elements);
    free(name);
    return status;
}

static ct_status npz_save(const char *path, const ct_dict *dict)
{
    zip_writer *zip = NULL;
    size_t size = ct_dict_size(dict);
    ct_status status = scope_failure();
    if (status == CT_OK)
        status = zip_writer_open(&zip, path);
    for (size_t i = 0; i < size && status == CT_OK; i++)
        status = entry_write(zip, path, dict, i);
    if (status == CT_OK)
        return zip_writer_commit(zip);
    zip_writer_discard(zip);
    return status;
}

ct_status ct_npz_save(const char *path, const ct_dict *dict)
{
    if (scope_failure() != CT_OK)
        return scope_failure();
    if (!path || !dict)
        return core_fail_null("ct_npz_save", path ? "dict" : "path");
    ct_scope *scope = ct_scope_begin();
    npz_save(path, dict);
    return ct_scope_end(scope);
}
