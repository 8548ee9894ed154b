// containers.cpp: containers by name.
// SPDX-License-Identifier: BSD-3-Clause
#include "containers.hpp"

#include "convert.hpp"
#include "lists.hpp"

#include <ctorch/dtype.h>

namespace ct {

namespace {

bool is_list(const record *r)
{
    return r->kind == RECORD_LIST || r->kind == RECORD_TUPLE;
}

std::string class_of(const record *r)
{
    return r->kind == RECORD_OBJECT ? r->object->callable->global.name : "";
}

// The one argument of a container's constructor, by position or by name; null where it is not given, or None.
const record *argument(const std::string &name, const char *keyword, const record *call)
{
    const record *args = call->object->args, *kwargs = call->object->kwargs;
    size_t given = args->list.count, named = kwargs ? kwargs->dict.count : 0;
    if (given > 1)
        fail(CT_ERROR_TYPE, name + ".__init__() takes from 1 to 2 positional arguments but " +
                                std::to_string(given + 1) + " were given");
    for (size_t i = 0; i < named; i++)
        if (!keyword || word(kwargs->dict.pairs[i].key) != keyword)
            fail(CT_ERROR_TYPE, name + ".__init__() got an unexpected keyword argument '" +
                                    word(kwargs->dict.pairs[i].key) + "'");
    if (given && named)
        fail(CT_ERROR_TYPE, name + ".__init__() got multiple values for argument '" + std::string(keyword) + "'");
    const record *r = given ? args->list.items[0] : named ? kwargs->dict.pairs[0].value : nullptr;
    return r && r->kind != RECORD_NONE ? r : nullptr;
}

// ---- keys and values: of a dict, an OrderedDict, a list of pairs ----

using Pairs = std::vector<std::pair<std::string, const record *>>;

std::string key_of(const record *r)
{
    if (r->kind != RECORD_STRING)
        fail(CT_ERROR_TYPE, "module name should be a string. Got " + shown(r));
    return word(r);
}

void put(Pairs &pairs, const record *key, const record *value)
{
    for (auto &pair : pairs)
        if (pair.first == key_of(key)) {
            pair.second = value;
            return;
        }
    pairs.emplace_back(key_of(key), value);
}

void add_pairs(Pairs &pairs, const std::string &name, const record *r)
{
    if (class_of(r) == "OrderedDict") {
        const record *args = r->object->args, *kwargs = r->object->kwargs;
        if (args->list.count > 1)
            fail(CT_ERROR_TYPE, "OrderedDict expected at most 1 argument, got " + std::to_string(args->list.count));
        if (args->list.count)
            add_pairs(pairs, "OrderedDict", args->list.items[0]);
        if (kwargs)
            add_pairs(pairs, "OrderedDict", kwargs);
        return;
    }
    if (r->kind == RECORD_DICT) {
        for (size_t i = 0; i < r->dict.count; i++)
            put(pairs, r->dict.pairs[i].key, r->dict.pairs[i].value);
        return;
    }
    if (!is_list(r))
        fail(CT_ERROR_TYPE, name + ".update should be called with an iterable of key/value pairs, but got " + shown(r));
    for (size_t i = 0; i < r->list.count; i++) {
        const record *pair = r->list.items[i];
        std::string element = name + " update sequence element #" + std::to_string(i);
        if (!is_list(pair))
            fail(CT_ERROR_TYPE, element + " should be Iterable; is " + shown(pair));
        if (pair->list.count != 2)
            fail(CT_ERROR_VALUE, element + " has length " + std::to_string(pair->list.count) + "; 2 is required");
        put(pairs, pair->list.items[0], pair->list.items[1]);
    }
}

// ---- modules ----

ObjectPtr module_of(const record *r, Construct construct)
{
    if (r->kind != RECORD_OBJECT || class_of(r) == "OrderedDict")
        fail(CT_ERROR_TYPE, shown(r) + " is not a Module subclass");
    return construct(r);
}

Entries modules_under(const Pairs &pairs, const Object &container, Construct construct)
{
    Entries entries;
    for (const auto &[key, value] : pairs) {
        check_key(container, key, "module");
        entries.emplace_back(key, module_of(value, construct));
    }
    return entries;
}

Entries modules_in(const record *list, Construct construct)
{
    std::vector<ObjectPtr> modules;
    for (size_t i = 0; i < list->list.count; i++)
        modules.push_back(module_of(list->list.items[i], construct));
    return numbered(modules);
}

// Sequential(a, b), or Sequential(OrderedDict(...)).
ObjectPtr sequential(const record *call, Construct construct)
{
    const record *args = call->object->args, *kwargs = call->object->kwargs;
    if (kwargs && kwargs->dict.count)
        fail(CT_ERROR_TYPE, "Sequential.__init__() got an unexpected keyword argument '" +
                                word(kwargs->dict.pairs[0].key) + "'");
    Pairs pairs;
    if (args->list.count != 1 || class_of(args->list.items[0]) != "OrderedDict")
        return make_list<Sequential>(modules_in(args, construct));
    add_pairs(pairs, "Sequential", args->list.items[0]);
    return make_list<Sequential>(modules_under(pairs, Sequential(), construct));
}

// ModuleList([a, b]), or of another list, whose modules it shares.
ObjectPtr module_list(const record *call, Construct construct)
{
    const record *r = argument("ModuleList", "modules", call);
    if (!r || is_list(r))
        return make_list<ModuleList>(r ? modules_in(r, construct) : Entries());
    ObjectPtr other = r->kind == RECORD_OBJECT ? construct(r) : nullptr;
    if (!dynamic_cast<List *>(other.get()))
        fail(CT_ERROR_TYPE, "ModuleList.extend should be called with an iterable, but got " + shown(r));
    std::vector<ObjectPtr> modules;
    for (const auto &entry : other->children())
        modules.push_back(entry.second);
    return make_list<ModuleList>(numbered(modules));
}

ObjectPtr module_dict(const record *call, Construct construct)
{
    const record *r = argument("ModuleDict", "modules", call);
    Pairs pairs;
    if (!r)
        return std::make_shared<ModuleDict>();
    if (class_of(r) == "ModuleDict")
        return module_dict(r, construct);
    add_pairs(pairs, "ModuleDict", r);
    return make_list<ModuleDict>(modules_under(pairs, ModuleDict(), construct));
}

// ---- parameters ----

// `torch.tensor([1.0])`, `Parameter(torch.tensor([1.0]))`, None.
at::Tensor parameter(const record *r, const std::string &where)
{
    if (r->kind == RECORD_NONE)
        return {};
    if (class_of(r) == "Parameter" && r->object->args->list.count == 1)
        return parameter(r->object->args->list.items[0], where);
    at::Tensor tensor = r->kind == RECORD_OBJECT ? free_value(r).tensor() : at::Tensor();
    if (!tensor.defined())
        fail(CT_ERROR_TYPE, where + " is " + shown(r) + "; expected a tensor such as torch.tensor([1.0])");
    check_parameter(tensor, where);
    return as_parameter(tensor);
}

ObjectPtr parameter_list(const record *call)
{
    const record *r = argument("ParameterList", "values", call);
    auto list = std::make_shared<ParameterList>();
    if (r && class_of(r) == "ParameterList")
        return parameter_list(r);
    if (r && !is_list(r))
        fail(CT_ERROR_TYPE, "ParameterList.extend should be called with an iterable, but got " + shown(r));
    Tensors items;
    for (size_t i = 0; r && i < r->list.count; i++)
        items.push_back(parameter(r->list.items[i], "item " + std::to_string(i)));
    list->assign_items(items);
    return list;
}

// Of a plain dict, Python takes the keys in their alphabetical order.
ObjectPtr parameter_dict(const record *call)
{
    const record *r = argument("ParameterDict", "parameters", call);
    auto dict = std::make_shared<ParameterDict>();
    if (r && class_of(r) == "ParameterDict")
        return parameter_dict(r);
    Pairs pairs;
    if (r)
        add_pairs(pairs, "ParameterDict", r);
    if (r && r->kind == RECORD_DICT)
        std::sort(pairs.begin(), pairs.end());
    Dict items;
    for (const auto &[key, value] : pairs) {
        check_key(*dict, key, "parameter");
        items.insert(key, parameter(value, "item '" + key + "'"));
    }
    dict->assign_items(std::move(items));
    return dict;
}

// ---- what is printed of parameters ----

// "torch.float32", "torch.FloatTensor", "torch.cuda.FloatTensor"
at::ScalarType printed_type(const std::string &name)
{
    for (int dtype = CT_UINT8; ct_dtype_size(static_cast<ct_dtype>(dtype)); dtype++) {
        if (!ct_dtype_is_available(static_cast<ct_dtype>(dtype)))
            continue;
        at::ScalarType type = scalar_type(static_cast<ct_dtype>(dtype));
        if (name == dtype_text(type) || name == tensor_class_text(type, false) || name == tensor_class_text(type, true))
            return type;
    }
    fail(CT_ERROR_VALUE, "'" + name + "' is no element type; expected one such as torch.float32");
}

// On the device that is printed, if it is there.
c10::Device printed_device(const record *kwargs)
{
    const record *name = kwargs ? record_get(kwargs, "device") : nullptr;
    return name && torch::cuda::is_available() ? c10::Device(word(name)) : c10::Device(at::kCPU);
}

// Zeros of the type and sizes that are printed.
at::Tensor printed_parameter(const record *r, const std::string &where)
{
    if (r->kind == RECORD_NONE || (r->kind == RECORD_GLOBAL && word(r) == "NoneType"))
        return {};
    if (class_of(r) != "Parameter" && class_of(r) != "Tensor")
        fail(CT_ERROR_TYPE, where + " is of type " + (r->kind == RECORD_GLOBAL ? word(r) : class_of(r)) +
                                "; expected a parameter");
    const record *args = r->object->args, *shape = args->list.items[1];
    std::vector<int64_t> sizes;
    for (size_t i = 0; i < shape->list.count; i++)
        sizes.push_back(shape->list.items[i]->integer);
    at::ScalarType type = printed_type(word(args->list.items[0]));
    at::Tensor zeros = at::zeros(sizes, at::TensorOptions(type).device(printed_device(r->object->kwargs)));
    check_parameter(zeros, where);
    return as_parameter(zeros);
}

Dict printed_parameters(const record *printed, const Object &container)
{
    Dict items;
    const record *lines = printed->object->dict;
    for (size_t i = 0; lines && i < lines->dict.count; i++) {
        std::string key = word(lines->dict.pairs[i].key);
        check_key(container, key, "parameter");
        ct::put(items, key, printed_parameter(lines->dict.pairs[i].value, "item '" + key + "'"));
    }
    return items;
}

ObjectPtr printed_list(const record *printed)
{
    auto list = std::make_shared<ParameterList>();
    Tensors items;
    for (const auto &item : printed_parameters(printed, *list)) {
        if (item.key() != std::to_string(items.size()))
            fail(CT_ERROR_KEY, "ParameterList: an item is named '" + item.key() + "'; expected '" +
                                   std::to_string(items.size()) + "'");
        items.push_back(item.value());
    }
    list->assign_items(items);
    return list;
}

ObjectPtr printed_dict(const record *printed)
{
    auto dict = std::make_shared<ParameterDict>();
    dict->assign_items(printed_parameters(printed, *dict));
    return dict;
}

} // namespace

ObjectPtr construct_container(const std::string &name, const record *call, Construct construct)
{
    if (name == "Sequential")
        return sequential(call, construct);
    if (name == "ModuleList")
        return module_list(call, construct);
    if (name == "ModuleDict")
        return module_dict(call, construct);
    if (name == "ParameterList")
        return parameter_list(call);
    return name == "ParameterDict" ? parameter_dict(call) : nullptr;
}

ObjectPtr rebuild_container(const std::string &name, const record *printed, const Entries &children)
{
    if (name == "Sequential")
        return make_list<Sequential>(children);
    if (name == "ModuleList")
        return make_list<ModuleList>(children);
    if (name == "ModuleDict")
        return make_list<ModuleDict>(children);
    if (name == "ParameterList")
        return printed_list(printed);
    return name == "ParameterDict" ? printed_dict(printed) : nullptr;
}

} // namespace ct
