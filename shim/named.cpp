// named.cpp: modules with names, and tensors with names.
// SPDX-License-Identifier: BSD-3-Clause
#include "named.hpp"

#include <unordered_set>

namespace ct {

namespace {

// Shows each element that has a good name: use(element, its name, how messages call it).
template <class Named, class Use>
void each(const Named *list, size_t n, const char *argument, const char *what, const Object &container, const Use &use)
{
    if (!list && n > 0)
        fail_null(argument);
    std::unordered_set<std::string> seen;
    for (size_t i = 0; i < n; i++) {
        std::string where = argument + ("[" + std::to_string(i) + "]");
        std::string name = text(list[i].name, (where + ".name").c_str());
        check_key(container, name, what);
        if (!seen.insert(name).second)
            fail(CT_ERROR_KEY, where + ".name is '" + name + "', which is taken");
        use(list[i], name, where);
    }
}

} // namespace

Entries named(const ct_named_module *modules, size_t n, const Object &container)
{
    Entries entries;
    each(modules, n, "modules", "module", container, [&](const auto &element, const auto &name, const auto &where) {
        entries.emplace_back(name, arg(element.module, (where + ".module").c_str()));
    });
    return entries;
}

Dict named(const ct_named_tensor *tensors, size_t n, const Object &container)
{
    std::vector<std::string> argument;
    Dict items;
    each(tensors, n, "tensors", "parameter", container, [&](const auto &element, const auto &name, const auto &where) {
        items.insert(name, arg(element.tensor, (where + ".tensor").c_str()));
        argument.push_back(where + ".tensor");
    });
    // A parameter is asked of all before the first is made one.
    for (size_t i = 0; i < items.size(); i++)
        check_parameter(items[i].value(), argument[i]);
    for (auto &item : items)
        item.value() = as_parameter(item.value());
    return items;
}

} // namespace ct
