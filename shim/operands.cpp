// operands.cpp: what the functions of ctorch/ops/ take and give, as libtorch has it.
// SPDX-License-Identifier: BSD-3-Clause
#include "operands.hpp"

#include <ATen/core/Reduction.h>

namespace ct::operands {

namespace {

void check_list(const void *values, size_t n, const char *argument)
{
    if (!values && n > 0)
        fail_null(argument);
}

} // namespace

Optional<at::Tensor> tensor_or_none(const ct_tensor *value, const char *argument)
{
    return value ? Optional<at::Tensor>(arg(value, argument)) : Optional<at::Tensor>();
}

Optional<at::MemoryFormat> memory_format_or_none(ct_memory_format format)
{
    constexpr at::MemoryFormat formats[] = {at::MemoryFormat::Contiguous, at::MemoryFormat::Preserve,
                                            at::MemoryFormat::ChannelsLast, at::MemoryFormat::ChannelsLast3d};
    if (format == CT_MEMORY_FORMAT_NONE)
        return Optional<at::MemoryFormat>();
    if (format < CT_CONTIGUOUS_FORMAT || format > CT_CHANNELS_LAST_3D)
        fail(CT_ERROR_VALUE, "memory_format is " + std::to_string(format) +
                                 "; expected a memory format such as CT_CHANNELS_LAST");
    return formats[format - CT_CONTIGUOUS_FORMAT];
}

at::MemoryFormat memory_format(ct_memory_format format)
{
    if (format == CT_MEMORY_FORMAT_NONE)
        fail(CT_ERROR_VALUE, "memory_format is CT_MEMORY_FORMAT_NONE; expected one such as CT_CONTIGUOUS_FORMAT");
    return *memory_format_or_none(format);
}

Optional<at::Scalar> scalar_or_none(ct_scalar value)
{
    return std::isnan(value.number) ? Optional<at::Scalar>() : Optional<at::Scalar>(scalar(value));
}

int64_t reduction(const char *text)
{
    std::string name = ct::text(text, "reduction");
    if (name == "mean")
        return at::Reduction::Mean;
    if (name == "sum")
        return at::Reduction::Sum;
    if (name == "none")
        return at::Reduction::None;
    fail(CT_ERROR_VALUE, name + " is not a valid value for reduction; expected mean, sum or none");
}

at::OptionalIntArrayRef ints_or_none(const int64_t *values, size_t n, const char *argument)
{
    return values ? at::OptionalIntArrayRef(ints(values, n, argument))
                  : (check_list(values, n, argument), at::OptionalIntArrayRef());
}

at::OptionalIntArrayRef ints_or_none(const ct_ints &given)
{
    return given.data ? at::OptionalIntArrayRef(at::IntArrayRef(given.data, given.n)) : at::OptionalIntArrayRef();
}

at::ArrayRef<double> reals(const double *values, size_t n, const char *argument)
{
    check_list(values, n, argument);
    return {values, n};
}

Optional<at::ArrayRef<double>> reals_or_none(const double *values, size_t n, const char *argument)
{
    check_list(values, n, argument);
    return reals_or_none({values, n});
}

Optional<at::ArrayRef<double>> reals_or_none(const ct_floats &given)
{
    return given.data ? Optional<at::ArrayRef<double>>(at::ArrayRef<double>(given.data, given.n))
                      : Optional<at::ArrayRef<double>>();
}

std::vector<at::Scalar> scalars(const ct_scalar *values, size_t n, const char *argument)
{
    check_list(values, n, argument);
    std::vector<at::Scalar> result;
    for (size_t i = 0; i < n; i++)
        result.push_back(scalar(values[i]));
    return result;
}

c10::List<Optional<at::Tensor>> optional_tensors(ct_tensor *const *values, size_t n, const char *argument)
{
    c10::List<Optional<at::Tensor>> result;
    for (const at::Tensor &tensor : tensors_or_none(values, n, argument))
        result.push_back(tensor.defined() ? Optional<at::Tensor>(tensor) : Optional<at::Tensor>());
    return result;
}

ct_scalar scalar_of(const at::Scalar &value)
{
    if (value.isFloatingPoint())
        return ct_real(value.toDouble());
    return ct_int(value.toLong());
}

const char *scheme_name(at::QScheme scheme)
{
    return lend(at::toString(scheme));
}

void Results::add(const at::Tensor &result, ct_tensor **place)
{
    if (place)
        handles.emplace_back(box_or_null(result), place);
}

void Results::add(const std::vector<at::Tensor> &results, const Places &places)
{
    check_list(places.at, places.n, places.argument);
    if (results.size() != places.n)
        fail(CT_ERROR_VALUE, "there are " + std::to_string(results.size()) + " " + places.argument + "; " +
                                 std::to_string(places.n) + " were asked for");
    for (size_t i = 0; i < places.n; i++)
        add(results[i], places.at[i]);
}

void Results::write() const
{
    for (auto [handle, place] : handles)
        *place = handle;
}

void hand_out(const std::vector<at::Tensor> &results, const Places &places)
{
    Results handles;
    handles.add(results, places);
    handles.write();
}

} // namespace ct::operands
