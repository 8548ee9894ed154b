// linear.cpp: linear layers.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/linear.hpp"

#include "checks.hpp"

#include <cmath>

namespace ct {

at::Tensor Identity::forward(const at::Tensor &x)
{
    return x;
}

void Linear::init()
{
    int64_t in = not_negative(in_features(), "in_features"), out = not_negative(out_features(), "out_features");
    set_weight(new_parameter({out, in}));
    if (with_bias())
        set_bias(new_parameter({out}));

    // Python leaves a weight without elements alone; libtorch would divide by its sizes.
    if (weight().numel() != 0)
        torch::nn::init::kaiming_uniform_(weight(), std::sqrt(5.0));
    double bound = in > 0 ? 1 / std::sqrt(static_cast<double>(in)) : 0;
    if (with_bias())
        torch::nn::init::uniform_(bias(), -bound, bound);
}

at::Tensor Linear::forward(const at::Tensor &x)
{
    return at::linear(x, weight(), bias());
}

void Bilinear::init()
{
    if (in1_features() <= 0)
        fail(CT_ERROR_VALUE,
             "in1_features must be > 0, but got (in1_features=" + std::to_string(in1_features()) + ")");
    int64_t in2 = not_negative(in2_features(), "in2_features"), out = not_negative(out_features(), "out_features");
    set_weight(new_parameter({out, in1_features(), in2}));
    if (with_bias())
        set_bias(new_parameter({out}));

    double bound = 1 / std::sqrt(static_cast<double>(in1_features()));
    torch::nn::init::uniform_(weight(), -bound, bound);
    if (with_bias())
        torch::nn::init::uniform_(bias(), -bound, bound);
}

Tensors Bilinear::call(const Tensors &inputs)
{
    return {at::bilinear(inputs[0], inputs[1], weight(), bias())};
}

} // namespace ct
