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

torch::ExpandingArray<2> sizes(const int64_t (&values)[2], Check check, const char *name)
{
    int64_t second = values[1] == CT_REPEAT ? values[0] : values[1];
    if (check(values[0], name) > 0 && second == 0 && check == positive)
        fail(CT_ERROR_VALUE, std::string(name) + " is {" + std::to_string(values[0]) +
                                 ", 0}; one number for both is written without braces");
    return {{values[0], check(second, name)}};
}

bool is_given(const int64_t (&values)[2])
{
    return values[0] != 0 || (values[1] != 0 && values[1] != CT_REPEAT);
}

torch::ExpandingArray<2> kernel(int64_t side, const int64_t (&values)[2])
{
    return is_given(values) ? sizes(values, positive, "kernel_size") : torch::ExpandingArray<2>(positive(side, "kernel_size"));
}

} // namespace ct
