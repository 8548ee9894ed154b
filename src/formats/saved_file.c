/* formats/saved_file.c: see saved_file.h. Which format a file has is told by its bytes, never by its name.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"
#include "formats/guess.h"
#include "formats/saved_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    saved_format format;
    bool (*recognise)(const unsigned char *bytes, size_t size);
    ct_status (*read)(saved_file *file);
} readers[] = {
    {SAVED_ZIP, zip_recognise, pt_zip_read},
    {SAVED_STREAM, pt_stream_recognise, pt_stream_read},
    {SAVED_SAFETENSORS, safetensors_recognise, safetensors_read},
    {SAVED_SHARDS, safetensors_shards_recognise, safetensors_shards_read},
};

static ct_status read_any(saved_file *file)
{
    const unsigned char *bytes = file_map_bytes(file->map);
    size_t size = file_map_size(file->map);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (readers[i].recognise(bytes, size)) {
            file->format = readers[i].format;
            return readers[i].read(file);
        }
    return guess_fail(bytes, size, file_map_path(file->map));
}

/* Takes over the map. */
static ct_status open_map(saved_file **out, file_map *map, bool by_path, const saved_options *options)
{
    saved_file *file = calloc(1, sizeof *file);
    if (!file) {
        ct_status status = core_fail(CT_ERROR_MEMORY, "%s: out of memory", file_map_path(map));
        file_map_close(map);
        return status;
    }
    atomic_init(&file->references, 1);
    file->map = map;
    file->by_path = by_path;
    file->memory_limit = options ? options->memory_limit : 0;
    ct_status status = read_any(file);
    file_map_settle(map);
    if (status != CT_OK) {
        saved_file_release(file);
        return status;
    }
    *out = file;
    return CT_OK;
}

ct_status saved_file_open_with(saved_file **out, const char *path, const saved_options *options)
{
    file_map *map;
    ct_status status = file_map_open(&map, path);
    return status == CT_OK ? open_map(out, map, true, options) : status;
}

ct_status saved_file_open(saved_file **out, const char *path)
{
    return saved_file_open_with(out, path, NULL);
}

ct_status saved_file_open_descriptor(saved_file **out, int fd, const char *name, const saved_options *options)
{
    file_map *map;
    ct_status status = file_map_descriptor(&map, fd, name);
    return status == CT_OK ? open_map(out, map, false, options) : status;
}

ct_status saved_file_open_bytes(saved_file **out, const void *bytes, size_t size, const char *name)
{
    file_map *map;
    ct_status status = file_map_copy(&map, bytes, size, name);
    return status == CT_OK ? open_map(out, map, false, NULL) : status;
}

ct_status saved_file_open_lent(saved_file **out, void *bytes, size_t size, const char *name,
                               void (*deleter)(void *user), void *user, const saved_options *options)
{
    file_map *map;
    ct_status status = file_map_lend(&map, bytes, size, name, deleter, user);
    return status == CT_OK ? open_map(out, map, false, options) : status;
}

ct_status saved_file_open_format(saved_file **out, const char *path, saved_format format, size_t memory_limit)
{
    file_map *map;
    ct_status status = file_map_open(&map, path);
    if (status != CT_OK)
        return status;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (readers[i].format == format && readers[i].recognise(file_map_bytes(map), file_map_size(map)))
            return open_map(out, map, false, &(saved_options){.memory_limit = memory_limit});
    status = core_fail(CT_ERROR_FORMAT, "%s: is not of the format that its index says", path);
    file_map_close(map);
    return status;
}

ct_status saved_file_new_pool(saved_file *file, size_t granted)
{
    ct_status status = record_pool_new(&file->pool, file_map_path(file->map), granted);
    if (status == CT_OK && file->memory_limit)
        record_pool_set_cap(file->pool, file->memory_limit);
    return status;
}

saved_file *saved_file_retain(saved_file *file)
{
    atomic_fetch_add_explicit(&file->references, 1, memory_order_relaxed);
    return file;
}

void saved_file_release(saved_file *file)
{
    if (!file || atomic_fetch_sub_explicit(&file->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < file->part_count; i++)
        saved_file_release(file->parts[i]);
    free(file->parts);
    record_pool_free(file->pool);
    zip_close(&file->zip);
    free(file->folder);
    file_map_close(file->map);
    free(file);
}

const record *saved_file_root(const saved_file *file)
{
    return file->root;
}

const record *saved_file_constants(const saved_file *file)
{
    return file->constants;
}

const record *saved_file_metadata(const saved_file *file)
{
    return file->metadata;
}

saved_format saved_file_format(const saved_file *file)
{
    return file->format;
}

ct_status pt_state_entry(const record *dict, size_t index, const char **key, const record_tensor **tensor)
{
    if (dict->kind != RECORD_DICT)
        return core_fail(CT_ERROR_TYPE, "a state_dict must be a dict, not %s", record_kind_name(dict));
    if (index >= dict->dict.count)
        return core_fail(CT_ERROR_INDEX, "entry %zu of a state_dict of %zu", index, dict->dict.count);
    const record_pair *pair = &dict->dict.pairs[index];
    bool named = pair->key->kind == RECORD_STRING && strlen(pair->key->text.chars) == pair->key->text.size;
    if (named && pair->value->kind == RECORD_TENSOR) {
        *key = pair->key->text.chars;
        *tensor = pair->value->tensor;
        return CT_OK;
    }
    char *what = record_repr(named ? pair->value : pair->key, 1, 80);
    ct_status status =
        named ? core_fail(CT_ERROR_TYPE, "%s is %s, not a tensor", pair->key->text.chars, what ? what : "?")
              : core_fail(CT_ERROR_TYPE, "entry %zu of a state_dict has the key %s, which is no name", index,
                          what ? what : "?");
    free(what);
    return status;
}
