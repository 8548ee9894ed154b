// container.cpp: include/ctorch/container.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "lists.hpp"
#include "walk.hpp"

#include <ctorch/container.h>

#include <unordered_set>

using namespace ct;

namespace {

List &list_of(const ct_module *self)
{
    Object &module = *ARG(self);
    if (auto *list = dynamic_cast<List *>(&module))
        return *list;
    fail(CT_ERROR_TYPE, "self is a " + module.class_name() + "; expected a Sequential or a ModuleList");
}

Entries numbered(const std::vector<ObjectPtr> &modules)
{
    Entries entries;
    for (const ObjectPtr &module : modules)
        entries.emplace_back(std::to_string(entries.size()), module);
    return entries;
}

Entries named(const ct_named_module *modules, size_t n)
{
    if (!modules && n > 0)
        fail_null("modules");
    Entries entries;
    for (size_t i = 0; i < n; i++) {
        std::string where = "modules[" + std::to_string(i) + "]";
        std::string name = text(modules[i].name, (where + ".name").c_str());
        check_name(name, "module");
        for (const auto &entry : entries)
            if (entry.first == name)
                fail(CT_ERROR_KEY, where + ".name is '" + name + "', which is taken");
        entries.emplace_back(name, arg(modules[i].module, (where + ".module").c_str()));
    }
    return entries;
}

// The name of item i when it is added, if module may be added at all.
std::string name_for(List &self, size_t i, Object &module)
{
    check_no_cycle(self, module);
    std::string name = std::to_string(i);
    if (self.child(name))
        fail(CT_ERROR_KEY, "the next number, " + name + ", is taken: a module was put under that name");
    return name;
}

void append(List &self, const ObjectPtr &module)
{
    self.put(name_for(self, self.children().size(), *module), module);
}

void extend(List &self, const std::vector<ObjectPtr> &modules)
{
    Entries entries = self.children();
    for (const ObjectPtr &module : modules)
        entries.emplace_back(name_for(self, entries.size(), *module), module);
    self.assign(entries);
}

// A number that moves up may meet a name of one's own.
void check_distinct(const Entries &entries)
{
    std::unordered_set<std::string> seen;
    for (const auto &entry : entries)
        if (!seen.insert(entry.first).second)
            fail(CT_ERROR_KEY, "the name '" + entry.first + "' is taken: another module has it already");
}

void insert(List &self, int64_t i, const ObjectPtr &module)
{
    Entries entries = self.children();
    int64_t size = static_cast<int64_t>(entries.size());
    if (i < -size || i > size)
        fail(CT_ERROR_INDEX,
             "index " + std::to_string(i) + " is out of range for " + std::to_string(size) + " modules");
    size_t at = static_cast<size_t>(i < 0 ? i + size : i);
    check_no_cycle(self, *module);
    for (size_t k = at; k < entries.size(); k++)
        if (entries[k].first == std::to_string(k))
            entries[k].first = std::to_string(k + 1);
    entries.emplace(entries.begin() + static_cast<ptrdiff_t>(at), std::to_string(at), module);
    check_distinct(entries);
    self.assign(entries);
}

void replace(List &self, int64_t i, const ObjectPtr &module)
{
    Entries entries = self.children();
    check_no_cycle(self, *module);
    entries[position(self, i)].second = module;
    self.assign(entries);
}

ObjectPtr pop(List &self, int64_t i)
{
    size_t at = position(self, i);
    std::vector<ObjectPtr> rest;
    for (const auto &entry : self.children())
        rest.push_back(entry.second);
    ObjectPtr taken = rest[at];
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(at));
    self.assign(numbered(rest));
    return taken;
}

// Python's rule for a bound of a slice.
int64_t clamp(int64_t bound, int64_t size, int64_t step)
{
    int64_t lowest = step < 0 ? -1 : 0;
    int64_t highest = step < 0 ? size - 1 : size;
    if (bound < 0)
        bound = bound < -size ? lowest : bound + size;
    return std::min(std::max(bound, lowest), highest);
}

ObjectPtr slice(List &self, int64_t start, int64_t stop, int64_t step)
{
    if (step == 0)
        fail(CT_ERROR_VALUE, "slice step cannot be zero");
    Entries all = self.children(), picked;
    int64_t size = static_cast<int64_t>(all.size());
    int64_t begin = clamp(start, size, step), end = clamp(stop, size, step);
    int64_t stride = std::min(std::max(step, -size), size); // longer ones leave the list at once, and could overflow
    for (int64_t i = begin; step > 0 ? i < end : i > end; i += stride) {
        auto [name, module] = all[static_cast<size_t>(i)];
        picked.emplace_back(self.slice_keeps_names() ? name : std::to_string(picked.size()), module);
    }
    ObjectPtr part = self.shell();
    part->assign(std::move(picked));
    return part;
}

} // namespace

ct_module *ct_nn_sequential_new(ct_module *const *modules, size_t n)
{
    return guard([&] { return box(make_list<Sequential>(numbered(ct::modules(modules, n, "modules")))); });
}

ct_module *ct_nn_sequential_named_new(const ct_named_module *modules, size_t n)
{
    return guard([&] { return box(make_list<Sequential>(named(modules, n))); });
}

ct_module *ct_nn_module_list_new(ct_module *const *modules, size_t n)
{
    return guard([&] { return box(make_list<ModuleList>(numbered(ct::modules(modules, n, "modules")))); });
}

ct_status ct_module_append(ct_module *self, const ct_module *module)
{
    return guard([&] { append(list_of(self), ARG(module)); });
}

ct_status ct_module_extend(ct_module *self, ct_module *const *modules, size_t n)
{
    return guard([&] { extend(list_of(self), ct::modules(modules, n, "modules")); });
}

ct_status ct_module_insert(ct_module *self, int64_t i, const ct_module *module)
{
    return guard([&] { insert(list_of(self), i, ARG(module)); });
}

ct_status ct_module_replace(ct_module *self, int64_t i, const ct_module *module)
{
    return guard([&] { replace(list_of(self), i, ARG(module)); });
}

ct_status ct_module_delete(ct_module *self, int64_t i)
{
    return guard([&] { pop(list_of(self), i); });
}

ct_module *ct_module_pop(ct_module *self, int64_t i)
{
    return guard([&] { return box(pop(list_of(self), i)); });
}

ct_module *ct_module_slice(const ct_module *self, int64_t start, int64_t stop, int64_t step)
{
    return guard([&] { return box(slice(list_of(self), start, stop, step)); });
}
