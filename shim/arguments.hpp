// arguments.hpp: the arguments of C's constructors as the values that a layer keeps.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"
#include "layer.hpp"

namespace ct {

// make_layer for values that come from C, where CT_NONE and CT_PADDING_SAME go into any list of sizes: those that the
// argument cannot be are refused.
ObjectPtr new_layer(const Row &row, std::vector<Value> values);

// A size for each dimension: `.stride = 2` or `.stride = {2, 1}`. is_tuple: one number is kept as a tuple too.
Value sizes_value(const int64_t *list, size_t count, bool is_tuple);

template <size_t N> Value sizes(const int64_t (&list)[N], bool is_tuple)
{
    return sizes_value(list, N, is_tuple);
}

// The same for a layer of one dimension.
inline Value sizes(int64_t size, bool is_tuple)
{
    return sizes_value(&size, 1, is_tuple);
}

// A size that is required: one number for all dimensions, or, where that is 0, the list, whose zeros are "not given".
Value required_sizes(int64_t side, const int64_t *list, size_t count, bool is_tuple, const char *name);

template <size_t N> Value sizes(int64_t side, const int64_t (&list)[N], bool is_tuple, const char *name)
{
    return required_sizes(side, list, N, is_tuple, name);
}

// A list of any length.
Value tuple_value(const int64_t *values, size_t n, const char *name);

// One number, or up to three: what an input with as many dimensions needs.
Value as_given(const int64_t (&list)[3]);
Value as_given(const double (&list)[3]);

// Where None is CT_NONE, NAN or NULL.
Value integer_or_none(int64_t value);
Value truth_or_none(int64_t value);
Value real_or_none(double value);
Value tensor_or_none(const ct_tensor *value, const char *name);
Value module_or_none(const ct_module *value, const char *name);

inline Value tensor_value(const ct_tensor *value, const char *name)
{
    return arg(value, name);
}

inline Value module_value(const ct_module *value, const char *name)
{
    return arg(value, name);
}

// The module where there is one, else the text.
Value module_or_text(const ct_module *module, const char *name_of_one, const char *name);

Value element_type(ct_dtype dtype);

} // namespace ct
