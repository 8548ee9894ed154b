/* ctorch/dict.h: an ordered dict of named tensors: what parameters(), state_dict() and a checkpoint are.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_DICT_H
#define CTORCH_DICT_H

#include <ctorch/tensor.h>

CT_BEGIN_DECLS

/* A handle on a dict. It shares the tensors in it: changing a module's parameter in place changes the module. */
typedef struct ct_dict ct_dict;

/* An empty dict. `{}`. @since 0.1 */
CT_API ct_dict *ct_dict_new(void);

/* Frees the handle and the dict, not the tensors that others share; NULL does nothing. @since 0.1 */
CT_API void ct_dict_free(ct_dict *self);

/* Moves a handle one scope outwards and returns it; NULL in a scope that has failed. @since 0.1 */
CT_API ct_dict *ct_dict_escape(ct_dict *self);

/* The number of entries; 0 on failure. len(d). @since 0.1 */
CT_API size_t ct_dict_size(const ct_dict *self);

/* The tensor of that name; a missing name is an error. d[name]. @since 0.1 */
CT_API ct_tensor *ct_dict_get(const ct_dict *self, const char *name);

/* Whether there is an entry of that name; false on failure. `name in d`. @since 0.1 */
CT_API bool ct_dict_has(const ct_dict *self, const char *name);

/* Adds an entry at the end, or replaces the one of that name in its place. d[name] = tensor. @since 0.1 */
CT_API ct_status ct_dict_set(ct_dict *self, const char *name, const ct_tensor *tensor);

/* The name of entry i, from 0; "" on failure. Valid until the dict changes or goes. @since 0.1 */
CT_API const char *ct_dict_name(const ct_dict *self, size_t i);

/* The tensor of entry i, from 0. @since 0.1 */
CT_API ct_tensor *ct_dict_at(const ct_dict *self, size_t i);

CT_END_DECLS

#endif
