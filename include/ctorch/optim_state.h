/* ctorch/optim_state.h: an optimizer's state, in Python's format: `ct_save` writes it, and torch.optim loads it.
 *
 *     ct_save("last.pt", ct_value_dict(CT_ARGS(ct_arg("model", ct_module_state_dict(net)),
 *                                              ct_arg("optimizer", ct_optimizer_state_dict(optimizer)),
 *                                              ct_arg("rng", ct_generator_get_state(ct_default_generator())))));
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_OPTIM_STATE_H
#define CTORCH_OPTIM_STATE_H

#include <ctorch/optim.h>
#include <ctorch/value.h>

CT_BEGIN_DECLS

/* All that the next steps depend on besides the parameters, with the keys of the Python of the same release:
 * {"state": {0: {"step": ..., "exp_avg": ...}}, "param_groups": [{"lr": ..., "params": [0, 1]}]}. Its tensors are the
 * optimizer's own. Lent until the innermost scope ends, and one must be open; None on failure. optimizer.state_dict().
 * @since 0.1 */
CT_API ct_value ct_optimizer_state_dict(const ct_optimizer *self);

/* Takes a state that the same optimizer, or Python's of the same class and of any release, has saved; tensors are
 * copied. The parameters are those that the optimizer was made with, in the same order. What a group has besides, a
 * scheduler's initial_lr for example, goes out again with ct_optimizer_state_dict. What a state does not fit is an
 * error, and changes nothing. optimizer.load_state_dict(state_dict). @since 0.1 */
CT_API ct_status ct_optimizer_load_state_dict(ct_optimizer *self, ct_value state_dict);

CT_END_DECLS

#endif
