// index.hpp: index texts as libtorch's index lists.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

#include <ctorch/value.h>

namespace ct {

// What stands between Python's brackets after a tensor of these sizes; each "?" in it is the next of the values.
std::vector<at::indexing::TensorIndex> indices(at::IntArrayRef sizes, const char *text, const ct_value *values,
                                               size_t n);

} // namespace ct
