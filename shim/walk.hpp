// walk.hpp: going through a tree of modules, and copying one.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

#include <functional>
#include <unordered_map>

namespace ct {

using Visit = std::function<void(const std::string &prefix, Object &)>;

// Visits a module and all below it, parents first, as state_dict does. The prefix is the path with its last dot:
// "layers.0.".
void walk(Object &module, const Visit &visit, const std::string &prefix = "");

// The same, each module once, as named_modules does.
void walk_once(Object &module, const Visit &visit, const std::string &prefix = "");

// The same, children first and as often as they are there, as Module.apply does.
void walk_up(Object &module, const Visit &visit, const std::string &prefix = "");

// The module at a path, "layers.0.conv".
ObjectPtr module_at(const ObjectPtr &module, const std::string &path);

// "layers.0.conv" is "conv" of "layers.0".
std::pair<std::string, std::string> split_path(const std::string &path);

// The path of a module below another; "" when it is not there.
std::string path_to(const Object &from, const Object &module);

// Refuses a name that cannot be a child's, parameter's or buffer's.
void check_name(const std::string &name, const char *what);

// Refuses a name that a child, a parameter, a buffer or, of a container, an attribute of Python's has.
void check_free(const Object &module, const std::string &name);

// Refuses a child that contains its parent, or is it.
void check_no_cycle(const Object &parent, Object &child);

// The place of a position that may count from the end; out of range is an error.
size_t position(const Object &module, int64_t i);

// Registers a child, or replaces the one of that name. Nothing changes on failure.
void set_child(Object &module, const std::string &name, const ObjectPtr &child);

// While one lives, a module or tensor is copied once, however often it is there, as copy.deepcopy does.
class Copying {
public:
    Copying();
    ~Copying();
    Copying(const Copying &) = delete;

    std::unordered_map<const Object *, ObjectPtr> modules;
    std::unordered_map<const void *, at::Tensor> tensors;

private:
    Copying *before;
};

ObjectPtr clone_of(const Object &module, const Optional<c10::Device> &device);

// A leaf that is frozen where the other is; None for None.
at::Tensor copy_of(const at::Tensor &tensor, const Optional<c10::Device> &device);

} // namespace ct
