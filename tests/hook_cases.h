/* tests/hook_cases.h: the cases of python/hook_cases.py, whose lines these functions write too.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_HOOK_CASES_H
#define CTORCH_TESTS_HOOK_CASES_H

#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <stdarg.h>

/* ---- The log ---- */

static char hook_log[16384];

static __attribute__((format(printf, 1, 2))) void say(const char *format, ...)
{
    va_list arguments;
    size_t size = strlen(hook_log);
    va_start(arguments, format);
    vsnprintf(hook_log + size, sizeof hook_log - size, format, arguments);
    va_end(arguments);
}

static void say_tensors(ct_tensor *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double values[16];
        size_t count = list[i] ? (size_t)ct_tensor_numel(list[i]) : 0;
        say(list[i] ? " [" : " None");
        if (list[i])
            ck_assert_ok(ct_tensor_copy_out(list[i], values, count, CT_FLOAT64));
        for (size_t j = 0; j < count; j++)
            say("%s%.6g", j ? " " : "", values[j]);
        say(list[i] ? "]" : "");
    }
}

static void say_grad(const char *name, const ct_tensor *tensor)
{
    say("grad %s:", name);
    say_tensors((ct_tensor *[]){ct_tensor_grad(tensor)}, 1);
    say("\n");
}

/* ---- Hooks that write it; one with a factor scales what it may change ---- */

typedef struct tag {
    const char *name;
    double factor;
} tag;

/* Valid until the program ends, as the hooks may be. */
static tag *tagged(const char *name, double factor)
{
    static tag tags[256];
    static char names[256][64];
    static size_t count;
    size_t i = count++ % COUNT(tags);
    snprintf(names[i], sizeof names[i], "%s", name);
    tags[i] = (tag){names[i], factor};
    return &tags[i];
}

static void scale(ct_tensor **list, size_t n, double factor)
{
    for (size_t i = 0; i < n && factor != 0; i++)
        list[i] = ct_mul_scalar(list[i], factor);
}

static void pre(ct_module *module, ct_tensor **inputs, size_t n, void *user)
{
    const tag *t = user;
    say("pre %s %s:", t->name, ct_module_class(module));
    say_tensors(inputs, n);
    say("\n");
    scale(inputs, n, t->factor);
}

static void forward(ct_module *module, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m, void *user)
{
    const tag *t = user;
    say("forward %s %s:", t->name, ct_module_class(module));
    say_tensors(inputs, n);
    say(" ->");
    say_tensors(outputs, m);
    say("\n");
    scale(outputs, m, t->factor);
}

static void backward_before(ct_module *module, ct_tensor **grad_outputs, size_t m, void *user)
{
    say("backward_");
    pre(module, grad_outputs, m, user);
}

static void backward(ct_module *module, ct_tensor **grad_inputs, size_t n, ct_tensor *const *grad_outputs, size_t m,
                     void *user)
{
    const tag *t = user;
    say("backward %s %s:", t->name, ct_module_class(module));
    say_tensors(grad_inputs, n);
    say(" <-");
    say_tensors(grad_outputs, m);
    say("\n");
    scale(grad_inputs, n, t->factor);
}

static ct_tensor *of_tensor(ct_tensor *grad, void *user)
{
    const tag *t = user;
    say("tensor %s:", t->name);
    say_tensors(&grad, 1);
    say("\n");
    return t->factor != 0 ? ct_mul_scalar(grad, t->factor) : NULL;
}

static void watch(ct_module *module, const char *name)
{
    ct_module_register_forward_pre_hook(module, pre, tagged(name, 0), NULL);
    ct_module_register_forward_hook(module, forward, tagged(name, 0), NULL);
    ct_module_register_full_backward_hook(module, backward, tagged(name, 0), NULL);
}

/* ---- Nets ---- */

static ct_module *linear(int64_t inputs, int64_t outputs)
{
    ct_module *module = ct_nn_linear(inputs, outputs, .dtype = CT_FLOAT64);
    double *weight = ct_tensor_data(ct_module_parameter(module, "weight"), CT_FLOAT64);
    double *bias = ct_tensor_data(ct_module_parameter(module, "bias"), CT_FLOAT64);
    for (int64_t i = 0; i < inputs * outputs; i++)
        weight[i] = 1 + (double)i / 4;
    for (int64_t i = 0; i < outputs; i++)
        bias[i] = -2 - (double)i / 4;
    return module;
}

static ct_tensor *leaf(double a, double b)
{
    ct_tensor *x = ct_tensor_new((double[]){a, b}, CT_DIMS(1, 2), CT_FLOAT64);
    ck_assert_ok(ct_requires_grad_(x, true));
    return x;
}

static size_t two(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)self, (void)n, (void)user;
    outputs[0] = ct_mul_scalar(inputs[0], 2);
    outputs[1] = ct_mul(inputs[0], inputs[1]);
    outputs[2] = ct_mul_scalar(inputs[1], 3);
    return 3;
}

static void backward_through(ct_module *net, ct_tensor *x)
{
    ck_assert_ok(ct_backward(ct_sum(ct_module_forward(net, x))));
}

/* ---- Cases ---- */

static void case_order(void)
{
    ct_module *net = linear(2, 2);
    ct_tensor *x = leaf(1, -2);
    watch(net, "A");
    watch(net, "B");
    backward_through(net, x);
    say_grad("x", x);
    say_grad("weight", ct_module_parameter(net, "weight"));
}

static void case_prepend(void)
{
    ct_module *net = linear(2, 2);
    watch(net, "A");
    ct_module_register_forward_pre_hook(net, pre, tagged("B", 0), NULL, .prepend = true);
    ct_module_register_forward_hook(net, forward, tagged("B", 0), NULL, .prepend = true);
    ct_module_register_full_backward_hook(net, backward, tagged("B", 0), NULL, .prepend = true);
    backward_through(net, leaf(1, -2));
}

static void case_changes(void)
{
    ct_module *net = linear(2, 2);
    ct_tensor *x = leaf(1, -2);
    ct_module_register_forward_pre_hook(net, pre, tagged("A", 2), NULL);
    ct_module_register_forward_pre_hook(net, pre, tagged("B", -1), NULL);
    ct_module_register_forward_hook(net, forward, tagged("A", 3), NULL);
    ct_module_register_forward_hook(net, forward, tagged("B", 0), NULL);
    ct_module_register_full_backward_hook(net, backward, tagged("A", 10), NULL);
    ct_module_register_full_backward_hook(net, backward, tagged("B", 0), NULL);
    backward_through(net, x);
    say_grad("x", x);
    say_grad("weight", ct_module_parameter(net, "weight"));
}

static void case_backward_pre(void)
{
    ct_module *net = linear(2, 2);
    ct_tensor *x = leaf(1, -2);
    ct_module_register_full_backward_pre_hook(net, backward_before, tagged("A", 10), NULL);
    ct_module_register_full_backward_pre_hook(net, backward_before, tagged("B", 0), NULL);
    ct_module_register_full_backward_hook(net, backward, tagged("A", 0), NULL);
    backward_through(net, x);
    say_grad("x", x);
    say_grad("weight", ct_module_parameter(net, "weight"));
}

static void watch_all(const char *path, ct_module *module, void *user)
{
    (void)user;
    watch(module, *path ? path : "net");
}

static void case_nested(void)
{
    ct_module *inner = ct_nn_sequential(ct_nn_leaky_relu(.negative_slope = 0.5), linear(3, 2));
    ct_module *net = ct_nn_sequential(linear(2, 3), inner, linear(2, 1));
    ct_tensor *x = leaf(1, -2);
    ck_assert_ok(ct_module_named_modules(net, watch_all, NULL));
    backward_through(net, x);
    say_grad("x", x);
    say_grad("weight", ct_module_parameter(inner, "1.weight"));
}

static void once(ct_module *module, ct_tensor **inputs, size_t n, void *user)
{
    (void)module, (void)inputs, (void)n;
    say("once\n");
    ck_assert_ok(ct_hook_remove(*(ct_hook **)user));
}

static void case_removal(void)
{
    ct_module *net = linear(2, 2);
    ct_tensor *x = leaf(1, -2);
    ct_hook *hooks[] = {ct_module_register_forward_pre_hook(net, pre, tagged("A", 0), NULL),
                        ct_module_register_forward_hook(net, forward, tagged("B", 0), NULL),
                        ct_module_register_full_backward_hook(net, backward, tagged("C", 0), NULL)};
    ct_hook *hook = ct_module_register_forward_pre_hook(net, once, &hook, NULL);
    ct_tensor *y = ct_module_forward(net, x);
    for (size_t i = 0; i < COUNT(hooks); i++)
        ck_assert_ok(ct_hook_remove(hooks[i]));
    backward_through(net, x);
    ck_assert_ok(ct_backward(ct_sum(y)));
    ct_module_forward(net, x);
    say_grad("x", x);
}

static void case_constant_input(void)
{
    ct_module *net = linear(2, 2);
    watch(net, "A");
    backward_through(net, ct_detach(leaf(1, -2)));
    say_grad("weight", ct_module_parameter(net, "weight"));
}

static void case_twice(void)
{
    ct_module *net = linear(2, 2);
    ct_tensor *x = leaf(1, -2);
    watch(net, "A");
    backward_through(net, ct_module_forward(net, x));
    say_grad("x", x);
}

static void case_several(void)
{
    ct_module *net = ct_nn_module("Two", .call = two);
    ct_tensor *a = leaf(1, -2), *b = leaf(3, 5), *product;
    watch(net, "A");
    ck_assert_ok(ct_module_call(net, CT_TENSORS(a, b), CT_OUTPUTS(NULL, &product, NULL)));
    ck_assert_ok(ct_backward(ct_sum(product)));
    say_grad("a", a);
    say_grad("b", b);
}

static void case_one_constant(void)
{
    ct_module *net = ct_nn_module("Two", .call = two);
    ct_tensor *a = leaf(1, -2), *b = ct_detach(leaf(3, 5)), *x, *y, *z;
    watch(net, "A");
    ck_assert_ok(ct_module_call(net, CT_TENSORS(a, b), CT_OUTPUTS(&x, &y, &z)));
    ck_assert_ok(ct_backward(ct_sum(ct_add(ct_add(x, y), z))));
    say_grad("a", a);
}

static void case_retained(void)
{
    ct_module *net = linear(2, 2);
    ct_tensor *x = leaf(1, -2);
    watch(net, "A");
    ct_tensor *y = ct_sum(ct_module_forward(net, x));
    ck_assert_ok(ct_backward(y, .retain_graph = true));
    ck_assert_ok(ct_backward(y));
    say_grad("x", x);
}

static void case_no_grad(void)
{
    ct_module *net = linear(2, 2);
    ct_tensor *x = leaf(1, -2);
    watch(net, "A");
    ct_set_grad_enabled(false);
    ct_module_forward(net, x);
    ct_set_grad_enabled(true);
}

static void case_clone(void)
{
    ct_module *net = linear(2, 2);
    ct_hook *hook = ct_module_register_forward_hook(net, forward, tagged("A", 0), NULL);
    ct_module *twin = ct_module_clone(net);
    ck_assert_ok(ct_hook_remove(hook));
    ct_module_forward(net, leaf(1, -2));
    ct_module_forward(twin, leaf(1, -2));
}

static void case_tensors(void)
{
    ct_tensor *x = leaf(1, -2), *y = ct_mul(x, x);
    ct_tensor_register_hook(x, of_tensor, tagged("x1", 2), NULL);
    ct_hook *hook = ct_tensor_register_hook(x, of_tensor, tagged("removed", 0), NULL);
    ct_tensor_register_hook(x, of_tensor, tagged("x2", 0), NULL);
    ct_tensor_register_hook(y, of_tensor, tagged("y", 0), NULL);
    ck_assert_ok(ct_hook_remove(hook));
    ck_assert_ok(ct_backward(ct_sum(y)));
    say_grad("x", x);
}

static void case_in_place(void)
{
    ct_tensor *y = ct_mul_scalar(leaf(1, -2), 2);
    ct_tensor_register_hook(y, of_tensor, tagged("before", 0), NULL);
    ck_assert_ok(ct_mul_scalar_(y, 3));
    ct_tensor_register_hook(y, of_tensor, tagged("after", 10), NULL);
    ck_assert_ok(ct_backward(ct_sum(y)));
}

static void say_called(ct_module *module, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t m, void *user)
{
    (void)module, (void)inputs, (void)n, (void)outputs, (void)m;
    say("called %s\n", ((const tag *)user)->name);
}

static void watch_calls(const char *path, ct_module *module, void *user)
{
    (void)user;
    ct_module_register_forward_hook(module, say_called, tagged(*path ? path : "net", 0), NULL);
}

static void case_parts(void)
{
    ct_module *net = ct_nn_transformer(.d_model = 4, .nhead = 2, .num_encoder_layers = 1, .num_decoder_layers = 1,
                                       .dim_feedforward = 8, .dropout = 0, .batch_first = true);
    ct_tensor *source = ct_ones(CT_DIMS(1, 3, 4), CT_FLOAT32), *target = ct_ones(CT_DIMS(1, 2, 4), CT_FLOAT32), *y;
    ck_assert_ok(ct_module_named_modules(net, watch_calls, NULL));
    ck_assert_ok(ct_module_call(net, CT_TENSORS(source, target), CT_OUTPUTS(&y)));
}

/* ---- All of them ---- */

static const struct {
    const char *name;
    void (*run)(void);
} hook_cases[] = {
    {"order", case_order},
    {"prepend", case_prepend},
    {"changes", case_changes},
    {"backward_pre", case_backward_pre},
    {"nested", case_nested},
    {"removal", case_removal},
    {"constant_input", case_constant_input},
    {"twice", case_twice},
    {"several", case_several},
    {"one_constant", case_one_constant},
    {"retained", case_retained},
    {"no_grad", case_no_grad},
    {"clone", case_clone},
    {"tensors", case_tensors},
    {"in_place", case_in_place},
    {"parts", case_parts},
};

/* Runs the case of that name; returns the first line that it wrote. */
static const char *run_hook_case(const char *name)
{
    size_t i = 0;
    while (i < COUNT(hook_cases) && strcmp(hook_cases[i].name, name) != 0)
        i++;
    ck_assert_msg(i < COUNT(hook_cases), "no case %s", name);
    hook_log[0] = 0;
    hook_cases[i].run();
    return hook_log;
}

START_TEST(hooks_run_as_in_python)
{
    FILE *file = oracle_open_fresh("hooks.txt");
    char line[512], name[64] = "";
    const char *actual = "";
    int cases = 0;
    while (oracle_line(file, line, sizeof line)) {
        if (strncmp(line, "# ", 2) == 0) {
            ck_assert_msg(*actual == 0, "%s goes on: %s", name, actual);
            snprintf(name, sizeof name, "%.63s", line + 2);
            actual = run_hook_case(name);
            cases++;
            continue;
        }
        size_t length = strcspn(actual, "\n");
        ck_assert_msg(length == strlen(line) && strncmp(actual, line, length) == 0, "%s: '%.*s' instead of '%s'", name,
                      (int)length, actual, line);
        actual += length + 1;
    }
    ck_assert_msg(*actual == 0, "%s goes on: %s", name, actual);
    fclose(file);
    ck_assert_int_ge(cases, 13);
}
END_TEST

#endif
