// callback.hpp: a torch::nn::Module whose forward is a C function.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"
#include "handles.hpp"

#include <map>
#include <variant>

namespace ct {

// `self.growth_rate = 32`
using Attribute = std::variant<int64_t, double, bool, std::string>;

class CallbackModule final : public Module {
public:
    CallbackModule(std::string class_name, ct_forward forward, UserData user, void *(*copy_user)(void *));

    at::Tensor forward(const at::Tensor &x);
    ModulePtr clone(const Optional<c10::Device> &device = {}) const override;

    // Registers or replaces: nothing but the registry holds a parameter of such a module.
    void set_parameter(const std::string &name, at::Tensor tensor);

    const std::string &class_name() const { return name_of_class; }

    std::map<std::string, Attribute> attributes;

private:
    std::string name_of_class;
    ct_forward function;
    UserData user;
    void *(*copy_user)(void *);
};

// The path from the module whose C forward runs on this thread to one that it calls; "" when it is none of its own.
std::string path_from_running(const Module &module);

// Puts a module's path in front of the error in flight, and throws it on.
[[noreturn]] void rethrow_inside(const std::string &path);

} // namespace ct
