/* ctorch/script.h: TorchScript: programs that Python's torch.jit.save, C++ or ct_module_export (export.h) wrote.
 *
 *     ct_script *net = ct_script_load("net.pt");
 *     ct_tensor *y = ct_script_forward(net, x);
 *     ct_value result[2];
 *     ct_script_call_into(net, "split_at", CT_ARGS(x, 3), result, 2);
 *
 * A TorchScript file is a program, and loading it may run parts of it: load only what you trust. What comes from
 * strangers is better kept as a state_dict or safetensors (checkpoint.h).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_SCRIPT_H
#define CTORCH_SCRIPT_H

#include <ctorch/module.h>
#include <ctorch/value.h>

CT_BEGIN_DECLS

/* A handle on a module of TorchScript. The handles of a module and of its submodules share it. */
typedef struct ct_script ct_script;

/* ---- Loading and saving ---- */

typedef struct ct_script_load_options {
    const char *device; /* where its tensors go, "cuda:0"; NULL: where they were saved from */
} ct_script_load_options;

/* Loads a program: `ct_script_load("net.pt", .device = "cuda:0")`. CT_ERROR_IO when the file cannot be read,
 * CT_ERROR_FORMAT when it is damaged or something else: the message says what it looks like. torch.jit.load. @since 0.1
 */
CT_API ct_script *ct_script_load_with(const char *path, const ct_script_load_options *options);
#define ct_script_load(...) CT_SCRIPT_LOAD_(__VA_ARGS__, )
#define CT_SCRIPT_LOAD_(path, ...)                                                                                     \
    CT_KEYWORDS_(ct_script_load_with(path, &(ct_script_load_options){.device = NULL, __VA_ARGS__}))

/* The same from memory, which is not needed afterwards: `ct_script_load_memory(bytes, size)`. @since 0.1 */
CT_API ct_script *ct_script_load_memory_with(const void *bytes, size_t size, const ct_script_load_options *options);
#define ct_script_load_memory(...) CT_SCRIPT_LOAD_MEMORY_(__VA_ARGS__, )
#define CT_SCRIPT_LOAD_MEMORY_(bytes, size, ...)                                                                       \
    CT_KEYWORDS_(ct_script_load_memory_with(bytes, size, &(ct_script_load_options){.device = NULL, __VA_ARGS__}))

/* Writes a program that Python's torch.jit.load, C++ and ct_script_load read; the file appears whole or not at all.
 * ScriptModule.save. @since 0.1 */
CT_API ct_status ct_script_save(const ct_script *self, const char *path);

/* Frees a handle; NULL does nothing. @since 0.1 */
CT_API void ct_script_free(ct_script *self);

/* Moves a handle one scope outwards, and returns it. NULL in a scope that has failed. @since 0.1 */
CT_API ct_script *ct_script_escape(ct_script *self);

/* ---- Calling: arguments are checked against the method's schema, as by ct_call ---- */

/* The output of the method "forward" for one input. m(x). @since 0.1 */
CT_API ct_tensor *ct_script_forward(const ct_script *self, const ct_tensor *x);

/* The result of a method that returns one tensor: `ct_script_call(net, "encode", CT_ARGS(x, ct_arg("scale", 2)))`. None
 * is NULL, without a failure. m.encode(x, scale=2). @since 0.1 */
CT_API ct_tensor *ct_script_call(const ct_script *self, const char *method, const ct_value *args, size_t n);

/* The m results of any method. With m = 1 that is what it returns, whatever it is; else what it returns is a tuple, and
 * nested ones are laid flat. Lists, dicts and tuples among the arguments and results may be nested in each other.
 * Tensors in the results are new handles, in lists and dicts, too; texts and lists are lent until the innermost scope
 * ends, or, outside any, until the next text is made. On failure no result is written. @since 0.1 */
CT_API ct_status ct_script_call_into(const ct_script *self, const char *method, const ct_value *args, size_t n,
                                     ct_value *results, size_t m);

/* The number of methods, and the name of method i, from 0; 0 and "" on failure. The name is lent until the innermost
 * scope ends, or, outside any, until the next text is made. @since 0.1 */
CT_API size_t ct_script_method_count(const ct_script *self);
CT_API const char *ct_script_method_name(const ct_script *self, size_t i);

/* What a method takes and returns, "forward(__torch__.Net self, Tensor x) -> Tensor"; "" on failure. Lent as
 * ct_script_method_name's. ScriptMethod.schema. @since 0.1 */
CT_API const char *ct_script_schema(const ct_script *self, const char *method);

/* ---- What is in it ---- */

/* The submodule at a path, "features.0"; "" is the module itself. Module.get_submodule. @since 0.1 */
CT_API ct_script *ct_script_child(const ct_script *self, const char *path);

/* The number of direct submodules, and the name of submodule i, from 0; 0 and "" on failure. Lent as
 * ct_script_method_name's. @since 0.1 */
CT_API size_t ct_script_size(const ct_script *self);
CT_API const char *ct_script_name_at(const ct_script *self, size_t i);

/* The name of its class, "Net"; "" on failure. Lent as ct_script_method_name's. ScriptModule.original_name. @since 0.1
 */
CT_API const char *ct_script_class(const ct_script *self);

/* Its parameters with their paths, its buffers, and both in the order of Python's state_dict. All share the module's
 * memory. Module.named_parameters, named_buffers, state_dict. @since 0.1 */
CT_API ct_dict *ct_script_parameters(const ct_script *self);
CT_API ct_dict *ct_script_buffers(const ct_script *self);
CT_API ct_dict *ct_script_state_dict(const ct_script *self);

/* The attribute at a path, "features.0.scale": a tensor is a new handle that shares the module's memory, texts and
 * lists are lent as ct_script_call_into's; None on failure. m.features[0].scale. @since 0.1 */
CT_API ct_value ct_script_attribute(const ct_script *self, const char *path);

/* Sets an attribute that there is; its type must fit. m.scale = value. @since 0.1 */
CT_API ct_status ct_script_set_attribute(ct_script *self, const char *path, ct_value value);

/* ---- Modes and places ---- */

/* Sets training mode or evaluation mode, here and in all submodules. What was traced does what it did in the mode that
 * it was traced in. Module.train, Module.eval. @since 0.1 */
CT_API ct_status ct_script_train(ct_script *self, bool mode);
CT_API ct_status ct_script_eval(ct_script *self);

/* Whether the module is in training mode; false on failure, and for one that was frozen. Module.training. @since 0.1 */
CT_API bool ct_script_is_training(const ct_script *self);

/* Moves all parameters and buffers to another device, and the floating-point ones to another element type:
 * `ct_script_to(net, .device = "cuda:0")`. Constants within the code stay: load the file to the device instead.
 * Module.to. @since 0.1 */
CT_API ct_status ct_script_to_with(ct_script *self, const ct_to_options *options);
#define ct_script_to(...) CT_SCRIPT_TO_(__VA_ARGS__, )
#define CT_SCRIPT_TO_(self, ...)                                                                                       \
    CT_KEYWORDS_(ct_script_to_with(self, &(ct_to_options){.dtype = CT_DTYPE_NONE, __VA_ARGS__}))

/* ---- Making it faster ---- */

typedef struct ct_freeze_options {
    const char *const *preserved; /* the methods and attributes that stay, besides "forward" */
    size_t n_preserved;
} ct_freeze_options;

/* A copy of a module in evaluation mode whose parameters and attributes are constants of its code:
 * `ct_script_freeze(net)`. torch.jit.freeze. @since 0.1 */
CT_API ct_script *ct_script_freeze_with(const ct_script *self, const ct_freeze_options *options);
#define ct_script_freeze(...) CT_SCRIPT_FREEZE_(__VA_ARGS__, )
#define CT_SCRIPT_FREEZE_(self, ...)                                                                                   \
    CT_KEYWORDS_(ct_script_freeze_with(self, &(ct_freeze_options){.preserved = NULL, __VA_ARGS__}))

/* The same, rewritten for inference on the CPU: it records no gradients, and cannot be saved.
 * torch.jit.optimize_for_inference. @since 0.1 */
CT_API ct_script *ct_script_optimize_for_inference(const ct_script *self);

/* ---- As a module ---- */

/* The program as a module that can sit in a Sequential or be a child: its parameters, buffers and submodules are those
 * of the script, and its forward is the script's. @since 0.1 */
CT_API ct_module *ct_script_module(const ct_script *self);

CT_END_DECLS

#endif
