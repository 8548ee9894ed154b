/* checkpoint/safetensors.c: tensors as a safetensors file.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"
#include "core/handle.h"
#include "core/scope.h"
#include "formats/safetensors_writer.h"

#include <ctorch/autograd.h>
#include <ctorch/checkpoint.h>
#include <ctorch/data.h>
#include <ctorch/ops.h>
#include <ctorch/ops/other.h>

#include <stdlib.h>
#include <string.h>

/* ---- metadata ---- */

static bool has_key(const safetensors_pair *pairs, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].key, key) == 0)
            return true;
    return false;
}

/* Whether the caller's pairs are texts, each key once; pairs has room for them. */
static ct_status take_metadata(const char *path, safetensors_pair *pairs, const ct_args *metadata)
{
    for (size_t i = 0; i < metadata->n; i++) {
        const ct_value *v = &metadata->data[i];
        if (!v->name || v->kind != CT_VALUE_STRING || !v->as.string)
            return core_fail(CT_ERROR_TYPE,
                             "%s: metadata[%zu]%s%s is no text with a name; expected ct_arg(\"format\", \"pt\")", path,
                             i, v->name ? ", " : "", v->name ? v->name : "");
        if (has_key(pairs, i, v->name))
            return core_fail(CT_ERROR_KEY, "%s: metadata has the key %s twice", path, v->name);
        pairs[i] = (safetensors_pair){v->name, v->as.string};
    }
    return CT_OK;
}

/* Without "format", transformers refuses a file. Returns how many pairs there are. */
static size_t add_own_metadata(safetensors_pair *pairs, size_t n)
{
    const safetensors_pair own[] = {{"format", "pt"}, {"ctorch", ct_version()}, {"libtorch", ct_torch_version()}};
    size_t given = n;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!has_key(pairs, given, own[i].key))
            pairs[n++] = own[i];
    return n;
}

/* ---- tensors ---- */

static void take_tensor(const char *path, safetensors_image *image, const char *name, const ct_tensor *x)
{
    if (ct_tensor_layout(x) != CT_STRIDED && scope_failure() == CT_OK)
        core_fail(CT_ERROR_TYPE,
                  "%s: '%s' is sparse, or of another layout that safetensors has not; make it dense first", path, name);
    *image = (safetensors_image){.name = name,
                                 .dtype = ct_tensor_dtype(x),
                                 .shape = ct_tensor_shape(x),
                                 .ndim = (size_t)ct_tensor_dim(x),
                                 .nbytes = ct_tensor_nbytes(x)};
}

typedef struct source {
    const ct_dict *dict;
    ct_scope *scope; /* of the tensor that is being written */
} source;

static ct_status bytes_of(void *user, const char *name, const void **bytes)
{
    source *from = user;
    if (from->scope)
        ct_scope_end(from->scope);
    from->scope = ct_scope_begin();
    ct_tensor *x = ct_tensor_to(ct_dict_get(from->dict, name), .device = "cpu");
    x = ct_contiguous(ct_resolve_neg(ct_resolve_conj(x)));
    *bytes = ct_tensor_data(x, ct_tensor_dtype(x));
    return scope_failure();
}

/* ---- the file ---- */

static void write_file(const char *path, const ct_dict *dict, const ct_args *metadata, safetensors_image *images,
                       safetensors_pair *pairs)
{
    size_t n = ct_dict_size(dict);
    source from = {.dict = dict};
    for (size_t i = 0; i < n && scope_failure() == CT_OK; i++)
        take_tensor(path, &images[i], ct_dict_name(dict, i), ct_dict_at(dict, i));
    if (scope_failure() == CT_OK && take_metadata(path, pairs, metadata) == CT_OK)
        safetensors_write(path, images, n, pairs, add_own_metadata(pairs, metadata->n), bytes_of, &from);
    if (from.scope)
        ct_scope_end(from.scope);
}

static void save(const char *path, const ct_dict *dict, const ct_args *metadata)
{
    enum { OWN_METADATA = 3 };
    safetensors_image *images = calloc(ct_dict_size(dict) + 1, sizeof *images);
    safetensors_pair *pairs = calloc(metadata->n + OWN_METADATA, sizeof *pairs);
    ct_no_grad();
    if (images && pairs)
        write_file(path, dict, metadata, images, pairs);
    else
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    free(images);
    free(pairs);
}

ct_status ct_safetensors_save_with(const char *path, const ct_dict *dict, const ct_safetensors_options *options)
{
    const char *function = "ct_safetensors_save";
    if (scope_failure() != CT_OK)
        return scope_failure();
    if (!path)
        return core_fail_null(function, "path");
    if (handle_check(dict, HANDLE_DICT, function, "dict") != CT_OK)
        return ct_error_code();
    ct_safetensors_options o = options ? *options : ct_safetensors_options_default();
    ct_scope *scope = ct_scope_begin();
    save(path, dict, &o.metadata);
    return ct_scope_end(scope);
}
