// composite.hpp: what layers that are made of other layers, or of many weights, share.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "layer.hpp"

#include <limits>

namespace ct {

// A size that is a multiple of another. One that no number can hold becomes the largest, which no tensor can have.
inline int64_t times(int64_t n, int64_t size)
{
    constexpr int64_t most = std::numeric_limits<int64_t>::max();
    return size > most / n ? most : n * size;
}

// The arguments of a layer that a layer makes: these, and its own device and element type, which come last.
std::vector<Value> placed(const Layer &self, std::vector<Value> values);

ObjectPtr child_of(const Object &self, const char *name);

// The outputs of a child, whose name goes into the path of an error.
Tensors through(const Object &self, const char *name, const Tensors &inputs);
at::Tensor through(const Object &self, const char *name, const at::Tensor &x);

// The first of them, where there may be more.
at::Tensor first_through(const Object &self, const char *name, const Tensors &inputs);

// A flag among the inputs of a forward: None is Python's default.
bool flag(const at::Tensor &given, bool standard, const char *name);

// A mask as it is added: one of bools becomes zeros, and -inf where it is true. Undefined stays so.
at::Tensor canonical_mask(const at::Tensor &mask, const char *name, const at::Tensor &target);

} // namespace ct
