// index.cpp: index texts as libtorch's index lists.
// SPDX-License-Identifier: BSD-3-Clause
#include "index.hpp"

#include "formats/index_text.h"

namespace ct {

namespace {

at::indexing::TensorIndex index(const index_item &item)
{
    using namespace at::indexing;
    using Bound = Optional<int64_t>;
    switch (item.kind) {
    case INDEX_INT:
        return item.start;
    case INDEX_ELLIPSIS:
        return Ellipsis;
    case INDEX_NONE:
        return at::indexing::None;
    default:
        return Slice(item.has_start ? Bound(item.start) : Bound(), item.has_stop ? Bound(item.stop) : Bound(),
                     item.has_step ? Bound(item.step) : Bound());
    }
}

} // namespace

std::vector<at::indexing::TensorIndex> indices(const char *text, const int64_t *ints, size_t n)
{
    index_list list;
    char *fault = nullptr;
    ct::ints(ints, n, "ints");
    if (!index_text_read(&list, ct::text(text, "text"), ints, n, &fault)) {
        std::unique_ptr<char, decltype(&std::free)> owned(fault, std::free);
        fail(fault ? CT_ERROR_VALUE : CT_ERROR_MEMORY, fault ? fault : "out of memory");
    }
    std::vector<at::indexing::TensorIndex> result;
    result.reserve(list.size);
    for (size_t i = 0; i < list.size; i++)
        result.push_back(index(list.items[i]));
    return result;
}

} // namespace ct
