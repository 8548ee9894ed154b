/* ctorch/dtype.h: what element types are: by name, of which kind, with which limits. How they promote is in
 * ctorch/operators.h: ct_promote_types, ct_result_type, ct_can_cast.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_DTYPE_H
#define CTORCH_DTYPE_H

#include <ctorch/base.h>

CT_BEGIN_DECLS

/* The element type of a name, "float32" or "torch.float32", or one of torch's other names, such as "half" and "long";
 * CT_DTYPE_NONE on failure. getattr(torch, name). @since 0.1 */
CT_API ct_dtype ct_dtype_parse(const char *name);

/* Whether the libtorch that ctorch was built with has the type: those before 2.6 have no CT_UINT16, for example. false
 * for a value that is not a type. hasattr(torch, name). @since 0.1 */
CT_API bool ct_dtype_is_available(ct_dtype dtype);

/* Whether elements are real numbers with fractions; false on failure. dtype.is_floating_point. @since 0.1 */
CT_API bool ct_dtype_is_floating_point(ct_dtype dtype);

/* Whether elements are complex numbers; false on failure. dtype.is_complex. @since 0.1 */
CT_API bool ct_dtype_is_complex(ct_dtype dtype);

/* Whether elements may be negative; false on failure, which asking of a quantized type or of bits is.
 * dtype.is_signed. @since 0.1 */
CT_API bool ct_dtype_is_signed(ct_dtype dtype);

/* The limits of a type with fractions. Of complex types they are those of the two parts. */
typedef struct ct_float_info {
    int64_t bits;
    double eps; /* the step from 1 to the next larger number */
    double max, min;
    double tiny, smallest_normal; /* the smallest positive number of full precision, under both its names */
    double resolution;            /* the decimal digits that all numbers have, as 10 to that power: 1e-6 is six */
    ct_dtype dtype;
} ct_float_info;

/* The limits of a floating point or complex type: `ct_finfo(CT_FLOAT32).eps`. On failure bits is 0 and the numbers are
 * NAN. torch.finfo. @since 0.1 */
CT_API ct_float_info ct_finfo(ct_dtype dtype);

/* The limits of a whole type; of a quantized one, those of the whole numbers that it keeps. */
typedef struct ct_int_info {
    int64_t bits;
    int64_t min;
    uint64_t max;
    ct_dtype dtype;
} ct_int_info;

/* The limits of a type of whole numbers: `ct_iinfo(CT_INT16).max`. On failure all are 0. torch.iinfo. @since 0.1 */
CT_API ct_int_info ct_iinfo(ct_dtype dtype);

/* The element type of new tensors for which CT_DTYPE_NONE is given, CT_FLOAT32 to begin with; CT_DTYPE_NONE on failure.
 * torch.get_default_dtype. @since 0.1 */
CT_API ct_dtype ct_get_default_dtype(void);

/* Sets that, for the whole program: CT_FLOAT16, CT_BFLOAT16, CT_FLOAT32 or CT_FLOAT64. torch.set_default_dtype.
 * @since 0.1 */
CT_API ct_status ct_set_default_dtype(ct_dtype dtype);

CT_END_DECLS

#endif
