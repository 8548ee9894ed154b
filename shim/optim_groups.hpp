// optim_groups.hpp: the parameter groups of an optimizer's state_dict, as Python's optimizers of the same release have
// them.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "optim_options.hpp"
#include "value_arena.hpp"

namespace ct {

// A group's options, in Python's order.
std::vector<ct_value> group_values(const OptimizerOptions &options, ValueArena &arena);

// Options as a saved group says, on the base of those that there are. What libtorch's optimizers cannot do is an error;
// what they do not know, a scheduler's initial_lr for example, goes out again with group_values. `where` is for messages.
std::unique_ptr<OptimizerOptions> read_group(const OptimizerOptions &old, const ct_value &group,
                                             const std::string &where);

// The entry of a dict; null where there is none, or None.
const ct_value *find_entry(const ct_value &dict, const char *name);

// A number, or the only element of a tensor.
double real_of(const ct_value &value, const std::string &where);
int64_t whole_of(const ct_value &value, const std::string &where);

} // namespace ct
