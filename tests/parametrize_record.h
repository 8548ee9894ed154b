/* tests/parametrize_record.h: what Python recorded of parametrized and fused layers (python/parametrize_cases.py), and the
 * scope that each test runs in.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_PARAMETRIZE_RECORD_H
#define CTORCH_TESTS_PARAMETRIZE_RECORD_H

#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

enum { SEED = 41 };

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

typedef struct expected {
    char layer[256], second[256]; /* as text */
    char keys[1024], print[1024]; /* keys each with a newline */
    char left[256], left_print[256];
} expected;

static void add_line(char *text, size_t size, const char *line, bool ends)
{
    size_t length = strlen(text);
    ck_assert(strlen(line) + length + 2 < size);
    snprintf(text + length, size - length, "%s%s%s", !ends && length ? "\n" : "", line, ends ? "\n" : "");
}

static void take_line(expected *e, const char *line)
{
    if (strncmp(line, "key ", 4) == 0)
        add_line(e->keys, sizeof e->keys, line + 4, true);
    else if (strncmp(line, "print ", 6) == 0)
        add_line(e->print, sizeof e->print, line + 6, false);
    else if (strncmp(line, "left ", 5) == 0)
        add_line(e->left, sizeof e->left, line + 5, true);
    else if (strncmp(line, "left_print ", 11) == 0)
        add_line(e->left_print, sizeof e->left_print, line + 11, false);
    else
        add_line(e->layer[0] ? e->second : e->layer, sizeof e->layer, line, false);
}

static expected expected_of(const char *name)
{
    expected e = {.layer = ""};
    char line[512], title[130];
    snprintf(title, sizeof title, "# %.127s", name);
    FILE *file = oracle_open_fresh("parametrize.txt");
    while (oracle_line(file, line, sizeof line) && strcmp(line, title) != 0)
        ;
    while (oracle_line(file, line, sizeof line) && line[0] != '#')
        take_line(&e, line);
    fclose(file);
    ck_assert_msg(e.layer[0] != 0, "parametrize.txt has no %s", name);
    return e;
}

static ct_tensor *recorded(const ct_dict *record, const char *name, const char *what)
{
    char key[256];
    snprintf(key, sizeof key, "%s/%s", name, what);
    return ct_dict_get(record, key);
}

static void assert_close(const ct_tensor *actual, const ct_tensor *wanted, const char *what)
{
    ck_assert_msg(ct_allclose(actual, wanted, .rtol = 1e-12, .atol = 1e-12), "%s: %s\ninstead of %s", what,
                  ct_tensor_to_string(actual), ct_tensor_to_string(wanted));
}

#endif
