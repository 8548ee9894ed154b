/* tests/test_hook.c: ctorch/hook.h: hooks are called when and with what Python calls them (python/hook_cases.py), fail
 * what runs them, and are gone when they are to be.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "hook_cases.h"
#include "suite.h"

#include <ctorch.h>

static ct_scope *scope;
static int frees, calls;

static void begin(void)
{
    frees = calls = 0;
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

static ct_tensor *pair(float a, float b)
{
    ct_tensor *x = ct_tensor_new((float[]){a, b}, CT_DIMS(1, 2), CT_FLOAT32);
    ct_requires_grad_(x, true);
    return x;
}

static void count_free(void *user)
{
    ck_assert_ptr_nonnull(user);
    frees++;
}

static void count_forward(ct_module *module, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m,
                          void *user)
{
    (void)module, (void)inputs, (void)n, (void)outputs, (void)m, (void)user;
    calls++;
}

static ct_hook *counted(ct_module *module)
{
    return ct_module_register_forward_hook(module, count_forward, &calls, count_free);
}

static void count_backward(ct_module *module, ct_tensor **grad_inputs, size_t n, ct_tensor *const *grad_outputs,
                           size_t m, void *user)
{
    (void)module, (void)grad_inputs, (void)n, (void)grad_outputs, (void)m, (void)user;
    calls++;
}

/* ---- Handles and user data ---- */

START_TEST(removing_frees_the_user_data)
{
    ct_module *net = ct_nn_identity();
    ct_hook *hook = counted(net);
    ct_module_forward(net, pair(1, 2));
    ck_assert_int_eq(frees, 0);
    ck_assert_ok(ct_hook_remove(hook));
    ck_assert_int_eq(frees, 1);
    ck_assert_ok(ct_hook_remove(hook));
    ct_module_forward(net, pair(1, 2));
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(a_freed_handle_leaves_the_hook)
{
    ct_module *net = ct_nn_identity();
    ct_hook_free(counted(net));
    ct_module_forward(net, pair(1, 2));
    ck_assert_int_eq(calls, 1);
    ct_module_free(net);
    ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(a_handle_outlives_the_module)
{
    ct_scope *inner = ct_scope_begin();
    ct_hook *hook = ct_hook_escape(counted(ct_nn_sequential(ct_nn_relu())));
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_int_eq(frees, 1);
    ck_assert_ok(ct_hook_remove(hook));
    ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(user_data_is_shared_by_a_clone)
{
    ct_module *net = ct_nn_identity(), *twin;
    ct_hook *hook = counted(net);
    twin = ct_module_clone(net);
    ck_assert_ok(ct_hook_remove(hook));
    ck_assert_int_eq(frees, 0);
    ct_module_forward(twin, pair(1, 2));
    ck_assert_int_eq(calls, 1);
    ct_module_free(twin);
    ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(registering_that_fails_frees_the_user_data)
{
    ck_assert_ptr_null(ct_module_register_forward_hook(NULL, count_forward, &calls, count_free));
    ck_assert_error(CT_ERROR_VALUE, "ct_module_register_forward_hook: self is NULL");
    ck_assert_int_eq(frees, 1);
    ck_assert_ptr_null(ct_module_register_full_backward_hook(ct_nn_relu(), NULL, &calls, count_free));
    ck_assert_error(CT_ERROR_VALUE, "ct_module_register_full_backward_hook: hook is NULL");
    ck_assert_int_eq(frees, 2);
}
END_TEST

static ct_hook *own_hook;

static void remove_itself(ct_module *module, ct_tensor **inputs, size_t n, void *user)
{
    (void)module, (void)inputs, (void)n;
    ck_assert_ok(ct_hook_remove(own_hook));
    ck_assert_int_eq(frees, 0);
    ++*(int *)user;
}

START_TEST(user_data_stays_while_its_hook_runs)
{
    ct_module *net = ct_nn_identity();
    own_hook = ct_module_register_forward_pre_hook(net, remove_itself, &calls, count_free);
    ct_module_forward(net, pair(1, 2));
    ck_assert_int_eq(frees, 1);
    ct_module_forward(net, pair(1, 2));
    ck_assert_int_eq(calls, 1);
}
END_TEST

/* A graph runs the hooks that it was recorded with. */
START_TEST(user_data_stays_while_a_graph_waits)
{
    ct_module *net = ct_nn_linear(2, 1);
    ct_hook *hook = ct_module_register_full_backward_hook(net, count_backward, &calls, count_free);
    ct_scope *inner = ct_scope_begin();
    ct_tensor *loss = ct_sum(ct_module_forward(net, pair(1, 2)));
    ck_assert_ok(ct_hook_remove(hook));
    ck_assert_ok(ct_backward(ct_sum(ct_module_forward(net, pair(1, 2)))));
    ck_assert_int_eq(calls, 0);
    ck_assert_ok(ct_backward(loss));
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(frees, 0);
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_int_eq(frees, 1);
}
END_TEST

static ct_tensor *count_gradient(ct_tensor *grad, void *user)
{
    (void)grad, (void)user;
    calls++;
    return NULL;
}

START_TEST(user_data_goes_with_the_tensor)
{
    ct_scope *inner = ct_scope_begin();
    ct_tensor *x = pair(1, 2);
    ct_hook *hook = ct_hook_escape(ct_tensor_register_hook(x, count_gradient, &calls, count_free));
    ck_assert_ok(ct_backward(ct_sum(x)));
    ck_assert_int_eq(frees, 0);
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(frees, 1);
    ck_assert_ok(ct_hook_remove(hook));
}
END_TEST

static ct_tensor *register_another(ct_tensor *grad, void *user)
{
    ct_tensor_register_hook(user, count_gradient, NULL, NULL);
    return ct_mul_scalar(grad, 2);
}

START_TEST(a_hook_may_register_hooks)
{
    ct_tensor *x = pair(1, 2);
    ct_tensor_register_hook(x, register_another, x, NULL);
    for (int i = 0; i < 4; i++)
        ck_assert_ok(ct_backward(ct_sum(x)));
    ck_assert_int_eq(calls, 0 + 1 + 2 + 3);
    ck_assert_floats(ct_tensor_grad(x), 8, 8);
}
END_TEST

/* ---- Options ---- */

static char order[8];

static void note_pre(ct_module *module, ct_tensor **inputs, size_t n, void *user)
{
    (void)module, (void)inputs, (void)n;
    strcat(order, user);
}

static void note_backward(ct_module *module, ct_tensor **grad_inputs, size_t n, ct_tensor *const *grad_outputs,
                          size_t m, void *user)
{
    (void)grad_outputs, (void)m;
    note_pre(module, grad_inputs, n, user);
}

START_TEST(prepended_hooks_run_first)
{
    ct_module *net = ct_nn_identity();
    order[0] = 0;
    ct_module_register_forward_pre_hook(net, note_pre, "a", NULL);
    ct_module_register_forward_pre_hook(net, note_pre, "b", NULL, .prepend = true);
    ct_module_register_forward_pre_hook(net, note_pre, "c", NULL);
    ct_module_register_full_backward_hook(net, note_backward, "d", NULL);
    ct_module_register_full_backward_hook(net, note_backward, "e", NULL, .prepend = true);
    ct_module_register_full_backward_pre_hook(net, note_pre, "f", NULL);
    ck_assert_ok(ct_backward(ct_sum(ct_module_forward(net, pair(1, 2)))));
    ck_assert_str_eq(order, "bacfed");
}
END_TEST

static void expect_outputs(ct_module *module, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m,
                           void *user)
{
    (void)module, (void)inputs, (void)outputs;
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq((int)m, *(int *)user);
    calls++;
    ct_error_set(CT_ERROR_RUNTIME, "a failure that is dropped");
}

START_TEST(always_called_hooks_run_after_a_failure)
{
    int none = 0;
    ct_module *net = ct_nn_linear(3, 1);
    counted(net);
    ct_module_register_forward_hook(net, expect_outputs, &none, NULL, .always_call = true);
    ck_assert_ptr_null(ct_module_forward(net, pair(1, 2)));
    ck_assert_error(CT_ERROR_RUNTIME, "mat1 and mat2 shapes cannot be multiplied");
    ck_assert_int_eq(calls, 1);
}
END_TEST

/* ---- Failures ---- */

static void fail_pre(ct_module *module, ct_tensor **inputs, size_t n, void *user)
{
    (void)module, (void)n, (void)user;
    inputs[0] = ct_matmul(inputs[0], inputs[0]);
}

START_TEST(a_failure_fails_the_forward)
{
    ct_module *net = ct_nn_sequential(ct_nn_relu(), ct_nn_sequential(ct_nn_tanh()));
    ct_module_register_forward_pre_hook(ct_module_child(net, "1.0"), fail_pre, NULL, NULL);
    ck_assert_ptr_null(ct_module_forward(net, pair(1, 2)));
    ck_assert_error(CT_ERROR_RUNTIME, "1.0: ct_matmul: mat1 and mat2 shapes cannot be multiplied (1x2 and 1x2)");
}
END_TEST

static void call_child(ct_module *module, ct_tensor **inputs, size_t n, void *user)
{
    (void)n, (void)user;
    inputs[0] = ct_module_forward(ct_module_child(module, "0"), inputs[0]);
}

static ct_tensor *through_block(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_module_forward(ct_module_child(self, "block"), x);
}

START_TEST(a_failure_in_a_child_has_its_path)
{
    ct_module *net = ct_nn_module("Net", .forward = through_block), *block = ct_nn_sequential(ct_nn_linear(3, 1));
    ct_module_set_child(net, "block", block);
    ct_module_register_forward_pre_hook(block, call_child, NULL, NULL);
    ck_assert_ptr_null(ct_module_forward(net, pair(1, 2)));
    ck_assert_str_eq(ct_error_message(), "block.0: mat1 and mat2 shapes cannot be multiplied (1x2 and 3x1)");
    ct_error_clear();
}
END_TEST

START_TEST(a_failure_fails_the_backward)
{
    ct_module *net = ct_nn_sequential(ct_nn_relu(), ct_nn_tanh());
    ct_module_register_full_backward_pre_hook(ct_module_at(net, 1), fail_pre, NULL, NULL);
    ck_assert_int_eq(ct_backward(ct_sum(ct_module_forward(net, pair(1, 2)))), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "the backward pre-hook of Tanh: ct_matmul: mat1 and mat2 shapes");
}
END_TEST

static void misshape(ct_module *module, ct_tensor **grad_inputs, size_t n, ct_tensor *const *grad_outputs, size_t m,
                     void *user)
{
    (void)module, (void)n, (void)grad_outputs, (void)m;
    grad_inputs[0] = ct_zeros(CT_DIMS(2, 3), *(ct_dtype *)user);
}

START_TEST(a_gradient_keeps_its_shape)
{
    ct_dtype dtype = CT_FLOAT32;
    ct_module *net = ct_nn_tanh();
    ct_module_register_full_backward_hook(net, misshape, &dtype, NULL);
    ct_backward(ct_sum(ct_module_forward(net, pair(1, 2))));
    ck_assert_error(CT_ERROR_RUNTIME, "the backward hook of Tanh: hook has changed the size of value: it was (1, 2), "
                                      "got (2, 3)");
    dtype = CT_FLOAT64;
    ct_backward(ct_sum(ct_module_forward(net, pair(1, 2))));
    ck_assert_error(CT_ERROR_RUNTIME, "hook has changed the type of value: it was torch.float32, got torch.float64");
}
END_TEST

START_TEST(no_gradient_takes_the_place_of_none)
{
    ct_dtype dtype = CT_FLOAT32;
    ct_module *net = ct_nn_linear(2, 1);
    ct_module_register_full_backward_hook(net, misshape, &dtype, NULL);
    ct_backward(ct_sum(ct_module_forward(net, ct_detach(pair(1, 2)))));
    ck_assert_error(CT_ERROR_RUNTIME, "Backward hook for Modules where no input requires gradient should always");
}
END_TEST

static ct_tensor *fail_gradient(ct_tensor *grad, void *user)
{
    (void)grad, (void)user;
    ct_error_set(CT_ERROR_VALUE, "no such gradient");
    return NULL;
}

START_TEST(a_tensor_hook_fails_the_backward)
{
    ct_tensor *x = pair(1, 2);
    ct_tensor_register_hook(x, fail_gradient, NULL, NULL);
    ct_backward(ct_sum(x));
    ck_assert_error(CT_ERROR_VALUE, "no such gradient");
    ck_assert_ptr_null(ct_tensor_grad(x));
    ck_assert_ptr_null(ct_tensor_register_hook(ct_detach(x), fail_gradient, NULL, NULL));
    ck_assert_error(CT_ERROR_RUNTIME, "cannot register a hook on a tensor that doesn't require gradient");
}
END_TEST

static void drop_input(ct_module *module, ct_tensor **inputs, size_t n, void *user)
{
    (void)module, (void)n, (void)user;
    inputs[0] = NULL;
}

START_TEST(a_hook_cannot_drop_an_input_that_is_needed)
{
    ct_module *net = ct_nn_linear(2, 1);
    ct_module_register_forward_pre_hook(net, drop_input, NULL, NULL);
    ck_assert_ptr_null(ct_module_forward(net, pair(1, 2)));
    ck_assert_error(CT_ERROR_TYPE, "Linear.forward() missing a required argument: 'input'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hook");
    TCase *group = suite_case(suite, "python");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, hooks_run_as_in_python);
    group = suite_case(suite, "handles");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, removing_frees_the_user_data);
    tcase_add_test(group, a_freed_handle_leaves_the_hook);
    tcase_add_test(group, a_handle_outlives_the_module);
    tcase_add_test(group, user_data_is_shared_by_a_clone);
    tcase_add_test(group, registering_that_fails_frees_the_user_data);
    tcase_add_test(group, user_data_stays_while_its_hook_runs);
    tcase_add_test(group, user_data_stays_while_a_graph_waits);
    tcase_add_test(group, user_data_goes_with_the_tensor);
    tcase_add_test(group, a_hook_may_register_hooks);
    group = suite_case(suite, "options");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, prepended_hooks_run_first);
    tcase_add_test(group, always_called_hooks_run_after_a_failure);
    group = suite_case(suite, "failures");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, a_failure_fails_the_forward);
    tcase_add_test(group, a_failure_in_a_child_has_its_path);
    tcase_add_test(group, a_failure_fails_the_backward);
    tcase_add_test(group, a_gradient_keeps_its_shape);
    tcase_add_test(group, no_gradient_takes_the_place_of_none);
    tcase_add_test(group, a_tensor_hook_fails_the_backward);
    tcase_add_test(group, a_hook_cannot_drop_an_input_that_is_needed);
    return suite_run(suite);
}
