// cross_map_lrn.hpp: local response normalisation as Lua's Torch had it.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"

namespace ct {

struct CrossMapLrn {
    int64_t size;
    double alpha, beta, k;
};

// x / (k + alpha / size * the sum of squares over `size` neighbouring channels) ^ beta, for x of (N, C, H, W).
at::Tensor cross_map_lrn(const at::Tensor &x, const CrossMapLrn &options);

} // namespace ct
