/* core/handle.c: handles: made from the thread's spare ones, freed on any thread, checked at every use.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/handle.h"

#include "core/error.h"
#include "core/scope.h"
#include "core/text.h"
#include "core/thread.h"

#include <stdlib.h>
#include <string.h>

/* Freed handles are used again newest first, while they are in the cache. A debug build uses the oldest of many
 * instead, so that a freed handle that is still used is found out, and is not some newer one by then. */
#ifdef NDEBUG
enum { HELD_BACK = 0, SPARE_MOST = 1024 };
#else
enum { HELD_BACK = 4096, SPARE_MOST = 8192 };
#endif

static const char *const kind_names[HANDLE_KINDS] = {
    [HANDLE_TENSOR] = "ct_tensor",
    [HANDLE_MODULE] = "ct_module",
    [HANDLE_DICT] = "ct_dict",
    [HANDLE_LOAD_REPORT] = "ct_load_report",
    [HANDLE_RENAME_TABLE] = "ct_rename_table",
    [HANDLE_OPTIMIZER] = "ct_optimizer",
    [HANDLE_HOOK] = "ct_hook",
    [HANDLE_GENERATOR] = "ct_generator",
    [HANDLE_OP] = "ct_op",
    [HANDLE_SCRIPT] = "ct_script",
    [HANDLE_AOTI] = "ct_aoti",
    [HANDLE_ARCHIVE] = "ct_archive",
};

const char *handle_kind_name(handle_kind kind)
{
    return kind_names[kind];
}

/* Only this thread writes its counts; others read them. */
static void count(thread *t, handle_kind kind, int64_t by)
{
    __atomic_store_n(&t->live[kind], t->live[kind] + by, __ATOMIC_RELAXED);
}

/* A thread that has not been announced has no spare handles, so that the usual way need not ask. */
static __attribute__((cold, noinline)) handle *make_spare(void)
{
    thread_self();
    return malloc(sizeof(handle));
}

static handle *take_spare(thread *t)
{
    if (unlikely(t->spare_count <= HELD_BACK))
        return make_spare();
    handle *h = t->spare;
    t->spare = h->next;
    t->spare_count--;
    return h;
}

static void keep_spare(thread *t, handle *h)
{
    if (unlikely(t->spare_count >= SPARE_MOST)) {
        free(h);
        return;
    }
    t->spare_count++;
    if (HELD_BACK == 0) {
        h->next = t->spare;
        t->spare = h;
        return;
    }
    h->next = NULL;
    *(t->spare ? &t->spare_last->next : &t->spare) = h;
    t->spare_last = h;
}

handle *handle_new(const handle_type *type)
{
    thread *t = &thread_state;
    handle *h = take_spare(t);
    if (unlikely(!h))
        return NULL;
    h->type = type;
    scope_link(t->top, h);
    count(t, type->kind, 1);
    return h;
}

/* A handle that another thread freed stays linked in its scope, empty, until that scope ends: a thread's lists are
 * its own. */
static void give_back(thread *t, handle *h)
{
    if (likely(!h->scope || h->scope->owner == t)) {
        scope_unlink(h);
        keep_spare(t, h);
    }
}

void handle_retire(handle *h, handle_kind kind)
{
    thread *t = thread_self();
    count(t, kind, -1);
    give_back(t, h);
}

void handle_end(handle *h)
{
    const handle_type *type = h->type;
    if (!type) {
        give_back(thread_self(), h);
        return;
    }
    h->type = NULL;
    type->destroy(h->payload);
    handle_retire(h, type->kind);
}

char *handle_fault(const void *any, handle_kind kind, const char *argument)
{
    const handle *h = any;
    const char *expected = handle_kind_name(kind);
    return h->type ? text_format("%s is a %s; expected a %s", argument, handle_kind_name(h->type->kind), expected)
                   : text_format("%s is a handle that was freed already; expected a live %s", argument, expected);
}

ct_status handle_check(const void *any, handle_kind kind, const char *function, const char *argument)
{
    const handle *h = any;
    if (!h)
        return core_fail_null(function, argument);
    if (h->type && h->type->kind == kind)
        return CT_OK;
    char *fault = handle_fault(any, kind, argument);
    core_fail(CT_ERROR_TYPE, "%s: %s", function, fault ? fault : argument);
    free(fault);
    return CT_ERROR_TYPE;
}

void *handle_payload(const void *any, const handle_type *type, const char *function, const char *argument)
{
    const handle *h = any;
    return handle_check(any, type->kind, function, argument) == CT_OK ? (void *)h->payload : NULL;
}

void handle_free(void *any, const handle_type *type, const char *function)
{
    handle *h = any;
    if (h && (likely(h->type == type) || handle_payload(h, type, function, "self")))
        handle_end(h);
}

void handle_keep(handle *h)
{
    scope_unlink(h);
}

void *handle_escape(void *any, const handle_type *type, const char *function)
{
    handle *h = any;
    if (scope_failure() != CT_OK || !handle_payload(any, type, function, "self"))
        return NULL;
    if (h->scope && h->scope->owner != thread_self()) {
        core_fail(CT_ERROR_VALUE, "%s: the handle belongs to a scope of another thread", function);
        return NULL;
    }
    if (h->scope) {
        ct_scope *outer = h->scope->outer;
        scope_unlink(h);
        scope_link(outer, h);
    }
    return h;
}
