// window.cpp: windows that slide over an input.
// SPDX-License-Identifier: BSD-3-Clause
#include "layers/window.hpp"

#include <climits>

namespace ct {

int64_t as_int(int64_t value, const char *name)
{
    if (value > INT_MAX || value < INT_MIN)
        fail(CT_ERROR_VALUE, std::string(name) + " is " + std::to_string(value) + "; expected at " +
                                 (value > 0 ? "most " + std::to_string(INT_MAX) : "least " + std::to_string(INT_MIN)));
    return value;
}

void check_each(at::IntArrayRef values, Check check, const char *name)
{
    for (int64_t value : values)
        check(value, name);
}

void check(const Window &window)
{
    auto positive_int = [](int64_t value, const char *name) { return as_int(positive(value, name), name); };
    auto size = [](int64_t value, const char *name) { return as_int(not_negative(value, name), name); };
    check_each(window.kernel_size, positive_int, "kernel_size");
    check_each(window.stride, positive_int, "stride");
    check_each(window.padding, size, "padding");
    check_each(window.dilation, positive_int, "dilation");
}

std::vector<int64_t> sizes_in(const at::Tensor &list, const char *name)
{
    if (list.dim() != 1 || !at::isIntegralType(list.scalar_type(), false))
        fail(CT_ERROR_TYPE, std::string(name) + " is a tensor of " + std::to_string(list.dim()) +
                                " dimensions and type " + c10::toString(list.scalar_type()) +
                                "; expected a list of whole numbers");
    at::Tensor values = list.to(at::kCPU, at::kLong).contiguous();
    const int64_t *first = values.data_ptr<int64_t>();
    return {first, first + values.numel()};
}

std::string list_text(at::IntArrayRef values)
{
    return "[" + joined(values) + "]";
}

} // namespace ct
