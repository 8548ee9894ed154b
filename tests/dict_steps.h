/* tests/dict_steps.h: ModuleDict, ParameterList and ParameterDict of items that can be told apart, and the changes of
 * python/container_steps.py made to them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_DICT_STEPS_H
#define CTORCH_TESTS_DICT_STEPS_H

#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

/* That a change fails, and changes nothing. */
#define ASSERT_REFUSED(change, code, part, container, unchanged)                                                       \
    do {                                                                                                               \
        ck_assert_int_eq(change, code);                                                                                \
        ck_assert_error(code, part);                                                                                   \
        ck_assert_str_eq(items(container), unchanged);                                                                 \
    } while (0)

/* Takes a step of Python's; returns the container that the step made or changed. */
typedef ct_module *(*dict_take)(ct_module *container, const char *step);

/* The items as python/container_steps.py writes them: "a=3 b=5". Valid until the next call. */
typedef const char *(*dict_items)(const ct_module *container);

/* Reads "print | List(/  (0): .../)"; what is parsed of it prints the same again. */
static void check_print(const ct_module *container, const char *expected)
{
    char text[4096];
    ck_assert_uint_lt(strlen(expected), sizeof text);
    strcpy(text, expected);
    for (char *slash = text; (slash = strchr(slash, '/'));)
        *slash = '\n';
    ck_assert_str_eq(ct_module_to_string(container), text);
    ck_assert_str_eq(ct_module_to_string(container, .legacy = true), text);
    ck_assert_str_eq(ct_module_to_string(ct_nn_parse(text)), text);
}

/* Reads "append 3 | 0=1 1=3", takes the step and compares. */
static void check_dict_step(ct_module *container, char *line, dict_take take, dict_items items)
{
    size_t length = strcspn(line, "|!");
    ck_assert_msg(line[length] != 0, "not a step: %s", line);
    bool fails = line[length] == '!';
    const char *expected = line + length + 2;
    line[length - 1] = 0;
    ct_scope *inner = ct_scope_begin();
    if (strcmp(line, "print") == 0) {
        check_print(container, expected);
    } else {
        ct_module *result = take(container, line);
        bool failed = ct_error_code() == CT_ERROR_INDEX || ct_error_code() == CT_ERROR_KEY;
        ck_assert_msg(failed == fails, "%s: %s", line, ct_error_message());
        if (fails)
            ct_error_clear();
        const char *actual = items(result ? result : container);
        ck_assert_msg(strcmp(actual, expected) == 0, "%s: '%s' instead of '%s'", line, actual, expected);
    }
    ck_assert_ok(ct_scope_end(inner));
}

/* Takes those of Python's steps that are for a class. */
static void check_dict_steps(const char *class, dict_take take, dict_items items)
{
    FILE *file = oracle_open_fresh("dicts.txt");
    char line[4096], call[32];
    ct_module *container = NULL;
    int steps = 0;
    snprintf(call, sizeof call, "%s()", class);
    while (oracle_line(file, line, sizeof line))
        if (strchr(line, ' ') == NULL)
            container = strcmp(line, class) == 0 ? ct_nn_create(call) : NULL;
        else if (container)
            check_dict_step(container, line, take, items), steps++;
    fclose(file);
    ck_assert_int_gt(steps, 400);
}

/* That every name which Python's own attributes take is refused. */
static void check_attributes(const char *class, ct_status (*put)(ct_module *container, const char *name))
{
    FILE *file = oracle_open_fresh("container_attributes.txt");
    char line[128];
    int names = 0;
    size_t length = strlen(class);
    ct_scope *inner = ct_scope_begin();
    snprintf(line, sizeof line, "%s()", class);
    ct_module *container = ct_nn_create(line);
    while (oracle_line(file, line, sizeof line)) {
        if (strncmp(line, class, length) != 0 || line[length] != ' ')
            continue;
        ck_assert_msg(put(container, line + length + 1) == CT_ERROR_KEY, "%s was taken", line);
        ck_assert_error(CT_ERROR_KEY, "already exists");
        names++;
    }
    ck_assert_ok(ct_scope_end(inner));
    fclose(file);
    ck_assert_int_gt(names, 80);
}

#endif
