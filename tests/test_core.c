/* tests/test_core.c: what the core promises to the rest of the library, on handles of a type of its own and on several
 * threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include "core/error.h"
#include "core/handle.h"
#include "core/scope.h"
#include "core/text.h"

#include <pthread.h>

/* A handle whose payload is a pointer to a counter that its end moves up by one. */
static void destroy_box(void *payload)
{
    int *ends = *(int **)payload;
    __atomic_add_fetch(ends, 1, __ATOMIC_RELAXED);
}

static const handle_type box_type = {HANDLE_DICT, destroy_box};
static const handle_type crate_type = {HANDLE_MODULE, destroy_box};

static handle *make(const handle_type *type, int *ends)
{
    handle *h = handle_new(type);
    ck_assert_ptr_nonnull(h);
    h->payload[0] = ends;
    return h;
}

static void on_another_thread(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, run, argument), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* ---- One thread ---- */

START_TEST(counts_live_handles_by_type)
{
    int ends = 0;
    handle *box = make(&box_type, &ends), *crate = make(&crate_type, &ends), *second = make(&crate_type, &ends);
    ck_assert_int_eq(ct_live_handles("ct_dict"), 1);
    ck_assert_int_eq(ct_live_handles("ct_module"), 2);
    ck_assert_int_eq(ct_live_handles("ct_tensor"), 0);
    ck_assert_int_eq(ct_live_handles("no such type"), 0);
    ck_assert_int_eq(ct_live_handles(NULL), 3);
    handle_free(box, &box_type, "box_free");
    handle_free(crate, &crate_type, "crate_free");
    ck_assert_int_eq(ct_live_handles("ct_dict"), 0);
    ck_assert_int_eq(ct_live_handles("ct_module"), 1);
    handle_free(second, &crate_type, "crate_free");
    ck_assert_int_eq(ends, 3);
}
END_TEST

START_TEST(opens_a_handle_of_the_right_type_only)
{
    int ends = 0;
    handle *box = make(&box_type, &ends);
    ck_assert_ptr_eq(handle_payload(box, &box_type, "box_open", "self"), box->payload);
    ck_assert_ptr_null(handle_payload(box, &crate_type, "crate_open", "self"));
    ck_assert_error(CT_ERROR_TYPE, "crate_open: self is a ct_dict; expected a ct_module");
    ck_assert_ptr_null(handle_payload(NULL, &box_type, "box_open", "lid"));
    ck_assert_error(CT_ERROR_VALUE, "box_open: lid is NULL");
    handle_free(box, &box_type, "box_free");
}
END_TEST

START_TEST(frees_no_handle_of_another_type)
{
    int ends = 0;
    handle *box = make(&box_type, &ends);
    handle_free(box, &crate_type, "crate_free");
    ck_assert_error(CT_ERROR_TYPE, "crate_free: self is a ct_dict; expected a ct_module");
    ck_assert_int_eq(ends, 0);
    handle_free(box, &box_type, "box_free");
    handle_free(NULL, &box_type, "box_free");
    ck_assert_int_eq(ends, 1);
}
END_TEST

START_TEST(reports_a_second_free_and_does_nothing)
{
    int ends = 0;
    handle *box = make(&box_type, &ends);
    handle_free(box, &box_type, "box_free");
    handle_free(box, &box_type, "box_free");
    ck_assert_error(CT_ERROR_TYPE, "box_free: self is a handle that was freed already; expected a live ct_dict");
    ck_assert_int_eq(ends, 1);
}
END_TEST

/* More than a thread keeps for reuse, so that the rest goes back to malloc. */
enum { MANY = 20000 };

START_TEST(makes_and_frees_more_than_it_keeps)
{
    static handle *boxes[MANY];
    int ends = 0;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY; i++)
            boxes[i] = make(&box_type, &ends);
        ck_assert_int_eq(ct_live_handles("ct_dict"), MANY);
        for (int i = 0; i < MANY; i++)
            handle_free(boxes[i], &box_type, "box_free");
    }
    ck_assert_int_eq(ends, 2 * MANY);
}
END_TEST

/* ---- Several threads ---- */

static void *free_box(void *box)
{
    handle_free(box, &box_type, "box_free");
    return NULL;
}

START_TEST(frees_on_another_thread_what_no_scope_holds)
{
    int ends = 0;
    on_another_thread(free_box, make(&box_type, &ends));
    ck_assert_int_eq(ends, 1);
    ck_assert_int_eq(ct_live_handles("ct_dict"), 0);
}
END_TEST

START_TEST(frees_on_another_thread_what_an_open_scope_holds)
{
    int ends = 0;
    ct_scope *scope = ct_scope_begin();
    handle *older = make(&box_type, &ends), *middle = make(&box_type, &ends), *newer = make(&box_type, &ends);
    on_another_thread(free_box, middle);
    ck_assert_int_eq(ends, 1);
    ck_assert_int_eq(ct_live_handles("ct_dict"), 2);
    ck_assert_ptr_nonnull(handle_payload(older, &box_type, "box_open", "self"));
    ck_assert_ptr_nonnull(handle_payload(newer, &box_type, "box_open", "self"));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_int_eq(ends, 3);
}
END_TEST

static void *escape_box(void *box)
{
    ck_assert_ptr_null(handle_escape(box, &box_type, "box_escape"));
    ck_assert_error(CT_ERROR_VALUE, "box_escape: the handle belongs to a scope of another thread");
    return NULL;
}

START_TEST(escapes_on_its_own_thread_only)
{
    int ends = 0;
    ct_scope *scope = ct_scope_begin();
    on_another_thread(escape_box, make(&box_type, &ends));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_int_eq(ends, 1);
}
END_TEST

static void *make_box(void *ends)
{
    return make(&box_type, ends);
}

START_TEST(frees_what_a_thread_left_behind)
{
    int ends = 0;
    void *box;
    pthread_t maker;
    ck_assert_int_eq(pthread_create(&maker, NULL, make_box, &ends), 0);
    ck_assert_int_eq(pthread_join(maker, &box), 0);
    ck_assert_int_eq(ct_live_handles("ct_dict"), 1);
    handle_free(box, &box_type, "box_free");
    ck_assert_int_eq(ends, 1);
    ck_assert_int_eq(ct_live_handles("ct_dict"), 0);
}
END_TEST

static void count_end(void *ends)
{
    ++*(int *)ends;
}

static void *leave_scopes_open(void *ends)
{
    ct_scope_begin();
    make(&box_type, ends);
    ct_scope_begin();
    make(&box_type, ends);
    ct_scope_defer(count_end, ends);
    return NULL;
}

START_TEST(ends_the_scopes_of_a_thread_that_ends)
{
    int ends = 0;
    on_another_thread(leave_scopes_open, &ends);
    ck_assert_int_eq(ends, 3);
}
END_TEST

typedef struct traffic {
    pthread_mutex_t lock;
    handle *shared[64]; /* handles of all threads, that any of them frees */
    int ends;
    int made;
} traffic;

static handle *exchange(traffic *t, unsigned place, handle *h)
{
    pthread_mutex_lock(&t->lock);
    handle *before = t->shared[place % COUNT(t->shared)];
    t->shared[place % COUNT(t->shared)] = h;
    pthread_mutex_unlock(&t->lock);
    return before;
}

static void *make_and_free(void *argument)
{
    traffic *t = argument;
    for (unsigned i = 0; i < 2000; i++) {
        handle_free(exchange(t, i * 7, make(&box_type, &t->ends)), &box_type, "box_free");
        ct_scope *scope = ct_scope_begin();
        handle *kept = make(&box_type, &t->ends);
        make(&box_type, &t->ends);
        ct_live_handles(NULL);
        handle_free(exchange(t, i * 5, handle_escape(kept, &box_type, "box_escape")), &box_type, "box_free");
        if (ct_scope_end(scope) == CT_OK)
            __atomic_add_fetch(&t->made, 3, __ATOMIC_RELAXED);
    }
    return NULL;
}

START_TEST(counts_exactly_what_eight_threads_make_and_free)
{
    traffic t = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[8];
    for (size_t i = 0; i < COUNT(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, make_and_free, &t), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    int64_t left = 0;
    for (size_t i = 0; i < COUNT(t.shared); i++)
        left += t.shared[i] != NULL;
    ck_assert_int_eq(t.made, 8 * 2000 * 3);
    ck_assert_int_eq(ct_live_handles("ct_dict"), left);
    ck_assert_int_eq(t.ends, t.made - left);
    for (size_t i = 0; i < COUNT(t.shared); i++)
        handle_free(t.shared[i], &box_type, "box_free");
}
END_TEST

/* ---- Failures, as C code of the library records them ---- */

START_TEST(formats_a_message_and_returns_the_code)
{
    ck_assert_int_eq(core_fail(CT_ERROR_FORMAT, "%s: byte %d", "m.pt", 7), CT_ERROR_FORMAT);
    ck_assert_str_eq(ct_error_message(), "m.pt: byte 7");
    ck_assert_int_eq(core_fail_text(CT_ERROR_RUNTIME, "net.0: 100%s", 5, "frame #0"), CT_ERROR_RUNTIME);
    ck_assert_uint_eq(core_failure_path(), 5);
    ck_assert_str_eq(ct_error_backtrace(), "frame #0");
    ck_assert_error(CT_ERROR_RUNTIME, "net.0: 100%s");
    ck_assert_uint_eq(core_failure_path(), 0);
    ck_assert_str_eq(ct_error_backtrace(), "");
}
END_TEST

START_TEST(makes_one_line_of_any_message)
{
    core_fail(CT_ERROR_VALUE, "two\nlines\n");
    ck_assert_str_eq(ct_error_message(), "two lines");
    ct_error_clear();
    core_fail(CT_ERROR_VALUE, "\n");
    ck_assert_str_eq(ct_error_message(), "");
    ct_error_clear();
}
END_TEST

/* ---- Text ---- */

static void assert_text(char *actual, const char *expected)
{
    ck_assert_str_eq(actual, expected);
    free(actual);
}

START_TEST(grows_text)
{
    text t = {.chars = NULL};
    assert_text(text_finish(&t), "");
    for (int i = 0; i < 1000; i++)
        text_addf(&t, "%03d", i);
    text_add(&t, "");
    text_add(&t, "!");
    ck_assert_uint_eq(t.size, 3001);
    char *all = text_finish(&t);
    ck_assert_ptr_nonnull(strstr(all, "498499500"));
    ck_assert_str_eq(all + 2994, "998999!");
    free(all);
    assert_text(text_finish(&t), "");
}
END_TEST

START_TEST(copies_and_formats_text)
{
    assert_text(text_copy("abc"), "abc");
    assert_text(text_format("%s has %d%%", "abc", 3), "abc has 3%");
}
END_TEST

START_TEST(lends_a_text_until_the_scope_ends_or_the_next_text)
{
    const char *first = scope_lend(text_copy("first"));
    ck_assert_str_eq(first, "first");
    ct_scope *scope = ct_scope_begin();
    const char *second = scope_lend(text_copy("second"));
    ck_assert_str_eq(scope_lend(text_copy("third")), "third");
    ck_assert_str_eq(second, "second");
    ck_assert_str_eq(first, "first");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
    ck_assert_str_eq(scope_lend(text_copy("fourth")), "fourth");
    ck_assert_ptr_null(scope_lend(NULL));
    ck_assert_error(CT_ERROR_MEMORY, "out of memory");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core");

    TCase *handles = suite_case(suite, "handles");
    tcase_add_test(handles, counts_live_handles_by_type);
    tcase_add_test(handles, opens_a_handle_of_the_right_type_only);
    tcase_add_test(handles, frees_no_handle_of_another_type);
    tcase_add_test(handles, reports_a_second_free_and_does_nothing);
    tcase_add_test(handles, makes_and_frees_more_than_it_keeps);

    TCase *threads = suite_case(suite, "threads");
    tcase_add_test(threads, frees_on_another_thread_what_no_scope_holds);
    tcase_add_test(threads, frees_on_another_thread_what_an_open_scope_holds);
    tcase_add_test(threads, escapes_on_its_own_thread_only);
    tcase_add_test(threads, frees_what_a_thread_left_behind);
    tcase_add_test(threads, ends_the_scopes_of_a_thread_that_ends);
    tcase_add_test(threads, counts_exactly_what_eight_threads_make_and_free);

    TCase *failures = suite_case(suite, "failures");
    tcase_add_test(failures, formats_a_message_and_returns_the_code);
    tcase_add_test(failures, makes_one_line_of_any_message);

    TCase *texts = suite_case(suite, "text");
    tcase_add_test(texts, grows_text);
    tcase_add_test(texts, copies_and_formats_text);
    tcase_add_test(texts, lends_a_text_until_the_scope_ends_or_the_next_text);

    return suite_run(suite);
}
