// record_tensors.cpp: the tensors of a saved file.
// SPDX-License-Identifier: BSD-3-Clause
#include "record_tensors.hpp"

#include "convert.hpp"

namespace ct {

const c10::Storage &RecordTensors::storage_of(const record_storage *saved)
{
    auto found = storages.find(saved);
    if (found != storages.end())
        return found->second;
    saved_file *held = saved_file_retain(file);
    at::Tensor bytes = at::from_blob(
        saved->bytes, {static_cast<int64_t>(saved->size)}, [held](void *) { saved_file_release(held); },
        at::TensorOptions(at::kByte));
    return storages.emplace(saved, bytes.storage()).first->second;
}

at::Tensor RecordTensors::of(const record *saved)
{
    auto found = tensors.find(saved);
    if (found != tensors.end())
        return found->second;
    const record_tensor &t = *saved->tensor;
    if (t.dtype == CT_DTYPE_NONE)
        fail(CT_ERROR_NOT_IMPLEMENTED, "holds elements of a type that ctorch has not");
    auto offset = static_cast<int64_t>(t.data - t.storage->bytes) / static_cast<int64_t>(ct_dtype_size(t.dtype));
    at::Tensor tensor = at::empty({0}, options(t.dtype));
    tensor.set_(storage_of(t.storage), offset, {t.shape, t.ndim}, {t.strides, t.ndim});
    if (t.requires_grad)
        tensor.set_requires_grad(true);
    tensors.emplace(saved, tensor);
    return tensor;
}

} // namespace ct
