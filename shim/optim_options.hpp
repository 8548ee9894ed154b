// optim_options.hpp: the options of libtorch's optimizers by Python's names.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "guard.hpp"

#include <torch/optim.h>

namespace ct {

using OptimizerOptions = torch::optim::OptimizerOptions;

struct OptimizerOption {
    const char *name;
    double (*get)(OptimizerOptions &);
    void (*set)(OptimizerOptions &, double);
};

// The option of that name; one that the optimizer does not have is an error that lists those that it has.
const OptimizerOption &option_of(OptimizerOptions &options, const std::string &name);

} // namespace ct
