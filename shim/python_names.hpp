// python_names.hpp: the names that Python's own attributes take, so that no item of a container may have them.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

namespace ct {

// Whether a container of Python's has an attribute of this name before anything is put into it: "keys", "train". False
// for everything that is no container.
bool is_python_attribute(const Object &container, const std::string &name);

// Whether an attribute holds what torch.nn.Module itself keeps: "_parameters", "training", "_forward_hooks".
bool is_kept_by_python(const std::string &name);

} // namespace ct
