/* checkpoint/report.h: what loading into a module found.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_REPORT_H
#define CTORCH_CHECKPOINT_REPORT_H

#include <ctorch/checkpoint.h>

typedef struct load_problem {
    ct_load_problem kind;
    char *key, *detail;
    char *module; /* the path of the module that wants the key; "" where none does */
} load_problem;

typedef struct load_report {
    load_problem *problems;
    size_t size, room;
    size_t matched; /* keys that both sides have, with one shape */
    bool exact_dtype;
} load_report;

/* An empty report in a handle of the innermost scope; NULL, with the failure recorded, when memory is out. */
ct_load_report *load_report_new(load_report **out);

/* Adds a problem; takes detail, of malloc's, over. */
ct_status load_report_add(load_report *self, ct_load_problem kind, const char *key, char *detail);

/* Whether a problem forbids loading. */
bool load_problem_is_fatal(const load_report *self, const load_problem *problem, bool strict);

/* The report as the one line of an error, in Python's words; malloc's. */
char *load_report_message(const load_report *self, const char *class_name);

#endif
