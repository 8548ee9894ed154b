// index.cpp: index texts as libtorch's index lists.
// SPDX-License-Identifier: BSD-3-Clause
#include "index.hpp"

#include "formats/index_text.h"

#include <algorithm>

namespace ct {

namespace {

// A number in a slice. All that are beyond the largest dimension mean the same, and libtorch's arithmetic overflows
// with the greatest.
Optional<int64_t> slice_number(bool given, int64_t value, int64_t largest)
{
    return given ? Optional<int64_t>(std::clamp(value, -largest, largest)) : Optional<int64_t>();
}

index_given as_given(const ct_value &value)
{
    if (value.kind == CT_VALUE_INT)
        return {true, value.as.integer};
    return {false, 0};
}

// What is no number: a tensor, a list of positions, True or False, None.
at::indexing::TensorIndex other(const ct_value &value, size_t i)
{
    std::string name = "values[" + std::to_string(i) + "]";
    switch (value.kind) {
    case CT_VALUE_TENSOR:
        return value.as.tensor ? at::indexing::TensorIndex(arg(value.as.tensor, name.c_str())) : at::indexing::None;
    case CT_VALUE_INTS:
        return at::tensor(ints(value.as.ints, value.n, name.c_str()), at::kLong);
    case CT_VALUE_BOOL:
        return value.as.boolean;
    case CT_VALUE_NONE:
        return at::indexing::None;
    default:
        fail(CT_ERROR_TYPE, name + " is no index; expected a whole number, a tensor, a list of whole numbers, a truth "
                                   "value or None");
    }
}

at::indexing::TensorIndex index(const index_item &item, const ct_value *values, int64_t largest)
{
    using namespace at::indexing;
    switch (item.kind) {
    case INDEX_INT:
        return item.start;
    case INDEX_ELLIPSIS:
        return Ellipsis;
    case INDEX_NONE:
        return at::indexing::None;
    case INDEX_OTHER:
        return other(values[item.start], static_cast<size_t>(item.start));
    default:
        return Slice(slice_number(item.has_start, item.start, largest), slice_number(item.has_stop, item.stop, largest),
                     slice_number(item.has_step, item.step, largest));
    }
}

} // namespace

std::vector<at::indexing::TensorIndex> indices(at::IntArrayRef sizes, const char *text, const ct_value *values,
                                               size_t n)
{
    index_list list;
    char *fault = nullptr;
    if (!values && n > 0)
        fail_null("values");
    std::vector<index_given> all(n);
    std::transform(values, values + n, all.begin(), [](const ct_value &value) { return as_given(value); });
    if (!index_text_read(&list, ct::text(text, "text"), all.data(), n, &fault)) {
        std::unique_ptr<char, decltype(&std::free)> owned(fault, std::free);
        fail(fault ? CT_ERROR_VALUE : CT_ERROR_MEMORY, fault ? fault : "out of memory");
    }
    int64_t largest = 1;
    for (int64_t size : sizes)
        largest = std::max(largest, size);
    std::vector<at::indexing::TensorIndex> result;
    result.reserve(list.size);
    for (size_t i = 0; i < list.size; i++)
        result.push_back(index(list.items[i], values, largest));
    return result;
}

} // namespace ct
