// convert.cpp: C arguments to libtorch's types, and back.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

namespace ct {

namespace {

struct TypeRow {
    ct_dtype ours;
    int theirs;        // at::ScalarType's number, which is the same in all releases
    const char *since; // the libtorch that has it
};

constexpr TypeRow dtypes[] = {
    {CT_UINT8, 0, ""},
    {CT_INT8, 1, ""},
    {CT_INT16, 2, ""},
    {CT_INT32, 3, ""},
    {CT_INT64, 4, ""},
    {CT_FLOAT16, 5, ""},
    {CT_FLOAT32, 6, ""},
    {CT_FLOAT64, 7, ""},
    {CT_COMPLEX32, 8, ""},
    {CT_COMPLEX64, 9, ""},
    {CT_COMPLEX128, 10, ""},
    {CT_BOOL, 11, ""},
    {CT_BFLOAT16, 15, ""},
    {CT_QINT8, 12, ""},
    {CT_QUINT8, 13, ""},
    {CT_QINT32, 14, ""},
    {CT_UINT16, 27, "2.6"},
    {CT_UINT32, 28, "2.6"},
    {CT_UINT64, 29, "2.6"},
    {CT_FLOAT8_E4M3FN, 24, "2.6"},
    {CT_FLOAT8_E5M2, 23, "2.6"},
    {CT_FLOAT8_E4M3FNUZ, 26, "2.6"},
    {CT_FLOAT8_E5M2FNUZ, 25, "2.6"},
    {CT_QUINT4X2, 16, ""},
    {CT_QUINT2X4, 17, ""},
    {CT_BITS1X8, 18, "2.6"},
    {CT_BITS2X4, 19, "2.6"},
    {CT_BITS4X2, 20, "2.6"},
    {CT_BITS8, 21, "2.6"},
    {CT_BITS16, 22, "2.6"},
    {CT_UINT1, 30, "2.6"},
    {CT_UINT2, 31, "2.6"},
    {CT_UINT3, 32, "2.6"},
    {CT_UINT4, 33, "2.6"},
    {CT_UINT5, 34, "2.6"},
    {CT_UINT6, 35, "2.6"},
    {CT_UINT7, 36, "2.6"},
    {CT_INT1, 37, "2.6"},
    {CT_INT2, 38, "2.6"},
    {CT_INT3, 39, "2.6"},
    {CT_INT4, 40, "2.6"},
    {CT_INT5, 41, "2.6"},
    {CT_INT6, 42, "2.6"},
    {CT_INT7, 43, "2.6"},
    {CT_FLOAT8_E8M0FNU, 44, "2.7"},
    {CT_FLOAT4_E2M1FN_X2, 45, "2.8"},
    {CT_BCOMPLEX32, 46, "2.14"},
};

// What a type is not in the release at hand: Undefined is the number after its last.
constexpr bool is_known(int theirs)
{
    return theirs < static_cast<int>(at::ScalarType::Undefined);
}

static_assert(static_cast<int>(at::kBFloat16) == 15 && static_cast<int>(at::ScalarType::QUInt2x4) == 17);

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
    for (const TypeRow &row : dtypes)
        if (row.ours == dtype) {
            needs_if(!is_known(row.theirs), ct_dtype_name(dtype), row.since);
            return static_cast<at::ScalarType>(row.theirs);
        }
    fail(CT_ERROR_TYPE, "dtype is " + std::to_string(dtype) + "; expected an element type such as CT_FLOAT32");
}

Optional<at::ScalarType> type_or_none(ct_dtype dtype)
{
    return dtype == CT_DTYPE_NONE ? Optional<at::ScalarType>() : scalar_type(dtype);
}

ct_dtype dtype_of(at::ScalarType type)
{
    for (const TypeRow &row : dtypes)
        if (row.theirs == static_cast<int>(type) && is_known(row.theirs))
            return row.ours;
    return CT_DTYPE_NONE;
}

at::Scalar scalar(ct_scalar value)
{
    if (value.whole == CT_AS_REAL)
        return value.number;
    if (value.whole != 0)
        return value.whole;
    double limit = std::ldexp(1.0, 63);
    if (value.number == std::trunc(value.number) && value.number >= -limit && value.number < limit)
        return static_cast<int64_t>(value.number);
    return value.number;
}

c10::Device device(const char *name)
{
    return c10::Device(std::string(text(name, "device")));
}

Optional<c10::Device> device_or_none(const char *name)
{
    return name ? Optional<c10::Device>(device(name)) : Optional<c10::Device>();
}

Optional<at::Layout> layout_or_none(ct_layout layout)
{
    constexpr at::Layout layouts[] = {at::kStrided,   at::kSparse,    at::kSparseCsr, at::kSparseCsc,
                                      at::kSparseBsr, at::kSparseBsc, at::kMkldnn};
    if (layout == CT_LAYOUT_NONE)
        return Optional<at::Layout>();
    if (layout < CT_STRIDED || layout > CT_MKLDNN)
        fail(CT_ERROR_VALUE, "layout is " + std::to_string(layout) + "; expected a layout such as CT_STRIDED");
    return layouts[layout - CT_STRIDED];
}

Optional<at::Generator> generator_or_none(ct_generator *value, const char *argument)
{
    return value ? Optional<at::Generator>(arg(value, argument)) : Optional<at::Generator>();
}

at::TensorOptions options(ct_dtype dtype, const ct_factory_options &o)
{
    return at::TensorOptions().dtype(type_or_none(dtype)).layout(layout_or_none(o.layout)).device(
        device_or_none(o.device)).pinned_memory(o.pin_memory);
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
