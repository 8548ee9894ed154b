// model_arguments.cpp: the arguments that a saved layer was made with. Python keeps most of them as attributes of the
// same names; of some it keeps what they led to.
// SPDX-License-Identifier: BSD-3-Clause
#include "model_arguments.hpp"

#include "bind.hpp"
#include "function.hpp"
#include "python_object.hpp"

#include <cstring>
#include <deque>

namespace ct {

namespace {

// ---- numbers of numpy's, which go for Python's: Linear(np.prod(shape), 10) ----

template <class Type> Type read_as(const record *bytes)
{
    Type number;
    std::memcpy(&number, bytes->text.chars, sizeof number);
    return number;
}

template <class Type> Optional<Value> whole(const record *bytes)
{
    return bytes->text.size == sizeof(Type) ? Value(static_cast<int64_t>(read_as<Type>(bytes))) : Optional<Value>();
}

template <class Type> Optional<Value> real(const record *bytes)
{
    return bytes->text.size == sizeof(Type) ? Value(static_cast<double>(read_as<Type>(bytes))) : Optional<Value>();
}

Optional<Value> truth(const record *bytes)
{
    return bytes->text.size == 1 ? Value(bytes->text.chars[0] != 0) : Optional<Value>();
}

const struct {
    const char *type;
    Optional<Value> (*read)(const record *bytes);
} numpy_types[] = {
    {"i8", whole<int64_t>},  {"i4", whole<int32_t>},  {"i2", whole<int16_t>}, {"i1", whole<int8_t>},
    {"u4", whole<uint32_t>}, {"u2", whole<uint16_t>}, {"u1", whole<uint8_t>}, {"u8", whole<uint64_t>},
    {"f8", real<double>},    {"f4", real<float>},     {"b1", truth},
};

bool is_call(const record *r, size_t n_args)
{
    return r->kind == RECORD_OBJECT && r->object->callable->kind == RECORD_GLOBAL &&
           r->object->args->list.count >= n_args;
}

// ---- records as an argument's kind takes them ----

class Adapter {
public:
    const record *adapted(const Argument &argument, const record *r)
    {
        if (auto number = numpy_number(r))
            r = made(*number);
        if (argument.kind == Kind::truth && r->kind == RECORD_INT)
            return made(Value(r->integer != 0));
        if (argument.kind == Kind::integer && r->kind == RECORD_BOOL)
            return made(Value(int64_t{r->boolean}));
        bool is_list = r->kind == RECORD_LIST || r->kind == RECORD_TUPLE;
        return is_list && (argument.kind == Kind::sizes || argument.kind == Kind::scales) ? plain_list(r) : r;
    }

private:
    record *made(const Value &number)
    {
        record &r = records.emplace_back();
        r = {};
        if (const bool *truth = number.get<bool>()) {
            r.kind = RECORD_BOOL;
            r.boolean = *truth;
        } else if (const int64_t *integer = number.get<int64_t>()) {
            r.kind = RECORD_INT;
            r.integer = *integer;
        } else {
            r.kind = RECORD_FLOAT;
            r.real = number.real();
        }
        return &r;
    }

    const record *plain_list(const record *list)
    {
        std::vector<record *> &items = lists.emplace_back(list->list.items, list->list.items + list->list.count);
        for (record *&item : items)
            if (auto number = numpy_number(item))
                item = made(*number);
        record &copy = records.emplace_back(*list);
        copy.list.items = items.data();
        return &copy;
    }

    std::deque<record> records;
    std::deque<std::vector<record *>> lists;
};

// ---- one argument ----

struct Exception {
    const char *layer, *argument, *source;
};

// Kept as an attribute of another name, or as a child.
const Exception renamed[] = {
    {"PairwiseDistance", "p", "norm"},
    {"Transformer", "custom_encoder", "encoder"},
    {"Transformer", "custom_decoder", "decoder"},
};

// True where a parameter, or None in its place, is there.
const Exception told_by_parameter[] = {
    {"MultiheadAttention", "bias", "in_proj_bias"},
    {"MultiheadAttention", "add_bias_kv", "bias_k"},
};

// An argument that a child was made with.
const Exception told_by_child[] = {
    {"LinearCrossEntropyLoss", "in_features", "linear"},
    {"LinearCrossEntropyLoss", "bias", "linear"},
};

template <size_t n> const char *find(const Exception (&exceptions)[n], const Row &row, const Argument &argument)
{
    for (const Exception &exception : exceptions)
        if (!std::strcmp(exception.layer, row.name) && !std::strcmp(exception.argument, argument.name))
            return exception.source;
    return nullptr;
}

bool has_tensor(const Dict &tensors, const std::string &name)
{
    const at::Tensor *found = tensors.find(name);
    return found && found->defined();
}

// Also where it is computed from others (prune, weight_norm).
bool has_parameter(const Dict &parameters, const std::string &name)
{
    return has_tensor(parameters, name) || has_tensor(parameters, name + "_orig") ||
           has_tensor(parameters, name + "_g");
}

bool is_slot(const Row &row, const char *name)
{
    for (const char *slot : row.parameters)
        if (!std::strcmp(slot, name))
            return true;
    return false;
}

ObjectPtr child_named(const Saved &parts, const char *name)
{
    for (const auto &child : parts.children)
        if (child.first == name)
            return child.second;
    return nullptr;
}

// The argument of that name and kind that a child has; null when there is none.
const Value *argument_of_child(const Row &row, const Argument &argument, const Saved &parts)
{
    const char *name = find(told_by_child, row, argument);
    ObjectPtr child = name ? child_named(parts, name) : nullptr;
    const Value *found = child ? child->attribute(argument.name) : nullptr;
    bool fits = found && (argument.kind == Kind::integer ? !!found->get<int64_t>() : !!found->get<bool>());
    return fits ? found : nullptr;
}

// A function where there may be a module.
Value function_value(const Argument &argument, const PythonName &name)
{
    std::string last = name.last();
    if (argument.or_text && (last == "relu" || last == "gelu"))
        return last;
    return python_function(name.qualified());
}

// Of what the attributes do not say: from the tensors and children.
Value told_by_parts(const Row &row, const Argument &argument, const Saved &parts)
{
    if (const Value *told = argument_of_child(row, argument, parts))
        return *told;
    if (const char *parameter = find(told_by_parameter, row, argument))
        return has_parameter(parts.parameters, parameter);
    if (argument.kind == Kind::truth && is_slot(row, argument.name))
        return has_parameter(parts.parameters, argument.name);
    if (argument.kind == Kind::tensor && has_tensor(parts.buffers, argument.name))
        return parts.buffers[argument.name];
    const char *name = find(renamed, row, argument);
    ObjectPtr child = argument.kind == Kind::module ? child_named(parts, name ? name : argument.name) : nullptr;
    return child ? Value(child) : argument.standard;
}

void correct(const Row &row, const record *saved, std::vector<Value> &values)
{
    if (!std::strcmp(row.name, "AdaptiveLogSoftmaxWithLoss") && !values[2].sizes().empty())
        values[2] = Sizes{values[2].sizes().slice(0, values[2].sizes().size() - 1).vec()}; // n_classes stands behind
    const record *mode = record_attribute(saved, "mode");
    if (!std::strcmp(row.name, "RNN") && mode && record_is_string(mode, "RNN_RELU"))
        values[3] = "relu"; // before 1.4 it was kept so alone
}

const record *attribute_for(const Row &row, const Argument &argument, const record *saved)
{
    const char *name = find(renamed, row, argument);
    return record_attribute(saved, name && argument.kind != Kind::module ? name : argument.name);
}

} // namespace

Optional<Value> numpy_number(const record *r)
{
    if (!is_call(r, 2))
        return {};
    const record *callable = r->object->callable, *type = r->object->args->list.items[0],
                 *bytes = r->object->args->list.items[1];
    bool is_scalar = record_is_global(callable, "numpy.core.multiarray", "scalar") ||
                     record_is_global(callable, "numpy._core.multiarray", "scalar");
    if (!is_scalar || !is_call(type, 1) || bytes->kind != RECORD_BYTES)
        return {};
    for (const auto &known : numpy_types)
        if (record_is_string(type->object->args->list.items[0], known.type))
            return known.read(bytes);
    return {};
}

std::vector<Value> saved_arguments(const Row &row, const record *saved, const Saved &parts,
                                   std::vector<std::string> *missing)
{
    Adapter adapter;
    std::vector<Value> values;
    for (const Argument &argument : row.arguments) {
        const record *r = attribute_for(row, argument, saved);
        bool is_kept = argument.kind != Kind::device && argument.kind != Kind::dtype && argument.kind != Kind::legacy;
        if (!is_kept || !r || r->kind == RECORD_TENSOR) {
            values.push_back(told_by_parts(row, argument, parts));
            if (argument.is_required && values.back().is_none()) {
                missing->push_back(argument.name);
                values.back() = stand_in(argument);
            }
            continue;
        }
        Optional<PythonName> function = argument.kind == Kind::module ? name_of(r) : Optional<PythonName>();
        values.push_back(function ? function_value(argument, *function)
                                  : bind_one(row, argument, adapter.adapted(argument, r), nullptr));
    }
    correct(row, saved, values);
    return values;
}

} // namespace ct
