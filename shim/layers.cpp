// layers.cpp: the registry's rows for libtorch's layers: Python's names and what Python prints between their parentheses.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
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

std::string max_pool2d(const Module &m, bool)
{
    const auto &o = as<nn::MaxPool2dImpl>(m).options;
    return "kernel_size=" + size<2>(o.kernel_size()) + ", stride=" + size<2>(o.stride()) + ", padding=" + size<2>(o.padding()) +
           ", dilation=" + size<2>(o.dilation()) + ", ceil_mode=" + truth(o.ceil_mode());
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
        make_class<nn::MaxPool2dImpl>("MaxPool2d", max_pool2d),
        make_class<nn::BatchNorm1dImpl>("BatchNorm1d", batch_norm<nn::BatchNorm1dImpl>),
        make_class<nn::BatchNorm2dImpl>("BatchNorm2d", batch_norm<nn::BatchNorm2dImpl>),
        make_class<nn::ReLUImpl>("ReLU", relu),
        make_class<nn::SigmoidImpl>("Sigmoid", none),
        make_class<nn::TanhImpl>("Tanh", none),
        make_class<nn::DropoutImpl>("Dropout", dropout),
        make_class<nn::EmbeddingImpl>("Embedding", embedding),
        make_class<nn::FlattenImpl>("Flatten", flatten),
    };
    return rows;
}

} // namespace ct
