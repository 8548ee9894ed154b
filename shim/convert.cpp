// convert.cpp: C arguments to libtorch's types, and back.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

namespace ct {

namespace {

constexpr std::pair<ct_dtype, at::ScalarType> dtypes[] = {
    {CT_UINT8, at::kByte},
    {CT_INT8, at::kChar},
    {CT_INT16, at::kShort},
    {CT_INT32, at::kInt},
    {CT_INT64, at::kLong},
    {CT_FLOAT16, at::kHalf},
    {CT_FLOAT32, at::kFloat},
    {CT_FLOAT64, at::kDouble},
    {CT_COMPLEX32, at::kComplexHalf},
    {CT_COMPLEX64, at::kComplexFloat},
    {CT_COMPLEX128, at::kComplexDouble},
    {CT_BOOL, at::kBool},
    {CT_BFLOAT16, at::kBFloat16},
};

// An element's name costs an allocation, so it is made only for the error.
template <class Handle> const Held<Handle> &element(Handle *value, const char *argument, size_t i)
{
    return arg(value, is_live(value) ? "" : (std::string(argument) + "[" + std::to_string(i) + "]").c_str());
}

template <class Handle> std::vector<Held<Handle>> list(Handle *const *values, size_t n, const char *argument)
{
    if (!values && n > 0)
        fail_null(argument);
    std::vector<Held<Handle>> result;
    result.reserve(n);
    for (size_t i = 0; i < n; i++)
        result.push_back(element(values[i], argument, i));
    return result;
}

} // namespace

at::IntArrayRef ints(const int64_t *values, size_t n, const char *argument)
{
    if (!values && n > 0)
        fail_null(argument);
    return {values, n};
}

std::vector<at::Tensor> tensors(ct_tensor *const *values, size_t n, const char *argument)
{
    return list(values, n, argument);
}

Tensors tensors_or_none(ct_tensor *const *values, size_t n, const char *argument)
{
    if (!values && n > 0)
        fail_null(argument);
    Tensors result;
    for (size_t i = 0; i < n; i++)
        result.push_back(values[i] ? element(values[i], argument, i) : at::Tensor());
    return result;
}

std::vector<ObjectPtr> modules(ct_module *const *values, size_t n, const char *argument)
{
    return list(values, n, argument);
}

const char *text(const char *value, const char *argument)
{
    return value ? value : (fail_null(argument), nullptr);
}

at::ScalarType scalar_type(ct_dtype dtype)
{
    for (auto [ours, theirs] : dtypes)
        if (ours == dtype)
            return theirs;
    fail(CT_ERROR_TYPE, "dtype is " + std::to_string(dtype) + "; expected an element type such as CT_FLOAT32");
}

Optional<at::ScalarType> type_or_none(ct_dtype dtype)
{
    return dtype == CT_DTYPE_NONE ? Optional<at::ScalarType>() : scalar_type(dtype);
}

ct_dtype dtype_of(at::ScalarType type)
{
    for (auto [ours, theirs] : dtypes)
        if (theirs == type)
            return ours;
    return CT_DTYPE_NONE;
}

at::Scalar scalar(ct_scalar value)
{
    return value.is_real ? at::Scalar(value.value.d) : at::Scalar(value.value.i);
}

c10::Device device(const char *name)
{
    return c10::Device(std::string(text(name, "device")));
}

at::Tensor converted(const at::Tensor &tensor, const ct_to_options &to)
{
    return tensor.to(to.device ? device(to.device) : tensor.device(),
                     to.dtype == CT_DTYPE_NONE ? tensor.scalar_type() : scalar_type(to.dtype));
}

RandomState::RandomState()
{
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    state = generator.get_state();
}

void RandomState::restore() const
{
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(state);
}

std::string joined(at::IntArrayRef values)
{
    std::string result;
    for (size_t i = 0; i < values.size(); i++)
        result += (i ? ", " : "") + std::to_string(values[i]);
    return result;
}

std::string tuple_text(at::IntArrayRef values)
{
    return "(" + joined(values) + (values.size() == 1 ? ",)" : ")");
}

} // namespace ct
