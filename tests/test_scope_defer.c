/* tests/test_scope_defer.c: ctorch/scope.h: what runs when a scope ends, and what it may do.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "scope_trace.h"

static void leave_open(void *unused)
{
    (void)unused;
    ct_scope_begin();
    ct_scope_defer(ran, "b");
}

static void end_it(void *scope)
{
    ct_scope_end(scope);
}

/* ---- Deferring ---- */

START_TEST(defers_until_its_handles_are_freed_newest_first)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ok(ct_scope_defer(ran, "x"));
    traced("a");
    ck_assert_ok(ct_scope_defer(ran, "y"));
    ck_assert_str_eq(trace, "");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_str_eq(trace, "ayx");
}
END_TEST

START_TEST(defers_in_a_scope_that_has_failed)
{
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "stop");
    ck_assert_ok(ct_scope_defer(ran, "x"));
    ck_assert_str_eq(trace, "");
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_str_eq(trace, "x");
    ck_assert_error(CT_ERROR_KEY, "stop");
}
END_TEST

START_TEST(runs_at_once_what_it_cannot_defer)
{
    ck_assert_int_eq(ct_scope_defer(ran, "x"), CT_ERROR_VALUE);
    ck_assert_str_eq(trace, "x");
    ck_assert_error(CT_ERROR_VALUE, "ct_scope_defer: no scope is open on this thread");
    ck_assert_int_eq(ct_scope_defer(NULL, "x"), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_scope_defer: action is NULL");
}
END_TEST

static void make_and_defer(void *letter)
{
    traced("a");
    ct_scope_defer(ran, letter);
}

START_TEST(ends_what_an_action_makes_and_defers)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ok(ct_scope_defer(make_and_defer, "x"));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_int_eq(ct_live_handles(NULL), 0);
    ck_assert_uint_eq(strlen(trace), 2);
    ck_assert_ptr_nonnull(strchr(trace, 'a'));
    ck_assert_ptr_nonnull(strchr(trace, 'x'));
}
END_TEST

static void fail_late(void *message)
{
    ct_error_set(CT_ERROR_IO, message);
}

START_TEST(tells_the_failure_of_an_action)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ok(ct_scope_defer(fail_late, "could not flush"));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "could not flush");
}
END_TEST

START_TEST(an_action_may_leave_a_scope_open_or_end_its_own)
{
    ct_scope *outer = ct_scope_begin();
    ct_scope *scope = ct_scope_begin();
    ck_assert_ok(ct_scope_defer(leave_open, NULL));
    ck_assert_ok(ct_scope_defer(end_it, scope));
    traced("a");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_str_eq(trace, "ab");
    ck_assert_int_eq(ct_scope_end(outer), CT_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scope_defer");

    TCase *deferring = traced_case(suite, "deferring");
    tcase_add_test(deferring, defers_until_its_handles_are_freed_newest_first);
    tcase_add_test(deferring, defers_in_a_scope_that_has_failed);
    tcase_add_test(deferring, runs_at_once_what_it_cannot_defer);
    tcase_add_test(deferring, ends_what_an_action_makes_and_defers);
    tcase_add_test(deferring, tells_the_failure_of_an_action);

    TCase *user = traced_case(suite, "user's code");
    tcase_add_test(user, an_action_may_leave_a_scope_open_or_end_its_own);

    return suite_run(suite);
}
