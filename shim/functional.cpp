// functional.cpp: include/ctorch/functional.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "checks.hpp"
#include "pooling.hpp"

#include <ctorch/functional.h>

namespace F = torch::nn::functional;
using namespace ct;

namespace {

at::Reduction::Reduction reduction(const char *text)
{
    std::string name = ct::text(text, "reduction");
    if (name == "mean")
        return at::Reduction::Mean;
    if (name == "sum")
        return at::Reduction::Sum;
    if (name == "none")
        return at::Reduction::None;
    fail(CT_ERROR_VALUE, name + " is not a valid value for reduction; expected mean, sum or none");
}

Optional<at::Tensor> weight(const ct_tensor *weight)
{
    return weight ? Optional<at::Tensor>(ARG(weight)) : Optional<at::Tensor>();
}

at::Tensor dropout(const at::Tensor &input, const ct_functional_dropout_options &o)
{
    return at::dropout(input, probability(o.p), o.training);
}

at::Tensor cross_entropy(const at::Tensor &input, const at::Tensor &target, const ct_cross_entropy_options &o)
{
    return at::cross_entropy_loss(input, target, weight(o.weight), reduction(o.reduction), o.ignore_index,
                                  o.label_smoothing);
}

at::Tensor nll_loss(const at::Tensor &input, const at::Tensor &target, const ct_nll_loss_options &o)
{
    return at::nll_loss_nd(input, target, weight(o.weight), reduction(o.reduction), o.ignore_index);
}

at::Tensor mse_loss(const at::Tensor &input, const at::Tensor &target, const ct_mse_loss_options &o)
{
    at::Reduction::Reduction how = reduction(o.reduction);
    std::vector<at::Tensor> both = at::broadcast_tensors({input, target});
    if (!o.weight)
        return at::mse_loss(both[0], both[1], how);
    at::Tensor weight = *::weight(o.weight);
    if (weight.sizes() != input.sizes())
        fail(CT_ERROR_VALUE, "Weights and input must have the same size.");
    at::Tensor errors = at::pow(both[0] - both[1], 2) * weight;
    if (how == at::Reduction::None)
        return errors;
    return how == at::Reduction::Sum ? errors.sum() : errors.sum() / weight.sum();
}

} // namespace

ct_tensor *ct_dropout_with(const ct_tensor *input, const ct_functional_dropout_options *options)
{
    return guard([&] { return box(dropout(ARG(input), given(options, ct_functional_dropout_options_default()))); });
}

ct_tensor *ct_softmax_with(const ct_tensor *input, int64_t dim, const ct_softmax_options *options)
{
    return guard([&] { return box(at::softmax(ARG(input), dim, type_or_none(given(options).dtype))); });
}

ct_tensor *ct_log_softmax_with(const ct_tensor *input, int64_t dim, const ct_softmax_options *options)
{
    return guard([&] { return box(at::log_softmax(ARG(input), dim, type_or_none(given(options).dtype))); });
}

ct_tensor *ct_cross_entropy_with(const ct_tensor *input, const ct_tensor *target,
                                 const ct_cross_entropy_options *options)
{
    ct_cross_entropy_options o = given(options, ct_cross_entropy_options_default());
    return guard([&] { return box(cross_entropy(ARG(input), ARG(target), o)); });
}

ct_tensor *ct_nll_loss_with(const ct_tensor *input, const ct_tensor *target, const ct_nll_loss_options *options)
{
    ct_nll_loss_options o = given(options, ct_nll_loss_options_default());
    return guard([&] { return box(nll_loss(ARG(input), ARG(target), o)); });
}

ct_tensor *ct_mse_loss_with(const ct_tensor *input, const ct_tensor *target, const ct_mse_loss_options *options)
{
    ct_mse_loss_options o = given(options, ct_mse_loss_options_default());
    return guard([&] { return box(mse_loss(ARG(input), ARG(target), o)); });
}

ct_tensor *ct_max_pool1d_with(const ct_tensor *input, int64_t kernel_size, const ct_max_pool1d_options *options)
{
    ct_max_pool1d_options o = given(options, ct_max_pool1d_options_default());
    return guard([&] { return box(F::max_pool1d(ARG(input), pooling(kernel_size, o))); });
}

ct_tensor *ct_max_pool2d_with(const ct_tensor *input, int64_t kernel_size, const ct_max_pool2d_options *options)
{
    ct_max_pool2d_options o = given(options, ct_max_pool2d_options_default());
    return guard([&] { return box(F::max_pool2d(ARG(input), pooling(kernel_size, o))); });
}

ct_tensor *ct_avg_pool2d_with(const ct_tensor *input, int64_t kernel_size, const ct_avg_pool2d_options *options)
{
    ct_avg_pool2d_options o = given(options, ct_avg_pool2d_options_default());
    return guard([&] { return box(F::avg_pool2d(ARG(input), pooling(kernel_size, o))); });
}

ct_tensor *ct_adaptive_avg_pool2d_with(const ct_tensor *input, int64_t output_size,
                                       const ct_adaptive_avg_pool2d_options *options)
{
    ct_adaptive_avg_pool2d_options o = given(options);
    return guard([&] { return box(F::adaptive_avg_pool2d(ARG(input), pooling(output_size, o))); });
}
