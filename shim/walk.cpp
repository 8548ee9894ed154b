// walk.cpp: going through a tree of modules.
// SPDX-License-Identifier: BSD-3-Clause
#include "walk.hpp"

#include <unordered_set>

namespace ct {

void walk(Module &module, const Visit &visit, const std::string &prefix)
{
    visit(prefix, module);
    for (const auto &child : module.named_children())
        walk(*child.value(), visit, prefix + child.key() + ".");
}

namespace {

void walk_new(Module &module, const Visit &visit, const std::string &prefix, std::unordered_set<const Module *> &seen)
{
    if (!seen.insert(&module).second)
        return;
    visit(prefix, module);
    for (const auto &child : module.named_children())
        walk_new(*child.value(), visit, prefix + child.key() + ".", seen);
}

} // namespace

void walk_once(Module &module, const Visit &visit)
{
    std::unordered_set<const Module *> seen;
    walk_new(module, visit, "", seen);
}

ModulePtr module_at(const ModulePtr &module, const std::string &path)
{
    ModulePtr at = module;
    for (size_t begin = 0; begin <= path.size() && !path.empty();) {
        size_t end = std::min(path.find('.', begin), path.size());
        std::string name = path.substr(begin, end - begin);
        auto children = at->named_children();
        const ModulePtr *child = children.find(name);
        if (!child)
            fail(CT_ERROR_KEY, "there is no module '" + path.substr(0, end) + "'" +
                                   (end < path.size() ? " on the way to '" + path + "'" : ""));
        at = *child;
        begin = end + 1;
    }
    return at;
}

std::string path_to(const Module &from, const Module &module)
{
    std::string path;
    walk_once(const_cast<Module &>(from), [&](const std::string &prefix, Module &at) {
        if (&at == &module && !prefix.empty())
            path = prefix.substr(0, prefix.size() - 1);
    });
    return path;
}

void check_name(const std::string &name, const char *what)
{
    if (name.empty())
        fail(CT_ERROR_KEY, std::string(what) + " name can't be empty string \"\"");
    if (name.find('.') != std::string::npos)
        fail(CT_ERROR_KEY, std::string(what) + " name can't contain \".\", got: " + name);
}

void check_no_cycle(const Module &parent, Module &child)
{
    walk_once(child, [&](const std::string &prefix, Module &at) {
        if (&at == &parent)
            fail(CT_ERROR_VALUE,
                 prefix.empty() ? "a module cannot be its own child"
                                : "the child holds the module itself at '" + prefix.substr(0, prefix.size() - 1) + "'");
    });
}

namespace {

thread_local std::unordered_map<const Module *, ModulePtr> *copies_so_far = nullptr;

at::Tensor copy_of(const at::Tensor &tensor, const Optional<c10::Device> &device)
{
    at::NoGradGuard no_grad;
    return device && tensor.device() != *device ? tensor.to(*device) : tensor.clone();
}

} // namespace

Copying::Copying() : before(std::exchange(copies_so_far, &copies)) {}

Copying::~Copying()
{
    copies_so_far = before;
}

ModulePtr clone_of(const Module &module, const Optional<c10::Device> &device)
{
    if (copies_so_far && copies_so_far->count(&module))
        return copies_so_far->at(&module);
    ModulePtr copy = module.clone(device);
    auto copied = copy->named_parameters(/*recurse=*/false);
    for (const auto &parameter : module.named_parameters(/*recurse=*/false))
        copied[parameter.key()].set_requires_grad(parameter.value().requires_grad());
    if (copies_so_far)
        copies_so_far->emplace(&module, copy);
    return copy;
}

void copy_contents(const Module &from, Module &to, const Optional<c10::Device> &device)
{
    for (const auto &parameter : from.named_parameters(/*recurse=*/false))
        to.register_parameter(parameter.key(), copy_of(parameter.value(), device), parameter.value().requires_grad());
    for (const auto &buffer : from.named_buffers(/*recurse=*/false))
        to.register_buffer(buffer.key(), copy_of(buffer.value(), device));
    to.train(from.is_training());
}

} // namespace ct
