// trace.hpp: what a module computes, recorded as a program of TorchScript.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "script.hpp"

#include <ctorch/export.h>

namespace ct {

// A module of TorchScript with the same tree of children, parameters and buffers, and no methods (mirror.cpp).
ScriptModule mirror_of(const Object &module);

// The program that a module is for inputs of this kind; an undefined one is None, and no input of the program.
Script trace(const ObjectPtr &module, const Tensors &inputs, const ct_trace_options &o);

} // namespace ct
