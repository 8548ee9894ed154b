/* tests/container_steps.h: containers of items that can be told apart, and the changes and slices of
 * python/container_steps.py made to them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_CONTAINER_STEPS_H
#define CTORCH_TESTS_CONTAINER_STEPS_H

#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

/* ---- Items that can be told apart: number n is Linear(n, 1) ---- */

static ct_module *item(int64_t n)
{
    return ct_nn_linear(n, 1, .bias = false);
}

/* The names and items of a container, "0=3 1=5", as python/container_steps.py writes them. Read through state_dict,
 * which sees what is registered, and checked against the positions, which are called. Valid until the next call. */
static const char *items(const ct_module *container)
{
    static char text[2048];
    char *end = text;
    ct_scope *inner = ct_scope_begin();
    ct_dict *state = ct_module_state_dict(container);
    ck_assert_int_eq(ct_module_size(container), (int64_t)ct_dict_size(state));
    *end = 0;
    for (size_t i = 0; i < ct_dict_size(state); i++) {
        const char *name = ct_module_name_at(container, (int64_t)i);
        ct_tensor *weight = ct_module_parameter(ct_module_at(container, (int64_t)i), "weight");
        ck_assert(ct_tensor_data(ct_dict_at(state, i), CT_FLOAT32) == ct_tensor_data(weight, CT_FLOAT32));
        ck_assert(strncmp(ct_dict_name(state, i), name, strlen(name)) == 0);
        end += sprintf(end, "%s%s=%d", i ? " " : "", name, (int)ct_tensor_size(weight, 1));
    }
    ck_assert_ok(ct_scope_end(inner));
    return text;
}

/* Both kinds, for what is the same for both. */
static ct_module *(*const kinds[])(ct_module *const *modules, size_t n) = {ct_nn_sequential_new, ct_nn_module_list_new};

/* ---- Python's steps ---- */

/* The container that a step makes; NULL when it is no such step. */
static ct_module *take_new(ct_module *container, const char *step)
{
    int a = 0, b = 0, c = 0;
    bool is_list = strcmp(ct_module_class(container), "ModuleList") == 0;
    if (sscanf(step, "new slice %d %d %d", &a, &b, &c) == 3)
        return ct_module_slice(container, a, b, c);
    if (sscanf(step, "new take %d %d %d", &a, &b, &c) == 3)
        return ct_module_pop_slice(container, a, b, c);
    if (sscanf(step, "new plus %d %d", &a, &b) == 2)
        return ct_module_add(container, kinds[is_list](CT_MODULES(item(a), item(b))));
    if (sscanf(step, "new times %d", &a) == 1)
        return ct_module_mul(container, a);
    return NULL;
}

/* Takes a step; returns the container that the step made or changed. */
static ct_module *take(ct_module *container, const char *step)
{
    int a = 0, b = 0, c = 0;
    char name[16];
    if (strncmp(step, "new ", 4) == 0)
        return take_new(container, step);
    if (sscanf(step, "append %d", &a) == 1)
        ct_module_append(container, item(a));
    else if (sscanf(step, "extend %d %d", &a, &b) == 2)
        ct_module_extend(container, CT_MODULES(item(a), item(b)));
    else if (sscanf(step, "insert %d %d", &a, &b) == 2)
        ct_module_insert(container, a, item(b));
    else if (sscanf(step, "replace %d %d", &a, &b) == 2)
        ct_module_replace(container, a, item(b));
    else if (sscanf(step, "delete %d", &a) == 1)
        ct_module_delete(container, a);
    else if (sscanf(step, "pop %d", &a) == 1)
        ct_module_pop(container, a);
    else if (sscanf(step, "name %15s %d", name, &a) == 2)
        ct_module_set_child(container, name, item(a));
    else if (sscanf(step, "remove %d %d %d", &a, &b, &c) == 3)
        ct_module_delete_slice(container, a, b, c);
    else if (sscanf(step, "add %d %d", &a, &b) == 2)
        ct_module_add_(container, ct_nn_sequential(item(a), item(b)));
    else if (sscanf(step, "repeat %d", &a) == 1)
        ct_module_mul_(container, a);
    else
        ck_abort_msg("no such step: %s", step);
    return container;
}

/* Reads "append 3 | 0=1 1=3", takes the step and compares. */
static void check_step(ct_module *container, char *line)
{
    size_t length = strcspn(line, "|!");
    ck_assert_msg(line[length] != 0, "not a step: %s", line);
    bool fails = line[length] == '!';
    line[length - 1] = 0;
    ct_module *result = take(container, line);
    ck_assert_msg((ct_error_code() == CT_ERROR_INDEX) == fails, "%s: %s", line, ct_error_message());
    if (fails)
        ct_error_clear();
    const char *actual = items(result), *expected = line + length + 2;
    ck_assert_msg(strcmp(actual, expected) == 0, "%s: '%s' instead of '%s'", line, actual, expected);
}

START_TEST(random_changes_are_those_of_python)
{
    FILE *file = oracle_open_fresh("containers.txt");
    char line[1024];
    ct_module *container = NULL;
    int steps = 0;
    for (; oracle_line(file, line, sizeof line); steps++)
        if (strcmp(line, "Sequential") == 0)
            container = ct_nn_sequential();
        else if (strcmp(line, "ModuleList") == 0)
            container = ct_nn_module_list();
        else
            check_step(container, line);
    fclose(file);
    ck_assert_int_gt(steps, 800);
}
END_TEST

/* Reads "4 -3 9 2: 1 3": the positions that a slice of 4 modules picks. */
static void check_slice(ct_module *const containers[5], const char *line, bool keeps_names)
{
    int size, start, stop, step, offset, expected, length;
    ck_assert_int_eq(sscanf(line, "%d %d %d %d:%n", &size, &start, &stop, &step, &offset), 4);
    ct_scope *inner = ct_scope_begin();
    ct_module *slice = ct_module_slice(containers[size], start, stop, step);
    int count = 0;
    for (line += offset; sscanf(line, "%d%n", &expected, &length) == 1; line += length, count++) {
        ck_assert(ct_module_is(ct_module_at(slice, count), ct_module_at(containers[size], expected)));
        ck_assert_int_eq(atoi(ct_module_name_at(slice, count)), keeps_names ? expected : count);
    }
    ck_assert_int_eq(ct_module_size(slice), count);
    ck_assert_str_eq(ct_module_class(slice), ct_module_class(containers[size]));
    ck_assert_ok(ct_scope_end(inner));
}

START_TEST(slices_are_those_of_python)
{
    ct_module *containers[5] = {NULL};
    containers[0] = kinds[_i](CT_MODULES());
    containers[1] = kinds[_i](CT_MODULES(ct_nn_tanh()));
    containers[4] = kinds[_i](CT_MODULES(ct_nn_relu(), ct_nn_tanh(), ct_nn_sigmoid(), ct_nn_identity()));
    FILE *file = oracle_open_fresh("slices.txt");
    char line[128];
    int lines = 0;
    for (; oracle_line(file, line, sizeof line); lines++)
        check_slice(containers, line, kinds[_i] == ct_nn_sequential_new);
    fclose(file);
    ck_assert_int_gt(lines, 3000);
}
END_TEST

#endif
