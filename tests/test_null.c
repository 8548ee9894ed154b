/* tests/test_null.c: a NULL argument of any function is an error that names it, never a crash.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <math.h>
#include <stdio.h>

/* The other arguments of the calls: the generator's VALUES names them. */
static float data[1];
static int64_t numbers[] = {1};
static ct_tensor *tensor, *tensors[1], *places[1];
static ct_packed_sequence packed;
static ct_module *module, *modules[1], *block, *module_dict, *parameter_list, *parameter_dict, *rnn;
static ct_named_module named_modules[1];
static const char *texts[1];
static ct_tensor **outputs[1];
static ct_dict *dict;
static ct_generator *generator;
static ct_op *op;
static ct_script *script;
static ct_archive *archive;
static ct_value values[1];
static double reals[1];
static ct_scalar scalars[1];
static ct_optimizer *optimizer;

static ct_tensor *closure(void *user)
{
    (void)user;
    return ct_zeros(CT_DIMS(), CT_FLOAT32);
}

static ct_hook *hook;

static void visit(const char *path, ct_module *m, void *user)
{
    (void)path, (void)m, (void)user;
}

static void pre_hook(ct_module *m, ct_tensor **inputs, size_t n, void *user)
{
    (void)m, (void)inputs, (void)n, (void)user;
}

static void forward_hook(ct_module *m, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t count,
                         void *user)
{
    (void)inputs;
    pre_hook(m, outputs, n + count, user);
}

static void backward_hook(ct_module *m, ct_tensor **grad_inputs, size_t n, ct_tensor *const *grad_outputs, size_t count,
                          void *user)
{
    forward_hook(m, grad_outputs, n, grad_inputs, count, user);
}

static ct_tensor *tensor_hook(ct_tensor *grad, void *user)
{
    (void)user;
    return grad;
}

static bool is_empty(const char *text)
{
    return text && text[0] == '\0';
}

#define JOIN(a, b) JOIN_(a, b)
#define JOIN_(a, b) a##b

#define NULL_CALL(function, argument, failure)                                                                         \
    static bool JOIN(line_, __LINE__)(void)                                                                            \
    {                                                                                                                  \
        return failure;                                                                                                \
    }
#define NULL_OPERATOR NULL_CALL
#include "null_calls.h"
#undef NULL_OPERATOR
#undef NULL_CALL

static const struct {
    const char *function, *argument;
    bool is_operator;
    bool (*fails)(void);
} calls[] = {
#define NULL_CALL(function, argument, failure) {function, argument, false, JOIN(line_, __LINE__)},
#define NULL_OPERATOR(function, argument, failure) {function, argument, true, JOIN(line_, __LINE__)},
#include "null_calls.h"
#undef NULL_OPERATOR
#undef NULL_CALL
};

static void make_arguments(void)
{
    tensor = tensors[0] = ct_ones(CT_DIMS(1), CT_FLOAT32);
    module = modules[0] = ct_nn_sequential(ct_nn_identity(), ct_nn_linear(1, 1));
    named_modules[0] = (ct_named_module){"a", module};
    block = ct_nn_module("Block");
    module_dict = ct_nn_module_dict({"a", module});
    parameter_list = ct_nn_parameter_list(tensor);
    parameter_dict = ct_nn_parameter_dict({"a", tensor});
    rnn = ct_nn_rnn(1, 1);
    dict = ct_module_parameters(module);
    generator = ct_default_generator();
    op = ct_op_find("aten::relu");
    script = ct_script_trace(modules[0], tensors, 1, .check = false);
    archive = ct_archive_open(oracle_path("CTORCH_TEST_DATA", "formats/samples/views.pt"));
    optimizer = ct_optim_sgd(dict);
    hook = ct_module_register_forward_pre_hook(module, pre_hook, NULL, NULL);
    ck_assert_str_eq(ct_error_message(), "");
}

/* Makes one call; complains if it does anything but fail with a message that names function and argument. */
static void check_call(size_t i, char *complaints, size_t size)
{
    char expected[200];
    snprintf(expected, sizeof expected, "%s: %s is NULL", calls[i].function, calls[i].argument);
    ct_scope *scope = ct_scope_begin();
    make_arguments();
    bool fails = calls[i].fails();
    ct_status status = ct_scope_end(scope);
    size_t used = strlen(complaints);
    bool as_expected = status == CT_ERROR_VALUE && strcmp(ct_error_message(), expected) == 0;
    if (!fails || (!as_expected && !(calls[i].is_operator && status != CT_OK)))
        snprintf(complaints + used, size - used, "\nexpected \"%s\", got %s \"%s\"%s", expected, ct_status_name(status),
                 ct_error_message(), fails ? "" : ", and not the failure value");
    ct_error_clear();
}

/* All in one test: a process of its own for each of hundreds would take a minute. */
START_TEST(null_is_an_error_that_names_the_argument)
{
    char complaints[4000] = "";
    for (size_t i = 0; i < COUNT(calls); i++)
        check_call(i, complaints, sizeof complaints);
    ck_assert_msg(complaints[0] == '\0', "%s", complaints);
}
END_TEST

START_TEST(no_function_is_left_out)
{
    char command[1000];
    const char *python = getenv("CTORCH_PYTHON"), *tests = getenv("CTORCH_TEST_DATA");
    ck_assert_msg(python && tests, "set CTORCH_PYTHON, and CTORCH_TEST_DATA to the folder tests/");
    snprintf(command, sizeof command, "'%s' '%s/api/write_null_calls.py' --check", python, tests);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("null");

    TCase *arguments = suite_case(suite, "arguments");
    tcase_add_test(arguments, null_is_an_error_that_names_the_argument);

    TCase *list = suite_case(suite, "list");
    tcase_add_test(list, no_function_is_left_out);

    return suite_run(suite);
}
