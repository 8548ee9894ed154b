// named.hpp: modules with names, and tensors with names, as a caller lists them.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"
#include "lists.hpp"

#include <ctorch/module_dict.h>
#include <ctorch/parameters.h>

namespace ct {

// The entries of a list whose names may be keys of this container, each once.
Entries named(const ct_named_module *modules, size_t n, const Object &container);
Dict named(const ct_named_tensor *tensors, size_t n, const Object &container);

} // namespace ct
