// filled.hpp: tensors that must hold something, for operators of libtorch that end the program on others.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

namespace ct {

inline const at::Tensor &filled(const at::Tensor &tensor, const char *argument)
{
    if (tensor.numel() == 0)
        fail(CT_ERROR_VALUE, std::string(argument) + " has no elements");
    return tensor;
}

} // namespace ct
