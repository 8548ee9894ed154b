// kept.hpp: values as attributes: what a ct_value borrows, somebody has to keep.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

#include <ctorch/value.h>

#include <functional>

namespace ct {

// What becomes of a tensor when the value that holds it is copied.
using CopyTensor = std::function<at::Tensor(const at::Tensor &)>;

// A value with everything in it copied, but for the tensors, which the function copies. What cannot be kept, a pointer
// or a generator, is an error.
KeptValue kept_copy(const ct_value &value, const CopyTensor &copy);

// A caller's value as an attribute, in the place of one: plain where it is a number, a truth, a text or None, and sizes
// where the old one is.
Value attribute_of(const ct_value &given, const Value *old);

// An attribute of that name as a value that borrows from it.
ct_value lent_value(const Value &attribute, const std::string &name);

} // namespace ct
