/* checkpoint/module_save.c: a module's state_dict as Python saves it. What is not parameters and buffers are attributes
 * of the OrderedDict, so that the file stays a state_dict to everybody who does not ask: `_metadata`, the versions of
 * the modules' classes, as Python has it, and what the module made of reference inputs.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/reference.h"
#include "core/error.h"
#include "core/scope.h"

#include <ctorch/autograd.h>
#include <ctorch/checkpoint.h>

#include <stdlib.h>
#include <string.h>

/* The parts of collections.OrderedDict, which live as long as those that they are made of. */
static ct_value ordered_dict(ct_value parts[CT_OBJECT_PARTS], const ct_value *items, size_t n,
                             const ct_value *attributes, size_t n_attributes)
{
    memset(parts, 0, CT_OBJECT_PARTS * sizeof *parts);
    parts[CT_OBJECT_CALLABLE] = (ct_value){.kind = CT_VALUE_GLOBAL, .as.string = "collections.OrderedDict"};
    parts[CT_OBJECT_ARGS] = ct_value_tuple(NULL, 0);
    if (n_attributes)
        parts[CT_OBJECT_STATE] = ct_value_dict(attributes, n_attributes);
    parts[CT_OBJECT_DICT] = ct_value_dict(items, n);
    return (ct_value){.kind = CT_VALUE_OBJECT, .n = CT_OBJECT_PARTS, .as.values = parts};
}

/* ---- _metadata: {"": {"version": 1}, "layers.0": ...} ---- */

/* Counted first, and filled then: everything lies in one block of memory. */
typedef struct metadata {
    size_t n, size; /* of the modules, by each of their paths, and of the paths' characters */
    ct_value *modules, *versions;
    char *paths;
} metadata;

/* Python counts 2 for those whose buffers once had no num_batches_tracked, and 1 for all others. */
static int version_of(const char *class)
{
    static const char *const second[] = {
        "BatchNorm1d",        "BatchNorm2d",        "BatchNorm3d",     "InstanceNorm1d",  "InstanceNorm2d",
        "InstanceNorm3d",     "LazyBatchNorm1d",    "LazyBatchNorm2d", "LazyBatchNorm3d", "LazyInstanceNorm1d",
        "LazyInstanceNorm2d", "LazyInstanceNorm3d", "SyncBatchNorm"};
    for (size_t i = 0; i < sizeof second / sizeof *second; i++)
        if (strcmp(class, second[i]) == 0)
            return 2;
    return 1;
}

static void count_module(const char *path, ct_module *module, void *user)
{
    metadata *m = user;
    (void)module;
    m->n++;
    m->size += strlen(path) + 1;
}

static void add_module(const char *path, ct_module *module, void *user)
{
    metadata *m = user;
    m->versions[m->n] = ct_value_named("version", ct_value_int(version_of(ct_module_class(module))));
    m->modules[m->n] = ct_value_named(strcpy(m->paths + m->size, path), ct_value_dict(&m->versions[m->n], 1));
    m->n++;
    m->size += strlen(path) + 1;
}

static ct_status metadata_read(metadata *m, ct_module *self)
{
    *m = (metadata){.n = 0};
    ct_status status = ct_module_named_modules(self, count_module, m, .remove_duplicate = false);
    if (status != CT_OK)
        return status;
    m->modules = malloc(2 * m->n * sizeof *m->modules + m->size);
    if (!m->modules)
        return core_fail(CT_ERROR_MEMORY, "ct_module_save: out of memory");
    m->versions = m->modules + m->n;
    m->paths = (char *)(m->versions + m->n);
    m->n = m->size = 0;
    return ct_module_named_modules(self, add_module, m, .remove_duplicate = false);
}

/* ---- The state_dict ---- */

/* The items of the OrderedDict; malloc's. */
static ct_value *items_of(const ct_dict *state)
{
    size_t n = ct_dict_size(state);
    ct_value *items = malloc((n ? n : 1) * sizeof *items);
    for (size_t i = 0; items && i < n; i++)
        items[i] = ct_value_named(ct_dict_name(state, i), ct_value_tensor(ct_dict_at(state, i)));
    if (!items)
        core_fail(CT_ERROR_MEMORY, "ct_module_save: out of memory");
    return items;
}

/* With one more attribute, unless it is None. */
static void save_state(ct_module *self, const char *path, ct_value reference)
{
    metadata m = {.n = 0};
    ct_value metadata_parts[CT_OBJECT_PARTS], parts[CT_OBJECT_PARTS];
    const ct_dict *state = ct_module_state_dict(self);
    ct_value *items = items_of(state);
    if (items && metadata_read(&m, self) == CT_OK) {
        ct_value attributes[] = {
            ct_value_named("_metadata", ordered_dict(metadata_parts, m.modules, m.n, NULL, 0)),
            ct_value_named(REFERENCE_ATTRIBUTE, reference),
        };
        size_t n = reference.kind == CT_VALUE_NONE ? 1 : 2;
        ct_save(path, ordered_dict(parts, items, ct_dict_size(state), attributes, n));
    }
    free(m.modules);
    free(items);
}

/* ---- The reference ---- */

static void give_values(ct_tensor *const *tensors, size_t n, ct_value *values)
{
    for (size_t i = 0; i < n; i++)
        values[i] = ct_value_tensor(tensors[i]);
}

static void save_with_reference(ct_module *self, const char *path, const ct_module_save_options *o)
{
    ct_tensor *inputs[CT_OUTPUTS_MAX], *outputs[CT_OUTPUTS_MAX] = {NULL};
    ct_value saved_inputs[CT_OUTPUTS_MAX], saved_outputs[CT_OUTPUTS_MAX];
    size_t n = o->inputs.n, m = o->n_outputs;
    if (reference_check_evaluating(self, "ct_module_save") != CT_OK || !reference_count(n, "ct_module_save: inputs") ||
        !reference_count(m, "ct_module_save: n_outputs") ||
        !reference_tensors(o->inputs.data, n, inputs, "ct_module_save: inputs"))
        return;
    ct_no_grad();
    if (reference_call(self, inputs, n, outputs, m) != CT_OK)
        return;
    give_values(inputs, n, saved_inputs);
    give_values(outputs, m, saved_outputs);
    save_state(self, path,
               ct_value_dict(CT_ARGS(ct_arg("version", ct_version()), ct_arg("torch", ct_torch_version()),
                                     ct_arg("inputs", ct_value_list(saved_inputs, n)),
                                     ct_arg("outputs", ct_value_list(saved_outputs, m)))));
}

ct_status ct_module_save_with(ct_module *self, const char *path, const ct_module_save_options *options)
{
    if (scope_failure() != CT_OK)
        return scope_failure();
    if (!self || !path)
        return core_fail_null("ct_module_save", self ? "path" : "self");
    ct_module_save_options o = options ? *options : ct_module_save_options_default();
    ct_scope *scope = ct_scope_begin();
    if (o.inputs.n)
        save_with_reference(self, path, &o);
    else
        save_state(self, path, ct_value_none());
    return ct_scope_end(scope);
}
