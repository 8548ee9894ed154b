// torch.hpp: the precompiled header, with what nearly every file needs of libtorch. All of <torch/torch.h> would take
// each of them three times as long, for the templates that it holds in waiting.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/csrc/autograd/custom_function.h>
#include <torch/cuda.h>
#include <torch/nn/init.h>
#include <torch/nn/module.h>
#include <torch/utils.h>
