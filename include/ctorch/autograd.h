/* ctorch/autograd.h: gradients. Recording is on in every new thread.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_AUTOGRAD_H
#define CTORCH_AUTOGRAD_H

#include <ctorch/tensor.h>

CT_BEGIN_DECLS

typedef struct ct_backward_options {
    const ct_tensor *gradient; /* of the same shape as the tensor; needed unless that has one element */
    bool retain_graph;         /* keep what a second backward needs */
    bool create_graph;         /* record the gradients' own history */
} ct_backward_options;

/* Adds the gradients of a tensor, as a rule a loss of one element, to .grad of every leaf it was computed from.
 * Tensor.backward. @since 0.1 */
CT_API ct_status ct_backward_with(const ct_tensor *self, const ct_backward_options *options);
#define ct_backward(...) CT_BACKWARD_(__VA_ARGS__, )
#define CT_BACKWARD_(self, ...)                                                                                        \
    CT_KEYWORDS_(ct_backward_with(self, &(ct_backward_options){.gradient = NULL, __VA_ARGS__}))

/* The gradient; NULL, without an error, while there is none. Tensor.grad. @since 0.1 */
CT_API ct_tensor *ct_tensor_grad(const ct_tensor *self);

/* Whether gradients are recorded for a tensor; false on failure. Tensor.requires_grad. @since 0.1 */
CT_API bool ct_tensor_requires_grad(const ct_tensor *self);

/* Switches recording for a leaf tensor. Tensor.requires_grad_. @since 0.1 */
CT_API ct_status ct_requires_grad_(ct_tensor *self, bool requires_grad);

/* The tensor without its history. Tensor.detach. @since 0.1 */
CT_API ct_tensor *ct_detach(const ct_tensor *self);

/* Records no gradients on this thread until the innermost scope ends; an error outside any. `with torch.no_grad():`.
 * @since 0.1 */
CT_API ct_status ct_no_grad(void);

/* Switches recording on this thread and returns what it was. torch.set_grad_enabled. @since 0.1 */
CT_API bool ct_set_grad_enabled(bool enabled);

/* Whether this thread records gradients. torch.is_grad_enabled. @since 0.1 */
CT_API bool ct_grad_enabled(void);

CT_END_DECLS

#endif
