/* tests/archive_walk.h: looks at all that a file holds, as far as a program may ask for it.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_ARCHIVE_WALK_H
#define CTORCH_TESTS_ARCHIVE_WALK_H

#include <ctorch.h>

/* Tensors of more elements are views of a few bytes, say; nobody sums them up. */
enum { WALK_DEPTH = 20, WALK_PARTS = 200, WALK_ELEMENTS = 1 << 16 };

/* Every byte of a tensor is read once, whatever its layout; what libtorch refuses is a failure of this scope alone. */
static void walk_tensor(ct_value v)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_value_to_tensor(v);
    ct_tensor_to_string(x);
    if (x && ct_tensor_numel(x) > 0 && ct_tensor_numel(x) < WALK_ELEMENTS)
        ct_contiguous(ct_tensor_layout(x) == CT_STRIDED ? x : ct_to_dense(x));
    ct_scope_catch(scope);
}

static void walk_value(ct_value v, int depth)
{
    size_t n = v.kind >= CT_VALUE_LIST && v.kind <= CT_VALUE_OBJECT && v.kind != CT_VALUE_BYTES ? ct_value_size(v) : 0;
    if (v.kind == CT_VALUE_TENSOR && v.as.tensor)
        walk_tensor(v);
    for (size_t i = 0; depth < WALK_DEPTH && i < n && i < WALK_PARTS; i++) {
        ct_scope *scope = ct_scope_begin();
        walk_value(ct_value_at(v, (int64_t)i), depth + 1);
        ct_scope_catch(scope);
    }
}

/* Opens a copy of just that size, so that the sanitizer sees its end. */
static ct_archive *walk_open(const void *bytes, size_t size)
{
    void *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    return ct_archive_open_memory(copy, size, .name = "m.pt", .deleter = free, .user = copy);
}

/* Opens a file in memory and looks at everything, which frees it; what can be refused may be. Returns whether it was
 * opened. */
static bool walk_archive(const void *bytes, size_t size)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = walk_open(bytes, size);
    bool opened = archive != NULL;
    if (opened) {
        ct_value_to_string(ct_archive_root(archive));
        ct_archive_writer(archive);
        walk_value(ct_archive_root(archive), 0);
        walk_value(ct_archive_attributes(archive), 0);
        walk_value(ct_archive_metadata(archive), 0);
        ct_archive_state_dict(archive, NULL);
    }
    ct_scope_catch(scope);
    return opened;
}

#endif
