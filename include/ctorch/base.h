/* ctorch/base.h: what every other header stands on: export, status codes, element types, versions.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_BASE_H
#define CTORCH_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CT_VERSION_MAJOR 0
#define CT_VERSION_MINOR 1
#define CT_VERSION_PATCH 0

#ifdef __cplusplus
#define CT_BEGIN_DECLS extern "C" {
#define CT_END_DECLS }
#else
#define CT_BEGIN_DECLS
#define CT_END_DECLS
#endif

#if defined(__GNUC__)
#define CT_API __attribute__((visibility("default")))
#else
#define CT_API
#endif

CT_BEGIN_DECLS

/* What a function that makes nothing returns. The names are those of Python's exceptions; the numbers never change. */
typedef enum ct_status {
    CT_OK = 0,
    CT_ERROR_VALUE = 1,           /* an argument's value: NULL, out of range, a size that does not fit */
    CT_ERROR_TYPE = 2,            /* a handle or an element type of the wrong kind */
    CT_ERROR_INDEX = 3,           /* an index out of range */
    CT_ERROR_KEY = 4,             /* a name that is missing, taken or not allowed */
    CT_ERROR_RUNTIME = 5,         /* libtorch refused: shapes that do not fit, for example */
    CT_ERROR_NOT_IMPLEMENTED = 6, /* this module, libtorch release or build cannot do it */
    CT_ERROR_MEMORY = 7,          /* out of memory, of the host or of the device */
    CT_ERROR_IO = 8,              /* a file could not be opened, read or written */
    CT_ERROR_FORMAT = 9,          /* a file is damaged, or not of the format that was expected */
    CT_ERROR_INTERNAL = 10        /* a fault of ctorch or of libtorch: please report it */
} ct_status;

/* Element types. The numbers never change and are ctorch's own, the same on every libtorch release; those that the
 * release at hand lacks are CT_ERROR_NOT_IMPLEMENTED (ct_dtype_is_available, dtype.h).
 * 0 is none of them: the default type where a tensor is made from nothing, and an error where data has a type. */
typedef enum ct_dtype {
    CT_DTYPE_NONE = 0, /* "not given": an option left at its default */
    CT_UINT8 = 1,
    CT_INT8 = 2,
    CT_INT16 = 3,
    CT_INT32 = 4,
    CT_INT64 = 5,
    CT_FLOAT16 = 6,
    CT_FLOAT32 = 7,
    CT_FLOAT64 = 8,
    CT_COMPLEX32 = 9,
    CT_COMPLEX64 = 10,
    CT_COMPLEX128 = 11,
    CT_BOOL = 12,
    CT_BFLOAT16 = 13,
    CT_QINT8 = 14, /* of quantized tensors, as the next two */
    CT_QUINT8 = 15,
    CT_QINT32 = 16,
    CT_UINT16 = 17, /* these and those below need libtorch 2.6, but for the quint types */
    CT_UINT32 = 18,
    CT_UINT64 = 19,
    CT_FLOAT8_E4M3FN = 20,
    CT_FLOAT8_E5M2 = 21,
    CT_FLOAT8_E4M3FNUZ = 22,
    CT_FLOAT8_E5M2FNUZ = 23,
    CT_QUINT4X2 = 24, /* two elements a byte */
    CT_QUINT2X4 = 25, /* four */
    CT_BITS1X8 = 26,
    CT_BITS2X4 = 27,
    CT_BITS4X2 = 28,
    CT_BITS8 = 29,
    CT_BITS16 = 30,
    CT_UINT1 = 31, /* shells for what extensions compute with, as the next thirteen */
    CT_UINT2 = 32,
    CT_UINT3 = 33,
    CT_UINT4 = 34,
    CT_UINT5 = 35,
    CT_UINT6 = 36,
    CT_UINT7 = 37,
    CT_INT1 = 38,
    CT_INT2 = 39,
    CT_INT3 = 40,
    CT_INT4 = 41,
    CT_INT5 = 42,
    CT_INT6 = 43,
    CT_INT7 = 44,
    CT_FLOAT8_E8M0FNU = 45,   /* needs libtorch 2.7 */
    CT_FLOAT4_E2M1FN_X2 = 46, /* needs libtorch 2.8 */
    CT_BCOMPLEX32 = 47        /* two bfloat16; needs libtorch 2.14 */
} ct_dtype;

/* How a tensor's elements are kept. torch.layout. */
typedef enum ct_layout {
    CT_LAYOUT_NONE = 0, /* "not given" */
    CT_STRIDED = 1,
    CT_SPARSE_COO = 2,
    CT_SPARSE_CSR = 3,
    CT_SPARSE_CSC = 4,
    CT_SPARSE_BSR = 5,
    CT_SPARSE_BSC = 6,
    CT_MKLDNN = 7
} ct_layout;

/* In which order a tensor's elements follow each other. torch.memory_format. */
typedef enum ct_memory_format {
    CT_MEMORY_FORMAT_NONE = 0, /* "not given" */
    CT_CONTIGUOUS_FORMAT = 1,
    CT_PRESERVE_FORMAT = 2,
    CT_CHANNELS_LAST = 3,
    CT_CHANNELS_LAST_3D = 4
} ct_memory_format;

/* Whole numbers among keyword arguments, `.dim = {CT_DIMS(0, 1)}`; data is NULL for None, and where it stays at its
 * default. */
typedef struct ct_ints {
    const int64_t *data;
    size_t n;
} ct_ints;

/* The same of real numbers: `.range = {CT_REALS(0, 1)}`. */
typedef struct ct_floats {
    const double *data;
    size_t n;
} ct_floats;

/* In a list of sizes: this one and those after it are as the one before. */
#define CT_REPEAT INT64_MIN

/* `.padding = CT_PADDING_SAME` pads so that the output is as large as the input: padding='same'. */
#define CT_PADDING_SAME (INT64_MIN + 1)

/* Where a whole number may be None. */
#define CT_NONE (INT64_MIN + 2)

/* The name of an element type as Python prints it: "torch.float32"; "none" for a value that is not a type.
 * Lives as long as the program. @since 0.1 */
CT_API const char *ct_dtype_name(ct_dtype dtype);

/* The bytes that one element takes: 4 for CT_FLOAT32; 0 for a value that is not a type. torch.dtype.itemsize.
 * @since 0.1 */
CT_API size_t ct_dtype_size(ct_dtype dtype);

/* The name of a status: "CT_ERROR_VALUE". Lives as long as the program. @since 0.1 */
CT_API const char *ct_status_name(ct_status status);

/* ctorch's version, "0.1.0". Lives as long as the program. @since 0.1 */
CT_API const char *ct_version(void);

/* The version of the libtorch that ctorch was built with, "2.6.0". Lives as long as the program. torch.__version__.
 * @since 0.1 */
CT_API const char *ct_torch_version(void);

/* The handles alive now in the whole program, those in scopes included: of one type ("ct_tensor", "ct_module", ...), or
 * of all with NULL. A program that frees what it makes ends at 0. @since 0.1 */
CT_API int64_t ct_live_handles(const char *type);

CT_END_DECLS

/* Arrays are pointer and count; these write both. CT_DIMS(3, 10) is a shape, and CT_DIMS() that of a scalar;
 * CT_REALS(0.5, 2) are real numbers, CT_TENSORS(a, b) and CT_MODULES(a, b) lists of handles, CT_OUTPUTS(&a, &b) of
 * places for them. They live until the enclosing block ends. C only: C++ passes pointer and count. */
#ifndef __cplusplus
#define CT_DIMS(...) CT_ARRAY_(const int64_t, 0, __VA_ARGS__)
#define CT_REALS(...) CT_ARRAY_(const double, 0, __VA_ARGS__)
#define CT_TENSORS(...) CT_ARRAY_(ct_tensor *const, NULL, __VA_ARGS__)
#define CT_OUTPUTS(...) CT_ARRAY_(ct_tensor **const, NULL, __VA_ARGS__)
#define CT_MODULES(...) CT_ARRAY_(ct_module *const, NULL, __VA_ARGS__)

/* The first element only makes the list without any legal; it is stepped over. */
#define CT_ARRAY_(type, first, ...)                                                                                    \
    (((type[]){first, __VA_ARGS__}) + 1), (sizeof((type[]){first, __VA_ARGS__}) / sizeof(type) - 1)

/* Keyword arguments: a call whose options are a compound literal that holds the defaults first and the caller's values
 * after them. The warning that a value is given twice is switched off for that literal alone. */
#if defined(__clang__)
#define CT_KEYWORDS_(...)                                                                                              \
    __extension__({                                                                                                    \
        _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Winitializer-overrides\"")               \
        _Pragma("clang diagnostic ignored \"-Wmissing-braces\"") _Pragma("clang diagnostic ignored \"-Wshadow\"")      \
        _Pragma("clang diagnostic ignored \"-Wmissing-field-initializers\"")                                           \
        __VA_ARGS__;                                                                                                   \
        _Pragma("clang diagnostic pop")                                                                                \
    })
#elif defined(__GNUC__)
#define CT_KEYWORDS_(...)                                                                                              \
    __extension__({                                                                                                    \
        _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Woverride-init\"")                           \
        _Pragma("GCC diagnostic ignored \"-Wmissing-braces\"") _Pragma("GCC diagnostic ignored \"-Wshadow\"")          \
        __VA_ARGS__;                                                                                                   \
        _Pragma("GCC diagnostic pop")                                                                                  \
    })
#else
#define CT_KEYWORDS_(...) (__VA_ARGS__)
#endif
#endif

#endif
