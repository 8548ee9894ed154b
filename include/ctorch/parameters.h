/* ctorch/parameters.h: ParameterList and ParameterDict: parameters by position or by key, which the optimizer,
 * state_dict and ct_module_to see as they see a layer's. Neither can be called.
 *
 * A tensor that is put in becomes a parameter as by ct_module_set_parameter: it must be a leaf, is shared, and requires
 * a gradient from then on. A container that fails to change is unchanged.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_PARAMETERS_H
#define CTORCH_PARAMETERS_H

#include <ctorch/container.h>

CT_BEGIN_DECLS

/* ---- ParameterList. Negative positions count from the end. ---- */

/* Parameters named "0", "1", ...: `ct_nn_parameter_list(a, b)`, `ct_nn_parameter_list()`. nn.ParameterList.
 * @since 0.1 */
CT_API ct_module *ct_nn_parameter_list_new(ct_tensor *const *tensors, size_t n);
#define ct_nn_parameter_list(...) CT_LIST_(ct_nn_parameter_list_new, ct_tensor *const, NULL, __VA_ARGS__)

/* The number of parameters; 0 on failure. len(list). @since 0.1 */
CT_API int64_t ct_parameter_list_size(const ct_module *self);

/* Parameter number i. list[i]. @since 0.1 */
CT_API ct_tensor *ct_parameter_list_at(const ct_module *self, int64_t i);

/* Puts a parameter in the place of another. list[i] = tensor. @since 0.1 */
CT_API ct_status ct_parameter_list_set(ct_module *self, int64_t i, const ct_tensor *tensor);

/* Puts a parameter at the end. list.append(tensor). @since 0.1 */
CT_API ct_status ct_parameter_list_append(ct_module *self, const ct_tensor *tensor);

/* Puts parameters at the end: `ct_parameter_list_extend(list, CT_TENSORS(a, b))`. list.extend([a, b]). @since 0.1 */
CT_API ct_status ct_parameter_list_extend(ct_module *self, ct_tensor *const *tensors, size_t n);

/* Puts the parameters of another ParameterList at the end. list += other. @since 0.1 */
CT_API ct_status ct_parameter_list_add_(ct_module *self, const ct_module *other);

/* Takes a parameter out and returns it; those behind it move up. Python's has none of this. @since 0.1 */
CT_API ct_tensor *ct_parameter_list_pop(ct_module *self, int64_t i);

/* A new ParameterList that shares the parameters of a slice; bounds as those of ct_module_slice.
 * list[start:stop:step]. @since 0.1 */
CT_API ct_module *ct_parameter_list_slice(const ct_module *self, int64_t start, int64_t stop, int64_t step);

/* ---- ParameterDict. Keys are as those of a ModuleDict (module_dict.h). By key, a parameter is read and put in as
 * every module's: dict["left"] is ct_module_parameter(dict, "left"), and ct_module_set_parameter puts one in. ---- */

typedef struct ct_named_tensor {
    const char *name;
    ct_tensor *tensor;
} ct_named_tensor;

/* Parameters under keys, in this order: `ct_nn_parameter_dict({"left", a}, {"right", b})`.
 * nn.ParameterDict(OrderedDict( ...)): of a plain dict, Python sorts the keys. @since 0.1 */
CT_API ct_module *ct_nn_parameter_dict_new(const ct_named_tensor *tensors, size_t n);
#define ct_nn_parameter_dict(...) CT_LIST_(ct_nn_parameter_dict_new, const ct_named_tensor, {0}, __VA_ARGS__)

/* One parameter under all of these keys; NULL is None. ParameterDict().fromkeys(keys, tensor). @since 0.1 */
CT_API ct_module *ct_nn_parameter_dict_fromkeys(const char *const *keys, size_t n, const ct_tensor *tensor);

/* The number of keys; 0 on failure. len(dict). @since 0.1 */
CT_API int64_t ct_parameter_dict_size(const ct_module *self);

/* Key number i; negative ones count from the end; "" on failure. Valid as ct_module_name_at's. list(dict)[i].
 * @since 0.1 */
CT_API const char *ct_parameter_dict_key_at(const ct_module *self, int64_t i);

/* Whether there is the key; false on failure. `key in dict`. @since 0.1 */
CT_API bool ct_parameter_dict_has(const ct_module *self, const char *key);

/* The parameter under the key, or, where there is no such key, another handle on the fallback. NULL, without an error,
 * where that is NULL or the parameter is None. dict.get(key, fallback). @since 0.1 */
CT_API ct_tensor *ct_parameter_dict_get(const ct_module *self, const char *key, const ct_tensor *fallback);

/* The parameter under the key, after putting the tensor there where there is no such key. dict.setdefault(key, tensor).
 * @since 0.1 */
CT_API ct_tensor *ct_parameter_dict_setdefault(ct_module *self, const char *key, const ct_tensor *tensor);

/* Takes a key out. del dict[key]. @since 0.1 */
CT_API ct_status ct_parameter_dict_delete(ct_module *self, const char *key);

/* Takes a key out and returns its parameter; NULL, without an error, for None. dict.pop(key). @since 0.1 */
CT_API ct_tensor *ct_parameter_dict_pop(ct_module *self, const char *key);

/* The same for the last key, which goes to *key, valid as ct_module_name_at's. dict.popitem(). @since 0.1 */
CT_API ct_tensor *ct_parameter_dict_popitem(ct_module *self, const char **key);

/* Takes all keys out. dict.clear(). @since 0.1 */
CT_API ct_status ct_parameter_dict_clear(ct_module *self);

/* Puts in the parameters of another ParameterDict: in the place of those that have their keys, else last.
 * dict.update(other), dict |= other. @since 0.1 */
CT_API ct_status ct_parameter_dict_update(ct_module *self, const ct_module *other);

/* A new ParameterDict that shares the parameters. dict.copy(). @since 0.1 */
CT_API ct_module *ct_parameter_dict_copy(const ct_module *self);

/* A new ParameterDict that shares the parameters of both; other's where both have the key. dict | other. @since 0.1 */
CT_API ct_module *ct_parameter_dict_or(const ct_module *self, const ct_module *other);

CT_END_DECLS

#endif
