// pooling.hpp: the options of pooling, checked and as libtorch has them: layers (nn.cpp) and plain functions
// (functional.cpp) share them.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

#include <ctorch/nn.h>

namespace ct {

torch::nn::MaxPool1dOptions pooling(int64_t kernel_size, const ct_max_pool1d_options &o);
torch::nn::MaxPool2dOptions pooling(int64_t kernel_size, const ct_max_pool2d_options &o);
torch::nn::AvgPool2dOptions pooling(int64_t kernel_size, const ct_avg_pool2d_options &o);
torch::nn::AdaptiveAvgPool2dOptions pooling(int64_t output_size, const ct_adaptive_avg_pool2d_options &o);

} // namespace ct
