// script_module.hpp: a module of TorchScript as one of ours.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "script.hpp"

namespace ct {

// Its parameters, buffers and children are the script's; it can be called where the script has a forward.
class ScriptedModule final : public Object {
public:
    explicit ScriptedModule(Script script);

    Tensors call(const Tensors &inputs) override;
    void train(bool on) override;
    ObjectPtr shell() const override;
    std::shared_ptr<Module> clone(const Optional<c10::Device> &device) const override;

    const Script &program() const { return script; }

protected:
    std::string type_name() const override { return script.module.type()->name()->name(); }

private:
    Script script;
};

ObjectPtr as_module(Script script);

} // namespace ct
