/* ctorch/model.h: whole models, as Python's torch.save(model, path) wrote them. Nothing from a file is ever run: layers
 * and containers of torch.nn are rebuilt from their attributes, and classes of the user's take the forward that was
 * registered for them.
 *
 *     ct_class_register("mymodels.DenseBlock", &(ct_class){.forward = block_forward});
 *     ct_module *net = ct_model_load("net.pt");
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_MODEL_H
#define CTORCH_MODEL_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

typedef struct ct_model_options {
    const char *key;    /* where in a dict the model is: "model"; NULL: the file holds the model, or one in a dict */
    bool allow_unknown; /* a class that is not registered becomes a module without a forward instead of an error */
    const char **notes; /* where to put what was noticed; NULL: nowhere */
} ct_model_options;

/* The model that was saved, on the CPU, with its names, order, sharing, dtypes, and modes of training. Tensors lie over
 * the mapped file: one costs memory when it is touched, and writing to one does not change the file.
 *
 * A class of the user's is looked up by its full name, "mymodels.DenseBlock", then by "DenseBlock"
 * (ct_class_register, ct_class_alias); its attributes are the module's (ct_module_int, ct_module_value). Notes are a
 * line each: "hook: ..." for a hook of Python's that is not run, "list: ..." for a module in a plain list, which
 * PyTorch does not know of, "shape: ..." for a parameter whose shape is not what the layer's arguments make; "" for
 * none. They are lent until the innermost scope ends, or, outside any, until the next text is made. torch.load.
 * @since 0.1 */
CT_API ct_module *ct_model_load_with(const char *path, const ct_model_options *options);
CT_API ct_model_options ct_model_options_default(void);
#define CT_MODEL_DEFAULTS .key = NULL, .allow_unknown = false, .notes = NULL
#define ct_model_load(...) CT_MODEL_LOAD_(__VA_ARGS__, )
#define CT_MODEL_LOAD_(path, ...)                                                                                      \
    CT_KEYWORDS_(ct_model_load_with(path, &(ct_model_options){CT_MODEL_DEFAULTS, __VA_ARGS__}))

CT_END_DECLS

#endif
