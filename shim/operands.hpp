// operands.hpp: what the functions of ctorch/ops/ take and give, as libtorch has it.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

#include <algorithm>
#include <array>

// A namespace of its own: layers make values of what may be None, under the same names.
namespace ct::operands {

// ---- What may be None ----

Optional<at::Tensor> tensor_or_none(const ct_tensor *value, const char *argument);
Optional<at::MemoryFormat> memory_format_or_none(ct_memory_format format);
Optional<at::Scalar> scalar_or_none(ct_scalar value);

inline Optional<int64_t> int_or_none(int64_t value)
{
    return value == CT_NONE ? Optional<int64_t>() : Optional<int64_t>(value);
}

inline Optional<double> real_or_none(double value)
{
    return std::isnan(value) ? Optional<double>() : Optional<double>(value);
}

inline Optional<bool> bool_or_none(int64_t value)
{
    return value == CT_NONE ? Optional<bool>() : Optional<bool>(value != 0);
}

inline Optional<c10::string_view> text_or_none(const char *value)
{
    return value ? Optional<c10::string_view>(value) : Optional<c10::string_view>();
}

// ---- What must be given ----

at::MemoryFormat memory_format(ct_memory_format format);

// "mean", "sum" or "none", as losses are told how to come to one number.
int64_t reduction(const char *text);

// ---- Lists ----

at::OptionalIntArrayRef ints_or_none(const int64_t *values, size_t n, const char *argument);
at::OptionalIntArrayRef ints_or_none(const ct_ints &given);
at::ArrayRef<double> reals(const double *values, size_t n, const char *argument);
Optional<at::ArrayRef<double>> reals_or_none(const double *values, size_t n, const char *argument);
Optional<at::ArrayRef<double>> reals_or_none(const ct_floats &given);
std::vector<at::Scalar> scalars(const ct_scalar *values, size_t n, const char *argument);
c10::List<Optional<at::Tensor>> optional_tensors(ct_tensor *const *values, size_t n, const char *argument);

// A list of fixed size, of which one number may stand for all: libtorch reads so many whatever it is given.
template <size_t count>
std::array<int64_t, count> numbers(const int64_t *values, size_t n, const char *argument)
{
    at::IntArrayRef given = ints(values, n, argument);
    if (n != count && n != 1)
        fail(CT_ERROR_VALUE, std::string(argument) + " has " + std::to_string(n) + " numbers; expected " +
                                 std::to_string(count) + ", or one for all");
    std::array<int64_t, count> result;
    for (size_t i = 0; i < count; i++)
        result[i] = given[n == 1 ? 0 : i];
    return result;
}

// A list that need not be given, and what it is then.
template <int64_t... Default> at::IntArrayRef ints_or(const ct_ints &given)
{
    static constexpr std::array<int64_t, sizeof...(Default)> otherwise = {Default...};
    return given.data ? at::IntArrayRef(given.data, given.n) : at::IntArrayRef(otherwise.data(), otherwise.size());
}

// One number for each dimension; from CT_REPEAT on, all are as the one before; CT_NONE is no number at all.
template <size_t n> at::IntArrayRef sized(int64_t (&values)[n])
{
    for (size_t i = 1; i < n; i++)
        if (values[i] == CT_REPEAT)
            std::fill(values + i, values + n, values[i - 1]);
    return {values, values[0] == CT_NONE ? 0 : n};
}

inline at::IntArrayRef sized(int64_t &value)
{
    return {&value, value == CT_NONE ? size_t{0} : size_t{1}};
}

// ---- Results ----

ct_scalar scalar_of(const at::Scalar &value);
const char *scheme_name(at::QScheme scheme);

// Where a list of results goes, which has as many as the caller expects.
struct Places {
    ct_tensor **const *at;
    size_t n;
    const char *argument;
};

inline Places places(ct_tensor **const *at, size_t n, const char *argument)
{
    return {at, n, argument};
}

void hand_out(const std::vector<at::Tensor> &results, const Places &places);

// What is to be written where, once all that can fail has been done. A place may be NULL: not wanted.
class Results {
public:
    void add(const at::Tensor &result, ct_tensor **place);
    void add(const std::vector<at::Tensor> &results, const Places &places);
    template <class Number> void add(Number result, Number *place)
    {
        if (place)
            *place = result;
    }
    void write() const;

private:
    std::vector<std::pair<ct_tensor *, ct_tensor **>> handles;
};

// Several results of one call, tensors and lists of them.
template <class... Values, class... Where> void hand_out(const std::tuple<Values...> &results, Where... where)
{
    Results handles;
    std::apply([&](const auto &...result) { (handles.add(result, where), ...); }, results);
    handles.write();
}

} // namespace ct::operands
