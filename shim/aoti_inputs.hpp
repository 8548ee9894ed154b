// aoti_inputs.hpp: what a compiled program takes, "float32[n:1..64, 4], int64[n]", and whether tensors are that.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

namespace ct {

struct InputSize {
    std::string name; // "" for a number
    int64_t least, most;
};

struct InputSpec {
    ct_dtype dtype;
    std::vector<InputSize> sizes;
    std::string text; // as it was written
};

std::vector<InputSpec> read_inputs(const std::string &text);

// Refuses tensors that are not what is taken.
void check_inputs(const std::vector<InputSpec> &specs, const Tensors &inputs);

} // namespace ct
