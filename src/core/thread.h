/* core/thread.h: all that the library keeps for one thread: its scopes, its last failure, its spare handles, its
 * counts.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CORE_THREAD_H
#define CTORCH_CORE_THREAD_H

#include "core/handle.h"

#include <ctorch/scope.h>

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

typedef struct failure {
    ct_status code;
    bool read;        /* the message has been asked for: a NULL argument may replace it */
    char *message;    /* NULL when there was no memory for it: the code's name serves */
    size_t path_size; /* of the module's path that the message begins with */
    char *backtrace;  /* NULL when there is none */
} failure;

typedef struct thread thread;

typedef struct deferred {
    void (*action)(void *);
    void *argument;
    struct deferred *next;
} deferred;

struct ct_scope {
    thread *owner;
    handle *newest;                 /* the handles that belong to it */
    deferred *actions;              /* newest first */
    ct_status failure;              /* the first; CT_OK while there is none */
    struct ct_scope *outer, *inner; /* inner may be an ended one, kept for reuse */
};

struct thread {
    ct_scope *top;   /* the innermost open scope */
    ct_scope *first; /* the outermost; ended scopes stay linked behind the open ones, for reuse */
    failure error;
    char *text;    /* the last text lent outside any scope */
    handle *spare; /* freed handles, for reuse */
    handle *spare_last;
    int spare_count;
    bool joined;                /* thread_join has run */
    int64_t live[HANDLE_KINDS]; /* made less freed on this thread; negative where handles of other threads were freed */
    thread *next;
};

extern _Thread_local thread thread_state;

/* Announces the thread: what it has made is counted, and freed when it ends. */
void thread_join(void);

static inline thread *thread_self(void)
{
    if (unlikely(!thread_state.joined))
        thread_join();
    return &thread_state;
}

/* Puts a handle into a scope, NULL for none, and takes it out. */
static inline void scope_link(ct_scope *scope, handle *h)
{
    h->scope = scope;
    if (!scope)
        return;
    h->previous = NULL;
    h->next = scope->newest;
    if (h->next)
        h->next->previous = h;
    scope->newest = h;
}

static inline void scope_unlink(handle *h)
{
    if (!h->scope)
        return;
    *(h->previous ? &h->previous->next : &h->scope->newest) = h->next;
    if (h->next)
        h->next->previous = h->previous;
    h->scope = NULL;
}

/* Frees a thread's ended scopes. */
void scope_release_all(ct_scope *first);

#endif
