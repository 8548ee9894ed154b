// callback.hpp: a module whose forward is a C function.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

namespace ct {

class CallbackModule final : public Object {
public:
    CallbackModule(std::string name, const ct_class &functions, std::shared_ptr<UserData> user);

    at::Tensor forward(const at::Tensor &x) override;
    Tensors call(const Tensors &inputs) override;
    bool is_unary() const override { return functions.forward != nullptr; }
    ObjectPtr shell() const override;

protected:
    std::string type_name() const override { return name; }

private:
    std::string name;
    ct_class functions; // but for the user data, which is below
    std::shared_ptr<UserData> user;
};

// While one lives, C code runs for a module on this thread: its forward, or a hook.
class Running {
public:
    explicit Running(const Object &module);
    ~Running();
    Running(const Running &) = delete;

private:
    const Object *before;
};

// The path from the module whose C code runs on this thread to one that it calls; "" when it is none of its own.
std::string path_from_running(const Object &module);

// Puts a module's path in front of the error in flight, and throws it on.
[[noreturn]] void rethrow_inside(const std::string &path);

} // namespace ct
