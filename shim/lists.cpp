// lists.cpp: what the containers are: running a Sequential, the items of each and how they print.
// SPDX-License-Identifier: BSD-3-Clause
#include "lists.hpp"

#include "callback.hpp"
#include "convert.hpp"
#include "python_names.hpp"
#include "walk.hpp"

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

Tensors Parameters::call(const Tensors &)
{
    fail(CT_ERROR_RUNTIME, class_name() + " should not be called.");
}

namespace {

// "2x3"
std::string size_text(at::IntArrayRef sizes)
{
    std::string text;
    for (size_t i = 0; i < sizes.size(); i++)
        text += (i ? "x" : "") + std::to_string(sizes[i]);
    return text;
}

std::string device_text(const at::Tensor &item, bool legacy)
{
    if (!item.is_cuda())
        return "";
    return legacy ? " (GPU " + std::to_string(item.get_device()) + ")" : " (" + item.device().str() + ")";
}

} // namespace

std::string Parameters::extra_repr(bool legacy) const
{
    std::string text;
    for (const auto &entry : items()) {
        const at::Tensor &item = entry.value();
        text += (text.empty() ? "" : "\n") + ("  (" + entry.key()) + "): ";
        text += !item.defined() ? "Object of type: NoneType"
                                : "Parameter containing: [" + shown_type(item) + " of size " + size_text(item.sizes()) +
                                      device_text(item, legacy) + "]";
    }
    return text;
}

std::string ParameterList::shown_type(const at::Tensor &item) const
{
    return dtype_text(item.scalar_type());
}

std::string ParameterDict::shown_type(const at::Tensor &item) const
{
    return tensor_class_text(item.scalar_type(), item.is_cuda());
}

size_t ParameterList::size() const
{
    size_t n = 0;
    while (own_parameters().contains(std::to_string(n)))
        n++;
    return n;
}

Dict ParameterList::items() const
{
    Dict items;
    for (size_t i = 0, n = size(); i < n; i++) {
        std::string name = std::to_string(i);
        items.insert(name, own_parameters()[name]);
    }
    return items;
}

void ParameterList::assign_items(const Tensors &items)
{
    Dict all, others = parameters_;
    for (size_t i = size(); i > 0; i--)
        others.erase(std::to_string(i - 1));
    for (size_t i = 0; i < items.size(); i++)
        all.insert(std::to_string(i), items[i]);
    for (const auto &other : others)
        if (!all.contains(other.key()))
            all.insert(other.key(), other.value());
    parameters_ = std::move(all);
}

Entries numbered(const std::vector<ObjectPtr> &modules)
{
    Entries entries;
    for (const ObjectPtr &module : modules)
        entries.emplace_back(std::to_string(entries.size()), module);
    return entries;
}

namespace {

// Python's rule for a bound of a slice.
int64_t clamp(int64_t bound, int64_t size, int64_t step)
{
    int64_t lowest = step < 0 ? -1 : 0;
    int64_t highest = step < 0 ? size - 1 : size;
    if (bound < 0)
        bound = bound < -size ? lowest : bound + size;
    return std::min(std::max(bound, lowest), highest);
}

} // namespace

std::vector<size_t> slice_of(size_t length, int64_t start, int64_t stop, int64_t step)
{
    if (step == 0)
        fail(CT_ERROR_VALUE, "slice step cannot be zero");
    int64_t size = static_cast<int64_t>(length);
    int64_t begin = clamp(start, size, step), end = clamp(stop, size, step);
    int64_t stride = std::min(std::max(step, -size), size); // longer ones leave the list at once, and could overflow
    std::vector<size_t> picked;
    for (int64_t i = begin; step > 0 ? i < end : i > end; i += stride)
        picked.push_back(static_cast<size_t>(i));
    return picked;
}

void put(Entries &entries, const std::string &key, const ObjectPtr &module)
{
    for (auto &entry : entries)
        if (entry.first == key) {
            entry.second = module;
            return;
        }
    entries.emplace_back(key, module);
}

void put(Dict &items, const std::string &key, const at::Tensor &item)
{
    if (at::Tensor *found = items.find(key))
        *found = item;
    else
        items.insert(key, item);
}

void check_key(const Object &container, const std::string &key, const char *what)
{
    check_name(key, what);
    if (is_python_attribute(container, key))
        fail(CT_ERROR_KEY, "attribute '" + key + "' already exists");
}

void check_parameter(const at::Tensor &tensor, const std::string &argument)
{
    if (!tensor.is_leaf())
        fail(CT_ERROR_VALUE, argument + " was computed and has a gradient history; a parameter must be a leaf: pass "
                                        "ct_detach(" + argument + ")");
    at::ScalarType type = tensor.scalar_type();
    if (!at::isFloatingType(type) && !at::isComplexType(type))
        fail(CT_ERROR_TYPE, argument + " holds " + dtype_text(type) +
                                "; only floating-point and complex tensors can require gradients");
}

at::Tensor as_parameter(at::Tensor tensor)
{
    if (tensor.defined())
        tensor.set_requires_grad(true);
    return tensor;
}

std::string dtype_text(at::ScalarType type)
{
    return ct_dtype_name(dtype_of(type));
}

std::string tensor_class_text(at::ScalarType type, bool on_cuda)
{
    return std::string("torch.") + (on_cuda ? "cuda." : "") + c10::toString(type) + "Tensor";
}

} // namespace ct
