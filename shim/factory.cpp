// factory.cpp: ct_nn_create and ct_nn_parse: modules from texts in Python's syntax.
// SPDX-License-Identifier: BSD-3-Clause
#include "factory.hpp"

#include "bind.hpp"
#include "call_scope.hpp"
#include "callback.hpp"
#include "classes.hpp"
#include "containers.hpp"
#include "convert.hpp"
#include "parametrize.hpp"
#include "walk.hpp"

#include <ctorch/error.h>
#include <ctorch/nn.h>

namespace ct {

namespace {

std::string class_of(const record *call)
{
    return call->object->callable->global.name;
}

// The class that a name stands for in torch.nn, if any, and whether that is by an alias.
std::string base_of(const std::string &name)
{
    Optional<Registered> registered = find_registered(name);
    return registered && !registered->base.empty() ? registered->base : name;
}

bool is_own(const std::string &name)
{
    Optional<Registered> registered = find_registered(name);
    return registered && registered->base.empty();
}

[[noreturn]] void fail_unknown(const std::string &name)
{
    fail(CT_ERROR_KEY, "torch.nn has no class '" + name +
                           "', and none of that name is registered; ct_class_register makes one known");
}

void set_attributes(Object &module, const record *call)
{
    const record *args = call->object->args, *kwargs = call->object->kwargs;
    if (args && args->list.count)
        fail(CT_ERROR_TYPE, class_of(call) + " is not of torch.nn: its arguments are attributes, and need names; got " +
                                shown(args->list.items[0]) + " without one");
    for (size_t i = 0; kwargs && i < kwargs->dict.count; i++)
        module.set_attribute(word(kwargs->dict.pairs[i].key), free_value(kwargs->dict.pairs[i].value));
}

ObjectPtr construct_own(const record *call)
{
    ObjectPtr module = make_own(class_of(call));
    set_attributes(*module, call);
    return module;
}

// A tree says where it fails.
ObjectPtr rebuild_child(const std::string &name, const record *printed)
{
    try {
        return rebuild(printed);
    } catch (...) {
        rethrow_inside(name);
    }
}

bool is_module(const record *child)
{
    return child->kind == RECORD_OBJECT && class_of(child) != "Parameter" && class_of(child) != "Tensor";
}

// `(norm): None` is no child.
Entries rebuilt_children(const record *printed)
{
    Entries children;
    const record *dict = printed->object->dict;
    for (size_t i = 0; dict && i < dict->dict.count; i++) {
        std::string name = word(dict->dict.pairs[i].key);
        check_name(name, "module");
        if (is_module(dict->dict.pairs[i].value))
            children.emplace_back(name, rebuild_child(name, dict->dict.pairs[i].value));
    }
    return children;
}

ObjectPtr rebuild_layer(const Row &row, const record *printed, Entries children)
{
    std::vector<std::string> unknown;
    // A Lazy layer prints itself as the one that it becomes.
    std::vector<Value> values = bind_printed(row.base ? *row.base : row, printed, &unknown);
    ObjectPtr module = row.make(row);
    static_cast<Layer &>(*module).construct_printed(std::move(values), std::move(unknown), std::move(children));
    return module;
}

ObjectPtr rebuild_own(const std::string &name, const record *printed, Entries children)
{
    ObjectPtr module = make_own(name);
    if (!printed->object->args || !printed->object->args->list.count)
        set_attributes(*module, printed);
    module->assign(std::move(children));
    return module;
}

// ---- "ParametrizedLinear(...)": a Linear with parametrizations, of which print shows the classes ----

const std::string parametrized = "Parametrized";

const Row *parametrized_row(const std::string &name)
{
    return name.compare(0, parametrized.size(), parametrized) == 0 ? find_row(base_of(name.substr(parametrized.size())))
                                                                   : nullptr;
}

// A map of a class that is not ours has been made like any other child.
void parametrize(Object &module, const Object &printed)
{
    for (const auto &[name, maps] : printed.children())
        for (const auto &[number, map] : maps->children())
            if (!parametrize_as(map->class_name(), module, name))
                register_parametrization(module, name, map, /*is_unsafe=*/true);
}

ObjectPtr rebuild_parametrized(const Row &row, const std::string &name, const record *printed, Entries children)
{
    ObjectPtr maps;
    for (auto child = children.begin(); child != children.end(); ++child)
        if (child->first == "parametrizations") {
            maps = child->second;
            children.erase(child);
            break;
        }
    ObjectPtr module = rebuild_layer(row, printed, std::move(children));
    if (maps)
        parametrize(*module, *maps);
    module->rename(name);
    return module;
}

// The records of a text, while they are needed.
class Pool {
public:
    explicit Pool(const char *text) { check_recorded(module_text_pool_new(&pool, text)); }
    ~Pool() { record_pool_free(pool); }
    Pool(const Pool &) = delete;

    const record *read(record *(*reader)(record_pool *, const char *), const char *text)
    {
        const record *root = reader(pool, text);
        if (!root)
            check_recorded(ct_error_code());
        return root;
    }

private:
    record_pool *pool = nullptr;
};

} // namespace

ObjectPtr make_own(const std::string &name)
{
    Optional<Registered> registered = find_registered(name);
    if (!registered)
        return std::make_shared<CallbackModule>(name, ct_class{}, std::make_shared<UserData>(nullptr, nullptr));
    return std::make_shared<CallbackModule>(name, registered->functions, registered->user);
}

ObjectPtr construct(const record *call)
{
    std::string name = class_of(call), base = base_of(name);
    if (is_own(name))
        return construct_own(call);
    const Row *row = find_row(base);
    ObjectPtr module = row ? make_layer(*row, bind(*row, call, construct)) : construct_container(base, call, construct);
    if (!module)
        fail_unknown(name);
    if (base != name)
        module->rename(name);
    return module;
}

ObjectPtr rebuild(const record *printed)
{
    std::string name = class_of(printed), base = base_of(name);
    Entries children = rebuilt_children(printed);
    if (is_own(name))
        return rebuild_own(name, printed, std::move(children));
    if (const Row *row = parametrized_row(name))
        return rebuild_parametrized(*row, name, printed, std::move(children));
    const Row *row = find_row(base);
    ObjectPtr module =
        row ? rebuild_layer(*row, printed, std::move(children)) : rebuild_container(base, printed, children);
    if (!module)
        return rebuild_own(name, printed, std::move(children));
    if (base != name)
        module->rename(name);
    return module;
}

} // namespace ct

using namespace ct;

ct_module *ct_nn_create(const char *call)
{
    return guard([&] {
        Pool pool(text(call, "call"));
        return box(construct(pool.read(module_text_call, call)));
    });
}

ct_module *ct_nn_parse(const char *printed)
{
    return guard([&] {
        Pool pool(text(printed, "printed"));
        return box(rebuild(pool.read(module_text_tree, printed)));
    });
}
