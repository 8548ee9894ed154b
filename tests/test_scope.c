/* tests/test_scope.c: ctorch/scope.h: scopes free what was made in them, keep the first failure, and belong to their
 * thread.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "scope_trace.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>

/* ---- Freeing ---- */

START_TEST(frees_what_was_made_in_it_newest_first)
{
    ct_scope *scope = ct_scope_begin();
    traced("a");
    ct_tensor *b = traced("b");
    traced("c");
    ct_tensor_free(b);
    ck_assert_str_eq(trace, "b");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_str_eq(trace, "bca");
}
END_TEST

START_TEST(leaves_alone_what_was_made_before_it)
{
    ct_tensor *before = traced("a");
    ct_scope *scope = ct_scope_begin();
    traced("b");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_str_eq(trace, "b");
    ck_assert_int_eq(ct_tensor_numel(before), 1);
    ct_tensor_free(before);
    ck_assert_str_eq(trace, "ba");
}
END_TEST

START_TEST(frees_the_inner_ones_handles_first)
{
    ct_scope *outer = ct_scope_begin();
    traced("a");
    ct_scope *inner = ct_scope_begin();
    traced("b");
    ck_assert_int_eq(ct_scope_end(inner), CT_OK);
    ck_assert_str_eq(trace, "b");
    traced("c");
    ck_assert_int_eq(ct_scope_end(outer), CT_OK);
    ck_assert_str_eq(trace, "bca");
}
END_TEST

START_TEST(frees_in_a_scope_that_has_failed)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *a = traced("a");
    ct_error_set(CT_ERROR_VALUE, "stop");
    ct_tensor_free(a);
    ck_assert_str_eq(trace, "a");
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "stop");
}
END_TEST

START_TEST(serves_a_loop)
{
    for (int i = 0; i < 1000; i++) {
        ct_scope *scope = ct_scope_begin();
        ct_tensor *y = ct_add(ones(3), ones(3));
        ck_assert_floats(y, 2, 2, 2);
        ck_assert_int_eq(ct_scope_end(scope), CT_OK);
        ck_assert_int_eq(ct_live_handles(NULL), 0);
    }
}
END_TEST

START_TEST(nests_deeply)
{
    enum { DEPTH = 1000 };
    static ct_scope *scopes[DEPTH];
    for (int i = 0; i < DEPTH; i++) {
        scopes[i] = ct_scope_begin();
        ct_dict_new();
    }
    ck_assert_int_eq(ct_live_handles("ct_dict"), DEPTH);
    for (int i = DEPTH; i-- > 0;) {
        ck_assert_int_eq(ct_scope_end(scopes[i]), CT_OK);
        ck_assert_int_eq(ct_live_handles("ct_dict"), i);
    }
}
END_TEST

/* ---- Escaping ---- */

START_TEST(escapes_to_the_enclosing_scope)
{
    ct_scope *outer = ct_scope_begin();
    ct_scope *inner = ct_scope_begin();
    ct_tensor *a = traced("a");
    ck_assert_ptr_eq(ct_tensor_escape(a), a);
    traced("b");
    ck_assert_int_eq(ct_scope_end(inner), CT_OK);
    ck_assert_str_eq(trace, "b");
    ck_assert_int_eq(ct_tensor_numel(a), 1);
    ck_assert_int_eq(ct_scope_end(outer), CT_OK);
    ck_assert_str_eq(trace, "ba");
}
END_TEST

START_TEST(escapes_out_of_all_scopes_a_step_at_a_time)
{
    ct_scope *outer = ct_scope_begin();
    ct_scope *inner = ct_scope_begin();
    ct_tensor *a = ct_tensor_escape(ct_tensor_escape(traced("a")));
    ck_assert_int_eq(ct_scope_end(inner), CT_OK);
    ck_assert_int_eq(ct_scope_end(outer), CT_OK);
    ck_assert_str_eq(trace, "");
    ck_assert_ptr_eq(ct_tensor_escape(a), a);
    ct_tensor_free(a);
    ck_assert_str_eq(trace, "a");
}
END_TEST

START_TEST(escapes_with_every_type)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_dict_escape(ct_dict_new());
    ct_module *module = ct_module_escape(ct_nn_relu());
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_int_eq(ct_live_handles(NULL), 2);
    ct_dict_free(dict);
    ct_module_free(module);
}
END_TEST

START_TEST(lets_nothing_escape_after_a_failure)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *a = traced("a");
    ct_error_set(CT_ERROR_KEY, "stop");
    ck_assert_ptr_null(ct_tensor_escape(a));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_str_eq(trace, "a");
    ck_assert_error(CT_ERROR_KEY, "stop");
}
END_TEST

/* ---- Latching ---- */

START_TEST(does_nothing_after_a_failure)
{
    ct_tensor *x = ones(2);
    ct_scope *scope = ct_scope_begin();
    ck_assert_ptr_null(ct_select(x, 0, 2));
    ck_assert_ptr_null(ct_relu(x));
    ck_assert_int_eq(ct_mul_scalar_(x, 5), CT_ERROR_INDEX);
    ck_assert_int_eq(ct_manual_seed(1), CT_ERROR_INDEX);
    ck_assert_int_eq(ct_tensor_dim(x), -1);
    ck_assert_ptr_null(ct_tensor_shape(x));
    ck_assert(!ct_equal(x, x));
    ck_assert(isnan(ct_tensor_item(x)));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_INDEX);
    ck_assert_error(CT_ERROR_INDEX, "ct_select: ");
    ck_assert_floats(x, 1, 1);
    ct_tensor_free(x);
}
END_TEST

START_TEST(keeps_the_first_failure)
{
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_IO, "first");
    ck_assert_ptr_null(ct_relu(NULL));
    ck_assert_str_eq(ct_error_message(), "first");
    ck_assert_ptr_null(ct_relu(NULL));
    ct_error_set(CT_ERROR_KEY, "second");
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "first");
}
END_TEST

START_TEST(nothing_sticks_outside_a_scope)
{
    ct_tensor *x = ones(2);
    ck_assert_ptr_null(ct_select(x, 0, 2));
    ck_assert_int_eq(ct_mul_scalar_(x, 5), CT_OK);
    ck_assert_floats(x, 5, 5);
    ct_tensor_free(x);
    ck_assert_error(CT_ERROR_INDEX, "ct_select: ");
}
END_TEST

START_TEST(works_after_a_failure_that_came_before_it)
{
    ct_error_set(CT_ERROR_IO, "before");
    ct_scope *scope = ct_scope_begin();
    ck_assert_ptr_nonnull(ones(1));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_error(CT_ERROR_IO, "before");
}
END_TEST

START_TEST(passes_its_failure_to_the_enclosing_scope)
{
    ct_scope *outer = ct_scope_begin();
    ct_scope *inner = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "inside");
    ck_assert_int_eq(ct_scope_end(inner), CT_ERROR_KEY);
    ck_assert_ptr_null(ones(1));
    ck_assert_int_eq(ct_scope_end(outer), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "inside");
}
END_TEST

START_TEST(a_failure_that_is_cleared_is_not_passed_on)
{
    ct_scope *outer = ct_scope_begin();
    ct_scope *inner = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "inside");
    ct_error_clear();
    ck_assert_ptr_nonnull(ones(1));
    ck_assert_int_eq(ct_scope_end(inner), CT_OK);

    inner = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "inside again");
    ck_assert_int_eq(ct_scope_end(inner), CT_ERROR_KEY);
    ct_error_clear();
    ck_assert_ptr_nonnull(ones(1));
    ck_assert_int_eq(ct_scope_end(outer), CT_OK);
}
END_TEST

START_TEST(has_failed_where_the_enclosing_one_has)
{
    ct_scope *outer = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "outside");
    ct_scope *inner = ct_scope_begin();
    ck_assert_ptr_null(ones(1));
    ck_assert_int_eq(ct_scope_end(inner), CT_ERROR_KEY);
    ck_assert_int_eq(ct_scope_end(outer), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "outside");
}
END_TEST

START_TEST(starts_afresh_after_one_that_failed)
{
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "the one before");
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    scope = ct_scope_begin();
    ck_assert_ptr_nonnull(ones(1));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_error(CT_ERROR_KEY, "the one before");
}
END_TEST

START_TEST(clearing_in_a_scope_keeps_what_the_enclosing_one_holds)
{
    ct_scope *outer = ct_scope_begin();
    ct_error_set(CT_ERROR_IO, "first");
    ct_scope *inner = ct_scope_begin();
    ct_error_clear();
    ck_assert_ptr_null(ones(1));
    ck_assert_int_eq(ct_scope_end(inner), CT_ERROR_IO);
    ck_assert_int_eq(ct_scope_end(outer), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "first");
}
END_TEST

/* ---- Ending ---- */

START_TEST(ends_with_those_opened_in_it)
{
    ct_scope *outer = ct_scope_begin();
    traced("a");
    ct_scope *inner = ct_scope_begin();
    traced("b");
    ck_assert_int_eq(ct_scope_end(outer), CT_OK);
    ck_assert_str_eq(trace, "ba");
    ck_assert_int_eq(ct_scope_end(inner), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_scope_end: this scope has ended already, or belongs to another thread");
}
END_TEST

START_TEST(tells_the_failure_of_one_that_ended_with_it)
{
    ct_scope *outer = ct_scope_begin();
    ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "inside");
    ck_assert_int_eq(ct_scope_end(outer), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "inside");
}
END_TEST

START_TEST(ends_once)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_scope_end: this scope has ended already");
    ck_assert_int_eq(ct_scope_end(NULL), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_scope_end: scope is NULL");
}
END_TEST

static void *end_elsewhere(void *scope)
{
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "or belongs to another thread");
    return NULL;
}

START_TEST(ends_on_its_own_thread_only)
{
    pthread_t other;
    ct_scope *scope = ct_scope_begin();
    traced("a");
    ck_assert_int_eq(pthread_create(&other, NULL, end_elsewhere, scope), 0);
    ck_assert_int_eq(pthread_join(other, NULL), 0);
    ck_assert_str_eq(trace, "");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_str_eq(trace, "a");
}
END_TEST

static void *work_elsewhere(void *unused)
{
    ct_tensor *mine = ones(2);
    ck_assert_floats(mine, 1, 1);
    ct_tensor_free(mine);
    return unused;
}

START_TEST(a_failed_scope_does_not_stop_other_threads)
{
    pthread_t other;
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "stop");
    ck_assert_int_eq(pthread_create(&other, NULL, work_elsewhere, NULL), 0);
    ck_assert_int_eq(pthread_join(other, NULL), 0);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "stop");
}
END_TEST

/* ---- Catching ---- */

START_TEST(a_caught_failure_does_not_stop_the_enclosing_scope)
{
    ct_scope *scope = ct_scope_begin();
    ct_scope *attempt = ct_scope_begin();
    ct_matmul(ones(2), ones(3));
    ck_assert_int_eq(ct_scope_catch(attempt), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_matmul: ");
    ck_assert_ptr_nonnull(ones(1));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(catching_forgets_no_earlier_failure)
{
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_IO, "first");
    ct_scope *attempt = ct_scope_begin();
    ck_assert_ptr_null(ones(1));
    ck_assert_int_eq(ct_scope_catch(attempt), CT_ERROR_IO);
    ck_assert_ptr_null(ones(1));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "first");
}
END_TEST

START_TEST(catching_frees_and_returns_ok_when_nothing_failed)
{
    ct_scope *scope = ct_scope_begin();
    traced("a");
    ck_assert_int_eq(ct_scope_catch(scope), CT_OK);
    ck_assert_str_eq(trace, "a");
    ck_assert_int_eq(ct_scope_catch(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_scope_catch: this scope has ended already");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scope");

    TCase *freeing = traced_case(suite, "freeing");
    tcase_add_test(freeing, frees_what_was_made_in_it_newest_first);
    tcase_add_test(freeing, leaves_alone_what_was_made_before_it);
    tcase_add_test(freeing, frees_the_inner_ones_handles_first);
    tcase_add_test(freeing, frees_in_a_scope_that_has_failed);
    tcase_add_test(freeing, serves_a_loop);
    tcase_add_test(freeing, nests_deeply);

    TCase *escaping = traced_case(suite, "escaping");
    tcase_add_test(escaping, escapes_to_the_enclosing_scope);
    tcase_add_test(escaping, escapes_out_of_all_scopes_a_step_at_a_time);
    tcase_add_test(escaping, escapes_with_every_type);
    tcase_add_test(escaping, lets_nothing_escape_after_a_failure);

    TCase *latching = traced_case(suite, "latching");
    tcase_add_test(latching, does_nothing_after_a_failure);
    tcase_add_test(latching, keeps_the_first_failure);
    tcase_add_test(latching, nothing_sticks_outside_a_scope);
    tcase_add_test(latching, works_after_a_failure_that_came_before_it);
    tcase_add_test(latching, passes_its_failure_to_the_enclosing_scope);
    tcase_add_test(latching, a_failure_that_is_cleared_is_not_passed_on);
    tcase_add_test(latching, has_failed_where_the_enclosing_one_has);
    tcase_add_test(latching, starts_afresh_after_one_that_failed);
    tcase_add_test(latching, clearing_in_a_scope_keeps_what_the_enclosing_one_holds);

    TCase *ending = traced_case(suite, "ending");
    tcase_add_test(ending, ends_with_those_opened_in_it);
    tcase_add_test(ending, tells_the_failure_of_one_that_ended_with_it);
    tcase_add_test(ending, ends_once);
    tcase_add_test(ending, ends_on_its_own_thread_only);
    tcase_add_test(ending, a_failed_scope_does_not_stop_other_threads);

    TCase *catching = traced_case(suite, "catching");
    tcase_add_test(catching, a_caught_failure_does_not_stop_the_enclosing_scope);
    tcase_add_test(catching, catching_forgets_no_earlier_failure);
    tcase_add_test(catching, catching_frees_and_returns_ok_when_nothing_failed);

    return suite_run(suite);
}
