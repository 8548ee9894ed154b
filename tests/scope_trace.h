/* tests/scope_trace.h: seeing what a scope ends, and in which order.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_SCOPE_TRACE_H
#define CTORCH_TESTS_SCOPE_TRACE_H

#include "suite.h"

#include <ctorch.h>

#include <stdio.h>

/* What ran, a letter each, in order. */
static char trace[64];

static inline void ran(void *letter)
{
    size_t n = strlen(trace);
    snprintf(trace + n, sizeof trace - n, "%s", (const char *)letter);
}

static inline void reset(void)
{
    trace[0] = '\0';
}

static inline TCase *traced_case(Suite *suite, const char *name)
{
    TCase *group = suite_case(suite, name);
    tcase_add_checked_fixture(group, reset, NULL);
    return group;
}

static inline ct_tensor *ones(int64_t n)
{
    return ct_ones(CT_DIMS(n), CT_FLOAT32);
}

/* A tensor whose end shows in the trace. */
static inline ct_tensor *traced(const char *letter)
{
    static float memory;
    return ct_from_blob(&memory, CT_DIMS(1), CT_FLOAT32, .deleter = ran, .user = (void *)letter);
}

#endif
