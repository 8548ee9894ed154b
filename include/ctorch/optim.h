/* ctorch/optim.h: optimizers. They hold the tensors they are given, not the module:
 *
 *     ct_optimizer *optimizer = ct_optim_sgd(ct_module_parameters(net), .lr = 0.1, .momentum = 0.9);
 *     for (...) {
 *         ct_scope *step = ct_scope_begin();
 *         ct_optimizer_zero_grad(optimizer);
 *         ct_backward(ct_cross_entropy(ct_module_forward(net, x), target));
 *         ct_optimizer_step(optimizer);
 *         ct_scope_end(step);
 *     }
 *
 * Keywords and defaults are those of Python's torch.optim. An empty list of parameters is an error, as there; so are a
 * tensor that was computed, and one that is given twice. Parameters that require no gradient are left alone.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_OPTIM_H
#define CTORCH_OPTIM_H

#include <ctorch/dict.h>

CT_BEGIN_DECLS

typedef struct ct_optimizer ct_optimizer;

/* ---- Stepping ---- */

/* Changes the parameters by their gradients. LBFGS needs a closure and says so. optimizer.step(). @since 0.1 */
CT_API ct_status ct_optimizer_step(ct_optimizer *self);

/* Computes the loss anew, gradients and all: zero_grad, forward, backward. It runs in a scope of its own and follows
 * the rules of ct_forward. */
typedef ct_tensor *(*ct_closure)(void *user);

/* Changes the parameters, asking the closure for the loss as often as the method needs. Returns the first loss; NULL on
 * failure. optimizer.step(closure). @since 0.1 */
CT_API ct_tensor *ct_optimizer_step_closure(ct_optimizer *self, ct_closure closure, void *user);

/* Forgets the gradients of all parameters. optimizer.zero_grad(). @since 0.1 */
CT_API ct_status ct_optimizer_zero_grad(ct_optimizer *self);

/* ---- Parameter groups: each with options of its own, by Python's names ---- */

/* Adds a group of parameters, with the options that the optimizer was made with. add_param_group. @since 0.1 */
CT_API ct_status ct_optimizer_add_group(ct_optimizer *self, const ct_dict *params);

/* The number of groups; 0 on failure. len(optimizer.param_groups). @since 0.1 */
CT_API size_t ct_optimizer_groups(const ct_optimizer *self);

/* An option of a group, "lr", "weight_decay", "betas[0]"; a truth value is 0 or 1. NAN on failure.
 * optimizer.param_groups[group][name]. @since 0.1 */
CT_API double ct_optimizer_option(const ct_optimizer *self, size_t group, const char *name);

/* Sets an option of a group. optimizer.param_groups[group][name] = value. @since 0.1 */
CT_API ct_status ct_optimizer_set_option(ct_optimizer *self, size_t group, const char *name, double value);

/* The learning rate of the first group; NAN on failure. @since 0.1 */
CT_API double ct_optimizer_lr(const ct_optimizer *self);

/* Sets the learning rate of every group. @since 0.1 */
CT_API ct_status ct_optimizer_set_lr(ct_optimizer *self, double lr);

/* ---- Handles ---- */

/* Frees an optimizer, not its parameters; NULL does nothing. @since 0.1 */
CT_API void ct_optimizer_free(ct_optimizer *self);

/* Moves a handle one scope outwards and returns it; NULL in a scope that has failed. @since 0.1 */
CT_API ct_optimizer *ct_optimizer_escape(ct_optimizer *self);

/* ---- Making ---- */

#define CT_OPTIM_(function, type, defaults, params, ...) CT_KEYWORDS_(function(params, &(type){defaults, __VA_ARGS__}))

typedef struct ct_sgd_options {
    double lr;
    double momentum;
    double dampening;
    double weight_decay;
    bool nesterov;
} ct_sgd_options;

/* Stochastic gradient descent, with momentum if asked. torch.optim.SGD. @since 0.1 */
CT_API ct_optimizer *ct_optim_sgd_new(const ct_dict *params, const ct_sgd_options *options);
CT_API ct_sgd_options ct_sgd_options_default(void);
#define CT_SGD_DEFAULTS .lr = 1e-3, .nesterov = false
#define ct_optim_sgd(...) CT_OPTIM_(ct_optim_sgd_new, ct_sgd_options, CT_SGD_DEFAULTS, __VA_ARGS__, )

typedef struct ct_adam_options {
    double lr;
    double betas[2];
    double eps;
    double weight_decay;
    bool amsgrad;
} ct_adam_options;

/* Adam. torch.optim.Adam. @since 0.1 */
CT_API ct_optimizer *ct_optim_adam_new(const ct_dict *params, const ct_adam_options *options);
CT_API ct_adam_options ct_adam_options_default(void);
#define CT_ADAM_DEFAULTS .lr = 1e-3, .betas = {0.9, 0.999}, .eps = 1e-8, .amsgrad = false
#define ct_optim_adam(...) CT_OPTIM_(ct_optim_adam_new, ct_adam_options, CT_ADAM_DEFAULTS, __VA_ARGS__, )

/* Adam with decoupled weight decay. torch.optim.AdamW. @since 0.1 */
CT_API ct_optimizer *ct_optim_adamw_new(const ct_dict *params, const ct_adam_options *options);
CT_API ct_adam_options ct_adamw_options_default(void);
#define CT_ADAMW_DEFAULTS .lr = 1e-3, .betas = {0.9, 0.999}, .eps = 1e-8, .weight_decay = 1e-2, .amsgrad = false
#define ct_optim_adamw(...) CT_OPTIM_(ct_optim_adamw_new, ct_adam_options, CT_ADAMW_DEFAULTS, __VA_ARGS__, )

typedef struct ct_rmsprop_options {
    double lr;
    double alpha;
    double eps;
    double weight_decay;
    double momentum;
    bool centered;
} ct_rmsprop_options;

/* RMSprop. torch.optim.RMSprop. @since 0.1 */
CT_API ct_optimizer *ct_optim_rmsprop_new(const ct_dict *params, const ct_rmsprop_options *options);
CT_API ct_rmsprop_options ct_rmsprop_options_default(void);
#define CT_RMSPROP_DEFAULTS .lr = 1e-2, .alpha = 0.99, .eps = 1e-8, .centered = false
#define ct_optim_rmsprop(...) CT_OPTIM_(ct_optim_rmsprop_new, ct_rmsprop_options, CT_RMSPROP_DEFAULTS, __VA_ARGS__, )

typedef struct ct_adagrad_options {
    double lr;
    double lr_decay;
    double weight_decay;
    double initial_accumulator_value;
    double eps;
} ct_adagrad_options;

/* Adagrad. torch.optim.Adagrad. @since 0.1 */
CT_API ct_optimizer *ct_optim_adagrad_new(const ct_dict *params, const ct_adagrad_options *options);
CT_API ct_adagrad_options ct_adagrad_options_default(void);
#define CT_ADAGRAD_DEFAULTS .lr = 1e-2, .eps = 1e-10
#define ct_optim_adagrad(...) CT_OPTIM_(ct_optim_adagrad_new, ct_adagrad_options, CT_ADAGRAD_DEFAULTS, __VA_ARGS__, )

typedef struct ct_lbfgs_options {
    double lr;
    int64_t max_iter;
    int64_t max_eval; /* 0: max_iter * 5 / 4, Python's None */
    double tolerance_grad;
    double tolerance_change;
    int64_t history_size;
    const char *line_search_fn; /* NULL, or "strong_wolfe" */
} ct_lbfgs_options;

/* LBFGS: stepped with ct_optimizer_step_closure; one group only. torch.optim.LBFGS. @since 0.1 */
CT_API ct_optimizer *ct_optim_lbfgs_new(const ct_dict *params, const ct_lbfgs_options *options);
CT_API ct_lbfgs_options ct_lbfgs_options_default(void);
#define CT_LBFGS_DEFAULTS                                                                                              \
    .lr = 1, .max_iter = 20, .tolerance_grad = 1e-7, .tolerance_change = 1e-9, .history_size = 100,                    \
    .line_search_fn = NULL
#define ct_optim_lbfgs(...) CT_OPTIM_(ct_optim_lbfgs_new, ct_lbfgs_options, CT_LBFGS_DEFAULTS, __VA_ARGS__, )

CT_END_DECLS

#endif
