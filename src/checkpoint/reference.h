/* checkpoint/reference.h: the inputs that a file keeps beside its state_dict, and what a module made of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_REFERENCE_H
#define CTORCH_CHECKPOINT_REFERENCE_H

#include <ctorch/module.h>
#include <ctorch/value.h>

/* The attribute of the state_dict: a dict with "inputs" and "outputs", lists of tensors and None. */
#define REFERENCE_ATTRIBUTE "_ctorch"

/* A module in training mode need not give the same outputs twice: refused. */
ct_status reference_check_evaluating(const ct_module *self, const char *function);

/* Whether there are 1 to CT_OUTPUTS_MAX of something; a failure is recorded, as by the next. */
bool reference_count(size_t n, const char *what);

/* The tensors among values, NULL for None; false when one is something else. */
bool reference_tensors(const ct_value *values, size_t n, ct_tensor **tensors, const char *what);

/* The outputs, m of at most CT_OUTPUTS_MAX, for n inputs. */
ct_status reference_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m);

#endif
