/* formats/pt_extra.c: what stands in an archive beside what torch.load reads: under extra/ TorchScript's _extra_files,
 * and those of ct_save; and what wrote it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/saved_reader.h"
#include "formats/utf8.h"

#include "core/error.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

enum { WRITER_MAX = 256 }; /* what is longer was not written by ctorch */

ct_status saved_file_extra(const saved_file *file, const char *name, const unsigned char **bytes, size_t *size)
{
    const char *path = file_map_path(file->map);
    if (!file->folder)
        return core_fail(CT_ERROR_KEY, "%s: has no extra file '%s': it is no zip archive", path, name);
    char *inner = text_format("extra/%s", name);
    if (!inner)
        return core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
    const zip_entry *entry = zip_find_in(&file->zip, file->folder, inner);
    free(inner);
    if (!entry)
        return core_fail(CT_ERROR_KEY, "%s: has no extra file '%s'", path, name);
    *bytes = entry->bytes;
    *size = entry->size;
    return zip_verify(entry, path);
}

/* ---- the writer ---- */

/* "" where the file does not say; NULL when memory is out. */
static char *writer_in_entry(const zip_entry *entry)
{
    bool good = entry && entry->size < WRITER_MAX && utf8_valid_strictly(entry->bytes, entry->size);
    char *text = text_format("%.*s", good ? (int)entry->size : 0, good ? (const char *)entry->bytes : "");
    if (text)
        text[strcspn(text, "\n")] = '\0';
    return text;
}

static char *writer_in_metadata(const record *metadata)
{
    const record *ctorch = record_get(metadata, "ctorch"), *libtorch = record_get(metadata, "libtorch");
    if (!ctorch || ctorch->kind != RECORD_STRING || !libtorch || libtorch->kind != RECORD_STRING)
        return text_format("%s", "");
    return text_format("ctorch %s, libtorch %s", ctorch->text.chars, libtorch->text.chars);
}

ct_status saved_file_writer(const saved_file *file, char **out)
{
    const char *path = file_map_path(file->map);
    const zip_entry *entry = file->folder ? zip_find_in(&file->zip, file->folder, "ctorch/version") : NULL;
    ct_status status = entry ? zip_verify(entry, path) : CT_OK;
    if (status != CT_OK)
        return status;
    *out = file->folder ? writer_in_entry(entry) : writer_in_metadata(file->metadata);
    return *out ? CT_OK : core_fail(CT_ERROR_MEMORY, "%s: out of memory", path);
}
