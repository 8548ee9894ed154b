// nn.cpp: include/ctorch/nn.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "registry.hpp"
#include "state.hpp"

#include <ctorch/nn.h>

namespace nn = torch::nn;
using namespace ct;

namespace {

// A module on the device and in the type that the caller asked for, with the weights that Python would draw: in that type.
template <class Impl, class Options> ModulePtr make(const Options &options, const char *where, ct_dtype dtype)
{
    RandomState before;
    auto module = std::make_shared<Impl>(options);
    if (where || dtype != CT_DTYPE_NONE) {
        move_to(*module, {dtype, where});
        before.restore();
        module->reset_parameters();
    }
    return module;
}

int64_t positive(int64_t value, const char *name)
{
    if (value <= 0)
        fail(CT_ERROR_VALUE, std::string(name) + " is " + std::to_string(value) + "; expected a positive number");
    return value;
}

int64_t not_negative(int64_t value, const char *name)
{
    if (value < 0)
        fail(CT_ERROR_VALUE, std::string(name) + " is " + std::to_string(value) + "; it cannot be negative");
    return value;
}

using Check = int64_t (*)(int64_t, const char *);

// A list of sizes whose later ones may be CT_REPEAT.
torch::ExpandingArray<2> sizes(const int64_t (&values)[2], Check check, const char *name)
{
    int64_t second = values[1] == CT_REPEAT ? values[0] : values[1];
    if (check(values[0], name) > 0 && second == 0 && check == positive)
        fail(CT_ERROR_VALUE, std::string(name) + " is {" + std::to_string(values[0]) + ", 0}; one number for both is written without braces");
    return {{values[0], check(second, name)}};
}

torch::ExpandingArray<2> kernel(int64_t side, const int64_t (&values)[2])
{
    bool given = values[0] != 0 || values[1] != 0;
    return given ? sizes(values, positive, "kernel_size") : torch::ExpandingArray<2>(positive(side, "kernel_size"));
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
    fail(CT_ERROR_VALUE, "padding_mode must be one of 'zeros', 'reflect', 'replicate' or 'circular', but got '" + name + "'");
}

template <size_t D> void finish(nn::ConvOptions<D> &options, int64_t groups, bool bias, const char *mode)
{
    options.groups(positive(groups, "groups")).bias(bias).padding_mode(padding_mode(mode));
    if (options.in_channels() % groups != 0)
        fail(CT_ERROR_VALUE, "in_channels must be divisible by groups");
    if (options.out_channels() % groups != 0)
        fail(CT_ERROR_VALUE, "out_channels must be divisible by groups");
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

ModulePtr max_pool2d(int64_t kernel_size, const ct_max_pool2d_options &o)
{
    nn::MaxPool2dOptions options(kernel(kernel_size, o.kernel_size));
    bool as_kernel = o.stride[0] == 0 && (o.stride[1] == 0 || o.stride[1] == CT_REPEAT);
    if (!as_kernel)
        options.stride(sizes(o.stride, positive, "stride"));
    options.padding(sizes(o.padding, not_negative, "padding")).dilation(sizes(o.dilation, positive, "dilation"));
    return std::make_shared<nn::MaxPool2dImpl>(options.ceil_mode(o.ceil_mode));
}

template <class Impl> ModulePtr batch_norm(int64_t num_features, const ct_batch_norm_options &o)
{
    nn::BatchNormOptions options(not_negative(num_features, "num_features"));
    options.eps(o.eps).affine(o.affine).track_running_stats(o.track_running_stats);
    options.momentum(std::isnan(o.momentum) ? Optional<double>() : Optional<double>(o.momentum));
    return make<Impl>(options, o.device, o.dtype);
}

ModulePtr dropout(const ct_dropout_options &o)
{
    if (!(o.p >= 0 && o.p <= 1))
        fail(CT_ERROR_VALUE, "dropout probability has to be between 0 and 1, but got " + repr(o.p));
    return std::make_shared<nn::DropoutImpl>(nn::DropoutOptions(o.p).inplace(o.inplace));
}

int64_t row(int64_t index, int64_t rows)
{
    if (index < -rows || index >= rows)
        fail(CT_ERROR_VALUE, "padding_idx is " + std::to_string(index) + "; it must be within num_embeddings, " + std::to_string(rows));
    return index;
}

ModulePtr embedding(int64_t num_embeddings, int64_t embedding_dim, const ct_embedding_options &o)
{
    nn::EmbeddingOptions options(not_negative(num_embeddings, "num_embeddings"), not_negative(embedding_dim, "embedding_dim"));
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

ct_module *ct_nn_conv1d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size, const ct_conv1d_options *options)
{
    return guard([&] { return box(conv1d(in_channels, out_channels, kernel_size, given(options, ct_conv1d_options_default()))); });
}

ct_module *ct_nn_conv2d_new(int64_t in_channels, int64_t out_channels, int64_t kernel_size, const ct_conv2d_options *options)
{
    return guard([&] { return box(conv2d(in_channels, out_channels, kernel_size, given(options, ct_conv2d_options_default()))); });
}

ct_module *ct_nn_max_pool2d_new(int64_t kernel_size, const ct_max_pool2d_options *options)
{
    return guard([&] { return box(max_pool2d(kernel_size, given(options, ct_max_pool2d_options_default()))); });
}

ct_module *ct_nn_batch_norm1d_new(int64_t num_features, const ct_batch_norm_options *options)
{
    return guard([&] { return box(batch_norm<nn::BatchNorm1dImpl>(num_features, given(options, ct_batch_norm_options_default()))); });
}

ct_module *ct_nn_batch_norm2d_new(int64_t num_features, const ct_batch_norm_options *options)
{
    return guard([&] { return box(batch_norm<nn::BatchNorm2dImpl>(num_features, given(options, ct_batch_norm_options_default()))); });
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

ct_module *ct_nn_dropout_new(const ct_dropout_options *options)
{
    return guard([&] { return box(dropout(given(options, ct_dropout_options_default()))); });
}

ct_module *ct_nn_embedding_new(int64_t num_embeddings, int64_t embedding_dim, const ct_embedding_options *options)
{
    return guard([&] { return box(embedding(num_embeddings, embedding_dim, given(options, ct_embedding_options_default()))); });
}

ct_module *ct_nn_flatten_new(const ct_flatten_options *options)
{
    return guard([&] { return box(flatten(given(options, ct_flatten_options_default()))); });
}
