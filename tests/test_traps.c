/* tests/test_traps.c: what libtorch's C++ does otherwise than Python, or does wrong: one test for each, named after
 * it, that ctorch does what Python does. Traps that are not about modules stand in the suites of their headers.
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

/* A layer that adds n, and has n for its only parameter. */
static ct_tensor *add_own(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_add(x, ct_module_parameter(self, "n"));
}

static ct_module *adder(float n)
{
    ct_module *module = ct_nn_module("Add", .forward = add_own);
    ct_module_set_parameter(module, "n", ct_full(CT_DIMS(1), n, CT_FLOAT32));
    return module;
}

static double call(ct_module *module, float x)
{
    return ct_tensor_item(ct_module_forward(module, ct_full(CT_DIMS(1), x, CT_FLOAT32)));
}

/* That a dict holds one number under each of these names, in this order. */
static void assert_numbers(const ct_dict *dict, size_t n, const char *const *names, const double *numbers)
{
    ck_assert_uint_eq(ct_dict_size(dict), n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(ct_dict_name(dict, i), names[i]);
        ck_assert_double_eq(ct_tensor_item(ct_dict_at(dict, i)), numbers[i]);
    }
}

/* nn::Module has no virtual forward, so that a ModuleList's items cannot be called without their C++ type. */
START_TEST(trap_2_every_module_can_be_called)
{
    ct_module *net = ct_nn_module("Net");
    ct_module_set_child(net, "layers", ct_nn_module_list(ct_nn_relu(), ct_nn_sequential(adder(3)), adder(5)));
    ck_assert_double_eq(call(ct_module_at(ct_module_child(net, "layers"), 0), -2), 0);
    ck_assert_double_eq(call(ct_module_child(net, "layers.1"), 2), 5);
    ck_assert_double_eq(call(ct_module_child(net, "layers.1.0"), 2), 5);
    ck_assert_double_eq(call(ct_module_at(ct_module_child(net, "layers"), -1), 2), 7);
}
END_TEST

/* AnyModule refuses SequentialImpl, whose forward is a template. */
START_TEST(trap_3_a_sequential_goes_into_a_sequential)
{
    ct_module *inner = ct_nn_sequential(adder(1), ct_nn_sequential(adder(2)));
    ck_assert_double_eq(call(ct_nn_sequential(ct_nn_sequential(), inner, adder(4)), 0), 7);
}
END_TEST

/* ModuleListImpl::insert registers the wrong modules when it inserts before the last. */
START_TEST(trap_4_insert_in_the_middle_keeps_parameters)
{
    ct_module *list = ct_nn_module_list(adder(1), adder(2), adder(3));
    ct_module_insert(list, 1, adder(9));
    assert_numbers(ct_module_parameters(list), 4, (const char *[]){"0.n", "1.n", "2.n", "3.n"}, (double[]){1, 9, 2, 3});
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(call(ct_module_at(list, i), 0), ((double[]){1, 9, 2, 3})[i]);
}
END_TEST

/* SequentialImpl::clone names the copies "0", "1", ... */
START_TEST(trap_5_clone_keeps_names)
{
    ct_module *net = ct_nn_sequential_named({"first", adder(1)}, {"second", adder(2)});
    assert_numbers(ct_module_state_dict(ct_module_clone(net)), 2, (const char *[]){"first.n", "second.n"},
                   (double[]){1, 2});
}
END_TEST

/* After a push_back that failed, size() is 2 and there is 1 child. */
START_TEST(trap_6_a_change_that_fails_changes_nothing)
{
    ct_module *net = ct_nn_sequential(adder(1));
    ck_assert_int_eq(ct_module_set_child(net, "a.b", adder(2)), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "module name can't contain \".\", got: a.b");
    ck_assert_int_eq(ct_module_append(net, net), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "a module cannot be its own child");
    ck_assert_int_eq(ct_module_size(net), 1);
    ck_assert_double_eq(call(net, 0), 1);
    ck_assert_ok(ct_module_append(net, adder(4)));
    ck_assert_double_eq(call(net, 0), 5);
}
END_TEST

/* ModuleListImpl names all it holds by number. */
START_TEST(trap_7_a_list_takes_names_of_ones_own)
{
    ct_module *list = ct_nn_module_list();
    ct_module_set_child(list, "layer1", adder(1));
    ct_module_set_child(list, "layer2", adder(2));
    ct_module_set_child(list, "layer1", adder(3));
    ck_assert_double_eq(call(ct_module_at(list, 0), 0), 3);
    ck_assert_double_eq(call(ct_module_child(list, "layer2"), 0), 2);
    assert_numbers(ct_module_state_dict(list), 2, (const char *[]){"layer1.n", "layer2.n"}, (double[]){3, 2});
}
END_TEST

/* SequentialImpl::forward throws. */
START_TEST(trap_8_an_empty_sequential_returns_its_input)
{
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ck_assert(ct_tensor_is(ct_module_forward(ct_nn_sequential(), x), x));
}
END_TEST

static void *records_gradients(void *unused)
{
    (void)unused;
    static const bool yes = true;
    return ct_grad_enabled() ? (void *)&yes : NULL;
}

/* Recording is per thread and on in every new one. */
START_TEST(trap_10_each_thread_has_its_own_grad_mode_and_modules_start_in_training)
{
    ck_assert_ok(ct_no_grad());
    pthread_t thread;
    void *recorded;
    ck_assert_int_eq(pthread_create(&thread, NULL, records_gradients, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, &recorded), 0);
    ck_assert_ptr_nonnull(recorded);
    ck_assert(!ct_grad_enabled());
    ck_assert(ct_module_is_training(ct_nn_dropout()));
    ck_assert(ct_module_is_training(adder(1)));
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("traps");
    TCase *traps = suite_case(suite, "traps");
    tcase_add_checked_fixture(traps, begin, end);
    tcase_add_test(traps, trap_2_every_module_can_be_called);
    tcase_add_test(traps, trap_3_a_sequential_goes_into_a_sequential);
    tcase_add_test(traps, trap_4_insert_in_the_middle_keeps_parameters);
    tcase_add_test(traps, trap_5_clone_keeps_names);
    tcase_add_test(traps, trap_6_a_change_that_fails_changes_nothing);
    tcase_add_test(traps, trap_7_a_list_takes_names_of_ones_own);
    tcase_add_test(traps, trap_8_an_empty_sequential_returns_its_input);
    tcase_add_test(traps, trap_10_each_thread_has_its_own_grad_mode_and_modules_start_in_training);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
