// kept.cpp: values that somebody keeps.
// SPDX-License-Identifier: BSD-3-Clause
#include "kept.hpp"

#include "convert.hpp"

namespace ct {

namespace {

constexpr size_t deepest = 1000; // as Python's own limit; a value that holds itself has no end

size_t count_of_dict(const ct_value &dict)
{
    for (size_t i = 0; i < dict.n; i++)
        if (!dict.as.values[i].name)
            return 2 * dict.n;
    return dict.n;
}

Dict copy_of(const ct_dict *given)
{
    return given ? *arg(given, "value") : Dict();
}

} // namespace

Kept::~Kept()
{
    for (handle &h : handles)
        h.type->destroy(h.payload);
}

// No more of a handle is needed than that it opens as one: no scope knows of it.
template <class Handle> Handle *Kept::lend(Held<Handle> value)
{
    handle &made = handles.emplace_back();
    ::new (static_cast<void *>(made.payload)) Held<Handle>(std::move(value));
    made.type = &type_of<Handle>;
    return reinterpret_cast<Handle *>(&made);
}

const char *Kept::text(std::string text)
{
    return texts.emplace_back(std::move(text)).c_str();
}

const ct_value *Kept::values(std::vector<ct_value> list)
{
    return lists.emplace_back(std::move(list)).data();
}

ct_tensor *Kept::tensor(const at::Tensor &tensor)
{
    return tensor.defined() ? lend<ct_tensor>(tensor) : nullptr;
}

const ct_dict *Kept::dict(Dict dict)
{
    return lend<ct_dict>(std::make_unique<Dict>(std::move(dict)));
}

ct_value Kept::copy(const ct_value &value)
{
    return copy(value, 0);
}

const ct_value *Kept::copied(const ct_value *list, size_t n, size_t depth)
{
    if (!list && n)
        fail_null("value");
    std::vector<ct_value> copies;
    for (size_t i = 0; i < n; i++)
        copies.push_back(copy(list[i], depth + 1));
    return values(std::move(copies));
}

ct_value Kept::copy(ct_value value, size_t depth)
{
    if (depth > deepest)
        fail(CT_ERROR_VALUE, "value is nested more than " + std::to_string(deepest) + " deep, or holds itself");
    if (value.name)
        value.name = text(value.name);
    switch (value.kind) {
    case CT_VALUE_TENSOR:
        value.as.tensor = value.as.tensor ? tensor(arg(value.as.tensor, "value")) : nullptr;
        break;
    case CT_VALUE_STRING:
    case CT_VALUE_DEVICE:
    case CT_VALUE_LONG:
    case CT_VALUE_GLOBAL:
        value.as.string = text(ct::text(value.as.string, "value"));
        break;
    case CT_VALUE_INTS:
        value.as.ints = array(value.as.ints, value.n);
        break;
    case CT_VALUE_REALS:
        value.as.reals = array(value.as.reals, value.n);
        break;
    case CT_VALUE_BOOLS:
        value.as.bools = array(value.as.bools, value.n);
        break;
    case CT_VALUE_BYTES:
        value.as.bytes = array(value.as.bytes, value.n);
        break;
    case CT_VALUE_STRINGS: {
        std::vector<const char *> copies;
        for (size_t i = 0; i < value.n; i++)
            copies.push_back(text(ct::text(value.as.strings[i], "value")));
        value.as.strings = array(copies.data(), value.n);
        break;
    }
    case CT_VALUE_TENSORS: {
        std::vector<ct_tensor *> copies;
        for (const at::Tensor &each : tensors_or_none(value.as.tensors, value.n, "value"))
            copies.push_back(tensor(each));
        value.as.tensors = array(copies.data(), value.n);
        break;
    }
    case CT_VALUE_LIST:
    case CT_VALUE_TUPLE:
    case CT_VALUE_SET:
        value.as.values = copied(value.as.values, value.n, depth);
        break;
    case CT_VALUE_OBJECT:
        value.as.values = copied(value.as.values, CT_OBJECT_PARTS, depth);
        break;
    case CT_VALUE_DICT:
        value.as.values = copied(value.as.values, count_of_dict(value), depth);
        break;
    case CT_VALUE_STATE:
        value.as.dict = dict(copy_of(value.as.dict));
        break;
    case CT_VALUE_POINTER:
    case CT_VALUE_GENERATOR:
        fail(CT_ERROR_TYPE, "value is a pointer or a generator; expected a number, a text, a tensor, or a list of them");
    default:
        break;
    }
    return value;
}

Value attribute_of(const ct_value &given)
{
    switch (given.kind) {
    case CT_VALUE_NONE:
        return {};
    case CT_VALUE_INT:
        return given.as.integer;
    case CT_VALUE_REAL:
        return given.as.real;
    case CT_VALUE_BOOL:
        return given.as.boolean;
    case CT_VALUE_STRING:
        return text(given.as.string, "value");
    default: {
        auto home = std::make_shared<Kept>();
        ct_value value = home->copy(given);
        value.name = nullptr;
        return KeptValue{std::move(home), value};
    }
    }
}

ct_value lent_value(const Value &attribute, const std::string &name)
{
    if (const KeptValue *kept = attribute.get<KeptValue>())
        return kept->value;
    if (const bool *truth = attribute.get<bool>())
        return ct_value_bool(*truth);
    if (const int64_t *integer = attribute.get<int64_t>())
        return ct_value_int(*integer);
    if (const double *real = attribute.get<double>())
        return ct_value_real(*real);
    if (attribute.is_text())
        return ct_value_string(attribute.text().c_str());
    if (const Sizes *sizes = attribute.get<Sizes>())
        return ct_value_ints(sizes->numbers.data(), sizes->numbers.size());
    if (const Scales *scales = attribute.get<Scales>())
        return ct_value_reals(scales->numbers.data(), scales->numbers.size());
    if (!attribute.is_none())
        fail(CT_ERROR_TYPE, "attribute '" + name + "' is a tensor or a module of the layer's own; ct_module_buffer and "
                            "ct_module_child give those");
    return ct_value_none();
}

} // namespace ct
