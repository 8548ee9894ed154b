/* dtype/dtype.c: what of ctorch/dtype.h does not depend on the libtorch at hand.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/error.h"
#include "core/scope.h"

#include <ctorch/dtype.h>

#include <math.h>
#include <string.h>

typedef enum dtype_kind {
    NO_TYPE,
    SIGNED_WHOLE,
    UNSIGNED_WHOLE,
    SIGNED_REAL,
    UNSIGNED_REAL,
    COMPLEX,
    TRUTH,
    SIGNED_QUANTIZED,
    UNSIGNED_QUANTIZED,
    SIGNED_SHELL, /* whole numbers of fewer bits than a byte, with which libtorch itself computes nothing */
    UNSIGNED_SHELL,
    BITS
} dtype_kind;

static dtype_kind dtype_kind_of(ct_dtype dtype)
{
    switch (dtype) {
    case CT_INT8:
    case CT_INT16:
    case CT_INT32:
    case CT_INT64:
        return SIGNED_WHOLE;
    case CT_UINT8:
    case CT_UINT16:
    case CT_UINT32:
    case CT_UINT64:
        return UNSIGNED_WHOLE;
    case CT_FLOAT16:
    case CT_BFLOAT16:
    case CT_FLOAT32:
    case CT_FLOAT64:
    case CT_FLOAT8_E4M3FN:
    case CT_FLOAT8_E5M2:
    case CT_FLOAT8_E4M3FNUZ:
    case CT_FLOAT8_E5M2FNUZ:
    case CT_FLOAT4_E2M1FN_X2:
        return SIGNED_REAL;
    case CT_FLOAT8_E8M0FNU:
        return UNSIGNED_REAL;
    case CT_COMPLEX32:
    case CT_COMPLEX64:
    case CT_COMPLEX128:
    case CT_BCOMPLEX32:
        return COMPLEX;
    case CT_BOOL:
        return TRUTH;
    case CT_QINT8:
    case CT_QINT32:
        return SIGNED_QUANTIZED;
    case CT_QUINT8:
    case CT_QUINT4X2:
    case CT_QUINT2X4:
        return UNSIGNED_QUANTIZED;
    case CT_INT1:
    case CT_INT2:
    case CT_INT3:
    case CT_INT4:
    case CT_INT5:
    case CT_INT6:
    case CT_INT7:
        return SIGNED_SHELL;
    case CT_UINT1:
    case CT_UINT2:
    case CT_UINT3:
    case CT_UINT4:
    case CT_UINT5:
    case CT_UINT6:
    case CT_UINT7:
        return UNSIGNED_SHELL;
    case CT_BITS1X8:
    case CT_BITS2X4:
    case CT_BITS4X2:
    case CT_BITS8:
    case CT_BITS16:
        return BITS;
    case CT_DTYPE_NONE:
        break;
    }
    return NO_TYPE;
}

/* The kind of a type that a caller gave; NO_TYPE when that is a failure, or the scope has failed. */
static dtype_kind dtype_checked(ct_dtype dtype, const char *function)
{
    if (scope_failure() != CT_OK)
        return NO_TYPE;
    dtype_kind kind = dtype_kind_of(dtype);
    if (kind == NO_TYPE)
        core_fail(CT_ERROR_TYPE, "%s: dtype is %d; expected an element type such as CT_FLOAT32", function, (int)dtype);
    return kind;
}

/* ---- Names ---- */

static const struct {
    const char *name;
    ct_dtype dtype;
} other_names[] = {
    {"half", CT_FLOAT16},       {"float", CT_FLOAT32}, {"double", CT_FLOAT64},  {"short", CT_INT16},
    {"int", CT_INT32},          {"long", CT_INT64},    {"chalf", CT_COMPLEX32}, {"cfloat", CT_COMPLEX64},
    {"cdouble", CT_COMPLEX128}, {"bit", CT_UINT1},
};

ct_dtype ct_dtype_parse(const char *name)
{
    static const char prefix[] = "torch.";
    if (scope_failure() != CT_OK)
        return CT_DTYPE_NONE;
    if (!name) {
        core_fail_null("ct_dtype_parse", "name");
        return CT_DTYPE_NONE;
    }
    const char *word = strncmp(name, prefix, strlen(prefix)) == 0 ? name + strlen(prefix) : name;
    for (int i = 1; dtype_kind_of((ct_dtype)i) != NO_TYPE; i++)
        if (strcmp(word, ct_dtype_name((ct_dtype)i) + strlen(prefix)) == 0)
            return (ct_dtype)i;
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (strcmp(word, other_names[i].name) == 0)
            return other_names[i].dtype;
    core_fail(CT_ERROR_VALUE, "ct_dtype_parse: name is \"%s\"; expected an element type such as \"float32\"", name);
    return CT_DTYPE_NONE;
}

/* ---- Kinds ---- */

bool ct_dtype_is_floating_point(ct_dtype dtype)
{
    dtype_kind kind = dtype_checked(dtype, "ct_dtype_is_floating_point");
    return kind == SIGNED_REAL || kind == UNSIGNED_REAL;
}

bool ct_dtype_is_complex(ct_dtype dtype)
{
    return dtype_checked(dtype, "ct_dtype_is_complex") == COMPLEX;
}

bool ct_dtype_is_signed(ct_dtype dtype)
{
    dtype_kind kind = dtype_checked(dtype, "ct_dtype_is_signed");
    if (kind == SIGNED_QUANTIZED || kind == UNSIGNED_QUANTIZED || kind == BITS)
        core_fail(CT_ERROR_TYPE, "ct_dtype_is_signed: dtype is %s; quantized types and bits have no sign of their own",
                  ct_dtype_name(dtype));
    return kind == SIGNED_WHOLE || kind == SIGNED_REAL || kind == COMPLEX || kind == SIGNED_SHELL;
}

/* ---- Limits ---- */

static const ct_float_info no_float_info = {0, NAN, NAN, NAN, NAN, NAN, NAN, CT_DTYPE_NONE};

#define FLOAT_INFO(dtype, bits, eps, max, min, tiny, resolution) {bits, eps, max, min, tiny, tiny, resolution, dtype}

static const ct_float_info float_infos[] = {
    FLOAT_INFO(CT_FLOAT16, 16, 0x1p-10, 65504, -65504, 0x1p-14, 1e-3),
    FLOAT_INFO(CT_BFLOAT16, 16, 0x1p-7, 0x1.fep127, -0x1.fep127, 0x1p-126, 1e-2),
    FLOAT_INFO(CT_FLOAT32, 32, 0x1p-23, 0x1.fffffep127, -0x1.fffffep127, 0x1p-126, 1e-6),
    FLOAT_INFO(CT_FLOAT64, 64, 0x1p-52, 0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023, 0x1p-1022, 1e-15),
    FLOAT_INFO(CT_FLOAT8_E4M3FN, 8, 0x1p-3, 448, -448, 0x1p-6, 1),
    FLOAT_INFO(CT_FLOAT8_E5M2, 8, 0x1p-2, 57344, -57344, 0x1p-14, 1),
    FLOAT_INFO(CT_FLOAT8_E4M3FNUZ, 8, 0x1p-3, 240, -240, 0x1p-7, 1),
    /* eps is what PyTorch says; the step after 1 is 0x1p-2. */
    FLOAT_INFO(CT_FLOAT8_E5M2FNUZ, 8, 0x1p-3, 57344, -57344, 0x1p-15, 1),
    FLOAT_INFO(CT_FLOAT8_E8M0FNU, 8, 1, 0x1p127, 0x1p-127, 0x1p-127, 1),
};

/* The type of a complex number's parts; any other type is its own. */
static ct_dtype part(ct_dtype dtype)
{
    switch (dtype) {
    case CT_COMPLEX32:
        return CT_FLOAT16;
    case CT_COMPLEX64:
        return CT_FLOAT32;
    case CT_COMPLEX128:
        return CT_FLOAT64;
    case CT_BCOMPLEX32:
        return CT_BFLOAT16;
    default:
        return dtype;
    }
}

ct_float_info ct_finfo(ct_dtype dtype)
{
    if (dtype_checked(dtype, "ct_finfo") == NO_TYPE)
        return no_float_info;
    for (size_t i = 0; i < sizeof float_infos / sizeof *float_infos; i++)
        if (float_infos[i].dtype == part(dtype))
            return float_infos[i];
    core_fail(CT_ERROR_TYPE, "ct_finfo: dtype is %s; expected a floating point or complex type, such as CT_FLOAT32",
              ct_dtype_name(dtype));
    return no_float_info;
}

ct_int_info ct_iinfo(ct_dtype dtype)
{
    int bits = (int)(8 * ct_dtype_size(dtype));
    switch (dtype_checked(dtype, "ct_iinfo")) {
    case SIGNED_WHOLE:
    case SIGNED_QUANTIZED:
        return (ct_int_info){bits, -(INT64_MAX >> (64 - bits)) - 1, (uint64_t)(INT64_MAX >> (64 - bits)), dtype};
    case UNSIGNED_WHOLE:
    case UNSIGNED_QUANTIZED:
        return (ct_int_info){bits, 0, UINT64_MAX >> (64 - bits), dtype};
    case NO_TYPE:
        break;
    default:
        core_fail(CT_ERROR_TYPE, "ct_iinfo: dtype is %s; expected a type of whole numbers, such as CT_INT64",
                  ct_dtype_name(dtype));
    }
    return (ct_int_info){0, 0, 0, CT_DTYPE_NONE};
}
