// plain_objects.hpp: the objects of a saved file that stand for data that ctorch has: sparse tensors, devices, layouts,
// complex numbers; and
// the constants of torch.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"
#include "value_arena.hpp"

#include <functional>

namespace ct {

// An element type, layout or memory format of torch by its name; nothing for other names.
Optional<ct_value> constant_value(const std::string &name);

// A class or function of Python; the name is borrowed.
ct_value global_value(const char *name);

// What an object stands for; the object itself where that is nothing of ours.
ct_value plain_value(const ct_value &object, ValueArena &arena);

// The value of a tensor, or where it cannot be made, an object of the class torch.Tensor that says why
// (ctorch/value.h).
ct_value value_or_reason(ValueArena &arena, ct_dtype dtype, const ct_value &shape,
                         const std::function<ct_value()> &make);

} // namespace ct
