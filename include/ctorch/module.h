/* ctorch/module.h: modules: calling them, their children, parameters and buffers, and modules whose forward is written
 * in C.
 *
 * Names and paths are those of state_dict: "layers.0.conv" is the child "conv" of the child "0" of the child "layers".
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_MODULE_H
#define CTORCH_MODULE_H

#include <ctorch/dict.h>
#include <ctorch/tensor.h>
#include <ctorch/value.h>

CT_BEGIN_DECLS

/* A handle on a module. Several handles may share one module; so do the containers and modules that it was put into. */
typedef struct ct_module ct_module;

/* ---- Calling ---- */

/* The module's output for one input. An error inside names the path of the module that failed: "layers.4: mat1 and mat2
 * shapes cannot be multiplied (1x2 and 10x100)". m(x). @since 0.1 */
CT_API ct_tensor *ct_module_forward(ct_module *self, const ct_tensor *x);

/* The module's m outputs for n inputs: `ct_module_call(lstm, CT_TENSORS(x), CT_OUTPUTS(&y, &h, &c))`. Python's nested
 * tuples are laid flat: an LSTM takes x, h_0, c_0. NULL as an input is None; an output that is None gives NULL, and
 * NULL as its place drops it. On failure no place is written to. y, (h, c) = m(x). @since 0.1 */
CT_API ct_status ct_module_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **const *outputs,
                                size_t m);

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

/* A copy with parameters, buffers and children of its own, under the same names, that draws no random numbers; what is
 * shared within the module is shared within its copy. User data needs a copy_user. copy.deepcopy. @since 0.1 */
CT_API ct_module *ct_module_clone(const ct_module *self);

/* ---- Children: of every module, in the order of registration; a list's items are its children ---- */

/* The module at a path, "layers.0.conv"; "" is the module itself. Module.get_submodule, m.layers. @since 0.1 */
CT_API ct_module *ct_module_child(const ct_module *self, const char *path);

/* Replaces the module at a path, or adds one to the module that is there but for the last name: "layers.0.conv" to
 * "layers.0". Module.set_submodule. @since 0.1 */
CT_API ct_status ct_module_set_submodule(ct_module *self, const char *path, const ct_module *module);

/* Takes a child out. del m.layers. @since 0.1 */
CT_API ct_status ct_module_delete_child(ct_module *self, const char *name);

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

/* A function that is shown each module; module and path are lent to it. It stops the walk by letting a call fail or by
 * ct_error_set. */
typedef void (*ct_visit)(const char *path, ct_module *module, void *user);

typedef struct ct_named_modules_options {
    const char *prefix;    /* the path of the module itself: "net" gives "net.layers" */
    bool remove_duplicate; /* a module with several paths is shown once, under the first */
} ct_named_modules_options;

/* Shows the module and all below it, parents first, with their paths, "" for itself:
 * `ct_module_named_modules(net, visit, &user, .remove_duplicate = false)`. Module.named_modules. @since 0.1 */
CT_API ct_status ct_module_named_modules_with(ct_module *self, ct_visit visit, void *user,
                                              const ct_named_modules_options *options);
CT_API ct_named_modules_options ct_named_modules_options_default(void);
#define CT_NAMED_MODULES_DEFAULTS .prefix = "", .remove_duplicate = true
#define ct_module_named_modules(...) CT_MODULE_NAMED_MODULES_(__VA_ARGS__, )
#define CT_MODULE_NAMED_MODULES_(self, visit, user, ...)                                                               \
    CT_KEYWORDS_(ct_module_named_modules_with(self, visit, user,                                                       \
                                              &(ct_named_modules_options){CT_NAMED_MODULES_DEFAULTS, __VA_ARGS__}))

/* Shows every module below and then the module itself, children first and as often as they are there: to initialise,
 * for example. Module.apply. @since 0.1 */
CT_API ct_status ct_module_apply(ct_module *self, ct_visit visit, void *user);

/* The class, "Linear"; "" on failure. Valid as ct_module_name_at's. type(m).__name__. @since 0.1 */
CT_API const char *ct_module_class(const ct_module *self);

/* ---- Parameters and buffers: the tensors are the module's own, so changing one in place changes the module ---- */

/* The parameter at a path, "layers.0.weight". Module.get_parameter, m.weight. @since 0.1 */
CT_API ct_tensor *ct_module_parameter(const ct_module *self, const char *path);

/* Registers a leaf tensor as a parameter, which then requires a gradient, or replaces the one of that name.
 * Module.register_parameter, m.weight = nn.Parameter(tensor). @since 0.1 */
CT_API ct_status ct_module_set_parameter(ct_module *self, const char *name, const ct_tensor *tensor);

/* The buffer at a path, "bn.running_mean". Module.get_buffer. @since 0.1 */
CT_API ct_tensor *ct_module_buffer(const ct_module *self, const char *path);

typedef struct ct_buffer_options {
    bool persistent; /* whether it is part of the state_dict */
} ct_buffer_options;

/* Registers a buffer, or replaces the one of that name: `ct_module_set_buffer(m, "mask", mask, .persistent = false)`.
 * Module.register_buffer. @since 0.1 */
CT_API ct_status ct_module_set_buffer_with(ct_module *self, const char *name, const ct_tensor *tensor,
                                           const ct_buffer_options *options);
CT_API ct_buffer_options ct_buffer_options_default(void);
#define CT_BUFFER_DEFAULTS .persistent = true
#define ct_module_set_buffer(...) CT_MODULE_SET_BUFFER_(__VA_ARGS__, )
#define CT_MODULE_SET_BUFFER_(self, name, tensor, ...)                                                                 \
    CT_KEYWORDS_(ct_module_set_buffer_with(self, name, tensor, &(ct_buffer_options){CT_BUFFER_DEFAULTS, __VA_ARGS__}))

/* Whether a lazy layer's parameter or buffer waits for the first call to tell its shape. torch.nn.parameter.is_lazy.
 * @since 0.1 */
CT_API bool ct_module_is_lazy(const ct_module *self, const char *path);

/* Gives one that waits its shape now; its values are undefined. Loading a state_dict does so.
 * UninitializedParameter.materialize. @since 0.1 */
CT_API ct_status ct_module_materialize(ct_module *self, const char *path, const int64_t *shape, size_t n);

typedef struct ct_names_options {
    const char *prefix;    /* before every name, with a dot: "net" gives "net.weight" */
    bool recurse;          /* the children's, too */
    bool remove_duplicate; /* a tensor with several names is listed once, under the first */
} ct_names_options;

CT_API ct_names_options ct_names_options_default(void);
#define CT_NAMES_DEFAULTS .prefix = "", .recurse = true, .remove_duplicate = true
#define CT_MODULE_NAMES_(function, self, ...)                                                                          \
    CT_KEYWORDS_(function(self, &(ct_names_options){CT_NAMES_DEFAULTS, __VA_ARGS__}))

/* All parameters with their paths: `ct_module_parameters(net)`, `ct_module_parameters(net, .recurse = false)`.
 * Module.named_parameters. @since 0.1 */
CT_API ct_dict *ct_module_parameters_with(const ct_module *self, const ct_names_options *options);
#define ct_module_parameters(...) CT_MODULE_NAMES_(ct_module_parameters_with, __VA_ARGS__, )

/* All buffers with their paths, those that are not saved too. Module.named_buffers. @since 0.1 */
CT_API ct_dict *ct_module_buffers_with(const ct_module *self, const ct_names_options *options);
#define ct_module_buffers(...) CT_MODULE_NAMES_(ct_module_buffers_with, __VA_ARGS__, )

/* The number of elements of all parameters, each counted once; of those that require a gradient alone, if so asked; 0
 * on failure. sum(p.numel() for p in m.parameters()). @since 0.1 */
CT_API int64_t ct_module_parameter_count(const ct_module *self, bool trainable_only);

/* Freezes all parameters (false) or lets them learn again. Module.requires_grad_. @since 0.1 */
CT_API ct_status ct_module_requires_grad_(ct_module *self, bool requires_grad);

typedef struct ct_state_dict_options {
    const char *prefix; /* before every name, as it is: "net." gives "net.weight" */
    bool keep_vars;     /* the parameters themselves, which record gradients, not tensors apart from these */
} ct_state_dict_options;

/* Parameters and buffers in the order and under the names of Python's state_dict, sharing the module's memory:
 * `ct_module_state_dict(net)`, `ct_module_state_dict(net, .prefix = "net.")`. Module.state_dict. @since 0.1 */
CT_API ct_dict *ct_module_state_dict_with(const ct_module *self, const ct_state_dict_options *options);
CT_API ct_state_dict_options ct_state_dict_options_default(void);
#define CT_STATE_DICT_DEFAULTS .prefix = "", .keep_vars = false
#define ct_module_state_dict(...) CT_MODULE_STATE_DICT_(__VA_ARGS__, )
#define CT_MODULE_STATE_DICT_(self, ...)                                                                               \
    CT_KEYWORDS_(ct_module_state_dict_with(self, &(ct_state_dict_options){CT_STATE_DICT_DEFAULTS, __VA_ARGS__}))

typedef struct ct_zero_grad_options {
    bool set_to_none; /* false: gradients that there are become zeros */
} ct_zero_grad_options;

/* Forgets every parameter's gradient: `ct_module_zero_grad(net)`. Module.zero_grad. @since 0.1 */
CT_API ct_status ct_module_zero_grad_with(ct_module *self, const ct_zero_grad_options *options);
CT_API ct_zero_grad_options ct_zero_grad_options_default(void);
#define CT_ZERO_GRAD_DEFAULTS .set_to_none = true
#define ct_module_zero_grad(...) CT_MODULE_ZERO_GRAD_(__VA_ARGS__, )
#define CT_MODULE_ZERO_GRAD_(self, ...)                                                                                \
    CT_KEYWORDS_(ct_module_zero_grad_with(self, &(ct_zero_grad_options){CT_ZERO_GRAD_DEFAULTS, __VA_ARGS__}))

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

/* Converts the floating-point parameters and buffers to float32, float64, float16 or bfloat16. Module.float, double,
 * half, bfloat16. @since 0.1 */
CT_API ct_status ct_module_to_float(ct_module *self);
CT_API ct_status ct_module_to_double(ct_module *self);
CT_API ct_status ct_module_to_half(ct_module *self);
CT_API ct_status ct_module_to_bfloat16(ct_module *self);

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

#define CT_OUTPUTS_MAX 16

/* The same for n inputs, NULL being None, of which it knows how many it wants: puts its outputs into a list with room
 * for CT_OUTPUTS_MAX and returns how many there are; NULL is None. */
typedef size_t (*ct_forward_many)(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user);

/* What a class statement says in Python. Without forward and call the module cannot be called, and says so as Python
 * does; with both, forward serves one input. */
typedef struct ct_class {
    ct_forward forward;
    ct_forward_many call;
    void *user;                     /* what they are given; self's attributes need none */
    void (*free_user)(void *user);  /* runs once: with the module's last reference, or at once when making it fails */
    void *(*copy_user)(void *user); /* user data for a clone, or NULL; a module with user data has no clone without */
} ct_class;

/* A module of a class of one's own: `ct_nn_module("DenseBlock", .forward = block_forward)`. Children, parameters,
 * buffers and attributes are set on it afterwards, as in Python's __init__. class DenseBlock(nn.Module). @since 0.1 */
CT_API ct_module *ct_nn_module_new(const char *name, const ct_class *options);
#define ct_nn_module(...) CT_NN_MODULE_(__VA_ARGS__, )
#define CT_NN_MODULE_(name, ...) CT_KEYWORDS_(ct_nn_module_new(name, &(ct_class){.forward = NULL, __VA_ARGS__}))

/* Makes a class known by its name, for modules from a text (ct_nn_parse) or a file (ct_model_load): they take its
 * forward. Its user data is shared by them all and freed with the last. NULL as functions forgets the name.
 * @since 0.1 */
CT_API ct_status ct_class_register(const char *name, const ct_class *functions);

/* Makes a class known as another name of one of torch.nn: `ct_class_alias("MyStack", "Sequential")` for class
 * MyStack(nn.Sequential) without a forward of its own. @since 0.1 */
CT_API ct_status ct_class_alias(const char *name, const char *base);

/* Attributes, as Python's self.growth_rate: setting replaces; asking for one that is missing, or of another type, is an
 * error and gives 0, 0.0, false or "". A string is copied, and lent until it is set again. The arguments that a layer
 * was made with are its attributes, too: `ct_module_int(linear, "in_features")`,
 * `ct_module_set_double(dropout, "p", 0.3)`. @since 0.1 */
CT_API ct_status ct_module_set_int(ct_module *self, const char *name, int64_t value);
CT_API ct_status ct_module_set_double(ct_module *self, const char *name, double value);
CT_API ct_status ct_module_set_bool(ct_module *self, const char *name, bool value);
CT_API ct_status ct_module_set_string(ct_module *self, const char *name, const char *value);
CT_API int64_t ct_module_int(const ct_module *self, const char *name);
CT_API double ct_module_double(const ct_module *self, const char *name);
CT_API bool ct_module_bool(const ct_module *self, const char *name);
CT_API const char *ct_module_string(const ct_module *self, const char *name);

/* An attribute of any kind: a list, a tuple, a dict, an object of Python's, None, as one of a model that Python saved
 * may be (model.h). What is in it is lent until the attribute is set again or the module goes; a tensor in it is not to
 * be freed. A function has the kind CT_VALUE_GLOBAL, and ct_module_string gives its name, "torch.tanh". None on
 * failure. getattr(m, name). @since 0.1 */
CT_API ct_value ct_module_value(const ct_module *self, const char *name);

/* Sets an attribute to a value, of which everything but the tensors is copied:
 * `ct_module_set_value(m, "sizes", ct_value_tuple(CT_ARGS(2, 3)))`. setattr(m, name, value). @since 0.1 */
CT_API ct_status ct_module_set_value(ct_module *self, const char *name, ct_value value);

CT_END_DECLS

#endif
