/* formats/pt_extra.c: what stands in an archive beside what torch.load reads: under extra/ TorchScript's _extra_files,
 * and those of ct_save; and what wrote it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/saved_reader.h"
#include "formats/utf8.h"

#include "core/error.h"
#include "core/text.h"
#include "formats/zip.h"

#include <string.h>

enum { WRITER_MAX = 256 }; /* what is longer was not written by ctorch */

/* ---- entries of a zip archive ---- */

static bool is_zip(const saved_file *file)
{
    return file->format == SAVED_ZIP || file->format == SAVED_TORCHSCRIPT;
}

/* Whether an entry is FOLDER/inner/name. */
static bool is_entry(const zip_entry *entry, const char *inner, const char *name)
{
    const char *slash = strchr(entry->name, '/');
    size_t length = strlen(inner);
    return slash && strncmp(slash + 1, inner, length) == 0 && slash[1 + length] == '/' &&
           strcmp(slash + 1 + length + 1, name) == 0;
}

/* The bytes of FOLDER/inner/name, NULL where there is none. */
static ct_status entry_read(const saved_file *file, const char *inner, const char *name, const unsigned char **bytes,
                            size_t *size)
{
    zip_archive zip = {NULL, 0};
    const zip_entry *found = NULL;
    ct_status status = zip_open(&zip, file->map);
    for (size_t i = 0; i < zip.count && !found; i++)
        found = is_entry(&zip.entries[i], inner, name) ? &zip.entries[i] : NULL;
    if (found)
        status = zip_verify(found, file_map_path(file->map));
    *bytes = found ? found->bytes : NULL;
    *size = found ? found->size : 0;
    zip_close(&zip);
    return status;
}

ct_status saved_file_extra(const saved_file *file, const char *name, const unsigned char **bytes, size_t *size)
{
    const char *path = file_map_path(file->map);
    if (!is_zip(file))
        return core_fail(CT_ERROR_KEY, "%s: has no extra file '%s': it is no zip archive", path, name);
    ct_status status = entry_read(file, "extra", name, bytes, size);
    return status == CT_OK && !*bytes ? core_fail(CT_ERROR_KEY, "%s: has no extra file '%s'", path, name) : status;
}

/* ---- the writer ---- */

/* "" where the file does not say; NULL when memory is out. */
static char *writer_in_zip(const unsigned char *bytes, size_t size)
{
    bool good = bytes && size < WRITER_MAX && utf8_valid_strictly(bytes, size);
    char *text = text_format("%.*s", good ? (int)size : 0, good ? (const char *)bytes : "");
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
    const unsigned char *bytes = NULL;
    size_t size = 0;
    ct_status status = is_zip(file) ? entry_read(file, "ctorch", "version", &bytes, &size) : CT_OK;
    if (status != CT_OK)
        return status;
    *out = is_zip(file) ? writer_in_zip(bytes, size) : writer_in_metadata(file->metadata);
    return *out ? CT_OK : core_fail(CT_ERROR_MEMORY, "%s: out of memory", file_map_path(file->map));
}
