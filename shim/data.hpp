// data.hpp: what tensor.h and data.h share of a tensor's elements.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

#include <ctorch/data.h>

namespace ct {

// CT_LAYOUT_NONE for a layout that ctorch has no name for.
ct_layout layout_of(at::Layout layout);

// All elements into a C array.
void copy_out(const at::Tensor &self, void *buffer, size_t count, ct_dtype dtype, const ct_array_options &o);

// The only element as a whole number, which it must be.
int64_t whole(const at::Tensor &element);

// The tensor's own element type must be what the caller takes it for.
void check_type(const at::Tensor &self, ct_dtype dtype);

// One more than the place of the last element, which is there, as a double, which no stride overflows.
double reach(at::IntArrayRef sizes, at::IntArrayRef strides);

} // namespace ct
