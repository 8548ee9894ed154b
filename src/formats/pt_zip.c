/* formats/pt_zip.c: the zip format of torch.save, which PyTorch writes since 1.6. An archive holds, below one directory
 * of any name: data.pkl, a pickle of what was saved; data/KEY, the bytes of each storage; version; and in newer files
 * byteorder. TorchScript adds its code, of which nothing is read here, and constants.pkl with constants/KEY for the
 * tensors that the code names.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/saved_reader.h"

#include "core/error.h"
#include "core/text.h"
#include "formats/pt_storage.h"
#include "formats/pt_tensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tensors are laid over the file's bytes, which are little-endian"
#endif

enum { VERSION_MAX = 10, NAME_SIZE = 1200 };

/* What is needed only while a file is being read. */
typedef struct pt_reader {
    saved_file *file;
    const char *path;
    bool big_endian;
    const char *folder; /* of the storages of the pickle that is being read */
    record **storages; /* of each entry of the archive that is one; an entry is one storage however often it is named */
} pt_reader;

/* ---- the archive ---- */

static const zip_entry *find(const pt_reader *in, const char *name)
{
    return zip_find_in(&in->file->zip, in->file->folder, name);
}

static bool has_directory(const pt_reader *in, const char *name)
{
    char start[NAME_SIZE];
    size_t length = (size_t)snprintf(start, sizeof start, "%s/%s/", in->file->folder, name);
    for (size_t i = 0; i < in->file->zip.count; i++)
        if (strncmp(in->file->zip.entries[i].name, start, length) == 0)
            return true;
    return false;
}

/* What an archive seems to be that has no data.pkl. */
static ct_status fail_other(const pt_reader *in)
{
    static const struct {
        const char *entry, *what;
    } kinds[] = {
        {"/model.json",
         "a TorchScript archive of PyTorch before 1.4; load it there with torch.jit.load, and torch.save "
         "its state_dict()"},
        {"serialized_exported_program.json", "an archive of torch.export.save; torch.save its state_dict in Python"},
        {"/archive_format", "an archive of PyTorch's export, not of torch.save; torch.save a state_dict in Python"},
        {"/.data/extern_modules", "an archive of torch.package; load it in Python, and torch.save a state_dict"},
    };
    for (size_t i = 0; i < in->file->zip.count; i++)
        for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
            if (strstr(in->file->zip.entries[i].name, kinds[kind].entry))
                return core_fail(CT_ERROR_FORMAT, "%s: is %s", in->path, kinds[kind].what);
    return core_fail(CT_ERROR_FORMAT, "%s: is a zip archive, but not one of torch.save: it has no data.pkl", in->path);
}

/* The folder is whatever stands before "/data.pkl". */
static ct_status find_folder(pt_reader *in)
{
    for (size_t i = 0; i < in->file->zip.count; i++) {
        const char *name = in->file->zip.entries[i].name, *slash = strchr(name, '/');
        if (!slash || slash == name || strcmp(slash, "/data.pkl") != 0)
            continue;
        if (in->file->folder)
            return core_fail(CT_ERROR_FORMAT, "%s: holds both %s/data.pkl and %s; torch.save writes one: save it again",
                             in->path, in->file->folder, name);
        in->file->folder = text_format("%.*s", (int)(slash - name), name);
        if (!in->file->folder)
            return core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    }
    return in->file->folder ? CT_OK : fail_other(in);
}

/* The text of a small entry, without the line's end; "" when it is not there. */
static ct_status read_line(const pt_reader *in, const char *name, char *line, size_t room)
{
    const zip_entry *entry = find(in, name);
    line[0] = '\0';
    if (!entry)
        return CT_OK;
    ct_status status = zip_verify(entry, in->path);
    if (status != CT_OK)
        return status;
    size_t size = entry->size && entry->bytes[entry->size - 1] == '\n' ? entry->size - 1 : entry->size;
    if (size >= room || size == 0 || memchr(entry->bytes, '\0', size))
        return core_fail(CT_ERROR_FORMAT, "%s: %s is not one word; the file is damaged: copy or save it again",
                         in->path, entry->name);
    memcpy(line, entry->bytes, size);
    line[size] = '\0';
    return CT_OK;
}

static ct_status check_version(const pt_reader *in)
{
    char line[16];
    ct_status status = read_line(in, "version", line, sizeof line);
    if (status != CT_OK)
        return status;
    char *end;
    unsigned long version = strtoul(line, &end, 10);
    if (line[0] < '0' || line[0] > '9' || *end)
        return core_fail(CT_ERROR_FORMAT, "%s: its version must be a number, and is '%s'; save it again", in->path,
                         line);
    if (version > VERSION_MAX)
        return core_fail(CT_ERROR_NOT_IMPLEMENTED, "%s: is of version %lu, and this reader knows those up to %d",
                         in->path, version, VERSION_MAX);
    return CT_OK;
}

static ct_status read_byteorder(pt_reader *in)
{
    char line[16];
    ct_status status = read_line(in, "byteorder", line, sizeof line);
    in->big_endian = strcmp(line, "big") == 0;
    if (status != CT_OK || line[0] == '\0' || in->big_endian || strcmp(line, "little") == 0)
        return status;
    return core_fail(CT_ERROR_FORMAT, "%s: its byteorder must be little or big, and is '%s'; save it again", in->path,
                     line);
}

/* ---- the pickle ---- */

/* The entry that holds a storage's bytes; NULL on failure. */
static const zip_entry *find_storage(const pt_reader *in, const pickle_vm *vm, const record_storage *claim)
{
    char name[NAME_SIZE];
    int length = snprintf(name, sizeof name, "%s/%s", in->folder, claim->key);
    const zip_entry *entry = (size_t)length < sizeof name ? find(in, name) : NULL;
    if (!entry) {
        pickle_fail(vm, "storage %s is not in the archive", claim->key);
        return NULL;
    }
    if (zip_check_stored(entry, in->path) != CT_OK)
        return NULL;
    if (claim->size <= entry->size)
        return entry;
    pickle_fail(vm, "storage %s should have %zu bytes, and has %zu", claim->key, claim->size, entry->size);
    return NULL;
}

/* One record for each storage: tensors that share memory in Python have the same one. */
static ct_status resolve_storage(void *user, pickle_vm *vm, const record *id, record **out)
{
    pt_reader *in = user;
    pt_storage_claim claim;
    ct_status status = pt_storage_read_id(vm, id, &claim);
    if (status != CT_OK)
        return status;
    const zip_entry *entry = find_storage(in, vm, &claim.storage);
    if (!entry)
        return ct_error_code();
    record **kept = &in->storages[entry - in->file->zip.entries];
    if (claim.view_key)
        return pickle_fail(vm, "storage %s is a part of another, which only the legacy format has", claim.storage.key);
    if (*kept && (*kept)->storage->dtype != claim.storage.dtype)
        return pickle_fail(vm, "storage %s is of two element types", claim.storage.key);
    if (!*kept) {
        claim.storage.size = entry->size;
        claim.storage.source = (unsigned char *)entry->bytes; /* of the mapped file, whose pages are private */
        claim.storage.swapped = in->big_endian;
        *kept = record_new_storage(in->file->pool, &claim.storage);
    }
    *out = *kept;
    return *kept ? CT_OK : ct_error_code();
}

/* Reads `folder`.pkl, whose storages are in that folder. */
static ct_status read_pickle(pt_reader *in, const char *folder, const zip_entry *entry, const record **out)
{
    ct_status status = zip_verify(entry, in->path);
    if (status != CT_OK)
        return status;
    char *name = text_format("%s: %s.pkl", in->path, folder);
    if (!name)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    pickle_hooks hooks = {resolve_storage, pt_tensor_call, in};
    record *root = NULL;
    size_t used = 0;
    in->folder = folder;
    status = pickle_read(&root, &used, entry->bytes, entry->size, name, in->file->pool, &hooks);
    if (status == CT_OK && used != entry->size)
        status = core_fail(CT_ERROR_FORMAT, "%s has %zu bytes behind its end; it is damaged: copy or save it again",
                           name, entry->size - used);
    free(name);
    if (status == CT_OK)
        *out = root;
    return status;
}

static ct_status read_pickles(pt_reader *in)
{
    const zip_entry *constants = find(in, "constants.pkl");
    ct_status status = saved_file_new_pool(in->file, PICKLE_MEMORY_LEAST);
    if (status != CT_OK)
        return status;
    in->storages = calloc(in->file->zip.count, sizeof *in->storages);
    if (!in->storages)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", in->path);
    status = read_pickle(in, "data", find(in, "data.pkl"), &in->file->root);
    if (status == CT_OK && constants)
        status = read_pickle(in, "constants", constants, &in->file->constants);
    if (constants || has_directory(in, "code"))
        in->file->format = SAVED_TORCHSCRIPT;
    return status;
}

static ct_status read_archive(pt_reader *in)
{
    ct_status status = zip_open(&in->file->zip, in->file->map);
    if (status == CT_OK)
        status = find_folder(in);
    if (status == CT_OK)
        status = check_version(in);
    if (status == CT_OK)
        status = read_byteorder(in);
    return status == CT_OK ? read_pickles(in) : status;
}

ct_status pt_zip_read(saved_file *file)
{
    pt_reader in = {.file = file, .path = file_map_path(file->map)};
    ct_status status = read_archive(&in);
    free(in.storages);
    return status;
}
