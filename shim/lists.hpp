// lists.hpp: Sequential and ModuleList.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

namespace ct {

// What Sequential and ModuleList have in common: their children are their items.
class List : public Object {
public:
    // Whether a slice keeps the items' names, as Python's Sequential does.
    virtual bool slice_keeps_names() const = 0;
};

class Sequential : public List {
public:
    at::Tensor forward(const at::Tensor &x) override;
    Tensors call(const Tensors &inputs) override;
    ObjectPtr shell() const override { return std::make_shared<Sequential>(); }
    bool slice_keeps_names() const override { return true; }

protected:
    std::string type_name() const override { return "Sequential"; }

private:
    Tensors call_from(size_t i, Tensors values);
};

class ModuleList : public List {
public:
    ObjectPtr shell() const override { return std::make_shared<ModuleList>(); }
    bool slice_keeps_names() const override { return false; }
    std::vector<std::string> child_lines(bool legacy) const override;

protected:
    std::string type_name() const override { return "ModuleList"; }
};

// A Sequential or a ModuleList of these items.
template <class Type> ObjectPtr make_list(Entries entries)
{
    auto list = std::make_shared<Type>();
    list->assign(std::move(entries));
    return list;
}

} // namespace ct
