/* tests/operators.h: what the calls in tests/generated/ops_*.h are written with: inputs by their names, and places for
 * the results.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_OPERATORS_H
#define CTORCH_TESTS_OPERATORS_H

#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

/* SEED is python/operators.py's. */
enum { SEED = 29, MOST_INPUTS = 24, MOST_RESULTS = 16 };

/* A line of cases.txt in C. */
typedef struct operator_call {
    const char *text, *overload, *function;
    void (*run)(void);
} operator_call;

typedef struct operator_section {
    const char *name;
    const operator_call *calls;
    size_t n;
} operator_section;

/* An input that is itself made by a call. */
typedef struct operator_input {
    const char *name;
    void (*make)(void);
} operator_input;

/* What a function gave: a tensor, or one of the others. */
typedef struct operator_result {
    ct_tensor *tensor;
    double number;
    const char *text;
} operator_result;

/* What other tensors an operator gets than it is made for. */
typedef enum replacement {
    AS_THEY_ARE,
    EMPTY,         /* of shape [0] */
    EMPTY_ALIKE,   /* without elements, of as many dimensions */
    FIRST_ELEMENT, /* without dimensions */
    OTHER_TYPE,    /* whole numbers for real ones, and the reverse */
    TRUTHS,
    COMPLEX,
    REPLACEMENTS
} replacement;

/* One call: what it was given, and what it gave. */
static struct {
    ct_dict *dense; /* the inputs that Python wrote */
    replacement replacement;
    const char *names[MOST_INPUTS];
    ct_tensor *inputs[MOST_INPUTS];
    size_t n_inputs;
    operator_result results[MOST_RESULTS];
    size_t n_results, n_expected;
} current;

static void operator_begin(replacement replacement, size_t n_expected)
{
    ct_dict *dense = current.dense;
    memset(&current, 0, sizeof current);
    current.dense = dense;
    current.replacement = replacement;
    current.n_expected = n_expected;
    ct_manual_seed(SEED);
}

/* ---- Inputs ---- */

static const operator_input *find_made_input(const char *name);

static ct_tensor *replaced(const ct_tensor *x)
{
    ct_dtype dtype = ct_tensor_dtype(x);
    bool is_whole = dtype == CT_INT64 || dtype == CT_INT32 || dtype == CT_BOOL;
    int64_t zeros[8] = {0};
    switch (current.replacement) {
    case EMPTY:
        return ct_zeros(CT_DIMS(0), dtype);
    case EMPTY_ALIKE:
        return ct_zeros(zeros, ct_tensor_dim(x) > 0 ? (size_t)ct_tensor_dim(x) : 1, dtype);
    case FIRST_ELEMENT:
        return ct_tensor_numel(x) > 0 ? ct_select(ct_reshape(x, CT_DIMS(-1)), 0, 0) : ct_clone(x);
    case OTHER_TYPE:
        return ct_tensor_to(x, .dtype = is_whole ? CT_FLOAT32 : CT_INT64);
    case TRUTHS:
        return ct_tensor_to(x, .dtype = CT_BOOL);
    case COMPLEX:
        return ct_tensor_to(x, .dtype = CT_COMPLEX128);
    default:
        return ct_clone(x);
    }
}

/* What make() gives, as an input instead of a result. */
static ct_tensor *made(void (*make)(void))
{
    size_t n = current.n_results;
    make();
    ct_tensor *x = current.n_results > n ? current.results[n].tensor : NULL;
    current.n_results = n;
    return x;
}

/* The tensor of this name, which is the call's own: the same one whenever it is asked for. */
static ct_tensor *input(const char *name)
{
    for (size_t i = 0; i < current.n_inputs; i++) {
        if (strcmp(current.names[i], name) == 0)
            return current.inputs[i];
    }
    const operator_input *own = find_made_input(name);
    ct_tensor *x = own ? made(own->make) : replaced(ct_dict_get(current.dense, name));
    ck_assert_uint_lt(current.n_inputs, MOST_INPUTS);
    current.names[current.n_inputs] = name;
    return current.inputs[current.n_inputs++] = x;
}

static const char *file(void)
{
    return oracle_path("CTORCH_TEST_FRESH", "operators_numbers.bin");
}

static ct_generator *generator(void)
{
    ct_generator *drawing = ct_generator_new("cpu");
    ct_generator_manual_seed(drawing, SEED);
    return drawing;
}

/* ---- Results: nothing is given by a call that failed ---- */

static void give_result(operator_result result)
{
    ck_assert_uint_lt(current.n_results, MOST_RESULTS);
    if (ct_error_code() == CT_OK)
        current.results[current.n_results++] = result;
}

static void give(ct_tensor *tensor)
{
    give_result((operator_result){.tensor = tensor});
}

static void give_all(ct_tensor *const *tensors, size_t n)
{
    for (size_t i = 0; i < n; i++)
        give(tensors[i]);
}

static void give_int(int64_t value)
{
    give_result((operator_result){.number = (double)value});
}

static void give_scalar(ct_scalar value)
{
    give_result((operator_result){.number = value.number});
}

static void give_real(double value)
{
    give_result((operator_result){.number = value});
}

/* Python says the number that libtorch has for it. */
static void give_dtype(ct_dtype dtype)
{
    give_result((operator_result){.number = (double)dtype - 1});
}

static void give_text(const char *text)
{
    give_result((operator_result){.text = text});
}

static void done(ct_status status)
{
    ck_assert_msg(status == CT_OK || ct_error_code() != CT_OK, "%s without an error", ct_status_name(status));
}

/* Where a list of results is to go: as many as Python's beside `others`. */
static size_t places(ct_tensor **results, ct_tensor ***at, size_t others)
{
    size_t n = current.n_expected > others ? current.n_expected - others : 0;
    ck_assert_uint_le(n, MOST_RESULTS);
    for (size_t i = 0; i < n; i++)
        at[i] = &results[i];
    return n;
}

#endif
