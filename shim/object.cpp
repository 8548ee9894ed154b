// object.cpp: the module that everything of ours derives from.
// SPDX-License-Identifier: BSD-3-Clause
#include "object.hpp"

#include "hooks.hpp"
#include "kept.hpp"
#include "walk.hpp"

#include <algorithm>

namespace ct {

namespace {

auto find(const Entries &entries, const std::string &name)
{
    return std::find_if(entries.begin(), entries.end(), [&](const auto &entry) { return entry.first == name; });
}

} // namespace

Object::Object() = default;
Object::~Object() = default;

at::Tensor Object::forward(const at::Tensor &x)
{
    return only(call({x}), *this);
}

Tensors Object::call(const Tensors &)
{
    fail_without_forward(class_name());
}

std::string Object::extra_repr(bool) const
{
    return "";
}

std::shared_ptr<Module> Object::clone(const Optional<c10::Device> &device) const
{
    ObjectPtr copy = shell();
    copy->copy_from(*this, device);
    return copy;
}

namespace {

// Tensors among attributes are the copy's own, too.
Attributes copies_of(const Attributes &from, const Optional<c10::Device> &device)
{
    Attributes copies = from;
    for (auto &[name, value] : copies)
        if (const KeptValue *kept = value.get<KeptValue>())
            value = kept_copy(kept->value, [&](const at::Tensor &tensor) { return copy_of(tensor, device); });
    return copies;
}

} // namespace

// Tensors first: a layer's are in slots, whose order its class relies on.
void Object::copy_from(const Object &from, const Optional<c10::Device> &device)
{
    for (const auto &parameter : from.parameters_)
        parameters_.insert(parameter.key(), copy_of(parameter.value(), device));
    for (const auto &buffer : from.buffers_here)
        put_buffer(buffer.key(), copy_of(buffer.value(), device));
    not_saved = from.not_saved;
    computed = from.computed;
    attributes = copies_of(from.attributes, device);
    given_name = from.given_name;
    nones = from.nones;
    if (from.hooks)
        hooks = std::make_unique<Hooks>(*from.hooks);
    Module::train(from.is_training());
    for (const auto &[name, child] : from.kids)
        put(name, clone_of(*child, device));
}

ObjectPtr Object::child(const std::string &name) const
{
    auto found = find(kids, name);
    return found == kids.end() ? nullptr : found->second;
}

// libtorch's lists of children and buffers are private and can hardly do more than grow: a new base with the right ones
// takes the place of the old. What can fail comes first.
void Object::rebuild(Entries children, Dict buffers)
{
    Module base;
    base.train(is_training());
    base.*(&Object::parameters_) = parameters_;
    for (const auto &buffer : buffers)
        if (buffer.value().defined())
            base.register_buffer(buffer.key(), buffer.value());
    for (const auto &[name, child] : children)
        base.register_module<Module>(name, child);
    static_cast<Module &>(*this) = std::move(base);
    kids = std::move(children);
    buffers_here = std::move(buffers);
}

void Object::assign(Entries children)
{
    rebuild(std::move(children), buffers_here);
}

void Object::restore(Saved saved)
{
    Module::train(saved.is_training);
    parameters_ = std::move(saved.parameters);
    not_saved = std::move(saved.not_saved);
    attributes = std::move(saved.attributes);
    nones = std::move(saved.nones);
    rebuild(std::move(saved.children), std::move(saved.buffers));
}

void Object::put(const std::string &name, const ObjectPtr &child)
{
    auto found = find(kids, name);
    if (found != kids.end()) {
        replace_module<Module>(name, child);
        kids[static_cast<size_t>(found - kids.begin())].second = child;
        return;
    }
    Entries::value_type entry(name, child);
    kids.reserve(kids.size() + 1);
    register_module<Module>(name, child);
    kids.push_back(std::move(entry));
}

void Object::remove(const std::string &name)
{
    unregister_module(name);
    kids.erase(find(kids, name));
}

void Object::put_parameter(const std::string &name, const at::Tensor &tensor)
{
    if (at::Tensor *found = parameters_.find(name))
        *found = tensor;
    else
        parameters_.insert(name, tensor);
}

void Object::remove_parameter(const std::string &name)
{
    parameters_.erase(name);
}

void Object::put_buffer(const std::string &name, const at::Tensor &tensor, bool is_persistent)
{
    at::Tensor *found = buffers_here.find(name);
    if (found && found->defined()) {
        Dict buffers = buffers_here;
        buffers[name] = tensor;
        rebuild(kids, std::move(buffers));
    } else {
        if (tensor.defined())
            register_buffer(name, tensor);
        found ? void(*found = tensor) : void(buffers_here.insert(name, tensor));
    }
    is_persistent ? void(not_saved.erase(name)) : void(not_saved.insert(name));
}

void Object::set_computed(const std::string &parameter, bool is_computed)
{
    is_computed ? void(computed.insert(parameter)) : void(computed.erase(parameter));
}

bool Object::has_name(const std::string &name) const
{
    const at::Tensor *parameter = parameters_.find(name), *buffer = buffers_here.find(name);
    return find(kids, name) != kids.end() || (parameter && parameter->defined()) || (buffer && buffer->defined());
}

const Value *Object::attribute(const std::string &name) const
{
    for (const auto &[key, value] : attributes)
        if (key == name)
            return &value;
    return nullptr;
}

void Object::set_attribute(const std::string &name, Value value)
{
    for (auto &[key, held] : attributes)
        if (key == name) {
            held = std::move(value);
            return;
        }
    attributes.emplace_back(name, std::move(value));
}

at::Tensor only(const Tensors &outputs, const Object &module)
{
    if (outputs.size() != 1)
        fail(CT_ERROR_TYPE,
             module.class_name() + " gives " + std::to_string(outputs.size()) + " outputs; ct_module_call takes them");
    return outputs[0];
}

void fail_without_forward(const std::string &name)
{
    fail(CT_ERROR_NOT_IMPLEMENTED, "Module [" + name + "] is missing the required \"forward\" function");
}

} // namespace ct
