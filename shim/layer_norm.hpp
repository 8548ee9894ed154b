// layer_norm.hpp: nn.LayerNorm: libtorch's own cannot do without its bias, Python's can.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "torch.hpp"

namespace ct {

struct LayerNormOptions {
    std::vector<int64_t> normalized_shape;
    double eps;
    bool elementwise_affine;
    bool bias;
};

class LayerNorm : public torch::nn::Cloneable<LayerNorm> {
public:
    explicit LayerNorm(LayerNormOptions options);
    void reset() override;
    void reset_parameters();
    at::Tensor forward(const at::Tensor &x);

    LayerNormOptions options;
    at::Tensor weight; // undefined unless elementwise_affine
    at::Tensor bias;   // undefined unless both
};

} // namespace ct
