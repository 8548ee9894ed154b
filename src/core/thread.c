/* core/thread.c: the threads that have used the library, so that live handles can be counted over all of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"

#include "core/scope.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

_Thread_local thread thread_state;

static pthread_mutex_t threads_lock = PTHREAD_MUTEX_INITIALIZER;
static thread *threads;                /* those that run */
static int64_t departed[HANDLE_KINDS]; /* the counts of those that have ended */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void thread_leave(void *argument)
{
    thread *t = argument;
    scope_end_quietly(t->first); /* handles that are freed later must not name a scope that is gone */
    pthread_mutex_lock(&threads_lock);
    for (thread **at = &threads; *at; at = &(*at)->next)
        if (*at == t) {
            *at = t->next;
            break;
        }
    for (int kind = 0; kind < HANDLE_KINDS; kind++)
        departed[kind] += t->live[kind];
    pthread_mutex_unlock(&threads_lock);

    for (handle *h = t->spare, *next; h; h = next) {
        next = h->next;
        free(h);
    }
    scope_release_all(t->first);
    free(t->error.message);
    free(t->error.backtrace);
    free(t->text);
    memset(t, 0, sizeof *t); /* a destructor of another library may still call in: it starts afresh */
}

static void make_key(void)
{
    pthread_key_create(&key, thread_leave);
}

void thread_join(void)
{
    thread_state.joined = true;
    pthread_once(&key_once, make_key);
    pthread_setspecific(key, &thread_state);
    pthread_mutex_lock(&threads_lock);
    thread_state.next = threads;
    threads = &thread_state;
    pthread_mutex_unlock(&threads_lock);
}

static int64_t count_kind(int kind)
{
    int64_t count = departed[kind];
    for (const thread *t = threads; t; t = t->next)
        count += __atomic_load_n(&t->live[kind], __ATOMIC_RELAXED);
    return count;
}

int64_t ct_live_handles(const char *type)
{
    int64_t count = 0;
    pthread_mutex_lock(&threads_lock);
    for (int kind = 0; kind < HANDLE_KINDS; kind++)
        if (!type || strcmp(type, handle_kind_name(kind)) == 0)
            count += count_kind(kind);
    pthread_mutex_unlock(&threads_lock);
    return count;
}
