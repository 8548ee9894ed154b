// compat.hpp: everything in which the supported libtorch releases, 1.13, 2.6 and 2.14, differ. Nothing else asks for a
// version.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "torch.hpp"

#include <torch/version.h>

#include <variant>

namespace ct {

inline constexpr const char *torch_version = TORCH_VERSION;

// c10's own in 1.13, the standard library's since.
template <class T> using Optional = torch::optional<T>;

// What libtorch's options hold their alternatives in: c10::variant in 1.13, std::variant since.
#if TORCH_VERSION_MAJOR < 2
namespace variant = c10;
#else
namespace variant = std;
#endif

} // namespace ct
