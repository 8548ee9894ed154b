/* formats/safetensors_shards.c: model.safetensors.index.json, which says in which of several safetensors files beside
 * it each tensor is: {"metadata": {...}, "weight_map": {name: file}}.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/saved_reader.h"

#include "core/error.h"
#include "core/text.h"
#include "formats/json.h"
#include "formats/safetensors_dtype.h"

#include <stdlib.h>
#include <string.h>

/* One line of the weight map. */
typedef struct entry {
    const char *name, *shard;
    record *key, *tensor;
} entry;

typedef struct shards_reader {
    saved_file *file;
    const char *path;
    entry *entries; /* in the order of the map */
    entry **sorted; /* by shard, then by name */
    size_t count;
} shards_reader;

bool safetensors_shards_recognise(const unsigned char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && at < 64 && strchr(" \t\r\n", bytes[at]) && bytes[at])
        at++;
    return at < size && bytes[at] == '{';
}

/* ---- the map ---- */

static bool is_text(const record *r)
{
    return r->kind == RECORD_STRING && strlen(r->text.chars) == r->text.size;
}

/* A name that stays in the folder. */
static bool is_file_name(const char *name)
{
    return *name && !strpbrk(name, "/\\") && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static ct_status take_entries(shards_reader *in, const record *map)
{
    in->entries = calloc(map->dict.count + 1, sizeof *in->entries);
    in->sorted = calloc(map->dict.count + 1, sizeof *in->sorted);
    if (!in->entries || !in->sorted)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    for (size_t i = 0; i < map->dict.count; i++) {
        record *name = map->dict.pairs[i].key, *shard = map->dict.pairs[i].value;
        if (!is_text(name))
            return core_fail(CT_ERROR_FORMAT, "%s: the name of a tensor, '%s...', holds a NUL", in->path,
                             name->text.chars);
        if (!is_text(shard) || !is_file_name(shard->text.chars))
            return core_fail(CT_ERROR_FORMAT, "%s: the file of '%s' is not the name of one in the same folder",
                             in->path, name->text.chars);
        in->entries[i] = (entry){.name = name->text.chars, .shard = shard->text.chars, .key = name};
        in->sorted[i] = &in->entries[i];
    }
    in->count = map->dict.count;
    return CT_OK;
}

static int compare_entries(const void *left, const void *right)
{
    const entry *a = *(entry *const *)left, *b = *(entry *const *)right;
    int order = strcmp(a->shard, b->shard);
    return order ? order : strcmp(a->name, b->name);
}

/* ---- the shards ---- */

static int compare_pairs(const void *left, const void *right)
{
    const record_pair *a = left, *b = right;
    return strcmp(a->key->text.chars, b->key->text.chars);
}

/* Finds the tensors of the entries from first to last, which are sorted, in their shard. */
static ct_status take_tensors(const shards_reader *in, const record *shard, size_t first, size_t last)
{
    size_t n = shard->dict.count, at = 0;
    record_pair *pairs = malloc((n + 1) * sizeof *pairs);
    if (!pairs)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    if (n) {
        memcpy(pairs, shard->dict.pairs, n * sizeof *pairs);
        qsort(pairs, n, sizeof *pairs, compare_pairs);
    }
    ct_status status = CT_OK;
    for (size_t i = first; i < last && status == CT_OK; i++) {
        entry *e = in->sorted[i];
        while (at < n && strcmp(pairs[at].key->text.chars, e->name) < 0)
            at++;
        if (at < n && strcmp(pairs[at].key->text.chars, e->name) == 0)
            e->tensor = pairs[at].value;
        else
            status = core_fail(CT_ERROR_FORMAT, "%s: '%s' should be in %s, and is not; download both again", in->path,
                               e->name, e->shard);
    }
    free(pairs);
    return status;
}

static ct_status open_shard(shards_reader *in, const char *name)
{
    saved_file *file = in->file;
    const char *slash = strrchr(in->path, '/');
    char *path = text_format("%.*s%s", slash ? (int)(slash + 1 - in->path) : 0, in->path, name);
    saved_file **parts = realloc(file->parts, (file->part_count + 1) * sizeof *parts);
    if (parts)
        file->parts = parts;
    ct_status status =
        path && parts ? saved_file_open_format(&parts[file->part_count], path, SAVED_SAFETENSORS, file->memory_limit)
                      : core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    file->part_count += status == CT_OK;
    free(path);
    return status;
}

static ct_status read_shards(shards_reader *in)
{
    ct_status status = CT_OK;
    if (in->count)
        qsort(in->sorted, in->count, sizeof *in->sorted, compare_entries);
    for (size_t first = 0, last; first < in->count && status == CT_OK; first = last) {
        const char *shard = in->sorted[first]->shard;
        for (last = first; last < in->count && strcmp(in->sorted[last]->shard, shard) == 0;)
            last++;
        status = open_shard(in, shard);
        if (status == CT_OK)
            status = take_tensors(in, in->file->parts[in->file->part_count - 1]->root, first, last);
    }
    return status;
}

/* ---- the file ---- */

static ct_status make_root(const shards_reader *in)
{
    record *root = record_new(in->file->pool, RECORD_DICT);
    ct_status status = root ? CT_OK : ct_error_code();
    for (size_t i = 0; i < in->count && status == CT_OK; i++)
        status = record_set(in->file->pool, root, in->entries[i].key, in->entries[i].tensor);
    in->file->root = root;
    return status;
}

static ct_status read_index(shards_reader *in, const record *index)
{
    const record *map = record_get(index, "weight_map");
    if (!map || map->kind != RECORD_DICT)
        return core_fail(CT_ERROR_FORMAT, "%s: is JSON, but no index of safetensors files: it has no weight_map",
                         in->path);
    if (!in->file->by_path)
        return core_fail(CT_ERROR_NOT_IMPLEMENTED,
                         "%s: is an index of safetensors files beside it; give its path, not its bytes", in->path);
    in->file->metadata = record_get(index, "metadata");
    ct_status status = take_entries(in, map);
    if (status == CT_OK)
        status = read_shards(in);
    return status == CT_OK ? make_root(in) : status;
}

ct_status safetensors_shards_read(saved_file *file)
{
    shards_reader in = {.file = file, .path = file_map_path(file->map)};
    size_t size = file_map_size(file->map);
    record *index = NULL;
    if (size > SAFETENSORS_HEADER_MAX)
        return core_fail(CT_ERROR_FORMAT, "%s: is JSON of %zu bytes, too much for an index of safetensors files",
                         in.path, size);
    ct_status status = saved_file_new_pool(file, JSON_MEMORY_LEAST + JSON_MEMORY_PER_BYTE * size);
    if (status == CT_OK)
        status = json_read(&index, file_map_bytes(file->map), size, in.path, file->pool);
    if (status == CT_OK)
        status = read_index(&in, index);
    free(in.entries);
    free(in.sorted);
    return status;
}
