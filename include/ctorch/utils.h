/* ctorch/utils.h: torch.nn.utils: gradients kept small, and parameters as one vector. Parameters are a dict, as
 * ct_module_parameters returns it:
 *
 *     ct_backward(loss);
 *     ct_clip_grad_norm_(ct_module_parameters(net), 1.0);
 *     ct_optimizer_step(optimizer);
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_UTILS_H
#define CTORCH_UTILS_H

#include <ctorch/dict.h>

CT_BEGIN_DECLS

/* ---- Clipping: parameters without a gradient do not count ---- */

typedef struct ct_norm_options {
    double norm_type;        /* the order of the norm; INFINITY: the largest magnitude */
    bool error_if_nonfinite; /* fail where the norm is infinite or NAN, and change nothing */
} ct_norm_options;
CT_API ct_norm_options ct_norm_options_default(void);
#define CT_NORM_DEFAULTS .norm_type = 2, .error_if_nonfinite = false

/* Scales all gradients by one factor, so that their norm, as that of one vector, is at most max_norm. Returns the norm
 * before: `ct_clip_grad_norm_(parameters, 1.0, .norm_type = INFINITY)`. nn.utils.clip_grad_norm_. @since 0.1 */
CT_API ct_tensor *ct_clip_grad_norm_with_(const ct_dict *parameters, double max_norm, const ct_norm_options *options);
#define ct_clip_grad_norm_(...) CT_CLIP_GRAD_NORM_(__VA_ARGS__, )
#define CT_CLIP_GRAD_NORM_(parameters, max_norm, ...)                                                                  \
    CT_KEYWORDS_(ct_clip_grad_norm_with_(parameters, max_norm, &(ct_norm_options){CT_NORM_DEFAULTS, __VA_ARGS__}))

/* Clamps each element of the gradients to [-clip_value, clip_value]. nn.utils.clip_grad_value_. @since 0.1 */
CT_API ct_status ct_clip_grad_value_(const ct_dict *parameters, double clip_value);

/* The norm of tensors as that of one vector: `ct_get_total_norm(CT_TENSORS(a, b))`; 0 for none.
 * nn.utils.get_total_norm. @since 0.1 */
CT_API ct_tensor *ct_get_total_norm_with(ct_tensor *const *tensors, size_t n, const ct_norm_options *options);
#define ct_get_total_norm(...) CT_GET_TOTAL_NORM_(__VA_ARGS__, )
#define CT_GET_TOTAL_NORM_(tensors, n, ...)                                                                            \
    CT_KEYWORDS_(ct_get_total_norm_with(tensors, n, &(ct_norm_options){CT_NORM_DEFAULTS, __VA_ARGS__}))

/* What ct_clip_grad_norm_ does with a norm that is known already. nn.utils.clip_grads_with_norm_. @since 0.1 */
CT_API ct_status ct_clip_grads_with_norm_(const ct_dict *parameters, double max_norm, const ct_tensor *total_norm);

/* ---- One vector ---- */

/* All parameters one behind the other, in one dimension. nn.utils.parameters_to_vector. @since 0.1 */
CT_API ct_tensor *ct_parameters_to_vector(const ct_dict *parameters);

/* Makes the parameters of a vector's elements, which they then share; elements that are left over do not count. Nothing
 * changes on failure. nn.utils.vector_to_parameters. @since 0.1 */
CT_API ct_status ct_vector_to_parameters(const ct_tensor *vec, const ct_dict *parameters);

CT_END_DECLS

#endif
