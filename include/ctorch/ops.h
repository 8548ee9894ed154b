/* ctorch/ops.h: what computes. Names, meanings and defaults are torch's own; a trailing underscore changes its first
 * argument in place and returns a status; _scalar takes a number where the other takes a tensor; _dim works along
 * dimensions.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_OPS_H
#define CTORCH_OPS_H

#include <ctorch/value.h>
#include <ctorch/ops/options.h>

CT_BEGIN_DECLS

/* ---- Arithmetic: shapes broadcast, element types promote as in Python ---- */

/* self + alpha * other: `ct_add(x, y)`, `ct_add(x, y, .alpha = 2)`. torch.add. @since 0.1 */
CT_API ct_tensor *ct_add_with(const ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options);
CT_API ct_status ct_add_with_(ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options);
CT_API ct_tensor *ct_add_scalar_with(const ct_tensor *self, ct_scalar other, const ct_alpha_options *options);
CT_API ct_status ct_add_scalar_with_(ct_tensor *self, ct_scalar other, const ct_alpha_options *options);
#define ct_add(...) CT_ALPHA_(ct_add_with, __VA_ARGS__, )
#define ct_add_(...) CT_ALPHA_(ct_add_with_, __VA_ARGS__, )
#define ct_add_scalar(...) CT_ALPHA_SCALAR_(ct_add_scalar_with, __VA_ARGS__, )
#define ct_add_scalar_(...) CT_ALPHA_SCALAR_(ct_add_scalar_with_, __VA_ARGS__, )

/* self - alpha * other. torch.sub. @since 0.1 */
CT_API ct_tensor *ct_sub_with(const ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options);
CT_API ct_status ct_sub_with_(ct_tensor *self, const ct_tensor *other, const ct_alpha_options *options);
CT_API ct_tensor *ct_sub_scalar_with(const ct_tensor *self, ct_scalar other, const ct_alpha_options *options);
CT_API ct_status ct_sub_scalar_with_(ct_tensor *self, ct_scalar other, const ct_alpha_options *options);
#define ct_sub(...) CT_ALPHA_(ct_sub_with, __VA_ARGS__, )
#define ct_sub_(...) CT_ALPHA_(ct_sub_with_, __VA_ARGS__, )
#define ct_sub_scalar(...) CT_ALPHA_SCALAR_(ct_sub_scalar_with, __VA_ARGS__, )
#define ct_sub_scalar_(...) CT_ALPHA_SCALAR_(ct_sub_scalar_with_, __VA_ARGS__, )

#define CT_ALPHA_(function, self, other, ...)                                                                          \
    CT_KEYWORDS_(function(self, other, &(ct_alpha_options){CT_ALPHA_DEFAULTS, __VA_ARGS__}))
#define CT_ALPHA_SCALAR_(function, self, other, ...)                                                                   \
    CT_KEYWORDS_(function(self, CT_SCALAR(other), &(ct_alpha_options){CT_ALPHA_DEFAULTS, __VA_ARGS__}))

/* self * other, element by element. torch.mul. @since 0.1 */
CT_API ct_tensor *ct_mul(const ct_tensor *self, const ct_tensor *other);
CT_API ct_status ct_mul_(ct_tensor *self, const ct_tensor *other);
CT_API ct_tensor *ct_mul_scalar(const ct_tensor *self, ct_scalar other);
CT_API ct_status ct_mul_scalar_(ct_tensor *self, ct_scalar other);
#define ct_mul_scalar(self, other) (ct_mul_scalar)(self, CT_SCALAR(other))
#define ct_mul_scalar_(self, other) (ct_mul_scalar_)(self, CT_SCALAR(other))

/* self / other: true division, or rounded: `ct_div(x, y, .rounding_mode = "floor")`, or "trunc". torch.div.
 * @since 0.1 */
CT_API ct_tensor *ct_div_with(const ct_tensor *self, const ct_tensor *other, const ct_rounding_mode_options *options);
CT_API ct_status ct_div_with_(ct_tensor *self, const ct_tensor *other, const ct_rounding_mode_options *options);
CT_API ct_tensor *ct_div_scalar_with(const ct_tensor *self, ct_scalar other, const ct_rounding_mode_options *options);
CT_API ct_status ct_div_scalar_with_(ct_tensor *self, ct_scalar other, const ct_rounding_mode_options *options);
#define ct_div(...) CT_DIV_(ct_div_with, __VA_ARGS__, )
#define ct_div_(...) CT_DIV_(ct_div_with_, __VA_ARGS__, )
#define ct_div_scalar(...) CT_DIV_SCALAR_(ct_div_scalar_with, __VA_ARGS__, )
#define ct_div_scalar_(...) CT_DIV_SCALAR_(ct_div_scalar_with_, __VA_ARGS__, )
#define CT_DIV_(function, self, other, ...)                                                                            \
    CT_KEYWORDS_(function(self, other, &(ct_rounding_mode_options){CT_ROUNDING_MODE_DEFAULTS, __VA_ARGS__}))
#define CT_DIV_SCALAR_(function, self, other, ...)                                                                     \
    CT_KEYWORDS_(                                                                                                      \
        function(self, CT_SCALAR(other), &(ct_rounding_mode_options){CT_ROUNDING_MODE_DEFAULTS, __VA_ARGS__}))

/* The matrix product, batched where there are more than two dimensions. torch.matmul. @since 0.1 */
CT_API ct_tensor *ct_matmul(const ct_tensor *self, const ct_tensor *other);

/* self to the power of a number. torch.pow. @since 0.1 */
CT_API ct_tensor *ct_pow_scalar(const ct_tensor *self, ct_scalar exponent);
#define ct_pow_scalar(self, exponent) (ct_pow_scalar)(self, CT_SCALAR(exponent))

/* The larger of each pair of elements. torch.maximum, torch.max(a, b). @since 0.1 */
CT_API ct_tensor *ct_maximum(const ct_tensor *self, const ct_tensor *other);

/* The smaller of each pair of elements. torch.minimum, torch.min(a, b). @since 0.1 */
CT_API ct_tensor *ct_minimum(const ct_tensor *self, const ct_tensor *other);

/* ---- Element by element ---- */

/* The larger of self and 0. torch.relu. @since 0.1 */
CT_API ct_tensor *ct_relu(const ct_tensor *self);

/* The absolute value. torch.abs. @since 0.1 */
CT_API ct_tensor *ct_abs(const ct_tensor *self);

/* 1 / (1 + exp(-self)). torch.sigmoid. @since 0.1 */
CT_API ct_tensor *ct_sigmoid(const ct_tensor *self);

/* The hyperbolic tangent. torch.tanh. @since 0.1 */
CT_API ct_tensor *ct_tanh(const ct_tensor *self);

/* -self. torch.neg. @since 0.1 */
CT_API ct_tensor *ct_neg(const ct_tensor *self);

/* e to the power of self. torch.exp. @since 0.1 */
CT_API ct_tensor *ct_exp(const ct_tensor *self);

/* The natural logarithm. torch.log. @since 0.1 */
CT_API ct_tensor *ct_log(const ct_tensor *self);

/* The square root. torch.sqrt. @since 0.1 */
CT_API ct_tensor *ct_sqrt(const ct_tensor *self);

/* ---- Reductions ---- */

/* The sum of all elements, converted to .dtype first; along dimensions: `ct_sum_dim(x, CT_DIMS(1), .keepdim = true)`.
 * torch.sum. @since 0.1 */
CT_API ct_tensor *ct_sum_with(const ct_tensor *self, const ct_dtype_options *options);
CT_API ct_tensor *ct_sum_dim_with(const ct_tensor *self, const int64_t *dim, size_t n,
                                  const ct_reduce_options *options);
#define ct_sum(...) CT_TOTAL_(ct_sum_with, __VA_ARGS__, )
#define ct_sum_dim(...) CT_REDUCE_(ct_sum_dim_with, __VA_ARGS__, )

/* The mean of all elements, or along dimensions. torch.mean. @since 0.1 */
CT_API ct_tensor *ct_mean_with(const ct_tensor *self, const ct_dtype_options *options);
CT_API ct_tensor *ct_mean_dim_with(const ct_tensor *self, const int64_t *dim, size_t n,
                                   const ct_reduce_options *options);
#define ct_mean(...) CT_TOTAL_(ct_mean_with, __VA_ARGS__, )
#define ct_mean_dim(...) CT_REDUCE_(ct_mean_dim_with, __VA_ARGS__, )

#define CT_TOTAL_(function, self, ...)                                                                                 \
    CT_KEYWORDS_(function(self, &(ct_dtype_options){CT_DTYPE_DEFAULTS, __VA_ARGS__}))
#define CT_REDUCE_(function, self, dim, n, ...)                                                                        \
    CT_KEYWORDS_(function(self, dim, n, &(ct_reduce_options){.keepdim = false, __VA_ARGS__}))

/* The largest of all elements. torch.max(x). @since 0.1 */
CT_API ct_tensor *ct_max(const ct_tensor *self);

/* The largest elements along dimensions, CT_DIMS() being all: `ct_amax(x, CT_DIMS(1))`. torch.amax. @since 0.1 */
CT_API ct_tensor *ct_amax_with(const ct_tensor *self, const int64_t *dim, size_t n, const ct_keepdim_options *options);
#define ct_amax(...) CT_AMAX_(__VA_ARGS__, )
#define CT_AMAX_(self, dim, n, ...)                                                                                    \
    CT_KEYWORDS_(ct_amax_with(self, dim, n, &(ct_keepdim_options){.keepdim = false, __VA_ARGS__}))

/* ---- Shapes ---- */

/* The same elements in another shape, a view where that can be; one size may be -1. torch.reshape. @since 0.1 */
CT_API ct_tensor *ct_reshape(const ct_tensor *self, const int64_t *dims, size_t n);

/* The same elements in another shape, an error where that takes a copy; one size may be -1. Tensor.view. @since 0.1 */
CT_API ct_tensor *ct_view(const ct_tensor *self, const int64_t *dims, size_t n);

typedef struct ct_tensor_flatten_options {
    int64_t start_dim;
    int64_t end_dim;
} ct_tensor_flatten_options;

/* Makes one dimension of several, by default of all: `ct_flatten(x, .start_dim = 1)`. torch.flatten. @since 0.1 */
CT_API ct_tensor *ct_flatten_with(const ct_tensor *self, const ct_tensor_flatten_options *options);
CT_API ct_tensor_flatten_options ct_tensor_flatten_options_default(void);
#define CT_TENSOR_FLATTEN_DEFAULTS .start_dim = 0, .end_dim = -1
#define ct_flatten(...) CT_FLATTEN_(__VA_ARGS__, )
#define CT_FLATTEN_(self, ...)                                                                                         \
    CT_KEYWORDS_(ct_flatten_with(self, &(ct_tensor_flatten_options){CT_TENSOR_FLATTEN_DEFAULTS, __VA_ARGS__}))

/* Without the dimensions of size 1: all of them, or one if its size is 1. Views. torch.squeeze. @since 0.1 */
CT_API ct_tensor *ct_squeeze(const ct_tensor *self);
CT_API ct_tensor *ct_squeeze_dim(const ct_tensor *self, int64_t dim);

/* With a new dimension of size 1, a view. torch.unsqueeze. @since 0.1 */
CT_API ct_tensor *ct_unsqueeze(const ct_tensor *self, int64_t dim);

/* Two dimensions swapped, a view. torch.transpose. @since 0.1 */
CT_API ct_tensor *ct_transpose(const ct_tensor *self, int64_t dim0, int64_t dim1);

/* The dimensions in another order, a view: `ct_permute(x, CT_DIMS(0, 2, 1))`. torch.permute. @since 0.1 */
CT_API ct_tensor *ct_permute(const ct_tensor *self, const int64_t *dims, size_t n);

/* length rows from start along a dimension, a view. torch.narrow. @since 0.1 */
CT_API ct_tensor *ct_narrow(const ct_tensor *self, int64_t dim, int64_t start, int64_t length);

/* One row of a dimension, which goes, a view. torch.select. @since 0.1 */
CT_API ct_tensor *ct_select(const ct_tensor *self, int64_t dim, int64_t index);

/* The tensors one behind the other along a dimension: `ct_cat(CT_TENSORS(a, b), 1)`. torch.cat. @since 0.1 */
CT_API ct_tensor *ct_cat(ct_tensor *const *tensors, size_t n, int64_t dim);

/* Tensors of one shape side by side in a new dimension: `ct_stack(CT_TENSORS(a, b), 0)`. torch.stack. @since 0.1 */
CT_API ct_tensor *ct_stack(ct_tensor *const *tensors, size_t n, int64_t dim);

/* The tensor itself when its elements lie row by row, or in .memory_format, otherwise a copy whose do.
 * Tensor.contiguous. @since 0.1 */
CT_API ct_tensor *ct_contiguous_with(const ct_tensor *self, const ct_contiguous_options *options);
#define ct_contiguous(...) CT_CONTIGUOUS_(__VA_ARGS__, )
#define CT_CONTIGUOUS_(self, ...)                                                                                      \
    CT_KEYWORDS_(ct_contiguous_with(self, &(ct_contiguous_options){CT_CONTIGUOUS_DEFAULTS, __VA_ARGS__}))

/* A copy. torch.clone. @since 0.1 */
CT_API ct_tensor *ct_clone_with(const ct_tensor *self, const ct_memory_format_options *options);
#define ct_clone(...) CT_CLONE_(__VA_ARGS__, )
#define CT_CLONE_(self, ...)                                                                                           \
    CT_KEYWORDS_(ct_clone_with(self, &(ct_memory_format_options){CT_MEMORY_FORMAT_DEFAULTS, __VA_ARGS__}))

/* Writes src's elements into self, broadcast and converted. Tensor.copy_. @since 0.1 */
CT_API ct_status ct_copy_with_(ct_tensor *self, const ct_tensor *src, const ct_non_blocking_options *options);
#define ct_copy_(...) CT_COPY_IN_PLACE_(__VA_ARGS__, )
#define CT_COPY_IN_PLACE_(self, src, ...)                                                                              \
    CT_KEYWORDS_(ct_copy_with_(self, src, &(ct_non_blocking_options){CT_NON_BLOCKING_DEFAULTS, __VA_ARGS__}))

/* ---- Indexing: `ct_at(x, ":, ?:?", a, b)` is x[:, a:b], and `ct_at(x, "?", mask)` is x[mask] ---- */

/* The part of self that the text picks, as Python's brackets do: numbers, ranges a:b:step, ":", "...", "None", and "?",
 * which stands for the next of up to 23 values: a whole number, or a tensor, of positions or of truth values, or a list
 * of positions, ct_value_ints(CT_DIMS(0, 2)). A view, but a copy with tensors and lists. Errors name the position in
 * the text. Tensor.__getitem__. @since 0.1 */
CT_API ct_tensor *ct_at_with(const ct_tensor *self, const char *text, const ct_value *values, size_t n);
#define ct_at(...) CT_AT_(__VA_ARGS__, 0)
#define CT_AT_(self, text, ...) ct_at_with(self, text, CT_BUT_LAST_(__VA_ARGS__))

/* Writes value into the part that the text picks: `ct_put(x, value, ":, ?", i)` is x[:, i] = value. Tensor.__setitem__.
 * @since 0.1 */
CT_API ct_status ct_put_with(ct_tensor *self, const ct_tensor *value, const char *text, const ct_value *values,
                             size_t n);
#define ct_put(...) CT_PUT_(__VA_ARGS__, 0)
#define CT_PUT_(self, value, text, ...) ct_put_with(self, value, text, CT_BUT_LAST_(__VA_ARGS__))

/* The last value only makes the list without any legal; it is not counted. */
#define CT_BUT_LAST_(...) CT_ARGS(__VA_ARGS__) - 1

/* ---- Comparing ---- */

/* Whether each pair of elements is equal, a tensor of truth values. torch.eq. @since 0.1 */
CT_API ct_tensor *ct_eq(const ct_tensor *self, const ct_tensor *other);

typedef struct ct_allclose_options {
    double rtol, atol;
    bool equal_nan;
} ct_allclose_options;

/* Whether |self - other| <= atol + rtol * |other| everywhere; false on failure. Defaults: .rtol = 1e-5, .atol = 1e-8.
 * torch.allclose. @since 0.1 */
CT_API bool ct_allclose_with(const ct_tensor *self, const ct_tensor *other, const ct_allclose_options *options);
CT_API ct_allclose_options ct_allclose_options_default(void);
#define CT_ALLCLOSE_DEFAULTS .rtol = 1e-5, .atol = 1e-8
#define ct_allclose(...) CT_ALLCLOSE_(__VA_ARGS__, )
#define CT_ALLCLOSE_(self, other, ...)                                                                                 \
    CT_KEYWORDS_(ct_allclose_with(self, other, &(ct_allclose_options){CT_ALLCLOSE_DEFAULTS, __VA_ARGS__}))

/* Whether two tensors have the same shape and elements; false on failure. torch.equal. @since 0.1 */
CT_API bool ct_equal(const ct_tensor *self, const ct_tensor *other);

CT_END_DECLS

#endif
