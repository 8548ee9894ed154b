/* tests/test_callback.c: modules whose forward is written in C: what they may return and do, and how they fail.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <pthread.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

static ct_tensor *pair(float a, float b)
{
    return ct_tensor_new((float[]){a, b}, CT_DIMS(2), CT_FLOAT32);
}

/* That the module fails for any input, with this code and message. */
static void assert_fails(ct_module *module, ct_status code, const char *message)
{
    ck_assert_ptr_null(ct_module_forward(module, pair(1, 2)));
    ck_assert_str_eq(ct_error_message(), message);
    ck_assert_error(code, message);
}

/* ---- What a forward may return ---- */

static ct_tensor *doubled(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    return ct_mul_scalar(x, 2);
}

static ct_tensor *input_itself(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    return x;
}

static ct_tensor *kept(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)x;
    return user;
}

static ct_tensor *null(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)x, (void)user;
    return NULL;
}

static ct_tensor *freed(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    ct_tensor_free(x);
    return x;
}

static ct_tensor *self_as_tensor(ct_module *self, ct_tensor *x, void *user)
{
    (void)x, (void)user;
    return (ct_tensor *)self;
}

START_TEST(returns_a_new_tensor)
{
    ck_assert_floats(ct_module_forward(ct_nn_module("Double", .forward = doubled), pair(1, -2)), 2, -4);
}
END_TEST

/* The output is another handle on the same tensor. */
START_TEST(returns_its_input)
{
    ct_tensor *x = pair(1, 2), *y = ct_module_forward(ct_nn_module("Same", .forward = input_itself), x);
    ck_assert(ct_tensor_is(y, x));
    ck_assert(y != x);
}
END_TEST

/* A tensor that the caller keeps is lent for each call, and still the caller's afterwards. */
START_TEST(returns_a_tensor_that_is_kept)
{
    ct_tensor *cache = pair(3, 4);
    ct_module *module = ct_nn_module("Cache", .forward = kept, .user = cache);
    ck_assert(ct_tensor_is(ct_module_forward(module, pair(1, 2)), cache));
    ck_assert(ct_tensor_is(ct_module_forward(module, pair(1, 2)), cache));
    ck_assert_floats(cache, 3, 4);
}
END_TEST

START_TEST(must_not_return_what_is_no_tensor)
{
    assert_fails(ct_nn_module("Null", .forward = null), CT_ERROR_VALUE,
                 "ct_module_forward: the forward of Null returned NULL without an error");
    assert_fails(
        ct_nn_module("Freed", .forward = freed), CT_ERROR_TYPE,
        "ct_module_forward: what the forward of Freed returned is a handle that was freed already; expected a live "
        "ct_tensor");
    assert_fails(ct_nn_module("Self", .forward = self_as_tensor), CT_ERROR_TYPE,
                 "ct_module_forward: what the forward of Self returned is a ct_module; expected a ct_tensor");
}
END_TEST

START_TEST(without_a_forward_it_cannot_be_called)
{
    assert_fails(ct_nn_module("Bare"), CT_ERROR_NOT_IMPLEMENTED,
                 "ct_module_forward: Module [Bare] is missing the required \"forward\" function");
}
END_TEST

/* ---- Failing ---- */

static ct_tensor *refuse(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    ct_error_set(CT_ERROR_VALUE, "two is too many");
    return x;
}

/* Nothing runs after the failure, and whatever comes back does not hide it. */
static ct_tensor *stumble(ct_module *self, ct_tensor *x, void *user)
{
    (void)self;
    ct_tensor *bad = ct_matmul(x, ct_ones(CT_DIMS(3), CT_FLOAT32));
    ct_error_set(CT_ERROR_INTERNAL, "not the first");
    *(bool *)user = ct_relu(bad) == NULL && ct_add_(x, x) != CT_OK;
    return x;
}

static ct_tensor *recover(ct_module *self, ct_tensor *x, void *user)
{
    if (!ct_module_forward(ct_module_child(self, "risky"), x))
        ct_error_clear();
    return doubled(self, x, user);
}

static ct_tensor *call_body(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_module_forward(ct_module_child(self, "body"), x);
}

/* A module that calls its child "body". */
static ct_module *around(const char *name, ct_module *body)
{
    ct_module *module = ct_nn_module(name, .forward = call_body);
    ct_module_set_child(module, "body", body);
    return module;
}

START_TEST(fails_with_an_error_of_its_own)
{
    assert_fails(ct_nn_module("Picky", .forward = refuse), CT_ERROR_VALUE, "two is too many");
}
END_TEST

START_TEST(the_first_failure_inside_is_reported)
{
    bool idle = false;
    ct_tensor *x = pair(1, 2);
    ct_module *module = ct_nn_module("Clumsy", .forward = stumble, .user = &idle);
    ck_assert_ptr_null(ct_module_forward(module, x));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_matmul: ");
    ck_assert(idle);
    ck_assert_floats(x, 1, 2);
}
END_TEST

START_TEST(a_failure_that_is_cleared_inside_is_gone)
{
    ct_module *module = ct_nn_module("Careful", .forward = recover);
    ct_module_set_child(module, "risky", ct_nn_module("Picky", .forward = refuse));
    ck_assert_floats(ct_module_forward(module, pair(1, 2)), 2, 4);
    ck_assert_str_eq(ct_error_message(), "");
}
END_TEST

/* Three levels: a ModuleList's Sequential calls a module that calls a Sequential. */
START_TEST(errors_name_the_path_through_callbacks)
{
    ct_module *inner = ct_nn_sequential(ct_nn_relu(), ct_nn_module("Picky", .forward = refuse));
    ct_module *list = ct_nn_module_list(ct_nn_sequential(ct_nn_tanh(), around("Middle", inner)));
    assert_fails(ct_module_at(list, 0), CT_ERROR_VALUE, "1.body.1: two is too many");
    assert_fails(around("Outer", ct_module_at(list, 0)), CT_ERROR_VALUE, "body.1.body.1: two is too many");
}
END_TEST

/* ---- What a forward may do ---- */

/* Calls itself until the depth, which its user data counts, is reached. */
static ct_tensor *countdown(ct_module *self, ct_tensor *x, void *user)
{
    int *depth = user;
    if (*depth == 0)
        return ct_add_scalar(x, 1);
    --*depth;
    return ct_mul_scalar(ct_module_forward(self, x), 2);
}

/* Opens scopes and leaves them open, with what was made in them. */
static ct_tensor *leave_scopes_open(ct_module *self, ct_tensor *x, void *user)
{
    ct_scope_begin();
    ct_relu(x);
    ct_scope_begin();
    return doubled(self, x, user);
}

static ct_tensor *fail_in_an_open_scope(ct_module *self, ct_tensor *x, void *user)
{
    ct_scope_begin();
    return refuse(self, x, user);
}

/* Ends a scope of its caller's, and with it all the handles that were lent. */
static ct_tensor *end_the_callers_scope(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)x;
    ct_scope_end(user);
    return NULL;
}

static ct_tensor *without_gradients(ct_module *self, ct_tensor *x, void *user)
{
    ct_no_grad();
    return doubled(self, x, user);
}

static ct_tensor *add_itself(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module_set_child(self, "me", self);
    return x;
}

static ct_tensor *grow_a_child(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module_set_child(self, "child", ct_nn_identity());
    return ct_module_forward(ct_module_child(self, "child"), x);
}

/* Changes the Sequential that is calling it. */
static ct_tensor *append_to_caller(ct_module *self, ct_tensor *x, void *user)
{
    for (int i = 0; i < 100; i++)
        ct_module_append(user, ct_nn_relu());
    return doubled(self, x, NULL);
}

static ct_tensor *empty_caller_and_fail(ct_module *self, ct_tensor *x, void *user)
{
    while (ct_module_size(user) > 0)
        ct_module_delete(user, -1);
    return refuse(self, x, NULL);
}

/* Frees the only handle on the module that is being called. */
static ct_tensor *free_caller(ct_module *self, ct_tensor *x, void *user)
{
    ct_module_free(*(ct_module **)user);
    return doubled(self, x, NULL);
}

START_TEST(may_call_itself)
{
    int depth = 100;
    ck_assert_floats(ct_module_forward(ct_nn_module("Deep", .forward = countdown, .user = &depth), pair(0, 1)),
                     0x1p100f, 0x1p101f);
    ck_assert_int_eq(depth, 0);
}
END_TEST

START_TEST(may_leave_scopes_open)
{
    int64_t before = ct_live_handles(NULL);
    ct_tensor *y = ct_module_forward(ct_nn_module("Open", .forward = leave_scopes_open), pair(1, 2));
    ck_assert_floats(y, 2, 4);
    ck_assert_int_eq(ct_live_handles(NULL), before + 3); /* the module, its input and its output */
    assert_fails(ct_nn_module("Open", .forward = fail_in_an_open_scope), CT_ERROR_VALUE, "two is too many");
}
END_TEST

START_TEST(ending_the_callers_scope_is_an_error_and_no_crash)
{
    ct_scope *mine = ct_scope_begin();
    ct_module *module = ct_nn_module("Rude", .forward = end_the_callers_scope, .user = mine);
    ck_assert_ptr_null(ct_module_forward(module, pair(1, 2)));
    ck_assert_error(CT_ERROR_VALUE, "the forward of Rude returned NULL without an error");
    ck_assert_int_eq(ct_scope_end(mine), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "this scope has ended already");
}
END_TEST

START_TEST(no_grad_ends_with_the_call)
{
    ct_tensor *x = pair(1, 2);
    ct_requires_grad_(x, true);
    ct_module *module = ct_nn_module("Frozen", .forward = without_gradients);
    ck_assert(!ct_tensor_requires_grad(ct_module_forward(module, x)));
    ck_assert(ct_grad_enabled());
    ck_assert(ct_tensor_requires_grad(ct_mul_scalar(x, 2)));
}
END_TEST

START_TEST(may_change_its_children_but_not_hold_itself)
{
    ct_module *module = ct_nn_module("Grow", .forward = grow_a_child);
    ck_assert_floats(ct_module_forward(module, pair(1, 2)), 1, 2);
    ck_assert_str_eq(ct_module_class(ct_module_child(module, "child")), "Identity");
    assert_fails(ct_nn_module("Loop", .forward = add_itself), CT_ERROR_VALUE,
                 "ct_module_set_child: a module cannot be its own child");
}
END_TEST

/* Like Python's list, and unlike its OrderedDict, which raises: what is appended meanwhile is called too. */
START_TEST(may_change_the_sequential_that_calls_it)
{
    ct_module *net = ct_nn_sequential();
    ct_module_append(net, ct_nn_module("Grow", .forward = append_to_caller, .user = net));
    ck_assert_floats(ct_module_forward(net, pair(1, -2)), 2, 0);
    ck_assert_int_eq(ct_module_size(net), 101);

    ct_module *shrinking = ct_nn_sequential();
    ct_module_append(shrinking, ct_nn_relu());
    ct_module_append(shrinking, ct_nn_module("Shrink", .forward = empty_caller_and_fail, .user = shrinking));
    assert_fails(shrinking, CT_ERROR_VALUE, "1: two is too many");
    ck_assert_int_eq(ct_module_size(shrinking), 0);
}
END_TEST

START_TEST(may_free_the_module_that_calls_it)
{
    ct_module *net = ct_nn_sequential();
    ct_module_append(net, ct_nn_module("Free", .forward = free_caller, .user = &net));
    ct_module_append(net, ct_nn_relu());
    ck_assert_floats(ct_module_forward(net, pair(1, -2)), 2, 0);
}
END_TEST

/* ---- Gradients ---- */

static ct_tensor *scale(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_mul(x, ct_module_parameter(self, "scale"));
}

START_TEST(gradients_flow_into_its_parameters)
{
    ct_module *module = ct_nn_module("Scale", .forward = scale);
    ct_module_set_parameter(module, "scale", pair(3, 4));
    ct_module *net = ct_nn_sequential(ct_nn_relu(), module, ct_nn_module("Double", .forward = doubled));
    ct_tensor *x = pair(5, -6);
    ct_requires_grad_(x, true);
    ct_backward(ct_sum(ct_module_forward(net, x)));
    ck_assert_floats(ct_tensor_grad(ct_module_parameter(net, "1.scale")), 10, 0);
    ck_assert_floats(ct_tensor_grad(x), 6, 0);
}
END_TEST

/* ---- Threads ---- */

static void *call_often(void *module)
{
    static const int wrong = 1;
    for (int i = 0; i < 200; i++) {
        ct_scope *mine = ct_scope_begin();
        float out[2] = {0, 0};
        ct_tensor_copy_out(ct_module_forward(module, pair(1, 2)), out, 2, CT_FLOAT32);
        if (ct_scope_end(mine) != CT_OK || out[0] != 2 || out[1] != 4)
            return (void *)&wrong;
    }
    return NULL;
}

/* It runs on the thread that calls, and may on several at once. */
START_TEST(runs_on_any_thread)
{
    ct_module *net = ct_nn_sequential(around("Outer", ct_nn_module("Double", .forward = doubled)));
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, call_often, net), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *wrong;
        ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
        ck_assert_ptr_null(wrong);
    }
}
END_TEST

static TCase *group(Suite *suite, const char *name)
{
    TCase *c = suite_case(suite, name);
    tcase_add_checked_fixture(c, begin, end);
    return c;
}

static Suite *suite(void)
{
    Suite *suite = suite_create("callback");
    TCase *returns = group(suite, "returning");
    tcase_add_test(returns, returns_a_new_tensor);
    tcase_add_test(returns, returns_its_input);
    tcase_add_test(returns, returns_a_tensor_that_is_kept);
    tcase_add_test(returns, must_not_return_what_is_no_tensor);
    tcase_add_test(returns, without_a_forward_it_cannot_be_called);
    TCase *failing = group(suite, "failing");
    tcase_add_test(failing, fails_with_an_error_of_its_own);
    tcase_add_test(failing, the_first_failure_inside_is_reported);
    tcase_add_test(failing, a_failure_that_is_cleared_inside_is_gone);
    tcase_add_test(failing, errors_name_the_path_through_callbacks);
    TCase *doing = group(suite, "doing");
    tcase_add_test(doing, may_call_itself);
    tcase_add_test(doing, may_leave_scopes_open);
    tcase_add_test(doing, ending_the_callers_scope_is_an_error_and_no_crash);
    tcase_add_test(doing, no_grad_ends_with_the_call);
    tcase_add_test(doing, may_change_its_children_but_not_hold_itself);
    tcase_add_test(doing, may_change_the_sequential_that_calls_it);
    tcase_add_test(doing, may_free_the_module_that_calls_it);
    TCase *gradients = group(suite, "gradients");
    tcase_add_test(gradients, gradients_flow_into_its_parameters);
    TCase *threads = group(suite, "threads");
    tcase_add_test(threads, runs_on_any_thread);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
