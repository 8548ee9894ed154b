/* tests/parity_runs.h: what the parity suites share: comparing with what Python recorded, and running a case forward
 * and backward.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_PARITY_RUNS_H
#define CTORCH_TESTS_PARITY_RUNS_H

#include "parity.h"

#include <math.h>

/* As python/parity.py's. */
enum { SEED = 23, MOST_TENSORS = 16 };

/* ---- The sections: read before the suite is made, which has a test for each ---- */

enum { MOST_SECTIONS = 32 };

static char sections[MOST_SECTIONS][64];
static int section_count;

/* A list that Python wrote; NULL, for the tests to report, outside ctest. */
static inline FILE *open_list(const char *name)
{
    const char *folder = getenv("CTORCH_TEST_FRESH");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "", name);
    return fopen(path, "r");
}

static inline void read_sections(void)
{
    FILE *file = open_list("parity_sections.txt");
    while (file && section_count < MOST_SECTIONS && fscanf(file, "%63s", sections[section_count]) == 1)
        section_count++;
    if (file)
        fclose(file);
}

/* ---- What Python recorded ---- */

/* Of one name, "input.0"; NULL, without an error, when there is none. */
__attribute__((format(printf, 2, 3))) static inline ct_tensor *recorded(const parity_case *c, const char *format, ...)
{
    char key[512];
    int length = snprintf(key, sizeof key, "%s", c->prefix);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(key + length, sizeof key - (size_t)length, format, arguments);
    va_end(arguments);
    return ct_dict_has(c->record, key) ? ct_dict_get(c->record, key) : NULL;
}

/* All whose names begin so: "state.". */
static inline ct_dict *all_recorded(const parity_case *c, const char *prefix)
{
    char key[512];
    int length = snprintf(key, sizeof key, "%s%s", c->prefix, prefix);
    ct_dict *found = ct_dict_new();
    for (size_t i = 0; i < ct_dict_size(c->record); i++) {
        const char *name = ct_dict_name(c->record, i);
        if (strncmp(name, key, (size_t)length) == 0)
            ct_dict_set(found, name + length, ct_dict_at(c->record, i));
    }
    return found;
}

/* ---- Comparing ---- */

/* That a tensor has the type and shape of Python's, and its elements within a tolerance; 0: exactly. Silent after a
 * failure, which is told of when the scope ends. */
static inline void compare(const parity_case *c, const char *what, const ct_tensor *actual, const ct_tensor *expected,
                           double tolerance)
{
    if (ct_error_code() != CT_OK || (!actual && !expected))
        return;
    if (!actual || !expected) {
        parity_fault(c, "%s: there is %s", what, actual ? "one, and none in Python" : "none");
        return;
    }
    ct_dtype dtype = ct_tensor_dtype(expected);
    const char *shape = ct_tensor_shape_to_string(actual), *expected_shape = ct_tensor_shape_to_string(expected);
    if (ct_tensor_dtype(actual) != dtype || strcmp(shape, expected_shape) != 0) {
        parity_fault(c, "%s: %s of %s instead of %s of %s", what, shape, ct_dtype_name(ct_tensor_dtype(actual)),
                     expected_shape, ct_dtype_name(dtype));
        return;
    }
    bool is_real = dtype == CT_FLOAT32 || dtype == CT_FLOAT64;
    bool same = is_real ? ct_allclose(actual, expected, .rtol = tolerance, .atol = tolerance, .equal_nan = true)
                        : ct_equal(actual, expected);
    if (!same)
        parity_fault(c, "%s: %s\n    instead of %s", what, ct_tensor_to_string(actual), ct_tensor_to_string(expected));
}

/* That a dict has the names of Python's, in order, and its tensors. */
static inline void compare_dicts(const parity_case *c, const char *what, ct_dict *actual, ct_dict *expected,
                                 double tolerance)
{
    char name[512];
    if (ct_dict_size(actual) != ct_dict_size(expected))
        parity_fault(c, "%s: %zu entries instead of %zu", what, ct_dict_size(actual), ct_dict_size(expected));
    for (size_t i = 0; i < ct_dict_size(actual) && i < ct_dict_size(expected); i++) {
        const char *key = ct_dict_name(actual, i);
        snprintf(name, sizeof name, "%s.%s", what, key);
        if (strcmp(key, ct_dict_name(expected, i)) != 0)
            parity_fault(c, "%s: entry %zu is '%s' instead of '%s'", what, i, key, ct_dict_name(expected, i));
        else
            compare(c, name, ct_dict_at(actual, i), ct_dict_at(expected, i), tolerance);
    }
}

static inline void compare_texts(const parity_case *c, const char *what, const char *actual, const char *expected)
{
    if (ct_error_code() == CT_OK && strcmp(actual, expected) != 0)
        parity_fault(c, "%s:\n%s\n    instead of\n%s", what, actual, expected);
}

static inline void compare_prints(const parity_case *c, const char *what, ct_module *actual, ct_module *expected)
{
    compare_texts(c, what, ct_module_to_string(actual), ct_module_to_string(expected));
}

/* ---- Making and calling ---- */

static inline ct_module *create_seeded(const parity_case *c)
{
    ct_manual_seed(SEED);
    return ct_nn_create(c->constructor);
}

/* With the weights that Python drew. */
static inline ct_module *create_loaded(const parity_case *c)
{
    ct_module *module = create_seeded(c);
    ct_module_load_state_dict(module, all_recorded(c, "state."));
    return module;
}

typedef struct run {
    char name[32]; /* "float64.train" */
    ct_dtype dtype;
    bool training, is_refused;
    double tolerance;
} run;

/* The next of a case's runs; false after the last. */
static inline bool next_run(const parity_case *c, const char **rest, run *r)
{
    *rest += strspn(*rest, " ");
    size_t length = strcspn(*rest, " ");
    if (length == 0)
        return false;
    bool is_refused = **rest == '!';
    snprintf(r->name, sizeof r->name, "%.*s", (int)(length - is_refused), *rest + is_refused);
    *rest += length;
    bool is_double = strncmp(r->name, "float64", 7) == 0;
    r->dtype = is_double ? CT_FLOAT64 : CT_FLOAT32;
    r->training = strstr(r->name, "train") != NULL;
    r->is_refused = is_refused;
    r->tolerance = is_double && !parity_has_word(c->options, "inexact") ? 1e-10 : 1e-5;
    return true;
}

typedef struct tensors {
    ct_tensor *at[MOST_TENSORS];
    size_t n;
} tensors;

/* Real inputs in the type asked for, the others as they are; leaves, of which those of the letter g get a gradient. */
static inline tensors leaves_for(const parity_case *c, ct_dtype dtype)
{
    tensors in = {.n = strlen(c->inputs)};
    ck_assert_uint_le(in.n, MOST_TENSORS);
    for (size_t i = 0; i < in.n; i++) {
        if (c->inputs[i] == 'n')
            continue;
        ct_tensor *x = recorded(c, "input.%zu", i);
        bool is_real = ct_tensor_dtype(x) == CT_FLOAT32 || ct_tensor_dtype(x) == CT_FLOAT64;
        in.at[i] = ct_clone(is_real ? ct_tensor_to(x, .dtype = dtype) : x);
        ct_requires_grad_(in.at[i], c->inputs[i] == 'g');
    }
    return in;
}

static inline tensors call_seeded(const parity_case *c, ct_module *module, const tensors *leaves)
{
    tensors in = *leaves, out = {.n = strlen(c->outputs)};
    ct_tensor **places[MOST_TENSORS];
    ck_assert_uint_le(out.n, MOST_TENSORS);
    for (size_t i = 0; i < out.n; i++)
        places[i] = &out.at[i];
    for (size_t i = 0; i < in.n; i++) {
        if (c->inputs[i] == 'g')
            in.at[i] = ct_mul_scalar(in.at[i], 1); /* in place, a leaf could not be changed */
    }
    bool recorded_before = ct_set_grad_enabled(!parity_has_word(c->options, "no_grad"));
    ct_manual_seed(SEED);
    ct_module_call(module, in.at, in.n, places, out.n);
    ct_set_grad_enabled(recorded_before);
    return out;
}

/* ---- Gradients ---- */

/* The sum of y * cos([0, 1, ...]). */
static inline ct_tensor *loss_of(const ct_tensor *y)
{
    int64_t n = ct_tensor_numel(y);
    double *values = calloc((size_t)n + 1, sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (int64_t i = 0; i < n; i++)
        values[i] = cos((double)i);
    ct_tensor *weights = ct_tensor_new(values, ct_tensor_shape(y), (size_t)ct_tensor_dim(y), CT_FLOAT64);
    free(values);
    return ct_sum(ct_mul(y, ct_tensor_to(weights, .dtype = ct_tensor_dtype(y))));
}

static inline void backward(const tensors *out)
{
    ct_tensor *loss = NULL;
    for (size_t i = 0; i < out->n; i++) {
        if (out->at[i] && ct_tensor_requires_grad(out->at[i])) {
            ct_tensor *more = loss_of(out->at[i]);
            loss = loss ? ct_add(loss, more) : more;
        }
    }
    if (loss)
        ct_backward(loss);
}

/* A gradient without the layout that a sparse one has; NULL for none. */
static inline ct_tensor *dense_gradient(const ct_tensor *p)
{
    ct_tensor *gradient = ct_tensor_grad(p);
    if (!gradient)
        return NULL;
    return ct_add(ct_zeros(ct_tensor_shape(p), (size_t)ct_tensor_dim(p), ct_tensor_dtype(p)), gradient);
}

static inline void compare_gradients(const parity_case *c, const run *r, const tensors *leaves, ct_module *module)
{
    char what[512];
    for (size_t i = 0; i < leaves->n; i++) {
        if (c->inputs[i] == 'g') {
            snprintf(what, sizeof what, "%s.input_grad.%zu", r->name, i);
            compare(c, what, ct_tensor_grad(leaves->at[i]), recorded(c, "%s", what), r->tolerance);
        }
    }
    ct_dict *parameters = ct_module_parameters(module);
    for (size_t i = 0; i < ct_dict_size(parameters); i++) {
        snprintf(what, sizeof what, "%s.grad.%s", r->name, ct_dict_name(parameters, i));
        compare(c, what, dense_gradient(ct_dict_at(parameters, i)), recorded(c, "%s", what), r->tolerance);
    }
}

/* ---- Against Python ---- */

static inline void compare_outputs(const parity_case *c, const run *r, const tensors *out)
{
    char what[64];
    for (size_t i = 0; i < out->n; i++) {
        snprintf(what, sizeof what, "%s.output.%zu", r->name, i);
        compare(c, what, out->at[i] ? ct_detach(out->at[i]) : NULL, recorded(c, "%s", what), r->tolerance);
    }
}

static inline void check_run(const parity_case *c, const run *r, ct_module *module)
{
    ct_module_to(module, .dtype = r->dtype);
    ct_module_train(module, r->training);
    const char *printed = ct_module_to_string(module);
    tensors leaves = leaves_for(c, r->dtype), out = call_seeded(c, module, &leaves);
    if (r->is_refused)
        return;
    compare_outputs(c, r, &out);
    backward(&out);
    compare_gradients(c, r, &leaves, module);

    char after[64];
    snprintf(after, sizeof after, "%s.after.", r->name);
    compare_dicts(c, after, ct_module_state_dict(module), all_recorded(c, after), r->tolerance);
    compare_texts(c, "print after the call", ct_module_to_string(module), *c->afterwards ? c->afterwards : printed);
}

/* Each run, with a module of its own, fails for itself. */
static inline void check_runs_of(const parity_case *c, ct_module *(*make)(const parity_case *c))
{
    run r;
    for (const char *rest = c->runs; next_run(c, &rest, &r);) {
        ct_scope *scope = ct_scope_begin();
        check_run(c, &r, make(c));
        bool is_refused = ct_scope_catch(scope) != CT_OK;
        if (is_refused && !r.is_refused)
            parity_fault(c, "%s: %s", r.name, ct_error_message());
        if (!is_refused && r.is_refused)
            parity_fault(c, "%s: not refused", r.name);
        ct_error_clear();
    }
}

#endif
