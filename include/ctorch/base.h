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

/* Element types. The numbers never change and are ctorch's own, the same on every libtorch release.
 * 0 is none of them, so that a forgotten type is an error and not a guess. */
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
    CT_BFLOAT16 = 13
} ct_dtype;

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
 * CT_TENSORS(a, b) and CT_MODULES(a, b) are lists of handles, CT_OUTPUTS(&a, &b) of places for them. They live until the enclosing block ends. C only: C++
 * passes pointer and count. */
#ifndef __cplusplus
#define CT_DIMS(...) CT_ARRAY_(const int64_t, 0, __VA_ARGS__)
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
