// walk.hpp: going through a tree of modules.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"
#include "handles.hpp"

#include <functional>
#include <unordered_map>

namespace ct {

using Visit = std::function<void(const std::string &prefix, Module &)>;

// Visits a module and all below it, parents first, as state_dict does. The prefix is the path with its last dot:
// "layers.0.".
void walk(Module &module, const Visit &visit, const std::string &prefix = "");

// The same, each module once, as named_modules does.
void walk_once(Module &module, const Visit &visit);

// The module at a path, "layers.0.conv".
ModulePtr module_at(const ModulePtr &module, const std::string &path);

// The path of a module below another; "" when it is not there.
std::string path_to(const Module &from, const Module &module);

// Refuses a name that cannot be a child's, parameter's or buffer's.
void check_name(const std::string &name, const char *what);

// Refuses a child that contains its parent, or is it.
void check_no_cycle(const Module &parent, Module &child);

// While one lives, clone_of copies a module once, however often it is there, as copy.deepcopy does.
class Copying {
public:
    Copying();
    ~Copying();
    Copying(const Copying &) = delete;

private:
    std::unordered_map<const Module *, ModulePtr> copies, *before;
};

// A copy of a module, with what libtorch's own clone forgets: frozen parameters stay frozen.
ModulePtr clone_of(const Module &module, const Optional<c10::Device> &device);

// Gives a new module of ours another's mode and copies of its own parameters and buffers, before it has children.
void copy_contents(const Module &from, Module &to, const Optional<c10::Device> &device);

} // namespace ct
