/* ctorch/aoti.h: packages of AOTInductor: exported programs, compiled ahead of time into a shared library.
 *
 *     ct_aoti *net = ct_aoti_load("net.pt2", .inputs = "float32[n, 4], int64[n]");
 *     ct_aoti_call(net, CT_TENSORS(x, y), CT_OUTPUTS(&z));
 *
 * The compiled code trusts its inputs: other shapes or element types than it was compiled for make it read beyond them.
 * So ctorch checks them first, and needs to be told what the package takes. Either Python puts that into the package,
 *
 *     program = torch.export.export(model, (x, y), dynamic_shapes=...)
 *     names = program.graph_signature.user_inputs
 *     values = [node.meta["val"] for node in program.graph.nodes if node.name in names]
 *     inputs = ", ".join(f"{str(v.dtype)[6:]}[{', '.join(map(str, v.shape))}]" for v in values)
 *     torch._inductor.aoti_compile_and_package(program, package_path="net.pt2",
 *                                              inductor_configs={"aot_inductor.metadata": {"ctorch_inputs": inputs}})
 *
 * or .inputs says it: for each input the element type and the sizes. A name stands for any size, the same one wherever
 * it occurs, and may have limits: "float32[batch:1..64, 4]".
 *
 * A package is machine code, and loading it runs it: load only what you trust. It needs libtorch 2.6 or later, and runs
 * with the libtorch that it was compiled with.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_AOTI_H
#define CTORCH_AOTI_H

#include <ctorch/tensor.h>

CT_BEGIN_DECLS

/* A handle on a loaded package. */
typedef struct ct_aoti ct_aoti;

typedef struct ct_aoti_options {
    const char *inputs; /* what it takes; NULL: as the package says */
    const char *model;  /* which of the models in the package */
} ct_aoti_options;

CT_API ct_aoti_options ct_aoti_options_default(void);
#define CT_AOTI_DEFAULTS .inputs = NULL, .model = "model"

/* Loads a package: `ct_aoti_load("net.pt2")`. CT_ERROR_FORMAT for a file that is something else, a program of
 * torch.export.save that is not compiled for example: the message says how to get a package from it. CT_ERROR_VALUE
 * when nobody says what it takes. torch._inductor.aoti_load_package. @since 0.1 */
CT_API ct_aoti *ct_aoti_load_with(const char *path, const ct_aoti_options *options);
#define ct_aoti_load(...) CT_AOTI_LOAD_(__VA_ARGS__, )
#define CT_AOTI_LOAD_(path, ...)                                                                                       \
    CT_KEYWORDS_(ct_aoti_load_with(path, &(ct_aoti_options){CT_AOTI_DEFAULTS, __VA_ARGS__}))

/* Frees a handle; NULL does nothing. @since 0.1 */
CT_API void ct_aoti_free(ct_aoti *self);

/* Moves a handle one scope outwards, and returns it. NULL in a scope that has failed. @since 0.1 */
CT_API ct_aoti *ct_aoti_escape(ct_aoti *self);

/* The output for one input; no gradients are recorded. m(x). @since 0.1 */
CT_API ct_tensor *ct_aoti_forward(ct_aoti *self, const ct_tensor *x);

/* The m outputs for n inputs, in the order of the exported program's, nested ones laid flat. NULL as a place drops an
 * output. Element types, shapes and devices of the inputs are checked; one that is not contiguous is copied. On failure
 * no place is written to. @since 0.1 */
CT_API ct_status ct_aoti_call(ct_aoti *self, ct_tensor *const *inputs, size_t n, ct_tensor **const *outputs, size_t m);

/* What it takes, as .inputs or the package says; "" on failure. Valid as long as the handle. @since 0.1 */
CT_API const char *ct_aoti_inputs(const ct_aoti *self);

/* What the package says under a key, "AOTI_DEVICE_KEY" for example; "" where it says nothing, and on failure. Lent
 * until the innermost scope ends, or, outside any, until the next text is made. @since 0.1 */
CT_API const char *ct_aoti_metadata(const ct_aoti *self, const char *key);

/* The number of tensors that were compiled in, and the name of tensor i, "layers.0.weight", from 0, in alphabetical
 * order; 0 and "" on failure. The name is lent as ct_aoti_metadata's. @since 0.1 */
CT_API size_t ct_aoti_constant_count(const ct_aoti *self);
CT_API const char *ct_aoti_constant_name(const ct_aoti *self, size_t i);

CT_END_DECLS

#endif
