// container.cpp: include/ctorch/container.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "named.hpp"
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

void remove(List &self, const std::vector<size_t> &picked)
{
    std::vector<bool> goes(self.children().size());
    for (size_t i : picked)
        goes[i] = true;
    std::vector<ObjectPtr> rest;
    for (size_t i = 0; i < goes.size(); i++)
        if (!goes[i])
            rest.push_back(self.children()[i].second);
    self.assign(numbered(rest));
}

ObjectPtr pop(List &self, int64_t i)
{
    size_t at = position(self, i);
    ObjectPtr taken = self.children()[at].second;
    remove(self, {at});
    return taken;
}

// One of the same class.
ObjectPtr part_of(const List &self, Entries entries)
{
    ObjectPtr part = self.shell();
    if (part->class_name() != self.class_name())
        part->rename(self.class_name());
    part->assign(std::move(entries));
    return part;
}

ObjectPtr slice(const List &self, const std::vector<size_t> &picked)
{
    Entries entries;
    for (size_t i : picked) {
        const auto &[name, module] = self.children()[i];
        entries.emplace_back(self.slice_keeps_names() ? name : std::to_string(entries.size()), module);
    }
    return part_of(self, std::move(entries));
}

ObjectPtr pop(List &self, const std::vector<size_t> &picked)
{
    ObjectPtr taken = slice(self, picked);
    remove(self, picked);
    return taken;
}

std::vector<size_t> slice_of(const List &self, int64_t start, int64_t stop, int64_t step)
{
    return ct::slice_of(self.children().size(), start, stop, step);
}

std::vector<ObjectPtr> values(const Object &self)
{
    std::vector<ObjectPtr> modules;
    for (const auto &entry : self.children())
        modules.push_back(entry.second);
    return modules;
}

// What stands on the right of +: a Sequential takes another, a ModuleList whatever can be iterated.
std::vector<ObjectPtr> addend(const List &self, const Object &other)
{
    bool is_sequential = dynamic_cast<const Sequential *>(&self) != nullptr;
    if (is_sequential && !dynamic_cast<const Sequential *>(&other))
        fail(CT_ERROR_VALUE,
             "add operator supports only objects of Sequential class, but " + other.class_name() + " is given.");
    if (!dynamic_cast<const List *>(&other))
        fail(CT_ERROR_TYPE, "'" + other.class_name() + "' object is not iterable");
    return values(other);
}

ObjectPtr sum(const List &self, const Object &other)
{
    std::vector<ObjectPtr> modules = values(self), more = addend(self, other);
    modules.insert(modules.end(), more.begin(), more.end());
    return dynamic_cast<const Sequential *>(&self) ? make_list<Sequential>(numbered(modules))
                                                   : make_list<ModuleList>(numbered(modules));
}

// The items n times over, as many as memory may reasonably hold.
std::vector<ObjectPtr> repeated(const List &self, int64_t n)
{
    if (!dynamic_cast<const Sequential *>(&self))
        fail(CT_ERROR_TYPE, "unsupported operand type(s) for *: '" + self.class_name() + "' and 'int'");
    if (n <= 0)
        fail(CT_ERROR_VALUE, "Non-positive multiplication factor " + std::to_string(n) + " for " + self.class_name());
    std::vector<ObjectPtr> once = values(self), all;
    constexpr size_t most = size_t{1} << 24;
    if (!once.empty() && static_cast<uint64_t>(n) > most / once.size())
        fail(CT_ERROR_VALUE, "n is " + std::to_string(n) + " for " + std::to_string(once.size()) +
                                 " modules; expected at most " + std::to_string(most) + " modules in all");
    for (int64_t i = 0; i < n && !once.empty(); i++)
        all.insert(all.end(), once.begin(), once.end());
    return all;
}

ObjectPtr product(const List &self, int64_t n)
{
    return make_list<Sequential>(numbered(repeated(self, n)));
}

void repeat(List &self, int64_t n)
{
    std::vector<ObjectPtr> all = repeated(self, n);
    extend(self, {all.begin() + static_cast<ptrdiff_t>(self.children().size()), all.end()});
}

} // namespace

ct_module *ct_nn_sequential_new(ct_module *const *modules, size_t n)
{
    return guard([&] { return box(make_list<Sequential>(numbered(ct::modules(modules, n, "modules")))); });
}

ct_module *ct_nn_sequential_named_new(const ct_named_module *modules, size_t n)
{
    return guard([&] { return box(make_list<Sequential>(named(modules, n, Sequential()))); });
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
    return guard([&] { return box(slice(list_of(self), slice_of(list_of(self), start, stop, step))); });
}

ct_status ct_module_delete_slice(ct_module *self, int64_t start, int64_t stop, int64_t step)
{
    return guard([&] { remove(list_of(self), slice_of(list_of(self), start, stop, step)); });
}

ct_module *ct_module_pop_slice(ct_module *self, int64_t start, int64_t stop, int64_t step)
{
    return guard([&] { return box(pop(list_of(self), slice_of(list_of(self), start, stop, step))); });
}

ct_module *ct_module_add(const ct_module *self, const ct_module *other)
{
    return guard([&] { return box(sum(list_of(self), *ARG(other))); });
}

ct_status ct_module_add_(ct_module *self, const ct_module *other)
{
    return guard([&] { extend(list_of(self), addend(list_of(self), *ARG(other))); });
}

ct_module *ct_module_mul(const ct_module *self, int64_t n)
{
    return guard([&] { return box(product(list_of(self), n)); });
}

ct_status ct_module_mul_(ct_module *self, int64_t n)
{
    return guard([&] { repeat(list_of(self), n); });
}
