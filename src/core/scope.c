/* core/scope.c: scopes: the arena for handles and the latch for failures.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/scope.h"

#include "core/error.h"
#include "core/thread.h"

#include <stdlib.h>

ct_status scope_failure(void)
{
    const ct_scope *top = thread_state.top;
    return top ? top->failure : CT_OK;
}

/* Ended scopes stay linked behind the open ones, so that a scope in a loop or a callback costs no allocation. */
static ct_scope *next_scope(thread *t)
{
    ct_scope *ready = t->top ? t->top->inner : t->first;
    if (ready)
        return ready;
    ct_scope *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->owner = t;
    made->outer = t->top;
    *(t->top ? &t->top->inner : &t->first) = made;
    return made;
}

ct_scope *ct_scope_begin(void)
{
    thread *t = thread_self();
    ct_scope *scope = next_scope(t);
    if (!scope) {
        core_fail(CT_ERROR_MEMORY, "ct_scope_begin: out of memory");
        return NULL;
    }
    scope->failure = t->top ? t->top->failure : CT_OK;
    t->top = scope;
    return scope;
}

static bool is_open(const thread *t, const ct_scope *scope)
{
    for (const ct_scope *s = t->top; s; s = s->outer)
        if (s == scope)
            return true;
    return false;
}

static void run_newest_action(ct_scope *scope)
{
    deferred *d = scope->actions;
    scope->actions = d->next;
    d->action(d->argument);
    free(d);
}

/* Actions and destructors are the user's: they may make handles, defer, leave a scope open, and even end this one. */
static ct_status end_innermost(thread *t)
{
    ct_scope *scope = t->top;
    while (is_open(t, scope) && (t->top != scope || scope->newest || scope->actions)) {
        if (t->top != scope)
            end_innermost(t);
        else if (scope->newest)
            handle_end(scope->newest);
        else
            run_newest_action(scope);
    }
    if (t->top == scope)
        t->top = scope->outer;
    return scope->failure;
}

ct_status scope_end_quietly(ct_scope *scope)
{
    thread *t = thread_self();
    ct_status failure = CT_OK;
    while (is_open(t, scope)) {
        ct_status inner = end_innermost(t);
        if (inner != CT_OK)
            failure = inner;
    }
    return failure;
}

static ct_status end(ct_scope *scope, const char *function)
{
    if (!scope)
        return core_fail_null(function, "scope");
    if (!is_open(thread_self(), scope))
        return core_fail(CT_ERROR_VALUE, "%s: this scope has ended already, or belongs to another thread", function);
    return scope_end_quietly(scope);
}

ct_status ct_scope_end(ct_scope *scope)
{
    ct_status failure = end(scope, "ct_scope_end");
    ct_scope *outer = thread_self()->top;
    if (failure != CT_OK && outer && outer->failure == CT_OK)
        outer->failure = failure;
    return failure;
}

ct_status ct_scope_catch(ct_scope *scope)
{
    return end(scope, "ct_scope_catch");
}

ct_status ct_scope_defer(void (*action)(void *argument), void *argument)
{
    ct_scope *top = thread_self()->top;
    if (!action)
        return core_fail_null("ct_scope_defer", "action");
    deferred *d = top ? malloc(sizeof *d) : NULL;
    if (!d) {
        action(argument);
        return top ? core_fail(CT_ERROR_MEMORY, "ct_scope_defer: out of memory")
                   : core_fail(CT_ERROR_VALUE, "ct_scope_defer: no scope is open on this thread");
    }
    *d = (deferred){.action = action, .argument = argument, .next = top->actions};
    top->actions = d;
    return CT_OK;
}

const char *scope_lend(char *text)
{
    thread *t = thread_self();
    if (!text) {
        core_fail(CT_ERROR_MEMORY, "out of memory");
        return NULL;
    }
    if (t->top)
        return ct_scope_defer(free, text) == CT_OK ? text : NULL;
    free(t->text);
    t->text = text;
    return text;
}

void scope_release_all(ct_scope *first)
{
    for (ct_scope *scope = first, *inner; scope; scope = inner) {
        inner = scope->inner;
        free(scope);
    }
}
