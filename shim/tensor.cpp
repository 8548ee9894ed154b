// tensor.cpp: include/ctorch/tensor.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "data.hpp"
#include "print_tensor.hpp"

#include <cmath>
#include <iostream>
#include <sstream>

using namespace ct;

namespace {

// A shape that the caller gave; libtorch's own words for a negative size differ from function to function.
at::IntArrayRef shape(const int64_t *dims, size_t n)
{
    at::IntArrayRef sizes = ints(dims, n, "dims");
    for (int64_t size : sizes)
        if (size < 0)
            fail(CT_ERROR_VALUE, "dims is " + tuple_text(sizes) + "; a size cannot be negative");
    return sizes;
}

void check_data(const void *data, at::IntArrayRef sizes)
{
    bool empty = std::find(sizes.begin(), sizes.end(), 0) != sizes.end();
    if (!data && !empty)
        fail_null("data");
}

at::Tensor copy_of(const void *data, at::IntArrayRef sizes, ct_dtype dtype)
{
    check_data(data, sizes);
    at::Tensor copy = at::empty(sizes, options(dtype));
    if (copy.numel() > 0)
        std::memcpy(copy.data_ptr(), data, copy.nbytes());
    return copy;
}

// at::from_blob ends the program when the distance to the last element overflows, so that is found out here, in
// doubles.
void check_extent(at::IntArrayRef sizes, const int64_t *strides, size_t element_size)
{
    double last = 0;
    double row = 1;
    for (size_t i = sizes.size(); i-- > 0; row *= static_cast<double>(sizes[i]))
        last += static_cast<double>(sizes[i] - 1) * (strides ? static_cast<double>(strides[i]) : row);
    if ((last + 1) * static_cast<double>(element_size) >= std::ldexp(1.0, 63))
        fail(CT_ERROR_VALUE, "dims is " + tuple_text(sizes) +
                                 (strides ? " and strides is " + tuple_text({strides, sizes.size()}) : "") +
                                 "; no memory is that large");
}

at::Tensor over(void *data, at::IntArrayRef sizes, const int64_t *strides, ct_dtype dtype, UserData owner)
{
    check_data(data, sizes);
    for (size_t i = 0; strides && i < sizes.size(); i++)
        if (strides[i] < 0)
            fail(CT_ERROR_VALUE, "strides[" + std::to_string(i) + "] is " + std::to_string(strides[i]) +
                                     "; a stride cannot be negative");
    at::TensorOptions type = options(dtype);
    check_extent(sizes, strides, ct_dtype_size(dtype));
    auto shared = std::make_shared<UserData>(std::move(owner));
    auto release = [shared](void *) {};
    return strides ? at::from_blob(data, sizes, {strides, sizes.size()}, release, type)
                   : at::from_blob(data, sizes, release, type);
}

void *data(const at::Tensor &self, ct_dtype dtype)
{
    check_type(self, dtype);
    if (!self.is_cpu() || self.layout() != at::kStrided)
        fail(CT_ERROR_VALUE,
             "the tensor is on " + self.device().str() + "; only a strided one on the CPU has memory that C can read");
    return self.data_ptr();
}

// What a random tensor is made with.
struct Random {
    Random(ct_dtype dtype, const ct_random_options &o)
        : generator(generator_or_none(o.generator, "generator")),
          options(ct::options(dtype, {o.layout, o.device, o.pin_memory, o.requires_grad})),
          requires_grad(o.requires_grad)
    {
    }

    at::Tensor leaf(at::Tensor made) const { return ct::leaf(std::move(made), requires_grad); }

    Optional<at::Generator> generator;
    at::TensorOptions options;
    bool requires_grad;
};

} // namespace

const char *ct_torch_version(void)
{
    return torch_version;
}

ct_scalar ct_int(int64_t value)
{
    // The least number is as exact in a double, and its bits mean CT_AS_REAL.
    return {static_cast<double>(value), value == CT_AS_REAL ? 0 : value};
}

ct_scalar ct_real(double value)
{
    return {value, CT_AS_REAL};
}

ct_tensor *ct_zeros_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_factory_options *options)
{
    ct_factory_options o = given(options);
    return guard([&] { return box(leaf(at::zeros(shape(dims, n), ct::options(dtype, o)), o.requires_grad)); });
}

ct_tensor *ct_ones_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_factory_options *options)
{
    ct_factory_options o = given(options);
    return guard([&] { return box(leaf(at::ones(shape(dims, n), ct::options(dtype, o)), o.requires_grad)); });
}

ct_tensor *ct_full_with(const int64_t *dims, size_t n, ct_scalar value, ct_dtype dtype,
                        const ct_factory_options *options)
{
    ct_factory_options o = given(options);
    return guard(
        [&] { return box(leaf(at::full(shape(dims, n), scalar(value), ct::options(dtype, o)), o.requires_grad)); });
}

ct_tensor *ct_arange_with(ct_scalar start, ct_scalar end, ct_scalar step, ct_dtype dtype,
                          const ct_factory_options *options)
{
    ct_factory_options o = given(options);
    return guard([&] {
        at::Tensor made = at::arange(scalar(start), scalar(end), scalar(step), ct::options(dtype, o));
        return box(leaf(made, o.requires_grad));
    });
}

ct_tensor *ct_randn_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_random_options *options)
{
    return guard([&] {
        Random random(dtype, given(options));
        return box(random.leaf(at::randn(shape(dims, n), random.generator, random.options)));
    });
}

ct_tensor *ct_rand_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_random_options *options)
{
    return guard([&] {
        Random random(dtype, given(options));
        return box(random.leaf(at::rand(shape(dims, n), random.generator, random.options)));
    });
}

ct_tensor *ct_randint_with(int64_t low, int64_t high, const int64_t *dims, size_t n, ct_dtype dtype,
                           const ct_random_options *options)
{
    return guard([&] {
        Random random(dtype == CT_DTYPE_NONE ? CT_INT64 : dtype, given(options)); // Python's, whatever the default
        return box(random.leaf(at::randint(low, high, ints(dims, n, "dims"), random.generator, random.options)));
    });
}

ct_status ct_manual_seed(uint64_t seed)
{
    return guard([&] { torch::manual_seed(seed); });
}

ct_tensor *ct_tensor_new(const void *data, const int64_t *dims, size_t n, ct_dtype dtype)
{
    return guard([&] { return box(copy_of(data, shape(dims, n), dtype)); });
}

ct_tensor *ct_from_blob_with(void *data, const int64_t *dims, size_t n, ct_dtype dtype,
                             const ct_from_blob_options *options)
{
    ct_from_blob_options o = given(options);
    UserData owner(o.user, o.deleter);
    return guard([&] { return box(over(data, shape(dims, n), o.strides, dtype, std::move(owner))); });
}

HOT void ct_tensor_free(ct_tensor *self)
{
    free_handle(self);
}

ct_tensor *ct_tensor_escape(ct_tensor *self)
{
    return escape_handle(self);
}

ct_tensor *ct_tensor_share(const ct_tensor *self)
{
    return guard([&] { return box(ARG(self)); });
}

bool ct_tensor_is(const ct_tensor *self, const ct_tensor *other)
{
    return guard_or(false, [&] { return ARG(self).is_same(ARG(other)); });
}

int64_t ct_tensor_dim(const ct_tensor *self)
{
    return guard_or(int64_t{-1}, [&] { return DESCRIBED(self).dim(); });
}

int64_t ct_tensor_size(const ct_tensor *self, int64_t dim)
{
    return guard_or(int64_t{-1}, [&] { return DESCRIBED(self).size(dim); });
}

const int64_t *ct_tensor_shape(const ct_tensor *self)
{
    return guard([&] { return DESCRIBED(self).sizes().data(); });
}

const char *ct_tensor_shape_to_string(const ct_tensor *self)
{
    return guard_or("", [&] { return lend("torch.Size([" + joined(DESCRIBED(self).sizes()) + "])"); });
}

int64_t ct_tensor_stride(const ct_tensor *self, int64_t dim)
{
    return guard_or(int64_t{0}, [&] { return DESCRIBED(self).stride(dim); });
}

int64_t ct_tensor_numel(const ct_tensor *self)
{
    return guard_or(int64_t{-1}, [&] { return DESCRIBED(self).numel(); });
}

ct_dtype ct_tensor_dtype(const ct_tensor *self)
{
    return guard_or(CT_DTYPE_NONE, [&] { return dtype_of(DESCRIBED(self).scalar_type()); });
}

const char *ct_tensor_device(const ct_tensor *self)
{
    return guard_or("", [&] { return lend(ARG(self).device().str()); });
}

bool ct_tensor_is_contiguous(const ct_tensor *self)
{
    return guard_or(false, [&] { return ARG(self).is_contiguous(); });
}

double ct_tensor_item(const ct_tensor *self)
{
    return guard_or(double{NAN}, [&] { return ARG(self).item().toDouble(); });
}

int64_t ct_tensor_item_int(const ct_tensor *self)
{
    return guard_or(int64_t{0}, [&] { return whole(ARG(self)); });
}

void *ct_tensor_data(const ct_tensor *self, ct_dtype dtype)
{
    return guard([&] { return data(ARG(self), dtype); });
}

ct_status ct_tensor_copy_out(const ct_tensor *self, void *buffer, size_t count, ct_dtype dtype)
{
    return guard([&] { copy_out(ARG(self), buffer, count, dtype, {}); });
}

ct_tensor *ct_tensor_to_with(const ct_tensor *self, const ct_to_options *options)
{
    return guard([&] { return box(converted(ARG(self), given(options))); });
}

ct_status ct_tensor_print_with(const ct_tensor *self, const ct_tensor_print_options *options)
{
    return guard([&] { std::cout << repr(ARG(self), given(options, ct_tensor_print_options_default())) << std::endl; });
}

const char *ct_tensor_to_string_with(const ct_tensor *self, const ct_tensor_print_options *options)
{
    return guard_or("", [&] { return lend(repr(ARG(self), given(options, ct_tensor_print_options_default()))); });
}
