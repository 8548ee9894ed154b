// functional.cpp: include/ctorch/functional.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "arguments.hpp"
#include "checks.hpp"
#include "layers/pooling.hpp"
#include "operands.hpp"

#include <ctorch/functional.h>

using namespace ct;

namespace {

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
    return at::cross_entropy_loss(input, target, weight(o.weight), operands::reduction(o.reduction), o.ignore_index,
                                  o.label_smoothing);
}

at::Tensor nll_loss(const at::Tensor &input, const at::Tensor &target, const ct_nll_loss_options &o)
{
    return at::nll_loss_nd(input, target, weight(o.weight), operands::reduction(o.reduction), o.ignore_index);
}

at::Tensor mse_loss(const at::Tensor &input, const at::Tensor &target, const ct_functional_mse_loss_options &o)
{
    int64_t how = operands::reduction(o.reduction);
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

// Where CT_NONE and CT_PADDING_SAME do not go.
at::IntArrayRef numbers(const Value &value, const char *name)
{
    if (!value.get<Sizes>())
        fail(CT_ERROR_TYPE, std::string(name) + " is " + value.repr() + "; expected whole numbers");
    return value.sizes();
}

// A window as the options of a layer have it.
struct GivenWindow {
    Value kernel_size, stride, padding, dilation;
    bool ceil_mode;

    Window window() const
    {
        return {numbers(kernel_size, "kernel_size"), numbers(stride.is_none() ? kernel_size : stride, "stride"),
                numbers(padding, "padding"), numbers(dilation, "dilation"), ceil_mode};
    }
};

template <class Options> GivenWindow max_window(Value kernel_size, const Options &o)
{
    if (o.return_indices)
        fail(CT_ERROR_VALUE, "return_indices is true, but a function gives one tensor; the layer gives both");
    return {std::move(kernel_size), sizes(o.stride, false), sizes(o.padding, false), sizes(o.dilation, false),
            o.ceil_mode};
}

at::Tensor max_pool1d(const at::Tensor &x, int64_t kernel_size, const ct_max_pool1d_options &o)
{
    return ct::max_pool1d(x, max_window(sizes(kernel_size, false), o).window());
}

at::Tensor max_pool2d(const at::Tensor &x, int64_t kernel_size, const ct_max_pool2d_options &o)
{
    return ct::max_pool2d(x, max_window(sizes(kernel_size, o.kernel_size, false, "kernel_size"), o).window());
}

at::Tensor avg_pool2d(const at::Tensor &x, int64_t kernel_size, const ct_avg_pool2d_options &o)
{
    GivenWindow given = {sizes(kernel_size, o.kernel_size, false, "kernel_size"), sizes(o.stride, false),
                         sizes(o.padding, false), sizes(int64_t{1}, false), o.ceil_mode};
    Optional<int64_t> divisor = integer_or_none(o.divisor_override).optional<int64_t>();
    return ct::avg_pool2d(x, given.window(), o.count_include_pad, divisor);
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

ct_tensor *ct_mse_loss_with(const ct_tensor *input, const ct_tensor *target,
                            const ct_functional_mse_loss_options *options)
{
    ct_functional_mse_loss_options o = given(options, ct_functional_mse_loss_options_default());
    return guard([&] { return box(mse_loss(ARG(input), ARG(target), o)); });
}

ct_tensor *ct_max_pool1d_with(const ct_tensor *input, int64_t kernel_size, const ct_max_pool1d_options *options)
{
    ct_max_pool1d_options o = given(options, ct_max_pool1d_options_default());
    return guard([&] { return box(::max_pool1d(ARG(input), kernel_size, o)); });
}

ct_tensor *ct_max_pool2d_with(const ct_tensor *input, int64_t kernel_size, const ct_max_pool2d_options *options)
{
    ct_max_pool2d_options o = given(options, ct_max_pool2d_options_default());
    return guard([&] { return box(::max_pool2d(ARG(input), kernel_size, o)); });
}

ct_tensor *ct_avg_pool2d_with(const ct_tensor *input, int64_t kernel_size, const ct_avg_pool2d_options *options)
{
    ct_avg_pool2d_options o = given(options, ct_avg_pool2d_options_default());
    return guard([&] { return box(::avg_pool2d(ARG(input), kernel_size, o)); });
}

ct_tensor *ct_adaptive_avg_pool2d_with(const ct_tensor *input, int64_t output_size,
                                       const ct_adaptive_avg_pool2d_options *options)
{
    ct_adaptive_avg_pool2d_options o = given(options);
    return guard([&] {
        Value size = sizes(output_size, o.output_size, false, "output_size");
        return box(ct::adaptive_avg_pool2d(ARG(input), numbers(size, "output_size")));
    });
}
