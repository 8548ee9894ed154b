/* checkpoint/selftest.c: a model called with the inputs that its file was saved with (module_save.c).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/reference.h"
#include "checkpoint/shape.h"
#include "core/error.h"
#include "core/scope.h"

#include <ctorch/archive.h>
#include <ctorch/autograd.h>
#include <ctorch/checkpoint.h>
#include <ctorch/dtype.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <math.h>

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
    if (attributes.kind != CT_VALUE_DICT || !ct_value_has(attributes, REFERENCE_ATTRIBUTE)) {
        core_fail(CT_ERROR_VALUE, "%s: was saved without reference inputs: write it by ct_module_save with .inputs",
                  path);
        return NAN;
    }
    ct_value reference = ct_value_get(attributes, REFERENCE_ATTRIBUTE);
    ct_value given = ct_value_get(reference, "inputs"), wanted = ct_value_get(reference, "outputs");
    ct_tensor *inputs[CT_OUTPUTS_MAX], *expected[CT_OUTPUTS_MAX], *outputs[CT_OUTPUTS_MAX] = {NULL};
    if (scope_failure() != CT_OK || given.kind != CT_VALUE_LIST || wanted.kind != CT_VALUE_LIST) {
        core_fail(CT_ERROR_FORMAT, "%s: its reference inputs and outputs are no lists; the file is damaged", path);
        return NAN;
    }
    if (!reference_count(given.n, "ct_model_selftest: inputs") ||
        !reference_count(wanted.n, "ct_model_selftest: outputs") ||
        !reference_tensors(given.as.values, given.n, inputs, "inputs") ||
        !reference_tensors(wanted.as.values, wanted.n, expected, "outputs"))
        return NAN;
    move_to(inputs, given.n, self);
    if (reference_call(self, inputs, given.n, outputs, wanted.n) != CT_OK)
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
    ct_archive *archive = reference_check_evaluating(self, "ct_model_selftest") == CT_OK ? ct_archive_open(path) : NULL;
    double largest = archive ? replay(self, archive, path) : NAN;
    return ct_scope_end(scope) == CT_OK ? largest : NAN;
}
