/* ctorch/checkpoint.h: what Python's torch.save wrote, and files that Python's torch.load reads. Nothing from a file is
 * ever run.
 *
 *     torch.save(model.state_dict(), "model.pt")          in Python, and in C:
 *     ct_module_load(model, "model.pt");
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_H
#define CTORCH_CHECKPOINT_H

#include <ctorch/module.h>
#include <ctorch/value.h>

CT_BEGIN_DECLS

/* ---- Reading ---- */

/* The tensors of a saved state_dict, in order, on the CPU: of a file that is one, of a checkpoint that has one under
 * "state_dict", "model" or the like, or of a whole model (ct_archive_state_dict). The file is mapped, not copied: a
 * tensor costs memory when it is touched, and writing to one does not change the file. A file that is damaged or is
 * something else is an error that says what and where. torch.load. @since 0.1 */
CT_API ct_dict *ct_load(const char *path);

/* ---- Loading into a module ---- */

/* What loading found: a handle on a list of problems, empty when every key matched. Reading it works in a scope that
 * has failed. */
typedef struct ct_load_report ct_load_report;

/* Another name for a key of a file, or for all keys below a path of it: {"backbone", "features"} makes
 * "backbone.0.weight" the module's "features.0.weight". */
typedef struct ct_rename {
    const char *from, *to;
} ct_rename;

/* The module's name for a key of a file; NULL leaves the entry out. The text must live until the next call. */
typedef const char *(*ct_rename_key)(const char *key, void *user);

typedef struct ct_load_options {
    bool strict;      /* a missing or unexpected key is an error; a shape that differs always is */
    bool exact_dtype; /* so is an element type that differs; else it is converted, as Python does */
    bool assign;      /* the module takes the tensors themselves, mapped memory, type and device; nothing is copied */
    const char *at;   /* where in the file the state_dict is, "checkpoint.model"; NULL: it is looked for */
    const char *strip_prefix; /* taken off the keys that begin with it: "module." */
    const char *add_prefix;   /* put before every key, after that: "net." */
    const ct_rename *renames; /* then these, the first that fits */
    size_t n_renames;
    ct_rename_key rename; /* and then this */
    void *user;
    ct_load_report **report; /* where to put a report, made whether loading succeeds or not; NULL: none */
} ct_load_options;

CT_API ct_load_options ct_load_options_default(void);
#define CT_LOAD_DEFAULTS .strict = true, .report = NULL
#define CT_LOAD_(function, self, from, ...)                                                                            \
    CT_KEYWORDS_(function(self, from, &(ct_load_options){CT_LOAD_DEFAULTS, __VA_ARGS__}))

/* Loads a saved state_dict into a module: copies the tensors into the parameters and buffers of the same names. All are
 * written or none; loading nothing at all is an error. `ct_module_load(net, "net.pt", .strip_prefix = "module.")`.
 * m.load_state_dict(torch.load(path)). @since 0.1 */
CT_API ct_status ct_module_load_with(ct_module *self, const char *path, const ct_load_options *options);
#define ct_module_load(...) CT_LOAD_(ct_module_load_with, __VA_ARGS__, )

/* The same from a dict: `ct_module_load_state_dict(net, dict, .strict = false)`. Module.load_state_dict. @since 0.1 */
CT_API ct_status ct_module_load_state_dict_with(ct_module *self, const ct_dict *dict, const ct_load_options *options);
#define ct_module_load_state_dict(...) CT_LOAD_(ct_module_load_state_dict_with, __VA_ARGS__, )

/* ---- The report ---- */

typedef enum ct_load_problem {
    CT_LOAD_MISSING = 1,    /* the module has the key, the dict has not */
    CT_LOAD_UNEXPECTED = 2, /* the dict has the key, the module has not */
    CT_LOAD_MISMATCH = 3,   /* both have it, with different shapes */
    CT_LOAD_DTYPE = 4       /* both have it, with different element types: no failure unless .exact_dtype */
} ct_load_problem;

/* Frees a report; NULL does nothing. @since 0.1 */
CT_API void ct_load_report_free(ct_load_report *self);

/* Moves a handle one scope outwards and returns it; NULL in a scope that has failed. @since 0.1 */
CT_API ct_load_report *ct_load_report_escape(ct_load_report *self);

/* The number of problems; 0 on failure. @since 0.1 */
CT_API size_t ct_load_report_size(const ct_load_report *self);

/* What problem i is, from 0; 0 on failure. @since 0.1 */
CT_API ct_load_problem ct_load_report_problem(const ct_load_report *self, size_t i);

/* The key of problem i; "" on failure. Valid as long as the report. @since 0.1 */
CT_API const char *ct_load_report_key(const ct_load_report *self, size_t i);

/* The path of the module that wants the key of problem i, "layers.0"; "" for the root, for a key that no module wants,
 * and on failure. Valid as long as the report. @since 0.1 */
CT_API const char *ct_load_report_module(const ct_load_report *self, size_t i);

/* More on problem i: the nearest name on the other side, the two shapes or the two types; "" where there is nothing to
 * say, and on failure. Valid as long as the report. @since 0.1 */
CT_API const char *ct_load_report_detail(const ct_load_report *self, size_t i);

/* The whole report, a line a problem; "<All keys matched successfully>", Python's words, for none; "" on failure. Valid
 * until the innermost scope ends, or outside any scope until the next text is made. @since 0.1 */
CT_API const char *ct_load_report_to_string(const ct_load_report *self);

/* ---- Renaming ---- */

/* A list of renames, a handle. */
typedef struct ct_rename_table ct_rename_table;

/* Which entries of a dict would fit the module's under other names: pairs those that lack a partner of their name by
 * their last word and shape, in order, then by shape alone. A guess to be read, which nothing applies unasked: print
 * it, and load with .renames = ct_rename_table_data(table), .n_renames = ct_rename_table_size(table). @since 0.1 */
CT_API ct_rename_table *ct_module_match(const ct_module *self, const ct_dict *dict);

/* Frees a table; NULL does nothing. @since 0.1 */
CT_API void ct_rename_table_free(ct_rename_table *self);

/* Moves a handle one scope outwards and returns it; NULL in a scope that has failed. @since 0.1 */
CT_API ct_rename_table *ct_rename_table_escape(ct_rename_table *self);

/* The number of renames; 0 on failure. @since 0.1 */
CT_API size_t ct_rename_table_size(const ct_rename_table *self);

/* The renames, from the dict's name to the module's; NULL on failure. Valid as long as the table. @since 0.1 */
CT_API const ct_rename *ct_rename_table_data(const ct_rename_table *self);

/* The table in C's syntax, a line a rename, `{"conv1.weight", "features.0.weight"},`; "" on failure. Valid until the
 * innermost scope ends, or outside any scope until the next text is made. @since 0.1 */
CT_API const char *ct_rename_table_to_string(const ct_rename_table *self);

/* ---- Writing. A file appears whole, or not at all: one that was there before stays until then, and stays where
 * writing fails. What was written says so to ct_archive_writer: by `archive/ctorch/version` in files of torch.save,
 * which Python passes over, and by keys of the metadata in safetensors. ---- */

typedef struct ct_save_options {
    ct_args extra_files; /* texts or bytes, put into the archive under extra/NAME: {CT_ARGS(ct_arg("notes", "..."))} */
} ct_save_options;
CT_API ct_save_options ct_save_options_default(void);
#define CT_SAVE_DEFAULTS .extra_files = {NULL, 0}

/* Writes what Python's torch.load reads, with weights_only=True too: a dict, a tensor, or values in each other,
 *
 *     ct_save("net.pt", ct_module_state_dict(net));
 *     ct_save("last.pt", ct_value_dict(CT_ARGS(ct_arg("model", ct_module_state_dict(net)), ct_arg("epoch", 3))));
 *
 * Tensors keep their types, shapes, strides and whether they require gradients; those that share memory still do when
 * they are read, and the memory is written once, all of it. Tensors of other devices are written as the CPU's. The same
 * array of values is one list in Python wherever it is met. torch.save. @since 0.1 */
CT_API ct_status ct_save_with(const char *path, ct_value x, const ct_save_options *options);
#define ct_save(...) CT_SAVE_(__VA_ARGS__, )
#define CT_SAVE_(path, x, ...)                                                                                         \
    CT_KEYWORDS_(ct_save_with(path, CT_VALUE(x), &(ct_save_options){CT_SAVE_DEFAULTS, __VA_ARGS__}))

typedef struct ct_safetensors_options {
    ct_args metadata; /* texts: {CT_ARGS(ct_arg("license", "mit"))}; "format", "ctorch" and "libtorch" are added */
} ct_safetensors_options;
CT_API ct_safetensors_options ct_safetensors_options_default(void);
#define CT_SAFETENSORS_DEFAULTS .metadata = {NULL, 0}

/* Writes tensors by name to a safetensors file, from any device, each row by row: shared memory is written for each
 * tensor. Quantized and sparse tensors, and element types that the format has not, are an error.
 * safetensors.torch.save_file. @since 0.1 */
CT_API ct_status ct_safetensors_save_with(const char *path, const ct_dict *dict, const ct_safetensors_options *options);
#define ct_safetensors_save(...) CT_SAFETENSORS_SAVE_(__VA_ARGS__, )
#define CT_SAFETENSORS_SAVE_(path, dict, ...)                                                                          \
    CT_KEYWORDS_(ct_safetensors_save_with(path, dict, &(ct_safetensors_options){CT_SAFETENSORS_DEFAULTS, __VA_ARGS__}))

/* ---- Proof: what a model computed where it was saved ---- */

typedef struct ct_module_save_options {
    ct_args
        inputs; /* tensors to call the module with now, {CT_ARGS(x)}: these and what it makes of them are saved, too */
    size_t n_outputs; /* how many outputs that call has */
} ct_module_save_options;
CT_API ct_module_save_options ct_module_save_options_default(void);
#define CT_MODULE_SAVE_DEFAULTS .inputs = {NULL, 0}, .n_outputs = 1

/* Writes a module's state_dict as Python does, `_metadata` included: `ct_module_save(net, "net.pt")`. With .inputs,
 * which need the module in evaluation mode, the file can prove itself: ct_model_selftest. Python reads a plain
 * state_dict all the same, and has the rest as its attribute `_ctorch`. torch.save(m.state_dict(), path). @since 0.1 */
CT_API ct_status ct_module_save_with(ct_module *self, const char *path, const ct_module_save_options *options);
#define ct_module_save(...) CT_MODULE_SAVE_(__VA_ARGS__, )
#define CT_MODULE_SAVE_(self, path, ...)                                                                               \
    CT_KEYWORDS_(ct_module_save_with(self, path, &(ct_module_save_options){CT_MODULE_SAVE_DEFAULTS, __VA_ARGS__}))

/* Calls a module, in evaluation mode, with the inputs that a file was saved with, and compares what it makes of them on
 * this machine: the largest absolute difference of an element, infinite where only one of the two is a number; NAN on
 * failure. Outputs of another number, shape or type are a failure, as is a file without inputs. @since 0.1 */
CT_API double ct_model_selftest(ct_module *self, const char *path);

CT_END_DECLS

#endif
