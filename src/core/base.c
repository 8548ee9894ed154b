/* core/base.c: the names and sizes behind the constants.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/base.h>

#define STRING(x) #x
#define VERSION(major, minor, patch) STRING(major) "." STRING(minor) "." STRING(patch)

static const struct {
    const char *name;
    size_t size;
} dtypes[] = {
    [CT_DTYPE_NONE] = {"none", 0},           [CT_UINT8] = {"torch.uint8", 1},
    [CT_INT8] = {"torch.int8", 1},           [CT_INT16] = {"torch.int16", 2},
    [CT_INT32] = {"torch.int32", 4},         [CT_INT64] = {"torch.int64", 8},
    [CT_FLOAT16] = {"torch.float16", 2},     [CT_FLOAT32] = {"torch.float32", 4},
    [CT_FLOAT64] = {"torch.float64", 8},     [CT_COMPLEX32] = {"torch.complex32", 4},
    [CT_COMPLEX64] = {"torch.complex64", 8}, [CT_COMPLEX128] = {"torch.complex128", 16},
    [CT_BOOL] = {"torch.bool", 1},           [CT_BFLOAT16] = {"torch.bfloat16", 2},
    [CT_QINT8] = {"torch.qint8", 1},         [CT_QUINT8] = {"torch.quint8", 1},
    [CT_QINT32] = {"torch.qint32", 4},
    [CT_UINT16] = {"torch.uint16", 2},
    [CT_UINT32] = {"torch.uint32", 4},
    [CT_UINT64] = {"torch.uint64", 8},
    [CT_FLOAT8_E4M3FN] = {"torch.float8_e4m3fn", 1},
    [CT_FLOAT8_E5M2] = {"torch.float8_e5m2", 1},
    [CT_FLOAT8_E4M3FNUZ] = {"torch.float8_e4m3fnuz", 1},
    [CT_FLOAT8_E5M2FNUZ] = {"torch.float8_e5m2fnuz", 1},
    [CT_QUINT4X2] = {"torch.quint4x2", 1},
    [CT_QUINT2X4] = {"torch.quint2x4", 1},
    [CT_BITS1X8] = {"torch.bits1x8", 1},
    [CT_BITS2X4] = {"torch.bits2x4", 1},
    [CT_BITS4X2] = {"torch.bits4x2", 1},
    [CT_BITS8] = {"torch.bits8", 1},
    [CT_BITS16] = {"torch.bits16", 2},
    [CT_UINT1] = {"torch.uint1", 1},
    [CT_UINT2] = {"torch.uint2", 1},
    [CT_UINT3] = {"torch.uint3", 1},
    [CT_UINT4] = {"torch.uint4", 1},
    [CT_UINT5] = {"torch.uint5", 1},
    [CT_UINT6] = {"torch.uint6", 1},
    [CT_UINT7] = {"torch.uint7", 1},
    [CT_INT1] = {"torch.int1", 1},
    [CT_INT2] = {"torch.int2", 1},
    [CT_INT3] = {"torch.int3", 1},
    [CT_INT4] = {"torch.int4", 1},
    [CT_INT5] = {"torch.int5", 1},
    [CT_INT6] = {"torch.int6", 1},
    [CT_INT7] = {"torch.int7", 1},
    [CT_FLOAT8_E8M0FNU] = {"torch.float8_e8m0fnu", 1},
    [CT_FLOAT4_E2M1FN_X2] = {"torch.float4_e2m1fn_x2", 1},
    [CT_BCOMPLEX32] = {"torch.bcomplex32", 4},
};

static const char *const statuses[] = {
    [CT_OK] = "CT_OK",
    [CT_ERROR_VALUE] = "CT_ERROR_VALUE",
    [CT_ERROR_TYPE] = "CT_ERROR_TYPE",
    [CT_ERROR_INDEX] = "CT_ERROR_INDEX",
    [CT_ERROR_KEY] = "CT_ERROR_KEY",
    [CT_ERROR_RUNTIME] = "CT_ERROR_RUNTIME",
    [CT_ERROR_NOT_IMPLEMENTED] = "CT_ERROR_NOT_IMPLEMENTED",
    [CT_ERROR_MEMORY] = "CT_ERROR_MEMORY",
    [CT_ERROR_IO] = "CT_ERROR_IO",
    [CT_ERROR_FORMAT] = "CT_ERROR_FORMAT",
    [CT_ERROR_INTERNAL] = "CT_ERROR_INTERNAL",
};

static size_t dtype_row(ct_dtype dtype)
{
    size_t row = (size_t)dtype;
    return row < sizeof dtypes / sizeof *dtypes ? row : CT_DTYPE_NONE;
}

const char *ct_dtype_name(ct_dtype dtype)
{
    return dtypes[dtype_row(dtype)].name;
}

size_t ct_dtype_size(ct_dtype dtype)
{
    return dtypes[dtype_row(dtype)].size;
}

const char *ct_status_name(ct_status status)
{
    size_t row = (size_t)status;
    return row < sizeof statuses / sizeof *statuses ? statuses[row] : "not a status";
}

const char *ct_version(void)
{
    return VERSION(CT_VERSION_MAJOR, CT_VERSION_MINOR, CT_VERSION_PATCH);
}
