/* formats/safetensors_writer.c: see safetensors_writer.h. A file is the length of the header, eight bytes; the header,
 * a JSON object, filled up with spaces; and the tensors, those with the largest elements first, so that all are
 * aligned.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/safetensors_writer.h"

#include "core/error.h"
#include "formats/buffer.h"
#include "formats/file_writer.h"
#include "formats/safetensors_dtype.h"
#include "formats/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 8 };

/* ---- JSON ---- */

static void add_text(buffer *b, const char *chars)
{
    buffer_add(b, chars, strlen(chars));
}

static void add_escaped(buffer *b, unsigned char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = memchr(plain, c, sizeof plain - 1);
    char escape[8];
    if (found)
        snprintf(escape, sizeof escape, "\\%c", letters[found - plain]);
    else
        snprintf(escape, sizeof escape, "\\u%04x", c);
    add_text(b, escape);
}

static void add_string(buffer *b, const char *chars)
{
    add_text(b, "\"");
    for (; *chars; chars++) {
        unsigned char c = (unsigned char)*chars;
        if (c < 0x20 || c == '"' || c == '\\')
            add_escaped(b, c);
        else
            buffer_add(b, chars, 1);
    }
    add_text(b, "\"");
}

static void add_pair(buffer *b, const char *before, const char *key, const char *text)
{
    add_text(b, before);
    add_string(b, key);
    add_text(b, ":");
    add_string(b, text);
}

static void add_metadata(buffer *b, const safetensors_pair *metadata, size_t m)
{
    add_text(b, "\"__metadata__\":{");
    for (size_t i = 0; i < m; i++)
        add_pair(b, i ? "," : "", metadata[i].key, metadata[i].text);
    add_text(b, "}");
}

static void add_tensor(buffer *b, const safetensors_image *t, uint64_t at)
{
    const safetensors_dtype *dtype = safetensors_dtype_of(t->dtype);
    char number[64];
    add_string(b, t->name);
    add_pair(b, ":{", "dtype", dtype->name);
    add_text(b, ",\"shape\":[");
    for (size_t i = 0; i < t->ndim; i++) {
        snprintf(number, sizeof number, "%s%" PRId64, i ? "," : "",
                 i + 1 < t->ndim ? t->shape[i] : t->shape[i] * safetensors_per_element(dtype));
        add_text(b, number);
    }
    snprintf(number, sizeof number, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", at, at + t->nbytes);
    add_text(b, number);
}

static void add_header(buffer *b, const safetensors_image *tensors, size_t n, const safetensors_pair *metadata,
                       size_t m)
{
    uint64_t at = 0;
    add_text(b, "{");
    if (m)
        add_metadata(b, metadata, m);
    for (size_t i = 0; i < n; i++) {
        add_text(b, i || m ? "," : "");
        add_tensor(b, &tensors[i], at);
        at += tensors[i].nbytes;
    }
    add_text(b, "}");
    while (b->size % ALIGNMENT && !b->failed)
        add_text(b, " ");
}

/* ---- what may be written ---- */

static bool is_utf8(const char *chars)
{
    return utf8_valid_strictly((const unsigned char *)chars, strlen(chars));
}

static ct_status check(const char *path, const safetensors_image *tensors, size_t n, const safetensors_pair *metadata,
                       size_t m)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(tensors[i].name, "__metadata__") == 0)
            return core_fail(CT_ERROR_VALUE, "%s: a tensor is named __metadata__, which safetensors keeps for itself",
                             path);
        if (!is_utf8(tensors[i].name))
            return core_fail(CT_ERROR_VALUE, "%s: the name of tensor %zu is not UTF-8", path, i);
        if (!safetensors_dtype_of(tensors[i].dtype))
            return core_fail(CT_ERROR_TYPE,
                             "%s: safetensors has no type for %s, the elements of '%s'; convert it first", path,
                             ct_dtype_name(tensors[i].dtype), tensors[i].name);
        if (tensors[i].ndim == 0 && safetensors_per_element(safetensors_dtype_of(tensors[i].dtype)) > 1)
            return core_fail(CT_ERROR_TYPE,
                             "%s: '%s' is a scalar of %s, which safetensors does not hold; give it a size", path,
                             tensors[i].name, ct_dtype_name(tensors[i].dtype));
    }
    for (size_t i = 0; i < m; i++)
        if (!is_utf8(metadata[i].key) || !is_utf8(metadata[i].text))
            return core_fail(CT_ERROR_VALUE, "%s: pair %zu of the metadata is not UTF-8", path, i);
    return CT_OK;
}

static int compare(const void *left, const void *right)
{
    const safetensors_image *a = left, *b = right;
    const safetensors_dtype *da = safetensors_dtype_of(a->dtype), *db = safetensors_dtype_of(b->dtype);
    return da != db ? (da < db) - (da > db) : strcmp(a->name, b->name);
}

/* ---- the file ---- */

static ct_status write_tensors(file_writer *file, const safetensors_image *tensors, size_t n,
                               safetensors_bytes bytes_of, void *user)
{
    ct_status status = CT_OK;
    for (size_t i = 0; i < n && status == CT_OK; i++) {
        const void *bytes = NULL;
        status = bytes_of(user, tensors[i].name, &bytes);
        if (status == CT_OK && tensors[i].nbytes)
            status = file_writer_add(file, bytes, tensors[i].nbytes);
    }
    return status;
}

static ct_status write_file(const char *path, const buffer *header, const safetensors_image *tensors, size_t n,
                            safetensors_bytes bytes_of, void *user)
{
    file_writer *file;
    buffer length = {.bytes = NULL};
    buffer_add_number(&length, header->size, 8);
    ct_status status = header->failed || length.failed ? core_fail(CT_ERROR_MEMORY, "%s: out of memory", path)
                       : header->size > SAFETENSORS_HEADER_MAX
                           ? core_fail(CT_ERROR_VALUE, "%s: names and shapes take %zu bytes, and may take %d", path,
                                       header->size, SAFETENSORS_HEADER_MAX)
                           : file_writer_open(&file, path);
    if (status == CT_OK) {
        status = file_writer_add(file, length.bytes, length.size);
        if (status == CT_OK)
            status = file_writer_add(file, header->bytes, header->size);
        if (status == CT_OK)
            status = write_tensors(file, tensors, n, bytes_of, user);
        if (status == CT_OK)
            status = file_writer_commit(file);
        else
            file_writer_discard(file);
    }
    buffer_free(&length);
    return status;
}

ct_status safetensors_write(const char *path, safetensors_image *tensors, size_t n, const safetensors_pair *metadata,
                            size_t m, safetensors_bytes bytes_of, void *user)
{
    ct_status status = check(path, tensors, n, metadata, m);
    if (status != CT_OK)
        return status;
    buffer header = {.bytes = NULL};
    if (n)
        qsort(tensors, n, sizeof *tensors, compare);
    add_header(&header, tensors, n, metadata, m);
    status = write_file(path, &header, tensors, n, bytes_of, user);
    buffer_free(&header);
    return status;
}
