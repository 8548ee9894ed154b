// mirror.cpp: the tree of a module as a module of TorchScript, which shares its parameters and buffers.
// SPDX-License-Identifier: BSD-3-Clause
#include "trace.hpp"

#include "script_module.hpp"

#include <unordered_map>

namespace ct {

namespace {

// Class names in TorchScript's code are Python's identifiers.
std::string identifier(std::string name)
{
    for (char &c : name)
        if (!std::isalnum(static_cast<unsigned char>(c)))
            c = '_';
    return name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) ? "_" + name : name;
}

class Mirror {
public:
    // A module that is there twice is one here, too.
    ScriptModule of(const Object &module)
    {
        auto found = made.find(&module);
        if (found != made.end())
            return found->second;
        auto *scripted = dynamic_cast<const ScriptedModule *>(&module);
        if (scripted)
            check_can_be_saved(scripted->program());
        ScriptModule mirror = scripted ? scripted->program().module : make(module);
        made.emplace(&module, mirror);
        return mirror;
    }

private:
    ScriptModule make(const Object &module)
    {
        ScriptModule mirror("__torch__." + identifier(module.class_name()), unit, /*shouldMangle=*/true);
        mirror.register_attribute("training", c10::BoolType::get(), module.is_training());
        for (const auto &item : module.own_parameters())
            if (!module.is_computed(item.key()))
                add(mirror, item, /*is_buffer=*/false);
        for (const auto &item : module.own_buffers())
            add(mirror, item, /*is_buffer=*/true);
        for (const auto &[name, child] : module.children()) {
            check_new(mirror, name);
            mirror.register_module(name, of(*child));
        }
        return mirror;
    }

    static void add(ScriptModule &mirror, const Dict::Item &item, bool is_buffer)
    {
        check_new(mirror, item.key());
        if (item.value().defined())
            mirror.register_parameter(item.key(), item.value(), is_buffer);
        else
            mirror.register_attribute(item.key(), c10::NoneType::get(), c10::IValue());
    }

    static void check_new(const ScriptModule &mirror, const std::string &name)
    {
        if (mirror.hasattr(name) || name == "forward")
            fail(CT_ERROR_KEY, "'" + name + "' has a meaning of its own in TorchScript; give it another name");
    }

    std::shared_ptr<torch::jit::CompilationUnit> unit = std::make_shared<torch::jit::CompilationUnit>();
    std::unordered_map<const Object *, ScriptModule> made;
};

} // namespace

ScriptModule mirror_of(const Object &module)
{
    return Mirror().of(module);
}

} // namespace ct
