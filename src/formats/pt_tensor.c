/* formats/pt_tensor.c: see pt_tensor.h.
 * Sizes, strides and offsets are claims: each is checked against the storage before it becomes a pointer.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pt_tensor.h"

#include "core/error.h"

#include <string.h>

/* ---- tensors ---- */

/* Copies a tuple of sizes or strides. NULL on failure. */
static int64_t *copy_dims(pickle_vm *vm, const record *tuple, const char *what)
{
    int64_t *dims = record_alloc(pickle_pool(vm), (tuple->list.count + 1) * sizeof *dims);
    for (size_t i = 0; dims && i < tuple->list.count; i++) {
        const record *item = tuple->list.items[i];
        if (item->kind != RECORD_INT || item->integer < 0) {
            pickle_fail(vm, "%s %zu of a tensor is not a number from 0 up", what, i);
            return NULL;
        }
        dims[i] = item->integer;
    }
    return dims;
}

static ct_status count_elements(pickle_vm *vm, record_tensor *t)
{
    t->numel = 1;
    for (size_t i = 0; i < t->ndim; i++)
        if (t->shape[i] == 0)
            t->numel = 0;
    for (size_t i = 0; i < t->ndim; i++)
        if (t->numel && __builtin_mul_overflow(t->numel, t->shape[i], &t->numel))
            return pickle_fail(vm, "a tensor has more elements than 64 bits can count");
    return CT_OK;
}

/* The bytes of a quantized tensor with several elements in one. libtorch has each row begin with a byte of its own. */
static ct_status count_packed(pickle_vm *vm, const record_tensor *t, int64_t offset, int64_t elements, int64_t *bytes)
{
    int64_t row = t->ndim ? t->shape[t->ndim - 1] : 1, expected = 1;
    for (size_t i = t->ndim; i-- > 0; expected *= t->shape[i])
        if (t->shape[i] != 1 && t->strides[i] != expected)
            offset = -1;
    if (offset != 0)
        return pickle_refuse(vm, CT_ERROR_NOT_IMPLEMENTED, "a view of a tensor of %s; save t.contiguous() instead",
                             ct_dtype_name(t->dtype));
    *bytes = t->numel / row * (row / elements + (row % elements != 0));
    return CT_OK;
}

/* Sets *bytes to how far a tensor reaches from the beginning of the storage that it was given. */
static ct_status count_reach(pickle_vm *vm, const record_tensor *t, int64_t offset, int64_t *bytes)
{
    if (t->dtype == CT_QUINT4X2 || t->dtype == CT_QUINT2X4)
        return count_packed(vm, t, offset, t->dtype == CT_QUINT4X2 ? 2 : 4, bytes);
    int64_t last = offset;
    bool overflow = false;
    for (size_t i = 0; i < t->ndim; i++) {
        int64_t way;
        overflow |= __builtin_mul_overflow(t->shape[i] - 1, t->strides[i], &way);
        overflow |= __builtin_add_overflow(last, way, &last);
    }
    overflow |= __builtin_add_overflow(last, 1, bytes);
    overflow |= __builtin_mul_overflow(*bytes, (int64_t)ct_dtype_size(t->dtype), bytes);
    if (overflow)
        *bytes = INT64_MAX;
    return CT_OK;
}

/* Sets storage, offset and nbytes: the bytes from the first element to the end of the last, which must lie within the
 * storage that was given. */
static ct_status lay_over_storage(pickle_vm *vm, record_tensor *t, record_storage *given, int64_t offset)
{
    record_storage *whole = given->base ? (record_storage *)given->base : given;
    t->storage = whole;
    t->offset = given->base ? given->offset : 0;
    if (t->numel == 0)
        return CT_OK;
    int64_t reach = 0;
    ct_status status = count_reach(vm, t, offset, &reach);
    if (status != CT_OK)
        return status;
    if ((uintmax_t)reach > given->size)
        return pickle_fail(vm, "a tensor runs past the end of its storage %s, which has %zu bytes", given->key,
                           given->size);
    size_t begin = (size_t)offset * ct_dtype_size(t->dtype);
    t->offset += begin;
    t->nbytes = (size_t)reach - begin;
    /* An untyped storage learns from its tensors how large its numbers are. */
    if (record_dtype_unit(t->dtype) > whole->unit)
        whole->unit = record_dtype_unit(t->dtype);
    return CT_OK;
}

ct_status pt_tensor_make(pickle_vm *vm, const record *args, ct_dtype dtype, record_tensor **tensor, record **out)
{
    record *const *arg = args->list.items;
    if (args->list.count < 4 || arg[0]->kind != RECORD_STORAGE || arg[1]->kind != RECORD_INT || arg[1]->integer < 0 ||
        arg[2]->kind != RECORD_TUPLE || arg[3]->kind != RECORD_TUPLE)
        return pickle_fail(vm, "a tensor needs a storage, an offset from 0 up, and tuples of sizes and strides");
    if (arg[2]->list.count != arg[3]->list.count || arg[2]->list.count > PT_DIMS_MAX)
        return pickle_fail(vm, "a tensor has %zu sizes and %zu strides; they must be as many, and at most %d",
                           arg[2]->list.count, arg[3]->list.count, PT_DIMS_MAX);
    record *r = record_new(pickle_pool(vm), RECORD_TENSOR);
    record_tensor *t = r ? record_alloc(pickle_pool(vm), sizeof *t) : NULL;
    if (!t)
        return ct_error_code();
    *t = (record_tensor){.dtype = dtype, .ndim = arg[2]->list.count};
    if (!(t->shape = copy_dims(vm, arg[2], "size")) || !(t->strides = copy_dims(vm, arg[3], "stride")))
        return ct_error_code();
    ct_status status = count_elements(vm, t);
    if (status == CT_OK)
        status = lay_over_storage(vm, t, arg[0]->storage, arg[1]->integer);
    if (status != CT_OK)
        return status;
    r->tensor = *tensor = t;
    *out = r;
    return CT_OK;
}

ct_dtype pt_dtype(const record *r)
{
    for (int dtype = CT_UINT8; ct_dtype_size((ct_dtype)dtype) > 0; dtype++)
        if (record_is_global(r, "torch", ct_dtype_name((ct_dtype)dtype) + strlen("torch.")))
            return (ct_dtype)dtype;
    return CT_DTYPE_NONE;
}

static bool is_set(const record *metadata, const char *name)
{
    const record *value = record_get(metadata, name);
    return value && value->kind == RECORD_BOOL && value->boolean;
}

/* Metadata says whether the values are to be conjugated or negated when they are read. */
static ct_status read_metadata(pickle_vm *vm, const record *metadata, record_tensor *t)
{
    ct_status status = metadata->kind == RECORD_DICT ? pickle_spend(vm, 2 * metadata->dict.count) : CT_OK;
    if (status != CT_OK)
        return status;
    t->conj = is_set(metadata, "conj");
    t->neg = is_set(metadata, "neg");
    return CT_OK;
}

/* _rebuild_tensor(storage, offset, size, stride), _v2(..., requires_grad, backward_hooks[, metadata]), and _v3(...,
 * requires_grad, backward_hooks, dtype[, metadata]), which newer releases write for element types that have no class
 * of storages. */
static ct_status rebuild_tensor(pickle_vm *vm, const record *args, size_t version, record **out)
{
    static const size_t least[] = {0, 4, 6, 7};
    record *const *arg = args->list.items;
    size_t count = args->list.count, required = least[version];
    if (count < required || arg[0]->kind != RECORD_STORAGE || (version > 1 && arg[4]->kind != RECORD_BOOL))
        return pickle_fail(
            vm, "the arguments of _rebuild_tensor are not a storage, an offset, sizes, strides and the like");
    ct_dtype dtype = version == 3 ? pt_dtype(arg[6]) : arg[0]->storage->dtype;
    if (dtype == CT_DTYPE_NONE)
        return CT_OK; /* stays an object: the rest of the file may be of use */
    record_tensor *t;
    ct_status status = pt_tensor_make(vm, args, dtype, &t, out);
    if (status != CT_OK || version == 1)
        return status;
    t->requires_grad = arg[4]->boolean;
    return count > required ? read_metadata(vm, arg[required], t) : CT_OK;
}

static ct_status rebuild_tensor_v1(pickle_vm *vm, const record *args, record **out)
{
    return rebuild_tensor(vm, args, 1, out);
}

static ct_status rebuild_tensor_v2(pickle_vm *vm, const record *args, record **out)
{
    return rebuild_tensor(vm, args, 2, out);
}

static ct_status rebuild_tensor_v3(pickle_vm *vm, const record *args, record **out)
{
    return rebuild_tensor(vm, args, 3, out);
}

/* ---- parameters and subclasses ---- */

/* _rebuild_parameter(data, requires_grad, backward_hooks), and ..._with_state with one more. A record of its own, as
 * Python makes an object of its own: the tensor that is given is shared with whoever else has it. */
static ct_status rebuild_parameter(pickle_vm *vm, const record *args, record **out)
{
    record *const *arg = args->list.items;
    if (args->list.count < 3 || arg[1]->kind != RECORD_BOOL)
        return pickle_fail(vm, "the arguments of _rebuild_parameter are not a tensor, requires_grad and hooks");
    if (arg[0]->kind != RECORD_TENSOR)
        return CT_OK;
    record *r = record_new(pickle_pool(vm), RECORD_TENSOR);
    record_tensor *t = r ? record_alloc(pickle_pool(vm), sizeof *t) : NULL;
    if (!t)
        return ct_error_code();
    *t = *arg[0]->tensor;
    t->is_parameter = true;
    t->requires_grad = arg[1]->boolean;
    r->tensor = t;
    r->state = args->list.count > 3 ? arg[3] : NULL;
    *out = r;
    return CT_OK;
}

/* torch.Size((2, 3)) is a tuple. */
static ct_status rebuild_size(pickle_vm *vm, const record *args, record **out)
{
    if (args->list.count != 1 || args->list.items[0]->kind != RECORD_TUPLE)
        return pickle_fail(vm, "the argument of torch.Size is not a tuple");
    *out = args->list.items[0];
    return CT_OK;
}

static pt_rebuild find_rebuild(const record *callable)
{
    static const struct {
        const char *module, *name;
        pt_rebuild make;
    } known[] = {
        {"torch._utils", "_rebuild_tensor", rebuild_tensor_v1},
        {"torch._utils", "_rebuild_tensor_v2", rebuild_tensor_v2},
        {"torch._utils", "_rebuild_tensor_v3", rebuild_tensor_v3},
        {"torch._utils", "_rebuild_parameter", rebuild_parameter},
        {"torch._utils", "_rebuild_parameter_with_state", rebuild_parameter},
        {"torch._utils", "_rebuild_qtensor", pt_rebuild_qtensor},
        {"torch._utils", "_rebuild_sparse_tensor", pt_rebuild_sparse},
        {"torch._utils", "_rebuild_sparse_csr_tensor", pt_rebuild_sparse},
        {"torch._utils", "_rebuild_nested_tensor", pt_rebuild_nested},
        {"torch._utils", "_rebuild_device_tensor_from_numpy", pt_rebuild_on_device},
        {"torch._utils", "_rebuild_device_tensor_from_cpu_tensor", pt_rebuild_on_device},
        {"torch._utils", "_rebuild_xla_tensor", pt_rebuild_on_device},
        {"torch.serialization", "_get_layout", pt_rebuild_layout},
        {"torch.jit._pickle", "build_intlist", pt_rebuild_typed},
        {"torch.jit._pickle", "build_doublelist", pt_rebuild_typed},
        {"torch.jit._pickle", "build_boollist", pt_rebuild_typed},
        {"torch.jit._pickle", "build_tensorlist", pt_rebuild_typed},
        {"torch.jit._pickle", "restore_type_tag", pt_rebuild_typed},
        {"torch", "Size", rebuild_size},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (record_is_global(callable, known[i].module, known[i].name))
            return known[i].make;
    return NULL;
}

/* _rebuild_from_type_v2(function, class, arguments, state), and without "_v2" in PyTorch 1.7 to 1.10: a tensor of a
 * subclass, or with attributes. */
static ct_status rebuild_from_type(pickle_vm *vm, const record *args, record **out)
{
    record *const *arg = args->list.items;
    if (args->list.count != 4 || arg[2]->kind != RECORD_TUPLE)
        return pickle_fail(vm,
                           "the arguments of _rebuild_from_type are not a function, a class, arguments and a state");
    pt_rebuild make = find_rebuild(arg[0]);
    if (!make)
        return CT_OK;
    record *made = NULL;
    ct_status status = make(vm, arg[2], &made);
    if (status != CT_OK || !made || made->kind != RECORD_TENSOR)
        return status;
    made->state = arg[3];
    *out = made;
    return CT_OK;
}

static bool is_from_type(const record *callable)
{
    return record_is_global(callable, "torch._tensor", "_rebuild_from_type_v2") ||
           record_is_global(callable, "torch._tensor", "_rebuild_from_type") ||
           record_is_global(callable, "torch.tensor", "_rebuild_from_type");
}

ct_status pt_tensor_call(void *user, pickle_vm *vm, const record *callable, const record *args, record **out)
{
    (void)user;
    if (is_from_type(callable))
        return rebuild_from_type(vm, args, out);
    pt_rebuild make = find_rebuild(callable);
    return make ? make(vm, args, out) : CT_OK;
}
