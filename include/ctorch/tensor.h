/* ctorch/tensor.h: tensors: making them, asking them, and getting data in and out. What computes is in ops.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TENSOR_H
#define CTORCH_TENSOR_H

#include <ctorch/base.h>

CT_BEGIN_DECLS

/* A handle on a tensor. Several handles may share one tensor. */
typedef struct ct_tensor ct_tensor;

/* Random numbers that have a seed of their own (generator.h). */
typedef struct ct_generator ct_generator;

/* A number as Python has it, whole or real: PyTorch promotes by which of the two it is. Functions that take one are
 * macros too, so that `ct_mul_scalar(x, 2)` keeps integers and `ct_mul_scalar(x, 2.0)` does not; C++ writes ct_int(2)
 * and ct_real(2.0). As a keyword argument, `.alpha = 2` is whole when it has no fraction; where 2.0 is to count as
 * real, write `.max = ct_real(2)`. */
typedef struct ct_scalar {
    double number;
    int64_t whole; /* the same exactly, CT_AS_REAL, or 0: whole if number has no fraction */
} ct_scalar;

#define CT_AS_REAL INT64_MIN

/* A whole number. @since 0.1 */
CT_API ct_scalar ct_int(int64_t value);

/* A real number. @since 0.1 */
CT_API ct_scalar ct_real(double value);

/* Halving one tells whole numbers from real ones in plain C. */
#define CT_SCALAR(number) ((1 ? 1 : (number)) / 2 == 0 ? ct_int((int64_t)(number)) : ct_real((double)(number)))

/* Scalars as a list: CT_SCALARS(ct_int(1), ct_real(0.5)). */
#ifndef __cplusplus
#define CT_SCALARS(...) CT_ARRAY_(const ct_scalar, {0}, __VA_ARGS__)
#endif

/* ---- Making tensors: the shape is a list of sizes, CT_DIMS(2, 3); the element type is always said, CT_DTYPE_NONE
 * being PyTorch's default ---- */

typedef struct ct_factory_options {
    ct_layout layout;
    const char *device; /* "cpu", "cuda", "cuda:1"; NULL: the CPU */
    bool pin_memory;
    bool requires_grad;
} ct_factory_options;
CT_API ct_factory_options ct_factory_options_default(void);
#define CT_FACTORY_DEFAULTS .requires_grad = false

/* Zeros: `ct_zeros(CT_DIMS(2, 3), CT_FLOAT32, .device = "cuda")`. torch.zeros. @since 0.1 */
CT_API ct_tensor *ct_zeros_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_factory_options *options);
#define ct_zeros(...) CT_FACTORY_(ct_zeros_with, ct_factory_options, CT_FACTORY_DEFAULTS, __VA_ARGS__, )

/* Ones. torch.ones. @since 0.1 */
CT_API ct_tensor *ct_ones_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_factory_options *options);
#define ct_ones(...) CT_FACTORY_(ct_ones_with, ct_factory_options, CT_FACTORY_DEFAULTS, __VA_ARGS__, )

#define CT_FACTORY_(function, type, defaults, dims, n, dtype, ...)                                                     \
    CT_KEYWORDS_(function(dims, n, dtype, &(type){defaults, __VA_ARGS__}))

/* One value everywhere. torch.full. @since 0.1 */
CT_API ct_tensor *ct_full_with(const int64_t *dims, size_t n, ct_scalar value, ct_dtype dtype,
                               const ct_factory_options *options);
#define ct_full(...) CT_FULL_(__VA_ARGS__, )
#define CT_FULL_(dims, n, value, dtype, ...)                                                                           \
    CT_KEYWORDS_(ct_full_with(dims, n, CT_SCALAR(value), dtype,                                                        \
                              &(ct_factory_options){CT_FACTORY_DEFAULTS, __VA_ARGS__}))

/* start, start + step, ... up to but without end; one dimension. torch.arange. @since 0.1 */
CT_API ct_tensor *ct_arange_with(ct_scalar start, ct_scalar end, ct_scalar step, ct_dtype dtype,
                                 const ct_factory_options *options);
#define ct_arange(...) CT_ARANGE_(__VA_ARGS__, )
#define CT_ARANGE_(start, end, step, dtype, ...)                                                                       \
    CT_KEYWORDS_(ct_arange_with(CT_SCALAR(start), CT_SCALAR(end), CT_SCALAR(step), dtype,                              \
                                &(ct_factory_options){CT_FACTORY_DEFAULTS, __VA_ARGS__}))

typedef struct ct_random_options {
    ct_generator *generator; /* NULL: the one that ct_manual_seed seeds */
    ct_layout layout;
    const char *device;
    bool pin_memory;
    bool requires_grad;
} ct_random_options;
CT_API ct_random_options ct_random_options_default(void);
#define CT_RANDOM_DEFAULTS .requires_grad = false

/* Draws from the normal distribution with mean 0 and variance 1. torch.randn. @since 0.1 */
CT_API ct_tensor *ct_randn_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_random_options *options);
#define ct_randn(...) CT_FACTORY_(ct_randn_with, ct_random_options, CT_RANDOM_DEFAULTS, __VA_ARGS__, )

/* Draws from [0, 1). torch.rand. @since 0.1 */
CT_API ct_tensor *ct_rand_with(const int64_t *dims, size_t n, ct_dtype dtype, const ct_random_options *options);
#define ct_rand(...) CT_FACTORY_(ct_rand_with, ct_random_options, CT_RANDOM_DEFAULTS, __VA_ARGS__, )

/* Draws whole numbers from low up to but without high: `ct_randint(0, 10, CT_DIMS(4), CT_INT64)`. torch.randint.
 * @since 0.1 */
CT_API ct_tensor *ct_randint_with(int64_t low, int64_t high, const int64_t *dims, size_t n, ct_dtype dtype,
                                  const ct_random_options *options);
#define ct_randint(...) CT_RANDINT_(__VA_ARGS__, )
#define CT_RANDINT_(low, high, dims, n, dtype, ...)                                                                    \
    CT_KEYWORDS_(ct_randint_with(low, high, dims, n, dtype, &(ct_random_options){CT_RANDOM_DEFAULTS, __VA_ARGS__}))

/* Seeds the random numbers of every device: the same seed gives the numbers of Python's on the same release.
 * torch.manual_seed. @since 0.1 */
CT_API ct_status ct_manual_seed(uint64_t seed);

/* A tensor that holds a copy of a C array, row by row:
 * `ct_tensor_new((float[]){1, 2, 3, 4}, CT_DIMS(2, 2), CT_FLOAT32)`. data has as many elements as the shape says, and
 * may be NULL only for none. torch.tensor. @since 0.1 */
CT_API ct_tensor *ct_tensor_new(const void *data, const int64_t *dims, size_t n, ct_dtype dtype);

typedef struct ct_from_blob_options {
    const int64_t *strides;     /* as many as there are sizes, in elements; NULL: row by row */
    void (*deleter)(void *user); /* runs once, when the last tensor on the memory goes, or at once if the call fails */
    void *user;                 /* what deleter is given */
} ct_from_blob_options;

/* A tensor over the caller's memory, without a copy. The memory stays the caller's until deleter has run, or, without
 * one, as long as any tensor on it lives: `ct_from_blob(p, CT_DIMS(2, 3), CT_FLOAT32, .deleter = free, .user = p)`.
 * torch.from_blob of C++. @since 0.1 */
CT_API ct_tensor *ct_from_blob_with(void *data, const int64_t *dims, size_t n, ct_dtype dtype,
                                    const ct_from_blob_options *options);
#define ct_from_blob(...) CT_FROM_BLOB_(__VA_ARGS__, )
#define CT_FROM_BLOB_(data, dims, n, dtype, ...)                                                                       \
    CT_KEYWORDS_(ct_from_blob_with(data, dims, n, dtype, &(ct_from_blob_options){.strides = NULL, __VA_ARGS__}))

/* ---- Handles ---- */

/* Frees a handle; NULL does nothing. The tensor goes with its last handle. @since 0.1 */
CT_API void ct_tensor_free(ct_tensor *self);

/* Moves a handle one scope outwards, so that it outlives the innermost one, and returns it. NULL in a scope that has
 * failed. @since 0.1 */
CT_API ct_tensor *ct_tensor_escape(ct_tensor *self);

/* Another handle on the same tensor, as Python's assignment makes one. @since 0.1 */
CT_API ct_tensor *ct_tensor_share(const ct_tensor *self);

/* Whether two handles stand for one tensor; false on failure. `a is b`. @since 0.1 */
CT_API bool ct_tensor_is(const ct_tensor *self, const ct_tensor *other);

/* ---- Asking ---- */

/* The number of dimensions; -1 on failure. Tensor.dim. @since 0.1 */
CT_API int64_t ct_tensor_dim(const ct_tensor *self);

/* The size of one dimension; negative ones count from the end; -1 on failure. Tensor.size(dim). @since 0.1 */
CT_API int64_t ct_tensor_size(const ct_tensor *self, int64_t dim);

/* The sizes of all dimensions, ct_tensor_dim of them; NULL on failure. Valid as long as the tensor lives and is not
 * resized. Tensor.shape. @since 0.1 */
CT_API const int64_t *ct_tensor_shape(const ct_tensor *self);

/* The shape as Python prints it, "torch.Size([1, 10])"; "" on failure. Valid until the innermost scope ends, or outside
 * any scope until the next text is made. @since 0.1 */
CT_API const char *ct_tensor_shape_to_string(const ct_tensor *self);

/* The step from one element to the next along a dimension, in elements; 0 on failure. Tensor.stride(dim). @since 0.1 */
CT_API int64_t ct_tensor_stride(const ct_tensor *self, int64_t dim);

/* The number of elements; -1 on failure. Tensor.numel. @since 0.1 */
CT_API int64_t ct_tensor_numel(const ct_tensor *self);

/* The element type; CT_DTYPE_NONE on failure. Tensor.dtype. @since 0.1 */
CT_API ct_dtype ct_tensor_dtype(const ct_tensor *self);

/* The device, "cpu" or "cuda:0"; "" on failure. Valid as ct_tensor_shape_to_string's. Tensor.device. @since 0.1 */
CT_API const char *ct_tensor_device(const ct_tensor *self);

/* Whether the elements lie row by row without gaps; false on failure. Tensor.is_contiguous. @since 0.1 */
CT_API bool ct_tensor_is_contiguous(const ct_tensor *self);

/* ---- Data out ---- */

/* The only element of a tensor, as a double; NAN on failure. Tensor.item. @since 0.1 */
CT_API double ct_tensor_item(const ct_tensor *self);

/* The only element of a tensor, as a whole number; 0 on failure, and for a real element with a fraction. Tensor.item.
 * @since 0.1 */
CT_API int64_t ct_tensor_item_int(const ct_tensor *self);

/* The first element of a CPU tensor that holds elements of dtype: `const float *p = ct_tensor_data(y, CT_FLOAT32)`;
 * NULL on failure, and without an error for a tensor without elements. Rows may lie apart: see ct_tensor_stride, or ask
 * a ct_contiguous one. Valid as long as the tensor lives. Tensor.data_ptr. @since 0.1 */
CT_API void *ct_tensor_data(const ct_tensor *self, ct_dtype dtype);

/* Copies all elements to buffer, row by row, from any device and layout. count and dtype must be the tensor's own, so
 * that nothing is converted unseen or written past the end. @since 0.1 */
CT_API ct_status ct_tensor_copy_out(const ct_tensor *self, void *buffer, size_t count, ct_dtype dtype);

typedef struct ct_to_options {
    ct_dtype dtype;     /* CT_DTYPE_NONE: as it is */
    const char *device; /* "cpu", "cuda", "cuda:1"; NULL: where it is */
} ct_to_options;

/* The tensor with another element type or on another device, the same tensor if nothing changes:
 * `ct_tensor_to(x, .dtype = CT_FLOAT64, .device = "cuda")`. Tensor.to. @since 0.1 */
CT_API ct_tensor *ct_tensor_to_with(const ct_tensor *self, const ct_to_options *options);
#define ct_tensor_to(...) CT_TENSOR_TO_(__VA_ARGS__, )
#define CT_TENSOR_TO_(self, ...)                                                                                       \
    CT_KEYWORDS_(ct_tensor_to_with(self, &(ct_to_options){.dtype = CT_DTYPE_NONE, __VA_ARGS__}))

/* ---- Printing ---- */

typedef struct ct_tensor_print_options {
    int64_t precision; /* digits after the decimal point, at most 1074 */
    int64_t threshold; /* a tensor of more elements than these is summarised; INT64_MAX: none is */
    int64_t edgeitems; /* how many a summary shows at the beginning and the end of each dimension */
    int64_t linewidth; /* characters in a line */
    int64_t sci_mode;  /* 1: scientific notation, 0: none, -1: the numbers decide */
} ct_tensor_print_options;

CT_API ct_tensor_print_options ct_tensor_print_options_default(void);
#define CT_TENSOR_PRINT_DEFAULTS .precision = 4, .threshold = 1000, .edgeitems = 3, .linewidth = 80, .sci_mode = -1

/* Python's profiles as options: `ct_tensor_print(x, CT_PRINT_FULL)`. torch.set_printoptions(profile="full"). */
#define CT_PRINT_SHORT .precision = 2, .edgeitems = 2
#define CT_PRINT_FULL .threshold = INT64_MAX

/* Prints the tensor to standard output, to the letter as PyTorch 2.14 does, with the options of torch.set_printoptions:
 * `ct_tensor_print(x, .precision = 8)`. print(tensor). @since 0.1 */
CT_API ct_status ct_tensor_print_with(const ct_tensor *self, const ct_tensor_print_options *options);
#define ct_tensor_print(...) CT_TENSOR_PRINT_(ct_tensor_print_with, __VA_ARGS__, )

/* What ct_tensor_print prints; "" on failure. Valid as ct_tensor_shape_to_string's. repr(tensor). @since 0.1 */
CT_API const char *ct_tensor_to_string_with(const ct_tensor *self, const ct_tensor_print_options *options);
#define ct_tensor_to_string(...) CT_TENSOR_PRINT_(ct_tensor_to_string_with, __VA_ARGS__, )

#define CT_TENSOR_PRINT_(function, self, ...)                                                                          \
    CT_KEYWORDS_(function(self, &(ct_tensor_print_options){CT_TENSOR_PRINT_DEFAULTS, __VA_ARGS__}))

CT_END_DECLS

#endif
