/* tests/parity.h: the cases of the layer table as python/parity.py recorded them, and where faults are gathered, so
 * that one test tells of all cases that fail.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_PARITY_H
#define CTORCH_TESTS_PARITY_H

#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <stdarg.h>

/* ---- Text files of python/parity.py: lines of fields between tabs ---- */

/* The text of a file in the fresh folder; the caller frees it. */
static inline char *parity_text(const char *name)
{
    FILE *file = oracle_open_fresh(name);
    size_t length = 0, room = 1 << 16;
    char *text = malloc(room);
    for (size_t n; text && (n = fread(text + length, 1, room - length - 1, file)) > 0;) {
        length += n;
        if (length == room - 1)
            text = realloc(text, room *= 2);
    }
    fclose(file);
    ck_assert_msg(text != NULL, "no memory for %s", name);
    text[length] = 0;
    return text;
}

/* The next field of a line, without its escapes; *rest goes on behind it. */
static inline const char *parity_field(char **rest)
{
    char *field = *rest, *to = field;
    const char *from = field;
    for (; *from && *from != '\t' && *from != '\n'; from++) {
        if (*from != '\\')
            *to++ = *from;
        else if (*++from == 'n')
            *to++ = '\n';
        else
            *to++ = *from == 't' ? '\t' : *from;
    }
    *rest = (char *)from + (*from != 0);
    *to = 0;
    return field;
}

/* ---- Cases ---- */

/* A case, or an error case, which has the first three and the message alone. python/parity.py explains them. */
typedef struct parity_case {
    const char *section;
    const char *constructor, *called_with, *inputs;
    const char *options, *runs, *outputs, *printed, *afterwards, *legacy;
    const char *message;
    ct_module *(*make)(void); /* of a macro that is to make what the constructor makes */
    ct_dict *record;   /* the tensors of the section, which all its cases share */
    char prefix[32];   /* of this case's tensors in it: "12." */
} parity_case;

typedef struct parity_cases {
    char *text;
    ct_dict *record;
    parity_case *at;
    size_t n;
} parity_cases;

static inline parity_case parity_read_case(char **rest, bool is_error)
{
    parity_case c = {.constructor = parity_field(rest), .options = "", .runs = ""};
    c.called_with = parity_field(rest);
    if (is_error) {
        c.inputs = parity_field(rest);
        c.message = parity_field(rest);
        return c;
    }
    c.options = parity_field(rest);
    c.runs = parity_field(rest);
    c.inputs = parity_field(rest);
    c.outputs = parity_field(rest);
    c.printed = parity_field(rest);
    c.afterwards = parity_field(rest);
    c.legacy = parity_field(rest);
    return c;
}

/* The cases of a section, or its error cases. */
static inline parity_cases parity_read(const char *section, bool is_error)
{
    char name[128];
    snprintf(name, sizeof name, "parity_%s.pt", section);
    parity_cases cases = {.record = ct_load(oracle_path("CTORCH_TEST_FRESH", name))};
    ck_assert_msg(cases.record != NULL, "%s", ct_error_message());
    snprintf(name, sizeof name, "parity_%s%s.txt", section, is_error ? "_errors" : "");
    cases.text = parity_text(name);
    for (const char *p = cases.text; (p = strchr(p, '\n')); p++)
        cases.n++;
    cases.at = calloc(cases.n + 1, sizeof *cases.at);
    ck_assert_ptr_nonnull(cases.at);
    char *rest = cases.text;
    for (size_t i = 0; i < cases.n; i++) {
        parity_case *c = &cases.at[i];
        *c = parity_read_case(&rest, is_error);
        c->section = section;
        c->record = cases.record;
        snprintf(c->prefix, sizeof c->prefix, "%s%zu.", is_error ? "error." : "", i);
    }
    return cases;
}

static inline void parity_free(parity_cases *cases)
{
    ct_dict_free(cases->record);
    free(cases->at);
    free(cases->text);
}

/* Whether a word is among those of a text. */
static inline bool parity_has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = text; (p = strstr(p, word)); p += n) {
        if ((p == text || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
            return true;
    }
    return false;
}

/* ---- Faults ---- */

static int parity_faults;

/* Tells of one and goes on. */
__attribute__((format(printf, 2, 3))) static inline void parity_fault(const parity_case *c, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s: %s <- %s\n    %s\n", c->section, c->constructor, c->called_with, text);
    parity_faults++;
}

/* Runs a check in a scope of its own: what fails in it is a fault of the case, and so is a handle that it leaves. */
static inline void parity_check(const parity_case *c, void (*check)(const parity_case *c))
{
    int64_t alive = ct_live_handles(NULL);
    ct_scope *scope = ct_scope_begin();
    check(c);
    if (ct_scope_catch(scope) != CT_OK)
        parity_fault(c, "%s", ct_error_message());
    ct_error_clear();
    if (ct_live_handles(NULL) != alive)
        parity_fault(c, "%d handles too many are alive", (int)(ct_live_handles(NULL) - alive));
}

/* Checks every case of a section, then fails if any had a fault. */
static inline void parity_check_all(const char *section, bool is_error, void (*check)(const parity_case *c))
{
    parity_cases cases = parity_read(section, is_error);
    parity_faults = 0;
    for (size_t i = 0; i < cases.n; i++)
        parity_check(&cases.at[i], check);
    parity_free(&cases);
    ck_assert_msg(parity_faults == 0, "%s: %d faults, told of above", section, parity_faults);
}

#endif
