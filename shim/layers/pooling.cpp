// pooling.cpp: the largest value, the mean or another summary of each window.
// SPDX-License-Identifier: BSD-3-Clause
#include "layers/pooling.hpp"

#include "generated/pooling.hpp"

#include <algorithm>
#include <cmath>

// A function of libtorch's as an argument, with all its overloads.
#define AT(function) [](const auto &...arguments) { return at::function(arguments...); }

namespace ct {

namespace {

// `stride=None` is the kernel's size from the start, also where it is printed.
void set_stride(Value &stride, const Value &kernel_size)
{
    if (stride.is_none())
        stride = kernel_size;
}

// The outputs of what finds values and where they are.
Tensors chosen(const std::tuple<at::Tensor, at::Tensor> &found, bool return_indices)
{
    if (!return_indices)
        return {std::get<0>(found)};
    return {std::get<0>(found), std::get<1>(found)};
}

template <class Layer> Window window_of(const Layer &layer)
{
    return {layer.kernel_size(), layer.stride(), layer.padding(), {}, false};
}

template <class Layer> Window dilated_window_of(const Layer &layer)
{
    return {layer.kernel_size(), layer.stride(), layer.padding(), layer.dilation(), layer.ceil_mode()};
}

template <class Pool> auto slide(const at::Tensor &x, const Window &w, Pool pool)
{
    check(w);
    return pool(x, w.kernel_size, w.stride, w.padding, w.dilation, w.ceil_mode);
}

template <class Layer, class Pool, class WithIndices>
Tensors max_pool(const Layer &layer, const at::Tensor &x, Pool pool, WithIndices with_indices)
{
    if (layer.return_indices())
        return chosen(slide(x, dilated_window_of(layer), with_indices), true);
    return {slide(x, dilated_window_of(layer), pool)};
}

void check_divisor(Optional<int64_t> divisor)
{
    if (divisor.has_value() && *divisor == 0)
        fail(CT_ERROR_VALUE, "divisor must be not zero");
}

// ---- Unpooling ----

// Other sizes than the standard one are possible within a stride of it.
void check_asked(const std::vector<int64_t> &asked, const std::vector<int64_t> &standard, at::IntArrayRef stride)
{
    size_t n = standard.size();
    if (asked.size() != n)
        fail(CT_ERROR_VALUE, "output_size should be a sequence containing " + std::to_string(n) + " or " +
                                 std::to_string(n + 2) + " elements, but it has a length of '" +
                                 std::to_string(asked.size()) + "'");
    for (size_t i = 0; i < n; i++)
        if (asked[i] <= standard[i] - stride[i] || asked[i] >= standard[i] + stride[i])
            fail(CT_ERROR_VALUE, "invalid output_size \"" + list_text(asked) + "\" (dim " + std::to_string(i) +
                                     " must be between " + std::to_string(standard[i] - stride[i]) + " and " +
                                     std::to_string(standard[i] + stride[i]) + ")");
}

std::vector<int64_t> unpooled_size(const at::Tensor &x, const Window &w, const at::Tensor &asked_for)
{
    check(w);
    auto n = static_cast<int64_t>(w.kernel_size.size());
    std::vector<int64_t> size;
    for (int64_t i = 0; i < n; i++)
        size.push_back((x.size(i - n) - 1) * w.stride[i] + w.kernel_size[i] - 2 * w.padding[i]);
    if (asked_for.defined()) {
        std::vector<int64_t> asked = sizes_in(asked_for, "output_size");
        if (asked.size() == size.size() + 2)
            asked.erase(asked.begin(), asked.begin() + 2);
        check_asked(asked, size, w.stride);
        size = asked;
    }
    for (size_t i = 0; i < size.size(); i++)
        if (size[i] < 0)
            fail(CT_ERROR_VALUE, "max_unpooling: output_size must contain non-negative spatial dimensions, but got "
                                 "output_size[" + std::to_string(i) + "]=" + std::to_string(size[i]));
    return size;
}

// ---- Windows laid out at random ----

template <class Layer> void check_fractional(const Layer &layer, size_t dimensions)
{
    for (int64_t side : layer.kernel_size())
        if (side <= 0)
            fail(CT_ERROR_VALUE,
                 "kernel_size must be greater than 0, but got " + layer.attribute("kernel_size")->repr());
    std::vector<double> ratio = layer.output_ratio();
    if (layer.output_size().empty() && ratio.empty())
        fail(CT_ERROR_VALUE, layer.class_name() + " requires specifying either an output size, or a pooling ratio");
    if (!layer.output_size().empty() && !ratio.empty())
        fail(CT_ERROR_VALUE, "only one of output_size and output_ratio may be specified");
    std::string given = layer.attribute("output_ratio")->repr();
    if (ratio.size() > 1 && ratio.size() != dimensions)
        fail(CT_ERROR_VALUE,
             "output_ratio is " + given + "; expected one number or " + std::to_string(dimensions) + " of them");
    if (!std::all_of(ratio.begin(), ratio.end(), [](double side) { return side > 0 && side < 1; }))
        fail(CT_ERROR_VALUE, "output_ratio must be between 0 and 1 (got " + given + ")");
}

// Print shows nothing of these layers: the size of the output is as unknown then as that of the kernel.
void stand_in(std::vector<Value> &args, std::vector<std::string> &unknown, size_t dimensions)
{
    if (!args[1].is_none() || !args[2].is_none())
        return;
    args[1] = Sizes{std::vector<int64_t>(dimensions, 1), true};
    unknown.push_back("output_size");
}

std::vector<int64_t> fractional_size(const at::Tensor &x, at::IntArrayRef output_size, const std::vector<double> &ratio,
                                     int64_t dimensions)
{
    if (!output_size.empty())
        return output_size.vec();
    std::vector<int64_t> size;
    for (int64_t i = 0; i < dimensions; i++) {
        double side = static_cast<double>(x.size(i - dimensions));
        size.push_back(static_cast<int64_t>(side * ratio[ratio.size() == 1 ? 0 : static_cast<size_t>(i)]));
    }
    return size;
}

// libtorch 1.13 reads the numbers without looking at their shape.
void check_samples(const at::Tensor &samples, int64_t batch, int64_t channels, int64_t dimensions)
{
    if (samples.dim() != 3)
        fail(CT_ERROR_RUNTIME,
             "Expect _random_samples to have 3 dimensions, got " + std::to_string(samples.dim()));
    if (samples.size(0) < batch)
        fail(CT_ERROR_RUNTIME, "Expect _random_samples.size(0) no less then input batch size.");
    if (samples.size(1) != channels)
        fail(CT_ERROR_RUNTIME, "Expect _random_samples.size(1) equals to input channel size.");
    if (samples.size(2) != dimensions)
        fail(CT_ERROR_RUNTIME, "Expect _random_samples.size(2) equals to " + std::to_string(dimensions) + "; got " +
                                   std::to_string(samples.size(2)) + ".");
}

// (N, C, dimensions): given, or drawn.
at::Tensor samples_for(const at::Tensor &x, const at::Tensor &given, int64_t dimensions)
{
    int64_t batch = x.dim() == dimensions + 1 ? 1 : x.size(0), channels = x.size(-dimensions - 1);
    if (!given.defined())
        return at::rand({batch, channels, dimensions}, at::device(x.device()).dtype(x.scalar_type()));
    check_samples(given, batch, channels, dimensions);
    return given;
}

// ---- Norms ----

template <class Layer> void check_norm(const Layer &layer)
{
    if (layer.norm_type() == 0)
        fail(CT_ERROR_VALUE, "norm_type must be a non-zero value, but got " + repr(layer.norm_type()));
    check({layer.kernel_size(), layer.stride(), {}, {}, false});
}

// average: the mean of each window; pool: its largest value.
template <class Layer, class Average, class Pool>
at::Tensor norm_pool(const Layer &layer, const at::Tensor &x, Average average, Pool pool)
{
    check_norm(layer);
    double p = layer.norm_type();
    const int64_t none = 0, one = 1;
    if (std::isinf(p)) {
        at::Tensor size = p > 0 ? x.abs() : -x.abs();
        at::Tensor y = pool(size, layer.kernel_size(), layer.stride(), at::IntArrayRef(none), at::IntArrayRef(one),
                            layer.ceil_mode());
        return p > 0 ? y : -y;
    }
    int64_t count = 1;
    for (int64_t side : layer.kernel_size())
        count *= side;
    at::Tensor mean = average(x.pow(p), layer.kernel_size(), layer.stride(), at::IntArrayRef(none), layer.ceil_mode());
    return (at::sign(mean) * at::relu(at::abs(mean))).mul(count).pow(1.0 / p);
}

// ---- As many windows as the output needs ----

void check_output_size(at::IntArrayRef output_size)
{
    for (int64_t side : output_size)
        if (side != none_size)
            positive(side, "output_size");
}

// None is the input's own size.
std::vector<int64_t> adapted_size(const at::Tensor &x, at::IntArrayRef output_size)
{
    check_output_size(output_size);
    std::vector<int64_t> size = output_size.vec();
    auto n = static_cast<int64_t>(size.size());
    if (std::find(size.begin(), size.end(), none_size) != size.end() && x.dim() <= n)
        fail(CT_ERROR_VALUE, "Input dimension should be at least " + std::to_string(n + 1));
    for (int64_t i = 0; i < n; i++)
        if (size[i] == none_size)
            size[i] = x.size(i - n);
    return size;
}

template <class Layer, class Pool> Tensors adaptive_max_pool(const Layer &layer, const at::Tensor &x, Pool pool)
{
    return chosen(pool(x, adapted_size(x, layer.output_size())), layer.return_indices());
}

} // namespace

// ---- What functional.cpp calls too ----

at::Tensor max_pool1d(const at::Tensor &x, const Window &window)
{
    return slide(x, window, AT(max_pool1d));
}

at::Tensor max_pool2d(const at::Tensor &x, const Window &window)
{
    return slide(x, window, AT(max_pool2d));
}

at::Tensor avg_pool2d(const at::Tensor &x, const Window &w, bool count_include_pad, Optional<int64_t> divisor)
{
    check(w);
    check_divisor(divisor);
    return at::avg_pool2d(x, w.kernel_size, w.stride, w.padding, w.ceil_mode, count_include_pad, divisor);
}

at::Tensor adaptive_avg_pool2d(const at::Tensor &x, at::IntArrayRef output_size)
{
    return at::adaptive_avg_pool2d(x, adapted_size(x, output_size));
}

// ---- The layers ----

void MaxPool1d::init()
{
    set_stride(args[1], args[0]);
    check(dilated_window_of(*this));
}

Tensors MaxPool1d::call(const Tensors &inputs)
{
    return max_pool(*this, inputs[0], AT(max_pool1d), AT(max_pool1d_with_indices));
}

void MaxPool2d::init()
{
    set_stride(args[1], args[0]);
    check(dilated_window_of(*this));
}

Tensors MaxPool2d::call(const Tensors &inputs)
{
    return max_pool(*this, inputs[0], AT(max_pool2d), AT(max_pool2d_with_indices));
}

void MaxPool3d::init()
{
    set_stride(args[1], args[0]);
    check(dilated_window_of(*this));
}

Tensors MaxPool3d::call(const Tensors &inputs)
{
    return max_pool(*this, inputs[0], AT(max_pool3d), AT(max_pool3d_with_indices));
}

void MaxUnpool1d::init()
{
    set_stride(args[1], args[0]);
    check(window_of(*this));
}

Tensors MaxUnpool1d::call(const Tensors &inputs)
{
    std::vector<int64_t> size = unpooled_size(inputs[0], window_of(*this), inputs[2]);
    size.push_back(1);
    return {at::max_unpool2d(inputs[0].unsqueeze(-1), inputs[1].unsqueeze(-1), size).squeeze(-1)};
}

void MaxUnpool2d::init()
{
    set_stride(args[1], args[0]);
    check(window_of(*this));
}

Tensors MaxUnpool2d::call(const Tensors &inputs)
{
    std::vector<int64_t> size = unpooled_size(inputs[0], window_of(*this), inputs[2]);
    return {at::max_unpool2d(inputs[0], inputs[1], size)};
}

void MaxUnpool3d::init()
{
    set_stride(args[1], args[0]);
    check(window_of(*this));
}

Tensors MaxUnpool3d::call(const Tensors &inputs)
{
    std::vector<int64_t> size = unpooled_size(inputs[0], window_of(*this), inputs[2]);
    return {at::max_unpool3d(inputs[0], inputs[1], size, stride(), padding())};
}

void AvgPool1d::init()
{
    set_stride(args[1], args[0]);
    check(window_of(*this));
}

at::Tensor AvgPool1d::forward(const at::Tensor &x)
{
    return at::avg_pool1d(x, kernel_size(), stride(), padding(), ceil_mode(), count_include_pad());
}

void AvgPool2d::init()
{
    set_stride(args[1], args[0]);
    check(window_of(*this));
    check_divisor(divisor_override());
}

at::Tensor AvgPool2d::forward(const at::Tensor &x)
{
    return at::avg_pool2d(x, kernel_size(), stride(), padding(), ceil_mode(), count_include_pad(), divisor_override());
}

void AvgPool3d::init()
{
    set_stride(args[1], args[0]);
    check(window_of(*this));
    check_divisor(divisor_override());
}

at::Tensor AvgPool3d::forward(const at::Tensor &x)
{
    return at::avg_pool3d(x, kernel_size(), stride(), padding(), ceil_mode(), count_include_pad(), divisor_override());
}

void FractionalMaxPool2d::init()
{
    check_fractional(*this, 2);
    set__random_samples(random_samples());
}

void FractionalMaxPool2d::infer(const Entries &, std::vector<std::string> &unknown)
{
    stand_in(args, unknown, 2);
}

Tensors FractionalMaxPool2d::call(const Tensors &inputs)
{
    const at::Tensor &x = inputs[0];
    at::Tensor samples = samples_for(x, _random_samples(), 2);
    std::vector<int64_t> size = fractional_size(x, output_size(), output_ratio(), 2);
    return chosen(at::fractional_max_pool2d(x, kernel_size(), size, samples), return_indices());
}

void FractionalMaxPool3d::init()
{
    check_fractional(*this, 3);
    set__random_samples(random_samples());
}

void FractionalMaxPool3d::infer(const Entries &, std::vector<std::string> &unknown)
{
    stand_in(args, unknown, 3);
}

Tensors FractionalMaxPool3d::call(const Tensors &inputs)
{
    const at::Tensor &x = inputs[0];
    at::Tensor samples = samples_for(x, _random_samples(), 3);
    std::vector<int64_t> size = fractional_size(x, output_size(), output_ratio(), 3);
    return chosen(at::fractional_max_pool3d(x, kernel_size(), size, samples), return_indices());
}

void LPPool1d::init()
{
    check_norm(*this);
}

at::Tensor LPPool1d::forward(const at::Tensor &x)
{
    return norm_pool(*this, x, AT(avg_pool1d), AT(max_pool1d));
}

void LPPool2d::init()
{
    check_norm(*this);
}

at::Tensor LPPool2d::forward(const at::Tensor &x)
{
    return norm_pool(*this, x, AT(avg_pool2d), AT(max_pool2d));
}

void LPPool3d::init()
{
    check_norm(*this);
}

at::Tensor LPPool3d::forward(const at::Tensor &x)
{
    return norm_pool(*this, x, AT(avg_pool3d), AT(max_pool3d));
}

void AdaptiveMaxPool1d::init()
{
    check_output_size(output_size());
}

Tensors AdaptiveMaxPool1d::call(const Tensors &inputs)
{
    return adaptive_max_pool(*this, inputs[0], AT(adaptive_max_pool1d));
}

void AdaptiveMaxPool2d::init()
{
    check_output_size(output_size());
}

Tensors AdaptiveMaxPool2d::call(const Tensors &inputs)
{
    return adaptive_max_pool(*this, inputs[0], AT(adaptive_max_pool2d));
}

void AdaptiveMaxPool3d::init()
{
    check_output_size(output_size());
}

Tensors AdaptiveMaxPool3d::call(const Tensors &inputs)
{
    return adaptive_max_pool(*this, inputs[0], AT(adaptive_max_pool3d));
}

void AdaptiveAvgPool1d::init()
{
    check_output_size(output_size());
}

at::Tensor AdaptiveAvgPool1d::forward(const at::Tensor &x)
{
    return at::adaptive_avg_pool1d(x, adapted_size(x, output_size()));
}

void AdaptiveAvgPool2d::init()
{
    check_output_size(output_size());
}

at::Tensor AdaptiveAvgPool2d::forward(const at::Tensor &x)
{
    return at::adaptive_avg_pool2d(x, adapted_size(x, output_size()));
}

void AdaptiveAvgPool3d::init()
{
    check_output_size(output_size());
}

at::Tensor AdaptiveAvgPool3d::forward(const at::Tensor &x)
{
    return at::adaptive_avg_pool3d(x, adapted_size(x, output_size()));
}

} // namespace ct
