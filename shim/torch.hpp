// torch.hpp: the precompiled header: the one place that includes libtorch.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>
