// containers.hpp: containers by name.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "bind.hpp"

namespace ct {

// `Sequential(Linear(3, 4), ReLU())`, `ModuleDict({'a': ReLU()})`; null when no container has the name.
ObjectPtr construct_container(const std::string &name, const record *call, Construct construct);

// One that printed itself so. The children are those that are modules; null when no container has the name.
ObjectPtr rebuild_container(const std::string &name, const record *printed, const Entries &children);

} // namespace ct
