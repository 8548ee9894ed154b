// value.cpp: values as Python shows them.
// SPDX-License-Identifier: BSD-3-Clause
#include "value.hpp"

#include <charconv>
#include <cmath>

namespace ct {

// The shortest digits that read back the same, with an exponent from 1e16 on and below 1e-4.
std::string repr(double value)
{
    if (std::isnan(value) || std::isinf(value))
        return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    double size = std::fabs(value);
    bool exponent = size != 0 && (size < 1e-4 || size >= 1e16);
    char digits[400];
    auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
    std::string text(digits, std::to_chars(digits, digits + sizeof digits, value, format).ptr);
    return exponent || text.find('.') != std::string::npos ? text : text + ".0";
}

namespace {

std::string element(int64_t value)
{
    return value == none_size ? "None" : std::to_string(value);
}

std::string element(double value)
{
    return repr(value);
}

template <class Number> std::string tuple(const PerDimension<Number> &values)
{
    if (!values.is_tuple && !values.numbers.empty())
        return element(values.numbers[0]);
    std::string result;
    for (const Number &value : values.numbers)
        result += (result.empty() ? "(" : ", ") + element(value);
    return values.numbers.empty() ? "()" : result + (values.numbers.size() == 1 ? ",)" : ")");
}

template <class Number> bool same(const PerDimension<Number> &a, const PerDimension<Number> &b)
{
    return a.numbers == b.numbers;
}

} // namespace

Optional<double> Value::number() const
{
    if (const bool *truth = get<bool>())
        return static_cast<double>(*truth);
    if (const int64_t *integer = get<int64_t>())
        return static_cast<double>(*integer);
    const double *real = get<double>();
    return real ? Optional<double>(*real) : Optional<double>();
}

std::string Value::str() const
{
    return is_text() ? text() : repr();
}

// Modules and tensors never stand between a layer's parentheses.
std::string Value::repr() const
{
    if (const bool *truth = get<bool>())
        return *truth ? "True" : "False";
    if (const int64_t *integer = get<int64_t>())
        return std::to_string(*integer);
    if (const double *real = get<double>())
        return ct::repr(*real);
    if (const std::string *text = get<std::string>())
        return "'" + *text + "'";
    if (const Sizes *sizes = get<Sizes>())
        return tuple(*sizes);
    if (const Scales *scales = get<Scales>())
        return tuple(*scales);
    return is_none() ? "None" : "...";
}

bool Value::operator==(const Value &other) const
{
    if (auto here = number())
        return other.number() == here; // in Python 1 == 1.0 == True
    if (const Sizes *sizes = get<Sizes>())
        return other.get<Sizes>() && same(*sizes, *other.get<Sizes>());
    if (const Scales *scales = get<Scales>())
        return other.get<Scales>() && same(*scales, *other.get<Scales>());
    if (is_text())
        return other.is_text() && text() == other.text();
    return is_none() && other.is_none();
}

} // namespace ct
