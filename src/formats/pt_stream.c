/* formats/pt_stream.c: the format that torch.save wrote before PyTorch 1.6, and writes on request: pickles one after
 * another, of a magic number, the format's version, facts of the writer's machine, what was saved, and the keys of the
 * storages; then for each key the number of elements, in 64 bits, and their bytes. The storages come last, so a tensor
 * is laid over what the pickle claims of its storage, and the claims are checked when the storages are reached.
 *
 * The bytes are little-endian on any machine: PyTorch turns them round where it writes on another, by the size of an
 * element, and so mixes up the two halves of a complex one.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* tdestroy */
#include "formats/saved_reader.h"

#include "core/error.h"
#include "core/text.h"
#include "formats/bytes.h"
#include "formats/pt_storage.h"
#include "formats/pt_tensor.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1001 };

/* What is needed only while a file is being read. */
typedef struct pt_stream {
    saved_file *file;
    const char *path;
    size_t at;
    bool big_endian;
    void *storages, *views;        /* trees of records by key, for tsearch */
    size_t storage_count, claimed; /* how many there are, and their bytes, which are yet to come */
} pt_stream;

bool pt_stream_recognise(const unsigned char *bytes, size_t size)
{
    static const unsigned char magic[] = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
    size_t at = 2; /* behind PROTO */
    if (size > 11 && bytes[2] == 0x95)
        at = 11; /* and FRAME, which protocols 4 and 5 add */
    return size >= at + sizeof magic - 1 && bytes[0] == 0x80 && memcmp(bytes + at, magic, sizeof magic - 1) == 0;
}

/* ---- storages by their keys ---- */

static int compare_keys(const void *left, const void *right)
{
    return strcmp(((const record *)left)->storage->key, ((const record *)right)->storage->key);
}

static void keep(void *node)
{
    (void)node; /* the records are the pool's */
}

/* The storage of that key in the tree; NULL when there is none. */
static record *find(void *tree, const char *key)
{
    record_storage storage = {.key = key};
    record wanted = {.kind = RECORD_STORAGE, .storage = &storage};
    record *const *node = tfind(&wanted, &tree, compare_keys);
    return node ? *node : NULL;
}

/* A storage as the pickle claims it to be, put into the tree. NULL on failure. */
static record *add(pt_stream *in, void **tree, const record_storage *storage)
{
    record *r = record_new_storage(in->file->pool, storage);
    if (!r || tsearch(r, tree, compare_keys))
        return r;
    core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    return NULL;
}

/* The whole storage of an id, which every id must describe alike. NULL on failure. */
static record *resolve_whole(pt_stream *in, pickle_vm *vm, const record_storage *claim)
{
    record *known = find(in->storages, claim->key);
    if (known && known->storage->dtype == claim->dtype && known->storage->size == claim->size)
        return known;
    if (known) {
        pickle_fail(vm, "storage %s is of two element types or sizes", claim->key);
        return NULL;
    }
    size_t size = file_map_size(in->file->map);
    if (claim->size > size - in->claimed) {
        pickle_fail(vm, "storage %s, of %zu bytes, has no room in the file's %zu", claim->key, claim->size, size);
        return NULL;
    }
    in->claimed += claim->size;
    in->storage_count++;
    return add(in, &in->storages, claim);
}

/* A part of a storage with a key of its own. */
static record *resolve_view(pt_stream *in, pickle_vm *vm, const pt_storage_claim *claim, const record_storage *base)
{
    record *known = find(in->views, claim->view_key);
    if (known && known->storage->base == base && known->storage->offset == claim->view_offset &&
        known->storage->size == claim->view_size)
        return known;
    if (known) {
        pickle_fail(vm, "view %s is of two storages or sizes", claim->view_key);
        return NULL;
    }
    record_storage view = claim->storage;
    view.key = claim->view_key;
    view.base = base;
    view.offset = claim->view_offset;
    view.size = claim->view_size;
    return add(in, &in->views, &view);
}

/* ---- the pickles ---- */

static ct_status resolve_storage(pt_stream *in, pickle_vm *vm, const record *id, record **out)
{
    pt_storage_claim claim;
    ct_status status = pt_storage_read_id(vm, id, &claim);
    if (status != CT_OK)
        return status;
    ct_dtype dtype = claim.storage.dtype;
    if (dtype == CT_DTYPE_NONE)
        return pickle_refuse(
            vm, CT_ERROR_NOT_IMPLEMENTED,
            "storage %s is of a class whose elements' size is not known; save the file in the zip format",
            claim.storage.key);
    if (in->big_endian && record_dtype_unit(dtype) != ct_dtype_size(dtype))
        return pickle_refuse(vm, CT_ERROR_NOT_IMPLEMENTED,
                             "complex numbers that a big-endian machine wrote in this format are mixed up; save the "
                             "file in the zip format");
    record *whole = resolve_whole(in, vm, &claim.storage);
    *out = whole && claim.view_key ? resolve_view(in, vm, &claim, whole->storage) : whole;
    return *out ? CT_OK : ct_error_code();
}

/* ('module', class, source file, source): the class, beside which whole models are saved with its source. */
static ct_status resolve(void *user, pickle_vm *vm, const record *id, record **out)
{
    if (id->kind != RECORD_TUPLE || id->list.count == 0 || !record_is_string(id->list.items[0], "module"))
        return resolve_storage(user, vm, id, out);
    if (id->list.count < 2 || id->list.items[1]->kind != RECORD_GLOBAL)
        return pickle_fail(vm, "the persistent id of a class must be ('module', class, file, source)");
    *out = id->list.items[1];
    return CT_OK;
}

/* The next pickle. `what` says in messages which one it is. */
static ct_status read_pickle(pt_stream *in, const char *what, record **out)
{
    pickle_hooks hooks = {resolve, pt_tensor_call, in};
    char *name = text_format("%s: %s", in->path, what);
    if (!name)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    size_t used = 0;
    ct_status status = pickle_read(out, &used, file_map_bytes(in->file->map) + in->at,
                                   file_map_size(in->file->map) - in->at, name, in->file->pool, &hooks);
    free(name);
    in->at += used;
    return status;
}

static ct_status read_version(pt_stream *in)
{
    record *version;
    int64_t number = 0;
    ct_status status = read_pickle(in, "the version", &version);
    if (status != CT_OK || (record_int(version, &number) && number == VERSION))
        return status;
    return core_fail(CT_ERROR_NOT_IMPLEMENTED, "%s: is of version %jd of this format, and this reader knows %d",
                     in->path, (intmax_t)number, VERSION);
}

static ct_status read_machine(pt_stream *in)
{
    record *machine;
    ct_status status = read_pickle(in, "the facts of the machine", &machine);
    if (status != CT_OK)
        return status;
    const record *little = record_get(machine, "little_endian");
    in->big_endian = little && little->kind == RECORD_BOOL && !little->boolean;
    if (machine->kind == RECORD_DICT && (!little || little->kind == RECORD_BOOL))
        return CT_OK;
    return core_fail(CT_ERROR_FORMAT,
                     "%s: the facts of the machine are no dict with 'little_endian'; the file is damaged: copy or save "
                     "it again",
                     in->path);
}

/* ---- the bytes ---- */

static ct_status read_bytes(pt_stream *in, record_storage *s)
{
    const size_t left = file_map_size(in->file->map) - in->at, count_size = sizeof(uint64_t);
    unsigned char *bytes = file_map_bytes(in->file->map) + in->at;
    if (s->source)
        return core_fail(CT_ERROR_FORMAT, "%s: the bytes of storage %s stand in it twice; it is damaged or hostile",
                         in->path, s->key);
    if (left < count_size || left - count_size < s->size)
        return core_fail(CT_ERROR_FORMAT,
                         "%s: ends at byte %zu within storage %s, of %zu bytes; it is cut short: copy it again",
                         in->path, in->at + left, s->key, s->size);
    uint64_t count = bytes_u64(bytes), element = ct_dtype_size(s->dtype);
    if (count != s->size / element)
        return core_fail(CT_ERROR_FORMAT,
                         "%s, byte %zu: storage %s has %ju elements, and tensors expect %zu; the file is damaged: copy "
                         "or save it again",
                         in->path, in->at, s->key, (uintmax_t)count, s->size / (size_t)element);
    s->source = bytes + count_size;
    in->at += count_size + s->size;
    return CT_OK;
}

static ct_status read_storages(pt_stream *in)
{
    record *keys;
    ct_status status = read_pickle(in, "the storages' keys", &keys);
    if (status == CT_OK && keys->kind != RECORD_LIST)
        status = core_fail(CT_ERROR_FORMAT, "%s: the storages' keys must be a list, not %s; the file is damaged",
                           in->path, record_kind_name(keys));
    for (size_t i = 0; status == CT_OK && i < keys->list.count; i++) {
        const record *key = keys->list.items[i];
        record *storage = key->kind == RECORD_STRING ? find(in->storages, key->text.chars) : NULL;
        status = storage ? read_bytes(in, storage->storage)
                         : core_fail(CT_ERROR_FORMAT,
                                     "%s: key %zu of the storages is of none that the pickle names; "
                                     "the file is damaged: copy or save it again",
                                     in->path, i);
    }
    if (status == CT_OK && keys->list.count != in->storage_count)
        status = core_fail(CT_ERROR_FORMAT,
                           "%s: holds the bytes of %zu storages, and its tensors need %zu; it is "
                           "damaged: copy or save it again",
                           in->path, keys->list.count, in->storage_count);
    return status;
}

ct_status pt_stream_read(saved_file *file)
{
    pt_stream in = {.file = file, .path = file_map_path(file->map)};
    record *magic, *root = NULL;
    ct_status status = saved_file_new_pool(file, PICKLE_MEMORY_LEAST);
    if (status == CT_OK)
        status = read_pickle(&in, "the magic number", &magic); /* by which the file was recognised */
    if (status == CT_OK)
        status = read_version(&in);
    if (status == CT_OK)
        status = read_machine(&in);
    if (status == CT_OK)
        status = read_pickle(&in, "the object", &root);
    if (status == CT_OK)
        status = read_storages(&in);
    if (status == CT_OK)
        file->root = root;
    tdestroy(in.storages, keep);
    tdestroy(in.views, keep);
    return status;
}
