// walk.cpp: going through a tree of modules.
// SPDX-License-Identifier: BSD-3-Clause
#include "walk.hpp"

#include "python_names.hpp"

#include <unordered_set>

namespace ct {

void walk(Object &module, const Visit &visit, const std::string &prefix)
{
    visit(prefix, module);
    for (const auto &[name, child] : Entries(module.children())) // a visitor may change them
        walk(*child, visit, prefix + name + ".");
}

namespace {

void walk_new(Object &module, const Visit &visit, const std::string &prefix, std::unordered_set<const Object *> &seen)
{
    if (!seen.insert(&module).second)
        return;
    visit(prefix, module);
    for (const auto &[name, child] : Entries(module.children()))
        walk_new(*child, visit, prefix + name + ".", seen);
}

} // namespace

void walk_once(Object &module, const Visit &visit, const std::string &prefix)
{
    std::unordered_set<const Object *> seen;
    walk_new(module, visit, prefix, seen);
}

void walk_up(Object &module, const Visit &visit, const std::string &prefix)
{
    for (const auto &[name, child] : Entries(module.children()))
        walk_up(*child, visit, prefix + name + ".");
    visit(prefix, module);
}

ObjectPtr module_at(const ObjectPtr &module, const std::string &path)
{
    ObjectPtr at = module;
    for (size_t begin = 0; begin <= path.size() && !path.empty();) {
        size_t end = std::min(path.find('.', begin), path.size());
        at = at->child(path.substr(begin, end - begin));
        if (!at)
            fail(CT_ERROR_KEY, "there is no module '" + path.substr(0, end) + "'" +
                                   (end < path.size() ? " on the way to '" + path + "'" : ""));
        begin = end + 1;
    }
    return at;
}

std::pair<std::string, std::string> split_path(const std::string &path)
{
    size_t dot = path.rfind('.');
    return dot == std::string::npos ? std::pair(std::string(), path)
                                    : std::pair(path.substr(0, dot), path.substr(dot + 1));
}

std::string path_to(const Object &from, const Object &module)
{
    std::string path;
    walk_once(const_cast<Object &>(from), [&](const std::string &prefix, Object &at) {
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

void check_free(const Object &module, const std::string &name)
{
    if (module.has_name(name) || is_python_attribute(module, name))
        fail(CT_ERROR_KEY, "attribute '" + name + "' already exists");
}

void check_no_cycle(const Object &parent, Object &child)
{
    walk_once(child, [&](const std::string &prefix, Object &at) {
        if (&at == &parent)
            fail(CT_ERROR_VALUE,
                 prefix.empty() ? "a module cannot be its own child"
                                : "the child holds the module itself at '" + prefix.substr(0, prefix.size() - 1) + "'");
    });
}

size_t position(const Object &module, int64_t i)
{
    int64_t size = static_cast<int64_t>(module.children().size());
    if (i < -size || i >= size)
        fail(CT_ERROR_INDEX,
             "index " + std::to_string(i) + " is out of range for " + std::to_string(size) + " modules");
    return static_cast<size_t>(i < 0 ? i + size : i);
}

void set_child(Object &module, const std::string &name, const ObjectPtr &child)
{
    check_name(name, "module");
    check_no_cycle(module, *child);
    if (!module.child(name))
        check_free(module, name);
    module.put(name, child);
}

namespace {

thread_local Copying *copying = nullptr;

} // namespace

Copying::Copying() : before(std::exchange(copying, this)) {}

Copying::~Copying()
{
    copying = before;
}

ObjectPtr clone_of(const Object &module, const Optional<c10::Device> &device)
{
    if (copying && copying->modules.count(&module))
        return copying->modules.at(&module);
    ObjectPtr copy = std::static_pointer_cast<Object>(module.clone(device));
    if (copying)
        copying->modules.emplace(&module, copy);
    return copy;
}

at::Tensor copy_of(const at::Tensor &tensor, const Optional<c10::Device> &device)
{
    if (!tensor.defined())
        return tensor;
    if (copying && copying->tensors.count(tensor.unsafeGetTensorImpl()))
        return copying->tensors.at(tensor.unsafeGetTensorImpl());
    at::Tensor copy;
    {
        at::NoGradGuard no_grad;
        copy = device && tensor.device() != *device ? tensor.to(*device) : tensor.clone();
    }
    copy.set_requires_grad(tensor.requires_grad());
    if (copying)
        copying->tensors.emplace(tensor.unsafeGetTensorImpl(), copy);
    return copy;
}

} // namespace ct
