// data.cpp: include/ctorch/data.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "data.hpp"

#include <cmath>
#include <sstream>

using namespace ct;

namespace {

// ---- Whole tensors ----

std::vector<int64_t> column_strides(at::IntArrayRef sizes)
{
    std::vector<int64_t> strides;
    int64_t step = 1;
    for (int64_t size : sizes) {
        strides.push_back(step);
        step *= size;
    }
    return strides;
}

void check_strides(const at::Tensor &self, at::IntArrayRef strides, size_t count)
{
    for (size_t i = 0; i < strides.size(); i++)
        if (strides[i] < 0)
            fail(CT_ERROR_VALUE, "strides[" + std::to_string(i) + "] is " + std::to_string(strides[i]) +
                                     "; a stride cannot be negative");
    if (self.numel() > 0 && reach(self.sizes(), strides) > static_cast<double>(count))
        fail(CT_ERROR_VALUE, "count is " + std::to_string(count) + ", but the last element of a tensor of shape " +
                                 tuple_text(self.sizes()) + " with strides " + tuple_text(strides) +
                                 " lies beyond that");
}

// The steps of the array from element to element; empty for row by row.
std::vector<int64_t> strides_of(const at::Tensor &self, size_t count, const ct_array_options &o)
{
    if (o.order != CT_ROW_MAJOR && o.order != CT_COLUMN_MAJOR)
        fail(CT_ERROR_VALUE, "order is " + std::to_string(o.order) + "; expected CT_ROW_MAJOR or CT_COLUMN_MAJOR");
    if (o.strides && o.order != CT_ROW_MAJOR)
        fail(CT_ERROR_VALUE, "order and strides are both given; strides say the order themselves");
    if (o.strides) {
        std::vector<int64_t> strides(o.strides, o.strides + self.dim());
        check_strides(self, strides, count);
        return strides;
    }
    if (count != static_cast<size_t>(self.numel()))
        fail(CT_ERROR_VALUE, "count is " + std::to_string(count) + ", but the tensor has " +
                                 std::to_string(self.numel()) + " elements");
    return o.order == CT_COLUMN_MAJOR ? column_strides(self.sizes()) : std::vector<int64_t>();
}

// The caller's array as a tensor of self's shape.
at::Tensor laid_over(void *buffer, const at::Tensor &self, const std::vector<int64_t> &strides)
{
    if (!buffer)
        fail_null("buffer");
    at::TensorOptions type = at::TensorOptions().dtype(self.scalar_type());
    return strides.empty() ? at::from_blob(buffer, self.sizes(), type)
                           : at::from_blob(buffer, self.sizes(), strides, type);
}

void copy_in(const at::Tensor &self, const void *buffer, size_t count, ct_dtype dtype, const ct_array_options &o)
{
    check_type(self, dtype);
    if (self.is_quantized())
        fail(CT_ERROR_NOT_IMPLEMENTED, "the tensor is quantized; make another one of floats");
    std::vector<int64_t> strides = strides_of(self, count, o);
    if (self.numel() == 0)
        return;
    at::NoGradGuard no_grad;
    self.copy_(laid_over(const_cast<void *>(buffer), self, strides));
}

// ---- Single elements ----

at::Tensor element(const at::Tensor &self, at::IntArrayRef index)
{
    if (self.layout() != at::kStrided)
        fail(CT_ERROR_TYPE, "the tensor is not strided; make it dense first");
    auto dims = static_cast<size_t>(self.dim());
    if (index.size() != dims)
        fail(CT_ERROR_INDEX, "the index has " + std::to_string(index.size()) + " numbers, but the tensor has " +
                                 std::to_string(dims) + " dimensions");
    int64_t offset = self.storage_offset();
    for (size_t i = 0; i < dims; i++) {
        int64_t size = self.sizes()[i];
        if (index[i] < -size || index[i] >= size)
            fail(CT_ERROR_INDEX, "index " + std::to_string(index[i]) + " is out of bounds for dimension " +
                                     std::to_string(i) + " with size " + std::to_string(size));
        offset += (index[i] < 0 ? index[i] + size : index[i]) * self.strides()[i];
    }
    return self.as_strided({}, {}, offset);
}

at::Scalar item(const ct_tensor *self, const int64_t *index, size_t n)
{
    at::NoGradGuard no_grad;
    return element(ARG(self), ints(index, n, "index")).item();
}

// Python cuts a fraction off, and lets -1 become 255.
void check_fits(const at::Tensor &self, const at::Scalar &value)
{
    at::ScalarType type = self.scalar_type();
    if (!at::isIntegralType(type, false))
        return;
    double number = value.toDouble();
    if (number == std::trunc(number) && (number >= 0 || at::isSignedType(type)))
        return;
    std::ostringstream text;
    text << number;
    fail(CT_ERROR_VALUE, "value is " + text.str() + ", which " + ct_dtype_name(dtype_of(type)) + " cannot hold");
}

void set(const at::Tensor &self, at::IntArrayRef index, const at::Scalar &value)
{
    at::NoGradGuard no_grad;
    at::Tensor place = element(self, index);
    if (value.isComplex() && !self.is_complex())
        fail(CT_ERROR_TYPE,
             "the tensor is not complex; it holds " + std::string(ct_dtype_name(dtype_of(self.scalar_type()))));
    if (!value.isComplex())
        check_fits(self, value);
    place.fill_(value);
}

// ---- The memory ----

// All of it as bytes, whatever the tensor sees of it.
at::Tensor bytes_of(const at::Tensor &self)
{
    if (!self.has_storage())
        fail(CT_ERROR_TYPE, "the tensor has no memory of its own: it is sparse, or of another layout");
    at::NoGradGuard no_grad;
    at::TensorOptions bytes = at::TensorOptions().dtype(at::kByte).device(self.device());
    auto size = static_cast<int64_t>(self.storage().nbytes());
    return at::empty({0}, bytes).set_(self.storage(), 0, {size}, {1});
}

} // namespace

namespace ct {

double reach(at::IntArrayRef sizes, at::IntArrayRef strides)
{
    double last = 0;
    for (size_t i = 0; i < sizes.size(); i++)
        last += static_cast<double>(sizes[i] - 1) * static_cast<double>(strides[i]);
    return last + 1;
}

void check_type(const at::Tensor &self, ct_dtype dtype)
{
    if (self.scalar_type() != scalar_type(dtype))
        fail(CT_ERROR_TYPE, "dtype is " + std::string(ct_dtype_name(dtype)) + ", but the tensor holds " +
                                ct_dtype_name(dtype_of(self.scalar_type())));
}

void copy_out(const at::Tensor &self, void *buffer, size_t count, ct_dtype dtype, const ct_array_options &o)
{
    check_type(self, dtype);
    std::vector<int64_t> strides = strides_of(self, count, o);
    if (self.numel() == 0)
        return;
    at::NoGradGuard no_grad;
    at::Tensor plain = self.is_quantized() ? self.int_repr() : self;
    laid_over(buffer, plain, strides).copy_(plain.layout() == at::kStrided ? plain : plain.to_dense());
}

ct_layout layout_of(at::Layout layout)
{
    for (int i = CT_STRIDED; i <= CT_MKLDNN; i++)
        if (*layout_or_none(static_cast<ct_layout>(i)) == layout)
            return static_cast<ct_layout>(i);
    return CT_LAYOUT_NONE;
}

int64_t whole(const at::Tensor &element)
{
    at::Scalar item = element.item();
    if (!item.isFloatingPoint())
        return item.toLong();
    double value = item.toDouble();
    double limit = std::ldexp(1.0, 63);
    if (value != std::trunc(value) || value < -limit || value >= limit) {
        std::ostringstream text;
        text << value;
        fail(CT_ERROR_VALUE, "the element is " + text.str() + ", not a whole number that an int64_t can hold");
    }
    return static_cast<int64_t>(value);
}

} // namespace ct

ct_status ct_tensor_copy_in_with(ct_tensor *self, const void *buffer, size_t count, ct_dtype dtype,
                                 const ct_array_options *options)
{
    return guard([&] { copy_in(ARG(self), buffer, count, dtype, given(options)); });
}

ct_status ct_tensor_copy_out_with(const ct_tensor *self, void *buffer, size_t count, ct_dtype dtype,
                                  const ct_array_options *options)
{
    return guard([&] { copy_out(ARG(self), buffer, count, dtype, given(options)); });
}

double ct_tensor_get(const ct_tensor *self, const int64_t *index, size_t n)
{
    return guard_or(double{NAN}, [&] { return item(self, index, n).toDouble(); });
}

int64_t ct_tensor_get_int(const ct_tensor *self, const int64_t *index, size_t n)
{
    return guard_or(int64_t{0}, [&] { return whole(element(ARG(self).detach(), ints(index, n, "index"))); });
}

ct_status ct_tensor_get_complex(const ct_tensor *self, const int64_t *index, size_t n, double *real, double *imag)
{
    return guard([&] {
        if (!real || !imag)
            fail_null(real ? "imag" : "real");
        c10::complex<double> value = item(self, index, n).toComplexDouble();
        *real = value.real();
        *imag = value.imag();
    });
}

ct_status(ct_tensor_set)(ct_tensor *self, const int64_t *index, size_t n, ct_scalar value)
{
    return guard([&] { set(ARG(self), ints(index, n, "index"), scalar(value)); });
}

ct_status ct_tensor_set_complex(ct_tensor *self, const int64_t *index, size_t n, double real, double imag)
{
    return guard([&] { set(ARG(self), ints(index, n, "index"), c10::complex<double>(real, imag)); });
}

size_t ct_tensor_element_size(const ct_tensor *self)
{
    return guard_or(size_t{0}, [&] { return ARG(self).element_size(); });
}

size_t ct_tensor_nbytes(const ct_tensor *self)
{
    return guard_or(size_t{0}, [&] { return ARG(self).nbytes(); });
}

size_t ct_tensor_storage_size(const ct_tensor *self)
{
    return guard_or(size_t{0}, [&] { return ARG(self).has_storage() ? ARG(self).storage().nbytes() : 0; });
}

void *ct_tensor_storage_data(const ct_tensor *self)
{
    return guard_or(static_cast<void *>(nullptr), [&] {
        const at::Tensor &tensor = ARG(self);
        return tensor.has_storage() ? tensor.storage().data_ptr().get() : nullptr;
    });
}

ct_tensor *ct_tensor_storage(const ct_tensor *self)
{
    return guard([&] { return box(bytes_of(ARG(self))); });
}

ct_layout ct_tensor_layout(const ct_tensor *self)
{
    return guard_or(CT_LAYOUT_NONE, [&] { return layout_of(ARG(self).layout()); });
}

bool ct_tensor_is_nested(const ct_tensor *self)
{
    return guard_or(false, [&] { return ARG(self).is_nested(); });
}

size_t ct_tensor_id(const ct_tensor *self)
{
    return guard_or(size_t{0}, [&] { return reinterpret_cast<size_t>(ARG(self).unsafeGetTensorImpl()); });
}
