// optim_params.hpp: what an optimizer keeps for a parameter, as Python's optimizers have it.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "optim_groups.hpp"

namespace ct {

using ParamState = torch::optim::OptimizerParamState;

// A parameter and the options of its group. LBFGS has all parameters in one state, which the first one bears.
struct Owner {
    const at::Tensor &parameter;
    const OptimizerOptions &options;
    int64_t count; // of the elements of its group's parameters
};

std::vector<ct_value> state_values(const ParamState &state, ValueArena &arena);

// A state with copies of a saved one's tensors, in the parameter's type and on its device. Null where nothing was kept
// yet.
std::unique_ptr<ParamState> read_state(const ct_value &saved, const Owner &owner, const std::string &where);

} // namespace ct
