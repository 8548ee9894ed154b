// nested_value.hpp: ct_value and libtorch's IValue, by their own types: what TorchScript takes and gives beyond what
// operators do.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "giving.hpp"

#include <ATen/core/jit_type.h>

namespace ct {

// The value as one of this type; false when it does not fit. The name is for messages.
bool take_value(const ct_value &given, const c10::TypePtr &type, const std::string &name, c10::IValue &to);

// The same for a type that is made of others: an optional, a list, a tuple, a dict, a union; and for complex numbers.
// False for every other type.
bool take_nested(const ct_value &given, const c10::TypePtr &type, const std::string &name, c10::IValue &to);

// A value of any type, and the bytes that its texts and lists take. One that a ct_value cannot hold is an error.
ct_value give_value(const c10::IValue &value, Giving &to);
size_t room_of(const c10::IValue &value);

// A value of any type, whose handles belong to the innermost scope.
ct_value give(const c10::IValue &value);

} // namespace ct
