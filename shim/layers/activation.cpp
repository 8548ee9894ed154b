// activation.cpp: what is computed for each element, or along one dimension.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/activation.hpp"

#include "checks.hpp"
#include "layers/in_place.hpp"

namespace ct {

at::Tensor ELU::forward(const at::Tensor &x)
{
    return inplace() ? at::elu_(writable(x), alpha()) : at::elu(x, alpha());
}

at::Tensor CELU::forward(const at::Tensor &x)
{
    return inplace() ? at::celu_(writable(x), alpha()) : at::celu(x, alpha());
}

at::Tensor SELU::forward(const at::Tensor &x)
{
    return inplace() ? at::selu_(writable(x)) : at::selu(x);
}

at::Tensor GLU::forward(const at::Tensor &x)
{
    if (x.dim() == 0)
        fail(CT_ERROR_RUNTIME, "glu does not support scalars because halving size must be even");
    return at::glu(x, dim());
}

void GELU::init()
{
    if (approximate() != "none" && approximate() != "tanh")
        fail(CT_ERROR_VALUE, "approximate argument must be either none or tanh, but got '" + approximate() + "'");
}

at::Tensor GELU::forward(const at::Tensor &x)
{
    return at::gelu(x, approximate());
}

at::Tensor Hardshrink::forward(const at::Tensor &x)
{
    return at::hardshrink(x, lambd());
}

at::Tensor Hardsigmoid::forward(const at::Tensor &x)
{
    return inplace() ? at::hardsigmoid_(writable(x)) : at::hardsigmoid(x);
}

at::Tensor Hardswish::forward(const at::Tensor &x)
{
    return inplace() ? at::hardswish_(writable(x)) : at::hardswish(x);
}

// min_value and max_value are older names.
void Hardtanh::init()
{
    if (!min_value().is_none())
        args[0] = min_value();
    if (!max_value().is_none())
        args[1] = max_value();
    if (!(max_val() > min_val()))
        fail(CT_ERROR_VALUE,
             "max_val (" + repr(max_val()) + ") must be greater than min_val (" + repr(min_val()) + ")");
}

at::Tensor Hardtanh::forward(const at::Tensor &x)
{
    return inplace() ? at::hardtanh_(writable(x), min_val(), max_val()) : at::hardtanh(x, min_val(), max_val());
}

at::Tensor LeakyReLU::forward(const at::Tensor &x)
{
    return inplace() ? at::leaky_relu_(writable(x), negative_slope()) : at::leaky_relu(x, negative_slope());
}

at::Tensor LogSigmoid::forward(const at::Tensor &x)
{
    return at::log_sigmoid(x);
}

at::Tensor Mish::forward(const at::Tensor &x)
{
    return inplace() ? at::mish_(writable(x)) : at::mish(x);
}

void PReLU::init()
{
    set_weight(new_parameter({not_negative(num_parameters(), "num_parameters")}));
    torch::nn::init::constant_(weight(), args[1].real());
}

at::Tensor PReLU::forward(const at::Tensor &x)
{
    return at::prelu(x, weight());
}

at::Tensor RReLU::forward(const at::Tensor &x)
{
    return inplace() ? at::rrelu_(writable(x), lower(), upper(), is_training())
                     : at::rrelu(x, lower(), upper(), is_training());
}

at::Tensor ReLU::forward(const at::Tensor &x)
{
    return inplace() ? at::relu_(writable(x)) : at::relu(x);
}

at::Tensor ReLU6::forward(const at::Tensor &x)
{
    return inplace() ? at::relu6_(writable(x)) : at::relu6(x);
}

at::Tensor SiLU::forward(const at::Tensor &x)
{
    return inplace() ? at::silu_(writable(x)) : at::silu(x);
}

at::Tensor Sigmoid::forward(const at::Tensor &x)
{
    return at::sigmoid(x);
}

// ---- Softmax ----

namespace {

// The dimension that dim=None means: the channels of tensors with as many dimensions as those of Lua's Torch.
int64_t or_channels(Optional<int64_t> dim, const at::Tensor &x)
{
    return dim ? *dim : x.dim() == 0 || x.dim() == 1 || x.dim() == 3 ? 0 : 1;
}

} // namespace

at::Tensor LogSoftmax::forward(const at::Tensor &x)
{
    return at::log_softmax(x, or_channels(dim(), x));
}

at::Tensor Softmax::forward(const at::Tensor &x)
{
    return at::softmax(x, or_channels(dim(), x));
}

at::Tensor Softmax2d::forward(const at::Tensor &x)
{
    if (x.dim() != 3 && x.dim() != 4)
        fail(CT_ERROR_VALUE,
             "Softmax2d: expected input to be 3D or 4D, got " + std::to_string(x.dim()) + "D instead");
    return at::softmax(x, -3);
}

at::Tensor Softmin::forward(const at::Tensor &x)
{
    return at::softmax(-x, or_channels(dim(), x));
}

// ---- From Softplus on ----

at::Tensor Softplus::forward(const at::Tensor &x)
{
    return at::softplus(x, beta(), threshold());
}

// The defaults were whole numbers.
std::string Softplus::extra_repr(bool legacy) const
{
    bool whole_beta = legacy && beta() == 1, whole_threshold = legacy && threshold() == 20;
    return "beta=" + (whole_beta ? "1" : attribute("beta")->repr()) +
           ", threshold=" + (whole_threshold ? "20" : attribute("threshold")->repr());
}

at::Tensor Softshrink::forward(const at::Tensor &x)
{
    return at::softshrink(x, lambd());
}

at::Tensor Softsign::forward(const at::Tensor &x)
{
    return x / (x.abs() + 1);
}

at::Tensor Tanh::forward(const at::Tensor &x)
{
    return at::tanh(x);
}

at::Tensor Tanhshrink::forward(const at::Tensor &x)
{
    return x - x.tanh();
}

at::Tensor Threshold::forward(const at::Tensor &x)
{
    return inplace() ? at::threshold_(writable(x), threshold(), value()) : at::threshold(x, threshold(), value());
}

} // namespace ct
