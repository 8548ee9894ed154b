/* checkpoint/selftest.c: a state_dict with reference inputs and outputs, and the test that replays them. They are an
 * attribute of the OrderedDict that Python makes of the file, as `_metadata` is, so that it stays a state_dict to everybody
 * who does not ask.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/shape.h"
#include "core/error.h"
#include "core/scope.h"

#include <ctorch/archive.h>
#include <ctorch/autograd.h>
#include <ctorch/checkpoint.h>
#include <ctorch/dtype.h>
#include <ctorch/module.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <math.h>
#include <stdlib.h>

#define ATTRIBUTE "_ctorch"

/* ---- Calling ---- */

static ct_status check_evaluating(const ct_module *self, const char *function)
{
    return ct_module_is_training(self)
               ? core_fail(CT_ERROR_VALUE,
                           "%s: the module is in training mode, in which its outputs need not be the same "
                           "twice; call ct_module_eval first",
                           function)
               : scope_failure();
}

/* The outputs, m of at most CT_OUTPUTS_MAX, for n inputs. */
static ct_status call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m)
{
    ct_tensor **places[CT_OUTPUTS_MAX];
    for (size_t i = 0; i < m; i++)
        places[i] = &outputs[i];
    return ct_module_call(self, inputs, n, places, m);
}

/* The tensors among values; false, with the failure recorded, when one is something else. */
static bool take_tensors(const ct_value *values, size_t n, ct_tensor **tensors, const char *what)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i].kind != CT_VALUE_TENSOR && values[i].kind != CT_VALUE_NONE) {
            core_fail(CT_ERROR_TYPE, "%s[%zu] is not a tensor", what, i);
            return false;
        }
        tensors[i] = values[i].kind == CT_VALUE_TENSOR ? values[i].as.tensor : NULL;
    }
    return true;
}

static bool is_count(size_t n, const char *what)
{
    if (n >= 1 && n <= CT_OUTPUTS_MAX)
        return true;
    core_fail(CT_ERROR_VALUE, "%s are %zu; expected 1 to %d", what, n, CT_OUTPUTS_MAX);
    return false;
}

/* ---- Saving ---- */

static void give_values(ct_tensor *const *tensors, size_t n, ct_value *values)
{
    for (size_t i = 0; i < n; i++)
        values[i] = ct_value_tensor(tensors[i]);
}

/* A state_dict as the items of an OrderedDict; malloc's. */
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

static void save_with_reference(const char *path, const ct_dict *state, ct_value reference)
{
    ct_value attributes[] = {ct_value_named(ATTRIBUTE, reference)}, parts[CT_OBJECT_PARTS] = {{NULL}};
    ct_value *items = items_of(state);
    if (!items)
        return;
    parts[CT_OBJECT_CALLABLE] = (ct_value){.kind = CT_VALUE_GLOBAL, .as.string = "collections.OrderedDict"};
    parts[CT_OBJECT_ARGS] = ct_value_tuple(NULL, 0);
    parts[CT_OBJECT_STATE] = ct_value_dict(attributes, 1);
    parts[CT_OBJECT_DICT] = ct_value_dict(items, ct_dict_size(state));
    ct_value object = {.kind = CT_VALUE_OBJECT, .n = CT_OBJECT_PARTS, .as.values = parts};
    ct_save(path, object);
    free(items);
}

static void save(ct_module *self, const char *path, const ct_module_save_options *o)
{
    ct_tensor *inputs[CT_OUTPUTS_MAX], *outputs[CT_OUTPUTS_MAX] = {NULL};
    ct_value saved_inputs[CT_OUTPUTS_MAX], saved_outputs[CT_OUTPUTS_MAX];
    size_t n = o->inputs.n, m = o->n_outputs;
    if (check_evaluating(self, "ct_module_save") != CT_OK || !is_count(n, "ct_module_save: inputs") ||
        !is_count(m, "ct_module_save: n_outputs") || !take_tensors(o->inputs.data, n, inputs, "ct_module_save: inputs"))
        return;
    ct_no_grad();
    if (call(self, inputs, n, outputs, m) != CT_OK)
        return;
    give_values(inputs, n, saved_inputs);
    give_values(outputs, m, saved_outputs);
    save_with_reference(path, ct_module_state_dict(self),
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
        save(self, path, &o);
    else
        ct_save(path, ct_module_state_dict(self));
    return ct_scope_end(scope);
}

/* ---- Testing ---- */

/* On the CPU, in a type in which every other is exact, or nearly. */
static ct_tensor *wide(const ct_tensor *x)
{
    return ct_tensor_to(x, .device = "cpu",
                        .dtype = ct_dtype_is_complex(ct_tensor_dtype(x)) ? CT_COMPLEX128 : CT_FLOAT64);
}

/* The largest difference of two tensors; NaN in both is none, in one of them infinite. */
static double difference(const ct_tensor *a, const ct_tensor *b)
{
    if (ct_tensor_numel(a) == 0)
        return 0;
    ct_tensor *x = wide(a), *y = wide(b);
    ct_tensor *same = ct_logical_or(ct_eq(x, y), ct_logical_and(ct_isnan(x), ct_isnan(y)));
    ct_tensor *apart = ct_masked_fill_scalar(ct_abs(ct_sub(x, y)), same, 0);
    return ct_tensor_item(ct_max(ct_nan_to_num(apart, .nan = INFINITY, .posinf = INFINITY)));
}

static bool same_kind(const ct_tensor *a, const ct_tensor *b)
{
    return ct_tensor_dtype(a) == ct_tensor_dtype(b) && same_shape(a, b);
}

/* None is the same as None only. */
static double compare(ct_tensor *const *outputs, ct_tensor *const *expected, size_t m)
{
    double largest = 0;
    for (size_t i = 0; i < m && scope_failure() == CT_OK; i++) {
        if (!outputs[i] && !expected[i])
            continue;
        if (!outputs[i] || !expected[i] || !same_kind(outputs[i], expected[i])) {
            core_fail(CT_ERROR_VALUE, "ct_model_selftest: output %zu is %s of %s; expected %s of %s, as it was saved",
                      i, outputs[i] ? ct_tensor_shape_to_string(outputs[i]) : "None",
                      outputs[i] ? ct_dtype_name(ct_tensor_dtype(outputs[i])) : "no type",
                      expected[i] ? ct_tensor_shape_to_string(expected[i]) : "None",
                      expected[i] ? ct_dtype_name(ct_tensor_dtype(expected[i])) : "no type");
            return NAN;
        }
        largest = fmax(largest, difference(outputs[i], expected[i]));
    }
    return largest;
}

/* To where the module is. */
static void move_to(ct_tensor **inputs, size_t n, const ct_module *self)
{
    ct_dict *state = ct_module_state_dict(self);
    const char *device = ct_dict_size(state) ? ct_tensor_device(ct_dict_at(state, 0)) : "cpu";
    for (size_t i = 0; i < n; i++)
        if (inputs[i])
            inputs[i] = ct_tensor_to(inputs[i], .device = device);
}

static double replay(ct_module *self, const ct_archive *archive, const char *path)
{
    ct_value attributes = ct_archive_attributes(archive);
    if (scope_failure() != CT_OK)
        return NAN;
    if (attributes.kind != CT_VALUE_DICT || !ct_value_has(attributes, ATTRIBUTE)) {
        core_fail(CT_ERROR_VALUE, "%s: was saved without reference inputs: write it by ct_module_save with .inputs",
                  path);
        return NAN;
    }
    ct_value reference = ct_value_get(attributes, ATTRIBUTE);
    ct_value given = ct_value_get(reference, "inputs"), wanted = ct_value_get(reference, "outputs");
    ct_tensor *inputs[CT_OUTPUTS_MAX], *expected[CT_OUTPUTS_MAX], *outputs[CT_OUTPUTS_MAX] = {NULL};
    if (scope_failure() != CT_OK || given.kind != CT_VALUE_LIST || wanted.kind != CT_VALUE_LIST) {
        core_fail(CT_ERROR_FORMAT, "%s: its reference inputs and outputs are no lists; the file is damaged", path);
        return NAN;
    }
    if (!is_count(given.n, "ct_model_selftest: inputs") || !is_count(wanted.n, "ct_model_selftest: outputs") ||
        !take_tensors(given.as.values, given.n, inputs, "inputs") ||
        !take_tensors(wanted.as.values, wanted.n, expected, "outputs"))
        return NAN;
    move_to(inputs, given.n, self);
    if (call(self, inputs, given.n, outputs, wanted.n) != CT_OK)
        return NAN;
    return compare(outputs, expected, wanted.n);
}

double ct_model_selftest(ct_module *self, const char *path)
{
    if (scope_failure() != CT_OK)
        return NAN;
    if (!self || !path) {
        core_fail_null("ct_model_selftest", self ? "path" : "self");
        return NAN;
    }
    ct_scope *scope = ct_scope_begin();
    ct_no_grad();
    ct_archive *archive = check_evaluating(self, "ct_model_selftest") == CT_OK ? ct_archive_open(path) : NULL;
    double largest = archive ? replay(self, archive, path) : NAN;
    return ct_scope_end(scope) == CT_OK ? largest : NAN;
}
