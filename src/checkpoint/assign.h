/* checkpoint/assign.h: a module that takes a file's tensors over instead of copying them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_ASSIGN_H
#define CTORCH_CHECKPOINT_ASSIGN_H

#include <ctorch/module.h>

/* Puts the tensors of `dict` in the place of the module's own of the same names, which are those of `own`, its
 * state_dict. Shapes have been compared. All are replaced or none. `function` is for messages. */
ct_status assign_all(ct_module *self, const ct_dict *own, const ct_dict *dict, const char *function);

#endif
