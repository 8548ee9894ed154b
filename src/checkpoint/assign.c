/* checkpoint/assign.c: see assign.h. As load_state_dict(assign=True): a parameter keeps whether it requires a gradient.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/assign.h"

#include "core/error.h"
#include "core/scope.h"
#include "core/text.h"

#include <ctorch/autograd.h>
#include <ctorch/dtype.h>

#include <stdlib.h>
#include <string.h>

static bool can_learn(ct_dtype dtype)
{
    return ct_dtype_is_floating_point(dtype) || ct_dtype_is_complex(dtype);
}

/* What would fail half way: a parameter that learns, and a tensor that cannot. */
static ct_status check(const ct_dict *parameters, const ct_dict *dict, const char *function)
{
    size_t size = ct_dict_size(dict);
    for (size_t i = 0; i < size; i++) {
        const char *key = ct_dict_name(dict, i);
        if (!ct_dict_has(parameters, key) || !ct_tensor_requires_grad(ct_dict_get(parameters, key)))
            continue;
        ct_dtype dtype = ct_tensor_dtype(ct_dict_at(dict, i));
        if (!can_learn(dtype))
            return core_fail(CT_ERROR_TYPE,
                             "%s: '%s' requires a gradient, which a tensor of %s cannot; expected a floating point one",
                             function, key, ct_dtype_name(dtype));
    }
    return scope_failure();
}

/* The module that a key's entry belongs to, and the entry's name in it. */
static ct_module *owner(const ct_module *self, const char *key, const char **name)
{
    const char *dot = strrchr(key, '.');
    char *path = text_format("%.*s", dot ? (int)(dot - key) : 0, key);
    *name = dot ? dot + 1 : key;
    ct_module *module = path ? ct_module_child(self, path) : NULL;
    if (!path)
        core_fail(CT_ERROR_MEMORY, "out of memory");
    free(path);
    return module;
}

static void assign(ct_module *self, const ct_dict *parameters, const char *key, const ct_tensor *tensor)
{
    const char *name;
    ct_module *module = owner(self, key, &name);
    if (!ct_dict_has(parameters, key)) {
        ct_module_set_buffer(module, name, tensor);
        return;
    }
    bool learns = ct_tensor_requires_grad(ct_dict_get(parameters, key));
    ct_module_set_parameter(module, name, tensor);
    if (!learns)
        ct_requires_grad_(ct_module_parameter(module, name), false);
}

ct_status assign_all(ct_module *self, const ct_dict *own, const ct_dict *dict, const char *function)
{
    ct_dict *parameters = ct_module_parameters(self, .remove_duplicate = false);
    if (check(parameters, dict, function) != CT_OK)
        return scope_failure();
    size_t size = ct_dict_size(own);
    for (size_t i = 0; i < size; i++) {
        const char *key = ct_dict_name(own, i);
        if (ct_dict_has(dict, key))
            assign(self, parameters, key, ct_detach(ct_dict_get(dict, key)));
    }
    return scope_failure();
}
