// shape.cpp: layers that only change the shape.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/shape.hpp"

namespace ct {

at::Tensor Flatten::forward(const at::Tensor &x)
{
    return x.flatten(start_dim(), end_dim());
}

at::Tensor Unflatten::forward(const at::Tensor &x)
{
    return x.unflatten(dim(), unflattened_size());
}

} // namespace ct
