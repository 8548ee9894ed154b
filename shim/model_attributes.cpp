// model_attributes.cpp: the attributes of a saved module as values.
// SPDX-License-Identifier: BSD-3-Clause
#include "model_attributes.hpp"

#include "bind.hpp"
#include "model_arguments.hpp"
#include "python_object.hpp"

namespace ct {

namespace {

// torch.device("cuda", 0); "" for anything else.
std::string device_text(const record *r)
{
    const record *args = r->object->args;
    if (!record_is_global(r->object->callable, "torch", "device") || !args->list.count ||
        args->list.items[0]->kind != RECORD_STRING)
        return "";
    std::string device = word(args->list.items[0]);
    bool has_index = args->list.count == 2 && args->list.items[1]->kind == RECORD_INT;
    return has_index ? device + ":" + std::to_string(args->list.items[1]->integer) : device;
}

bool is_plain(const record *r)
{
    return r->kind == RECORD_NONE || r->kind == RECORD_BOOL || r->kind == RECORD_INT || r->kind == RECORD_FLOAT ||
           r->kind == RECORD_STRING;
}

} // namespace

ct_dtype dtype_named(const std::string &name)
{
    for (int dtype = CT_UINT8; ct_dtype_size(static_cast<ct_dtype>(dtype)); dtype++)
        if (name == ct_dtype_name(static_cast<ct_dtype>(dtype)))
            return static_cast<ct_dtype>(dtype);
    return CT_DTYPE_NONE;
}

Value AttributeReader::read(const record *saved)
{
    ct_value read = value(saved);
    if (is_plain(saved) || (saved->kind == RECORD_OBJECT && numpy_number(saved)))
        return attribute_of(read);
    return KeptValue{home, read};
}

ct_value AttributeReader::value(const record *saved)
{
    auto [found, is_new] = known.emplace(saved, ct_value_none());
    if (!is_new)
        return found->second;
    ct_value read = made(saved);
    known[saved] = read;
    return read;
}

ct_value AttributeReader::text(ct_value_kind kind, std::string text)
{
    ct_value made = ct_value_none();
    made.kind = kind;
    made.as.string = home->text(std::move(text));
    return made;
}

ct_value AttributeReader::list(const record *saved, ct_value_kind kind)
{
    std::vector<ct_value> items;
    for (size_t i = 0; i < saved->list.count; i++)
        items.push_back(value(saved->list.items[i]));
    ct_value made = ct_value_list(home->values(std::move(items)), saved->list.count);
    made.kind = kind;
    return made;
}

ct_value AttributeReader::dict(const record *saved)
{
    std::vector<ct_value> values, keys;
    bool are_texts = true;
    for (size_t i = 0; i < saved->dict.count; i++) {
        const record_pair &pair = saved->dict.pairs[i];
        values.push_back(value(pair.value));
        keys.push_back(value(pair.key));
        bool is_text = pair.key->kind == RECORD_STRING;
        values.back().name = is_text ? keys.back().as.string : nullptr;
        are_texts = are_texts && is_text;
    }
    if (!are_texts)
        values.insert(values.end(), keys.begin(), keys.end());
    return ct_value_dict(home->values(std::move(values)), saved->dict.count);
}

ct_value AttributeReader::object(const record *saved)
{
    if (auto number = numpy_number(saved))
        return lent_value(*number, "");
    std::string device = device_text(saved);
    if (!device.empty())
        return text(CT_VALUE_DEVICE, device);
    if (auto name = name_of(saved))
        return text(CT_VALUE_GLOBAL, name->qualified());
    const record_object &object = *saved->object;
    std::vector<ct_value> parts(CT_OBJECT_PARTS, ct_value_none());
    parts[CT_OBJECT_CALLABLE] = value(object.callable);
    const record *others[CT_OBJECT_PARTS] = {nullptr, object.args, object.kwargs, saved->state, object.list, object.dict};
    for (size_t i = 0; i < CT_OBJECT_PARTS; i++)
        if (others[i] && !is_saved_module(saved))
            parts[i] = value(others[i]);
    ct_value made = ct_value_none();
    made.kind = CT_VALUE_OBJECT;
    made.n = CT_OBJECT_PARTS;
    made.as.values = home->values(std::move(parts));
    return made;
}

ct_value AttributeReader::made(const record *saved)
{
    switch (saved->kind) {
    case RECORD_BOOL:
        return ct_value_bool(saved->boolean);
    case RECORD_INT:
        return ct_value_int(saved->integer);
    case RECORD_FLOAT:
        return ct_value_real(saved->real);
    case RECORD_STRING:
        return text(CT_VALUE_STRING, word(saved));
    case RECORD_BIG_INT:
        return text(CT_VALUE_LONG, saved->text.chars);
    case RECORD_BYTES:
        return ct_value_bytes(home->array(saved->text.chars, saved->text.size), saved->text.size);
    case RECORD_LIST:
        return list(saved, CT_VALUE_LIST);
    case RECORD_TUPLE:
        return list(saved, CT_VALUE_TUPLE);
    case RECORD_SET:
        return list(saved, CT_VALUE_SET);
    case RECORD_DICT:
        return dict(saved);
    case RECORD_GLOBAL: {
        std::string name = name_of(saved)->qualified();
        ct_dtype dtype = dtype_named(name);
        return dtype == CT_DTYPE_NONE ? text(CT_VALUE_GLOBAL, name) : ct_value_dtype(dtype);
    }
    case RECORD_OBJECT:
        return object(saved);
    case RECORD_TENSOR:
        return ct_value_tensor(home->tensor(tensors.of(saved)));
    default:
        return ct_value_none();
    }
}

} // namespace ct
