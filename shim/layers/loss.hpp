// loss.hpp: what losses share, as layers and as functions.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

namespace ct {

// The number that libtorch knows a reduction by: "none", "mean" or "sum".
int64_t reduction(const std::string &name);

// A loss for each element, or their mean or sum.
at::Tensor reduced(const at::Tensor &losses, const std::string &reduction);

} // namespace ct
