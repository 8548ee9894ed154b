/* npy/load.c: NumPy's arrays as tensors.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"
#include "core/scope.h"
#include "core/text.h"
#include "formats/map.h"
#include "formats/npy.h"
#include "formats/zip.h"

#include <ctorch/npy.h>
#include <ctorch/ops.h>

#include <stdlib.h>
#include <string.h>

/* An array that lies column by column is one of the reversed shape, seen from the other side. */
static ct_tensor *from_columns(const npy_array *array)
{
    int64_t shape[NPY_DIMS_MAX], order[NPY_DIMS_MAX];
    for (size_t i = 0; i < array->ndim; i++) {
        order[i] = (int64_t)(array->ndim - 1 - i);
        shape[i] = array->shape[order[i]];
    }
    return ct_permute(ct_tensor_new(array->elements, shape, array->ndim, array->dtype), order, array->ndim);
}

/* The array whose file these bytes are. They are the caller's to change: what is mapped is private. */
static ct_tensor *array_read(unsigned char *bytes, size_t size, const char *name)
{
    npy_array array;
    if (npy_read(&array, bytes, size, name) != CT_OK)
        return NULL;
    npy_normalise(&array);
    return array.column_major ? from_columns(&array)
                              : ct_tensor_new(array.elements, array.shape, array.ndim, array.dtype);
}

ct_tensor *ct_npy_load(const char *path)
{
    if (scope_failure() != CT_OK)
        return NULL;
    if (!path) {
        core_fail_null("ct_npy_load", "path");
        return NULL;
    }
    ct_scope *scope = ct_scope_begin();
    file_map *map = NULL;
    ct_tensor *tensor = NULL;
    if (file_map_open(&map, path) == CT_OK)
        tensor = ct_tensor_escape(array_read(file_map_bytes(map), file_map_size(map), path));
    file_map_close(map);
    return ct_scope_end(scope) == CT_OK ? tensor : NULL;
}

/* ---- several in a zip archive ---- */

static void entry_add(ct_dict *dict, const file_map *map, const zip_entry *entry)
{
    const char *path = file_map_path(map);
    size_t n = strlen(entry->name);
    if (n <= 4 || strcmp(entry->name + n - 4, ".npy") != 0) {
        core_fail(CT_ERROR_FORMAT, "%s: entry %s is no array: its name does not end in .npy", path, entry->name);
        return;
    }
    if (entry->method != 0) {
        core_fail(CT_ERROR_NOT_IMPLEMENTED,
                  "%s: entry %s is compressed, which is not read; write it with np.savez, not np.savez_compressed",
                  path, entry->name);
        return;
    }
    if (zip_verify(entry, path) != CT_OK)
        return;
    char *name = text_format("%s: %s", path, entry->name), *key = text_copy(entry->name);
    if (name && key) {
        key[n - 4] = '\0';
        unsigned char *bytes = file_map_bytes(map);
        ct_dict_set(dict, key, array_read(bytes + (entry->bytes - bytes), entry->size, name));
    } else {
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    }
    free(name);
    free(key);
}

static int compare_starts(const void *left, const void *right)
{
    const zip_entry *a = *(const zip_entry *const *)left, *b = *(const zip_entry *const *)right;
    return (a->start > b->start) - (a->start < b->start);
}

/* The archive's own order is that of the names; the file's is the one in which they were written. */
static void entries_add(ct_dict *dict, const file_map *map, const zip_archive *archive)
{
    const zip_entry **entries = malloc((archive->count + 1) * sizeof *entries);
    if (!entries) {
        core_fail(CT_ERROR_MEMORY, "%s: out of memory", file_map_path(map));
        return;
    }
    for (size_t i = 0; i < archive->count; i++)
        entries[i] = &archive->entries[i];
    qsort(entries, archive->count, sizeof *entries, compare_starts);
    for (size_t i = 0; i < archive->count && scope_failure() == CT_OK; i++)
        entry_add(dict, map, entries[i]);
    free(entries);
}

ct_dict *ct_npz_load(const char *path)
{
    if (scope_failure() != CT_OK)
        return NULL;
    if (!path) {
        core_fail_null("ct_npz_load", "path");
        return NULL;
    }
    ct_scope *scope = ct_scope_begin();
    file_map *map = NULL;
    zip_archive archive = {NULL, 0};
    ct_dict *dict = NULL;
    if (file_map_open(&map, path) == CT_OK && zip_open(&archive, map) == CT_OK) {
        dict = ct_dict_new();
        entries_add(dict, map, &archive);
    }
    zip_close(&archive);
    file_map_close(map);
    dict = ct_dict_escape(dict);
    return ct_scope_end(scope) == CT_OK ? dict : NULL;
}
