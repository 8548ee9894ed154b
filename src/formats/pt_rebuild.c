/* formats/pt_rebuild.c: the functions of torch._utils that make tensors which are not plain memory: quantized, sparse,
 * nested, and those that were on a device of another kind.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pt_tensor.h"

#include "core/error.h"

#include <string.h>

/* ---- quantized tensors ---- */

static bool is_number(const record *r)
{
    return r->kind == RECORD_INT || r->kind == RECORD_FLOAT;
}

/* A parameter of each channel: a tensor, or in PyTorch 1.3 a list of numbers. */
static bool is_per_channel(const record *r, int64_t channels)
{
    if (r->kind == RECORD_TENSOR)
        return r->tensor->ndim == 1 && r->tensor->shape[0] == channels;
    if (r->kind != RECORD_LIST || (uintmax_t)channels != r->list.count)
        return false;
    for (size_t i = 0; i < r->list.count; i++)
        if (!is_number(r->list.items[i]))
            return false;
    return true;
}

static bool is_quantizer(const record *r, const record_tensor *t)
{
    record *const *part = r->list.items;
    if (r->kind != RECORD_TUPLE || r->list.count < 3 || r->list.count > 4)
        return false;
    if (record_is_global(part[0], "torch", "per_tensor_affine"))
        return r->list.count == 3 && is_number(part[1]) && part[2]->kind == RECORD_INT;
    bool per_channel = record_is_global(part[0], "torch", "per_channel_affine") ||
                       record_is_global(part[0], "torch", "per_channel_affine_float_qparams");
    if (!per_channel || r->list.count != 4 || part[3]->kind != RECORD_INT || part[3]->integer < 0 ||
        (uintmax_t)part[3]->integer >= t->ndim)
        return false;
    int64_t channels = t->shape[part[3]->integer];
    return is_per_channel(part[1], channels) && is_per_channel(part[2], channels);
}

/* How many values a look at a quantizer takes. */
static size_t count_steps(const record *quantizer)
{
    size_t steps = 0;
    for (size_t i = 1; quantizer->kind == RECORD_TUPLE && i < quantizer->list.count && i < 3; i++)
        if (quantizer->list.items[i]->kind == RECORD_LIST)
            steps += quantizer->list.items[i]->list.count;
    return steps;
}

/* _rebuild_qtensor(storage, offset, size, stride, quantizer, requires_grad, backward_hooks). */
ct_status pt_rebuild_qtensor(pickle_vm *vm, const record *args, record **out)
{
    record *const *arg = args->list.items;
    if (args->list.count < 7 || arg[0]->kind != RECORD_STORAGE || arg[5]->kind != RECORD_BOOL)
        return pickle_fail(vm, "the arguments of _rebuild_qtensor are not a storage, an offset, sizes, strides, a "
                               "quantizer and the like");
    if (arg[0]->storage->dtype == CT_DTYPE_NONE)
        return CT_OK;
    record_tensor *t;
    record *made;
    ct_status status = pt_tensor_make(vm, args, arg[0]->storage->dtype, &t, &made);
    if (status == CT_OK)
        status = pickle_spend(vm, count_steps(arg[4]));
    if (status != CT_OK)
        return status;
    if (t->dtype < CT_QINT8 || (t->dtype > CT_QINT32 && t->dtype != CT_QUINT4X2 && t->dtype != CT_QUINT2X4))
        return pickle_fail(vm, "a quantized tensor cannot have elements of %s", ct_dtype_name(t->dtype));
    if (!is_quantizer(arg[4], t))
        return pickle_fail(vm, "a quantizer must be (torch.per_tensor_affine, scale, zero_point), or "
                               "(torch.per_channel_affine, scales, zero_points, axis) with one of each for a channel");
    t->quantizer = arg[4];
    t->requires_grad = arg[5]->boolean;
    *out = made;
    return CT_OK;
}

/* ---- sparse and nested tensors: the object stays ---- */

/* A tensor, or one of a type that ctorch does not have. */
static bool may_be_tensor(const record *r)
{
    return r->kind == RECORD_TENSOR || r->kind == RECORD_OBJECT;
}

static bool is_size(const record *r)
{
    if (r->kind != RECORD_TUPLE || r->list.count > PT_DIMS_MAX)
        return false;
    for (size_t i = 0; i < r->list.count; i++)
        if (r->list.items[i]->kind != RECORD_INT || r->list.items[i]->integer < 0)
            return false;
    return true;
}

/* (indices, values, size[, is_coalesced]): an index of each value in each of the sparse dimensions. */
static bool is_coo(const record *data)
{
    record *const *part = data->list.items;
    if (data->list.count < 3 || data->list.count > 4 || !may_be_tensor(part[0]) || !may_be_tensor(part[1]) ||
        !is_size(part[2]))
        return false;
    if (part[0]->kind != RECORD_TENSOR || part[1]->kind != RECORD_TENSOR)
        return true;
    const record_tensor *indices = part[0]->tensor, *values = part[1]->tensor;
    return indices->dtype == CT_INT64 && indices->ndim == 2 && values->ndim >= 1 &&
           indices->shape[1] == values->shape[0] &&
           (uintmax_t)indices->shape[0] == part[2]->list.count - (values->ndim - 1);
}

/* (compressed indices, plain indices, values, size): of CSR, CSC, BSR and BSC. */
static bool is_compressed(const record *data)
{
    record *const *part = data->list.items;
    return data->list.count == 4 && may_be_tensor(part[0]) && may_be_tensor(part[1]) && may_be_tensor(part[2]) &&
           is_size(part[3]) && part[3]->list.count >= 2;
}

/* _rebuild_sparse_tensor(layout, data). */
ct_status pt_rebuild_sparse(pickle_vm *vm, const record *args, record **out)
{
    static const char *const compressed[] = {"sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc"};
    (void)out;
    const record *layout = args->list.count == 2 ? args->list.items[0] : NULL;
    const record *data = layout ? args->list.items[1] : NULL;
    if (!layout || layout->kind != RECORD_GLOBAL || data->kind != RECORD_TUPLE)
        return pickle_fail(vm, "the arguments of _rebuild_sparse_tensor are not a layout and a tuple");
    if (record_is_global(layout, "torch", "sparse_coo"))
        return is_coo(data) ? CT_OK
                            : pickle_fail(vm, "a sparse tensor needs indices, values and a size that fit together");
    for (size_t i = 0; i < sizeof compressed / sizeof *compressed; i++)
        if (record_is_global(layout, "torch", compressed[i]))
            return is_compressed(data) ? CT_OK
                                       : pickle_fail(vm,
                                                     "a tensor of layout torch.%s needs compressed and plain "
                                                     "indices, values and a size",
                                                     compressed[i]);
    return pickle_fail(vm, "%s.%s is no sparse layout", layout->global.module, layout->global.name);
}

/* _rebuild_nested_tensor(buffer, sizes, strides, offsets). */
ct_status pt_rebuild_nested(pickle_vm *vm, const record *args, record **out)
{
    (void)out;
    bool good = args->list.count == 4;
    for (size_t i = 0; good && i < 4; i++)
        good = may_be_tensor(args->list.items[i]) || (i == 3 && args->list.items[i]->kind == RECORD_LIST);
    return good ? CT_OK
                : pickle_fail(vm, "the arguments of _rebuild_nested_tensor are not a buffer, sizes, strides "
                                  "and offsets");
}

/* ---- others ---- */

/* _rebuild_device_tensor_from_numpy(array, dtype, device, requires_grad), and ..._from_cpu_tensor. Where the values
 * would have to be converted the object stays. */
ct_status pt_rebuild_on_device(pickle_vm *vm, const record *args, record **out)
{
    record *const *arg = args->list.items;
    if (args->list.count != 4 || !may_be_tensor(arg[0]) || arg[3]->kind != RECORD_BOOL)
        return pickle_fail(vm, "the arguments of _rebuild_device_tensor are not values, a dtype, a device and "
                               "requires_grad");
    if (arg[0]->kind != RECORD_TENSOR || arg[0]->tensor->dtype != pt_dtype(arg[1]))
        return CT_OK;
    record *r = record_new(pickle_pool(vm), RECORD_TENSOR);
    record_tensor *t = r ? record_alloc(pickle_pool(vm), sizeof *t) : NULL;
    if (!t)
        return ct_error_code();
    *t = *arg[0]->tensor;
    t->requires_grad = arg[3]->boolean;
    r->tensor = t;
    *out = r;
    return CT_OK;
}

/* torch.jit._pickle.build_intlist([...]) and its like, and restore_type_tag(value, type): what they are given, of which
 * TorchScript says the type. */
ct_status pt_rebuild_typed(pickle_vm *vm, const record *args, record **out)
{
    if (args->list.count == 0)
        return pickle_fail(vm, "a value is needed behind which its type stands");
    *out = args->list.items[0];
    return CT_OK;
}

/* torch.serialization._get_layout("torch.sparse_coo") is the constant of that name. */
ct_status pt_rebuild_layout(pickle_vm *vm, const record *args, record **out)
{
    const record *name = args->list.count == 1 ? args->list.items[0] : NULL;
    const size_t prefix = strlen("torch."), longest = 100;
    if (!name || name->kind != RECORD_STRING || name->text.size > longest ||
        strncmp(name->text.chars, "torch.", prefix) != 0 || strlen(name->text.chars) != name->text.size)
        return pickle_fail(vm, "the argument of _get_layout is not the name of a layout");
    record *module = record_new_text(pickle_pool(vm), RECORD_STRING, "torch", prefix - 1);
    record *rest =
        module ? record_new_text(pickle_pool(vm), RECORD_STRING, name->text.chars + prefix, name->text.size - prefix)
               : NULL;
    *out = rest ? record_new_global(pickle_pool(vm), module, rest) : NULL;
    return *out ? CT_OK : ct_error_code();
}
