// model_reader.cpp: the tree of modules.
// SPDX-License-Identifier: BSD-3-Clause
#include "model_reader.hpp"

#include "bind.hpp"
#include "callback.hpp"
#include "convert.hpp"
#include "lists.hpp"
#include "model_arguments.hpp"
#include "plain_objects.hpp"
#include "python_names.hpp"
#include "walk.hpp"

namespace ct {

namespace {

// A walk meets a module as often as it is there: a file of a few hundred could have one that never ends.
constexpr double most_modules = 1e6;

// The reader of the file has bounded the depth of what it walked through in its own order, which is another.
constexpr int deepest_module = 400;

PythonName class_of(const record *saved)
{
    if (Optional<PythonName> name = name_of(saved->object->callable))
        return *name;
    fail(CT_ERROR_FORMAT, "the class of a module is " + shown(saved->object->callable) + ", which is no name");
}

bool is_training(const record *saved)
{
    const record *found = record_attribute(saved, "training");
    if (found && found->kind != RECORD_BOOL)
        fail(CT_ERROR_FORMAT, "training is " + shown(found) + "; expected True or False");
    return !found || found->boolean;
}

// Buffers that are no part of the state_dict.
std::set<std::string> not_saved(const record *saved)
{
    std::set<std::string> names;
    const record *set = record_attribute(saved, "_non_persistent_buffers_set");
    for (size_t i = 0; set && set->kind == RECORD_SET && i < set->list.count; i++)
        names.insert(key_text(set->list.items[i]));
    return names;
}

// Python's __setattr__ sees to this.
void check_names(const Saved &parts)
{
    std::unordered_set<std::string> names;
    auto check = [&](const std::string &name, const char *what) {
        check_name(name, what);
        if (!names.insert(name).second)
            fail(CT_ERROR_FORMAT, "two of its children, parameters and buffers have the name '" + name + "'");
    };
    for (const auto &child : parts.children)
        check(child.first, "module");
    for (const auto &parameter : parts.parameters)
        check(parameter.key(), "parameter");
    for (const auto &buffer : parts.buffers)
        check(buffer.key(), "buffer");
}

// What a lazy layer does not know yet: UninitializedParameter(requires_grad, device, dtype).
bool is_waiting_tensor(const record *saved)
{
    Optional<PythonName> name =
        saved->kind == RECORD_OBJECT ? name_of(saved->object->callable) : Optional<PythonName>();
    return name && name->is_in("torch.nn.parameter") &&
           (name->name == "UninitializedParameter" || name->name == "UninitializedBuffer");
}

at::Tensor waiting_tensor(const record *saved)
{
    const record *args = saved->object->args, *dtype = args->list.count > 2 ? args->list.items[2] : nullptr;
    at::TensorOptions options;
    Optional<ct_value> type =
        dtype && dtype->kind == RECORD_GLOBAL ? constant_value(word(dtype)) : Optional<ct_value>();
    if (type && type->kind == CT_VALUE_DTYPE)
        options = options.dtype(scalar_type(type->as.dtype));
    bool is_trained = args->list.count > 0 && args->list.items[0]->kind == RECORD_BOOL && args->list.items[0]->boolean;
    return at::empty({0}, options).set_requires_grad(is_trained);
}

// What else can stand in a module's place.
[[noreturn]] void fail_for_no_module(const record *saved)
{
    Optional<PythonName> name =
        saved->kind == RECORD_OBJECT ? name_of(saved->object->callable) : Optional<PythonName>();
    if (name && name->is_in("torch.fx"))
        fail(CT_ERROR_NOT_IMPLEMENTED,
             "is a GraphModule of torch.fx, whose forward is a program in the file; trace it in "
             "Python (torch.jit.trace) and load that");
    fail(CT_ERROR_TYPE, "is " + shown(saved) + "; expected a module");
}

// The items of a ParameterList are its parameters "0", "1", ..., with None as an attribute.
Dict items_of_list(const Saved &parts)
{
    Dict items;
    std::unordered_set<std::string> others;
    for (const auto &attribute : parts.attributes)
        others.insert(attribute.first);
    for (size_t i = 0;; i++) {
        std::string name = std::to_string(i);
        if (!parts.parameters.contains(name) && !others.count(name))
            break;
        items.insert(name, parts.parameters.contains(name) ? parts.parameters[name] : at::Tensor());
    }
    for (const auto &parameter : parts.parameters)
        if (!items.contains(parameter.key()))
            items.insert(parameter.key(), parameter.value());
    return items;
}

// Those of a ParameterDict are in the order of its keys, which releases before 1.12 did not keep apart.
Dict items_of_dict(const Saved &parts, const record *saved)
{
    Dict items;
    const record *keys = dict_attribute(saved, "_keys");
    for (size_t i = 0; keys && i < keys->dict.count; i++) {
        std::string name = key_text(keys->dict.pairs[i].key);
        items.insert(name, parts.parameters.contains(name) ? parts.parameters[name] : at::Tensor());
    }
    for (const auto &parameter : parts.parameters)
        if (!items.contains(parameter.key()))
            items.insert(parameter.key(), parameter.value());
    return items;
}

// RNN, LSTM and GRU make some weights for each layer.
void check_layers(const Row &row, const std::vector<Value> &arguments, const Saved &parts)
{
    constexpr size_t num_layers = 2;
    std::string name = row.name;
    if (name != "RNN" && name != "LSTM" && name != "GRU")
        return;
    int64_t n = arguments[num_layers].integer();
    if (n > static_cast<int64_t>(parts.parameters.size()))
        fail(CT_ERROR_FORMAT,
             "num_layers is " + std::to_string(n) + ", for " + std::to_string(parts.parameters.size()) + " parameters");
}

std::string joined_path(const std::string &path, const std::string &name)
{
    return path.empty() || name.empty() ? path + name : path + "." + name;
}

} // namespace

ObjectPtr ModelReader::read(const record *root)
{
    ObjectPtr module = meet(root, "").module;
    if (!unknown.empty() && !allow_unknown)
        fail_for_unknown();
    note_loose_modules();
    return module;
}

// An error says where in the tree it is.
const ModelReader::Met &ModelReader::meet(const record *saved, const std::string &name)
{
    auto [met, is_new] = modules.emplace(saved, Met());
    if (!is_new && !met->second.module)
        fail(CT_ERROR_FORMAT, "'" + joined_path(path, name) + "' is a module that holds itself");
    if (!is_new)
        return met->second;
    if (depth > deepest_module)
        fail(CT_ERROR_FORMAT, "its modules are nested more than " + std::to_string(deepest_module) + " deep");
    Met &here = met->second;
    std::string outer = path;
    here.path = path = joined_path(path, name);
    depth++;
    try {
        here.module = build(saved, here.size);
        depth--;
        path = outer;
        return here;
    } catch (...) {
        rethrow_inside(name);
    }
}

ObjectPtr ModelReader::build(const record *saved, double &size)
{
    if (!is_saved_module(saved))
        fail_for_no_module(saved);
    PythonName name = class_of(saved);
    ModelClass known = find_class(name);
    if (known.kind == ModelClass::unknown)
        add_unknown(name, saved);
    Saved parts = parts_of(saved, known, size);
    ObjectPtr module;
    if (known.kind == ModelClass::layer) {
        module = build_layer(*known.row, saved, std::move(parts));
    } else {
        module = make_shell(known, name);
        if (dynamic_cast<ParameterList *>(module.get()))
            parts.parameters = items_of_list(parts);
        if (dynamic_cast<ParameterDict *>(module.get()))
            parts.parameters = items_of_dict(parts, saved);
        module->restore(std::move(parts));
    }
    if (module->class_name() != name.last())
        module->rename(name.last());
    apply_hooks(*module, saved);
    return module;
}

ObjectPtr ModelReader::build_layer(const Row &row, const record *saved, Saved parts)
{
    ObjectPtr module = row.make(row);
    Layer &layer = static_cast<Layer &>(*module);
    std::vector<std::string> missing;
    std::vector<Value> arguments = saved_arguments(layer.layout(), saved, parts, &missing);
    check_layers(row, arguments, parts);
    std::string differs = layer.construct_saved(std::move(arguments), std::move(missing), std::move(parts));
    if (!differs.empty())
        note("shape", path, differs);
    return module;
}

Saved ModelReader::parts_of(const record *saved, const ModelClass &known, double &size)
{
    Saved parts;
    parts.is_training = is_training(saved);
    add_children(saved, parts, size);
    parts.parameters = tensors_of(saved, "_parameters");
    parts.buffers = tensors_of(saved, "_buffers");
    parts.not_saved = not_saved(saved);
    check_names(parts);
    parts.attributes = attributes_of(saved, known, parts);
    return parts;
}

void ModelReader::add_children(const record *saved, Saved &parts, double &size)
{
    const record *dict = dict_attribute(saved, "_modules");
    for (size_t i = 0; i < dict->dict.count; i++) {
        const record_pair &pair = dict->dict.pairs[i];
        std::string name = key_text(pair.key);
        if (pair.value->kind == RECORD_NONE) {
            parts.nones.emplace_back(parts.children.size(), name);
            continue;
        }
        const Met &child = meet(pair.value, name);
        parts.children.emplace_back(name, child.module);
        size += child.size;
    }
    if (size > most_modules)
        fail(CT_ERROR_FORMAT, "its modules, each counted as often as it is there, are more than a million");
}

Dict ModelReader::tensors_of(const record *saved, const char *which)
{
    Dict tensors;
    const record *dict = record_attribute(saved, which);
    if (dict && dict->kind != RECORD_DICT)
        fail(CT_ERROR_FORMAT, std::string(which) + " is " + shown(dict) + "; expected a dict");
    for (size_t i = 0; dict && i < dict->dict.count; i++) {
        std::string name = key_text(dict->dict.pairs[i].key);
        try {
            tensors.insert(name, tensor_of(dict->dict.pairs[i].value));
        } catch (...) {
            rethrow_inside(name);
        }
    }
    return tensors;
}

at::Tensor ModelReader::tensor_of(const record *saved)
{
    if (saved->kind == RECORD_NONE)
        return {};
    if (saved->kind == RECORD_TENSOR)
        return tensors->tensor(saved);
    if (is_waiting_tensor(saved))
        return waiting_tensor(saved);
    fail(CT_ERROR_TYPE, "is " + shown(saved) + "; expected a tensor of plain numbers");
}

} // namespace ct
