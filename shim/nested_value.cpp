// nested_value.cpp: ct_value and libtorch's IValue, by their own types.
// SPDX-License-Identifier: BSD-3-Clause
#include "nested_value.hpp"

#include "call_value.hpp"

#include <algorithm>

namespace ct {

using c10::IValue;
using c10::TypeKind;
using c10::TypePtr;

// ---- Arguments ----

namespace {

// Whatever holds several values, as a list of them; false for what does not.
bool items_of(const ct_value &given, const std::string &name, std::vector<ct_value> &to)
{
    bool is_list = given.kind >= CT_VALUE_INTS && given.kind <= CT_VALUE_SET && given.kind != CT_VALUE_POINTER;
    if (is_list && !given.as.values && given.n > 0)
        fail_null(name.c_str());
    for (size_t i = 0; i < given.n && is_list; i++)
        switch (given.kind) {
        case CT_VALUE_INTS:
            to.push_back(ct_value_int(given.as.ints[i]));
            break;
        case CT_VALUE_REALS:
            to.push_back(ct_value_real(given.as.reals[i]));
            break;
        case CT_VALUE_BOOLS:
            to.push_back(ct_value_bool(given.as.bools[i]));
            break;
        case CT_VALUE_STRINGS:
            to.push_back(ct_value_string(given.as.strings[i]));
            break;
        case CT_VALUE_TENSORS:
            to.push_back(ct_value_tensor(given.as.tensors[i]));
            break;
        default:
            to.push_back(given.as.values[i]);
        }
    return is_list;
}

bool take_list(const ct_value &given, const TypePtr &element, const std::string &name, IValue &to)
{
    std::vector<ct_value> items;
    if (!items_of(given, name, items))
        return false;
    c10::impl::GenericList list(element);
    list.reserve(items.size());
    for (const ct_value &item : items) {
        IValue one;
        if (!take_value(item, element, name, one))
            return false;
        list.push_back(std::move(one));
    }
    to = std::move(list);
    return true;
}

bool take_tuple(const ct_value &given, const c10::TupleType &type, const std::string &name, IValue &to)
{
    std::vector<ct_value> items;
    if (!items_of(given, name, items) || items.size() != type.elements().size())
        return false;
    std::vector<IValue> parts(items.size());
    for (size_t i = 0; i < items.size(); i++)
        if (!take_value(items[i], type.elements()[i], name, parts[i]))
            return false;
    to = c10::ivalue::Tuple::create(std::move(parts));
    return true;
}

// A dict's key: its name, or, where that is none, the value that follows all values.
ct_value key_of(const ct_value &dict, size_t i)
{
    const char *name = dict.as.values[i].name;
    return name ? ct_value_string(name) : dict.as.values[dict.n + i];
}

bool take_dict(const ct_value &given, const c10::DictType &type, const std::string &name, IValue &to)
{
    c10::impl::GenericDict dict(type.getKeyType(), type.getValueType());
    auto insert = [&](const ct_value &key, const ct_value &value) {
        IValue taken[2];
        bool fits = take_value(key, type.getKeyType(), name, taken[0]) &&
                    take_value(value, type.getValueType(), name, taken[1]);
        if (fits)
            dict.insert_or_assign(taken[0], taken[1]);
        return fits;
    };
    if (given.kind == CT_VALUE_STATE) {
        if (type.getKeyType()->kind() != TypeKind::StringType || type.getValueType()->kind() != TypeKind::TensorType)
            return false;
        for (const auto &item : *ARG(given.as.dict))
            dict.insert(item.key(), item.value());
    } else {
        if (given.kind != CT_VALUE_DICT)
            return false;
        if (!given.as.values && given.n > 0)
            fail_null(name.c_str());
        for (size_t i = 0; i < given.n; i++)
            if (!insert(key_of(given, i), given.as.values[i]))
                return false;
    }
    to = std::move(dict);
    return true;
}

// The type that a value has by itself, where Any is asked for; null for what TorchScript has no type for.
TypePtr own_type(const ct_value &given)
{
    switch (given.kind) {
    case CT_VALUE_NONE:
        return c10::OptionalType::create(c10::TensorType::get());
    case CT_VALUE_TENSOR:
        return c10::TensorType::get();
    case CT_VALUE_INT:
        return c10::IntType::get();
    case CT_VALUE_REAL:
        return c10::FloatType::get();
    case CT_VALUE_BOOL:
        return c10::BoolType::get();
    case CT_VALUE_STRING:
        return c10::StringType::get();
    case CT_VALUE_COMPLEX:
        return c10::ComplexType::get();
    case CT_VALUE_DEVICE:
        return c10::DeviceObjType::get();
    case CT_VALUE_INTS:
        return c10::ListType::ofInts();
    case CT_VALUE_REALS:
        return c10::ListType::ofFloats();
    case CT_VALUE_BOOLS:
        return c10::ListType::ofBools();
    case CT_VALUE_STRINGS:
        return c10::ListType::ofStrings();
    case CT_VALUE_TENSORS:
        return c10::ListType::ofTensors();
    case CT_VALUE_LIST:
        return c10::ListType::create(c10::AnyType::get());
    case CT_VALUE_TUPLE:
        return c10::TupleType::create(std::vector<TypePtr>(given.n, c10::AnyType::get()));
    case CT_VALUE_STATE:
        return c10::DictType::create(c10::StringType::get(), c10::TensorType::get());
    case CT_VALUE_DICT:
        return c10::DictType::create(c10::StringType::get(), c10::AnyType::get());
    default:
        return nullptr;
    }
}

bool take_complex(const ct_value &given, IValue &to)
{
    switch (given.kind) {
    case CT_VALUE_COMPLEX:
        to = c10::complex<double>(given.as.parts[0], given.as.parts[1]);
        return true;
    case CT_VALUE_REAL:
        to = c10::complex<double>(given.as.real, 0);
        return true;
    case CT_VALUE_INT:
        to = c10::complex<double>(static_cast<double>(given.as.integer), 0);
        return true;
    default:
        return false;
    }
}

} // namespace

bool take_value(const ct_value &given, const TypePtr &type, const std::string &name, IValue &to)
{
    c10::Argument argument(name, type);
    return Slot(argument).take(given, to);
}

bool take_nested(const ct_value &given, const TypePtr &type, const std::string &name, IValue &to)
{
    switch (type->kind()) {
    case TypeKind::OptionalType:
        return is_none(given) || take_value(given, type->castRaw<c10::OptionalType>()->getElementType(), name, to);
    case TypeKind::ListType:
        return take_list(given, type->castRaw<c10::ListType>()->getElementType(), name, to);
    case TypeKind::TupleType:
        return take_tuple(given, *type->castRaw<c10::TupleType>(), name, to);
    case TypeKind::DictType:
        return take_dict(given, *type->castRaw<c10::DictType>(), name, to);
    case TypeKind::UnionType: {
        auto choices = type->castRaw<c10::UnionType>()->containedTypes();
        return std::any_of(choices.begin(), choices.end(),
                           [&](const TypePtr &choice) { return take_value(given, choice, name, to); });
    }
    case TypeKind::AnyType: {
        TypePtr own = own_type(given);
        return own && take_value(given, own, name, to);
    }
    case TypeKind::NoneType:
        return is_none(given);
    case TypeKind::ComplexType:
        return take_complex(given, to);
    default:
        return false;
    }
}

// ---- Results ----

namespace {

const c10::Type &element_type(const c10::impl::GenericList &list)
{
    const c10::Type &type = *list.elementType();
    bool may_be_none = type.kind() == TypeKind::OptionalType;
    const c10::Type &one = may_be_none ? *type.castRaw<c10::OptionalType>()->getElementType() : type;
    return may_be_none && one.kind() != TypeKind::TensorType ? type : one;
}

ct_value give_list(const c10::impl::GenericList &list, c10::ArrayRef<IValue> values, Giving &to)
{
    size_t n = values.size();
    switch (element_type(list).kind()) {
    case TypeKind::TensorType:
        return ct_value_tensors(to.place_all<ct_tensor *>(values, [&](const IValue &v) { return to.tensor(v); }), n);
    case TypeKind::IntType:
        return ct_value_ints(to.place_all<int64_t>(values, [](const IValue &v) { return v.toInt(); }), n);
    case TypeKind::FloatType:
        return ct_value_reals(to.place_all<double>(values, [](const IValue &v) { return v.toDouble(); }), n);
    case TypeKind::BoolType:
        return ct_value_bools(to.place_all<bool>(values, [](const IValue &v) { return v.toBool(); }), n);
    case TypeKind::StringType:
        return ct_value_strings(
            to.place_all<const char *>(values, [&](const IValue &v) { return to.text(v.toStringRef()); }), n);
    default:
        return ct_value_list(to.place_all<ct_value>(values, [&](const IValue &v) { return give_value(v, to); }), n);
    }
}

// A NamedTuple's parts have their names.
ct_value give_tuple(const IValue &value, Giving &to)
{
    const std::vector<IValue> parts(value.toTupleRef().elements().begin(), value.toTupleRef().elements().end());
    auto type = value.toTupleRef().type();
    auto *given =
        const_cast<ct_value *>(to.place_all<ct_value>(parts, [&](const IValue &v) { return give_value(v, to); }));
    for (size_t i = 0; i < parts.size() && type->schema(); i++)
        given[i].name = to.text(type->schema()->arguments()[i].name());
    return ct_value_tuple(given, parts.size());
}

bool has_other_keys(const c10::impl::GenericDict &dict)
{
    return std::any_of(dict.begin(), dict.end(), [](const auto &entry) { return !entry.key().isString(); });
}

ct_value give_dict(const c10::impl::GenericDict &dict, Giving &to)
{
    size_t n = dict.size(), i = 0;
    bool keys_follow = has_other_keys(dict);
    ct_value *given = to.place<ct_value>(keys_follow ? 2 * n : n);
    for (const auto &entry : dict) {
        given[i] = give_value(entry.value(), to);
        if (entry.key().isString())
            given[i].name = to.text(entry.key().toStringRef());
        if (keys_follow)
            given[n + i] = give_value(entry.key(), to);
        i++;
    }
    return ct_value_dict(given, n);
}

} // namespace

size_t room_of(const IValue &value)
{
    size_t size = 0;
    if (value.isString() || value.isDevice())
        return padded((value.isString() ? value.toStringRef() : value.toDevice().str()).size() + 1);
    if (value.isList())
        for (const IValue &one : value.toListRef())
            size += sizeof(ct_value) + room_of(one);
    if (value.isTuple()) {
        for (const IValue &one : value.toTupleRef().elements())
            size += sizeof(ct_value) + room_of(one);
        if (auto schema = value.toTupleRef().type()->schema())
            for (const c10::Argument &part : schema->arguments())
                size += padded(part.name().size() + 1);
    }
    if (value.isGenericDict())
        for (const auto &entry : value.toGenericDict())
            size += 2 * (sizeof(ct_value) + room_of(entry.key())) + room_of(entry.value());
    return size;
}

ct_value give_value(const IValue &value, Giving &to)
{
    if (value.isNone() || (value.isTensor() && !value.toTensor().defined()))
        return ct_value_none();
    if (value.isTensor())
        return ct_value_tensor(to.tensor(value));
    if (value.isInt())
        return ct_value_int(value.toInt());
    if (value.isDouble())
        return ct_value_real(value.toDouble());
    if (value.isBool())
        return ct_value_bool(value.toBool());
    if (value.isComplexDouble())
        return ct_value_complex(value.toComplexDouble().real(), value.toComplexDouble().imag());
    if (value.isString())
        return ct_value_string(to.text(value.toStringRef()));
    if (value.isDevice())
        return ct_value_device(to.text(value.toDevice().str()));
    if (value.isList())
        return give_list(value.toList(), value.toListRef(), to);
    if (value.isTuple())
        return give_tuple(value, to);
    if (value.isGenericDict())
        return give_dict(value.toGenericDict(), to);
    fail(CT_ERROR_NOT_IMPLEMENTED,
         "the value is a " + value.type()->annotation_str() + ", which a ct_value cannot hold");
}

ct_value give(const IValue &value)
{
    Giving giving(room_of(value));
    std::vector<ct_value> made = {give_value(value, giving)};
    ct_value given;
    giving.hand_out(made, &given);
    return given;
}

} // namespace ct
