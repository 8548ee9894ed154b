// dlpack.cpp: include/ctorch/dlpack.h. Our own conversion in place of libtorch's: that of 1.13 and 2.6 knows the older
// form only, and the three releases differ in whose a tensor is when the call fails.
// SPDX-License-Identifier: BSD-3-Clause
#include "data.hpp"

#include <ctorch/dlpack.h>

using namespace ct;

namespace {

// The form that is written here.
constexpr DLPackVersion version = {1, 1};

constexpr struct {
    ct_dtype dtype;
    uint8_t code, bits;
} dtypes[] = {
    {CT_UINT8, kDLUInt, 8},
    {CT_INT8, kDLInt, 8},
    {CT_INT16, kDLInt, 16},
    {CT_INT32, kDLInt, 32},
    {CT_INT64, kDLInt, 64},
    {CT_FLOAT16, kDLFloat, 16},
    {CT_FLOAT32, kDLFloat, 32},
    {CT_FLOAT64, kDLFloat, 64},
    {CT_COMPLEX32, kDLComplex, 32},
    {CT_COMPLEX64, kDLComplex, 64},
    {CT_COMPLEX128, kDLComplex, 128},
    {CT_BOOL, kDLBool, 8},
    {CT_BFLOAT16, kDLBfloat, 16},
    {CT_UINT16, kDLUInt, 16},
    {CT_UINT32, kDLUInt, 32},
    {CT_UINT64, kDLUInt, 64},
    {CT_FLOAT8_E4M3FN, kDLFloat8_e4m3fn, 8},
    {CT_FLOAT8_E5M2, kDLFloat8_e5m2, 8},
    {CT_FLOAT8_E4M3FNUZ, kDLFloat8_e4m3fnuz, 8},
    {CT_FLOAT8_E5M2FNUZ, kDLFloat8_e5m2fnuz, 8},
    {CT_FLOAT8_E8M0FNU, kDLFloat8_e8m0fnu, 8},
};

// ---- To others ----

DLDataType dl_dtype(const at::Tensor &self)
{
    ct_dtype dtype = dtype_of(self.scalar_type());
    for (auto row : dtypes)
        if (row.dtype == dtype)
            return {row.code, row.bits, 1};
    fail(CT_ERROR_TYPE, std::string("DLPack has no element type for ") + ct_dtype_name(dtype));
}

DLDevice dl_device(const at::Tensor &self)
{
    c10::Device device = self.device();
    if (device.is_cpu())
        return {kDLCPU, 0};
    if (device.is_cuda())
        return {kDLCUDA, device.index()};
    fail(CT_ERROR_NOT_IMPLEMENTED, "the tensor is on " + device.str() + "; only the CPU and CUDA are exchanged");
}

// What Python refuses, in its words.
void check_exportable(const at::Tensor &self)
{
    if (self.requires_grad())
        fail(CT_ERROR_VALUE, "Can't export tensors that require gradient, use tensor.detach()");
    if (self.is_conj() || self.is_neg())
        fail(CT_ERROR_VALUE, "Can't export tensors with the conjugate bit set");
    if (self.layout() != at::kStrided)
        fail(CT_ERROR_VALUE, "Can't export tensors with layout other than torch.strided");
}

// A tensor on loan, with the lists that the structure points to.
template <class Managed> struct Loan {
    explicit Loan(const at::Tensor &given)
        : tensor(given), shape(tensor.sizes().vec()), strides(tensor.strides().vec()), managed()
    {
        // A stride that is never stepped may be anything; readers that compare expect that of rows.
        for (size_t i = 0; i < shape.size(); i++)
            if (shape[i] < 2)
                strides[i] = 1;
        DLTensor &dl = managed.dl_tensor;
        dl.data = tensor.numel() > 0 ? tensor.data_ptr() : nullptr;
        dl.device = dl_device(tensor);
        dl.ndim = static_cast<int32_t>(shape.size());
        dl.dtype = dl_dtype(tensor);
        dl.shape = shape.data();
        dl.strides = strides.data();
        managed.manager_ctx = this;
        managed.deleter = [](Managed *self) { delete static_cast<Loan *>(self->manager_ctx); };
    }

    at::Tensor tensor;
    std::vector<int64_t> shape, strides;
    Managed managed;
};

DLManagedTensor *lent(const at::Tensor &self)
{
    check_exportable(self);
    return &(new Loan<DLManagedTensor>(self))->managed;
}

DLManagedTensorVersioned *lent(const at::Tensor &self, const ct_to_dlpack_options &o)
{
    check_exportable(self);
    auto *managed = &(new Loan<DLManagedTensorVersioned>(o.copy ? self.clone() : self))->managed;
    managed->version = version;
    managed->flags = (o.copy ? DLPACK_FLAG_BITMASK_IS_COPIED : 0) | (o.read_only ? DLPACK_FLAG_BITMASK_READ_ONLY : 0);
    return managed;
}

// ---- From others ----

at::ScalarType type_from(const DLDataType &type)
{
    for (auto row : dtypes)
        if (row.code == type.code && row.bits == type.bits && type.lanes == 1)
            return scalar_type(row.dtype);
    fail(CT_ERROR_TYPE, "no tensor holds elements of DLPack's type code " + std::to_string(type.code) + " with " +
                            std::to_string(type.bits) + " bits and " + std::to_string(type.lanes) + " lanes");
}

c10::Device device_from(const DLDevice &device)
{
    if (device.device_type == kDLCPU || device.device_type == kDLCUDAHost)
        return c10::Device(c10::kCPU);
    if (device.device_type == kDLCUDA || device.device_type == kDLCUDAManaged)
        return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(device.device_id));
    fail(CT_ERROR_NOT_IMPLEMENTED, "the tensor is on DLPack's device type " + std::to_string(device.device_type) +
                                       "; only the CPU and CUDA are exchanged");
}

at::IntArrayRef shape_from(const DLTensor &dl)
{
    constexpr int32_t most = 64; // libtorch's own limit where it iterates
    if (dl.ndim < 0 || dl.ndim > most)
        fail(CT_ERROR_VALUE, "ndim is " + std::to_string(dl.ndim) + "; expected 0 to " + std::to_string(most));
    at::IntArrayRef sizes = ints(dl.shape, static_cast<size_t>(dl.ndim), "shape");
    for (int64_t size : sizes)
        if (size < 0)
            fail(CT_ERROR_VALUE, "shape is " + tuple_text(sizes) + "; a size cannot be negative");
    return sizes;
}

std::vector<int64_t> strides_from(const DLTensor &dl, at::IntArrayRef sizes)
{
    std::vector<int64_t> strides(sizes.size());
    double step = 1;
    for (size_t i = sizes.size(); i-- > 0; step *= static_cast<double>(sizes[i]))
        strides[i] = dl.strides ? dl.strides[i] : static_cast<int64_t>(std::min(step, std::ldexp(1.0, 62)));
    for (int64_t stride : strides)
        if (stride < 0)
            fail(CT_ERROR_VALUE, "strides is " + tuple_text(strides) + "; a stride cannot be negative: copy the array");
    return strides;
}

// at::from_blob ends the program when the distance to the last element overflows.
void check_extent(at::IntArrayRef sizes, at::IntArrayRef strides, at::ScalarType type)
{
    if (reach(sizes, strides) * static_cast<double>(c10::elementSize(type)) >= std::ldexp(1.0, 63))
        fail(CT_ERROR_VALUE, "shape is " + tuple_text(sizes) + " and strides is " + tuple_text(strides) +
                                 "; no memory is that large");
}

at::Tensor over(const DLTensor &dl, UserData owner)
{
    at::TensorOptions options = at::TensorOptions().dtype(type_from(dl.dtype)).device(device_from(dl.device));
    at::IntArrayRef sizes = shape_from(dl);
    std::vector<int64_t> strides = strides_from(dl, sizes);
    bool empty = std::find(sizes.begin(), sizes.end(), 0) != sizes.end();
    if (!dl.data && !empty)
        fail_null("data");
    check_extent(sizes, strides, at::typeMetaToScalarType(options.dtype()));
    auto shared = std::make_shared<UserData>(std::move(owner));
    void *first = dl.data ? static_cast<char *>(dl.data) + dl.byte_offset : nullptr;
    return at::from_blob(first, sizes, strides, [shared](void *) {}, options);
}

at::Tensor over(const DLManagedTensorVersioned &managed, UserData owner)
{
    if (managed.version.major != version.major)
        fail(CT_ERROR_NOT_IMPLEMENTED, "managed is of DLPack " + std::to_string(managed.version.major) + "." +
                                           std::to_string(managed.version.minor) + "; expected version 1");
    bool read_only = managed.flags & DLPACK_FLAG_BITMASK_READ_ONLY;
    at::Tensor shared = over(managed.dl_tensor, std::move(owner));
    return read_only ? shared.clone() : shared;
}

template <class Managed> UserData owner_of(Managed *managed)
{
    if (!managed || !managed->deleter)
        return UserData(managed, nullptr);
    return UserData(managed, [](void *given) {
        auto *self = static_cast<Managed *>(given);
        self->deleter(self);
    });
}

} // namespace

DLManagedTensor *ct_tensor_to_dlpack(const ct_tensor *self)
{
    return guard([&] { return lent(ARG(self)); });
}

DLManagedTensorVersioned *ct_tensor_to_dlpack_versioned_with(const ct_tensor *self,
                                                             const ct_to_dlpack_options *options)
{
    return guard([&] { return lent(ARG(self), given(options)); });
}

ct_tensor *ct_tensor_from_dlpack(DLManagedTensor *managed)
{
    UserData owner = owner_of(managed);
    return guard([&] {
        if (!managed)
            fail_null("managed");
        return box(over(managed->dl_tensor, std::move(owner)));
    });
}

ct_tensor *ct_tensor_from_dlpack_versioned(DLManagedTensorVersioned *managed)
{
    UserData owner = owner_of(managed);
    return guard([&] {
        if (!managed)
            fail_null("managed");
        return box(over(*managed, std::move(owner)));
    });
}
