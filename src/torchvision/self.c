/* torchvision/self.c: reading a module as Python's forward does.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/self.h"

#include "core/error.h"

#include <ctorch/value.h>

#include <string.h>

ct_tensor *self_call(ct_module *self, const char *name, const ct_tensor *x)
{
    return ct_module_forward(ct_module_child(self, name), x);
}

/* module(y), after which nothing needs y, unless it is x, the caller's. */
static ct_tensor *next(ct_module *module, ct_tensor *y, const ct_tensor *x)
{
    ct_tensor *z = ct_module_forward(module, y);
    if (y != x)
        ct_tensor_free(y);
    return z;
}

ct_tensor *self_chain_names(ct_module *self, ct_tensor *x, const char *const *names)
{
    ct_tensor *y = x;
    for (; *names; names++)
        y = next(ct_module_child(self, *names), y, x);
    return y;
}

ct_tensor *self_through(const ct_module *self, ct_tensor *x)
{
    int64_t size = ct_module_size(self);
    ct_tensor *y = x;
    for (int64_t i = 0; i < size; i++)
        y = next(ct_module_at(self, i), y, x);
    return y;
}

bool self_has(const ct_module *self, const char *name)
{
    int64_t size = ct_module_size(self);
    for (int64_t i = 0; i < size; i++)
        if (strcmp(ct_module_name_at(self, i), name) == 0)
            return true;
    return false;
}

ct_tensor *self_optional(const ct_module *self, const char *name)
{
    ct_dict *parameters = ct_module_parameters(self);
    return ct_dict_has(parameters, name) ? ct_dict_get(parameters, name) : NULL;
}

void self_ints(const ct_module *self, const char *name, int64_t *values, size_t n)
{
    ct_value list = ct_module_value(self, name);
    size_t size = ct_value_size(list);
    if (size != n)
        core_fail(CT_ERROR_VALUE, "%s has %zu values in %s; expected %zu", ct_module_class(self), size, name, n);
    for (size_t i = 0; i < n; i++)
        values[i] = size == n ? ct_value_to_int(ct_value_at(list, (int64_t)i)) : 0;
}

bool self_takes_one(const ct_module *self, size_t n)
{
    if (n != 1)
        core_fail(CT_ERROR_TYPE, "%s.forward() takes 1 input but %zu were given", ct_module_class(self), n);
    return n == 1;
}
