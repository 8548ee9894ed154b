/* formats/safetensors_dtype.c: see safetensors_dtype.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/safetensors_dtype.h"

#include <string.h>

/* In the order of the reference implementation, by which it sorts tensors; alignment grows. */
static const safetensors_dtype dtypes[] = {
    {"BOOL", CT_BOOL, 8},
    {"F4", CT_FLOAT4_E2M1FN_X2, 4},
    {"F6_E2M3", CT_DTYPE_NONE, 6},
    {"F6_E3M2", CT_DTYPE_NONE, 6},
    {"U8", CT_UINT8, 8},
    {"I8", CT_INT8, 8},
    {"F8_E5M2", CT_FLOAT8_E5M2, 8},
    {"F8_E4M3", CT_FLOAT8_E4M3FN, 8},
    {"F8_E8M0", CT_FLOAT8_E8M0FNU, 8},
    {"F8_E4M3FNUZ", CT_FLOAT8_E4M3FNUZ, 8},
    {"F8_E5M2FNUZ", CT_FLOAT8_E5M2FNUZ, 8},
    {"I16", CT_INT16, 16},
    {"U16", CT_UINT16, 16},
    {"F16", CT_FLOAT16, 16},
    {"BF16", CT_BFLOAT16, 16},
    {"I32", CT_INT32, 32},
    {"U32", CT_UINT32, 32},
    {"F32", CT_FLOAT32, 32},
    {"C64", CT_COMPLEX64, 64},
    {"F64", CT_FLOAT64, 64},
    {"I64", CT_INT64, 64},
    {"U64", CT_UINT64, 64},
};

const safetensors_dtype *safetensors_dtype_named(const char *name)
{
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        if (strcmp(dtypes[i].name, name) == 0)
            return &dtypes[i];
    return NULL;
}

const safetensors_dtype *safetensors_dtype_of(ct_dtype dtype)
{
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        if (dtypes[i].dtype == dtype && dtype != CT_DTYPE_NONE)
            return &dtypes[i];
    return NULL;
}

int64_t safetensors_per_element(const safetensors_dtype *dtype)
{
    return (int64_t)(8 * ct_dtype_size(dtype->dtype) / dtype->bits);
}
