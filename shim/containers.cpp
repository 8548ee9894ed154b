// containers.cpp: containers by name.
// SPDX-License-Identifier: BSD-3-Clause
#include "containers.hpp"

#include "lists.hpp"
#include "walk.hpp"

namespace ct {

namespace {

ObjectPtr empty_container(const std::string &name)
{
    if (name == "Sequential")
        return std::make_shared<Sequential>();
    if (name == "ModuleList")
        return std::make_shared<ModuleList>();
    return nullptr;
}

bool is_list(const record *r)
{
    return r->kind == RECORD_LIST || r->kind == RECORD_TUPLE;
}

bool is_call_of(const record *r, const char *name)
{
    return r->kind == RECORD_OBJECT && std::string(r->object->callable->global.name) == name;
}

ObjectPtr module_of(const record *r, Construct construct)
{
    if (r->kind != RECORD_OBJECT)
        fail(CT_ERROR_TYPE, shown(r) + " is not a Module subclass");
    return construct(r);
}

void add(Entries &entries, const std::string &name, const record *r, Construct construct)
{
    check_name(name, "module");
    for (const auto &entry : entries)
        if (entry.first == name)
            fail(CT_ERROR_KEY, "the name '" + name + "' is given twice");
    entries.emplace_back(name, module_of(r, construct));
}

// A list of modules, a dict of them, or a list of pairs: what follows the class's name, however it is written.
void add_all(Entries &entries, const record *r, Construct construct)
{
    if (is_call_of(r, "OrderedDict") && r->object->args->list.count == 1) {
        add_all(entries, r->object->args->list.items[0], construct);
    } else if (r->kind == RECORD_DICT) {
        for (size_t i = 0; i < r->dict.count; i++)
            add(entries, word(r->dict.pairs[i].key), r->dict.pairs[i].value, construct);
    } else if (is_list(r)) {
        for (size_t i = 0; i < r->list.count; i++) {
            const record *item = r->list.items[i];
            bool is_pair = is_list(item) && item->list.count == 2 && is_word(item->list.items[0]);
            add(entries, is_pair ? word(item->list.items[0]) : std::to_string(entries.size()),
                is_pair ? item->list.items[1] : item, construct);
        }
    } else {
        add(entries, std::to_string(entries.size()), r, construct);
    }
}

} // namespace

ObjectPtr construct_container(const std::string &name, const record *call, Construct construct)
{
    ObjectPtr container = empty_container(name);
    if (!container)
        return nullptr;
    if (call->object->kwargs && call->object->kwargs->dict.count)
        fail(CT_ERROR_TYPE, name + ".__init__() got an unexpected keyword argument '" +
                                word(call->object->kwargs->dict.pairs[0].key) + "'");
    Entries entries;
    for (size_t i = 0; i < call->object->args->list.count; i++)
        add_all(entries, call->object->args->list.items[i], construct);
    container->assign(std::move(entries));
    return container;
}

ObjectPtr rebuild_container(const std::string &name, const record *, const Entries &children)
{
    ObjectPtr container = empty_container(name);
    if (container)
        container->assign(children);
    return container;
}

} // namespace ct
