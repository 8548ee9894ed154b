// pooling.hpp: what pooling layers share with their plain functions (functional.cpp). Windows are checked.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "layers/window.hpp"

namespace ct {

at::Tensor max_pool1d(const at::Tensor &x, const Window &window);
at::Tensor max_pool2d(const at::Tensor &x, const Window &window);
at::Tensor avg_pool2d(const at::Tensor &x, const Window &window, bool count_include_pad, Optional<int64_t> divisor);
at::Tensor adaptive_avg_pool2d(const at::Tensor &x, at::IntArrayRef output_size);

} // namespace ct
