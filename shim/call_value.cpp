// call_value.cpp: ct_value and libtorch's IValue, by what an operator's schema says.
// SPDX-License-Identifier: BSD-3-Clause
#include "call_value.hpp"

#include "nested_value.hpp"
#include "operands.hpp"
#include "value.hpp"

#include <ATen/core/jit_type.h>

namespace ct {

bool is_none(const ct_value &given)
{
    switch (given.kind) {
    case CT_VALUE_NONE:
        return true;
    case CT_VALUE_TENSOR:
        return !given.as.tensor;
    case CT_VALUE_STRING:
    case CT_VALUE_DEVICE:
        return !given.as.string;
    case CT_VALUE_GENERATOR:
        return !given.as.generator;
    case CT_VALUE_DTYPE:
        return given.as.dtype == CT_DTYPE_NONE;
    case CT_VALUE_LAYOUT:
        return given.as.layout == CT_LAYOUT_NONE;
    case CT_VALUE_MEMORY_FORMAT:
        return given.as.memory_format == CT_MEMORY_FORMAT_NONE;
    default:
        return false;
    }
}

namespace {

// ---- Types ----

const c10::Type &without_none(const c10::Type &type)
{
    return type.kind() == c10::TypeKind::OptionalType ? *type.castRaw<c10::OptionalType>()->getElementType() : type;
}

const c10::Type &element(const c10::Type &type)
{
    return type.kind() == c10::TypeKind::ListType ? *type.castRaw<c10::ListType>()->getElementType() : type;
}

// ---- What goes for what ----

// Python takes True for 1, too.
Optional<int64_t> whole(const ct_value &given)
{
    if (given.kind == CT_VALUE_INT)
        return given.as.integer;
    if (given.kind == CT_VALUE_BOOL)
        return int64_t{given.as.boolean};
    return Optional<int64_t>();
}

Optional<at::Scalar> numeric(const ct_value &given)
{
    switch (given.kind) {
    case CT_VALUE_INT:
        return at::Scalar(given.as.integer);
    case CT_VALUE_REAL:
        return at::Scalar(given.as.real);
    case CT_VALUE_BOOL:
        return at::Scalar(given.as.boolean);
    case CT_VALUE_COMPLEX:
        return at::Scalar(c10::complex<double>(given.as.parts[0], given.as.parts[1]));
    default:
        return Optional<at::Scalar>();
    }
}

// One of ctorch's constants, of this kind or as a number.
template <class Constant> Optional<Constant> constant(const ct_value &given, ct_value_kind kind, Constant value)
{
    if (given.kind == kind)
        return value;
    bool is_small = given.kind == CT_VALUE_INT && given.as.integer >= 0 && given.as.integer <= INT32_MAX;
    return is_small ? Optional<Constant>(static_cast<Constant>(given.as.integer)) : Optional<Constant>();
}

template <class Value> bool put(c10::IValue &to, Value &&value)
{
    to = std::forward<Value>(value);
    return true;
}

// Puts what there may be.
template <class Value> bool put_if(c10::IValue &to, const Optional<Value> &value)
{
    return value && put(to, *value);
}

// Schemas have libtorch's enumerators as whole numbers.
template <class Enum> bool put_number(c10::IValue &to, const Optional<Enum> &value)
{
    return value && put(to, static_cast<int64_t>(*value));
}

template <class To, class From> c10::IValue list(const From *values, size_t n, const std::string &argument)
{
    if (!values && n > 0)
        fail_null(argument.c_str());
    c10::List<To> made;
    made.reserve(n);
    for (size_t i = 0; i < n; i++)
        made.push_back(To(values[i]));
    return made;
}

} // namespace

Slot::Kind Slot::kind_of(const c10::Type &type, const c10::Type &declared)
{
    switch (declared.kind()) {
    case c10::TypeKind::ScalarTypeType:
        return dtype;
    case c10::TypeKind::LayoutType:
        return layout;
    case c10::TypeKind::MemoryFormatType:
        return memory_format;
    case c10::TypeKind::QSchemeType:
        return other;
    default:
        break;
    }
    switch (type.kind()) {
    case c10::TypeKind::TensorType:
        return tensor;
    case c10::TypeKind::IntType:
        return integer;
    case c10::TypeKind::FloatType:
        return real;
    case c10::TypeKind::BoolType:
        return boolean;
    case c10::TypeKind::StringType:
        return string;
    case c10::TypeKind::NumberType:
        return number;
    case c10::TypeKind::DeviceObjType:
        return device;
    case c10::TypeKind::GeneratorType:
        return generator;
    default:
        return other;
    }
}

Slot::Slot(const c10::Argument &argument) : declared(&argument)
{
    // type() is what the values are, real_type() what the schema says: int, and ScalarType.
    const c10::Type &type = without_none(*argument.type()), &said = without_none(*argument.real_type());
    is_optional = argument.type()->kind() == c10::TypeKind::OptionalType;
    is_list = type.kind() == c10::TypeKind::ListType;
    const c10::Type &one = element(type);
    has_gaps = is_list && one.kind() == c10::TypeKind::OptionalType;
    kind = kind_of(without_none(one), without_none(element(said)));
    if ((has_gaps && kind != tensor) || (is_list && kind > number))
        kind = other;
}

std::string Slot::type() const
{
    const c10::Type &said = without_none(*declared->real_type());
    std::string size = declared->N() ? std::to_string(*declared->N()) : "";
    std::string text = said.kind() == c10::TypeKind::ListType ? element(said).str() + "[" + size + "]" : said.str();
    return text + (is_optional ? "?" : "");
}

// ---- Arguments ----

bool Slot::take(const ct_value &given, c10::IValue &to) const
{
    if (kind == other || given.kind >= CT_VALUE_LIST)
        return take_nested(given, declared->type(), name(), to);
    if (is_none(given))
        return is_optional;
    return is_list ? take_list(given, to) : take_one(given, to);
}

bool Slot::take_one(const ct_value &given, c10::IValue &to) const
{
    switch (kind) {
    case tensor:
        return given.kind == CT_VALUE_TENSOR && put(to, arg(given.as.tensor, name().c_str()));
    case integer:
        if (given.kind == CT_VALUE_DTYPE)
            return put_number(to, type_or_none(given.as.dtype));
        if (given.kind == CT_VALUE_LAYOUT)
            return put_number(to, layout_or_none(given.as.layout));
        if (given.kind == CT_VALUE_MEMORY_FORMAT)
            return put_number(to, operands::memory_format_or_none(given.as.memory_format));
        return put_if(to, whole(given));
    case real:
        if (given.kind == CT_VALUE_REAL)
            return put(to, given.as.real);
        return whole(given) && put(to, static_cast<double>(*whole(given)));
    case boolean:
        return whole(given) && (*whole(given) == 0 || *whole(given) == 1) && put(to, *whole(given) == 1);
    case string:
        return given.kind == CT_VALUE_STRING && put(to, std::string(given.as.string));
    case number:
        return put_if(to, numeric(given));
    case dtype: {
        auto ours = constant(given, CT_VALUE_DTYPE, given.as.dtype);
        return ours && (put_number(to, type_or_none(*ours)) || is_optional);
    }
    case layout: {
        auto ours = constant(given, CT_VALUE_LAYOUT, given.as.layout);
        return ours && (put_number(to, layout_or_none(*ours)) || is_optional);
    }
    case memory_format: {
        auto ours = constant(given, CT_VALUE_MEMORY_FORMAT, given.as.memory_format);
        return ours && (put_number(to, operands::memory_format_or_none(*ours)) || is_optional);
    }
    case device:
        return (given.kind == CT_VALUE_DEVICE || given.kind == CT_VALUE_STRING) && put(to, ct::device(given.as.string));
    case generator:
        return given.kind == CT_VALUE_GENERATOR && put(to, arg(given.as.generator, name().c_str()));
    default:
        return false;
    }
}

bool Slot::take_tensors(const ct_value &given, c10::IValue &to) const
{
    if (given.kind != CT_VALUE_TENSORS)
        return false;
    if (has_gaps)
        to = operands::optional_tensors(given.as.tensors, given.n, name().c_str());
    else
        to = tensors(given.as.tensors, given.n, name().c_str());
    return true;
}

bool Slot::take_list(const ct_value &given, c10::IValue &to) const
{
    if (kind == tensor)
        return take_tensors(given, to);
    // One number for all of a list whose size the schema gives.
    size_t repeated = declared->N() ? static_cast<size_t>(*declared->N()) : 0;
    c10::IValue one;
    if (given.kind < CT_VALUE_INTS && repeated > 0 && take_one(given, one)) {
        if (kind == integer)
            to = std::vector<int64_t>(repeated, one.toInt());
        else if (kind == real)
            to = std::vector<double>(repeated, one.toDouble());
        else if (kind == boolean)
            to = std::vector<bool>(repeated, one.toBool());
        return !to.isNone();
    }
    switch (given.kind) {
    case CT_VALUE_INTS:
        if (kind == integer)
            to = list<int64_t>(given.as.ints, given.n, name());
        else if (kind == real)
            to = list<double>(given.as.ints, given.n, name());
        else if (kind == number)
            to = list<at::Scalar>(given.as.ints, given.n, name());
        break;
    case CT_VALUE_REALS:
        if (kind == real)
            to = list<double>(given.as.reals, given.n, name());
        else if (kind == number)
            to = list<at::Scalar>(given.as.reals, given.n, name());
        break;
    case CT_VALUE_BOOLS:
        if (kind == boolean)
            to = list<bool>(given.as.bools, given.n, name());
        break;
    case CT_VALUE_STRINGS:
        if (kind == string)
            to = list<std::string>(given.as.strings, given.n, name());
        break;
    default:
        break;
    }
    return !to.isNone();
}

namespace {

std::string class_text(const ct_value &callable)
{
    return callable.kind == CT_VALUE_GLOBAL ? callable.as.string : "?";
}

} // namespace

std::string given_text(const ct_value &given)
{
    if (is_none(given))
        return "None";
    auto listed = [&](const char *type, auto text_of) {
        std::string text;
        for (size_t i = 0; i < given.n; i++)
            text += (i ? ", " : "") + text_of(i);
        return "[" + text + "] (" + type + "[])";
    };
    switch (given.kind) {
    case CT_VALUE_TENSOR:
        return "a Tensor of shape " + tuple_text(ARG(given.as.tensor).sizes());
    case CT_VALUE_INT:
        return std::to_string(given.as.integer) + " (int)";
    case CT_VALUE_REAL:
        return repr(given.as.real) + " (float)";
    case CT_VALUE_COMPLEX:
        return repr(given.as.parts[0]) + " + " + repr(given.as.parts[1]) + "j (complex)";
    case CT_VALUE_BOOL:
        return given.as.boolean ? "True (bool)" : "False (bool)";
    case CT_VALUE_STRING:
        return "'" + std::string(given.as.string) + "' (str)";
    case CT_VALUE_DEVICE:
        return "'" + std::string(given.as.string) + "' (Device)";
    case CT_VALUE_DTYPE:
        return std::string(ct_dtype_name(given.as.dtype)) + " (ScalarType)";
    case CT_VALUE_LAYOUT:
        return "a Layout";
    case CT_VALUE_MEMORY_FORMAT:
        return "a MemoryFormat";
    case CT_VALUE_GENERATOR:
        return "a Generator";
    case CT_VALUE_INTS:
        return listed("int", [&](size_t i) { return std::to_string(given.as.ints[i]); });
    case CT_VALUE_REALS:
        return listed("float", [&](size_t i) { return repr(given.as.reals[i]); });
    case CT_VALUE_BOOLS:
        return listed("bool", [&](size_t i) { return std::string(given.as.bools[i] ? "True" : "False"); });
    case CT_VALUE_STRINGS:
        return listed("str", [&](size_t i) { return "'" + std::string(given.as.strings[i]) + "'"; });
    case CT_VALUE_TENSORS:
        return "a list of " + std::to_string(given.n) + " (Tensor[])";
    case CT_VALUE_POINTER:
        return "a pointer that is neither a tensor, a dict, a text nor a generator";
    case CT_VALUE_LIST:
        return "a list of " + std::to_string(given.n) + " values (list)";
    case CT_VALUE_TUPLE:
        return "a tuple of " + std::to_string(given.n) + " values (tuple)";
    case CT_VALUE_SET:
        return "a set of " + std::to_string(given.n) + " values (set)";
    case CT_VALUE_DICT:
        return "a dict of " + std::to_string(given.n) + " values (dict)";
    case CT_VALUE_STATE:
        return "a dict of tensors (ct_dict)";
    case CT_VALUE_BYTES:
        return std::to_string(given.n) + " bytes (bytes)";
    case CT_VALUE_LONG:
        return std::string(given.as.string) + " (int)";
    case CT_VALUE_GLOBAL:
        return std::string(given.as.string) + " (a class or function of Python)";
    case CT_VALUE_OBJECT:
        return "an object of Python's class " + class_text(given.as.values[CT_OBJECT_CALLABLE]);
    default:
        return "a value of the unknown kind " + std::to_string(given.kind);
    }
}

// ---- Results ----

bool Slot::can_give() const
{
    bool is_single = kind != layout && kind != memory_format && kind != generator && kind != other;
    return is_list ? is_single && kind != number : is_single;
}

size_t Slot::room(const c10::IValue &result) const
{
    if (result.isString())
        return padded(result.toStringRef().size() + 1);
    if (result.isDevice())
        return padded(result.toDevice().str().size() + 1);
    if (!result.isList())
        return 0;
    size_t size = result.toListRef().size() * sizeof(int64_t);
    for (const c10::IValue &one : result.toListRef())
        size += room(one);
    return size;
}

ct_value Slot::give(const c10::IValue &result, Giving &to) const
{
    if (result.isNone() || (result.isTensor() && !result.toTensor().defined()))
        return ct_value_none();
    if (is_list)
        return give_list(result.toListRef(), to);
    switch (kind) {
    case tensor:
        return ct_value_tensor(to.tensor(result));
    case real:
        return ct_value_real(result.toDouble());
    case boolean:
        return ct_value_bool(result.toBool());
    case string:
        return ct_value_string(to.text(result.toStringRef()));
    case device:
        return ct_value_device(to.text(result.toDevice().str()));
    case dtype:
        return ct_value_dtype(dtype_of(static_cast<at::ScalarType>(result.toInt())));
    case number:
        if (result.isComplexDouble())
            return ct_value_complex(result.toComplexDouble().real(), result.toComplexDouble().imag());
        if (result.isDouble())
            return ct_value_real(result.toDouble());
        if (result.isBool())
            return ct_value_bool(result.toBool());
        return ct_value_int(result.toInt());
    default:
        return ct_value_int(result.toInt());
    }
}

ct_value Slot::give_list(c10::ArrayRef<c10::IValue> results, Giving &to) const
{
    size_t n = results.size();
    using Value = c10::IValue;
    switch (kind) {
    case tensor:
        return ct_value_tensors(to.place_all<ct_tensor *>(results, [&](const Value &v) { return to.tensor(v); }), n);
    case real:
        return ct_value_reals(to.place_all<double>(results, [](const Value &v) { return v.toDouble(); }), n);
    case boolean:
        return ct_value_bools(to.place_all<bool>(results, [](const Value &v) { return v.toBool(); }), n);
    case string:
        return ct_value_strings(
            to.place_all<const char *>(results, [&](const Value &v) { return to.text(v.toStringRef()); }), n);
    default:
        return ct_value_ints(to.place_all<int64_t>(results, [](const Value &v) { return v.toInt(); }), n);
    }
}

void give_all(const std::vector<Slot> &slots, const torch::jit::Stack &results, ct_value *to)
{
    size_t size = 0;
    for (size_t i = 0; i < slots.size(); i++)
        size += slots[i].room(results[i]);
    Giving giving(size);
    std::vector<ct_value> made;
    for (size_t i = 0; i < slots.size(); i++)
        made.push_back(slots[i].give(results[i], giving));
    giving.hand_out(made, to);
}

} // namespace ct
