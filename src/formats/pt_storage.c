/* formats/pt_storage.c: see pt_storage.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pt_storage.h"

#include <string.h>

static const struct {
    const char *name;
    ct_dtype dtype;
} classes[] = {
    {"ByteStorage", CT_UINT8},
    {"CharStorage", CT_INT8},
    {"ShortStorage", CT_INT16},
    {"IntStorage", CT_INT32},
    {"LongStorage", CT_INT64},
    {"HalfStorage", CT_FLOAT16},
    {"FloatStorage", CT_FLOAT32},
    {"DoubleStorage", CT_FLOAT64},
    {"ComplexFloatStorage", CT_COMPLEX64},
    {"ComplexDoubleStorage", CT_COMPLEX128},
    {"BoolStorage", CT_BOOL},
    {"BFloat16Storage", CT_BFLOAT16},
    {"QInt8Storage", CT_QINT8},
    {"QUInt8Storage", CT_QUINT8},
    {"QInt32Storage", CT_QINT32},
    {"QUInt4x2Storage", CT_QUINT4X2},
    {"QUInt2x4Storage", CT_QUINT2X4},
    {"UntypedStorage", CT_UINT8}, /* counts bytes */
    {"_UntypedStorage", CT_UINT8},
};

/* CT_DTYPE_NONE for a class that ctorch has no element type for. */
static ct_dtype class_dtype(const record *class_)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(class_->global.name, classes[i].name) == 0)
            return classes[i].dtype;
    return CT_DTYPE_NONE;
}

/* The bytes that so many elements take; false when they cannot be counted. */
static bool count_bytes(const record *count, ct_dtype dtype, size_t *bytes)
{
    return count->kind == RECORD_INT && count->integer >= 0 && (uintmax_t)count->integer <= SIZE_MAX &&
           !__builtin_mul_overflow((size_t)count->integer, ct_dtype_size(dtype), bytes) && *bytes <= PTRDIFF_MAX;
}

/* A string that C sees the whole of. No key has been longer than a number's digits. */
static bool is_key(const record *r)
{
    enum { KEY_MAX = 1024 };
    return r->kind == RECORD_STRING && r->text.size <= KEY_MAX && strlen(r->text.chars) == r->text.size;
}

static ct_status read_view(pickle_vm *vm, const record *view, pt_storage_claim *claim)
{
    record *const *part = view->list.items;
    ct_dtype dtype = claim->storage.dtype;
    if (view->kind == RECORD_NONE)
        return CT_OK;
    if (view->kind != RECORD_TUPLE || view->list.count != 3 || !is_key(part[0]))
        return pickle_fail(vm, "a storage's view must be (key, offset, size), not %s", record_kind_name(view));
    if (!count_bytes(part[1], dtype, &claim->view_offset) || !count_bytes(part[2], dtype, &claim->view_size) ||
        claim->view_offset > claim->storage.size || claim->view_size > claim->storage.size - claim->view_offset)
        return pickle_fail(vm, "view %s runs past the end of storage %s", part[0]->text.chars, claim->storage.key);
    claim->view_key = part[0]->text.chars;
    return CT_OK;
}

ct_status pt_storage_read_id(pickle_vm *vm, const record *id, pt_storage_claim *claim)
{
    record *const *part = id->list.items;
    if (id->kind != RECORD_TUPLE || id->list.count < 5 || id->list.count > 6 || !record_is_string(part[0], "storage") ||
        part[1]->kind != RECORD_GLOBAL || !is_key(part[2]) || part[3]->kind != RECORD_STRING ||
        part[4]->kind != RECORD_INT)
        return pickle_fail(vm, "a persistent id must be ('storage', class, key, location, numel)");
    if (strncmp(part[1]->global.module, "torch", 5) != 0)
        return pickle_fail(vm, "%s.%s is no class of storages", part[1]->global.module, part[1]->global.name);
    *claim = (pt_storage_claim){
        .storage = {.dtype = class_dtype(part[1]), .key = part[2]->text.chars, .location = part[3]->text.chars}};
    if (!count_bytes(part[4], claim->storage.dtype, &claim->storage.size))
        return pickle_fail(vm, "storage %s cannot have %jd elements", claim->storage.key, (intmax_t)part[4]->integer);
    return id->list.count == 6 ? read_view(vm, part[5], claim) : CT_OK;
}

const char *pt_storage_class(ct_dtype dtype)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (classes[i].dtype == dtype)
            return classes[i].name;
    return NULL;
}
