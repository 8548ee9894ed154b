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

at::indexing::TensorIndex index(const index_item &item, int64_t largest)
{
    using namespace at::indexing;
    switch (item.kind) {
    case INDEX_INT:
        return item.start;
    case INDEX_ELLIPSIS:
        return Ellipsis;
    case INDEX_NONE:
        return at::indexing::None;
    default:
        return Slice(slice_number(item.has_start, item.start, largest), slice_number(item.has_stop, item.stop, largest),
                     slice_number(item.has_step, item.step, largest));
    }
}

} // namespace

std::vector<at::indexing::TensorIndex> indices(at::IntArrayRef sizes, const char *text, const int64_t *ints, size_t n)
{
    index_list list;
    char *fault = nullptr;
    ct::ints(ints, n, "ints");
    if (!index_text_read(&list, ct::text(text, "text"), ints, n, &fault)) {
        std::unique_ptr<char, decltype(&std::free)> owned(fault, std::free);
        fail(fault ? CT_ERROR_VALUE : CT_ERROR_MEMORY, fault ? fault : "out of memory");
    }
    int64_t largest = 1;
    for (int64_t size : sizes)
        largest = std::max(largest, size);
    std::vector<at::indexing::TensorIndex> result;
    result.reserve(list.size);
    for (size_t i = 0; i < list.size; i++)
        result.push_back(index(list.items[i], largest));
    return result;
}

} // namespace ct
