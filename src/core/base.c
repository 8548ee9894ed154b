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
