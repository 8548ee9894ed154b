// ops.cpp: include/ctorch/ops.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "index.hpp"

#include <ctorch/ops.h>

using namespace ct;

namespace {

Optional<at::ScalarType> type_or_none(ct_dtype dtype)
{
    return dtype == CT_DTYPE_NONE ? Optional<at::ScalarType>() : scalar_type(dtype);
}

} // namespace

ct_tensor *ct_add(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::add(ARG(self), ARG(other))); });
}

ct_status ct_add_(ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { ARG(self).add_(ARG(other)); });
}

ct_tensor *(ct_add_scalar)(const ct_tensor *self, ct_scalar other)
{
    return guard([&] { return box(at::add(ARG(self), scalar(other))); });
}

ct_status (ct_add_scalar_)(ct_tensor *self, ct_scalar other)
{
    return guard([&] { ARG(self).add_(scalar(other)); });
}

ct_tensor *ct_sub(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::sub(ARG(self), ARG(other))); });
}

ct_status ct_sub_(ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { ARG(self).sub_(ARG(other)); });
}

ct_tensor *(ct_sub_scalar)(const ct_tensor *self, ct_scalar other)
{
    return guard([&] { return box(at::sub(ARG(self), scalar(other))); });
}

ct_status (ct_sub_scalar_)(ct_tensor *self, ct_scalar other)
{
    return guard([&] { ARG(self).sub_(scalar(other)); });
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
    return guard([&] { return box(at::mul(ARG(self), scalar(other))); });
}

ct_status (ct_mul_scalar_)(ct_tensor *self, ct_scalar other)
{
    return guard([&] { ARG(self).mul_(scalar(other)); });
}

ct_tensor *ct_div(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::div(ARG(self), ARG(other))); });
}

ct_status ct_div_(ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { ARG(self).div_(ARG(other)); });
}

ct_tensor *(ct_div_scalar)(const ct_tensor *self, ct_scalar other)
{
    return guard([&] { return box(at::div(ARG(self), scalar(other))); });
}

ct_status (ct_div_scalar_)(ct_tensor *self, ct_scalar other)
{
    return guard([&] { ARG(self).div_(scalar(other)); });
}

ct_tensor *ct_matmul(const ct_tensor *self, const ct_tensor *other)
{
    return guard([&] { return box(at::matmul(ARG(self), ARG(other))); });
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

ct_tensor *ct_sum(const ct_tensor *self)
{
    return guard([&] { return box(at::sum(ARG(self))); });
}

ct_tensor *ct_sum_dim_with(const ct_tensor *self, const int64_t *dim, size_t n, const ct_reduce_options *options)
{
    ct_reduce_options o = given(options);
    return guard([&] { return box(at::sum(ARG(self), ints(dim, n, "dim"), o.keepdim, type_or_none(o.dtype))); });
}

ct_tensor *ct_mean(const ct_tensor *self)
{
    return guard([&] { return box(at::mean(ARG(self))); });
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

ct_tensor *ct_reshape(const ct_tensor *self, const int64_t *dims, size_t n)
{
    return guard([&] { return box(at::reshape(ARG(self), ints(dims, n, "dims"))); });
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
    return guard([&] { return box(at::cat(ct::tensors(tensors, n, "tensors"), dim)); });
}

ct_tensor *ct_contiguous(const ct_tensor *self)
{
    return guard([&] { return box(ARG(self).contiguous()); });
}

ct_tensor *ct_clone(const ct_tensor *self)
{
    return guard([&] { return box(at::clone(ARG(self))); });
}

ct_status ct_copy_(ct_tensor *self, const ct_tensor *src)
{
    return guard([&] { ARG(self).copy_(ARG(src)); });
}

ct_tensor *ct_at_with(const ct_tensor *self, const char *text, const int64_t *ints, size_t n)
{
    return guard([&] { return box(ARG(self).index(indices(ARG(self).sizes(), text, ints, n))); });
}

ct_status ct_put_with(ct_tensor *self, const ct_tensor *value, const char *text, const int64_t *ints, size_t n)
{
    return guard([&] { ARG(self).index_put_(indices(ARG(self).sizes(), text, ints, n), ARG(value)); });
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
