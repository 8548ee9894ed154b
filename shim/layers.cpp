// layers.cpp: the registry's rows for libtorch's layers: Python's names and what Python prints between their
// parentheses.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "layer_norm.hpp"
#include "registry.hpp"

#include <charconv>

namespace ct {

namespace nn = torch::nn;

namespace {

const char *truth(bool value)
{
    return value ? "True" : "False";
}

std::string none(const Module &, bool)
{
    return "";
}

std::string linear(const Module &m, bool)
{
    const auto &o = as<nn::LinearImpl>(m).options;
    return "in_features=" + std::to_string(o.in_features()) + ", out_features=" + std::to_string(o.out_features()) +
           ", bias=" + truth(o.bias());
}

template <size_t D> bool all_are(const torch::ExpandingArray<D> &values, int64_t value)
{
    return std::all_of(values->begin(), values->end(), [&](int64_t v) { return v == value; });
}

template <size_t D> std::string tuple(const torch::ExpandingArray<D> &values)
{
    return tuple_text(at::IntArrayRef(values->data(), D));
}

template <size_t D, class Padding> std::string padding(const Padding &padding)
{
    if (variant::get_if<torch::enumtype::kSame>(&padding))
        return ", padding=same";
    if (variant::get_if<torch::enumtype::kValid>(&padding))
        return ", padding=valid";
    const auto &sizes = variant::get<torch::ExpandingArray<D>>(padding);
    return all_are<D>(sizes, 0) ? "" : ", padding=" + tuple<D>(sizes);
}

const char *padding_mode(const nn::detail::conv_padding_mode_t &mode)
{
    return variant::get_if<torch::enumtype::kReflect>(&mode)     ? "reflect"
           : variant::get_if<torch::enumtype::kReplicate>(&mode) ? "replicate"
           : variant::get_if<torch::enumtype::kCircular>(&mode)  ? "circular"
                                                                 : "zeros";
}

template <class Impl, size_t D> std::string conv(const Module &m, bool)
{
    const auto &o = as<Impl>(m).options;
    std::string s = std::to_string(o.in_channels()) + ", " + std::to_string(o.out_channels()) +
                    ", kernel_size=" + tuple<D>(o.kernel_size()) + ", stride=" + tuple<D>(o.stride());
    s += padding<D>(o.padding());
    if (!all_are<D>(o.dilation(), 1))
        s += ", dilation=" + tuple<D>(o.dilation());
    if (!all_are<D>(o.output_padding(), 0))
        s += ", output_padding=" + tuple<D>(o.output_padding());
    if (o.groups() != 1)
        s += ", groups=" + std::to_string(o.groups());
    if (!o.bias())
        s += ", bias=False";
    if (std::string mode = padding_mode(o.padding_mode()); mode != "zeros")
        s += ", padding_mode=" + mode;
    return s;
}

template <class Impl> std::string batch_norm(const Module &m, bool legacy)
{
    const auto &o = as<Impl>(m).options;
    std::string s = std::to_string(o.num_features()) + ", eps=" + repr(o.eps()) +
                    ", momentum=" + (o.momentum() ? repr(*o.momentum()) : "None") + ", affine=" + truth(o.affine());
    if (!legacy)
        s += std::string(", bias=") + truth(o.affine());
    return s + ", track_running_stats=" + truth(o.track_running_stats());
}

std::string relu(const Module &m, bool)
{
    return as<nn::ReLUImpl>(m).options.inplace() ? "inplace=True" : "";
}

std::string layer_norm(const Module &m, bool legacy)
{
    const auto &layer = as<LayerNorm>(m);
    const auto &o = layer.options;
    std::string s =
        tuple_text(o.normalized_shape) + ", eps=" + repr(o.eps) + ", elementwise_affine=" + truth(o.elementwise_affine);
    return legacy ? s : s + ", bias=" + truth(layer.bias.defined());
}

std::string leaky_relu(const Module &m, bool)
{
    const auto &o = as<nn::LeakyReLUImpl>(m).options;
    return "negative_slope=" + repr(o.negative_slope()) + (o.inplace() ? ", inplace=True" : "");
}

std::string gelu(const Module &m, bool)
{
    return "approximate='" + as<nn::GELUImpl>(m).options.approximate() + "'";
}

template <class Impl> std::string softmax(const Module &m, bool)
{
    return "dim=" + std::to_string(as<Impl>(m).options.dim());
}

std::string dropout(const Module &m, bool)
{
    const auto &o = as<nn::DropoutImpl>(m).options;
    return "p=" + repr(o.p()) + ", inplace=" + truth(o.inplace());
}

std::string flatten(const Module &m, bool)
{
    const auto &o = as<nn::FlattenImpl>(m).options;
    return "start_dim=" + std::to_string(o.start_dim()) + ", end_dim=" + std::to_string(o.end_dim());
}

// Python prints a number when it was given one; equal sizes are printed so.
template <size_t D> std::string size(const torch::ExpandingArray<D> &values)
{
    return all_are<D>(values, (*values)[0]) ? std::to_string((*values)[0]) : tuple<D>(values);
}

template <class Impl, size_t D> std::string max_pool(const Module &m, bool)
{
    const auto &o = as<Impl>(m).options;
    return "kernel_size=" + size<D>(o.kernel_size()) + ", stride=" + size<D>(o.stride()) +
           ", padding=" + size<D>(o.padding()) + ", dilation=" + size<D>(o.dilation()) +
           ", ceil_mode=" + truth(o.ceil_mode());
}

std::string avg_pool2d(const Module &m, bool)
{
    const auto &o = as<nn::AvgPool2dImpl>(m).options;
    return "kernel_size=" + size<2>(o.kernel_size()) + ", stride=" + size<2>(o.stride()) +
           ", padding=" + size<2>(o.padding());
}

std::string adaptive_avg_pool2d(const Module &m, bool)
{
    auto side = [](const Optional<int64_t> &size) { return size ? std::to_string(*size) : "None"; };
    const auto &sides = *as<nn::AdaptiveAvgPool2dImpl>(m).options.output_size();
    if (sides[0] && sides[0] == sides[1])
        return "output_size=" + side(sides[0]);
    return "output_size=(" + side(sides[0]) + ", " + side(sides[1]) + ")";
}

std::string embedding(const Module &m, bool)
{
    const auto &o = as<nn::EmbeddingImpl>(m).options;
    std::string s = std::to_string(o.num_embeddings()) + ", " + std::to_string(o.embedding_dim());
    if (o.padding_idx())
        s += ", padding_idx=" + std::to_string(*o.padding_idx());
    if (o.max_norm())
        s += ", max_norm=" + repr(*o.max_norm());
    if (o.norm_type() != 2)
        s += ", norm_type=" + repr(o.norm_type());
    if (o.scale_grad_by_freq())
        s += ", scale_grad_by_freq=True";
    if (o.sparse())
        s += ", sparse=True";
    return s;
}

} // namespace

// The shortest digits that read back the same, with an exponent from 1e16 on and below 1e-4.
std::string repr(double value)
{
    if (std::isnan(value) || std::isinf(value))
        return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    double size = std::fabs(value);
    bool exponent = size != 0 && (size < 1e-4 || size >= 1e16);
    char digits[400];
    auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
    std::string text(digits, std::to_chars(digits, digits + sizeof digits, value, format).ptr);
    return exponent || text.find('.') != std::string::npos ? text : text + ".0";
}

const std::vector<Class> &layer_classes()
{
    static const std::vector<Class> rows = {
        make_class<nn::LinearImpl>("Linear", linear),
        make_class<nn::IdentityImpl>("Identity", none),
        make_class<nn::Conv1dImpl>("Conv1d", conv<nn::Conv1dImpl, 1>),
        make_class<nn::Conv2dImpl>("Conv2d", conv<nn::Conv2dImpl, 2>),
        make_class<nn::ConvTranspose2dImpl>("ConvTranspose2d", conv<nn::ConvTranspose2dImpl, 2>),
        make_class<nn::MaxPool1dImpl>("MaxPool1d", max_pool<nn::MaxPool1dImpl, 1>),
        make_class<nn::MaxPool2dImpl>("MaxPool2d", max_pool<nn::MaxPool2dImpl, 2>),
        make_class<nn::AvgPool2dImpl>("AvgPool2d", avg_pool2d),
        make_class<nn::AdaptiveAvgPool2dImpl>("AdaptiveAvgPool2d", adaptive_avg_pool2d),
        make_class<nn::BatchNorm1dImpl>("BatchNorm1d", batch_norm<nn::BatchNorm1dImpl>),
        make_class<nn::BatchNorm2dImpl>("BatchNorm2d", batch_norm<nn::BatchNorm2dImpl>),
        make_class<LayerNorm>("LayerNorm", layer_norm),
        make_class<nn::ReLUImpl>("ReLU", relu),
        make_class<nn::SigmoidImpl>("Sigmoid", none),
        make_class<nn::TanhImpl>("Tanh", none),
        make_class<nn::LeakyReLUImpl>("LeakyReLU", leaky_relu),
        make_class<nn::GELUImpl>("GELU", gelu),
        make_class<nn::SoftmaxImpl>("Softmax", softmax<nn::SoftmaxImpl>),
        make_class<nn::LogSoftmaxImpl>("LogSoftmax", softmax<nn::LogSoftmaxImpl>),
        make_class<nn::DropoutImpl>("Dropout", dropout),
        make_class<nn::EmbeddingImpl>("Embedding", embedding),
        make_class<nn::FlattenImpl>("Flatten", flatten),
    };
    return rows;
}

} // namespace ct
