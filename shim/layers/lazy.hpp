// lazy.hpp: layers that learn the size of their input at the first call.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "layer.hpp"

namespace ct {

// Whether a tensor holds the place of one that is not made yet: torch.nn.parameter.is_lazy.
inline bool is_waiting(const at::Tensor &tensor)
{
    return tensor.defined() && tensor.dim() == 1 && tensor.numel() == 0;
}

} // namespace ct
