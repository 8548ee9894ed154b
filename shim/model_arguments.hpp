// model_arguments.hpp: the arguments that a saved layer was made with.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "layer.hpp"

extern "C" {
#include "formats/record.h"
}

namespace ct {

// From the attributes of a layer, in the order of the row's layout. What is not there has its default; what has none is
// named in *missing and has a stand-in.
std::vector<Value> saved_arguments(const Row &row, const record *saved, const Saved &parts,
                                   std::vector<std::string> *missing);

// A number of numpy's: nothing for anything else.
Optional<Value> numpy_number(const record *r);

} // namespace ct
