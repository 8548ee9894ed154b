// python_names.cpp: the attributes that Python's containers have, as PyTorch 2.14 lists them with dir(); older releases
// have some of them.
// SPDX-License-Identifier: BSD-3-Clause
#include "python_names.hpp"

#include "lists.hpp"

#include <algorithm>

namespace ct {

namespace {

using Names = std::vector<const char *>;

const Names of_modules = {
    "T_destination", "_apply", "_backward_hooks", "_backward_pre_hooks", "_buffers", "_call_impl",
    "_compiled_call_impl", "_forward_hooks", "_forward_hooks_always_called", "_forward_hooks_with_kwargs",
    "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_get_backward_hooks", "_get_backward_pre_hooks",
    "_get_name", "_is_full_backward_hook", "_load_from_state_dict", "_load_state_dict_post_hooks",
    "_load_state_dict_pre_hooks", "_maybe_warn_non_full_backward_hook", "_modules", "_named_members",
    "_non_persistent_buffers_set", "_parameters", "_register_load_state_dict_pre_hook", "_register_state_dict_hook",
    "_replicate_for_data_parallel", "_save_to_state_dict", "_slow_forward", "_state_dict_hooks",
    "_state_dict_pre_hooks", "_version", "_wrapped_call_impl", "add_module", "apply", "bfloat16", "buffers",
    "call_super_init", "children", "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr",
    "float", "forward", "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu",
    "load_state_dict", "modules", "mtia", "named_buffers", "named_children", "named_modules", "named_parameters",
    "parameters", "register_backward_hook", "register_buffer", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
    "register_load_state_dict_pre_hook", "register_module", "register_parameter", "register_state_dict_post_hook",
    "register_state_dict_pre_hook", "requires_grad_", "set_extra_state", "set_submodule", "share_memory",
    "state_dict", "to", "to_empty", "train", "training", "type", "xpu", "zero_grad",
};

const Names of_sequentials = {"_get_item_by_idx", "append", "extend", "insert", "pop"};
const Names of_module_lists = {"_get_abs_string_index", "append", "extend", "insert", "pop"};
const Names of_module_dicts = {"clear", "items", "keys", "pop", "update", "values"};
const Names of_parameter_lists = {"_get_abs_string_index", "_size", "append", "extend"};
const Names of_parameter_dicts = {
    "_key_to_attr", "_keys", "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem",
    "setdefault", "update", "values",
};

bool holds(const Names &names, const std::string &name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Null for what is no container.
const Names *names_of(const Object &container)
{
    if (dynamic_cast<const Sequential *>(&container))
        return &of_sequentials;
    if (dynamic_cast<const ModuleList *>(&container))
        return &of_module_lists;
    if (dynamic_cast<const ModuleDict *>(&container))
        return &of_module_dicts;
    if (dynamic_cast<const ParameterList *>(&container))
        return &of_parameter_lists;
    if (dynamic_cast<const ParameterDict *>(&container))
        return &of_parameter_dicts;
    return nullptr;
}

// "__init__": which of these there are depends on the Python.
bool is_special(const std::string &name)
{
    return name.size() > 4 && name.compare(0, 2, "__") == 0 && name.compare(name.size() - 2, 2, "__") == 0;
}

} // namespace

bool is_python_attribute(const Object &container, const std::string &name)
{
    const Names *own = names_of(container);
    return own && (is_special(name) || holds(*own, name) || holds(of_modules, name));
}

bool is_kept_by_python(const std::string &name)
{
    return name == "training" || (name.compare(0, 1, "_") == 0 && holds(of_modules, name));
}

} // namespace ct
