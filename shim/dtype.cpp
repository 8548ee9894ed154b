// dtype.cpp: include/ctorch/dtype.h, as far as it asks libtorch; the rest is in src/dtype/.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

#include <c10/core/DefaultDtype.h>
#include <ctorch/dtype.h>

using namespace ct;

namespace {

bool is_available(ct_dtype dtype)
{
    // Undefined is the number after the release's last type.
    for (int i = 0; i < static_cast<int>(at::ScalarType::Undefined); i++)
        if (dtype != CT_DTYPE_NONE && dtype_of(static_cast<at::ScalarType>(i)) == dtype)
            return true;
    return false;
}

void set_default(at::ScalarType type)
{
    // The default complex type is made of the default one, which libtorch can do of these alone.
    if (type != at::kHalf && type != at::kBFloat16 && type != at::kFloat && type != at::kDouble)
        fail(CT_ERROR_TYPE, std::string("dtype is ") + ct_dtype_name(dtype_of(type)) +
                                "; expected CT_FLOAT16, CT_BFLOAT16, CT_FLOAT32 or CT_FLOAT64");
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(type));
}

} // namespace

bool ct_dtype_is_available(ct_dtype dtype)
{
    return guard_or(false, [&] { return is_available(dtype); });
}

ct_dtype ct_get_default_dtype(void)
{
    return guard_or(CT_DTYPE_NONE, [&] { return dtype_of(c10::get_default_dtype_as_scalartype()); });
}

ct_status ct_set_default_dtype(ct_dtype dtype)
{
    return guard([&] { set_default(scalar_type(dtype)); });
}
