/* ctorch/hook.h: what runs around a forward or a gradient:
 *
 *     static void print_shapes(ct_module *module, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m,
 *                              void *user);
 *
 *     ct_hook *hook = ct_module_register_forward_hook(conv, print_shapes, NULL, NULL);
 *     ct_module_forward(net, x);
 *     ct_hook_remove(hook);
 *
 * A hook runs in a scope of its own, on any thread that calls the module or computes gradients. What it is given is
 * lent to it, and NULL is None. Into a list that is not const it may put other tensors: a reference is taken, and it
 * frees nothing. It fails by letting a call fail or by ct_error_set, and with it the forward or backward that runs it.
 * It may register and remove hooks, itself too; those that are running with it run on. It must not longjmp out.
 *
 * user is what a hook is given, and free_user, unless NULL, what frees it: once, when the hook is removed, no call runs
 * through it and no graph waits for it; with the last module or tensor that has the hook; or at once when registering
 * fails. A copy of a module has its hooks, too, and shares their user data.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_HOOK_H
#define CTORCH_HOOK_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

/* ---- Handles ---- */

/* What takes a hook away again. It keeps no module alive. torch.utils.hooks.RemovableHandle. */
typedef struct ct_hook ct_hook;

/* Takes the hook away; nothing to do is no error. A graph that was recorded with it still runs it. handle.remove().
 * @since 0.1 */
CT_API ct_status ct_hook_remove(ct_hook *self);

/* Frees a handle; the hook stays. NULL does nothing. @since 0.1 */
CT_API void ct_hook_free(ct_hook *self);

/* Moves a handle one scope outwards, so that it outlives the innermost one, and returns it. NULL in a scope that has
 * failed. @since 0.1 */
CT_API ct_hook *ct_hook_escape(ct_hook *self);

/* ---- Around a forward ---- */

typedef struct ct_hook_options {
    bool prepend; /* before the hooks that are there, not after them */
} ct_hook_options;

#define CT_REGISTER_HOOK_(function, self, hook, user, free_user, ...)                                                  \
    CT_KEYWORDS_(function(self, hook, user, free_user, &(ct_hook_options){.prepend = false, __VA_ARGS__}))

/* Runs before a module's forward, and may change its n inputs. */
typedef void (*ct_forward_pre_hook)(ct_module *module, ct_tensor **inputs, size_t n, void *user);

/* Runs a hook before every forward: `ct_module_register_forward_pre_hook(net, scale, &factor, NULL, .prepend = true)`.
 * Module.register_forward_pre_hook. @since 0.1 */
CT_API ct_hook *ct_module_register_forward_pre_hook_with(ct_module *self, ct_forward_pre_hook hook, void *user,
                                                         void (*free_user)(void *user), const ct_hook_options *options);
#define ct_module_register_forward_pre_hook(...)                                                                       \
    CT_REGISTER_HOOK_(ct_module_register_forward_pre_hook_with, __VA_ARGS__, )

/* Runs after a module's forward, and may change its m outputs. */
typedef void (*ct_forward_hook)(ct_module *module, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m,
                                void *user);

typedef struct ct_forward_hook_options {
    bool prepend;     /* before the hooks that are there, not after them */
    bool always_call; /* also when the forward fails: with the outputs that there are, as a rule none */
} ct_forward_hook_options;

/* Runs a hook after every forward. When something else has failed, an always_call hook's own failure is dropped.
 * Module.register_forward_hook. @since 0.1 */
CT_API ct_hook *ct_module_register_forward_hook_with(ct_module *self, ct_forward_hook hook, void *user,
                                                     void (*free_user)(void *user),
                                                     const ct_forward_hook_options *options);
#define ct_module_register_forward_hook(...) CT_REGISTER_FORWARD_HOOK_(__VA_ARGS__, )
#define CT_REGISTER_FORWARD_HOOK_(self, hook, user, free_user, ...)                                                    \
    CT_KEYWORDS_(ct_module_register_forward_hook_with(self, hook, user, free_user,                                     \
                                                      &(ct_forward_hook_options){.prepend = false, __VA_ARGS__}))

/* ---- Around a backward: only where gradients are recorded ---- */

/* Runs when the gradients of a module's m outputs are known, before they go into it, and may change them. */
typedef void (*ct_backward_pre_hook)(ct_module *module, ct_tensor **grad_outputs, size_t m, void *user);

/* Runs a hook before every backward of the module. Module.register_full_backward_pre_hook. @since 0.1 */
CT_API ct_hook *ct_module_register_full_backward_pre_hook_with(ct_module *self, ct_backward_pre_hook hook, void *user,
                                                               void (*free_user)(void *user),
                                                               const ct_hook_options *options);
#define ct_module_register_full_backward_pre_hook(...)                                                                 \
    CT_REGISTER_HOOK_(ct_module_register_full_backward_pre_hook_with, __VA_ARGS__, )

/* Runs when the gradients of a module's n inputs are known, and may change them. When no input requires a gradient they
 * are all None and must remain so. */
typedef void (*ct_backward_hook)(ct_module *module, ct_tensor **grad_inputs, size_t n, ct_tensor *const *grad_outputs,
                                 size_t m, void *user);

/* Runs a hook after every backward of the module. Its inputs and outputs are views then, which cannot be changed in
 * place. Module.register_full_backward_hook. @since 0.1 */
CT_API ct_hook *ct_module_register_full_backward_hook_with(ct_module *self, ct_backward_hook hook, void *user,
                                                           void (*free_user)(void *user),
                                                           const ct_hook_options *options);
#define ct_module_register_full_backward_hook(...)                                                                     \
    CT_REGISTER_HOOK_(ct_module_register_full_backward_hook_with, __VA_ARGS__, )

/* ---- A tensor's gradient ---- */

/* Is shown a tensor's gradient and returns the one to use instead; NULL leaves it. */
typedef ct_tensor *(*ct_tensor_hook)(ct_tensor *grad, void *user);

/* Runs a hook whenever the tensor's gradient is computed; the tensor requires one. Tensor.register_hook. @since 0.1 */
CT_API ct_hook *ct_tensor_register_hook(ct_tensor *self, ct_tensor_hook hook, void *user,
                                        void (*free_user)(void *user));

CT_END_DECLS

#endif
