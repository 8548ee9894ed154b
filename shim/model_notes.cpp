// model_notes.cpp: what is in a saved module besides its tree: attributes, hooks, modules in plain lists; and what is
// said of what has no counterpart in C.
// SPDX-License-Identifier: BSD-3-Clause
#include "model_reader.hpp"

#include "bind.hpp"
#include "kept.hpp"
#include "model_arguments.hpp"
#include "parametrize.hpp"
#include "python_names.hpp"

namespace ct {

namespace {

// Whether a name is that of an argument, which the layer has already.
bool is_argument(const ModelClass &known, const std::string &name)
{
    if (!known.row)
        return false;
    const Row &layout = known.row->base ? *known.row->base : *known.row;
    for (const Argument &argument : layout.arguments)
        if (name == argument.name)
            return true;
    return false;
}

bool is_tensor_name(const Saved &parts, const std::string &name)
{
    return parts.parameters.contains(name) || parts.buffers.contains(name);
}

std::string class_text(const record *saved)
{
    Optional<PythonName> name = saved->kind == RECORD_OBJECT ? name_of(saved->object->callable) : name_of(saved);
    return name ? name->qualified() : shown(saved);
}

// "growth_rate=32, drop=0.5"
std::string attributes_text(const record *saved)
{
    enum { LONGEST = 200 };
    std::string text;
    const record *attributes = attributes_of(saved);
    for (size_t i = 0; attributes && i < attributes->dict.count; i++) {
        const record_pair &pair = attributes->dict.pairs[i];
        if (pair.key->kind != RECORD_STRING || is_kept_by_python(word(pair.key)))
            continue;
        if (text.size() > LONGEST)
            return text + ", ...";
        text += (text.empty() ? "" : ", ") + word(pair.key) + "=" + shown(pair.value);
    }
    return text.empty() ? "none" : text;
}

} // namespace

void ModelReader::note(const char *kind, const std::string &place, const std::string &detail)
{
    lines += (lines.empty() ? "" : "\n") + std::string(kind) + ": " + place + " (" + detail + ")";
}

// ---- attributes ----

Value ModelReader::attribute(const record *saved)
{
    if (Optional<Value> number = numpy_number(saved))
        return *number;
    ct_value value = values->value(saved);
    bool is_plain = value.kind == CT_VALUE_NONE || value.kind == CT_VALUE_BOOL || value.kind == CT_VALUE_INT ||
                    value.kind == CT_VALUE_REAL || value.kind == CT_VALUE_STRING;
    return is_plain ? attribute_of(value, nullptr) : KeptValue{values, value};
}

// Of a layer, those that are not its arguments, and none that PyTorch has for itself.
Attributes ModelReader::attributes_of(const record *saved, const ModelClass &known, const Saved &parts)
{
    Attributes found;
    bool is_own = known.registered || known.kind == ModelClass::unknown;
    const record *all = ct::attributes_of(saved);
    std::unordered_set<std::string> names;
    for (size_t i = 0; i < all->dict.count; i++) {
        const record *value = all->dict.pairs[i].value;
        std::string name = key_text(all->dict.pairs[i].key);
        if (is_kept_by_python(name) || is_argument(known, name) || is_tensor_name(parts, name) ||
            (!is_own && name.compare(0, 1, "_") == 0))
            continue;
        if (!names.insert(name).second)
            fail(CT_ERROR_FORMAT, "the attribute '" + name + "' is there twice");
        look_for_modules(value, path.empty() ? name : path + "." + name);
        found.emplace_back(name, attribute(value));
    }
    return found;
}

// ---- modules that are no children ----

void ModelReader::look_for_modules(const record *value, const std::string &place, int level)
{
    bool is_list = value->kind == RECORD_LIST || value->kind == RECORD_TUPLE || value->kind == RECORD_SET;
    bool has_parts = is_list || value->kind == RECORD_DICT || value->kind == RECORD_OBJECT;
    if (!has_parts || level > RECORD_DEPTH_MAX || !looked_at.insert(value).second)
        return;
    if (is_saved_module(value)) {
        loose.emplace_back(place, value);
        looked_at.erase(value); // it may be in another list, too
        return;
    }
    for (size_t i = 0; is_list && i < value->list.count; i++)
        look_for_modules(value->list.items[i], place + "[" + std::to_string(i) + "]", level + 1);
    for (size_t i = 0; value->kind == RECORD_DICT && i < value->dict.count; i++)
        look_for_modules(value->dict.pairs[i].value, place + "[" + shown(value->dict.pairs[i].key) + "]", level + 1);
}

void ModelReader::note_loose_modules()
{
    for (const auto &[place, saved] : loose) {
        auto met = modules.find(saved);
        note("list", place,
             met != modules.end() ? "is '" + met->second.path + "'"
                                  : "a " + class_text(saved) + " in a plain list of Python is no child, and left out");
    }
}

// ---- classes that are not known ----

void ModelReader::add_unknown(const PythonName &name, const record *saved)
{
    std::string class_name = name.qualified();
    if (!unknown_names.insert(class_name).second)
        return;
    std::string message = name.is_in("torch") ? "the class '" + class_name + "' has no counterpart in C"
                                              : "no forward is registered for the class '" + class_name +
                                                    "' (attributes: " + attributes_text(saved) + ")";
    unknown.push_back({class_name, path, message});
}

void ModelReader::fail_for_unknown() const
{
    enum { SHOWN = 5 };
    const Unknown &first = unknown[0];
    std::string others;
    for (size_t i = 1; i < unknown.size() && i <= SHOWN; i++)
        others += (others.empty() ? "; likewise '" : ", '") + unknown[i].name + "' at " + unknown[i].path;
    if (unknown.size() > SHOWN + 1)
        others += " and " + std::to_string(unknown.size() - SHOWN - 1) + " more";
    Failure failure(CT_ERROR_KEY, first.message +
                                      "; register one with ct_class_register, or, for a subclass of one of "
                                      "torch.nn's, its base with ct_class_alias" +
                                      others);
    failure.path = first.path;
    throw Error(std::move(failure));
}

// ---- hooks ----

namespace {

// Those that change what a module computes. The others are about state_dicts.
const char *const hook_lists[] = {
    "_forward_pre_hooks",
    "_forward_hooks",
    "_backward_pre_hooks",
    "_backward_hooks",
};

std::string text_attribute(const record *object, const char *name)
{
    const record *found = record_attribute(object, name);
    if (!found || found->kind != RECORD_STRING)
        fail(CT_ERROR_FORMAT, "a " + class_text(object) + " has no " + name);
    return word(found);
}

int64_t whole_attribute(const record *object, const char *name, int64_t standard)
{
    const record *found = record_attribute(object, name);
    return found && found->kind == RECORD_INT ? found->integer : standard;
}

double real_attribute(const record *object, const char *name, double standard)
{
    const record *found = record_attribute(object, name);
    return found && found->kind == RECORD_FLOAT ? found->real : standard;
}

// What torch.nn.utils' weight_norm, spectral_norm and prune put there: their tensors are there. False for any other
// hook.
bool apply_known(Object &module, const record *hook)
{
    static const std::string pruning = "torch.nn.utils.prune.";
    std::string name = class_text(hook);
    if (name == "torch.nn.utils.weight_norm.WeightNorm") {
        restore_weight_norm(module, text_attribute(hook, "name"), whole_attribute(hook, "dim", -1));
        return true;
    }
    if (name == "torch.nn.utils.spectral_norm.SpectralNorm") {
        restore_spectral_norm(module, text_attribute(hook, "name"), whole_attribute(hook, "n_power_iterations", 1),
                              whole_attribute(hook, "dim", 0), real_attribute(hook, "eps", 1e-12));
        return true;
    }
    if (name.compare(0, pruning.size(), pruning) == 0) {
        restore_pruning(module, text_attribute(hook, "_tensor_name"));
        return true;
    }
    return false;
}

// A lazy layer's own hook tells it the size of its input, which ours does by itself.
bool is_of_lazy(const record *hook)
{
    const record *args = hook->kind == RECORD_OBJECT ? hook->object->args : nullptr;
    return args && args->list.count == 2 && record_is_string(args->list.items[1], "_infer_parameters");
}

} // namespace

void ModelReader::apply_hooks(Object &module, const record *saved)
{
    for (const char *list : hook_lists) {
        const record *hooks = dict_attribute(saved, list);
        for (size_t i = 0; hooks && i < hooks->dict.count; i++) {
            const record *hook = hooks->dict.pairs[i].value;
            if (!apply_known(module, hook) && !is_of_lazy(hook))
                note("hook", path.empty() ? list : path + "." + list,
                     class_text(hook) + " is code of Python, and not run");
        }
    }
}

} // namespace ct
