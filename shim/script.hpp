// script.hpp: modules of TorchScript.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "call_arguments.hpp"

#include <ctorch/script.h>

#include <torch/csrc/jit/api/module.h>

namespace ct {

using ScriptModule = torch::jit::Module;

struct Script {
    ScriptModule module;
    bool for_inference = false; // rewritten by optimize_for_inference
};

template <> struct Holds<ct_script> {
    using Value = std::unique_ptr<Script>;
    static constexpr handle_kind kind = HANDLE_SCRIPT;
};

inline ct_script *box(Script script)
{
    return box_as<ct_script>(std::make_unique<Script>(std::move(script)));
}

torch::jit::Method method_of(const ScriptModule &module, const std::string &name);

inline bool in_training(const ScriptModule &module)
{
    return module.hasattr("training") && module.attr("training").toBool();
}

// A tuple's parts, nested ones too; anything else as it is.
void lay_flat(const c10::IValue &value, std::vector<c10::IValue> &to);

// What a method returns for arguments of its schema, self not among them.
c10::IValue run_method(const Script &script, const std::string &name, Stack arguments);

// The same for a method that takes and gives tensors: an undefined one is None, tuples are laid flat.
Tensors run_forward(const Script &script, const Tensors &inputs);

// ---- files (script_file.cpp) ----

// Reads a program from a file, and from memory that `name` stands for in messages.
ScriptModule read_script(const char *path, const Optional<c10::Device> &device);
ScriptModule read_script(const void *bytes, size_t size, const Optional<c10::Device> &device);

// One that was optimized for inference is refused: libtorch would write a file that nothing can read.
void check_can_be_saved(const Script &script);
void write_script(const Script &script, const char *path);

} // namespace ct
