/* checkpoint/read.c: a file of torch.save as a dict of tensors over its mapped memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"
#include "core/scope.h"
#include "formats/saved_file.h"

#include <ctorch/autograd.h>
#include <ctorch/checkpoint.h>

/* The tensor keeps the file mapped. */
static void release(void *file)
{
    saved_file_release(file);
}

static void add_tensor(ct_dict *dict, saved_file *file, const char *path, const char *key, const record_tensor *t)
{
    if (t->dtype == CT_DTYPE_NONE) {
        core_fail(CT_ERROR_NOT_IMPLEMENTED, "%s: '%s' holds elements of a type that ctorch has not", path, key);
        return;
    }
    unsigned char *data = record_tensor_data(t);
    if (!data)
        return;
    ct_tensor *tensor = ct_from_blob_with(
        data, t->shape, t->ndim, t->dtype,
        &(ct_from_blob_options){.strides = t->strides, .deleter = release, .user = saved_file_retain(file)});
    if (t->requires_grad)
        ct_requires_grad_(tensor, true);
    ct_dict_set(dict, key, tensor);
    ct_tensor_free(tensor);
}

static void add_all(ct_dict *dict, saved_file *file, const char *path)
{
    const record *root = saved_file_root(file);
    const char *key = NULL;
    const record_tensor *tensor = NULL;
    if (root->kind != RECORD_DICT)
        core_fail(CT_ERROR_TYPE, "%s: holds a %s; expected a state_dict, a dict of tensors by name", path,
                  record_kind_name(root));
    for (size_t i = 0; scope_failure() == CT_OK && i < root->dict.count; i++)
        if (pt_state_entry(root, i, &key, &tensor) == CT_OK)
            add_tensor(dict, file, path, key, tensor);
}

ct_dict *ct_load(const char *path)
{
    if (scope_failure() != CT_OK)
        return NULL;
    if (!path) {
        core_fail_null("ct_load", "path");
        return NULL;
    }
    ct_scope *scope = ct_scope_begin();
    saved_file *file = NULL;
    ct_dict *dict = NULL;
    if (saved_file_open(&file, path) == CT_OK) {
        dict = ct_dict_new();
        add_all(dict, file, path);
        saved_file_release(file);
    }
    dict = ct_dict_escape(dict);
    return ct_scope_end(scope) == CT_OK ? dict : NULL;
}
