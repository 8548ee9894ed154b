// print_tensor.hpp: print(tensor) of Python, to the letter.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

namespace ct {

std::string repr(const at::Tensor &self, const ct_tensor_print_options &options);

} // namespace ct
