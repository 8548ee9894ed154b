// arguments.cpp: the arguments of C's constructors as the values that a layer keeps.
// SPDX-License-Identifier: BSD-3-Clause
#include "arguments.hpp"

#include <algorithm>
#include <cmath>

namespace ct {

static_assert(none_size == CT_NONE);

namespace {

// The numbers of a list, in which all from CT_REPEAT on are as the one before it.
std::vector<int64_t> expanded(const int64_t *list, size_t count)
{
    std::vector<int64_t> numbers(list, list + count);
    for (size_t i = 1; i < count; i++)
        if (numbers[i] == CT_REPEAT)
            std::fill(numbers.begin() + static_cast<ptrdiff_t>(i), numbers.end(), numbers[i - 1]);
    return numbers;
}

// Whether a list was written in braces: one number alone leaves the others as the defaults have them.
bool in_braces(const int64_t *list, size_t count)
{
    return count > 1 && list[1] != CT_REPEAT;
}

// Whether the list of a required size, {0, CT_REPEAT} by default, says anything.
bool is_given(const int64_t *list, size_t count)
{
    return std::any_of(list, list + count, [](int64_t size) { return size != 0 && size != CT_REPEAT; });
}

bool has_none(const Value &value)
{
    const Sizes *sizes = value.get<Sizes>();
    return sizes && std::count(sizes->numbers.begin(), sizes->numbers.end(), none_size) > 0;
}

} // namespace

ObjectPtr new_layer(const Row &row, std::vector<Value> values)
{
    for (size_t i = 0; i < values.size(); i++) {
        const Argument &argument = row.arguments[i];
        if (argument.kind != Kind::sizes)
            continue;
        bool none = !argument.or_none && (values[i].is_none() || has_none(values[i]));
        if (none || (!argument.or_text && values[i].is_text()))
            fail(CT_ERROR_VALUE, std::string(argument.name) + " is " + (none ? "CT_NONE" : "CT_PADDING_SAME") +
                                     "; expected whole numbers");
    }
    return make_layer(row, std::move(values));
}

Value sizes_value(const int64_t *list, size_t count, bool is_tuple)
{
    if (list[0] == CT_PADDING_SAME)
        return "same";
    if (list[0] == CT_NONE && !in_braces(list, count))
        return {};
    return Sizes{expanded(list, count), is_tuple || in_braces(list, count)};
}

Value required_sizes(int64_t side, const int64_t *list, size_t count, bool is_tuple, const char *name)
{
    if (!is_given(list, count)) {
        // No layer takes None alone; it takes None for each dimension.
        return Sizes{std::vector<int64_t>(count, side), is_tuple || side == CT_NONE};
    }
    if (side != 0)
        fail(CT_ERROR_VALUE, std::string(name) + " is given twice, as " + std::to_string(side) + " and as " +
                                 tuple_text(expanded(list, count)) + "; with the list the argument is 0");
    return Sizes{expanded(list, count), is_tuple || in_braces(list, count)};
}

Value tuple_value(const int64_t *values, size_t n, const char *name)
{
    return Sizes{ints(values, n, name).vec(), true};
}

Value as_given(const int64_t (&list)[3])
{
    if (!in_braces(list, 3))
        return list[0] == CT_NONE ? Value() : Sizes{{list[0]}, false};
    const int64_t *end = std::find(list + 1, list + 3, 0);
    return Sizes{{list, end}, true};
}

Value as_given(const double (&list)[3])
{
    if (std::isnan(list[1]))
        return std::isnan(list[0]) ? Value() : Scales{{list[0]}, false};
    const double *end = std::find(list + 1, list + 3, 0.0);
    return Scales{{list, end}, true};
}

Value integer_or_none(int64_t value)
{
    return value == CT_NONE ? Value() : Value(value);
}

Value truth_or_none(int64_t value)
{
    return value == CT_NONE ? Value() : Value(value != 0);
}

Value real_or_none(double value)
{
    return std::isnan(value) ? Value() : Value(value);
}

Value tensor_or_none(const ct_tensor *value, const char *name)
{
    return value ? Value(arg(value, name)) : Value();
}

Value module_or_none(const ct_module *value, const char *name)
{
    return value ? Value(arg(value, name)) : Value();
}

Value module_or_text(const ct_module *module, const char *name_of_one, const char *name)
{
    return module ? Value(arg(module, name)) : Value(text(name_of_one, name));
}

Value element_type(ct_dtype dtype)
{
    return dtype == CT_DTYPE_NONE ? Value() : Value(static_cast<int64_t>(dtype));
}

} // namespace ct
