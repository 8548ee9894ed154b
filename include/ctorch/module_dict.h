/* ctorch/module_dict.h: ModuleDict: modules under keys, in the order in which they were put in. It cannot be called:
 * the forward that owns it picks from it. What every module can do with its children serves it, too (module.h):
 *
 *     dict["conv"]            ct_module_child(dict, "conv")
 *     dict["conv"] = conv     ct_module_set_child(dict, "conv", conv)
 *     del dict["conv"]        ct_module_delete_child(dict, "conv")
 *     len(dict)               ct_module_size(dict)
 *     list(dict)[i]           ct_module_name_at(dict, i), ct_module_at(dict, i)
 *
 * A key is not empty, has no dot, and is not the name of an attribute that Python's ModuleDict has ("keys", "type").
 * A dict that fails to change is unchanged.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_MODULE_DICT_H
#define CTORCH_MODULE_DICT_H

#include <ctorch/container.h>

CT_BEGIN_DECLS

/* Modules under keys: `ct_nn_module_dict({"conv", conv}, {"pool", pool})`, `ct_nn_module_dict()`. nn.ModuleDict.
 * @since 0.1 */
CT_API ct_module *ct_nn_module_dict_new(const ct_named_module *modules, size_t n);
#define ct_nn_module_dict(...) CT_LIST_(ct_nn_module_dict_new, const ct_named_module, {0}, __VA_ARGS__)

/* Whether there is a module under the key; false on failure. `key in dict`. @since 0.1 */
CT_API bool ct_module_dict_has(const ct_module *self, const char *key);

/* Takes a module out and returns it. dict.pop(key). @since 0.1 */
CT_API ct_module *ct_module_dict_pop(ct_module *self, const char *key);

/* Takes all modules out. dict.clear(). @since 0.1 */
CT_API ct_status ct_module_dict_clear(ct_module *self);

/* Puts in the modules of another ModuleDict: in the place of those that have their keys, else last: to put in several
 * at once, `ct_module_dict_update(dict, ct_nn_module_dict({"conv", conv}, {"pool", pool}))`. dict.update(other).
 * @since 0.1 */
CT_API ct_status ct_module_dict_update(ct_module *self, const ct_module *other);

CT_END_DECLS

#endif
