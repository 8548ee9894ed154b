// python_object.cpp: records as what they were in Python.
// SPDX-License-Identifier: BSD-3-Clause
#include "python_object.hpp"

#include "bind.hpp"

namespace ct {

namespace {

bool begins_with(const std::string &text, const std::string &start)
{
    return text.compare(0, start.size(), start) == 0;
}

// Where functions are known to be, for where they are really.
PythonName usual(PythonName name)
{
    static const std::pair<const char *, const char *> homes[] = {
        {"torch._C._nn", "torch.nn.functional"},
        {"torch._C._VariableFunctions", "torch"},
        {"torch.functional", "torch"},
        {"torch._C", "torch"},
    };
    static const std::string functions = "_VariableFunctionsClass.";
    if (begins_with(name.name, functions))
        name.name.erase(0, functions.size());
    for (auto [real, known] : homes)
        if (name.module == real) {
            name.module = known;
            break;
        }
    return name;
}

constexpr int deepest_class = 20; // of classes in classes

Optional<PythonName> name_at(const record *r, int depth);

// getattr(owner, "name"): how what belongs to a class is saved.
Optional<PythonName> name_of_part(const record *r, int depth)
{
    const record *args = r->object->args;
    if (!record_is_global(r->object->callable, "builtins", "getattr") || args->list.count != 2 ||
        args->list.items[1]->kind != RECORD_STRING || depth > deepest_class)
        return {};
    Optional<PythonName> owner = name_at(args->list.items[0], depth + 1);
    if (!owner)
        return {};
    owner->name += "." + word(args->list.items[1]);
    return usual(*owner);
}

Optional<PythonName> name_at(const record *r, int depth)
{
    if (r->kind == RECORD_GLOBAL)
        return usual({r->global.module, r->global.name});
    return r->kind == RECORD_OBJECT ? name_of_part(r, depth) : Optional<PythonName>();
}

} // namespace

bool PythonName::is_in(const std::string &package) const
{
    return module == package || begins_with(module, package + ".");
}

Optional<PythonName> name_of(const record *r)
{
    return name_at(r, 0);
}

const record *attributes_of(const record *object)
{
    const record *state = object->state;
    if (state && state->kind == RECORD_TUPLE && state->list.count == 2)
        state = state->list.items[0];
    return state && state->kind == RECORD_DICT ? state : nullptr;
}

const record *dict_attribute(const record *object, const char *name)
{
    const record *found = record_attribute(object, name);
    return found && found->kind == RECORD_DICT ? found : nullptr;
}

bool is_saved_module(const record *r)
{
    return r->kind == RECORD_OBJECT && dict_attribute(r, "_modules") && dict_attribute(r, "_parameters");
}

std::string key_text(const record *key)
{
    if (key->kind != RECORD_STRING)
        fail(CT_ERROR_FORMAT, "a name is " + shown(key) + "; expected a string");
    return word(key);
}

} // namespace ct
