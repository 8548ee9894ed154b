// call_value.hpp: ct_value and libtorch's IValue, by what an operator's schema says.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

#include <ctorch/call.h>

#include <ATen/core/function_schema.h>
#include <ATen/core/stack.h>

namespace ct {

struct Giving;

// One argument or result of an operator.
class Slot {
public:
    explicit Slot(const c10::Argument &argument); // which lives as long as its operator is registered

    const c10::Argument &argument() const { return *declared; }
    const std::string &name() const { return declared->name(); }

    // The value as the operator takes it; false when it does not fit.
    bool take(const ct_value &given, c10::IValue &to) const;

    // Whether a result can be a value, and whether it is a tensor.
    bool can_give() const;
    bool is_one_tensor() const { return kind == tensor && !is_list; }

    // A result as a value, and the bytes that its texts and lists take.
    ct_value give(const c10::IValue &result, Giving &to) const;
    size_t room(const c10::IValue &result) const;

    // "Tensor?", "int[2]"
    std::string type() const;

private:
    enum Kind {
        tensor, integer, real, boolean, string, number, dtype, layout, memory_format, device, generator, other
    };

    static Kind kind_of(const c10::Type &type, const c10::Type &declared);
    bool take_one(const ct_value &given, c10::IValue &to) const;
    bool take_list(const ct_value &given, c10::IValue &to) const;
    bool take_tensors(const ct_value &given, c10::IValue &to) const;
    ct_value give_list(c10::ArrayRef<c10::IValue> results, Giving &to) const;

    const c10::Argument *declared;
    Kind kind; // of a list: its elements'
    bool is_optional = false, is_list = false, has_gaps = false;
};

// Whether a value is Python's None: a NULL is, too.
bool is_none(const ct_value &given);

// What was given, for messages: "2 (int)".
std::string given_text(const ct_value &given);

// The results of an operator as values, whose handles belong to the innermost scope.
void give_all(const std::vector<Slot> &slots, const torch::jit::Stack &results, ct_value *to);

} // namespace ct
