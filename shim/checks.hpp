// checks.hpp: what layers and their plain functions ask of their arguments alike: a wrong value would divide by zero or
// wrap around inside libtorch.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

namespace ct {

int64_t positive(int64_t value, const char *name);
int64_t not_negative(int64_t value, const char *name);

// The chance that dropout zeroes an element.
double probability(double p);

using Check = int64_t (*)(int64_t, const char *);

// A list of sizes whose later ones may be CT_REPEAT.
torch::ExpandingArray<2> sizes(const int64_t (&values)[2], Check check, const char *name);

// Whether a list that defaults to zeros says anything.
bool is_given(const int64_t (&values)[2]);

// The size of a window: the list, or, where none is given, the one number both ways.
torch::ExpandingArray<2> kernel(int64_t side, const int64_t (&values)[2]);

} // namespace ct
