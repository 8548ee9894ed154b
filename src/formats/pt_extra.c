/* formats/pt_extra.c: what stands in an archive beside what torch.load reads, under extra/: TorchScript's _extra_files,
 * and those of ct_save.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/saved_reader.h"

#include "core/error.h"
#include "formats/zip.h"

#include <string.h>

/* Whether an entry is FOLDER/extra/name. */
static bool is_extra(const zip_entry *entry, const char *name)
{
    static const char extra[] = "/extra/";
    const char *slash = strchr(entry->name, '/');
    return slash && strncmp(slash, extra, strlen(extra)) == 0 && strcmp(slash + strlen(extra), name) == 0;
}

static ct_status find(const zip_archive *zip, const char *path, const char *name, const zip_entry **out)
{
    for (size_t i = 0; i < zip->count; i++)
        if (is_extra(&zip->entries[i], name)) {
            *out = &zip->entries[i];
            return zip_verify(*out, path);
        }
    return core_fail(CT_ERROR_KEY, "%s: has no extra file '%s'", path, name);
}

ct_status saved_file_extra(const saved_file *file, const char *name, const unsigned char **bytes, size_t *size)
{
    const char *path = file_map_path(file->map);
    zip_archive zip = {NULL, 0};
    const zip_entry *entry = NULL;
    if (file->format != SAVED_ZIP && file->format != SAVED_TORCHSCRIPT)
        return core_fail(CT_ERROR_KEY, "%s: has no extra file '%s': it is no zip archive", path, name);
    ct_status status = zip_open(&zip, file->map);
    if (status == CT_OK)
        status = find(&zip, path, name, &entry);
    if (status == CT_OK) {
        *bytes = entry->bytes;
        *size = entry->size;
    }
    zip_close(&zip);
    return status;
}
