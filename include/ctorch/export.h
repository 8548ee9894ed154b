/* ctorch/export.h: modules for programs without ctorch: TorchScript for Python and C++, and archives for C++'s
 * torch::load.
 *
 *     ct_module_export(net, "net.pt", CT_TENSORS(x));                 and in Python: torch.jit.load("net.pt")(x)
 *
 * A module is exported by tracing: it is run once, and what libtorch computes then is recorded, whether a layer or a
 * forward in C called it. Parameters and buffers stay what they are, under their own names. As with Python's
 * torch.jit.trace, what happens outside of libtorch is not recorded:
 *
 *   A number that a forward reads from a tensor (ct_tensor_item, ct_tensor_copy_out) or from a shape (ct_tensor_shape)
 *   is a constant in what is exported, and so is which branch was taken because of it. `ct_flatten(x, 1, -1)` works for
 *   every batch size, `ct_reshape(x, CT_DIMS(ct_tensor_shape(x)[0], -1))` for that of the example only.
 *   A tensor that a forward makes from nothing or from C's memory is a constant.
 *   Training or evaluation mode is that of the module when it is traced.
 *   Attributes are no part of the program, and buffers that are not saved become part of its state_dict.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_EXPORT_H
#define CTORCH_EXPORT_H

#include <ctorch/script.h>

CT_BEGIN_DECLS

typedef struct ct_trace_options {
    bool check;             /* runs module and trace on the same inputs, and compares the outputs */
    double check_tolerance; /* how far they may be apart, relative to the module's */

    /* Other inputs to compare on as well, n at a time: of other shapes or values, they show what became a constant. */
    ct_tensor *const *check_inputs;
    size_t n_check_inputs;
} ct_trace_options;

CT_API ct_trace_options ct_trace_options_default(void);
#define CT_TRACE_DEFAULTS .check = true, .check_tolerance = 1e-5, .check_inputs = NULL, .n_check_inputs = 0

/* Records what a module computes for these inputs, as a program that shares its parameters and buffers:
 * `ct_script_trace(net, CT_TENSORS(x), .check = false)`. NULL as an input is None, and no input of the program. One
 * output is a tensor, several are a tuple, laid flat. The module is unchanged, buffers and random numbers included.
 * CT_ERROR_RUNTIME, with the largest difference, when the check fails. torch.jit.trace. @since 0.1 */
CT_API ct_script *ct_script_trace_with(ct_module *module, ct_tensor *const *inputs, size_t n,
                                       const ct_trace_options *options);
#define ct_script_trace(...) CT_SCRIPT_TRACE_(__VA_ARGS__, )
#define CT_SCRIPT_TRACE_(module, inputs, n, ...)                                                                       \
    CT_KEYWORDS_(ct_script_trace_with(module, inputs, n, &(ct_trace_options){CT_TRACE_DEFAULTS, __VA_ARGS__}))

/* Traces a module and writes the program: ct_script_trace and ct_script_save. The file appears whole or not at all.
 * torch.jit.trace(m, x).save(path). @since 0.1 */
CT_API ct_status ct_module_export_with(ct_module *self, const char *path, ct_tensor *const *inputs, size_t n,
                                       const ct_trace_options *options);
#define ct_module_export(...) CT_MODULE_EXPORT_(__VA_ARGS__, )
#define CT_MODULE_EXPORT_(self, path, inputs, n, ...)                                                                  \
    CT_KEYWORDS_(ct_module_export_with(self, path, inputs, n, &(ct_trace_options){CT_TRACE_DEFAULTS, __VA_ARGS__}))

/* Writes a module's parameters and buffers as C++'s torch::save(module, path) does, for torch::load into a module with
 * children, parameters and buffers of the same names. C++ has no buffers that are not saved, so all are written. The
 * file appears whole or not at all. For Python, and for ctorch itself, use ct_module_save (checkpoint.h). @since 0.1 */
CT_API ct_status ct_module_save_libtorch(const ct_module *self, const char *path);

CT_END_DECLS

#endif
