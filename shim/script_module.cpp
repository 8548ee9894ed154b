// script_module.cpp: a module of TorchScript as one of ours.
// SPDX-License-Identifier: BSD-3-Clause
#include "script_module.hpp"

#include "hooks.hpp"
#include "state.hpp"

namespace ct {

ScriptedModule::ScriptedModule(Script given) : script(std::move(given))
{
    Module::train(in_training(script.module)); // before there are children, which have modes of their own
    for (const auto &item : script.module.named_parameters(/*recurse=*/false))
        put_parameter(item.name, item.value);
    for (const auto &item : script.module.named_buffers(/*recurse=*/false))
        put_buffer(item.name, item.value);
    for (const auto &child : script.module.named_children())
        put(child.name, as_module({child.value, script.for_inference}));
}

Tensors ScriptedModule::call(const Tensors &inputs)
{
    return run_forward(script, inputs);
}

void ScriptedModule::train(bool on)
{
    Module::train(on);
    if (script.module.hasattr("training"))
        script.module.setattr("training", on);
}

// The code refers to tensors and submodules by the script's own slots, so a copy is one of the script.
ObjectPtr ScriptedModule::shell() const
{
    return as_module({script.module.deepcopy(), script.for_inference});
}

std::shared_ptr<Module> ScriptedModule::clone(const Optional<c10::Device> &device) const
{
    ObjectPtr copy = shell();
    std::string name = device ? device->str() : "";
    if (device)
        move_to(*copy, {CT_DTYPE_NONE, name.c_str()});
    if (hooks)
        copy->hooks = std::make_unique<Hooks>(*hooks);
    return copy;
}

ObjectPtr as_module(Script script)
{
    return std::make_shared<ScriptedModule>(std::move(script));
}

} // namespace ct
