/* formats/pt_tensor.c: see pt_tensor.h.
 * Sizes, strides and offsets are claims: each is checked against the storage before it becomes a pointer.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pt_tensor.h"

#include "core/error.h"

#include <string.h>

enum { DIMS_MAX = 64 }; /* libtorch's own limit in its iterators */

/* ---- storages ---- */

static const struct {
    const char *name;
    ct_dtype dtype;
} storage_classes[] = {
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
    {"UntypedStorage", CT_UINT8}, /* counts bytes */
};

/* CT_DTYPE_NONE for torch.QInt8Storage and others that ctorch has no element type for. */
static ct_dtype storage_dtype(const record *class_)
{
    for (size_t i = 0; i < sizeof storage_classes / sizeof *storage_classes; i++)
        if (strcmp(class_->global.name, storage_classes[i].name) == 0)
            return storage_classes[i].dtype;
    return CT_DTYPE_NONE;
}

ct_status pt_storage_id(pickle_vm *vm, const record *id, record_storage *storage)
{
    record *const *part = id->list.items;
    if (id->kind != RECORD_TUPLE || id->list.count != 5 || !record_is_string(part[0], "storage") ||
        part[1]->kind != RECORD_GLOBAL || part[2]->kind != RECORD_STRING || part[3]->kind != RECORD_STRING ||
        part[4]->kind != RECORD_INT)
        return pickle_fail(vm, "a persistent id must be ('storage', class, key, location, numel)");
    if (strncmp(part[1]->global.module, "torch", 5) != 0)
        return pickle_fail(vm, "%s.%s is no class of storages", part[1]->global.module, part[1]->global.name);
    *storage =
        (record_storage){.dtype = storage_dtype(part[1]), .key = part[2]->text.chars, .location = part[3]->text.chars};
    int64_t nbytes;
    if (part[4]->integer < 0 ||
        __builtin_mul_overflow(part[4]->integer, (int64_t)ct_dtype_size(storage->dtype), &nbytes) ||
        (uintmax_t)nbytes > SIZE_MAX)
        return pickle_fail(vm, "storage %s cannot have %jd elements", storage->key, (intmax_t)part[4]->integer);
    storage->size = (size_t)nbytes;
    return CT_OK;
}

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

/* Sets data and nbytes: the bytes from the first element to the end of the last, which must lie within the storage. */
static ct_status lay_over_storage(pickle_vm *vm, record_tensor *t, int64_t offset)
{
    t->data = t->storage->bytes;
    if (t->numel == 0)
        return CT_OK;
    int64_t last = offset, end;
    bool overflow = false;
    for (size_t i = 0; i < t->ndim; i++) {
        int64_t way;
        overflow |= __builtin_mul_overflow(t->shape[i] - 1, t->strides[i], &way);
        overflow |= __builtin_add_overflow(last, way, &last);
    }
    int64_t element = (int64_t)ct_dtype_size(t->dtype);
    overflow |= __builtin_add_overflow(last, 1, &end) || __builtin_mul_overflow(end, element, &end);
    if (overflow || (uintmax_t)end > t->storage->size)
        return pickle_fail(vm, "a tensor runs past the end of its storage %s, which has %zu bytes", t->storage->key,
                           t->storage->size);
    t->data += offset * element;
    t->nbytes = (size_t)(end - offset * element);
    return CT_OK;
}

/* True where the metadata of a tensor asks for its values to be conjugated or negated when they are read. */
static bool is_lazy(const record *metadata)
{
    const record *conj = record_get(metadata, "conj"), *neg = record_get(metadata, "neg");
    return (conj && conj->kind == RECORD_BOOL && conj->boolean) || (neg && neg->kind == RECORD_BOOL && neg->boolean);
}

/* The part that all _rebuild_tensor functions share: args begin with storage, offset, size, stride. */
static ct_status make_tensor(pickle_vm *vm, const record *args, ct_dtype dtype, bool requires_grad, record **out)
{
    record *const *arg = args->list.items;
    if (arg[1]->kind != RECORD_INT || arg[1]->integer < 0 || arg[2]->kind != RECORD_TUPLE ||
        arg[3]->kind != RECORD_TUPLE)
        return pickle_fail(vm, "a tensor needs an offset from 0 up, and tuples of sizes and strides");
    if (arg[2]->list.count != arg[3]->list.count || arg[2]->list.count > DIMS_MAX)
        return pickle_fail(vm, "a tensor has %zu sizes and %zu strides; they must be as many, and at most %d",
                           arg[2]->list.count, arg[3]->list.count, DIMS_MAX);
    record *r = record_new(pickle_pool(vm), RECORD_TENSOR);
    record_tensor *t = r ? record_alloc(pickle_pool(vm), sizeof *t) : NULL;
    if (!t)
        return ct_error_code();
    *t = (record_tensor){
        .storage = arg[0]->storage, .dtype = dtype, .ndim = arg[2]->list.count, .requires_grad = requires_grad};
    if (!(t->shape = copy_dims(vm, arg[2], "size")) || !(t->strides = copy_dims(vm, arg[3], "stride")))
        return ct_error_code();
    ct_status status = count_elements(vm, t);
    if (status == CT_OK)
        status = lay_over_storage(vm, t, arg[1]->integer);
    if (status != CT_OK)
        return status;
    r->tensor = t;
    *out = r;
    return CT_OK;
}

static ct_dtype dtype_of_global(const record *r)
{
    for (int dtype = CT_UINT8; ct_dtype_size((ct_dtype)dtype) > 0; dtype++)
        if (record_is_global(r, "torch", ct_dtype_name((ct_dtype)dtype) + strlen("torch.")))
            return (ct_dtype)dtype;
    return CT_DTYPE_NONE;
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
    if (version > 1 && count > required && is_lazy(arg[required]))
        return pickle_refuse(vm, CT_ERROR_NOT_IMPLEMENTED,
                             "a tensor is a lazy conjugate or negative; save t.resolve_conj().resolve_neg() instead");
    ct_dtype dtype = version == 3 ? dtype_of_global(arg[6]) : arg[0]->storage->dtype;
    if (dtype == CT_DTYPE_NONE)
        return CT_OK; /* stays an object: the rest of the file may be of use */
    return make_tensor(vm, args, dtype, version > 1 && arg[4]->boolean, out);
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

typedef ct_status (*rebuild)(pickle_vm *vm, const record *args, record **out);

static rebuild find_rebuild(const record *callable)
{
    static const struct {
        const char *module, *name;
        rebuild make;
    } known[] = {
        {"torch._utils", "_rebuild_tensor", rebuild_tensor_v1},
        {"torch._utils", "_rebuild_tensor_v2", rebuild_tensor_v2},
        {"torch._utils", "_rebuild_tensor_v3", rebuild_tensor_v3},
        {"torch._utils", "_rebuild_parameter", rebuild_parameter},
        {"torch._utils", "_rebuild_parameter_with_state", rebuild_parameter},
        {"torch", "Size", rebuild_size},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (record_is_global(callable, known[i].module, known[i].name))
            return known[i].make;
    return NULL;
}

/* _rebuild_from_type_v2(function, class, arguments, state): a tensor of a subclass, or with attributes. */
static ct_status rebuild_from_type(pickle_vm *vm, const record *args, record **out)
{
    record *const *arg = args->list.items;
    if (args->list.count != 4 || arg[2]->kind != RECORD_TUPLE)
        return pickle_fail(vm,
                           "the arguments of _rebuild_from_type are not a function, a class, arguments and a state");
    rebuild make = find_rebuild(arg[0]);
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

ct_status pt_tensor_call(void *user, pickle_vm *vm, const record *callable, const record *args, record **out)
{
    (void)user;
    if (record_is_global(callable, "torch._tensor", "_rebuild_from_type_v2"))
        return rebuild_from_type(vm, args, out);
    rebuild make = find_rebuild(callable);
    return make ? make(vm, args, out) : CT_OK;
}
