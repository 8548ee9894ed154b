// bind.cpp: from records to a layer's arguments.
// SPDX-License-Identifier: BSD-3-Clause
#include "bind.hpp"

#include "convert.hpp"

namespace ct {

namespace {

size_t count_of(const record *args)
{
    return args ? args->list.count : 0;
}

bool is_list(const record *r)
{
    return r->kind == RECORD_LIST || r->kind == RECORD_TUPLE;
}

Optional<double> real(const record *r)
{
    if (r->kind == RECORD_FLOAT)
        return r->real;
    if (r->kind == RECORD_INT)
        return static_cast<double>(r->integer);
    return {};
}

Optional<int64_t> whole(const record *r, bool or_none)
{
    if (r->kind == RECORD_INT)
        return r->integer;
    if (r->kind == RECORD_NONE && or_none)
        return none_size;
    return {};
}

Optional<Value> sizes(const Argument &argument, const record *r)
{
    Sizes sizes;
    if (auto one = whole(r, argument.or_none)) {
        sizes.numbers.assign(std::max<size_t>(argument.count, 1), *one);
        sizes.is_tuple = argument.is_tuple;
        return Value(sizes);
    }
    if (!is_list(r) || (argument.count && r->list.count != argument.count))
        return {};
    for (size_t i = 0; i < r->list.count; i++) {
        auto one = whole(r->list.items[i], argument.or_none);
        if (!one)
            return {};
        sizes.numbers.push_back(*one);
    }
    return Value(sizes);
}

Optional<Value> scales(const record *r)
{
    Scales scales;
    scales.is_tuple = is_list(r);
    for (size_t i = 0; i < (scales.is_tuple ? r->list.count : 1); i++) {
        auto one = real(scales.is_tuple ? r->list.items[i] : r);
        if (!one)
            return {};
        scales.numbers.push_back(*one);
    }
    return Value(scales);
}

void add_numbers(const record *r, std::vector<double> &numbers, std::vector<int64_t> &shape, size_t depth)
{
    if (auto one = real(r)) {
        numbers.push_back(*one);
        return;
    }
    if (!is_list(r))
        fail(CT_ERROR_VALUE, "torch.tensor holds " + shown(r) + "; expected numbers");
    if (shape.size() == depth)
        shape.push_back(static_cast<int64_t>(r->list.count));
    if (shape[depth] != static_cast<int64_t>(r->list.count))
        fail(CT_ERROR_VALUE, "torch.tensor: expected sequence of length " + std::to_string(shape[depth]) + " at dim " +
                                 std::to_string(depth) + " (got " + std::to_string(r->list.count) + ")");
    for (size_t i = 0; i < r->list.count; i++)
        add_numbers(r->list.items[i], numbers, shape, depth + 1);
}

bool has_a_real(const record *r)
{
    if (!is_list(r))
        return r->kind == RECORD_FLOAT;
    bool found = false;
    for (size_t i = 0; i < r->list.count; i++)
        found = found || has_a_real(r->list.items[i]);
    return found;
}

// torch.tensor([1.0, 2.0])
Optional<Value> tensor(const record *r)
{
    if (r->kind != RECORD_OBJECT || std::string(r->object->callable->global.name) != "tensor" ||
        count_of(r->object->args) != 1)
        return {};
    std::vector<double> numbers;
    std::vector<int64_t> shape;
    const record *list = r->object->args->list.items[0];
    add_numbers(list, numbers, shape, 0);
    at::ScalarType type = has_a_real(list) ? c10::get_default_dtype_as_scalartype() : at::kLong;
    return Value(at::tensor(numbers, at::kDouble).to(type).reshape(shape));
}

Optional<Value> element_type(const record *r)
{
    std::string name = is_word(r) ? word(r) : "";
    for (int dtype = CT_UINT8; name.compare(0, 6, "torch.") == 0 && ct_dtype_size(static_cast<ct_dtype>(dtype));
         dtype++)
        if (name == ct_dtype_name(static_cast<ct_dtype>(dtype)))
            return Value(int64_t{dtype});
    static const std::pair<const char *, ct_dtype> others[] = {
        {"torch.float", CT_FLOAT32}, {"torch.double", CT_FLOAT64}, {"torch.half", CT_FLOAT16}};
    for (auto [other, dtype] : others)
        if (name == other)
            return Value(int64_t{dtype});
    return {};
}

// The list in `torch.Size([2, 3])`, the text in `torch.device('cpu')`; anything else as it is.
const record *unwrapped(const Argument &argument, const record *r)
{
    const char *wrapper = argument.kind == Kind::sizes ? "Size" : argument.kind == Kind::device ? "device" : "";
    bool is_wrapped = r->kind == RECORD_OBJECT && r->object->callable->global.name == std::string(wrapper) &&
                      count_of(r->object->args) == 1;
    return is_wrapped ? r->object->args->list.items[0] : r;
}

// A value of the argument's kind; nothing when the record is none.
Optional<Value> converted(const Argument &argument, const record *given, Construct construct)
{
    const record *r = unwrapped(argument, given);
    if (r->kind == RECORD_GLOBAL && argument.kind == Kind::module && argument.or_text)
        return Value(std::string(r->global.name)); // F.gelu: a function by its name
    if (is_word(r) && (argument.kind == Kind::text || argument.kind == Kind::device || argument.or_text))
        return Value(word(r));
    if (argument.kind == Kind::sizes)
        if (auto value = sizes(argument, r); value && !(r->kind == RECORD_NONE))
            return value;
    if (r->kind == RECORD_NONE && (argument.or_none || argument.kind == Kind::legacy))
        return Value();
    switch (argument.kind) {
    case Kind::integer:
        return r->kind == RECORD_INT ? Value(r->integer) : Optional<Value>();
    case Kind::real:
        return r->kind == RECORD_INT ? Value(r->integer) : real(r) ? Value(*real(r)) : Optional<Value>();
    case Kind::truth:
        return r->kind == RECORD_BOOL ? Value(r->boolean) : Optional<Value>();
    case Kind::legacy:
        return r->kind == RECORD_BOOL ? Value(r->boolean) : real(r) ? Value(*real(r)) : Optional<Value>();
    case Kind::scales:
        return scales(r);
    case Kind::dtype:
        return element_type(r);
    case Kind::tensor:
        return tensor(r);
    case Kind::module:
        return r->kind == RECORD_OBJECT && construct ? Value(construct(r)) : Optional<Value>();
    default:
        return {};
    }
}

std::string expected(const Argument &argument)
{
    static const std::pair<Kind, const char *> names[] = {{Kind::integer, "a whole number"},
                                                          {Kind::real, "a number"},
                                                          {Kind::truth, "True or False"},
                                                          {Kind::text, "a string"},
                                                          {Kind::tensor, "a tensor"},
                                                          {Kind::module, "a module"},
                                                          {Kind::scales, "a number or a tuple of numbers"},
                                                          {Kind::device, "a device such as 'cpu'"},
                                                          {Kind::dtype, "an element type such as torch.float32"},
                                                          {Kind::legacy, "True, False or a number"}};
    std::string text = "a whole number or a tuple of " + (argument.count ? std::to_string(argument.count) : "them");
    for (auto [kind, name] : names)
        if (kind == argument.kind)
            text = name;
    return text + (argument.or_text ? " or a string" : "") + (argument.or_none ? " or None" : "");
}

// What a call gives for each argument of a row; null where it gives nothing.
struct Given {
    Given(const Row &row, const record *call, bool strict) : values(row.arguments.size())
    {
        const record *args = call->object->args, *kwargs = call->object->kwargs;
        if (strict && count_of(args) > values.size())
            fail(CT_ERROR_TYPE, std::string(row.name) + ".__init__() takes at most " + std::to_string(values.size()) +
                                    " arguments but " + std::to_string(count_of(args)) + " were given");
        for (size_t i = 0; i < std::min(count_of(args), values.size()); i++)
            values[i] = args->list.items[i];
        for (size_t i = 0; kwargs && i < kwargs->dict.count; i++)
            put(row, kwargs->dict.pairs[i], strict);
    }

    std::vector<const record *> values;

private:
    void put(const Row &row, const record_pair &pair, bool strict)
    {
        std::string name = word(pair.key);
        for (size_t i = 0; i < values.size(); i++)
            if (name == row.arguments[i].name) {
                if (values[i])
                    fail(CT_ERROR_TYPE,
                         std::string(row.name) + ".__init__() got multiple values for argument '" + name + "'");
                values[i] = pair.value;
                return;
            }
        if (strict)
            fail(CT_ERROR_TYPE,
                 std::string(row.name) + ".__init__() got an unexpected keyword argument '" + name + "'");
    }
};

} // namespace

bool is_word(const record *r)
{
    return r->kind == RECORD_STRING || r->kind == RECORD_GLOBAL;
}

std::string word(const record *r)
{
    if (r->kind == RECORD_STRING)
        return {r->text.chars, r->text.size};
    std::string module = r->global.module;
    return module.empty() ? r->global.name : module + "." + r->global.name;
}

std::string shown(const record *r)
{
    std::unique_ptr<char, void (*)(void *)> text(record_repr(r, 3, 80), std::free);
    if (!text)
        throw std::bad_alloc();
    return text.get();
}

Value bind_one(const Row &row, const Argument &argument, const record *r, Construct construct)
{
    if (auto value = converted(argument, r, construct))
        return *value;
    fail(CT_ERROR_TYPE,
         std::string(row.name) + ": " + argument.name + " is " + shown(r) + "; expected " + expected(argument));
}

Value stand_in(const Argument &argument)
{
    if (argument.kind == Kind::integer)
        return int64_t{1};
    if (argument.kind == Kind::real)
        return 1.0;
    if (argument.kind == Kind::sizes)
        return Sizes{std::vector<int64_t>(std::max<size_t>(argument.count, 1), 1), argument.is_tuple};
    return argument.standard;
}

std::vector<Value> bind(const Row &row, const record *call, Construct construct)
{
    bool takes_anything = row.name == std::string("Identity"); // Identity(*args, **kwargs)
    Given given(row, call, /*strict=*/!takes_anything);
    std::vector<Value> values;
    for (size_t i = 0; i < row.arguments.size(); i++) {
        const Argument &argument = row.arguments[i];
        if (argument.is_required && !given.values[i])
            fail(CT_ERROR_TYPE,
                 std::string(row.name) + ".__init__() missing a required argument: '" + argument.name + "'");
        values.push_back(given.values[i] ? bind_one(row, argument, given.values[i], construct) : argument.standard);
    }
    return values;
}

std::vector<Value> bind_printed(const Row &row, const record *printed, std::vector<std::string> *unknown)
{
    Given given(row, printed, /*strict=*/false);
    std::vector<Value> values;
    for (size_t i = 0; i < row.arguments.size(); i++) {
        const Argument &argument = row.arguments[i];
        if (given.values[i]) {
            values.push_back(bind_one(row, argument, given.values[i], nullptr));
            continue;
        }
        if (argument.is_required)
            unknown->push_back(argument.name);
        values.push_back(argument.is_required ? stand_in(argument) : argument.standard);
    }
    return values;
}

Value free_value(const record *r)
{
    static const Argument kinds[] = {{"", Kind::truth}, {"", Kind::integer}, {"", Kind::real},  {"", Kind::text},
                                     {"", Kind::sizes}, {"", Kind::scales},  {"", Kind::tensor}};
    for (const Argument &kind : kinds)
        if (auto value = converted(kind, r, nullptr))
            return *value;
    return {};
}

} // namespace ct
