/* ctorch/data.h: a tensor's elements from C: arrays copied in and out, single elements read and set, and the bytes
 * behind them.
 *
 *     double matrix[6];                                                  columns, as Fortran, R and Julia keep them
 *     ct_tensor_copy_out(x, matrix, 6, CT_FLOAT64, .order = CT_COLUMN_MAJOR);
 *     double corner = ct_tensor_get(x, CT_DIMS(0, 2));
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_DATA_H
#define CTORCH_DATA_H

#include <ctorch/tensor.h>

CT_BEGIN_DECLS

/* ---- Whole tensors: dtype must be the tensor's own, so that nothing is converted unseen ---- */

/* In which order the elements of a C array follow each other. */
typedef enum ct_order {
    CT_ROW_MAJOR = 0,   /* the last index varies fastest: C */
    CT_COLUMN_MAJOR = 1 /* the first index does: Fortran */
} ct_order;

typedef struct ct_array_options {
    ct_order order;
    const int64_t *strides; /* of the array instead, in elements, as many as the tensor has dimensions; none negative */
} ct_array_options;
CT_API ct_array_options ct_array_options_default(void);
#define CT_ARRAY_DEFAULTS .order = CT_ROW_MAJOR, .strides = NULL

/* Copies an array of count elements into the tensor, on any device: `ct_tensor_copy_in(x, data, 6, CT_FLOAT32)`. count
 * must be the tensor's own; with strides, an array that reaches as far as they do. Gradients are not recorded.
 * @since 0.1 */
CT_API ct_status ct_tensor_copy_in_with(ct_tensor *self, const void *buffer, size_t count, ct_dtype dtype,
                                        const ct_array_options *options);
#define ct_tensor_copy_in(...) CT_TENSOR_COPY_(ct_tensor_copy_in_with, __VA_ARGS__, )

/* tensor.h's ct_tensor_copy_out, with the same options. What lies between the strides is left as it is. @since 0.1 */
CT_API ct_status ct_tensor_copy_out_with(const ct_tensor *self, void *buffer, size_t count, ct_dtype dtype,
                                         const ct_array_options *options);
#ifndef __cplusplus
#define ct_tensor_copy_out(...) CT_TENSOR_COPY_(ct_tensor_copy_out_with, __VA_ARGS__, )
#endif

#define CT_TENSOR_COPY_(function, self, buffer, count, dtype, ...)                                                     \
    CT_KEYWORDS_(function(self, buffer, count, dtype, &(ct_array_options){CT_ARRAY_DEFAULTS, __VA_ARGS__}))

/* ---- Single elements: one number of the index for each dimension; negative ones count from the end. A loop over all
 * elements is faster over ct_tensor_data ---- */

/* An element, as a double: `ct_tensor_get(x, CT_DIMS(1, -1))`; NAN on failure, and for a complex one with an imaginary
 * part. x[i, j].item(). @since 0.1 */
CT_API double ct_tensor_get(const ct_tensor *self, const int64_t *index, size_t n);

/* An element, as a whole number; 0 on failure, and for a real one with a fraction. x[i, j].item(). @since 0.1 */
CT_API int64_t ct_tensor_get_int(const ct_tensor *self, const int64_t *index, size_t n);

/* The two parts of an element; imag is 0 for one that is not complex. x[i, j].item(). @since 0.1 */
CT_API ct_status ct_tensor_get_complex(const ct_tensor *self, const int64_t *index, size_t n, double *real,
                                       double *imag);

/* Sets an element to a number, whole or real: `ct_tensor_set(x, CT_DIMS(1, -1), 0.5)`. One that the element type
 * cannot hold is an error, as is one with a fraction for whole numbers. Gradients are not recorded.
 * x[i, j] = value. @since 0.1 */
CT_API ct_status ct_tensor_set(ct_tensor *self, const int64_t *index, size_t n, ct_scalar value);
#define ct_tensor_set(...) CT_TENSOR_SET_(__VA_ARGS__)
#define CT_TENSOR_SET_(self, index, n, value) (ct_tensor_set)(self, index, n, CT_SCALAR(value))

/* Sets an element of a complex tensor. x[i, j] = complex(real, imag). @since 0.1 */
CT_API ct_status ct_tensor_set_complex(ct_tensor *self, const int64_t *index, size_t n, double real, double imag);

/* ---- Bytes ---- */

/* The bytes of one element; 0 on failure. Tensor.element_size. @since 0.1 */
CT_API size_t ct_tensor_element_size(const ct_tensor *self);

/* The bytes of all elements, also where they share memory; 0 on failure. Tensor.nbytes. @since 0.1 */
CT_API size_t ct_tensor_nbytes(const ct_tensor *self);

/* The bytes of the memory that the tensor keeps alive, which it may share with others: what a garbage collector is
 * told; 0 on failure, and for a tensor without a memory of its own, such as a sparse one.
 * Tensor.untyped_storage().nbytes(). @since 0.1 */
CT_API size_t ct_tensor_storage_size(const ct_tensor *self);

/* Where that memory begins, an address on the tensor's device: tensors that share it have the same. NULL on failure,
 * and without an error for a tensor that has none. Tensor.untyped_storage().data_ptr(). @since 0.1 */
CT_API void *ct_tensor_storage_data(const ct_tensor *self);

/* That memory as a tensor of its bytes, CT_UINT8, which shares it. Tensor.untyped_storage(). @since 0.1 */
CT_API ct_tensor *ct_tensor_storage(const ct_tensor *self);

/* ---- Identity and layout ---- */

/* A number that two handles have in common if they stand for one tensor, while that lives: a key for a table. 0 on
 * failure. id(tensor). @since 0.1 */
CT_API size_t ct_tensor_id(const ct_tensor *self);

/* How the elements are kept; CT_LAYOUT_NONE on failure, and without an error for a layout that ctorch has no name for.
 * Tensor.layout. @since 0.1 */
CT_API ct_layout ct_tensor_layout(const ct_tensor *self);

/* Whether it holds tensors of different sizes (ct_as_nested_tensor), and so has no shape of its own; false on failure.
 * Tensor.is_nested. @since 0.1 */
CT_API bool ct_tensor_is_nested(const ct_tensor *self);

CT_END_DECLS

#endif
