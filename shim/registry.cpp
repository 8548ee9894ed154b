// registry.cpp: finding a module's class.
// SPDX-License-Identifier: BSD-3-Clause
#include "registry.hpp"

#include "callback.hpp"
#include "lists.hpp"

#include <array>

namespace ct {

namespace {

// Open addressing by the address of the type information: one probe, as a rule, and no string is hashed.
class Registry {
public:
    Registry()
    {
        for (const Class &row : layer_classes())
            add(row);
        for (const Class &row : own_classes())
            add(row);
    }

    const Class *find(const std::type_info &type) const
    {
        for (size_t i = slot(type); table[i]; i = next(i))
            if (table[i]->type == &type)
                return table[i];
        return find_by_name(type);
    }

private:
    static constexpr size_t size = 512;

    static const std::vector<Class> &own_classes()
    {
        static const std::vector<Class> rows = {
            make_class<CallbackModule>(nullptr, [](const Module &, bool) { return std::string(); }),
            make_class<Sequential>("Sequential", [](const Module &, bool) { return std::string(); }),
            make_class<ModuleList>("ModuleList", [](const Module &, bool) { return std::string(); }),
        };
        return rows;
    }

    static size_t slot(const std::type_info &type) { return (reinterpret_cast<uintptr_t>(&type) >> 4) % size; }

    static size_t next(size_t i) { return (i + 1) % size; }

    void add(const Class &row)
    {
        size_t i = slot(*row.type);
        while (table[i])
            i = next(i);
        table[i] = &row;
    }

    // A type may have a second description, at another address, in a library loaded without its symbols.
    const Class *find_by_name(const std::type_info &type) const
    {
        for (const Class *row : table)
            if (row && *row->type == type)
                return row;
        return nullptr;
    }

    std::array<const Class *, size> table{};
};

} // namespace

const Class &class_of(const Module &module)
{
    static const Registry registry;
    const Class *found = registry.find(typeid(module));
    if (!found)
        fail(CT_ERROR_NOT_IMPLEMENTED, "ctorch does not know the C++ class " + module.name());
    return *found;
}

std::string class_name(const Module &module)
{
    const Class &known = class_of(module);
    return known.name ? known.name : as<CallbackModule>(module).class_name();
}

at::Tensor call(Module &module, const at::Tensor &x)
{
    return class_of(module).forward(module, x);
}

void fail_without_forward(const std::string &name)
{
    fail(CT_ERROR_NOT_IMPLEMENTED, "Module [" + name + "] is missing the required \"forward\" function");
}

} // namespace ct
