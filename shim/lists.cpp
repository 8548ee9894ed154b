// lists.cpp: Sequential and ModuleList over libtorch's own.
// SPDX-License-Identifier: BSD-3-Clause
#include "lists.hpp"

#include "callback.hpp"
#include "registry.hpp"
#include "walk.hpp"

namespace ct {

namespace {

Entries cloned(const Module &module, const Optional<c10::Device> &device)
{
    Entries result;
    for (const auto &[name, child] : entries_of(module))
        result.emplace_back(name, clone_of(*child, device));
    return result;
}

// SequentialImpl and ModuleListImpl can only grow. To change one otherwise a new one is made and takes its place: what
// can fail comes first, and the parameters, buffers and mode that the old one had of its own go along.
template <class Base> Base successor(const Module &old)
{
    Base fresh;
    fresh.train(old.is_training());
    for (const auto &parameter : old.named_parameters(/*recurse=*/false))
        fresh.register_parameter(parameter.key(), parameter.value(), parameter.value().requires_grad());
    for (const auto &buffer : old.named_buffers(/*recurse=*/false))
        fresh.register_buffer(buffer.key(), buffer.value());
    return fresh;
}

template <class Type> ModulePtr clone_list(const Type &list, const Optional<c10::Device> &device)
{
    auto copy = std::make_shared<Type>();
    copy_contents(list, *copy, device);
    copy->assign(cloned(list, device));
    return copy;
}

// The name of item i, or its number when it has gone meanwhile.
std::string name_of(const Module &list, size_t i)
{
    auto items = list.named_children();
    return i < items.size() ? items[i].key() : std::to_string(i);
}

} // namespace

// By position, and holding the item that runs: a forward may change the list that is calling it.
at::Tensor Sequential::forward(const at::Tensor &x)
{
    at::Tensor y = x;
    size_t i = 0;
    try {
        for (; i < size(); i++) {
            ModulePtr item = ptr(i);
            y = call(*item, y);
        }
    } catch (...) {
        rethrow_inside(name_of(*this, i));
    }
    return y;
}

ModulePtr Sequential::clone(const Optional<c10::Device> &device) const
{
    return clone_list(*this, device);
}

void Sequential::assign(const Entries &entries)
{
    auto fresh = successor<torch::nn::SequentialImpl>(*this);
    for (const auto &[name, module] : entries)
        fresh.push_back(name, class_of(*module).any(module));
    static_cast<torch::nn::SequentialImpl &>(*this) = std::move(fresh);
}

void Sequential::push(const std::string &name, const ModulePtr &module)
{
    push_back(name, class_of(*module).any(module));
}

ModulePtr Sequential::make(const Entries &entries) const
{
    return make_list<Sequential>(entries);
}

at::Tensor ModuleList::forward(const at::Tensor &)
{
    fail_without_forward("ModuleList");
}

ModulePtr ModuleList::clone(const Optional<c10::Device> &device) const
{
    return clone_list(*this, device);
}

void ModuleList::assign(const Entries &entries)
{
    auto fresh = successor<torch::nn::ModuleListImpl>(*this);
    // push_back registers an item under its number, which may be a later item's own name: the names come afterwards.
    for (const auto &entry : entries) {
        fresh.push_back(entry.second);
        fresh.unregister_module(std::to_string(fresh.size() - 1));
    }
    for (const auto &[name, module] : entries)
        fresh.register_module(name, module);
    static_cast<torch::nn::ModuleListImpl &>(*this) = std::move(fresh);
}

void ModuleList::push(const std::string &name, const ModulePtr &module)
{
    if (name == std::to_string(size())) {
        push_back(module);
        return;
    }
    Entries entries = entries_of(*this);
    entries.emplace_back(name, module);
    assign(entries);
}

ModulePtr ModuleList::make(const Entries &entries) const
{
    return make_list<ModuleList>(entries);
}

Entries entries_of(const Module &module)
{
    Entries result;
    for (const auto &child : module.named_children())
        result.emplace_back(child.key(), child.value());
    return result;
}

size_t position(const Module &module, int64_t i)
{
    int64_t size = static_cast<int64_t>(module.named_children().size());
    if (i < -size || i >= size)
        fail(CT_ERROR_INDEX,
             "index " + std::to_string(i) + " is out of range for " + std::to_string(size) + " modules");
    return static_cast<size_t>(i < 0 ? i + size : i);
}

void set_child(Module &module, const std::string &name, const ModulePtr &child)
{
    check_name(name, "module");
    check_no_cycle(module, *child);
    if (module.named_parameters(/*recurse=*/false).contains(name) ||
        module.named_buffers(/*recurse=*/false).contains(name))
        fail(CT_ERROR_KEY, "attribute '" + name + "' already exists");
    bool replaces = module.named_children().contains(name);
    auto *list = dynamic_cast<List *>(&module);
    if (!list) {
        replaces ? void(module.replace_module(name, child)) : void(module.register_module(name, child));
    } else if (!replaces) {
        list->push(name, child);
    } else {
        Entries entries = entries_of(module);
        for (auto &entry : entries)
            if (entry.first == name)
                entry.second = child;
        list->assign(entries);
    }
}

} // namespace ct
