// callback.cpp: modules with a C forward: running it in a scope, and carrying its failure outwards with the path.
// SPDX-License-Identifier: BSD-3-Clause
#include "callback.hpp"

#include "call_scope.hpp"
#include "registry.hpp"
#include "walk.hpp"

namespace ct {

namespace {

thread_local const Module *running = nullptr;

class Running {
public:
    explicit Running(const Module *module) : before(std::exchange(running, module)) {}
    ~Running() { running = before; }

private:
    const Module *before;
};

} // namespace

CallbackModule::CallbackModule(std::string class_name, ct_forward forward, UserData user, void *(*copy_user)(void *))
    : name_of_class(std::move(class_name)), function(forward), user(std::move(user)), copy_user(copy_user)
{
}

at::Tensor CallbackModule::forward(const at::Tensor &x)
{
    if (!function)
        fail_without_forward(name_of_class);
    Running frame(this);
    CallScope scope;
    return scope.result(function(box(shared_from_this()), box(x), user.data), "the forward of ", name_of_class);
}

ModulePtr CallbackModule::clone(const Optional<c10::Device> &device) const
{
    void *data = user.data;
    if (data) {
        if (!copy_user)
            fail(CT_ERROR_NOT_IMPLEMENTED, "a " + name_of_class + " holds user data and has no copy_user");
        data = copy_user(user.data);
        if (!data)
            fail(CT_ERROR_RUNTIME, "copy_user of " + name_of_class + " returned NULL");
    }
    auto copy = std::make_shared<CallbackModule>(name_of_class, function, UserData(data, user.releaser()), copy_user);
    copy->attributes = attributes;
    copy_contents(*this, *copy, device);
    for (const auto &child : named_children())
        copy->register_module(child.key(), clone_of(*child.value(), device));
    return copy;
}

void CallbackModule::set_parameter(const std::string &name, at::Tensor tensor)
{
    if (at::Tensor *found = parameters_.find(name))
        *found = std::move(tensor);
    else
        register_parameter(name, std::move(tensor));
}

std::string path_from_running(const Module &module)
{
    return running ? path_to(*running, module) : "";
}

void rethrow_inside(const std::string &path)
{
    Failure failure = translate();
    if (!path.empty())
        failure.path = failure.path.empty() ? path : path + "." + failure.path;
    throw Error(std::move(failure));
}

} // namespace ct
