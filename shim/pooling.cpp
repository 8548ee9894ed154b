// pooling.cpp: the options of pooling.
// SPDX-License-Identifier: BSD-3-Clause
#include "pooling.hpp"

#include "checks.hpp"

#include <climits>

namespace ct {

namespace nn = torch::nn;

namespace {

// A stride of zeros stands for the kernel's size, which libtorch's options have from the start.
template <class Options> void set_stride(Options &options, const int64_t (&stride)[2])
{
    if (is_given(stride))
        options.stride(sizes(stride, positive, "stride"));
}

// libtorch's pooling of two dimensions refuses what an int cannot hold; that of one runs beyond its memory.
int64_t as_int(int64_t value, const char *name)
{
    if (value > INT_MAX)
        fail(CT_ERROR_VALUE,
             std::string(name) + " is " + std::to_string(value) + "; expected at most " + std::to_string(INT_MAX));
    return value;
}

Optional<int64_t> output_side(int64_t side)
{
    if (side != CT_NONE)
        return positive(side, "output_size");
    return {};
}

} // namespace

nn::MaxPool1dOptions pooling(int64_t kernel_size, const ct_max_pool1d_options &o)
{
    nn::MaxPool1dOptions options(as_int(positive(kernel_size, "kernel_size"), "kernel_size"));
    if (o.stride != 0)
        options.stride(as_int(positive(o.stride, "stride"), "stride"));
    options.padding(as_int(not_negative(o.padding, "padding"), "padding"));
    options.dilation(as_int(positive(o.dilation, "dilation"), "dilation"));
    return options.ceil_mode(o.ceil_mode);
}

nn::MaxPool2dOptions pooling(int64_t kernel_size, const ct_max_pool2d_options &o)
{
    nn::MaxPool2dOptions options(kernel(kernel_size, o.kernel_size));
    set_stride(options, o.stride);
    options.padding(sizes(o.padding, not_negative, "padding")).dilation(sizes(o.dilation, positive, "dilation"));
    return options.ceil_mode(o.ceil_mode);
}

nn::AvgPool2dOptions pooling(int64_t kernel_size, const ct_avg_pool2d_options &o)
{
    nn::AvgPool2dOptions options(kernel(kernel_size, o.kernel_size));
    set_stride(options, o.stride);
    options.padding(sizes(o.padding, not_negative, "padding")).ceil_mode(o.ceil_mode);
    options.count_include_pad(o.count_include_pad);
    if (o.divisor_override == 0)
        fail(CT_ERROR_VALUE, "divisor must be not zero");
    if (o.divisor_override != CT_NONE)
        options.divisor_override(o.divisor_override);
    return options;
}

nn::AdaptiveAvgPool2dOptions pooling(int64_t output_size, const ct_adaptive_avg_pool2d_options &o)
{
    bool given = is_given(o.output_size);
    int64_t height = given ? o.output_size[0] : output_size;
    int64_t width = given && o.output_size[1] != CT_REPEAT ? o.output_size[1] : height;
    return nn::AdaptiveAvgPool2dOptions({output_side(height), output_side(width)});
}

} // namespace ct
