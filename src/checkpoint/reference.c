/* checkpoint/reference.c: see reference.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/reference.h"

#include "core/error.h"
#include "core/scope.h"

ct_status reference_check_evaluating(const ct_module *self, const char *function)
{
    return ct_module_is_training(self)
               ? core_fail(CT_ERROR_VALUE,
                           "%s: the module is in training mode, in which its outputs need not be the same "
                           "twice; call ct_module_eval first",
                           function)
               : scope_failure();
}

ct_status reference_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m)
{
    ct_tensor **places[CT_OUTPUTS_MAX];
    for (size_t i = 0; i < m; i++)
        places[i] = &outputs[i];
    return ct_module_call(self, inputs, n, places, m);
}

bool reference_tensors(const ct_value *values, size_t n, ct_tensor **tensors, const char *what)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i].kind != CT_VALUE_TENSOR && values[i].kind != CT_VALUE_NONE) {
            core_fail(CT_ERROR_TYPE, "%s[%zu] is not a tensor", what, i);
            return false;
        }
        tensors[i] = values[i].kind == CT_VALUE_TENSOR ? values[i].as.tensor : NULL;
    }
    return true;
}

bool reference_count(size_t n, const char *what)
{
    if (n >= 1 && n <= CT_OUTPUTS_MAX)
        return true;
    core_fail(CT_ERROR_VALUE, "%s are %zu; expected 1 to %d", what, n, CT_OUTPUTS_MAX);
    return false;
}
