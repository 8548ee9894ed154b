// layer_norm.cpp: nn.LayerNorm.
// SPDX-License-Identifier: BSD-3-Clause
#include "layer_norm.hpp"

namespace ct {

LayerNorm::LayerNorm(LayerNormOptions options) : options(std::move(options))
{
    reset();
}

void LayerNorm::reset()
{
    if (options.elementwise_affine)
        weight = register_parameter("weight", at::empty(options.normalized_shape));
    if (options.elementwise_affine && options.bias)
        bias = register_parameter("bias", at::empty(options.normalized_shape));
    reset_parameters();
}

void LayerNorm::reset_parameters()
{
    if (weight.defined())
        torch::nn::init::ones_(weight);
    if (bias.defined())
        torch::nn::init::zeros_(bias);
}

at::Tensor LayerNorm::forward(const at::Tensor &x)
{
    return at::layer_norm(x, options.normalized_shape, weight, bias, options.eps);
}

} // namespace ct
