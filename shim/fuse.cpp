// fuse.cpp: include/ctorch/fuse.h, in the steps of torch/nn/utils/fusion.py.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "generated/conv.hpp"
#include "generated/linear.hpp"
#include "generated/normalization.hpp"
#include "walk.hpp"

#include <ctorch/fuse.h>

using namespace ct;

namespace {

template <class... Types> bool is_one_of(const Object &module)
{
    return (dynamic_cast<const Types *>(&module) || ...);
}

// What a BatchNorm does in evaluation mode; weight and bias may be None.
struct Normalization {
    explicit Normalization(const Object &bn)
        : mean(bn.own_buffers()["running_mean"]), variance(bn.own_buffers()["running_var"]),
          weight(bn.own_parameters()["weight"]), bias(bn.own_parameters()["bias"]), eps(bn.attribute("eps")->real())
    {
        if (!mean.defined() || !variance.defined())
            fail(CT_ERROR_VALUE, "bn.running_mean and bn.running_var must not be None");
    }

    at::Tensor mean, variance, weight, bias;
    double eps;
};

void check_eval(const Object &layer, const Object &bn)
{
    if (layer.is_training() || bn.is_training())
        fail(CT_ERROR_VALUE, "Fusion only for eval!");
}

// A copy of the layer with these as its own. A computed weight would not stay what it is set to.
ObjectPtr with(const Object &layer, const at::Tensor &weight, const at::Tensor &bias)
{
    Copying copying;
    ObjectPtr fused = clone_of(layer, {});
    fused->put_parameter("weight", weight);
    fused->put_parameter("bias", bias);
    fused->set_attribute("bias", true);
    return fused;
}

at::Tensor weight_of(const Object &layer)
{
    if (layer.is_computed("weight") || layer.is_computed("bias"))
        fail(CT_ERROR_VALUE, "the weight or bias of " + layer.class_name() +
                                 " is computed from others; remove its parametrization first");
    return layer.own_parameters()["weight"];
}

at::Tensor fused_parameter(const at::Tensor &value, at::ScalarType type, bool requires_grad)
{
    return value.to(type).detach().set_requires_grad(requires_grad);
}

ObjectPtr fuse_conv(const Object &conv, const Object &bn, bool transpose)
{
    check_eval(conv, bn);
    Normalization norm(bn);
    at::Tensor w = weight_of(conv), given = conv.own_parameters()["bias"];
    at::Tensor b = given.defined() ? given : at::zeros_like(norm.mean);
    at::Tensor bn_w = norm.weight.defined() ? norm.weight : at::ones_like(norm.mean);
    at::Tensor bn_b = norm.bias.defined() ? norm.bias : at::zeros_like(norm.mean);
    at::Tensor rsqrt = at::rsqrt(norm.variance + norm.eps);
    std::vector<int64_t> shape(static_cast<size_t>(w.dim()), 1);
    shape[transpose ? 1 : 0] = -1;
    at::Tensor weight = w * (bn_w * rsqrt).reshape(shape);
    at::Tensor bias = (b - norm.mean) * rsqrt * bn_w + bn_b;
    return with(conv, fused_parameter(weight, w.scalar_type(), w.requires_grad()),
                fused_parameter(bias, given.defined() ? given.scalar_type() : w.scalar_type(), b.requires_grad()));
}

ObjectPtr fuse_linear(const Object &linear, const Object &bn)
{
    check_eval(linear, bn);
    Normalization norm(bn);
    int64_t out = linear.attribute("out_features")->integer(), features = bn.attribute("num_features")->integer();
    if (out != features && features != 1)
        fail(CT_ERROR_VALUE, "To fuse, linear.out_features == bn.num_features or bn.num_features == 1, got "
                             "linear.out_features=" + std::to_string(out) +
                                 " and bn.num_features=" + std::to_string(features));
    if (!norm.weight.defined() || !norm.bias.defined())
        fail(CT_ERROR_VALUE, "bn has no weight and bias; expected one that is affine");
    at::Tensor w = weight_of(linear), given = linear.own_parameters()["bias"];
    at::Tensor b = given.defined() ? given : at::zeros_like(norm.mean);
    at::Tensor scale = norm.weight * at::rsqrt(norm.variance + norm.eps);
    at::Tensor weight = w * scale.unsqueeze(-1).to(w.scalar_type());
    at::Tensor bias = (b - norm.mean) * scale + norm.bias;
    return with(linear, fused_parameter(weight, w.scalar_type(), w.requires_grad()),
                fused_parameter(bias, given.defined() ? given.scalar_type() : w.scalar_type(), b.requires_grad()));
}

const Object &conv_of(const Object &module)
{
    if (!is_one_of<Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d>(module))
        fail(CT_ERROR_TYPE, "conv is a " + module.class_name() + "; expected a convolution");
    return module;
}

const Object &linear_of(const Object &module)
{
    if (!is_one_of<Linear>(module))
        fail(CT_ERROR_TYPE, "linear is a " + module.class_name() + "; expected a Linear");
    return module;
}

const Object &norm_of(const Object &module)
{
    if (!is_one_of<BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm>(module))
        fail(CT_ERROR_TYPE, "bn is a " + module.class_name() + "; expected a BatchNorm");
    return module;
}

} // namespace

ct_module *ct_fuse_conv_bn_eval_with(const ct_module *conv, const ct_module *bn, const ct_fuse_options *options)
{
    ct_fuse_options o = given(options, ct_fuse_options_default());
    return guard([&] {
        const Object &first = *ARG(conv), &second = *ARG(bn);
        return box(fuse_conv(conv_of(first), norm_of(second), o.transpose));
    });
}

ct_module *ct_fuse_linear_bn_eval(const ct_module *linear, const ct_module *bn)
{
    return guard([&] {
        const Object &first = *ARG(linear), &second = *ARG(bn);
        return box(fuse_linear(linear_of(first), norm_of(second)));
    });
}
