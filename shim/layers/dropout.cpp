// dropout.cpp: layers that zero at random.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/dropout.hpp"

#include "checks.hpp"
#include "layers/in_place.hpp"

namespace ct {

namespace {

// Zeroes whole channels; an input without the batch's dimension gets one meanwhile.
at::Tensor drop_channels(const at::Tensor &x, double p, bool training, bool inplace, bool is_batched = true)
{
    at::Tensor batch = is_batched ? x : x.unsqueeze(0);
    if (inplace) {
        at::feature_dropout_(batch, p, training);
        return x;
    }
    at::Tensor y = at::feature_dropout(batch, p, training);
    return is_batched ? y : y.squeeze(0);
}

} // namespace

void Dropout::init()
{
    probability(p());
}

at::Tensor Dropout::forward(const at::Tensor &x)
{
    return inplace() ? at::dropout_(writable(x), p(), is_training())
                     : at::dropout(x, p(), is_training());
}

void Dropout1d::init()
{
    probability(p());
}

at::Tensor Dropout1d::forward(const at::Tensor &x)
{
    if (x.dim() != 2 && x.dim() != 3)
        fail(CT_ERROR_RUNTIME, "dropout1d: Expected 2D or 3D input, but received a " + std::to_string(x.dim()) +
                                   "D input. Note that dropout1d exists to provide channel-wise dropout on inputs "
                                   "with 1 spatial dimension, a channel dimension, and an optional batch dimension "
                                   "(i.e. 2D or 3D inputs).");
    return drop_channels(x, p(), is_training(), inplace(), x.dim() == 3);
}

void Dropout2d::init()
{
    probability(p());
}

at::Tensor Dropout2d::forward(const at::Tensor &x)
{
    return drop_channels(x, p(), is_training(), inplace());
}

void Dropout3d::init()
{
    probability(p());
}

at::Tensor Dropout3d::forward(const at::Tensor &x)
{
    return drop_channels(x, p(), is_training(), inplace(), x.dim() == 5);
}

void AlphaDropout::init()
{
    probability(p());
}

at::Tensor AlphaDropout::forward(const at::Tensor &x)
{
    return at::alpha_dropout(x, p(), is_training());
}

void FeatureAlphaDropout::init()
{
    probability(p());
}

at::Tensor FeatureAlphaDropout::forward(const at::Tensor &x)
{
    return at::feature_alpha_dropout(x, p(), is_training());
}

} // namespace ct
