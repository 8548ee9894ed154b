// saved_tensors.cpp: the tensors of a saved file.
// SPDX-License-Identifier: BSD-3-Clause
#include "saved_tensors.hpp"

#include <ctorch/error.h>

namespace ct {

namespace {

void release(void *file)
{
    saved_file_release(static_cast<saved_file *>(file));
}

// As from_blob makes it: no operator runs, so that autograd sees no view, and none is slow.
at::Tensor strided(const at::Storage &storage, at::ScalarType type, int64_t offset, at::IntArrayRef sizes,
                   at::IntArrayRef strides)
{
    at::Tensor made = at::detail::make_tensor<c10::TensorImpl>(
        c10::Storage(storage), c10::DispatchKeySet(c10::DispatchKey::CPU), c10::scalarTypeToTypeMeta(type));
    made.unsafeGetTensorImpl()->set_storage_offset(offset);
    made.unsafeGetTensorImpl()->set_sizes_and_strides(sizes, strides);
    return made;
}

// The storage's memory; it may have to be copied, for which there may be no room.
unsigned char *bytes_of(const record_storage *s)
{
    unsigned char *bytes = record_storage_bytes(s);
    if (!bytes && s->size > 0)
        fail(CT_ERROR_MEMORY, ct_error_message());
    return bytes;
}

at::ScalarType type_of_elements(ct_dtype dtype)
{
    if (dtype == CT_DTYPE_NONE)
        fail(CT_ERROR_NOT_IMPLEMENTED, "its elements are of a type that ctorch has not");
    return scalar_type(dtype);
}

// ---- Quantized tensors ----

double number(const record *r)
{
    return r->kind == RECORD_INT ? static_cast<double>(r->integer) : r->real;
}

at::Tensor numbers(const record *list, at::ScalarType type)
{
    std::vector<double> values;
    for (size_t i = 0; i < list->list.count; i++)
        values.push_back(number(list->list.items[i]));
    return at::tensor(values).to(type);
}

// An empty tensor with a file's (scheme, scale, zero_point) or (scheme, scales, zero_points, axis).
at::Tensor empty_quantized(SavedTensors &tensors, const record_tensor &t, at::ScalarType type)
{
    const record *const *part = t.quantizer->list.items;
    at::TensorOptions options = at::TensorOptions().dtype(type);
    if (record_is_global(part[0], "torch", "per_tensor_affine"))
        return at::_empty_affine_quantized({0}, options, number(part[1]), part[2]->integer);
    bool has_real_zeros = record_is_global(part[0], "torch", "per_channel_affine_float_qparams");
    auto parameters = [&](const record *r, at::ScalarType listed) {
        return r->kind == RECORD_TENSOR ? tensors.tensor(r) : numbers(r, listed);
    };
    at::Tensor scales = parameters(part[1], has_real_zeros ? at::kFloat : at::kDouble);
    at::Tensor zeros = parameters(part[2], has_real_zeros ? at::kFloat : at::kLong);
    int64_t axis = part[3]->integer;
    // libtorch reads a scale for each index of the axis, however many there are.
    if (axis < 0 || axis >= static_cast<int64_t>(t.ndim) || scales.numel() != t.shape[axis] ||
        zeros.numel() != t.shape[axis])
        fail(CT_ERROR_FORMAT, "it is quantized by channels, of which it has not one for each scale");
    return at::_empty_per_channel_affine_quantized(std::vector<int64_t>(t.ndim, 0), scales, zeros, axis, options);
}

} // namespace

const at::Storage &SavedTensors::storage(const record_storage *s)
{
    at::Storage &kept = storages[s];
    if (!kept) {
        unsigned char *bytes = bytes_of(s); // which may fail, before the file is retained
        kept = at::Storage(at::Storage::use_byte_size_t(), s->size,
                           at::DataPtr(bytes, saved_file_retain(file), release, at::kCPU), /*allocator=*/nullptr,
                           /*resizable=*/false);
    }
    return kept;
}

at::Tensor SavedTensors::made(const record_tensor &t)
{
    at::ScalarType type = type_of_elements(t.dtype);
    auto offset = static_cast<int64_t>(t.offset / ct_dtype_size(t.dtype));
    at::IntArrayRef sizes(t.shape, t.ndim), strides(t.strides, t.ndim);
    if (t.quantizer)
        return empty_quantized(*this, t, type).set_(storage(t.storage), offset, sizes, strides);
    if (t.conj && !at::isComplexType(type))
        fail(CT_ERROR_FORMAT, "it is the conjugate of what is not complex");
    at::Tensor tensor = strided(storage(t.storage), type, offset, sizes, strides);
    tensor._set_conj(t.conj);
    tensor._set_neg(t.neg);
    return leaf(tensor, t.requires_grad);
}

const at::Tensor &SavedTensors::tensor(const record *r)
{
    auto found = tensors.find(r);
    return found != tensors.end() ? found->second : tensors.emplace(r, made(*r->tensor)).first->second;
}

bool SavedTensors::is_copied(const record *r)
{
    return !record_storage_is_in_place(r->kind == RECORD_TENSOR ? r->tensor->storage : r->storage);
}

at::Tensor SavedTensors::description(const record *r)
{
    at::Storage nothing(at::Storage::use_byte_size_t(), 0, at::DataPtr(nullptr, at::kCPU), nullptr, false);
    if (r->kind == RECORD_STORAGE) {
        at::ScalarType type = type_of_elements(r->storage->dtype);
        return strided(nothing, type, 0, {static_cast<int64_t>(r->storage->size / ct_dtype_size(r->storage->dtype))},
                       {1});
    }
    const record_tensor &t = *r->tensor;
    return leaf(strided(nothing, type_of_elements(t.dtype), 0, {t.shape, t.ndim}, {t.strides, t.ndim}),
                t.requires_grad);
}

at::Tensor SavedTensors::whole(const record *r)
{
    const record_storage &s = *r->storage;
    at::ScalarType type = type_of_elements(s.dtype);
    auto element = ct_dtype_size(s.dtype);
    return strided(storage(s.base ? s.base : &s), type, static_cast<int64_t>(s.offset / element),
                   {static_cast<int64_t>(s.size / element)}, {1});
}

} // namespace ct
