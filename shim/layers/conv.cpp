// conv.cpp: convolutions, their transposes, and windows as columns.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/conv.hpp"

#include "layers/window.hpp"

#include <algorithm>
#include <cmath>

namespace ct {

namespace {

constexpr int64_t zeros[3] = {};

template <class Conv> void check_channels(const Conv &conv)
{
    if (conv.groups() <= 0)
        fail(CT_ERROR_VALUE, "groups must be a positive integer");
    if (conv.in_channels() % conv.groups() != 0)
        fail(CT_ERROR_VALUE, "in_channels must be divisible by groups");
    if (conv.out_channels() % conv.groups() != 0)
        fail(CT_ERROR_VALUE, "out_channels must be divisible by groups");
}

template <class Conv> void check_padding(const Conv &conv)
{
    if (conv.padding().is_text()) {
        const std::string &padding = conv.padding().text();
        if (padding != "same" && padding != "valid")
            fail(CT_ERROR_VALUE,
                 "Invalid padding string " + conv.padding().repr() + ", should be one of {'same', 'valid'}");
        at::IntArrayRef stride = conv.stride();
        if (padding == "same" && !std::all_of(stride.begin(), stride.end(), [](int64_t side) { return side == 1; }))
            fail(CT_ERROR_VALUE, "padding='same' is not supported for strided convolutions");
    }
    const std::string &mode = conv.padding_mode();
    if (mode != "zeros" && mode != "reflect" && mode != "replicate" && mode != "circular")
        fail(CT_ERROR_VALUE, "padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, "
                             "but got padding_mode='" + mode + "'");
}

std::vector<int64_t> weight_shape(int64_t rows, int64_t columns, at::IntArrayRef kernel_size)
{
    std::vector<int64_t> shape = {rows, columns};
    shape.insert(shape.end(), kernel_size.begin(), kernel_size.end());
    return shape;
}

template <class Conv> std::vector<int64_t> checked_shape(const Conv &conv)
{
    check_channels(conv);
    check_padding(conv);
    return weight_shape(conv.out_channels(), conv.in_channels() / conv.groups(), conv.kernel_size());
}

template <class Conv> std::vector<int64_t> checked_transposed_shape(const Conv &conv)
{
    if (conv.padding_mode() != "zeros")
        fail(CT_ERROR_VALUE, "Only \"zeros\" padding mode is supported for " + conv.class_name());
    check_channels(conv);
    return weight_shape(conv.in_channels(), conv.out_channels() / conv.groups(), conv.kernel_size());
}

// Python's reset_parameters. The bias may be undefined.
void reset(const at::Tensor &weight, const at::Tensor &bias)
{
    // Python leaves a weight without elements alone; libtorch would divide by its sizes.
    if (weight.numel() != 0)
        torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
    if (!bias.defined())
        return;
    int64_t fan_in = weight.size(0) == 0 ? 0 : weight[0].numel();
    double bound = fan_in > 0 ? 1 / std::sqrt(static_cast<double>(fan_in)) : 0;
    torch::nn::init::uniform_(bias, -bound, bound);
}

// What padding_mode adds on each side, for at::pad, which begins with the last dimension. Of an odd sum padding='same'
// adds the greater half at the end.
template <class Conv> std::vector<int64_t> margins(const Conv &conv)
{
    std::vector<int64_t> result;
    for (size_t i = conv.kernel_size().size(); i-- > 0;) {
        int64_t before = 0, after = 0;
        if (!conv.padding().is_text())
            before = after = conv.padding().sizes()[i];
        else if (conv.padding().text() == "same") {
            int64_t sum = as_int(conv.dilation()[i], "dilation") * (as_int(conv.kernel_size()[i], "kernel_size") - 1);
            before = sum / 2;
            after = sum - before;
        }
        result.push_back(before);
        result.push_back(after);
    }
    return result;
}

// libtorch multiplies groups and paddings without a look. As attributes they may have changed since init.
template <class Conv> void check_factors(const Conv &conv, at::IntArrayRef padding)
{
    as_int(conv.groups(), "groups");
    check_each(padding, as_int, "padding");
}

template <class Conv, class Convolve> at::Tensor conv(const Conv &conv, const at::Tensor &x, Convolve convolve)
{
    check_factors(conv, conv.padding().is_text() ? at::IntArrayRef() : conv.padding().sizes());
    auto with = [&](const at::Tensor &padded, const auto &padding) {
        return convolve(padded, conv.weight(), conv.bias(), conv.stride(), padding, conv.dilation(), conv.groups());
    };
    if (conv.padding_mode() != "zeros")
        return with(at::pad(x, margins(conv), conv.padding_mode()), at::IntArrayRef(zeros, conv.kernel_size().size()));
    return conv.padding().is_text() ? with(x, conv.padding().text()) : with(x, conv.padding().sizes());
}

// How much each dimension of the output grows to reach the size asked for: a stride leads to several sizes.
template <class Conv>
std::vector<int64_t> output_padding(const Conv &conv, const at::Tensor &x, std::vector<int64_t> output_size)
{
    auto n = static_cast<int64_t>(conv.kernel_size().size());
    int64_t others = x.dim() == n + 2 ? 2 : 1; // the channels, and with them a batch
    if (static_cast<int64_t>(output_size.size()) == n + others)
        output_size.erase(output_size.begin(), output_size.begin() + others);
    if (static_cast<int64_t>(output_size.size()) != n)
        fail(CT_ERROR_VALUE, "ConvTranspose" + std::to_string(n) + "D: for " + std::to_string(x.dim()) +
                                 "D input, output_size must have " + std::to_string(n) + " or " +
                                 std::to_string(others + n) + " elements (got " +
                                 std::to_string(output_size.size()) + ")");
    std::vector<int64_t> least, most, missing;
    bool fits = true;
    for (int64_t i = 0; i < n; i++) {
        int64_t stride = as_int(conv.stride()[i], "stride"), padding = as_int(conv.padding()[i], "padding");
        int64_t extent = as_int(conv.dilation()[i], "dilation") * (as_int(conv.kernel_size()[i], "kernel_size") - 1);
        least.push_back((x.size(i + others) - 1) * stride - 2 * padding + extent + 1);
        most.push_back(least[i] + stride - 1);
        fits = fits && output_size[i] >= least[i] && output_size[i] <= most[i];
        missing.push_back(output_size[i] - least[i]);
    }
    if (!fits)
        fail(CT_ERROR_VALUE, "requested an output size of " + list_text(output_size) + ", but valid sizes range from " +
                                 list_text(least) + " to " + list_text(most) + " (for an input of torch.Size(" +
                                 list_text(x.sizes().slice(2)) + "))");
    return missing;
}

template <class Conv, class Convolve>
Tensors conv_transpose(const Conv &conv, const Tensors &inputs, Convolve convolve)
{
    check_factors(conv, conv.padding());
    auto with = [&](at::IntArrayRef padding) {
        return convolve(inputs[0], conv.weight(), conv.bias(), conv.stride(), conv.padding(), padding, conv.groups(),
                        conv.dilation());
    };
    if (!inputs[1].defined())
        return {with(conv.output_padding())};
    return {with(output_padding(conv, inputs[0], sizes_in(inputs[1], "output_size")))};
}

// The areas of windows are counted without a look for overflow.
template <class Windows> void check_sizes(const Windows &windows)
{
    check_each(windows.kernel_size(), as_int, "kernel_size");
    check_each(windows.dilation(), as_int, "dilation");
    check_each(windows.padding(), as_int, "padding");
    check_each(windows.stride(), as_int, "stride");
}

} // namespace

void Conv1d::init()
{
    set_weight(new_parameter(checked_shape(*this)));
    if (with_bias())
        set_bias(new_parameter({out_channels()}));
    reset(weight(), bias());
}

at::Tensor Conv1d::forward(const at::Tensor &x)
{
    return conv(*this, x, [](const auto &...arguments) { return at::conv1d(arguments...); });
}

void Conv2d::init()
{
    set_weight(new_parameter(checked_shape(*this)));
    if (with_bias())
        set_bias(new_parameter({out_channels()}));
    reset(weight(), bias());
}

at::Tensor Conv2d::forward(const at::Tensor &x)
{
    return conv(*this, x, [](const auto &...arguments) { return at::conv2d(arguments...); });
}

void Conv3d::init()
{
    set_weight(new_parameter(checked_shape(*this)));
    if (with_bias())
        set_bias(new_parameter({out_channels()}));
    reset(weight(), bias());
}

at::Tensor Conv3d::forward(const at::Tensor &x)
{
    return conv(*this, x, [](const auto &...arguments) { return at::conv3d(arguments...); });
}

void ConvTranspose1d::init()
{
    set_weight(new_parameter(checked_transposed_shape(*this)));
    if (with_bias())
        set_bias(new_parameter({out_channels()}));
    reset(weight(), bias());
}

Tensors ConvTranspose1d::call(const Tensors &inputs)
{
    return conv_transpose(*this, inputs, [](const auto &...arguments) { return at::conv_transpose1d(arguments...); });
}

void ConvTranspose2d::init()
{
    set_weight(new_parameter(checked_transposed_shape(*this)));
    if (with_bias())
        set_bias(new_parameter({out_channels()}));
    reset(weight(), bias());
}

Tensors ConvTranspose2d::call(const Tensors &inputs)
{
    return conv_transpose(*this, inputs, [](const auto &...arguments) { return at::conv_transpose2d(arguments...); });
}

void ConvTranspose3d::init()
{
    set_weight(new_parameter(checked_transposed_shape(*this)));
    if (with_bias())
        set_bias(new_parameter({out_channels()}));
    reset(weight(), bias());
}

Tensors ConvTranspose3d::call(const Tensors &inputs)
{
    return conv_transpose(*this, inputs, [](const auto &...arguments) { return at::conv_transpose3d(arguments...); });
}

at::Tensor Unfold::forward(const at::Tensor &x)
{
    check_sizes(*this);
    return at::im2col(x, kernel_size(), dilation(), padding(), stride());
}

at::Tensor Fold::forward(const at::Tensor &x)
{
    check_sizes(*this);
    check_each(output_size(), as_int, "output_size");
    return at::col2im(x, output_size(), kernel_size(), dilation(), padding(), stride());
}

} // namespace ct
