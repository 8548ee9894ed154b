/* checkpoint/report.c: what loading into a module found, and its words.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint/report.h"

#include "core/error.h"
#include "core/handle.h"
#include "core/scope.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

static void destroy(void *payload)
{
    load_report *self = *(load_report **)payload;
    for (size_t i = 0; i < self->size; i++) {
        free(self->problems[i].key);
        free(self->problems[i].detail);
        free(self->problems[i].module);
    }
    free(self->problems);
    free(self);
}

static const handle_type report_type = {HANDLE_LOAD_REPORT, destroy};

/* Not asked of the scope first: a report is there to be read after a failure. */
static load_report *report_of(const ct_load_report *self, const char *function)
{
    load_report **payload = handle_payload(self, &report_type, function, "self");
    return payload ? *payload : NULL;
}

ct_load_report *load_report_new(load_report **out)
{
    load_report *report = calloc(1, sizeof *report);
    handle *h = report ? handle_new(&report_type) : NULL;
    if (!h) {
        free(report);
        core_fail(CT_ERROR_MEMORY, "out of memory for a load report");
        return NULL;
    }
    *out = h->payload[0] = report;
    return (ct_load_report *)h;
}

/* The module's path is what stands before the key's last dot. */
static char *module_of(ct_load_problem kind, const char *key)
{
    const char *dot = kind == CT_LOAD_UNEXPECTED ? NULL : strrchr(key, '.');
    return text_format("%.*s", dot ? (int)(dot - key) : 0, key);
}

ct_status load_report_add(load_report *self, ct_load_problem kind, const char *key, char *detail)
{
    if (self->size == self->room) {
        size_t room = self->room ? 2 * self->room : 16;
        load_problem *grown = realloc(self->problems, room * sizeof *grown);
        if (grown) {
            self->problems = grown;
            self->room = room;
        }
    }
    char *copy = self->size < self->room ? text_copy(key) : NULL;
    char *module = copy ? module_of(kind, key) : NULL;
    if (!module || !detail) {
        free(copy);
        free(module);
        free(detail);
        return core_fail(CT_ERROR_MEMORY, "out of memory for a load report");
    }
    self->problems[self->size++] = (load_problem){.kind = kind, .key = copy, .detail = detail, .module = module};
    return CT_OK;
}

bool load_problem_is_fatal(const load_report *self, const load_problem *problem, bool strict)
{
    switch (problem->kind) {
    case CT_LOAD_MISMATCH:
        return true;
    case CT_LOAD_DTYPE:
        return self->exact_dtype;
    default:
        return strict;
    }
}

/* A long list is cut, so that the message stays a line; the report has them all. */
static void add_keys(text *message, const load_report *self, ct_load_problem kind, const char *words)
{
    enum { SHOWN = 5 };
    size_t found = 0;
    for (size_t i = 0; i < self->size; i++) {
        if (self->problems[i].kind != kind)
            continue;
        if (found < SHOWN)
            text_addf(message, "%s\"%s\"", found ? ", " : words, self->problems[i].key);
        found++;
    }
    if (found > SHOWN)
        text_addf(message, " and %zu more", found - SHOWN);
    if (found)
        text_add(message, ".");
}

char *load_report_message(const load_report *self, const char *class_name)
{
    text message = {.chars = NULL};
    text_addf(&message, "Error(s) in loading state_dict for %s:", class_name);
    add_keys(&message, self, CT_LOAD_MISSING, " Missing key(s) in state_dict: ");
    add_keys(&message, self, CT_LOAD_UNEXPECTED, " Unexpected key(s) in state_dict: ");
    for (size_t i = 0; i < self->size; i++) {
        const load_problem *p = &self->problems[i];
        if (p->kind == CT_LOAD_MISMATCH)
            text_addf(&message, " size mismatch for %s: %s.", p->key, p->detail);
        else if (p->kind == CT_LOAD_DTYPE && self->exact_dtype)
            text_addf(&message, " dtype mismatch for %s: %s.", p->key, p->detail);
    }
    return text_finish(&message);
}

static const char *kind_word(ct_load_problem kind)
{
    static const char *const words[] = {
        [CT_LOAD_MISSING] = "missing",
        [CT_LOAD_UNEXPECTED] = "unexpected",
        [CT_LOAD_MISMATCH] = "shape",
        [CT_LOAD_DTYPE] = "dtype",
    };
    return words[kind];
}

static char *whole_text(const load_report *self)
{
    text lines = {.chars = NULL};
    if (self->size == 0)
        text_add(&lines, "<All keys matched successfully>");
    for (size_t i = 0; i < self->size; i++) {
        const load_problem *p = &self->problems[i];
        text_addf(&lines, "%s%s: %s", i ? "\n" : "", kind_word(p->kind), p->key);
        if (*p->detail)
            text_addf(&lines, " (%s)", p->detail);
    }
    return text_finish(&lines);
}

void ct_load_report_free(ct_load_report *self)
{
    handle_free(self, &report_type, "ct_load_report_free");
}

ct_load_report *ct_load_report_escape(ct_load_report *self)
{
    return handle_escape(self, &report_type, "ct_load_report_escape");
}

size_t ct_load_report_size(const ct_load_report *self)
{
    const load_report *report = report_of(self, "ct_load_report_size");
    return report ? report->size : 0;
}

static const load_problem *problem_at(const ct_load_report *self, size_t i, const char *function)
{
    const load_report *report = report_of(self, function);
    if (report && i >= report->size) {
        core_fail(CT_ERROR_INDEX, "%s: index %zu is out of range for %zu problems", function, i, report->size);
        return NULL;
    }
    return report ? &report->problems[i] : NULL;
}

ct_load_problem ct_load_report_problem(const ct_load_report *self, size_t i)
{
    const load_problem *p = problem_at(self, i, "ct_load_report_problem");
    return p ? p->kind : (ct_load_problem)0;
}

const char *ct_load_report_key(const ct_load_report *self, size_t i)
{
    const load_problem *p = problem_at(self, i, "ct_load_report_key");
    return p ? p->key : "";
}

const char *ct_load_report_module(const ct_load_report *self, size_t i)
{
    const load_problem *p = problem_at(self, i, "ct_load_report_module");
    return p ? p->module : "";
}

const char *ct_load_report_detail(const ct_load_report *self, size_t i)
{
    const load_problem *p = problem_at(self, i, "ct_load_report_detail");
    return p ? p->detail : "";
}

const char *ct_load_report_to_string(const ct_load_report *self)
{
    const load_report *report = report_of(self, "ct_load_report_to_string");
    const char *lent = report ? scope_lend(whole_text(report)) : NULL;
    return lent ? lent : "";
}
