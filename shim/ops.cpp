// ops.cpp: include/ctorch/ops.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "index.hpp"
#include "operands.hpp"

#include <ctorch/ops.h>

using namespace ct;
using namespace ct::operands;

namespace {

// libtorch's releases report an empty list under different codes.
std::vector<at::Tensor> some(ct_tensor *const *tensors, size_t n)
{
    if (n == 0)
        fail(CT_ERROR_VALUE, "expected a non-empty list of Tensors");
    return ct::tensors(tensors, n, "tensors");
}

// As Python multiplies: libtorch's own mul with a number rounds it first where elements are halves.
at::Tensor number(ct_scalar value)
{
    return at::native::wrapped_scalar_tensor(scalar(value));
}

} // namespace

ct_tensor *ct_add_with(const ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { return box(at::add(ARG(self), ARG(other), scalar(o.alpha))); });
}

ct_status ct_add_with_(ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { ARG(self).add_(ARG(other), scalar(o.alpha)); });
}

ct_tensor *ct_add_scalar_with(const ct_tensor *self, ct_scalar other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { return box(at::add(ARG(self), scalar(other), scalar(o.alpha))); });
}

ct_status ct_add_scalar_with_(ct_tensor *self, ct_scalar other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { ARG(self).add_(scalar(other), scalar(o.alpha)); });
}

ct_tensor *ct_sub_with(const ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { return box(at::sub(ARG(self), ARG(other), scalar(o.alpha))); });
}

ct_status ct_sub_with_(ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { ARG(self).sub_(ARG(other), scalar(o.alpha)); });
}

ct_tensor *ct_sub_scalar_with(const ct_tensor *self, ct_scalar other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { return box(at::sub(ARG(self), scalar(other), scalar(o.alpha))); });
}

ct_status ct_sub_scalar_with_(ct_tensor *self, ct_scalar other, const ct_alpha_options *options)
{
    ct_alpha_options o = given(options, ct_alpha_options_default);
    return guard([&] { ARG(self).sub_(scalar(other), scalar(o.alpha)); });
}

ct_tensor *ct_mul(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::mul(ARG(self), ARG(other))); });
}

ct_status ct_mul_(ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { ARG(self).mul_(ARG(other)); });
}

ct_tensor *(ct_mul_scalar)(const ct_tensor *self, ct_scalar other)
{
    return guard([&] { return box(at::mul(ARG(self), number(other))); });
}

ct_status(ct_mul_scalar_)(ct_tensor *self, ct_scalar other)
{
    return guard([&] { ARG(self).mul_(number(other)); });
}

ct_tensor *ct_div_with(const ct_tensor *self, const ct_tensor *other, const ct_rounding_mode_options *options)
{
    Optional<c10::string_view> rounding = text_or_none(given(options).rounding_mode);
    return guard([&] { return box(at::div(ARG(self), ARG(other), rounding)); });
}

ct_status ct_div_with_(ct_tensor *self, const ct_tensor *other, const ct_rounding_mode_options *options)
{
    Optional<c10::string_view> rounding = text_or_none(given(options).rounding_mode);
    return guard([&] { ARG(self).div_(ARG(other), rounding); });
}

ct_tensor *ct_div_scalar_with(const ct_tensor *self, ct_scalar other, const ct_rounding_mode_options *options)
{
    Optional<c10::string_view> rounding = text_or_none(given(options).rounding_mode);
    return guard([&] { return box(at::div(ARG(self), scalar(other), rounding)); });
}

ct_status ct_div_scalar_with_(ct_tensor *self, ct_scalar other, const ct_rounding_mode_options *options)
{
    Optional<c10::string_view> rounding = text_or_none(given(options).rounding_mode);
    return guard([&] { ARG(self).div_(scalar(other), rounding); });
}

ct_tensor *ct_matmul(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::matmul(ARG(self), ARG(other))); });
}

ct_tensor *(ct_pow_scalar)(const ct_tensor *self, ct_scalar exponent)
{
    return guard([&] { return box(at::pow(ARG(self), scalar(exponent))); });
}

ct_tensor *ct_maximum(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::maximum(ARG(self), ARG(other))); });
}

ct_tensor *ct_minimum(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::minimum(ARG(self), ARG(other))); });
}

ct_tensor *ct_relu(const ct_tensor *self)
{
    return guard([&] { return box(at::relu(ARG(self))); });
}

ct_tensor *ct_abs(const ct_tensor *self)
{
    return guard([&] { return box(at::abs(ARG(self))); });
}

ct_tensor *ct_sigmoid(const ct_tensor *self)
{
    return guard([&] { return box(at::sigmoid(ARG(self))); });
}

ct_tensor *ct_tanh(const ct_tensor *self)
{
    return guard([&] { return box(at::tanh(ARG(self))); });
}

ct_tensor *ct_neg(const ct_tensor *self)
{
    return guard([&] { return box(at::neg(ARG(self))); });
}

ct_tensor *ct_exp(const ct_tensor *self)
{
    return guard([&] { return box(at::exp(ARG(self))); });
}

ct_tensor *ct_log(const ct_tensor *self)
{
    return guard([&] { return box(at::log(ARG(self))); });
}

ct_tensor *ct_sqrt(const ct_tensor *self)
{
    return guard([&] { return box(at::sqrt(ARG(self))); });
}

ct_tensor *ct_sum_with(const ct_tensor *self, const ct_dtype_options *options)
{
    return guard([&] { return box(at::sum(ARG(self), type_or_none(given(options).dtype))); });
}

ct_tensor *ct_sum_dim_with(const ct_tensor *self, const int64_t *dim, size_t n, const ct_reduce_options *options)
{
    ct_reduce_options o = given(options);
    return guard([&] { return box(at::sum(ARG(self), ints(dim, n, "dim"), o.keepdim, type_or_none(o.dtype))); });
}

ct_tensor *ct_mean_with(const ct_tensor *self, const ct_dtype_options *options)
{
    return guard([&] { return box(at::mean(ARG(self), type_or_none(given(options).dtype))); });
}

ct_tensor *ct_mean_dim_with(const ct_tensor *self, const int64_t *dim, size_t n, const ct_reduce_options *options)
{
    ct_reduce_options o = given(options);
    return guard([&] { return box(at::mean(ARG(self), ints(dim, n, "dim"), o.keepdim, type_or_none(o.dtype))); });
}

ct_tensor *ct_max(const ct_tensor *self)
{
    return guard([&] { return box(at::max(ARG(self))); });
}

ct_tensor *ct_amax_with(const ct_tensor *self, const int64_t *dim, size_t n, const ct_keepdim_options *options)
{
    return guard([&] { return box(at::amax(ARG(self), ints(dim, n, "dim"), given(options).keepdim)); });
}

ct_tensor *ct_reshape(const ct_tensor *self, const int64_t *dims, size_t n)
{
    return guard([&] { return box(at::reshape(ARG(self), ints(dims, n, "dims"))); });
}

ct_tensor *ct_view(const ct_tensor *self, const int64_t *dims, size_t n)
{
    return guard([&] { return box(ARG(self).view(ints(dims, n, "dims"))); });
}

ct_tensor *ct_flatten_with(const ct_tensor *self, const ct_tensor_flatten_options *options)
{
    ct_tensor_flatten_options o = given(options, ct_tensor_flatten_options_default());
    return guard([&] { return box(at::flatten(ARG(self), o.start_dim, o.end_dim)); });
}

ct_tensor *ct_squeeze(const ct_tensor *self)
{
    return guard([&] { return box(at::squeeze(ARG(self))); });
}

ct_tensor *ct_squeeze_dim(const ct_tensor *self, int64_t dim)
{
    return guard([&] { return box(at::squeeze(ARG(self), dim)); });
}

ct_tensor *ct_unsqueeze(const ct_tensor *self, int64_t dim)
{
    return guard([&] { return box(at::unsqueeze(ARG(self), dim)); });
}

ct_tensor *ct_transpose(const ct_tensor *self, int64_t dim0, int64_t dim1)
{
    return guard([&] { return box(at::transpose(ARG(self), dim0, dim1)); });
}

ct_tensor *ct_permute(const ct_tensor *self, const int64_t *dims, size_t n)
{
    return guard([&] { return box(at::permute(ARG(self), ints(dims, n, "dims"))); });
}

ct_tensor *ct_narrow(const ct_tensor *self, int64_t dim, int64_t start, int64_t length)
{
    return guard([&] { return box(at::narrow(ARG(self), dim, start, length)); });
}

ct_tensor *ct_select(const ct_tensor *self, int64_t dim, int64_t index)
{
    return guard([&] { return box(at::select(ARG(self), dim, index)); });
}

ct_tensor *ct_cat(ct_tensor *const *tensors, size_t n, int64_t dim)
{
    return guard([&] { return box(at::cat(some(tensors, n), dim)); });
}

ct_tensor *ct_stack(ct_tensor *const *tensors, size_t n, int64_t dim)
{
    return guard([&] { return box(at::stack(some(tensors, n), dim)); });
}

ct_tensor *ct_contiguous_with(const ct_tensor *self, const ct_contiguous_options *options)
{
    ct_contiguous_options o = given(options, ct_contiguous_options_default);
    return guard([&] { return box(ARG(self).contiguous(memory_format(o.memory_format))); });
}

ct_tensor *ct_clone_with(const ct_tensor *self, const ct_memory_format_options *options)
{
    return guard([&] { return box(at::clone(ARG(self), memory_format_or_none(given(options).memory_format))); });
}

ct_status ct_copy_with_(ct_tensor *self, const ct_tensor *src, const ct_non_blocking_options *options)
{
    return guard([&] { ARG(self).copy_(ARG(src), given(options).non_blocking); });
}

ct_tensor *ct_at_with(const ct_tensor *self, const char *text, const ct_value *values, size_t n)
{
    return guard([&] { return box(ARG(self).index(indices(ARG(self).sizes(), text, values, n))); });
}

ct_status ct_put_with(ct_tensor *self, const ct_tensor *value, const char *text, const ct_value *values, size_t n)
{
    return guard([&] { ARG(self).index_put_(indices(ARG(self).sizes(), text, values, n), ARG(value)); });
}

ct_tensor *ct_eq(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::eq(ARG(self), ARG(other))); });
}

bool ct_allclose_with(const ct_tensor *self, const ct_tensor *other, const ct_allclose_options *options)
{
    ct_allclose_options o = given(options, ct_allclose_options_default());
    return guard_or(false, [&] { return at::allclose(ARG(self), ARG(other), o.rtol, o.atol, o.equal_nan); });
}

bool ct_equal(const ct_tensor *self, const ct_tensor *other)
{
    return guard_or(false, [&] { return at::equal(ARG(self), ARG(other)); });
}
