// module_dict.cpp: include/ctorch/module_dict.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "named.hpp"
#include "walk.hpp"

using namespace ct;

namespace {

ModuleDict &dict_of(const ct_module *given, const char *argument)
{
    Object &module = *arg(given, argument);
    if (auto *dict = dynamic_cast<ModuleDict *>(&module))
        return *dict;
    fail(CT_ERROR_TYPE, std::string(argument) + " is a " + module.class_name() + "; expected a ModuleDict");
}

#define DICT(name) dict_of(name, #name)

ObjectPtr pop(ModuleDict &self, const std::string &key)
{
    ObjectPtr module = self.child(key);
    if (!module)
        fail(CT_ERROR_KEY, "there is no module '" + key + "'");
    self.remove(key);
    return module;
}

void update(ModuleDict &self, const ModuleDict &other)
{
    Entries entries = self.children();
    for (const auto &[key, module] : other.children()) {
        check_no_cycle(self, *module);
        if (!self.child(key))
            check_free(self, key);
        put(entries, key, module);
    }
    self.assign(std::move(entries));
}

} // namespace

ct_module *ct_nn_module_dict_new(const ct_named_module *modules, size_t n)
{
    return guard([&] { return box(make_list<ModuleDict>(named(modules, n, ModuleDict()))); });
}

bool ct_module_dict_has(const ct_module *self, const char *key)
{
    return guard_or(false, [&] { return DICT(self).child(text(key, "key")) != nullptr; });
}

ct_module *ct_module_dict_pop(ct_module *self, const char *key)
{
    return guard([&] { return box(pop(DICT(self), text(key, "key"))); });
}

ct_status ct_module_dict_clear(ct_module *self)
{
    return guard([&] { DICT(self).assign({}); });
}

ct_status ct_module_dict_update(ct_module *self, const ct_module *other)
{
    return guard([&] { update(DICT(self), DICT(other)); });
}
