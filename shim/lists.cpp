// lists.cpp: running a Sequential.
// SPDX-License-Identifier: BSD-3-Clause
#include "lists.hpp"

#include "callback.hpp"

namespace ct {

namespace {

// The name of item i, or its number when it has gone meanwhile.
std::string name_of(const Object &list, size_t i)
{
    return i < list.children().size() ? list.children()[i].first : std::to_string(i);
}

} // namespace

// By position, and holding the item that runs: a forward may change the list that is calling it. Where an item may give
// several outputs, the rest of the way is taken with lists.
at::Tensor Sequential::forward(const at::Tensor &x)
{
    at::Tensor y = x;
    size_t i = 0;
    try {
        for (; i < children().size(); i++) {
            ObjectPtr item = children()[i].second;
            if (!item->is_unary())
                break;
            y = ct::call(*item, y);
        }
    } catch (...) {
        rethrow_inside(name_of(*this, i));
    }
    return i < children().size() ? only(call_from(i, {y}), *this) : y;
}

Tensors Sequential::call(const Tensors &inputs)
{
    return call_from(0, inputs);
}

Tensors Sequential::call_from(size_t i, Tensors values)
{
    try {
        for (; i < children().size(); i++) {
            ObjectPtr item = children()[i].second;
            if (item->is_unary() && values.size() == 1)
                values[0] = ct::call(*item, values[0]);
            else
                values = ct::call(*item, values);
        }
    } catch (...) {
        rethrow_inside(name_of(*this, i));
    }
    return values;
}

} // namespace ct
