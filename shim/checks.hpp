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

} // namespace ct
