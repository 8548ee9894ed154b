// factory.hpp: modules from a text or a file.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "layer.hpp"

#include "formats/module_text.h"

namespace ct {

// What a constructor call in Python makes: `Sequential(Linear(3, 4), ReLU())`.
ObjectPtr construct(const record *call);

// What printed itself as this tree.
ObjectPtr rebuild(const record *printed);

// A module of a class that is not torch's: with the forward registered for its name, or with none.
ObjectPtr make_own(const std::string &name);

} // namespace ct
