// value.hpp: what Python keeps in an attribute: the arguments of a layer, and whatever is set on a module of one's own.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"

#include <ctorch/value.h>

#include <string>
#include <variant>
#include <vector>

namespace ct {

class Object;
using ObjectPtr = std::shared_ptr<Object>;

// Anything else: a list, a dict, an object of Python's, with what keeps everything in it (kept.hpp).
struct KeptValue {
    std::shared_ptr<const void> home;
    ct_value value;
};

// A number for each dimension. Python remembers whether it was given a tuple or one number, and prints it so.
template <class Number> struct PerDimension {
    std::vector<Number> numbers;
    bool is_tuple = true;
};
using Sizes = PerDimension<int64_t>;
using Scales = PerDimension<double>;

// None stands in a list of sizes as this number (CT_NONE).
inline constexpr int64_t none_size = INT64_MIN + 2;

class Value {
public:
    Value() = default; // None
    Value(bool truth) : held(truth) {}
    Value(int64_t integer) : held(integer) {}
    Value(double real) : held(real) {}
    Value(std::string text) : held(std::move(text)) {}
    Value(const char *text)
    {
        if (text)
            held = std::string(text);
    }
    Value(Sizes sizes) : held(std::move(sizes)) {}
    Value(Scales scales) : held(std::move(scales)) {}
    Value(at::Tensor tensor)
    {
        if (tensor.defined())
            held = std::move(tensor);
    }
    Value(ObjectPtr module)
    {
        if (module)
            held = std::move(module);
    }
    Value(KeptValue kept) : held(std::move(kept)) {}

    bool is_none() const { return std::holds_alternative<std::monostate>(held); }
    bool has_type_of(const Value &other) const { return held.index() == other.held.index(); }
    Optional<double> number() const; // of a bool, an int or a float; nothing for the rest
    bool is_text() const { return std::holds_alternative<std::string>(held); }
    template <class Type> const Type *get() const { return std::get_if<Type>(&held); }

    // For a value whose kind is known; the table's binding has seen to it.
    bool truth() const { return std::get<bool>(held); }
    int64_t integer() const { return std::get<int64_t>(held); }
    double real() const { return number().value(); } // 2 where Python was given 2, and prints it so
    const std::string &text() const { return std::get<std::string>(held); }
    at::IntArrayRef sizes() const { return std::get<Sizes>(held).numbers; }
    const std::vector<double> &scales() const { return std::get<Scales>(held).numbers; }

    // The same, where it may be None.
    template <class Type> Optional<Type> optional() const
    {
        if constexpr (std::is_same_v<Type, double>)
            return number();
        const Type *value = get<Type>();
        return value ? Optional<Type>(*value) : Optional<Type>();
    }
    at::Tensor tensor() const { return optional<at::Tensor>().value_or(at::Tensor()); }
    ObjectPtr module() const { return optional<ObjectPtr>().value_or(nullptr); }

    // What str() and repr() give in Python.
    std::string str() const;
    std::string repr() const;

    bool operator==(const Value &other) const;
    bool operator!=(const Value &other) const { return !(*this == other); }

private:
    std::variant<std::monostate, bool, int64_t, double, std::string, Sizes, Scales, at::Tensor, ObjectPtr, KeptValue>
        held;
};

// Python's repr of a float.
std::string repr(double value);

} // namespace ct
