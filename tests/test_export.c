/* tests/test_export.c: ctorch/export.h: modules traced in C and run in C; python/export_cases.py then runs them in
 * Python.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "export_cases.h"
#include "suite.h"

#include <sys/stat.h>
#include <unistd.h>

#define INPUTS_MOST 3

static const char *export_path(const char *name, const char *ending)
{
    mkdir(oracle_path("CTORCH_TEST_FRESH", "export"), 0777);
    return oracle_fresh("export/%s%s", name, ending);
}

/* The inputs of a case, `more` longer in the first dimension; returns how many. */
static size_t make_inputs(const export_case *c, int64_t more, ct_tensor **inputs)
{
    size_t n = 0;
    for (; n < INPUTS_MOST && c->shapes[n][0] != 0; n++) {
        int64_t shape[4] = {c->shapes[n][0] + more}, ndim = 1;
        for (; ndim < 4 && c->shapes[n][ndim] != 0; ndim++)
            shape[ndim] = c->shapes[n][ndim];
        inputs[n] = ct_randn(shape, (size_t)ndim, CT_FLOAT32);
    }
    return n;
}

static size_t count_outputs(const char *name)
{
    return strcmp(name, "several") == 0 || strcmp(name, "lstm") == 0 ? 3 : strcmp(name, "attention") == 0 ? 2 : 1;
}

static void put(ct_dict *to, const char *prefix, size_t i, const ct_tensor *tensor)
{
    char name[64];
    snprintf(name, sizeof name, "%s%d", prefix, (int)i);
    ct_dict_set(to, name, ct_detach(tensor));
}

/* Runs the module and puts inputs and outputs into the dict, under names with these letters. */
static void put_call(ct_dict *to, const export_case *c, ct_module *module, int64_t more, const char *in,
                     const char *out)
{
    ct_tensor *inputs[INPUTS_MOST], *outputs[3] = {NULL}, **places[3] = {&outputs[0], &outputs[1], &outputs[2]};
    size_t n = make_inputs(c, more, inputs), m = count_outputs(c->name);
    for (size_t i = 0; i < n; i++)
        put(to, in, i, ct_clone(inputs[i]));
    ct_manual_seed(7);
    ck_assert_ok(ct_module_call(module, inputs, n, places, m));
    for (size_t i = 0; i < m; i++)
        put(to, out, i, outputs[i]);
}

static void put_names(ct_dict *to, const char *prefix, const ct_dict *from)
{
    for (size_t i = 0; i < ct_dict_size(from); i++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", prefix, ct_dict_name(from, i));
        ct_dict_set(to, name, ct_clone(ct_detach(ct_dict_at(from, i))));
    }
}

/* Exports a case, and writes beside it what Python is to find. */
static void export_one(const export_case *c)
{
    ct_scope *scope = ct_scope_begin();
    ct_manual_seed(1);
    ct_module *module = c->make();
    ct_module_train(module, c->training);
    ct_dict *said = ct_dict_new();
    put_names(said, "s:", ct_module_state_dict(module));
    put_names(said, "p:", ct_module_parameters(module, .remove_duplicate = false));
    ct_tensor *inputs[INPUTS_MOST], *others[INPUTS_MOST];
    size_t n = make_inputs(c, 0, inputs), n_others = c->any_batch ? make_inputs(c, 3, others) : 0;
    ct_module_export(module, export_path(c->name, ".pt"), inputs, n, .check_inputs = others,
                     .n_check_inputs = n_others);
    ck_assert_msg(ct_error_code() == CT_OK, "%s: %s", c->name, ct_error_message());
    put_call(said, c, module, 0, "x", "y");
    ct_module_load_state_dict(module, ct_script_state_dict(ct_script_load(export_path(c->name, ".pt"))),
                              .strict = false);
    if (c->any_batch)
        put_call(said, c, module, 3, "z", "w");
    ck_assert_ok(ct_npz_save(export_path(c->name, ".npz"), said));
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s: %s", c->name, ct_error_message());
}

START_TEST(python_runs_what_was_exported)
{
    for (size_t i = 0; i < COUNT(export_cases); i++)
        export_one(&export_cases[i]);
    char command[2048];
    snprintf(command, sizeof command, "%s '%s/python/export_cases.py' '%s/export'", getenv("CTORCH_PYTHON"),
             getenv("CTORCH_TEST_DATA"), getenv("CTORCH_TEST_FRESH"));
    ck_assert_int_eq(system(command), 0);
}
END_TEST

/* ---- Tracing ---- */

START_TEST(a_trace_shares_the_modules_parameters)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = make_tied();
    ct_tensor *x = ct_ones(CT_DIMS(1, 4), CT_FLOAT32);
    ct_script *traced = ct_script_trace(net, CT_TENSORS(x));
    ck_assert_str_eq(ct_script_class(traced), "Sequential");
    ck_assert(strstr(ct_script_schema(traced, "forward"), "Tensor x) -> Tensor") != NULL);
    ct_dict *ours = ct_module_parameters(net), *theirs = ct_script_parameters(traced);
    ck_assert_uint_eq(ct_dict_size(theirs), ct_dict_size(ours));
    ct_no_grad();
    ct_fill_scalar_(ct_dict_get(ours, "first.weight"), 0);
    ck_assert(ct_equal(ct_script_forward(traced, x), ct_module_forward(net, x)));
    ct_scope_end(scope);

    scope = ct_scope_begin();
    net = ct_nn_sequential(ct_nn_linear(4, 1));
    traced = ct_script_trace(net, CT_TENSORS(ct_ones(CT_DIMS(1, 4), CT_FLOAT32)));
    ct_backward(ct_sum(ct_script_forward(traced, ct_ones(CT_DIMS(1, 4), CT_FLOAT32))));
    ck_assert_floats(ct_tensor_grad(ct_module_parameter(net, "0.bias")), 1);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(the_module_is_unchanged)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_sequential(ct_nn_linear(4, 3), ct_nn_batch_norm1d(3), ct_nn_dropout());
    ct_tensor *x = ct_randn(CT_DIMS(5, 4), CT_FLOAT32), *kept = ct_clone(x);
    ct_tensor *mean = ct_clone(ct_module_buffer(net, "1.running_mean"));
    ct_manual_seed(3);
    ct_tensor *drawn = ct_randn(CT_DIMS(4), CT_FLOAT32);
    ct_manual_seed(3);
    ck_assert(ct_script_trace(net, CT_TENSORS(x)) != NULL);
    ck_assert(ct_equal(ct_randn(CT_DIMS(4), CT_FLOAT32), drawn));
    ck_assert(ct_equal(ct_module_buffer(net, "1.running_mean"), mean));
    ck_assert(ct_equal(x, kept));
    ck_assert(ct_module_is_training(net));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

static size_t call_optional(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)self, (void)user;
    ck_assert_uint_eq(n, 3);
    outputs[0] = inputs[1] ? ct_add(inputs[0], inputs[1]) : ct_sub(inputs[0], inputs[2]);
    outputs[1] = NULL;
    return 2;
}

START_TEST(none_goes_in_and_comes_out)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_module("Optional", .call = call_optional);
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ct_script *traced = ct_script_trace(net, CT_TENSORS(x, NULL, x));
    ct_value results[2];
    ck_assert_ok(ct_script_call_into(traced, "forward", CT_ARGS(x, ct_mul_scalar(x, 3)), results, 2));
    ck_assert_floats(results[0].as.tensor, -2, -2);
    ck_assert_int_eq(results[1].kind, CT_VALUE_NONE);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- What cannot be traced ---- */

static ct_tensor *forward_by_value(ct_module *self, ct_tensor *x, void *user)
{
    (void)self;
    double *last = user;
    double sum = ct_tensor_item(ct_sum(x)) + ++*last;
    return ct_mul_scalar(x, sum);
}

static ct_tensor *forward_by_shape(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    return ct_reshape(x, CT_DIMS(ct_tensor_shape(x)[0], 4));
}

START_TEST(a_check_finds_constants)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_ones(CT_DIMS(2, 2, 2), CT_FLOAT32), *more = ct_ones(CT_DIMS(3, 2, 2), CT_FLOAT32);
    double last = 0;
    ct_module *by_value = ct_nn_module("ByValue", .forward = forward_by_value, .user = &last);
    ct_scope *inner = ct_scope_begin();
    ck_assert(ct_script_trace(by_value, CT_TENSORS(x)) == NULL);
    ck_assert_error(CT_ERROR_RUNTIME, "output 0 of the trace differs from the module's by up to 1");
    ct_scope_end(inner);
    ck_assert(ct_script_trace(by_value, CT_TENSORS(x), .check = false) != NULL);

    ct_module *by_shape = ct_nn_module("ByShape", .forward = forward_by_shape);
    ck_assert(ct_script_trace(by_shape, CT_TENSORS(x)) != NULL);
    inner = ct_scope_begin();
    ck_assert(ct_script_trace(by_shape, CT_TENSORS(x), .check_inputs = CT_TENSORS(more)) == NULL);
    ck_assert_error(CT_ERROR_RUNTIME,
                    "the trace fails where the module does not: shape '[2, 4]' is invalid for input of size 12");
    ct_scope_end(inner);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

static ct_tensor *forward_that_traces(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_script_trace(ct_module_child(self, "inner"), CT_TENSORS(x));
    return x;
}

START_TEST(errors_name_what_is_wrong)
{
    ct_tensor *x = ct_ones(CT_DIMS(2, 4), CT_FLOAT32);
    struct {
        ct_module *module;
        ct_status code;
        const char *said;
    } cases[] = {
        {ct_nn_module_list(), CT_ERROR_NOT_IMPLEMENTED,
         "Module [ModuleList] is missing the required \"forward\" function"},
        {ct_nn_lazy_linear(3), CT_ERROR_VALUE,
         "'LazyLinear' has uninitialized parameters ['weight', 'bias']. Did you forget to run a forward pass?"},
        {ct_nn_linear(3, 3), CT_ERROR_RUNTIME, "mat1 and mat2 shapes cannot be multiplied"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert(ct_script_trace(cases[i].module, CT_TENSORS(x)) == NULL);
        ck_assert_error(cases[i].code, cases[i].said);
        ct_module_free(cases[i].module);
    }
    ct_module *linear = ct_nn_linear(4, 4), *nested = ct_nn_module("Nested", .forward = forward_that_traces);
    ct_module_set_child(nested, "inner", linear);
    ck_assert(ct_script_trace(nested, CT_TENSORS(x)) == NULL);
    ck_assert_error(CT_ERROR_RUNTIME, "Tracing can't be nested");
    ct_module_set_child(nested, "training", linear);
    ck_assert(ct_script_trace(nested, CT_TENSORS(x)) == NULL);
    ck_assert_error(CT_ERROR_KEY, "'training' has a meaning of its own in TorchScript");
    ct_scope *scope = ct_scope_begin();
    ct_module *two = make_several();
    ck_assert(ct_script_trace(two, CT_TENSORS(x, x), .check_inputs = CT_TENSORS(x)) == NULL);
    ck_assert_error(CT_ERROR_VALUE, "check_inputs are 1 tensors; the module takes 2 at a time");
    ct_scope_end(scope);
    ck_assert(ct_script_trace(linear, CT_TENSORS(x), .check_inputs = CT_TENSORS(x, NULL)) == NULL);
    ck_assert_error(CT_ERROR_TYPE, "missing a required argument: 'input'");
    ck_assert_int_eq(ct_module_export(linear, "/nowhere/net.pt", CT_TENSORS(x)), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "/nowhere/net.pt: cannot be written");
    ct_module_free(linear);
    ct_module_free(nested);
    ct_tensor_free(x);
}
END_TEST

START_TEST(a_failure_leaves_the_file_that_was_there)
{
    ct_scope *scope = ct_scope_begin();
    char path[1024];
    snprintf(path, sizeof path, "%s", export_path("kept", ""));
    ck_assert_ok(ct_module_export(ct_nn_linear(4, 3), path, CT_TENSORS(ct_ones(CT_DIMS(1, 4), CT_FLOAT32))));
    ct_scope *inner = ct_scope_begin();
    ct_module_export(ct_nn_linear(4, 3), path, CT_TENSORS(ct_ones(CT_DIMS(1, 5), CT_FLOAT32)));
    ck_assert_error(CT_ERROR_RUNTIME, "cannot be multiplied");
    ct_scope_end(inner);
    ck_assert(ct_script_load(path) != NULL);
    unlink(path);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Archives for torch::load ---- */

static double sum_of_ones(ct_module *net)
{
    ct_module_eval(net);
    return ct_tensor_item(ct_sum(ct_module_forward(net, ct_ones(CT_DIMS(1, 3, 8, 8), CT_FLOAT32))));
}

/* What C++ saved with torch::save, and what a trace was saved to, hold a state_dict too. */
static void assert_loads(const char *path, const char *format, double sum)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = make_convolutions();
    ck_assert_ok(ct_module_load(net, path));
    ck_assert_double_eq_tol(sum_of_ones(net), sum, 1e-5);
    ck_assert_uint_eq(ct_dict_size(ct_load(path)), ct_dict_size(ct_module_state_dict(net)));
    ck_assert_str_eq(ct_archive_format(ct_archive_open(path)), format);
    ck_assert_ok(ct_scope_end(scope));
    unlink(path);
}

START_TEST(cpp_loads_an_archive_and_saves_another)
{
    ct_scope *scope = ct_scope_begin();
    char path[1024], saved[1100], command[3000], line[64];
    snprintf(path, sizeof path, "%s-%d", export_path("archive", ""), (int)getpid());
    snprintf(saved, sizeof saved, "%s-saved", path);
    ct_module *net = make_convolutions();
    for (int i = 0; i < 2; i++)
        ct_module_forward(net, ct_randn(CT_DIMS(2, 3, 8, 8), CT_FLOAT32));
    double sum = sum_of_ones(net);
    ck_assert_ok(ct_module_save_libtorch(net, path));
    ck_assert_ok(ct_scope_end(scope));

    snprintf(command, sizeof command, "%s '%s' '%s'", CTORCH_TEST_LOAD_ARCHIVE, path, saved);
    FILE *program = popen(command, "r");
    ck_assert(program != NULL && fgets(line, sizeof line, program) != NULL);
    ck_assert_int_eq(pclose(program), 0);
    ck_assert_double_eq_tol(atof(line), sum, 1e-5);
    assert_loads(path, "torchscript", sum);
    assert_loads(saved, "torchscript", sum);
}
END_TEST

START_TEST(a_trace_is_a_checkpoint_too)
{
    ct_scope *scope = ct_scope_begin();
    char path[1024];
    snprintf(path, sizeof path, "%s-%d", export_path("checkpoint", ".pt"), (int)getpid());
    ct_module *net = make_convolutions();
    double sum = sum_of_ones(net);
    ck_assert_ok(ct_module_export(net, path, CT_TENSORS(ct_ones(CT_DIMS(1, 3, 8, 8), CT_FLOAT32))));
    assert_loads(path, "torchscript", sum);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(an_archive_fails_cleanly)
{
    ct_module *net = ct_nn_linear(2, 2);
    ck_assert_int_eq(ct_module_save_libtorch(net, "/nowhere/archive.pt"), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "/nowhere/archive.pt: cannot be written");
    ct_module_free(net);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export");
    TCase *python = suite_case(suite, "python");
    tcase_add_test(python, python_runs_what_was_exported);
    TCase *tracing = suite_case(suite, "tracing");
    tcase_add_test(tracing, a_trace_shares_the_modules_parameters);
    tcase_add_test(tracing, the_module_is_unchanged);
    tcase_add_test(tracing, none_goes_in_and_comes_out);
    TCase *failing = suite_case(suite, "what cannot be traced");
    tcase_add_test(failing, a_check_finds_constants);
    tcase_add_test(failing, errors_name_what_is_wrong);
    tcase_add_test(failing, a_failure_leaves_the_file_that_was_there);
    TCase *archives = suite_case(suite, "archives");
    tcase_add_test(archives, cpp_loads_an_archive_and_saves_another);
    tcase_add_test(archives, a_trace_is_a_checkpoint_too);
    tcase_add_test(archives, an_archive_fails_cleanly);
    return suite_run(suite);
}
