// window.hpp: windows that slide over an input, as convolutions, pooling and folding have them.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "checks.hpp"

namespace ct {

using Check = int64_t (*)(int64_t value, const char *name);

struct Window {
    at::IntArrayRef kernel_size;
    at::IntArrayRef stride; // empty: kernel_size
    at::IntArrayRef padding;
    at::IntArrayRef dilation;
    bool ceil_mode = false;
};

// A size that fits an int, which some of libtorch's kernels count in without a look.
int64_t as_int(int64_t value, const char *name);
void check_each(at::IntArrayRef values, Check check, const char *name);

// Fails where a window cannot slide.
void check(const Window &window);

// The sizes in a tensor that a forward was given.
std::vector<int64_t> sizes_in(const at::Tensor &list, const char *name);

// "[3, 4]", as Python prints a list.
std::string list_text(at::IntArrayRef values);

} // namespace ct
