// value_arena.cpp: what a tree of values lives in.
// SPDX-License-Identifier: BSD-3-Clause
#include "value_arena.hpp"

#include <algorithm>

namespace ct {

ValueArena::~ValueArena()
{
    for (ct_tensor *handle : handles)
        free_handle(handle);
}

ct_value *ValueArena::values(size_t n)
{
    arrays.push_back(std::make_unique<ct_value[]>(n));
    count += n;
    return arrays.back().get();
}

const char *ValueArena::text(std::string text)
{
    texts.push_back(std::move(text));
    return texts.back().c_str();
}

// The handle that is made becomes the arena's own.
template <class Make> ct_value ValueArena::keep(Make make)
{
    handles.push_back(nullptr); // before there is a handle to lose
    ct_tensor *made = make();
    handle_keep(reinterpret_cast<handle *>(made));
    handles.back() = made;
    return ct_value_tensor(made);
}

ct_value ValueArena::tensor(const at::Tensor &tensor)
{
    return keep([&] { return box(tensor); });
}

ct_value ValueArena::pending(at::Tensor description, std::function<at::Tensor()> make)
{
    awaited.push_back({std::move(description), std::move(make)});
    return keep([&] { return box_pending(&awaited.back()); });
}

ct_value ValueArena::list(ct_value_kind kind, const std::vector<ct_value> &items)
{
    ct_value made = {};
    made.kind = kind;
    made.n = items.size();
    made.as.values = std::copy(items.begin(), items.end(), values(items.size())) - items.size();
    return made;
}

} // namespace ct
