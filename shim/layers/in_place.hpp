// in_place.hpp: layers with inplace=True.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"

namespace ct {

// What at:: works on in place, which it takes as a tensor that is not const. The handle itself stays as it is.
inline at::Tensor &writable(const at::Tensor &x)
{
    return const_cast<at::Tensor &>(x);
}

} // namespace ct
