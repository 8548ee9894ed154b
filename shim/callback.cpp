// callback.cpp: modules with a C forward: running it in a scope, and carrying its failure outwards with the path.
// SPDX-License-Identifier: BSD-3-Clause
#include "callback.hpp"

#include "call_scope.hpp"
#include "walk.hpp"

namespace ct {

namespace {

thread_local const Object *running = nullptr;

// The module for a handle: a callback is lent its own.
ObjectPtr self_of(CallbackModule &module)
{
    return std::static_pointer_cast<Object>(module.shared_from_this());
}

} // namespace

Running::Running(const Object &module) : before(std::exchange(running, &module)) {}

Running::~Running()
{
    running = before;
}

CallbackModule::CallbackModule(std::string name, const ct_class &functions, std::shared_ptr<UserData> user)
    : name(std::move(name)), functions(functions), user(std::move(user))
{
}

// Of two forwards, the one for any number of inputs serves where there is no other.
at::Tensor CallbackModule::forward(const at::Tensor &x)
{
    if (!functions.forward)
        return only(call({x}), *this);
    Running frame(*this);
    CallScope scope;
    return scope.result(functions.forward(box(self_of(*this)), box(x), user->data), "the forward of ", class_name());
}

Tensors CallbackModule::call(const Tensors &inputs)
{
    if (!functions.call && !functions.forward)
        fail_without_forward(class_name());
    if (!functions.call) {
        if (inputs.size() != 1 || !inputs[0].defined())
            fail(CT_ERROR_TYPE, class_name() + ".forward() takes 1 input but " + std::to_string(inputs.size()) +
                                    " were given; ct_class's call takes any number");
        return {forward(inputs[0])};
    }
    Running frame(*this);
    CallScope scope;
    std::vector<ct_tensor *> lent;
    for (const at::Tensor &input : inputs)
        lent.push_back(box_or_null(input));
    ct_tensor *outputs[CT_OUTPUTS_MAX] = {nullptr};
    size_t n = functions.call(box(self_of(*this)), lent.data(), lent.size(), outputs, user->data);
    return scope.results(outputs, n, "the call of ", class_name());
}

ObjectPtr CallbackModule::shell() const
{
    std::shared_ptr<UserData> copied = user;
    if (user->data) {
        if (!functions.copy_user)
            fail(CT_ERROR_NOT_IMPLEMENTED, "a " + class_name() + " holds user data and has no copy_user");
        void *data = functions.copy_user(user->data);
        if (!data)
            fail(CT_ERROR_RUNTIME, "copy_user of " + class_name() + " returned NULL");
        copied = std::make_shared<UserData>(data, user->releaser());
    }
    return std::make_shared<CallbackModule>(name, functions, std::move(copied));
}

std::string path_from_running(const Object &module)
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
