/* formats/safetensors.c: the safetensors format: the length of the header, eight bytes; the header, a JSON object of
 * tensors by name, and of metadata; and the tensors, one after the other without gaps. Every claim of the header is
 * checked.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/saved_reader.h"

#include "core/error.h"
#include "core/text.h"
#include "formats/bytes.h"
#include "formats/json.h"
#include "formats/safetensors_dtype.h"

#include <stdlib.h>
#include <string.h>

#define METADATA "__metadata__"

enum { LENGTH_SIZE = 8, DIMS_MAX = 64 };

/* Where a tensor lies. */
typedef struct extent {
    const char *name;
    size_t begin, end;
} extent;

typedef struct safetensors_reader {
    saved_file *file;
    const char *path;
    record_pool *pool;
    unsigned char *data; /* what follows the header */
    size_t size;
    extent *extents;
    size_t count;
} safetensors_reader;

/* ---- one tensor ---- */

/* A field of a tensor's description; NULL, and the failure recorded, when it is missing or of another kind. */
static const record *field(const safetensors_reader *in, const char *name, const record *info, const char *key,
                           record_kind kind, const char *what)
{
    const record *value = record_get(info, key);
    if (value && value->kind == kind)
        return value;
    core_fail(CT_ERROR_FORMAT, "%s: tensor '%s' has no %s, %s", in->path, name, key, what);
    return NULL;
}

static ct_status read_dtype(const safetensors_reader *in, const char *name, const record *info,
                            const safetensors_dtype **out)
{
    const record *value = field(in, name, info, "dtype", RECORD_STRING, "a string");
    if (!value)
        return CT_ERROR_FORMAT;
    const safetensors_dtype *dtype = safetensors_dtype_named(value->text.chars);
    if (!dtype || strlen(value->text.chars) != value->text.size)
        return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s' is of type '%.40s', which safetensors has not", in->path,
                         name, value->text.chars);
    if (dtype->dtype == CT_DTYPE_NONE)
        return core_fail(CT_ERROR_NOT_IMPLEMENTED,
                         "%s: tensor '%s' is of type %s, which ctorch has not; convert it to another", in->path, name,
                         dtype->name);
    *out = dtype;
    return CT_OK;
}

/* Sizes as ours, of which the last may count pairs. */
static ct_status read_shape(const safetensors_reader *in, const char *name, const record *info,
                            const safetensors_dtype *dtype, record_tensor *t)
{
    const record *list = field(in, name, info, "shape", RECORD_LIST, "a list of sizes");
    if (!list)
        return CT_ERROR_FORMAT;
    size_t n = list->list.count;
    if (n > DIMS_MAX)
        return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s' has %zu dimensions, and may have %d", in->path, name, n,
                         DIMS_MAX);
    int64_t *shape = record_alloc(in->pool, (n + 1) * sizeof *shape), pack = safetensors_per_element(dtype);
    if (!shape)
        return ct_error_code();
    for (size_t i = 0; i < n; i++)
        if (!record_int(list->list.items[i], &shape[i]) || shape[i] < 0)
            return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s': size %zu is not a whole number from 0 up", in->path,
                             name, i);
    if (pack > 1 && (n == 0 || shape[n - 1] % pack != 0))
        return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s' of type %s does not end at a whole byte in each row",
                         in->path, name, dtype->name);
    if (n)
        shape[n - 1] /= pack;
    t->dtype = dtype->dtype;
    t->ndim = n;
    t->shape = shape;
    return CT_OK;
}

/* Fills in strides, numel and nbytes, none of which overflows. */
static ct_status lay_out(const safetensors_reader *in, const char *name, record_tensor *t)
{
    int64_t *strides = record_alloc(in->pool, (t->ndim + 1) * sizeof *strides), step = 1, nbytes;
    bool overflow = false, empty = false;
    if (!strides)
        return ct_error_code();
    for (size_t i = t->ndim; i-- > 0;) {
        strides[i] = step;
        overflow |= __builtin_mul_overflow(step, t->shape[i] ? t->shape[i] : 1, &step);
        empty |= t->shape[i] == 0;
    }
    overflow |= __builtin_mul_overflow(step, (int64_t)ct_dtype_size(t->dtype), &nbytes);
    if (overflow || (uintmax_t)nbytes > SIZE_MAX)
        return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s' has more elements than 64 bits can count", in->path, name);
    t->strides = strides;
    t->numel = empty ? 0 : step;
    t->nbytes = empty ? 0 : (size_t)nbytes;
    return CT_OK;
}

static ct_status read_extent(const safetensors_reader *in, const char *name, const record *info, size_t nbytes,
                             extent *out)
{
    const record *list = field(in, name, info, "data_offsets", RECORD_LIST, "a list of two");
    if (!list)
        return CT_ERROR_FORMAT;
    int64_t begin, end;
    if (list->list.count != 2 || !record_int(list->list.items[0], &begin) || !record_int(list->list.items[1], &end) ||
        begin < 0 || end < begin)
        return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s': data_offsets are not two whole numbers in order", in->path,
                         name);
    if ((uintmax_t)end > in->size)
        return core_fail(CT_ERROR_FORMAT,
                         "%s: tensor '%s' ends at byte %jd of the data, which has %zu; the file is cut short: copy or "
                         "download it again",
                         in->path, name, (intmax_t)end, in->size);
    if ((uintmax_t)(end - begin) != nbytes)
        return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s' has %jd bytes, and its type and shape need %zu", in->path,
                         name, (intmax_t)(end - begin), nbytes);
    *out = (extent){.name = name, .begin = (size_t)begin, .end = (size_t)end};
    return CT_OK;
}

static record *make_tensor(const safetensors_reader *in, record_tensor *t, const extent *where)
{
    record *storage = record_new_storage(in->pool, &(record_storage){.dtype = t->dtype,
                                                                     .key = where->name,
                                                                     .location = "cpu",
                                                                     .size = t->nbytes,
                                                                     .source = in->data + where->begin});
    record *r = storage ? record_new(in->pool, RECORD_TENSOR) : NULL;
    if (!r)
        return NULL;
    t->storage = storage->storage;
    r->tensor = t;
    return r;
}

/* Adds a tensor to the root. */
static ct_status read_tensor(safetensors_reader *in, record *root, const record *name, const record *info)
{
    record *key = record_new_text(in->pool, RECORD_STRING, name->text.chars, name->text.size);
    record_tensor *t = record_alloc(in->pool, sizeof *t);
    if (!key || !t)
        return ct_error_code();
    extent *where = &in->extents[in->count];
    const char *chars = key->text.chars;
    if (strlen(chars) != key->text.size)
        return core_fail(CT_ERROR_FORMAT, "%s: the name of a tensor, '%s...', holds a NUL", in->path, chars);
    if (info->kind != RECORD_DICT)
        return core_fail(CT_ERROR_FORMAT, "%s: tensor '%s' is described by a %s, not by an object", in->path, chars,
                         record_kind_name(info));
    const safetensors_dtype *dtype = NULL;
    ct_status status = read_dtype(in, chars, info, &dtype);
    if (status == CT_OK)
        status = read_shape(in, chars, info, dtype, t);
    if (status == CT_OK)
        status = lay_out(in, chars, t);
    if (status == CT_OK)
        status = read_extent(in, chars, info, t->nbytes, where);
    if (status != CT_OK)
        return status;
    in->count++;
    record *tensor = make_tensor(in, t, where);
    return tensor ? record_set(in->pool, root, key, tensor) : ct_error_code();
}

/* ---- all of them ---- */

static ct_status read_metadata(safetensors_reader *in, const record *metadata)
{
    record *copy = record_new(in->pool, RECORD_DICT);
    if (!copy)
        return ct_error_code();
    if (metadata->kind != RECORD_DICT)
        return core_fail(CT_ERROR_FORMAT, "%s: " METADATA " is a %s, not an object", in->path,
                         record_kind_name(metadata));
    for (size_t i = 0; i < metadata->dict.count; i++) {
        const record *key = metadata->dict.pairs[i].key, *text = metadata->dict.pairs[i].value;
        if (text->kind != RECORD_STRING)
            return core_fail(CT_ERROR_FORMAT, "%s: " METADATA " has a %s under '%.80s'; only strings are allowed",
                             in->path, record_kind_name(text), key->text.chars);
        record *own_key = record_new_text(in->pool, RECORD_STRING, key->text.chars, key->text.size);
        record *own_text = record_new_text(in->pool, RECORD_STRING, text->text.chars, text->text.size);
        if (!own_key || !own_text || record_set(in->pool, copy, own_key, own_text) != CT_OK)
            return ct_error_code();
    }
    in->file->metadata = copy;
    return CT_OK;
}

static int compare_extents(const void *left, const void *right)
{
    const extent *a = left, *b = right;
    return a->begin != b->begin ? (a->begin > b->begin) - (a->begin < b->begin) : (a->end > b->end) - (a->end < b->end);
}

/* Whether the tensors cover the data, each byte once. */
static ct_status check_extents(safetensors_reader *in)
{
    size_t end = 0;
    if (in->count)
        qsort(in->extents, in->count, sizeof *in->extents, compare_extents);
    for (size_t i = 0; i < in->count; i++) {
        const extent *e = &in->extents[i];
        if (e->begin != end)
            return core_fail(CT_ERROR_FORMAT,
                             "%s: tensor '%s' begins at byte %zu of the data, and what is before it %s%s%s ends at %zu",
                             in->path, e->name, e->begin, i ? "('" : "", i ? e[-1].name : "", i ? "')" : "", end);
        end = e->end;
    }
    return end == in->size
               ? CT_OK
               : core_fail(CT_ERROR_FORMAT, "%s: has %zu bytes behind the last tensor, which belong to none", in->path,
                           in->size - end);
}

static ct_status read_entries(safetensors_reader *in, const record *header)
{
    record *root = record_new(in->pool, RECORD_DICT);
    ct_status status = root ? CT_OK : ct_error_code();
    for (size_t i = 0; i < header->dict.count && status == CT_OK; i++) {
        const record_pair *pair = &header->dict.pairs[i];
        status = record_is_string(pair->key, METADATA) ? read_metadata(in, pair->value)
                                                       : read_tensor(in, root, pair->key, pair->value);
    }
    if (status == CT_OK)
        status = check_extents(in);
    if (status == CT_OK)
        in->file->root = root;
    return status;
}

/* ---- the file ---- */

bool safetensors_recognise(const unsigned char *bytes, size_t size)
{
    return size > LENGTH_SIZE && bytes[LENGTH_SIZE] == '{' && bytes_u64(bytes) <= SAFETENSORS_HEADER_MAX;
}

/* The JSON of the header, in a pool that the caller frees. */
static ct_status read_header(safetensors_reader *in, size_t length, record_pool **scratch, record **header)
{
    size_t limit = JSON_MEMORY_LEAST + JSON_MEMORY_PER_BYTE * length;
    ct_status status = record_pool_new(scratch, in->path, limit);
    char *name = text_format("%s: header", in->path);
    if (status == CT_OK && in->file->memory_limit)
        record_pool_set_cap(*scratch, in->file->memory_limit);
    if (status == CT_OK && !name)
        status = core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    if (status == CT_OK)
        status = json_read(header, file_map_bytes(in->file->map) + LENGTH_SIZE, length, name, *scratch);
    free(name);
    if (status == CT_OK && (*header)->kind != RECORD_DICT)
        status =
            core_fail(CT_ERROR_FORMAT, "%s: the header is a %s, not an object", in->path, record_kind_name(*header));
    return status;
}

ct_status safetensors_read(saved_file *file)
{
    unsigned char *bytes = file_map_bytes(file->map);
    size_t size = file_map_size(file->map) - LENGTH_SIZE, length = (size_t)bytes_u64(bytes);
    safetensors_reader in = {.file = file, .path = file_map_path(file->map)};
    if (length > size)
        return core_fail(CT_ERROR_FORMAT,
                         "%s: the header has %zu bytes, and the file only %zu behind its length; it is cut short: copy "
                         "or download it again",
                         in.path, length, size);
    in.data = bytes + LENGTH_SIZE + length;
    in.size = size - length;
    record_pool *scratch = NULL;
    record *header = NULL;
    ct_status status = read_header(&in, length, &scratch, &header);
    if (status == CT_OK)
        status = saved_file_new_pool(file, JSON_MEMORY_LEAST + JSON_MEMORY_PER_BYTE * length);
    if (status == CT_OK) {
        in.pool = file->pool;
        in.extents = malloc((header->dict.count + 1) * sizeof *in.extents);
        status = in.extents ? read_entries(&in, header) : core_fail(CT_ERROR_MEMORY, "%s: out of memory", in.path);
    }
    free(in.extents);
    record_pool_free(scratch);
    return status;
}
