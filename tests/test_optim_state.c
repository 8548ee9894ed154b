/* test_optim_state.c: include/ctorch/optim_state.h: states of Python's optimizers of every release
 * (python/optim_state.py), and ours for Python.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>
#include <unistd.h>

/* ---- The cases of python/optim_steps.py ---- */

static ct_optimizer *sgd(const ct_dict *p)
{
    return ct_optim_sgd(p, .lr = 1e-3);
}

static ct_optimizer *sgd_all(const ct_dict *p)
{
    return ct_optim_sgd(p, .lr = 0.05, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true);
}

static ct_optimizer *sgd_dampening(const ct_dict *p)
{
    return ct_optim_sgd(p, .lr = 0.05, .momentum = 0.5, .dampening = 0.25);
}

static ct_optimizer *adam(const ct_dict *p)
{
    return ct_optim_adam(p);
}

static ct_optimizer *adam_all(const ct_dict *p)
{
    return ct_optim_adam(p, .lr = 0.1, .betas = {0.8, 0.9}, .eps = 1e-6, .weight_decay = 0.1, .amsgrad = true);
}

static ct_optimizer *adamw(const ct_dict *p)
{
    return ct_optim_adamw(p);
}

static ct_optimizer *adamw_all(const ct_dict *p)
{
    return ct_optim_adamw(p, .lr = 0.1, .betas = {0.8, 0.9}, .eps = 1e-6, .weight_decay = 0.1, .amsgrad = true);
}

static ct_optimizer *rmsprop(const ct_dict *p)
{
    return ct_optim_rmsprop(p);
}

static ct_optimizer *rmsprop_all(const ct_dict *p)
{
    return ct_optim_rmsprop(p, .lr = 0.02, .alpha = 0.9, .eps = 1e-6, .weight_decay = 0.1, .momentum = 0.5,
                            .centered = true);
}

static ct_optimizer *adagrad(const ct_dict *p)
{
    return ct_optim_adagrad(p);
}

static ct_optimizer *adagrad_all(const ct_dict *p)
{
    return ct_optim_adagrad(p, .lr = 0.1, .lr_decay = 0.1, .weight_decay = 0.1, .initial_accumulator_value = 0.5,
                            .eps = 1e-6);
}

static ct_optimizer *lbfgs(const ct_dict *p)
{
    return ct_optim_lbfgs(p);
}

static ct_optimizer *lbfgs_all(const ct_dict *p)
{
    return ct_optim_lbfgs(p, .lr = 0.5, .max_iter = 4, .max_eval = 7, .tolerance_grad = 1e-9, .tolerance_change = 1e-12,
                          .history_size = 3, .line_search_fn = "strong_wolfe");
}

/* Each with another of its class, whose options differ in everything: what is loaded must bring them. */
static const struct {
    const char *name;
    ct_optimizer *(*make)(const ct_dict *params), *(*other)(const ct_dict *params);
} cases[] = {{"sgd", sgd, sgd_all},
             {"sgd.all", sgd_all, sgd},
             {"sgd.dampening", sgd_dampening, sgd_all},
             {"adam", adam, adam_all},
             {"adam.all", adam_all, adam},
             {"adamw", adamw, adamw_all},
             {"adamw.all", adamw_all, adamw},
             {"rmsprop", rmsprop, rmsprop_all},
             {"rmsprop.all", rmsprop_all, rmsprop},
             {"adagrad", adagrad, adagrad_all},
             {"adagrad.all", adagrad_all, adagrad},
             {"lbfgs", lbfgs, lbfgs_all},
             {"lbfgs.all", lbfgs_all, lbfgs}};

enum { SAVED = 3, ALL = 5 };

typedef struct problem {
    ct_tensor *w, *x;
    ct_optimizer *optimizer;
} problem;

static problem problem_of(ct_optimizer *(*make)(const ct_dict *params), const ct_tensor *w)
{
    problem p = {.x = ct_arange(1, 4, 1, CT_FLOAT64)};
    p.w = w ? ct_clone(w) : ct_div_scalar(ct_reshape(ct_arange(0, 6, 1, CT_FLOAT64), CT_DIMS(2, 3)), 4);
    ct_requires_grad_(p.w, true);
    ct_dict *params = ct_dict_new();
    ct_dict_set(params, "w", p.w);
    p.optimizer = make(params);
    return p;
}

static ct_tensor *loss_of(void *user)
{
    problem *p = user;
    ct_optimizer_zero_grad(p->optimizer);
    ct_tensor *error = ct_sub_scalar(ct_mul(p->w, p->x), 1);
    ct_tensor *loss = ct_sum(ct_mul(error, error));
    ct_backward(loss);
    return loss;
}

static void step(problem *p, int times)
{
    for (int i = 0; i < times; i++)
        ck_assert_msg(ct_optimizer_step_closure(p->optimizer, loss_of, p) != NULL, "%s", ct_error_message());
}

/* ---- From Python ---- */

static void go_on_from(const char *path)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = ct_archive_open(path);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char key[32];
        snprintf(key, sizeof key, "[\"%s\"]", cases[i].name);
        ct_value saved = ct_archive_get(archive, key);
        problem p = problem_of(cases[i].other, ct_value_to_tensor(ct_value_get(saved, "w")));
        ck_assert_ok(ct_optimizer_load_state_dict(p.optimizer, ct_value_get(saved, "optimizer")));
        step(&p, ALL - SAVED);
        ct_tensor *end = ct_value_to_tensor(ct_value_get(saved, "end"));
        ck_assert_msg(ct_allclose(p.w, end, .rtol = 0, .atol = 1e-12), "%s: %s", path, cases[i].name);
    }
    ck_assert_ok(ct_scope_end(scope));
}

START_TEST(states_of_python_1_13_go_on)
{
    go_on_from(oracle_path("CTORCH_TEST_DATA", "golden/optim_state_1.13.pt"));
}
END_TEST

START_TEST(states_of_python_2_6_go_on)
{
    go_on_from(oracle_path("CTORCH_TEST_DATA", "golden/optim_state_2.6.pt"));
}
END_TEST

START_TEST(states_of_python_2_14_go_on)
{
    go_on_from(oracle_path("CTORCH_TEST_DATA", "golden/optim_state_2.14.pt"));
}
END_TEST

START_TEST(states_of_the_python_at_hand_go_on)
{
    go_on_from(oracle_path("CTORCH_TEST_FRESH", "optim_state.pt"));
}
END_TEST

/* ---- To Python, and to ourselves ---- */

START_TEST(python_goes_on_from_our_states)
{
    ct_scope *scope = ct_scope_begin();
    ct_value saved[COUNT(cases)];
    for (size_t i = 0; i < COUNT(cases); i++) {
        problem p = problem_of(cases[i].make, NULL);
        step(&p, SAVED);
        ct_value *parts = calloc(2, sizeof *parts);
        ct_scope_defer(free, parts);
        parts[0] = ct_arg("w", ct_detach(p.w));
        parts[1] = ct_arg("optimizer", ct_optimizer_state_dict(p.optimizer));
        saved[i] = ct_value_named(cases[i].name, ct_value_dict(parts, 2));
    }
    char path[64], command[1200];
    snprintf(path, sizeof path, "/tmp/ctorch-optim-%d.pt", (int)getpid());
    ck_assert_ok(ct_save(path, ct_value_dict(saved, COUNT(cases))));
    snprintf(command, sizeof command, "'%s' '%s' check %s", getenv("CTORCH_PYTHON"),
             oracle_path("CTORCH_TEST_DATA", "python/optim_state.py"), path);
    ck_assert_int_eq(system(command), 0);
    remove(path);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(another_optimizer_goes_on_bit_for_bit)
{
    ct_scope *scope = ct_scope_begin();
    for (size_t i = 0; i < COUNT(cases); i++) {
        problem straight = problem_of(cases[i].make, NULL);
        step(&straight, SAVED);
        problem resumed = problem_of(cases[i].other, ct_detach(straight.w));
        ck_assert_ok(ct_optimizer_load_state_dict(resumed.optimizer, ct_optimizer_state_dict(straight.optimizer)));
        step(&straight, ALL - SAVED);
        step(&resumed, ALL - SAVED);
        ck_assert_msg(ct_equal(straight.w, resumed.w), "%s", cases[i].name);
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_state_lists_what_python_lists)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_sequential(ct_nn_linear(2, 1), ct_nn_linear(1, 1, .bias = false));
    ct_optimizer *optimizer = ct_optim_adam(ct_module_parameters(ct_module_at(net, 0)), .lr = 0.5);
    ct_optimizer_add_group(optimizer, ct_module_parameters(ct_module_at(net, 1)));
    ck_assert_uint_eq(ct_value_size(ct_value_get(ct_optimizer_state_dict(optimizer), "state")), 0);
    ct_backward(ct_sum(ct_module_forward(net, ct_ones(CT_DIMS(3, 2), CT_FLOAT32))));
    ct_optimizer_step(optimizer);
    ct_value state = ct_optimizer_state_dict(optimizer);
    ck_assert_double_eq(ct_value_to_double(ct_value_get(state, "param_groups[1].lr")), 0.5);
    ck_assert_str_eq(ct_value_to_string(ct_value_get(state, "param_groups[0].params")), "[0, 1]");
    ck_assert_str_eq(ct_value_to_string(ct_value_get(state, "param_groups[1].params")), "[2]");
    ck_assert_str_eq(ct_value_to_string(ct_value_get(state, "param_groups[0].betas")), "(0.9, 0.999)");
    ck_assert_str_eq(ct_value_to_string(ct_value_get(state, "state[2]")),
                     "{'step': Tensor(torch.float32, ()), 'exp_avg': Tensor(torch.float32, (1, 1)), "
                     "'exp_avg_sq': Tensor(torch.float32, (1, 1))}");
    ck_assert_int_eq(ct_value_to_int(ct_value_get(state, "state[0].step")), 1);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- A training that stops and goes on ---- */

typedef struct training {
    ct_module *net;
    ct_optimizer *optimizer;
} training;

static training training_of(const char *kind)
{
    training t;
    t.net = ct_nn_sequential(ct_nn_linear(4, 8, .bias = false, .dtype = CT_FLOAT64),
                             ct_nn_batch_norm1d(8, .dtype = CT_FLOAT64), ct_nn_tanh(), ct_nn_dropout(.p = 0.3),
                             ct_nn_linear(8, 1, .dtype = CT_FLOAT64));
    ct_dict *params = ct_module_parameters(t.net);
    t.optimizer = strcmp(kind, "sgd") == 0 ? ct_optim_sgd(params, .lr = 1e-3, .momentum = 0.9)
                                           : ct_optim_adam(params, .lr = 0.01);
    return t;
}

enum { HALF = 4, END = 8 };

static void train(training *t, int64_t from, int64_t to)
{
    ct_tensor *x = ct_reshape(ct_sin(ct_arange(0, 128, 1, CT_FLOAT64)), CT_DIMS(32, 4));
    for (; from < to; from++) {
        ct_optimizer_zero_grad(t->optimizer);
        ct_tensor *y = ct_module_forward(t->net, x);
        ct_tensor *error = ct_sub(ct_mul(y, y), ct_at(x, ":, :1"));
        ct_backward(ct_sum(ct_mul(error, error)));
        ct_optimizer_step(t->optimizer);
    }
}

/* In a process of its own, which main begins: what it reaches from a checkpoint is END's, bit for bit. */
static int resume(const char *kind, const char *path, const char *end)
{
    ct_scope *scope = ct_scope_begin();
    ct_manual_seed(99);
    training t = training_of(kind);
    ct_archive *saved = ct_archive_open(path);
    ct_module_load_state_dict(t.net, ct_archive_state_dict(saved, "model"));
    ct_optimizer_load_state_dict(t.optimizer, ct_archive_get(saved, "optimizer"));
    ct_generator_set_state(ct_default_generator(), ct_value_to_tensor(ct_archive_get(saved, "rng")));
    train(&t, ct_value_to_int(ct_archive_get(saved, "epoch")), END);
    ct_dict *expected = ct_load(end), *state = ct_module_state_dict(t.net);
    bool equal = ct_dict_size(expected) == 8;
    for (size_t i = 0; i < ct_dict_size(expected); i++)
        equal &= ct_equal(ct_dict_get(state, ct_dict_name(expected, i)), ct_dict_at(expected, i));
    ct_status status = ct_scope_end(scope);
    fprintf(stderr, "%s", ct_error_message());
    return status == CT_OK && equal ? 0 : 1;
}

static void stop_and_go_on(const char *kind)
{
    ct_scope *scope = ct_scope_begin();
    char path[64], end[64], command[1400];
    snprintf(path, sizeof path, "/tmp/ctorch-half-%d.pt", (int)getpid());
    snprintf(end, sizeof end, "/tmp/ctorch-end-%d.pt", (int)getpid());
    ct_manual_seed(3);
    training t = training_of(kind);
    train(&t, 0, HALF);
    ck_assert_ok(ct_save(
        path, ct_value_dict(CT_ARGS(ct_arg("model", ct_module_state_dict(t.net)),
                                    ct_arg("optimizer", ct_optimizer_state_dict(t.optimizer)), ct_arg("epoch", HALF),
                                    ct_arg("rng", ct_generator_get_state(ct_default_generator()))))));
    train(&t, HALF, END);
    ck_assert_ok(ct_save(end, ct_module_state_dict(t.net)));
    char self[512] = "";
    ck_assert_int_gt(readlink("/proc/self/exe", self, sizeof self - 1), 0);
    snprintf(command, sizeof command, "'%s' resume %s %s %s", self, kind, path, end);
    ck_assert_int_eq(system(command), 0);
    snprintf(command, sizeof command, "'%s' '%s' resume %s %s %s", getenv("CTORCH_PYTHON"),
             oracle_path("CTORCH_TEST_DATA", "python/optim_state.py"), kind, path, end);
    ck_assert_int_eq(system(command), 0);
    remove(path);
    remove(end);
    ck_assert_ok(ct_scope_end(scope));
}

START_TEST(training_with_momentum_resumes_bit_for_bit)
{
    stop_and_go_on("sgd");
}
END_TEST

START_TEST(training_with_adam_resumes_bit_for_bit)
{
    stop_and_go_on("adam");
}
END_TEST

/* ---- What others put into a group ---- */

/* A scheduler's initial_lr, for example. Python keeps what it loads, and so do we. */
START_TEST(what_an_optimizer_does_not_know_stays_in_its_group)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *w = ct_ones(CT_DIMS(2), CT_FLOAT32), *mask = ct_zeros(CT_DIMS(3), CT_FLOAT32);
    ct_requires_grad_(w, true);
    ct_dict *parameters = ct_dict_new();
    ct_dict_set(parameters, "w", w);
    ct_optimizer *optimizer = ct_optim_sgd(parameters, .lr = 0.5);
    ct_value plain = ct_optimizer_state_dict(optimizer), group = ct_value_get(plain, "param_groups[0]");
    ct_value keys[32];
    ck_assert_uint_lt(group.n + 2, COUNT(keys));
    memcpy(keys, group.as.values, group.n * sizeof *keys);
    keys[group.n] = ct_arg("initial_lr", 0.125);
    keys[group.n + 1] = ct_arg("notes", ct_value_list(CT_ARGS("head", mask)));
    ct_value groups[] = {ct_value_dict(keys, group.n + 2)};
    ct_value more = ct_value_dict(CT_ARGS(ct_arg("state", ct_value_get(plain, "state")),
                                          ct_arg("param_groups", ct_value_list(groups, 1))));
    for (int times = 0; times < 2; times++) {
        ck_assert_ok(ct_optimizer_load_state_dict(optimizer, more));
        more = ct_optimizer_state_dict(optimizer);
    }
    ct_fill_scalar_(mask, 7);
    ck_assert_double_eq(ct_value_to_double(ct_value_get(more, "param_groups[0].initial_lr")), 0.125);
    ck_assert_str_eq(ct_value_text(ct_value_get(more, "param_groups[0].notes[0]")), "head");
    ck_assert_floats(ct_value_to_tensor(ct_value_get(more, "param_groups[0].notes[1]")), 0, 0, 0);
    const char *text = ct_value_to_string(more);
    ck_assert_msg(strstr(text, "'initial_lr': 0.125, 'notes': ['head', Tensor(torch.float32, (3,))], 'params': [0]}"),
                  "%s", text);
    ck_assert_ok(ct_optimizer_step(optimizer));
    ck_assert_ok(ct_optimizer_load_state_dict(optimizer, plain));
    ck_assert(!ct_value_has(ct_optimizer_state_dict(optimizer), "param_groups[0].notes"));
    ct_optimizer_free(optimizer);
    ck_assert_str_eq(ct_value_text(ct_value_get(more, "param_groups[0].notes[0]")), "head"); /* the scope's */
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- What does not fit ---- */

static ct_value without(ct_value dict, const char *key, ct_value *parts)
{
    size_t n = 0;
    for (size_t i = 0; i < dict.n; i++)
        if (strcmp(dict.as.values[i].name, key) != 0)
            parts[n++] = dict.as.values[i];
    return ct_value_dict(parts, n);
}

START_TEST(a_state_that_does_not_fit_changes_nothing)
{
    ct_scope *scope = ct_scope_begin();
    problem p = problem_of(adam, NULL);
    step(&p, 1);
    ct_value good = ct_optimizer_state_dict(p.optimizer);
    ct_value group = ct_value_get(good, "param_groups[0]"), entry = ct_value_get(good, "state[0]");
    ct_value small = ct_value_tensor(ct_zeros(CT_DIMS(2), CT_FLOAT64)), one = ct_value_int(1), parts[40];

#define GROUPS(...) ct_arg("param_groups", ct_value_list(CT_ARGS(__VA_ARGS__)))
#define GROUP(...) GROUPS(ct_value_dict(CT_ARGS(__VA_ARGS__)))
#define PARAMS(...) ct_arg("params", ct_value_list(CT_ARGS(__VA_ARGS__)))
#define NO_STATE ct_arg("state", ct_value_dict(NULL, 0))
#define STATE(entry) ct_arg("state", ct_value_dict(((const ct_value[]){entry, ct_value_int(0)}), 1))
    const struct {
        ct_value state;
        ct_status code;
        const char *part;
    } wrong[] = {
        {one, CT_ERROR_TYPE, "the state_dict is 1 (int); expected a dict"},
        {ct_value_dict(CT_ARGS(NO_STATE)), CT_ERROR_KEY, "has no 'param_groups'"},
        {ct_value_dict(CT_ARGS(GROUPS(group))), CT_ERROR_KEY, "has no 'state'"},
        {ct_value_dict(CT_ARGS(NO_STATE, GROUPS(group, group))), CT_ERROR_VALUE,
         "loaded state dict has a different number of parameter groups"},
        {ct_value_dict(CT_ARGS(NO_STATE, GROUP(ct_arg("lr", 1), PARAMS(0, 1)))), CT_ERROR_VALUE,
         "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"},
        {ct_value_dict(CT_ARGS(NO_STATE, GROUP(PARAMS(0)))), CT_ERROR_KEY, "param_groups[0] has no lr"},
        {ct_value_dict(CT_ARGS(NO_STATE, GROUP(ct_arg("lr", "high"), PARAMS(0)))), CT_ERROR_TYPE,
         "param_groups[0].lr is 'high' (str); expected a number"},
        {ct_value_dict(CT_ARGS(NO_STATE, GROUP(ct_arg("lr", 1), ct_arg("betas", 1), PARAMS(0)))), CT_ERROR_TYPE,
         "param_groups[0].betas is 1 (int); expected two numbers"},
        {ct_value_dict(CT_ARGS(NO_STATE, GROUP(ct_arg("lr", 1), ct_arg("maximize", ct_value_bool(true)), PARAMS(0)))),
         CT_ERROR_NOT_IMPLEMENTED, "param_groups[0].maximize is True (bool)"},
        {ct_value_dict(CT_ARGS(
             NO_STATE, GROUP(ct_arg("lr", 1), ct_arg("decoupled_weight_decay", ct_value_bool(true)), PARAMS(0)))),
         CT_ERROR_NOT_IMPLEMENTED, "decoupled_weight_decay"},
        {ct_value_dict(CT_ARGS(STATE(without(entry, "exp_avg", parts)), GROUPS(group))), CT_ERROR_KEY,
         "state[0] has no exp_avg"},
        {ct_value_dict(
             CT_ARGS(STATE(ct_value_dict(CT_ARGS(ct_arg("step", 1), ct_arg("exp_avg", small)))), GROUPS(group))),
         CT_ERROR_VALUE, "state[0].exp_avg has the shape (2,); expected (2, 3)"},
        {ct_value_dict(CT_ARGS(STATE(ct_value_dict(CT_ARGS(ct_arg("step", -1)))), GROUPS(group))), CT_ERROR_VALUE,
         "state[0].step is -1"},
        {ct_value_dict(CT_ARGS(STATE(one), GROUPS(group))), CT_ERROR_TYPE, "state[0] is 1 (int); expected a dict"},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        ct_scope *attempt = ct_scope_begin();
        ck_assert_int_ne(ct_optimizer_load_state_dict(p.optimizer, wrong[i].state), CT_OK);
        ct_scope_catch(attempt);
        ck_assert_error(wrong[i].code, wrong[i].part);
    }
    ck_assert_double_eq(ct_optimizer_lr(p.optimizer), 1e-3);
    ck_assert_int_eq(ct_value_to_int(ct_value_get(ct_optimizer_state_dict(p.optimizer), "state[0].step")), 1);
    ck_assert_ok(ct_scope_end(scope));

    scope = ct_scope_begin();
    ct_optimizer *alone = ct_optimizer_escape(problem_of(adam, NULL).optimizer);
    ck_assert_ok(ct_scope_end(scope));
    ck_assert_int_eq(ct_optimizer_state_dict(alone).kind, CT_VALUE_NONE);
    ck_assert_error(CT_ERROR_VALUE, "ct_optimizer_state_dict: no scope is open");
    ct_optimizer_free(alone);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "resume") == 0)
        return resume(argv[2], argv[3], argv[4]);
    Suite *suite = suite_create("optim_state");
    TCase *from = suite_case(suite, "from");
    tcase_add_test(from, states_of_python_1_13_go_on);
    tcase_add_test(from, states_of_python_2_6_go_on);
    tcase_add_test(from, states_of_python_2_14_go_on);
    tcase_add_test(from, states_of_the_python_at_hand_go_on);
    TCase *to = suite_case(suite, "to");
    tcase_add_test(to, python_goes_on_from_our_states);
    tcase_add_test(to, another_optimizer_goes_on_bit_for_bit);
    tcase_add_test(to, training_with_momentum_resumes_bit_for_bit);
    tcase_add_test(to, training_with_adam_resumes_bit_for_bit);
    tcase_add_test(to, what_an_optimizer_does_not_know_stays_in_its_group);
    tcase_add_test(to, a_state_lists_what_python_lists);
    tcase_add_test(to, a_state_that_does_not_fit_changes_nothing);
    return suite_run(suite);
}
