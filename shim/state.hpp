// state.hpp: a module's tensors, by name, and moving them to another device or type.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"
#include "object.hpp"

namespace ct {

// The types that parameters may have, and that moving a module to a type changes.
bool is_real_or_complex(at::ScalarType type);

// As Python's named_parameters and named_buffers: a tensor that several names stand for is listed under the first.
Dict parameters(Object &self, const ct_names_options &options = ct_names_options_default());
Dict buffers(Object &self, const ct_names_options &options = ct_names_options_default());

// As Python's: every name; the tensors are apart from what gradients are recorded for, unless they are to be kept.
Dict state_dict(Object &self, const ct_state_dict_options &options = ct_state_dict_options_default());

void require_grad(Object &self, bool requires_grad);
int64_t count_parameters(Object &self, bool trainable_only);

// Of each parameter that has a gradient, that becomes None, or zeros without a history.
void zero_grad(Object &self, bool set_to_none);

// libtorch's Module::to would convert whole numbers too, num_batches_tracked for one. Nothing changes on failure.
void move_tensors(const Tensors &tensors, const ct_to_options &to);
void move_to(Object &self, const ct_to_options &to);

} // namespace ct
