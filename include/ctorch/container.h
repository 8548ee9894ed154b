/* ctorch/container.h: Sequential and ModuleList. Both hold modules in order, under names; a Sequential can be called,
 * each module's output being the next one's input, and a ModuleList cannot: the forward that owns it walks it. A
 * container shares the modules put into it, and one that fails to change is unchanged. Size, items and names are asked
 * as of every module (module.h).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CONTAINER_H
#define CTORCH_CONTAINER_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

/* ---- Making ---- */

/* Modules in a row, named "0", "1", ...: `ct_nn_sequential(ct_nn_linear(10, 50), ct_nn_relu(), ct_nn_linear(50, 2))`.
 * One without modules returns its input. nn.Sequential. @since 0.1 */
CT_API ct_module *ct_nn_sequential_new(ct_module *const *modules, size_t n);
#define ct_nn_sequential(...) CT_LIST_(ct_nn_sequential_new, ct_module *const, NULL, __VA_ARGS__)

typedef struct ct_named_module {
    const char *name;
    ct_module *module;
} ct_named_module;

/* Modules in a row under names of one's own: `ct_nn_sequential_named({"conv1", conv}, {"relu1", ct_nn_relu()})`.
 * nn.Sequential(OrderedDict(...)). @since 0.1 */
CT_API ct_module *ct_nn_sequential_named_new(const ct_named_module *modules, size_t n);
#define ct_nn_sequential_named(...) CT_LIST_(ct_nn_sequential_named_new, const ct_named_module, {0}, __VA_ARGS__)

/* A list of modules, named "0", "1", ...: `ct_nn_module_list()`, `ct_nn_module_list(a, b)`. Names of one's own come by
 * ct_module_set_child(list, "layer1", m). nn.ModuleList. @since 0.1 */
CT_API ct_module *ct_nn_module_list_new(ct_module *const *modules, size_t n);
#define ct_nn_module_list(...) CT_LIST_(ct_nn_module_list_new, ct_module *const, NULL, __VA_ARGS__)

/* A maker of a container over its list. The first element only makes the list without any legal; it is stepped over. */
#define CT_LIST_(function, type, first, ...)                                                                           \
    CT_KEYWORDS_(type ct_list[] = {first, __VA_ARGS__}; function(ct_list + 1, sizeof ct_list / sizeof *ct_list - 1))

/* ---- Changing a Sequential or a ModuleList; anything else is an error. Negative positions count from the end. ---- */

/* Puts a module at the end, under the next number. list.append(module). @since 0.1 */
CT_API ct_status ct_module_append(ct_module *self, const ct_module *module);

/* Puts modules at the end: `ct_module_extend(list, CT_MODULES(a, b))`. list.extend([a, b]). @since 0.1 */
CT_API ct_status ct_module_extend(ct_module *self, ct_module *const *modules, size_t n);

/* Puts a module before the one at position i; those behind it that are named by number move up by one.
 * list.insert(i, module). @since 0.1 */
CT_API ct_status ct_module_insert(ct_module *self, int64_t i, const ct_module *module);

/* Puts a module in the place and under the name of another. list[i] = module. @since 0.1 */
CT_API ct_status ct_module_replace(ct_module *self, int64_t i, const ct_module *module);

/* Takes a module out; the rest are named "0", "1", ... anew, as in Python, own names too. del list[i]. @since 0.1 */
CT_API ct_status ct_module_delete(ct_module *self, int64_t i);

/* Takes a module out, as ct_module_delete does, and returns it. list.pop(i). @since 0.1 */
CT_API ct_module *ct_module_pop(ct_module *self, int64_t i);

/* A container of the same kind that shares the modules start, start + step, ... before stop, with Python's rules for
 * bounds that are negative or out of range; CT_END as stop goes to the last. A Sequential's keep their names, a
 * ModuleList's are numbered anew. list[start:stop:step]. @since 0.1 */
CT_API ct_module *ct_module_slice(const ct_module *self, int64_t start, int64_t stop, int64_t step);
#define CT_END INT64_MAX

/* Takes the modules of a slice out; the rest are named "0", "1", ... anew. del list[start:stop:step]. @since 0.1 */
CT_API ct_status ct_module_delete_slice(ct_module *self, int64_t start, int64_t stop, int64_t step);

/* Takes the modules of a slice out, as ct_module_delete_slice does, and returns them as ct_module_slice does.
 * list.pop(slice(start, stop, step)). @since 0.1 */
CT_API ct_module *ct_module_pop_slice(ct_module *self, int64_t start, int64_t stop, int64_t step);

/* ---- Operators: + of two Sequentials, or of a ModuleList and either; * of a Sequential. Modules are shared, and named
 * "0", "1", ... anew. ---- */

/* A new container with the modules of both. self + other. @since 0.1 */
CT_API ct_module *ct_module_add(const ct_module *self, const ct_module *other);

/* Puts the modules of another at the end. self += other. @since 0.1 */
CT_API ct_status ct_module_add_(ct_module *self, const ct_module *other);

/* A new Sequential with the modules n times over: each is one module in n places, not n modules. self * n.
 * @since 0.1 */
CT_API ct_module *ct_module_mul(const ct_module *self, int64_t n);

/* Puts the same modules at the end n - 1 times. self *= n. @since 0.1 */
CT_API ct_status ct_module_mul_(ct_module *self, int64_t n);

CT_END_DECLS

#endif
