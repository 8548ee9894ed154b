/* tests/test_call.c: ctorch/call.h: operators by name.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>
#include <ctorch/call.h>

#include <glob.h>
#include <pthread.h>
#include <stdio.h>

static ct_scope *scope;

static void open_scope(void)
{
    scope = ct_scope_begin();
}

static void close_scope(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

/* That the call fails with this code and text. It runs in a scope of its own, so that the test's goes on. */
#define ck_assert_refused(code, part, call)                                                                            \
    do {                                                                                                               \
        ct_scope *attempt_ = ct_scope_begin();                                                                         \
        (void)(call);                                                                                                  \
        ck_assert_int_eq(ct_scope_catch(attempt_), (code));                                                            \
        ck_assert_error(code, part);                                                                                   \
    } while (0)

static ct_tensor *row(float a, float b, float c, float d)
{
    return ct_tensor_new((float[]){a, b, c, d}, CT_DIMS(4), CT_FLOAT32);
}

/* ---- Lists of arguments ---- */

static ct_value listed[24];

/* Keeps a copy: the list itself lives until the enclosing block ends, which an assertion has of its own. */
static size_t list(const ct_value *values, size_t n)
{
    ck_assert_uint_le(n, COUNT(listed));
    for (size_t i = 0; i < n; i++)
        listed[i] = values[i];
    return n;
}

static int evaluated;

static int once(void)
{
    return ++evaluated;
}

START_TEST(lists_none_to_24_arguments)
{
    ck_assert_uint_eq(list(CT_ARGS()), 0);
    ck_assert_uint_eq(list(CT_ARGS(7)), 1);
    ck_assert_int_eq(listed[0].as.integer, 7);
    ck_assert_uint_eq(list(CT_ARGS((7))), 1);
    ck_assert_uint_eq(list(CT_ARGS((float)7)), 1);
    ck_assert_int_eq(listed[0].kind, CT_VALUE_REAL);
    ck_assert_uint_eq(list(CT_ARGS((1), (2))), 2);
    ck_assert_uint_eq(list(CT_ARGS(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)),
                      23);
    size_t n = list(CT_ARGS(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24));
    ck_assert_uint_eq(n, 24);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(listed[i].as.integer, (int)i + 1);
}
END_TEST

START_TEST(evaluates_each_argument_once)
{
    evaluated = 0;
    ck_assert_uint_eq(list(CT_ARGS(once(), ct_arg("keyword", once()), ct_value_ints(CT_DIMS(once())))), 3);
    ck_assert_int_eq(evaluated, 3);
}
END_TEST

START_TEST(knows_values_by_their_types)
{
    ct_tensor *x = ct_ones(CT_DIMS(1), CT_FLOAT32);
    const ct_tensor *constant = x;
    ct_dtype dtype = CT_FLOAT64;
    bool truth = true;
    const ct_value_kind kinds[] = {CT_VALUE_TENSOR, CT_VALUE_TENSOR, CT_VALUE_INT,    CT_VALUE_INT,    CT_VALUE_REAL,
                                   CT_VALUE_BOOL,   CT_VALUE_STRING, CT_VALUE_NONE,   CT_VALUE_INT,    CT_VALUE_INT,
                                   CT_VALUE_REAL,   CT_VALUE_INTS,   CT_VALUE_STRING, CT_VALUE_TENSORS};
    size_t n = list(CT_ARGS(x, constant, 2, SIZE_MAX / 4, 0.5, truth, "mean", NULL, dtype, ct_int(3), ct_real(3),
                            ct_value_ints(CT_DIMS(2, 2)), ct_arg("mode", "sum"), ct_value_tensors(CT_TENSORS(x))));
    ck_assert_uint_eq(n, COUNT(kinds));
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(listed[i].kind, kinds[i]);
    ck_assert_str_eq(listed[12].name, "mode");
    ck_assert_ptr_null(listed[11].name);
    ck_assert_int_eq(listed[9].as.integer, 3);
    ck_assert_int_eq(ct_value_scalar((ct_scalar){.number = 0.5}).kind, CT_VALUE_REAL);
    ck_assert_int_eq(ct_value_scalar((ct_scalar){.number = 5}).kind, CT_VALUE_INT);
    ck_assert_int_eq(ct_value_scalar((ct_scalar){.number = 1e300}).kind, CT_VALUE_REAL);
}
END_TEST

/* ---- Calling ---- */

START_TEST(calls_the_overload_that_the_arguments_fit)
{
    ct_tensor *x = row(1, 2, 3, 4);
    ck_assert_floats(ct_call("aten::add", CT_ARGS(x, x)), 2, 4, 6, 8);
    ck_assert_floats(ct_call("add", CT_ARGS(x, 2)), 3, 4, 5, 6);
    ck_assert_floats(ct_call("aten::add.Tensor", CT_ARGS(x, x, ct_arg("alpha", 2))), 3, 6, 9, 12);
    ck_assert_floats(ct_call("aten::relu.default", CT_ARGS(row(-1, 2, -3, 4))), 0, 2, 0, 4);
    ck_assert_floats(ct_call("aten::sum", CT_ARGS(x)), 10);
    ck_assert_shape(ct_call("aten::sum", CT_ARGS(ct_ones(CT_DIMS(2, 3), CT_FLOAT32), 1)), 2);
    ck_assert_doubles(ct_call("aten::sum", CT_ARGS(x, ct_arg("dtype", CT_FLOAT64))), 10);
}
END_TEST

START_TEST(takes_numbers_as_python_does)
{
    ct_tensor *image = ct_ones(CT_DIMS(1, 1, 5, 5), CT_FLOAT32), *kernel = ct_ones(CT_DIMS(1, 1, 2, 2), CT_FLOAT32);
    ct_tensor *small = ct_call("aten::conv2d", CT_ARGS(image, kernel, NULL, 2));
    ck_assert_shape(small, 1, 1, 2, 2);
    ck_assert_shape(ct_call("aten::conv2d", CT_ARGS(image, kernel, ct_value_none(), ct_value_ints(CT_DIMS(1, 2)))), 1,
                    1, 4, 2);
    ck_assert_shape(ct_call("aten::conv2d", CT_ARGS(image, kernel, ct_arg("padding", "same"))), 1, 1, 5, 5);
    ct_tensor *twice = ct_call("aten::upsample_nearest2d.vec", CT_ARGS(image, NULL, ct_value_ints(CT_DIMS(2, 2))));
    ck_assert_shape(twice, 1, 1, 10, 10);
    ck_assert_floats(ct_call("aten::dropout", CT_ARGS(row(1, 2, 3, 4), 0, false)), 1, 2, 3, 4);
    ck_assert_longs(ct_call("aten::full", CT_ARGS(ct_value_ints(CT_DIMS(2)), 7, ct_arg("dtype", CT_INT64))), 7, 7);
    ct_tensor *z = ct_call("aten::full", CT_ARGS(ct_value_ints(CT_DIMS(1)), ct_value_complex(1, 2)));
    ck_assert_int_eq(ct_tensor_dtype(z), CT_COMPLEX64);
}
END_TEST

START_TEST(takes_types_formats_devices_and_generators)
{
    ct_tensor *x = ct_ones(CT_DIMS(1, 2, 2, 2), CT_FLOAT32);
    ck_assert_int_eq(ct_tensor_dtype(ct_call("aten::to.dtype", CT_ARGS(x, CT_FLOAT64))), CT_FLOAT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_call("aten::to", CT_ARGS(x, ct_value_dtype(CT_INT64)))), CT_INT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_call("aten::to.device", CT_ARGS(x, "cpu", CT_FLOAT16))), CT_FLOAT16);
    ct_tensor *last = ct_call("aten::contiguous", CT_ARGS(x, ct_arg("memory_format", CT_CHANNELS_LAST)));
    ck_assert_int_eq(ct_tensor_stride(last, 1), 1);
    ct_tensor *z = ct_call("aten::zeros", CT_ARGS(ct_value_ints(CT_DIMS(2)), ct_arg("layout", CT_SPARSE_COO),
                                                  ct_arg("device", ct_value_device("cpu"))));
    ck_assert_ptr_nonnull(z);
    ct_generator *g = ct_generator_new("cpu");
    ct_generator_manual_seed(g, 3);
    float first, second;
    ct_tensor *drawn = ct_call("aten::rand.generator", CT_ARGS(ct_value_ints(CT_DIMS(1)), ct_arg("generator", g)));
    ck_assert_ok(ct_tensor_copy_out(drawn, &first, 1, CT_FLOAT32));
    ct_generator_manual_seed(g, 3);
    drawn = ct_call("aten::rand", CT_ARGS(ct_value_ints(CT_DIMS(1)), ct_arg("generator", g)));
    ck_assert_ok(ct_tensor_copy_out(drawn, &second, 1, CT_FLOAT32));
    ck_assert_float_eq(first, second);
}
END_TEST

START_TEST(takes_lists_of_tensors)
{
    ct_tensor *x = row(1, 2, 3, 4), *at = ct_tensor_new((int64_t[]){2, 0}, CT_DIMS(2), CT_INT64);
    ck_assert_floats(ct_call("aten::cat", CT_ARGS(ct_value_tensors(CT_TENSORS(x, x)))), 1, 2, 3, 4, 1, 2, 3, 4);
    ck_assert_floats(ct_call("aten::index.Tensor", CT_ARGS(x, ct_value_tensors(CT_TENSORS(at)))), 3, 1);
    ct_tensor *square = ct_reshape(x, CT_DIMS(2, 2)), *one = ct_tensor_new((int64_t[]){1}, CT_DIMS(1), CT_INT64);
    ck_assert_floats(ct_call("aten::index.Tensor", CT_ARGS(square, ct_value_tensors(CT_TENSORS(NULL, one)))), 2, 4);
    ck_assert_refused(CT_ERROR_VALUE, "tensors[1] is NULL",
                      ct_call("aten::cat", CT_ARGS(ct_value_tensors(CT_TENSORS(x, NULL)))));
}
END_TEST

START_TEST(gives_several_results)
{
    ct_value result[2];
    ct_tensor *x = ct_tensor_new((float[]){1, 5, 2, 4, 3, 9}, CT_DIMS(2, 3), CT_FLOAT32);
    ck_assert_ok(ct_call_into("aten::max.dim", CT_ARGS(x, 1), result, 2));
    ck_assert_floats(result[0].as.tensor, 5, 9);
    ck_assert_longs(result[1].as.tensor, 1, 2);
    ck_assert_ok(ct_call_into("aten::max", CT_ARGS(x, ct_arg("dim", 0)), result, 2));
    ck_assert_floats(result[0].as.tensor, 4, 5, 9);
    ck_assert_ok(ct_call_into("aten::split.Tensor", CT_ARGS(x, 2, 1), result, 1));
    ck_assert_int_eq(result->kind, CT_VALUE_TENSORS);
    ck_assert_uint_eq(result->n, 2);
    ck_assert_shape(result->as.tensors[1], 2, 1);
    ck_assert_ok(ct_call_into("aten::item", CT_ARGS(ct_tensor_new((int64_t[]){7}, CT_DIMS(1), CT_INT64)), result, 1));
    ck_assert_int_eq(result->kind, CT_VALUE_INT);
    ck_assert_int_eq(result->as.integer, 7);
    ck_assert_ok(ct_call_into("aten::is_floating_point", CT_ARGS(x), result, 1));
    ck_assert(result->kind == CT_VALUE_BOOL && result->as.boolean);
    ck_assert_ok(ct_call_into("aten::result_type.Tensor", CT_ARGS(x, ct_ones(CT_DIMS(1), CT_FLOAT64)), result, 1));
    ck_assert_int_eq(result->kind, CT_VALUE_DTYPE);
    ck_assert_int_eq(result->as.dtype, CT_FLOAT64);
}
END_TEST

START_TEST(leaves_results_alone_when_it_fails)
{
    ct_value result = ct_value_int(5);
    ct_tensor *x = ct_ones(CT_DIMS(2, 3), CT_FLOAT32);
    ck_assert_refused(CT_ERROR_VALUE,
                      "aten::max.dim: returns 2 values, (Tensor values, Tensor indices); got places for 1",
                      ct_call_into("aten::max.dim", CT_ARGS(x, 1), &result, 1));
    ck_assert_refused(CT_ERROR_VALUE, "results is NULL", ct_call_into("aten::max.dim", CT_ARGS(x, 1), NULL, 2));
    ck_assert_refused(CT_ERROR_RUNTIME, "aten::mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
                      ct_call_into("aten::mm", CT_ARGS(x, x), &result, 1));
    ck_assert_int_eq(result.as.integer, 5);
}
END_TEST

START_TEST(works_in_place)
{
    ct_tensor *x = row(1, 2, 3, 4);
    ct_tensor *same = ct_call("aten::add_", CT_ARGS(x, 1));
    ck_assert(ct_tensor_is(same, x));
    ck_assert_floats(x, 2, 3, 4, 5);
    ct_tensor *out = row(0, 0, 0, 0);
    ck_assert(ct_tensor_is(ct_call("aten::mul", CT_ARGS(x, x, ct_arg("out", out))), out));
    ck_assert_floats(out, 4, 9, 16, 25);
    ck_assert_ok(ct_call_into("aten::_foreach_add_.Scalar", CT_ARGS(ct_value_tensors(CT_TENSORS(x, out)), 1), NULL, 0));
    ck_assert_floats(x, 3, 4, 5, 6);
}
END_TEST

START_TEST(records_gradients)
{
    ct_tensor *x = row(1, 2, 3, 4);
    ck_assert_ok(ct_requires_grad_(x, true));
    ck_assert_ok(ct_backward(ct_call("aten::sum", CT_ARGS(ct_call("aten::mul", CT_ARGS(x, x))))));
    ck_assert_floats(ct_tensor_grad(x), 2, 4, 6, 8);
}
END_TEST

/* ---- What is refused ---- */

START_TEST(checks_arguments_against_the_schema)
{
    ct_tensor *x = ct_ones(CT_DIMS(1, 1, 5, 5), CT_FLOAT32), *w = ct_ones(CT_DIMS(1, 1, 2, 2), CT_FLOAT32);
    ck_assert_refused(CT_ERROR_TYPE,
                      "aten::conv2d: argument 3 'bias' is Tensor?; got 2 (int); of default, padding none fits",
                      ct_call("aten::conv2d", CT_ARGS(x, w, 2)));
    ck_assert_refused(CT_ERROR_TYPE, "aten::add.Tensor: argument 2 'other' is Tensor; got 'a' (str)",
                      ct_call("aten::add.Tensor", CT_ARGS(x, "a")));
    ck_assert_refused(CT_ERROR_TYPE, "argument 2 'dim' is int[1]; got [0.5, 1.0] (float[])",
                      ct_call("aten::amax.default", CT_ARGS(x, ct_value_reals(CT_REALS(0.5, 1)))));
    ck_assert_refused(CT_ERROR_TYPE, "aten::dropout.default: argument 3 'train' is bool; got 2 (int)",
                      ct_call("aten::dropout.default", CT_ARGS(x, 0.5, 2)));
    ck_assert_refused(CT_ERROR_TYPE, "argument 2 'dim' is int; got 0.5 (float)",
                      ct_call("aten::softmax.int", CT_ARGS(x, 0.5)));
    ck_assert_refused(CT_ERROR_TYPE, "argument 1 'self' is Tensor; got None",
                      ct_call("aten::relu", CT_ARGS(ct_value_none())));
    ck_assert_refused(CT_ERROR_TYPE, "got a pointer", ct_call("aten::relu", CT_ARGS((void *)x)));
    ck_assert_refused(CT_ERROR_TYPE, "unknown kind 99", ct_call("aten::relu", CT_ARGS((ct_value){.kind = 99})));
    ck_assert_refused(CT_ERROR_TYPE, "dtype is 99", ct_call("aten::sum", CT_ARGS(x, ct_arg("dtype", 99))));
}
END_TEST

START_TEST(checks_which_arguments_there_are)
{
    ct_tensor *x = ct_ones(CT_DIMS(1, 1, 5, 5), CT_FLOAT32);
    ck_assert_refused(CT_ERROR_VALUE,
                      "aten::relu.default: missing value for argument 'self'. Declaration: aten::relu(Tensor self)",
                      ct_call("aten::relu.default", CT_ARGS()));
    ck_assert_refused(CT_ERROR_VALUE, "takes 1 positional argument(s) but 2 was/were given",
                      ct_call("aten::relu", CT_ARGS(x, x)));
    ck_assert_refused(CT_ERROR_KEY, "Unknown keyword argument 'group' for operator 'aten::conv2d'",
                      ct_call("aten::conv2d", CT_ARGS(x, x, ct_arg("group", 2))));
    ck_assert_refused(CT_ERROR_KEY, "Argument 'self' specified both as positional and keyword argument",
                      ct_call("aten::relu.default", CT_ARGS(x, ct_arg("self", x))));
    ck_assert_refused(CT_ERROR_KEY, "keyword argument repeated: alpha",
                      ct_call("aten::add.Tensor", CT_ARGS(x, x, ct_arg("alpha", 1), ct_arg("alpha", 2))));
    ck_assert_refused(CT_ERROR_VALUE, "positional argument follows keyword argument",
                      ct_call("aten::add", CT_ARGS(ct_arg("self", x), x)));
    ck_assert_refused(CT_ERROR_VALUE, "args is NULL", ct_call("aten::relu", NULL, 1));
}
END_TEST

START_TEST(knows_no_such_operator)
{
    ck_assert_refused(CT_ERROR_KEY, "no operator is named aten::nothing", ct_call("nothing", CT_ARGS()));
    ck_assert_refused(CT_ERROR_KEY, "no operator is named nowhere::add", ct_call("nowhere::add", CT_ARGS()));
    ck_assert_refused(CT_ERROR_KEY, "aten::add has no overload 'Tensr'; it has Tensor, Scalar, out",
                      ct_op_find("aten::add.Tensr"));
    ck_assert_refused(CT_ERROR_KEY, "no operator is named aten::", ct_call("", CT_ARGS()));
    ck_assert_refused(CT_ERROR_VALUE, "ct_call: name is NULL", ct_call(NULL, CT_ARGS()));
}
END_TEST

START_TEST(a_null_tensor_is_the_failure_that_made_it)
{
    ct_tensor *none = NULL;
    ck_assert_refused(CT_ERROR_VALUE, "ct_call: self is NULL", ct_call("aten::relu.default", CT_ARGS(none)));
    ct_tensor *x = ct_ones(CT_DIMS(2, 3), CT_FLOAT32);
    ck_assert_refused(CT_ERROR_RUNTIME, "aten::mm", ct_call("aten::relu", CT_ARGS(ct_call("aten::mm", CT_ARGS(x, x)))));
}
END_TEST

/* ---- Prepared operators ---- */

START_TEST(prepares_an_operator)
{
    ct_op *add = ct_op_find("aten::add"), *scalar = ct_op_find("aten::add.Scalar"), *max = ct_op_find("max.dim");
    ct_tensor *x = row(1, 2, 3, 4);
    ck_assert_str_eq(ct_op_name(add), "aten::add");
    ck_assert_str_eq(ct_op_name(scalar), "aten::add.Scalar");
    ck_assert_str_eq(ct_op_schema(scalar), "aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor");
    ck_assert_ptr_nonnull(strstr(ct_op_schema(add), "\naten::add.Scalar("));
    for (int i = 0; i < 3; i++) {
        ck_assert_floats(ct_op_call(add, CT_ARGS(x, x)), 2, 4, 6, 8);
        ck_assert_floats(ct_op_call(scalar, CT_ARGS(x, 1.5)), 2.5, 3.5, 4.5, 5.5);
    }
    ct_value result[2];
    ck_assert_ok(ct_op_call_into(max, CT_ARGS(x, 0), result, 2));
    ck_assert_longs(result[1].as.tensor, 3);
    ck_assert_refused(CT_ERROR_TYPE, "self is a ct_op; expected a ct_tensor", ct_tensor_dim((ct_tensor *)add));
    ck_assert_refused(CT_ERROR_TYPE, "aten::max.dim: returns (Tensor values, Tensor indices), not one tensor",
                      ct_op_call(max, CT_ARGS(x, 0)));
}
END_TEST

START_TEST(frees_operators_as_other_handles)
{
    ct_op *op = ct_op_find("aten::relu");
    ck_assert_int_eq(ct_live_handles("ct_op"), 1);
    ct_op_free(op);
    ct_op_free(NULL);
    ck_assert_int_eq(ct_live_handles("ct_op"), 0);
    ct_scope *inner = ct_scope_begin();
    op = ct_op_escape(ct_op_find("aten::relu"));
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_str_eq(ct_op_name(op), "aten::relu");
}
END_TEST

struct listing {
    char last[256];
    int count, out_of_order, adds;
};

static void see(const char *name, void *user)
{
    struct listing *seen = user;
    seen->out_of_order += strcmp(seen->last, name) >= 0;
    seen->adds += strcmp(name, "aten::add.Tensor") == 0;
    seen->count++;
    snprintf(seen->last, sizeof seen->last, "%s", name);
}

START_TEST(lists_every_operator_in_order)
{
    struct listing seen = {.count = 0};
    ck_assert_ok(ct_op_list(see, &seen));
    ck_assert_int_gt(seen.count, 2000);
    ck_assert_int_eq(seen.out_of_order, 0);
    ck_assert_int_eq(seen.adds, 1);
    ck_assert_refused(CT_ERROR_VALUE, "visit is NULL", ct_op_list(NULL, NULL));
}
END_TEST

static void find_it(const char *name, void *user)
{
    int *unknown = user;
    ct_scope *attempt = ct_scope_begin();
    ct_op *op = ct_op_find(name);
    *unknown += op == NULL || *ct_op_schema(op) == '\0';
    ct_op_free(op);
    ct_scope_catch(attempt);
}

START_TEST(finds_all_that_it_lists)
{
    int unknown = 0;
    ck_assert_ok(ct_op_list(find_it, &unknown));
    ck_assert_int_eq(unknown, 0);
}
END_TEST

static void *relu_many_times(void *op)
{
    for (int i = 0; i < 500; i++) {
        ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32), *y = ct_op_call(op, CT_ARGS(x));
        ct_tensor_free(x);
        ct_tensor_free(y);
        if (!y)
            return op;
    }
    return NULL;
}

START_TEST(may_be_called_by_several_threads)
{
    ct_op *relu = ct_op_find("aten::relu");
    pthread_t threads[3];
    for (size_t i = 0; i < COUNT(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, relu_many_times, relu), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        ck_assert_ptr_null(failed);
    }
}
END_TEST

/* ---- Libraries ---- */

START_TEST(loads_a_library_of_operators)
{
    ck_assert_ok(ct_load_library(CTORCH_TEST_PLUGIN));
    ct_tensor *x = row(1, 2, 3, 4);
    ck_assert_floats(ct_call("ctorch_test::scale", CT_ARGS(x)), 2, 4, 6, 8);
    ck_assert_floats(ct_call("ctorch_test::scale", CT_ARGS(x, ct_arg("by", 3))), 3, 6, 9, 12);
    ck_assert_ok(ct_load_library(CTORCH_TEST_PLUGIN));
    ck_assert_ok(ct_call_into("ctorch_test::nothing", CT_ARGS(), NULL, 0));
    ck_assert_refused(CT_ERROR_TYPE, "ctorch_test::nothing: returns (), not one tensor",
                      ct_call("ctorch_test::nothing", CT_ARGS()));
    ck_assert_refused(CT_ERROR_INTERNAL, "ctorch_test::boom", ct_call("ctorch_test::boom", CT_ARGS(x)));
}
END_TEST

static void check_everything(const ct_value *out)
{
    ck_assert_int_eq(out[0].as.integer, 1);
    ck_assert_double_eq(out[1].as.real, 2.5);
    ck_assert(out[2].as.boolean);
    ck_assert_str_eq(out[3].as.string, "text");
    ck_assert(out[4].n == 2 && out[4].as.ints[1] == 4);
    ck_assert(out[5].n == 3 && out[5].as.reals[2] == 7);
    ck_assert(out[6].n == 3 && out[6].as.bools[0] && !out[6].as.bools[1] && out[6].as.bools[2]);
    ck_assert(out[7].n == 2 && strcmp(out[7].as.strings[0], "first") == 0 &&
              strcmp(out[7].as.strings[1], "second") == 0);
    ck_assert_uint_eq(out[8].n, 2);
    ck_assert_floats(out[8].as.tensors[1], 1, 2, 3, 4);
    ck_assert_int_eq(out[9].kind, CT_VALUE_DEVICE);
    ck_assert_str_eq(out[9].as.string, "cpu");
}

START_TEST(passes_every_kind_of_value_in_and_out)
{
    ck_assert_ok(ct_load_library(CTORCH_TEST_PLUGIN));
    ct_tensor *x = row(1, 2, 3, 4);
    ct_value out[10];
    ck_assert_ok(ct_call_into("ctorch_test::everything",
                              CT_ARGS(1, 2.5, true, "text", ct_value_ints(CT_DIMS(3, 4)),
                                      ct_value_ints(CT_DIMS(5, 6, 7)), ct_value_bools((bool[]){true, false, true}, 3),
                                      ct_value_strings((const char *[]){"first", "second"}, 2),
                                      ct_value_tensors(CT_TENSORS(x, x)), "cpu"),
                              out, COUNT(out)));
    check_everything(out);
    /* What it gave goes in again. */
    ck_assert_ok(ct_call_into("ctorch_test::everything", out, COUNT(out), out, COUNT(out)));
    check_everything(out);
}
END_TEST

/* Outside any scope all texts and lists of one call live until the next text. */
START_TEST(gives_results_outside_a_scope)
{
    ck_assert_ok(ct_load_library(CTORCH_TEST_PLUGIN));
    ct_value text, parts;
    ck_assert_ok(ct_call_into("ctorch_test::shout", CT_ARGS("no", 2), &text, 1));
    ck_assert_str_eq(text.as.string, "no!no!");
    ct_tensor *x = row(1, 2, 3, 4);
    ck_assert_ok(ct_call_into("aten::split.Tensor", CT_ARGS(x, 2), &parts, 1));
    ck_assert_int_eq(ct_live_handles("ct_tensor"), 3);
    for (size_t i = 0; i < parts.n; i++)
        ct_tensor_free(parts.as.tensors[i]);
    ct_tensor_free(x);
}
END_TEST

START_TEST(tells_why_a_library_does_not_load)
{
    ck_assert_refused(CT_ERROR_IO, "/nowhere/lib.so: cannot open shared object file",
                      ct_load_library("/nowhere/lib.so"));
    ck_assert_refused(CT_ERROR_FORMAT, "invalid ELF header", ct_load_library("/etc/passwd"));
    ck_assert_refused(CT_ERROR_VALUE, "path is NULL", ct_load_library(NULL));
}
END_TEST

/* Debian's python3-torchvision, which tools/check installs where the release has it. */
START_TEST(loads_torchvision)
{
    glob_t found;
    if (glob("/usr/lib/python3/dist-packages/torchvision/_C.*so", 0, NULL, &found) != 0)
        return;
    ct_scope *attempt = ct_scope_begin();
    ct_load_library(found.gl_pathv[0]);
    globfree(&found);
    if (ct_scope_catch(attempt) != CT_OK) {
        /* Of Python, where it was not linked to it, or of another libtorch. */
        ck_assert_error(CT_ERROR_FORMAT, "undefined symbol: ");
        return;
    }
    ct_tensor *boxes = ct_tensor_new((float[]){0, 0, 4, 4, 0, 0, 4, 3.9f, 5, 5, 9, 9}, CT_DIMS(3, 4), CT_FLOAT32);
    ct_tensor *scores = ct_tensor_new((float[]){0.5f, 0.9f, 0.7f}, CT_DIMS(3), CT_FLOAT32);
    ck_assert_longs(ct_call("torchvision::nms", CT_ARGS(boxes, scores, 0.5)), 1, 2);
}
END_TEST

static TCase *scoped_case(Suite *suite, const char *name)
{
    TCase *group = suite_case(suite, name);
    tcase_add_checked_fixture(group, open_scope, close_scope);
    return group;
}

int main(void)
{
    Suite *suite = suite_create("call");

    TCase *lists = scoped_case(suite, "lists of arguments");
    tcase_add_test(lists, lists_none_to_24_arguments);
    tcase_add_test(lists, evaluates_each_argument_once);
    tcase_add_test(lists, knows_values_by_their_types);

    TCase *calling = scoped_case(suite, "calling");
    tcase_add_test(calling, calls_the_overload_that_the_arguments_fit);
    tcase_add_test(calling, takes_types_formats_devices_and_generators);
    tcase_add_test(calling, takes_numbers_as_python_does);
    tcase_add_test(calling, takes_lists_of_tensors);
    tcase_add_test(calling, gives_several_results);
    tcase_add_test(calling, leaves_results_alone_when_it_fails);
    tcase_add_test(calling, works_in_place);
    tcase_add_test(calling, records_gradients);

    TCase *refusing = scoped_case(suite, "what is refused");
    tcase_add_test(refusing, checks_arguments_against_the_schema);
    tcase_add_test(refusing, checks_which_arguments_there_are);
    tcase_add_test(refusing, knows_no_such_operator);
    tcase_add_test(refusing, a_null_tensor_is_the_failure_that_made_it);

    TCase *prepared = scoped_case(suite, "prepared operators");
    tcase_add_test(prepared, prepares_an_operator);
    tcase_add_test(prepared, frees_operators_as_other_handles);
    tcase_add_test(prepared, lists_every_operator_in_order);
    tcase_add_test(prepared, finds_all_that_it_lists);
    tcase_add_test(prepared, may_be_called_by_several_threads);

    TCase *libraries = scoped_case(suite, "libraries");
    tcase_add_test(libraries, loads_a_library_of_operators);
    tcase_add_test(libraries, passes_every_kind_of_value_in_and_out);
    tcase_add_test(libraries, tells_why_a_library_does_not_load);
    tcase_add_test(libraries, loads_torchvision);
    tcase_add_test(suite_case(suite, "outside a scope"), gives_results_outside_a_scope);

    return suite_run(suite);
}
