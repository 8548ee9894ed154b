/* test_selftest.c: include/ctorch/checkpoint.h: modules that are saved with what they computed (python/selftest.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <math.h>
#include <stdio.h>
#include <unistd.h>

static char path[64];

static void set_up(void)
{
    snprintf(path, sizeof path, "/tmp/ctorch-selftest-%d.pt", (int)getpid());
}

static void tear_down(void)
{
    remove(path);
}

static ct_module *net_of(uint64_t seed)
{
    ct_manual_seed(seed);
    ct_module *net = ct_nn_sequential(ct_nn_linear(4, 8), ct_nn_batch_norm1d(8), ct_nn_tanh(), ct_nn_linear(8, 2));
    ct_module_eval(net);
    return net;
}

START_TEST(a_saved_module_computes_the_same_again)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(1), *other = net_of(2);
    ck_assert_ok(ct_module_save(net, path, .inputs = {CT_ARGS(ct_randn(CT_DIMS(3, 4), CT_FLOAT32))}));
    ck_assert_double_eq(ct_model_selftest(net, path), 0);
    double largest = ct_model_selftest(other, path);
    ck_assert_double_gt(largest, 1e-3);
    ck_assert_ok(ct_module_load(other, path));
    ck_assert_double_eq(ct_model_selftest(other, path), 0);
    ct_fill_scalar_(ct_detach(ct_module_parameter(other, "3.bias")), NAN);
    ck_assert_double_eq(ct_model_selftest(other, path), INFINITY);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

static void assert_python(const char *part)
{
    const char *tests = getenv("CTORCH_TEST_DATA"), *python = getenv("CTORCH_PYTHON");
    ck_assert_msg(tests && python, "CTORCH_TEST_DATA or CTORCH_PYTHON is not set: run the tests with ctest");
    char command[2048];
    snprintf(command, sizeof command, "'%s' '%s/python/selftest.py' %s '%s'", python, tests, part, path);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(python_reads_a_state_dict_with_a_reference)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ok(ct_module_save(net_of(1), path, .inputs = {CT_ARGS(ct_randn(CT_DIMS(3, 4), CT_FLOAT32))}));
    assert_python("reference");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* What Python's own torch.save(net.state_dict()) makes of it, `_metadata` included. */
START_TEST(a_plain_file_is_as_python_writes_it)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(1);
    ct_module *norms = ct_nn_sequential(ct_nn_instance_norm1d(8), ct_nn_sync_batch_norm(8));
    ct_module_set_child(net, "norms", norms);
    ct_module_set_child(net, "again", norms);
    ck_assert_ok(ct_module_save(net, path));
    assert_python("plain");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_file_says_what_wrote_it)
{
    ct_scope *scope = ct_scope_begin();
    char expected[256];
    snprintf(expected, sizeof expected, "ctorch %s, libtorch %s", ct_version(), ct_torch_version());
    ct_module *net = net_of(1);
    ck_assert_ok(ct_module_save(net, path));
    ck_assert_str_eq(ct_archive_writer(ct_archive_open(path)), expected);
    ck_assert_ok(ct_safetensors_save(path, ct_module_state_dict(net)));
    ck_assert_str_eq(ct_archive_writer(ct_archive_open(path)), expected);
    assert_python("foreign");
    ck_assert_str_eq(ct_archive_writer(ct_archive_open(path)), "");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* An LSTM has three outputs, and takes None for its state. */
START_TEST(several_inputs_and_outputs_are_kept)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *lstm = ct_nn_lstm(3, 5);
    ct_module_eval(lstm);
    ct_tensor *x = ct_randn(CT_DIMS(7, 2, 3), CT_FLOAT32), *h = ct_randn(CT_DIMS(1, 2, 5), CT_FLOAT32);
    ck_assert_ok(ct_module_save(lstm, path, .inputs = {CT_ARGS(x, h, h)}, .n_outputs = 3));
    ck_assert_double_eq(ct_model_selftest(lstm, path), 0);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(without_inputs_there_is_nothing_to_test)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(1);
    ck_assert_ok(ct_module_save(net, path));
    ck_assert_ok(ct_module_load(net, path));
    ct_scope *attempt = ct_scope_begin();
    ck_assert(isnan(ct_model_selftest(net, path)));
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "was saved without reference inputs: write it by ct_module_save with .inputs");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(what_cannot_be_repeated_is_refused)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(1);
    ct_tensor *x = ct_randn(CT_DIMS(3, 4), CT_FLOAT32);
    ct_scope *attempt = ct_scope_begin();
    ct_module_train(net, true);
    ct_module_save(net, path, .inputs = {CT_ARGS(x)});
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_module_save: the module is in training mode");
    ck_assert_int_ne(access(path, F_OK), 0);
    ct_module_eval(net);
    attempt = ct_scope_begin();
    ct_module_save(net, path, .inputs = {CT_ARGS(2)});
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "ct_module_save: inputs[0] is not a tensor");
    attempt = ct_scope_begin();
    ct_module_save(net, path, .inputs = {CT_ARGS(x)}, .n_outputs = 0);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_module_save: n_outputs are 0; expected 1 to 16");
    ck_assert_ok(ct_module_save(net, path, .inputs = {CT_ARGS(x)}));
    attempt = ct_scope_begin();
    ct_module *wider = ct_nn_linear(4, 3);
    ct_module_eval(wider);
    ck_assert(isnan(ct_model_selftest(wider, path)));
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_model_selftest: output 0 is torch.Size([3, 3]) of torch.float32; expected "
                                    "torch.Size([3, 2]) of torch.float32");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("selftest");
    TCase *tests = suite_case(suite, "selftest");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_saved_module_computes_the_same_again);
    tcase_add_test(tests, python_reads_a_state_dict_with_a_reference);
    tcase_add_test(tests, a_plain_file_is_as_python_writes_it);
    tcase_add_test(tests, a_file_says_what_wrote_it);
    tcase_add_test(tests, several_inputs_and_outputs_are_kept);
    tcase_add_test(tests, without_inputs_there_is_nothing_to_test);
    tcase_add_test(tests, what_cannot_be_repeated_is_refused);
    return suite_run(suite);
}
