// traceback.hpp: failures inside of TorchScript, whose text is a traceback of many lines.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "guard.hpp"

namespace ct {

// Leaves what went wrong, and the line of the source; the whole goes to the backtrace. Other failures stay as they are.
void shorten_traceback(Failure &failure);

} // namespace ct
