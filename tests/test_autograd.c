/* tests/test_autograd.c: ctorch/autograd.h: gradients, and the switches that record them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <pthread.h>

/* The tensors of each test belong to this scope. */
static ct_scope *scope;

static void set_up(void)
{
    scope = ct_scope_begin();
}

static void tear_down(void)
{
    ck_assert_ok(ct_scope_end(scope));
    ck_assert(ct_grad_enabled());
}

/* A leaf that gradients are recorded for. */
static ct_tensor *leaf(float a, float b)
{
    ct_tensor *x = ct_tensor_new((float[]){a, b}, CT_DIMS(2), CT_FLOAT32);
    ck_assert_ok(ct_requires_grad_(x, true));
    return x;
}

static ct_tensor *square_sum(const ct_tensor *x)
{
    return ct_sum(ct_mul(x, x));
}

/* ---- backward ---- */

START_TEST(gives_each_leaf_its_gradient)
{
    ct_tensor *x = leaf(1, -2), *w = leaf(3, 4), *constant = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ck_assert_ok(ct_backward(ct_sum(ct_add(ct_mul(x, w), constant))));
    ck_assert_floats(ct_tensor_grad(x), 3, 4);
    ck_assert_floats(ct_tensor_grad(w), 1, -2);
    ck_assert_ptr_null(ct_tensor_grad(constant));
    ck_assert_int_eq(ct_error_code(), CT_OK);
}
END_TEST

START_TEST(has_no_gradient_before_backward)
{
    ct_tensor *x = leaf(1, 2);
    ck_assert_ptr_null(ct_tensor_grad(x));
    ck_assert_int_eq(ct_error_code(), CT_OK);
}
END_TEST

START_TEST(adds_up_gradients)
{
    ct_tensor *x = leaf(1, -2);
    ck_assert_ok(ct_backward(square_sum(x)));
    ck_assert_ok(ct_backward(square_sum(x)));
    ck_assert_floats(ct_tensor_grad(x), 4, -8);
}
END_TEST

START_TEST(takes_a_gradient_for_more_than_one_element)
{
    ct_tensor *x = leaf(1, -2);
    ct_tensor *gradient = ct_tensor_new((float[]){10, 100}, CT_DIMS(2), CT_FLOAT32);
    ck_assert_ok(ct_backward(ct_mul(x, x), .gradient = gradient));
    ck_assert_floats(ct_tensor_grad(x), 20, -400);
}
END_TEST

START_TEST(differentiates_through_views)
{
    ct_tensor *x = leaf(5, 6);
    ck_assert_ok(ct_backward(ct_mul_scalar(ct_at(x, "1"), 3)));
    ck_assert_floats(ct_tensor_grad(x), 0, 3);
}
END_TEST

START_TEST(goes_through_a_graph_once_unless_it_is_retained)
{
    ct_tensor *x = leaf(1, -2), *y = square_sum(x);
    ck_assert_ok(ct_backward(y, .retain_graph = true));
    ck_assert_ok(ct_backward(y));
    ck_assert_floats(ct_tensor_grad(x), 4, -8);
    ck_assert_int_eq(ct_backward(y), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_backward: Trying to backward through the graph a second time");
    ck_assert_floats(ct_tensor_grad(x), 4, -8);
}
END_TEST

START_TEST(differentiates_a_gradient)
{
    ct_tensor *x = leaf(1, -2);
    ct_module *owner = ct_nn_module("Owner");
    ck_assert_ok(ct_module_set_parameter(owner, "x", x));
    ck_assert_ok(ct_backward(ct_sum(ct_mul(x, ct_mul(x, x))), .create_graph = true));
    ct_tensor *gradient = ct_tensor_grad(x);
    ck_assert_floats(gradient, 3, 12);
    ck_assert(ct_tensor_requires_grad(gradient));
    ck_assert_ok(ct_backward(ct_sum(gradient)));
    ck_assert_floats(ct_tensor_grad(x), 3 + 6, 12 - 12);
    /* The gradient holds the graph that holds the leaf: until it is forgotten, the two keep each other. */
    ck_assert_ok(ct_module_zero_grad(owner));
}
END_TEST

START_TEST(needs_something_to_differentiate)
{
    ct_tensor *x = leaf(1, 2);
    ck_assert_int_eq(ct_backward(ct_ones(CT_DIMS(), CT_FLOAT32)), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_backward: element 0 of tensors does not require grad");
    ck_assert_int_eq(ct_backward(ct_mul(x, x)), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_backward: grad can be implicitly created only for scalar outputs");
    ct_tensor *three = ct_ones(CT_DIMS(3), CT_FLOAT32);
    ck_assert_int_eq(ct_backward(ct_mul(x, x), .gradient = three), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_backward: ");
    ck_assert_ptr_null(ct_tensor_grad(x));
}
END_TEST

/* ---- requires_grad ---- */

START_TEST(records_for_what_depends_on_a_leaf)
{
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ck_assert(!ct_tensor_requires_grad(x));
    ck_assert_ok(ct_requires_grad_(x, true));
    ck_assert(ct_tensor_requires_grad(x));
    ck_assert(ct_tensor_requires_grad(ct_relu(x)));
    ck_assert(!ct_tensor_requires_grad(ct_detach(ct_relu(x))));
    ck_assert_ok(ct_requires_grad_(x, false));
    ck_assert(!ct_tensor_requires_grad(ct_relu(x)));
}
END_TEST

START_TEST(detached_tensors_share_their_memory)
{
    ct_tensor *x = leaf(1, 2), *detached = ct_detach(x);
    ck_assert_ok(ct_mul_scalar_(detached, 5));
    ck_assert_floats(x, 5, 10);
    ck_assert(!ct_tensor_is(x, detached));
}
END_TEST

START_TEST(records_for_real_leaves_only)
{
    ck_assert_int_eq(ct_requires_grad_(ct_ones(CT_DIMS(2), CT_INT64), true), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_requires_grad_: ");
    ct_tensor *y = ct_relu(leaf(1, 2));
    ck_assert_int_eq(ct_requires_grad_(y, false), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_requires_grad_: you can only change requires_grad flags of leaf variables");
}
END_TEST

START_TEST(leaves_do_not_change_in_place_while_recording)
{
    ct_tensor *x = leaf(1, 2);
    ck_assert_int_eq(ct_add_scalar_(x, 1), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_add_scalar_: a leaf Variable that requires grad is being used in");
    ck_assert_ok(ct_no_grad());
    ck_assert_ok(ct_add_scalar_(x, 1));
    ck_assert_floats(x, 2, 3);
}
END_TEST

/* ---- Switches ---- */

START_TEST(no_grad_lasts_until_its_scope_ends)
{
    ct_tensor *x = leaf(1, 2);
    ct_scope *inner = ct_scope_begin();
    ck_assert_ok(ct_no_grad());
    ck_assert(!ct_grad_enabled());
    ck_assert(!ct_tensor_requires_grad(ct_relu(x)));
    ck_assert_ok(ct_scope_end(inner));
    ck_assert(ct_grad_enabled());
    ck_assert(ct_tensor_requires_grad(ct_relu(x)));
}
END_TEST

START_TEST(no_grad_nests)
{
    ct_scope *outer = ct_scope_begin();
    ck_assert_ok(ct_no_grad());
    ct_scope *inner = ct_scope_begin();
    ck_assert_ok(ct_no_grad());
    ck_assert_ok(ct_no_grad());
    ck_assert_ok(ct_scope_end(inner));
    ck_assert(!ct_grad_enabled());
    inner = ct_scope_begin();
    ck_assert(!ct_set_grad_enabled(true));
    ck_assert_ok(ct_no_grad());
    ck_assert_ok(ct_scope_end(inner));
    ck_assert(ct_grad_enabled());
    ck_assert_ok(ct_scope_end(outer));
    ck_assert(ct_grad_enabled());
}
END_TEST

START_TEST(no_grad_ends_with_a_scope_that_failed)
{
    ct_scope *inner = ct_scope_begin();
    ck_assert_ok(ct_no_grad());
    ct_error_set(CT_ERROR_KEY, "stop");
    ck_assert_int_eq(ct_scope_end(inner), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "stop");
    ck_assert(ct_grad_enabled());
}
END_TEST

START_TEST(no_grad_does_nothing_in_a_scope_that_has_failed)
{
    ct_scope *inner = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "stop");
    ck_assert_int_eq(ct_no_grad(), CT_ERROR_KEY);
    ck_assert(ct_set_grad_enabled(false));
    ck_assert(ct_grad_enabled());
    ck_assert_int_eq(ct_scope_end(inner), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "stop");
}
END_TEST

START_TEST(set_grad_enabled_returns_what_was)
{
    ck_assert(ct_set_grad_enabled(false));
    ck_assert(!ct_set_grad_enabled(false));
    ck_assert(!ct_grad_enabled());
    ck_assert(!ct_set_grad_enabled(true));
    ck_assert(ct_grad_enabled());
}
END_TEST

START_TEST(no_grad_needs_a_scope)
{
    ck_assert_int_eq(ct_no_grad(), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_no_grad: no scope is open on this thread");
    ck_assert(ct_grad_enabled());
}
END_TEST

static void *is_recording(void *answer)
{
    *(bool *)answer = ct_grad_enabled();
    return NULL;
}

/* Recording is a thread's own, and on in every new one. */
START_TEST(switches_belong_to_their_thread)
{
    bool recording = false;
    pthread_t other;
    ck_assert_ok(ct_no_grad());
    ck_assert_int_eq(pthread_create(&other, NULL, is_recording, &recording), 0);
    ck_assert_int_eq(pthread_join(other, NULL), 0);
    ck_assert(recording);
    ck_assert(!ct_grad_enabled());
}
END_TEST

static TCase *scoped_case(Suite *suite, const char *name)
{
    TCase *group = suite_case(suite, name);
    tcase_add_checked_fixture(group, set_up, tear_down);
    return group;
}

int main(void)
{
    Suite *suite = suite_create("autograd");

    TCase *backward = scoped_case(suite, "backward");
    tcase_add_test(backward, gives_each_leaf_its_gradient);
    tcase_add_test(backward, has_no_gradient_before_backward);
    tcase_add_test(backward, adds_up_gradients);
    tcase_add_test(backward, takes_a_gradient_for_more_than_one_element);
    tcase_add_test(backward, differentiates_through_views);
    tcase_add_test(backward, goes_through_a_graph_once_unless_it_is_retained);
    tcase_add_test(backward, differentiates_a_gradient);
    tcase_add_test(backward, needs_something_to_differentiate);

    TCase *leaves = scoped_case(suite, "requires_grad");
    tcase_add_test(leaves, records_for_what_depends_on_a_leaf);
    tcase_add_test(leaves, detached_tensors_share_their_memory);
    tcase_add_test(leaves, records_for_real_leaves_only);
    tcase_add_test(leaves, leaves_do_not_change_in_place_while_recording);

    TCase *switches = scoped_case(suite, "switches");
    tcase_add_test(switches, no_grad_lasts_until_its_scope_ends);
    tcase_add_test(switches, no_grad_nests);
    tcase_add_test(switches, no_grad_ends_with_a_scope_that_failed);
    tcase_add_test(switches, no_grad_does_nothing_in_a_scope_that_has_failed);
    tcase_add_test(switches, set_grad_enabled_returns_what_was);
    tcase_add_test(switches, switches_belong_to_their_thread);

    TCase *unscoped = suite_case(suite, "outside a scope");
    tcase_add_test(unscoped, no_grad_needs_a_scope);

    return suite_run(suite);
}
