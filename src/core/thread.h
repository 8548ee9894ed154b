/* core/thread.h: all that the library keeps for one thread: its scopes, its last failure, its spare handles, its counts.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CORE_THREAD_H
#define CTORCH_CORE_THREAD_H

#include "core/handle.h"

#include <ctorch/base.h>

typedef struct failure {
    ct_status code;
    bool read;       /* the message has been asked for: a NULL argument may replace it */
    char *message;   /* NULL when there was no memory for it: the code's name serves */
    size_t path_size; /* of the module's path that the message begins with */
    char *backtrace; /* NULL when there is none */
} failure;

typedef struct thread {
    struct ct_scope *top;   /* the innermost open scope */
    struct ct_scope *first; /* the outermost; ended scopes stay linked behind the open ones, for reuse */
    failure error;
    char *text;          /* the last text lent outside any scope */
    handle *spare;       /* freed handles, for reuse */
    handle *spare_last;
    int spare_count;
    bool joined;         /* thread_join has run */
    int64_t live[HANDLE_KINDS]; /* made less freed on this thread; negative where handles of other threads were freed */
    struct thread *next;
} thread;

/* This thread's. Reached through a function call in other files; the first use on a thread announces it. */
thread *thread_self(void);

#endif
