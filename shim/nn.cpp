// nn.cpp: include/ctorch/nn.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "checks.hpp"
#include "layer_norm.hpp"
#include "pooling.hpp"
#include "state.hpp"

#include <ctorch/nn.h>

namespace nn = torch::nn;
using namespace ct;

namespace {

// A module on the device and in the type that the caller asked for, with the weights that Python would draw: in that
// type.
template <class Impl, class Options> ModulePtr make(const Options &options, const char *where, ct_dtype dtype)
{
    if (!where && dtype == CT_DTYPE_NONE)
        return std::make_shared<Impl>(options);
    RandomState before;
    auto module = std::make_shared<Impl>(options);
    move_to(*module, {dtype, where});
    before.restore();
    module->reset_parameters();
    return module;
}

nn::detail::conv_padding_mode_t padding_mode(const char *mode)
{
    std::string name = text(mode, "padding_mode");
    if (name == "zeros")
        return torch::kZeros;
    if (name == "reflect")
        return torch::kReflect;
    if (name == "replicate")
        return torch::kReplicate;
    if (name == "circular")
        return torch::kCircular;
    fail(CT_ERROR_VALUE,
         "padding_mode must be one of 'zeros', 'reflect', 'replicate' or 'circular', but got '" + name + "'");
}

void check_groups(int64_t in_channels, int64_t out_channels, int64_t groups)
{
    if (in_channels % groups != 0)
        fail(CT_ERROR_VALUE, "in_channels must be divisible by groups");
    if (out_channels % groups != 0)
        fail(CT_ERROR_VALUE, "out_channels must be divisible by groups");
}

template <size_t D> void finish(nn::ConvOptions<D> &options, int64_t groups, bool bias, const char *mode)
{
    options.groups(positive(groups, "groups")).bias(bias).padding_mode(padding_mode(mode));
    check_groups(options.in_channels(), options.out_channels(), groups);
}

void check_same(bool stride_is_one)
{
    if (!stride_is_one)
        fail(CT_ERROR_VALUE, "padding='same' is not supported for strided convolutions");
}

ModulePtr linear(int64_t in_features, int64_t out_features, const ct_linear_options &o)
{
    // Python makes a layer without inputs; libtorch divides by their number when it draws the weights.
    auto options = nn::LinearOptions(positive(in_features, "in_features"), not_negative(out_features, "out_features"));
    return make<nn::LinearImpl>(options.bias(o.bias), o.device, o.dtype);
}

ModulePtr conv1d(int64_t in_channels, int64_t out_channels, int64_t kernel_size, const ct_conv1d_options &o)
{
    nn::Conv1dOptions options(positive(in_channels, "in_channels"), positive(out_channels, "out_channels"),
                              positive(kernel_size, "kernel_size"));
    options.stride(positive(o.stride, "stride")).dilation(positive(o.dilation, "dilation"));
    if (o.padding == CT_PADDING_SAME) {
        check_same(o.stride == 1);
        options.padding(torch::kSame);
    } else {
        options.padding(not_negative(o.padding, "padding"));
    }
    finish(options, o.groups, o.bias, o.padding_mode);
    return make<nn::Conv1dImpl>(options, o.device, o.dtype);
}

ModulePtr conv2d(int64_t in_channels, int64_t out_channels, int64_t kernel_size, const ct_conv2d_options &o)
{
    nn::Conv2dOptions options(positive(in_channels, "in_channels"), positive(out_channels, "out_channels"),
                              kernel(kernel_size, o.kernel_size));
    options.stride(sizes(o.stride, positive, "stride")).dilation(sizes(o.dilation, positive, "dilation"));
    if (o.padding[0] == CT_PADDING_SAME) {
        check_same((*options.stride())[0] == 1 && (*options.stride())[1] == 1);
        options.padding(torch::kSame);
    } else {
        options.padding(sizes(o.padding, not_negative, "padding"));
    }
    finish(options, o.groups, o.bias, o.padding_mode);
    return make<nn::Conv2dImpl>(options, o.device, o.dtype);
}

ModulePtr conv_transpose2d(int64_t in_channels, int64_t out_channels, int64_t kernel_size,
                           const ct_conv_transpose2d_options &o)
{
    nn::ConvTranspose2dOptions options(positive(in_channels, "in_channels"), positive(out_channels, "out_channels"),
                                       kernel(kernel_size, o.kernel_size));
    options.stride(sizes(o.stride, positive, "stride")).padding(sizes(o.padding, not_negative, "padding"));
    options.output_padding(sizes(o.output_padding, not_negative, "output_padding"));
    options.dilation(sizes(o.dilation, positive, "dilation")).groups(positive(o.groups, "groups")).bias(o.bias);
    check_groups(in_channels, out_channels, o.groups);
    if (std::string(text(o.padding_mode, "padding_mode")) != "zeros")
        fail(CT_ERROR_VALUE, "Only \"zeros\" padding mode is supported for ConvTranspose2d");
    return make<nn::ConvTranspose2dImpl>(options, o.device, o.dtype);
}

template <class Impl> ModulePtr batch_norm(int64_t num_features, const ct_batch_norm_options &o)
{
    nn::BatchNormOptions options(not_negative(num_features, "num_features"));
    options.eps(o.eps).affine(o.affine).track_running_stats(o.track_running_stats);
    options.momentum(std::isnan(o.momentum) ? Optional<double>() : Optional<double>(o.momentum));
    return make<Impl>(options, o.device, o.dtype);
}

ModulePtr layer_norm(at::IntArrayRef normalized_shape, const ct_layer_norm_options &o)
{
    auto is_positive = [](int64_t size) { return size > 0; };
    if (normalized_shape.empty() || !std::all_of(normalized_shape.begin(), normalized_shape.end(), is_positive))
        fail(CT_ERROR_VALUE, "normalized_shape is " + tuple_text(normalized_shape) + "; expected positive sizes");
    LayerNormOptions options{normalized_shape.vec(), o.eps, o.elementwise_affine, o.bias};
    return make<LayerNorm>(options, o.device, o.dtype);
}

ModulePtr gelu(const ct_gelu_options &o)
{
    std::string approximate = text(o.approximate, "approximate");
    if (approximate != "none" && approximate != "tanh")
        fail(CT_ERROR_VALUE, "approximate argument must be either none or tanh, but got '" + approximate + "'");
    return std::make_shared<nn::GELUImpl>(nn::GELUOptions().approximate(approximate));
}

ModulePtr leaky_relu(const ct_leaky_relu_options &o)
{
    nn::LeakyReLUOptions options;
    return std::make_shared<nn::LeakyReLUImpl>(options.negative_slope(o.negative_slope).inplace(o.inplace));
}

ModulePtr dropout(const ct_dropout_options &o)
{
    return std::make_shared<nn::DropoutImpl>(nn::DropoutOptions(probability(o.p)).inplace(o.inplace));
}

int64_t row(int64_t index, int64_t rows)
{
    if (index < -rows || index >= rows)
        fail(CT_ERROR_VALUE,
             "padding_idx is " + std::to_string(index) + "; it must be within num_embeddings, " + std::to_string(rows));
    return index;
}

ModulePtr embedding(int64_t num_embeddings, int64_t embedding_dim, const ct_embedding_options &o)
{
    nn::EmbeddingOptions options(not_negative(num_embeddings, "num_embeddings"),
                                 not_negative(embedding_dim, "embedding_dim"));
    options.norm_type(o.norm_type).scale_grad_by_freq(o.scale_grad_by_freq).sparse(o.sparse);
    if (o.padding_idx != CT_NONE)
        options.padding_idx(row(o.padding_idx, num_embeddings));
    if (!std::isnan(o.max_norm))
        options.max_norm(o.max_norm);
    return make<nn::EmbeddingImpl>(options, o.device, o.dtype);
}

ModulePtr flatten(const ct_flatten_options &o)
{
    return std::make_shared<nn::FlattenImpl>(nn::FlattenOptions().start_dim(o.start_dim).end_dim(o.end_dim));
}

} // namespace

ct_module *ct_nn_linear_new(int64_t in_features, int64_t out_features, const ct_linear_options *options)
{
    return guard([&] { return box(linear(in_features, out_features, given(options, ct_linear_options_default()))); });
}

ct_module *ct_nn_identity(void)
{
    return guard([&] { return box(ModulePtr(std::make_shared<nn::IdentityImpl>())); });
}

ct_module *ct_nn_conv1d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size,
                            const ct_conv1d_options *options)
{
    return guard([&] {
        return box(conv1d(in_channels, out_channels, kernel_size, given(options, ct_conv1d_options_default())));
    });
}

ct_module *ct_nn_conv2d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size,
                            const ct_conv2d_options *options)
{
    return guard([&] {
        return box(conv2d(in_channels, out_channels, kernel_size, given(options, ct_conv2d_options_default())));
    });
}

ct_module *ct_nn_conv_transpose2d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size,
                                      const ct_conv_transpose2d_options *options)
{
    ct_conv_transpose2d_options o = given(options, ct_conv_transpose2d_options_default());
    return guard([&] { return box(conv_transpose2d(in_channels, out_channels, kernel_size, o)); });
}

ct_module *ct_nn_max_pool1d_new(int64_t kernel_size, const ct_max_pool1d_options *options)
{
    ct_max_pool1d_options o = given(options, ct_max_pool1d_options_default());
    return guard([&] { return box(ModulePtr(std::make_shared<nn::MaxPool1dImpl>(pooling(kernel_size, o)))); });
}

ct_module *ct_nn_max_pool2d_new(int64_t kernel_size, const ct_max_pool2d_options *options)
{
    ct_max_pool2d_options o = given(options, ct_max_pool2d_options_default());
    return guard([&] { return box(ModulePtr(std::make_shared<nn::MaxPool2dImpl>(pooling(kernel_size, o)))); });
}

ct_module *ct_nn_avg_pool2d_new(int64_t kernel_size, const ct_avg_pool2d_options *options)
{
    ct_avg_pool2d_options o = given(options, ct_avg_pool2d_options_default());
    return guard([&] { return box(ModulePtr(std::make_shared<nn::AvgPool2dImpl>(pooling(kernel_size, o)))); });
}

ct_module *ct_nn_adaptive_avg_pool2d_new(int64_t output_size, const ct_adaptive_avg_pool2d_options *options)
{
    ct_adaptive_avg_pool2d_options o = given(options);
    return guard([&] { return box(ModulePtr(std::make_shared<nn::AdaptiveAvgPool2dImpl>(pooling(output_size, o)))); });
}

ct_module *ct_nn_batch_norm1d_new(int64_t num_features, const ct_batch_norm_options *options)
{
    return guard([&] {
        return box(batch_norm<nn::BatchNorm1dImpl>(num_features, given(options, ct_batch_norm_options_default())));
    });
}

ct_module *ct_nn_batch_norm2d_new(int64_t num_features, const ct_batch_norm_options *options)
{
    return guard([&] {
        return box(batch_norm<nn::BatchNorm2dImpl>(num_features, given(options, ct_batch_norm_options_default())));
    });
}

ct_module *ct_nn_layer_norm_new(const int64_t *normalized_shape, size_t n, const ct_layer_norm_options *options)
{
    ct_layer_norm_options o = given(options, ct_layer_norm_options_default());
    return guard([&] { return box(layer_norm(ints(normalized_shape, n, "normalized_shape"), o)); });
}

ct_module *ct_nn_relu_new(const ct_relu_options *options)
{
    return guard([&] { return box(ModulePtr(std::make_shared<nn::ReLUImpl>(given(options).inplace))); });
}

ct_module *ct_nn_sigmoid(void)
{
    return guard([&] { return box(ModulePtr(std::make_shared<nn::SigmoidImpl>())); });
}

ct_module *ct_nn_tanh(void)
{
    return guard([&] { return box(ModulePtr(std::make_shared<nn::TanhImpl>())); });
}

ct_module *ct_nn_leaky_relu_new(const ct_leaky_relu_options *options)
{
    return guard([&] { return box(leaky_relu(given(options, ct_leaky_relu_options_default()))); });
}

ct_module *ct_nn_gelu_new(const ct_gelu_options *options)
{
    return guard([&] { return box(gelu(given(options, ct_gelu_options_default()))); });
}

ct_module *ct_nn_softmax(int64_t dim)
{
    return guard([&] { return box(ModulePtr(std::make_shared<nn::SoftmaxImpl>(dim))); });
}

ct_module *ct_nn_log_softmax(int64_t dim)
{
    return guard([&] { return box(ModulePtr(std::make_shared<nn::LogSoftmaxImpl>(dim))); });
}

ct_module *ct_nn_dropout_new(const ct_dropout_options *options)
{
    return guard([&] { return box(dropout(given(options, ct_dropout_options_default()))); });
}

ct_module *ct_nn_embedding_new(int64_t num_embeddings, int64_t embedding_dim, const ct_embedding_options *options)
{
    return guard(
        [&] { return box(embedding(num_embeddings, embedding_dim, given(options, ct_embedding_options_default()))); });
}

ct_module *ct_nn_flatten_new(const ct_flatten_options *options)
{
    return guard([&] { return box(flatten(given(options, ct_flatten_options_default()))); });
}
