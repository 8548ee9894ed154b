/* ctorch/nn_losses.h: a loss whose distance is a function, and what AdaptiveLogSoftmaxWithLoss does beside its forward.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_NN_LOSSES_H
#define CTORCH_NN_LOSSES_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

/* ---- TripletMarginWithDistanceLoss ---- */

/* Computes the distances of vectors, (N, D) and (N, D) to (N). It runs in a scope of its own, on any thread that calls
 * the loss. a and b are lent to it; of what it returns a reference is taken, and it frees nothing. It fails by letting
 * a call fail or by ct_error_set. It must not longjmp out. */
typedef ct_tensor *(*ct_distance)(ct_tensor *a, ct_tensor *b, void *user);

typedef struct ct_triplet_margin_with_distance_loss_options {
    ct_distance distance_function;    /* NULL: nn.PairwiseDistance() */
    void *user;                       /* what the function is given; clones of the loss share it */
    void (*free_user)(void *user);    /* runs once: with the last such loss, or at once when making it fails */
    const ct_module *distance_module; /* instead of a function: a module that takes two tensors */
    double margin;
    bool swap; /* takes the negative's distance from the positive where that is smaller */
    const char *reduction;
} ct_triplet_margin_with_distance_loss_options;

/* TripletMarginLoss by a distance of one's own: of anchor, positive and negative, as ct_module_call takes them.
 * `ct_nn_triplet_margin_with_distance_loss(.distance_function = cosine, .margin = 0.5)`.
 * nn.TripletMarginWithDistanceLoss. @since 0.1 */
CT_API ct_module *
ct_nn_triplet_margin_with_distance_loss_new(const ct_triplet_margin_with_distance_loss_options *options);
CT_API ct_triplet_margin_with_distance_loss_options ct_triplet_margin_with_distance_loss_options_default(void);
#define CT_TRIPLET_MARGIN_WITH_DISTANCE_LOSS_DEFAULTS .margin = 1.0, .swap = false, .reduction = "mean"
#define ct_nn_triplet_margin_with_distance_loss(...)                                                                   \
    CT_KEYWORDS_(ct_nn_triplet_margin_with_distance_loss_new(                                                          \
        &(ct_triplet_margin_with_distance_loss_options){CT_TRIPLET_MARGIN_WITH_DISTANCE_LOSS_DEFAULTS, __VA_ARGS__}))

/* ---- AdaptiveLogSoftmaxWithLoss ---- */

/* The log-probabilities of all classes: (N, in_features) to (N, n_classes). loss.log_prob(input). @since 0.1 */
CT_API ct_tensor *ct_adaptive_log_softmax_log_prob(const ct_module *self, const ct_tensor *input);

/* The most probable class: (N, in_features) to (N); faster than by ct_adaptive_log_softmax_log_prob.
 * loss.predict(input). @since 0.1 */
CT_API ct_tensor *ct_adaptive_log_softmax_predict(const ct_module *self, const ct_tensor *input);

CT_END_DECLS

#endif
