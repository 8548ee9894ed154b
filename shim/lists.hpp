// lists.hpp: Sequential and ModuleList: libtorch's own, with what Python's have and theirs lack.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"
#include "handles.hpp"

namespace ct {

// The items of a list with their names, in order.
using Entries = std::vector<std::pair<std::string, ModulePtr>>;

// What Sequential and ModuleList have in common: their children are their items.
class List {
public:
    virtual ~List() = default;

    // Makes these the items. The names are good; nothing changes on failure.
    virtual void assign(const Entries &entries) = 0;

    // Adds an item under a name that is good and free.
    virtual void push(const std::string &name, const ModulePtr &module) = 0;

    // Another of the same class.
    virtual ModulePtr make(const Entries &entries) const = 0;

    // Whether a slice keeps the items' names, as Python's Sequential does.
    virtual bool slice_keeps_names() const = 0;
};

class Sequential final : public torch::nn::SequentialImpl, public List {
public:
    // Plain, so that a Sequential fits into another; libtorch's own, a template, does not.
    at::Tensor forward(const at::Tensor &x);
    ModulePtr clone(const Optional<c10::Device> &device = {}) const override;

    void assign(const Entries &entries) override;
    void push(const std::string &name, const ModulePtr &module) override;
    ModulePtr make(const Entries &entries) const override;
    bool slice_keeps_names() const override { return true; }
};

class ModuleList final : public torch::nn::ModuleListImpl, public List {
public:
    // There only so that a list may stand in a Sequential, which then fails as in Python.
    at::Tensor forward(const at::Tensor &x);
    ModulePtr clone(const Optional<c10::Device> &device = {}) const override;

    void assign(const Entries &entries) override;
    void push(const std::string &name, const ModulePtr &module) override;
    ModulePtr make(const Entries &entries) const override;
    bool slice_keeps_names() const override { return false; }
};

// A Sequential or a ModuleList of these items.
template <class Type> ModulePtr make_list(const Entries &entries)
{
    auto list = std::make_shared<Type>();
    list->assign(entries);
    return list;
}

// A module's children, which are a list's items.
Entries entries_of(const Module &module);

// The place of a position that may count from the end; out of range is an error.
size_t position(const Module &module, int64_t i);

// Registers a child, or replaces the one of that name, in a module of any class. Nothing changes on failure.
void set_child(Module &module, const std::string &name, const ModulePtr &child);

} // namespace ct
