/* ctorch/module.h: modules: calling them, their children, parameters and buffers, and modules whose forward is written
 * in C.
 *
 * Names and paths are those of state_dict: "layers.0.conv" is the child "conv" of the child "0" of the child "layers".
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_MODULE_H
#define CTORCH_MODULE_H

#include <ctorch/dict.h>
#include <ctorch/tensor.h>

CT_BEGIN_DECLS

/* A handle on a module. Several handles may share one module; so do the containers and modules that it was put into. */
typedef struct ct_module ct_module;

/* ---- Calling ---- */

/* The module's output for one input. An error inside names the path of the module that failed: "layers.4: mat1 and mat2
 * shapes cannot be multiplied (1x2 and 10x100)". m(x). @since 0.1 */
CT_API ct_tensor *ct_module_forward(ct_module *self, const ct_tensor *x);

/* ---- Handles ---- */

/* Frees a handle; NULL does nothing. The module goes with its last handle and its last container. @since 0.1 */
CT_API void ct_module_free(ct_module *self);

/* Moves a handle one scope outwards, so that it outlives the innermost one, and returns it. NULL in a scope that has
 * failed. @since 0.1 */
CT_API ct_module *ct_module_escape(ct_module *self);

/* Another handle on the same module, as Python's assignment makes one. @since 0.1 */
CT_API ct_module *ct_module_share(const ct_module *self);

/* Whether two handles stand for one module; false on failure. `a is b`. @since 0.1 */
CT_API bool ct_module_is(const ct_module *self, const ct_module *other);

/* A copy with parameters, buffers and children of its own, under the same names, that draws no random numbers. A module
 * with user data needs its copy_user; a layer that was given more parameters, buffers or children than its own cannot
 * be copied, and a tensor that two modules share is copied for each. copy.deepcopy. @since 0.1 */
CT_API ct_module *ct_module_clone(const ct_module *self);

/* ---- Children: of every module, in the order of registration; a list's items are its children ---- */

/* The module at a path, "layers.0.conv"; "" is the module itself. Module.get_submodule, m.layers. @since 0.1 */
CT_API ct_module *ct_module_child(const ct_module *self, const char *path);

/* Registers a child, or replaces the one of that name in its place. The name is not empty and has no dot. In a
 * Sequential or ModuleList a new one goes to the end. Module.add_module, m.layers = child. @since 0.1 */
CT_API ct_status ct_module_set_child(ct_module *self, const char *name, const ct_module *child);

/* The number of children; 0 on failure. len(list). @since 0.1 */
CT_API int64_t ct_module_size(const ct_module *self);

/* Child number i; negative ones count from the end. list[i]. @since 0.1 */
CT_API ct_module *ct_module_at(const ct_module *self, int64_t i);

/* The name of child number i; "" on failure. Valid until the innermost scope ends, or outside any scope until the next
 * text is made. @since 0.1 */
CT_API const char *ct_module_name_at(const ct_module *self, int64_t i);

/* The class, "Linear"; "" on failure. Valid as ct_module_name_at's. type(m).__name__. @since 0.1 */
CT_API const char *ct_module_class(const ct_module *self);

/* ---- Parameters and buffers: the tensors are the module's own, so changing one in place changes the module ---- */

/* The parameter at a path, "layers.0.weight". Module.get_parameter, m.weight. @since 0.1 */
CT_API ct_tensor *ct_module_parameter(const ct_module *self, const char *path);

/* Registers a leaf tensor as a parameter, which then requires a gradient, or replaces the one of that name (a layer's
 * own are fixed: write into them by ct_copy_ under ct_no_grad). Module.register_parameter, m.weight =
 * nn.Parameter(tensor). @since 0.1 */
CT_API ct_status ct_module_set_parameter(ct_module *self, const char *name, const ct_tensor *tensor);

/* The buffer at a path, "bn.running_mean". Module.get_buffer. @since 0.1 */
CT_API ct_tensor *ct_module_buffer(const ct_module *self, const char *path);

/* Registers a buffer under a name that is free. Module.register_buffer. @since 0.1 */
CT_API ct_status ct_module_set_buffer(ct_module *self, const char *name, const ct_tensor *tensor);

/* All parameters with their paths, those of the children included. Module.named_parameters. @since 0.1 */
CT_API ct_dict *ct_module_parameters(const ct_module *self);

/* All buffers with their paths, those of the children included. Module.named_buffers. @since 0.1 */
CT_API ct_dict *ct_module_buffers(const ct_module *self);

/* Parameters and buffers in the order and under the names of Python's state_dict, sharing the module's memory.
 * Module.state_dict. @since 0.1 */
CT_API ct_dict *ct_module_state_dict(const ct_module *self);

/* Forgets every parameter's gradient. Module.zero_grad. @since 0.1 */
CT_API ct_status ct_module_zero_grad(ct_module *self);

/* ---- Modes and places ---- */

/* Sets training mode, in which modules start, or evaluation mode, here and in all children. Module.train. @since 0.1 */
CT_API ct_status ct_module_train(ct_module *self, bool mode);

/* Sets evaluation mode. Module.eval. @since 0.1 */
CT_API ct_status ct_module_eval(ct_module *self);

/* Whether the module is in training mode; false on failure. Module.training. @since 0.1 */
CT_API bool ct_module_is_training(const ct_module *self);

/* Moves all parameters and buffers to another device, and the floating-point ones to another element type:
 * `ct_module_to(net, .dtype = CT_FLOAT64)`. Module.to. @since 0.1 */
CT_API ct_status ct_module_to_with(ct_module *self, const ct_to_options *options);
#define ct_module_to(...) CT_MODULE_TO_(__VA_ARGS__, )
#define CT_MODULE_TO_(self, ...)                                                                                       \
    CT_KEYWORDS_(ct_module_to_with(self, &(ct_to_options){.dtype = CT_DTYPE_NONE, __VA_ARGS__}))

/* ---- Printing ---- */

typedef struct ct_module_print_options {
    bool legacy; /* as PyTorch 1.13 printed: a ModuleList under its names, nothing collapsed to "(0-2): 3 x ..." */
} ct_module_print_options;

/* Prints the module to standard output, to the letter as PyTorch 2.14 does. print(module). @since 0.1 */
CT_API ct_status ct_module_print(const ct_module *self);

/* What ct_module_print prints: `ct_module_to_string(net, .legacy = true)`; "" on failure. Valid as ct_module_name_at's.
 * repr(module). @since 0.1 */
CT_API const char *ct_module_to_string_with(const ct_module *self, const ct_module_print_options *options);
#define ct_module_to_string(...) CT_MODULE_TO_STRING_(__VA_ARGS__, )
#define CT_MODULE_TO_STRING_(self, ...)                                                                                \
    CT_KEYWORDS_(ct_module_to_string_with(self, &(ct_module_print_options){.legacy = false, __VA_ARGS__}))

/* ---- Modules whose forward is written in C ---- */

/* Computes a module's output. It runs in a scope of its own, on any thread that calls the module. self and x are lent
 * to it. What it returns may be a new tensor, its input or one that it keeps: a reference is taken, and it frees
 * nothing. It fails by letting a call fail or by ct_error_set. It must not longjmp out. */
typedef ct_tensor *(*ct_forward)(ct_module *self, ct_tensor *x, void *user);

/* What a class statement says in Python. */
typedef struct ct_class {
    ct_forward forward;              /* NULL: the module cannot be called, and says so as Python does */
    void *user;                      /* what forward is given; self's attributes need none */
    void (*free_user)(void *user);   /* runs once: with the module's last reference, or at once when making it fails */
    void *(*copy_user)(void *user);  /* user data for a clone, or NULL; a module with user data has no clone without */
} ct_class;

/* A module of a class of one's own: `ct_nn_module("DenseBlock", .forward = block_forward)`. Children, parameters,
 * buffers and attributes are set on it afterwards, as in Python's __init__. class DenseBlock(nn.Module). @since 0.1 */
CT_API ct_module *ct_nn_module_new(const char *name, const ct_class *options);
#define ct_nn_module(...) CT_NN_MODULE_(__VA_ARGS__, )
#define CT_NN_MODULE_(name, ...) CT_KEYWORDS_(ct_nn_module_new(name, &(ct_class){.forward = NULL, __VA_ARGS__}))

/* Attributes of such a module, as Python's self.growth_rate: setting replaces; asking for one that is missing, or of
 * another type, is an error and gives 0, 0.0, false or "". A string is copied, and lent until it is set again.
 * @since 0.1 */
CT_API ct_status ct_module_set_int(ct_module *self, const char *name, int64_t value);
CT_API ct_status ct_module_set_double(ct_module *self, const char *name, double value);
CT_API ct_status ct_module_set_bool(ct_module *self, const char *name, bool value);
CT_API ct_status ct_module_set_string(ct_module *self, const char *name, const char *value);
CT_API int64_t ct_module_int(const ct_module *self, const char *name);
CT_API double ct_module_double(const ct_module *self, const char *name);
CT_API bool ct_module_bool(const ct_module *self, const char *name);
CT_API const char *ct_module_string(const ct_module *self, const char *name);

CT_END_DECLS

#endif
