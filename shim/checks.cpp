// checks.cpp: what layers and their plain functions ask of their arguments alike.
// SPDX-License-Identifier: BSD-3-Clause
#include "checks.hpp"

#include "value.hpp"

#include <ctorch/nn.h>

namespace ct {

int64_t positive(int64_t value, const char *name)
{
    if (value <= 0)
        fail(CT_ERROR_VALUE, std::string(name) + " is " + std::to_string(value) + "; expected a positive number");
    return value;
}

int64_t not_negative(int64_t value, const char *name)
{
    if (value < 0)
        fail(CT_ERROR_VALUE, std::string(name) + " is " + std::to_string(value) + "; it cannot be negative");
    return value;
}

double probability(double p)
{
    if (!(p >= 0 && p <= 1))
        fail(CT_ERROR_VALUE, "dropout probability has to be between 0 and 1, but got " + repr(p));
    return p;
}

} // namespace ct
