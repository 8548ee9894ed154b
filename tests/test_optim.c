/* test_optim.c: include/ctorch/optim.h, against five steps of Python's optimizers (python/optim_steps.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <math.h>

/* ---- The same steps as Python's ---- */

typedef struct problem {
    ct_tensor *w, *x;
    ct_optimizer *optimizer;
} problem;

static ct_tensor *loss_of(void *user)
{
    problem *p = user;
    ct_optimizer_zero_grad(p->optimizer);
    ct_tensor *error = ct_sub_scalar(ct_mul(p->w, p->x), 1);
    ct_tensor *loss = ct_sum(ct_mul(error, error));
    ct_backward(loss);
    return loss;
}

/* What Python starts from; the innermost scope owns it. */
static ct_dict *start(problem *p)
{
    p->w = ct_div_scalar(ct_reshape(ct_arange(0, 6, 1, CT_FLOAT64), CT_DIMS(2, 3)), 4);
    p->x = ct_arange(1, 4, 1, CT_FLOAT64);
    ct_requires_grad_(p->w, true);
    ct_dict *params = ct_dict_new();
    ct_dict_set(params, "w", p->w);
    return params;
}

static void assert_like_python(const char *name, problem *p)
{
    ct_dict *python = ct_load(oracle_path("CTORCH_TEST_FRESH", "optim.pt"));
    char key[64];
    snprintf(key, sizeof key, "%s.losses", name);
    ct_tensor *losses = ct_dict_get(python, key);
    for (int64_t step = 0; step < 5; step++) {
        ct_tensor *loss = ct_optimizer_step_closure(p->optimizer, loss_of, p);
        ck_assert_double_eq_tol(ct_tensor_item(loss), ct_tensor_item(ct_at(losses, "?", step)), 1e-10);
    }
    snprintf(key, sizeof key, "%s.w", name);
    ck_assert_msg(ct_allclose(p->w, ct_dict_get(python, key), .rtol = 0, .atol = 1e-10), "%s: w differs", name);
}

#define LIKE_PYTHON(test, name, maker, ...)                                                                            \
    START_TEST(test)                                                                                                   \
    {                                                                                                                  \
        ct_scope *scope = ct_scope_begin();                                                                            \
        problem p;                                                                                                     \
        ct_dict *params = start(&p);                                                                                   \
        p.optimizer = maker(params, __VA_ARGS__);                                                                      \
        assert_like_python(name, &p);                                                                                  \
        ck_assert_ok(ct_scope_end(scope));                                                                             \
    }                                                                                                                  \
    END_TEST

LIKE_PYTHON(sgd, "sgd", ct_optim_sgd_new, NULL)
LIKE_PYTHON(sgd_all, "sgd.all", ct_optim_sgd, .lr = 0.05, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true)
LIKE_PYTHON(sgd_dampening, "sgd.dampening", ct_optim_sgd, .lr = 0.05, .momentum = 0.5, .dampening = 0.25)
LIKE_PYTHON(adam, "adam", ct_optim_adam_new, NULL)
LIKE_PYTHON(adam_all, "adam.all", ct_optim_adam, .lr = 0.1, .betas = {0.8, 0.9}, .eps = 1e-6, .weight_decay = 0.1,
            .amsgrad = true)
LIKE_PYTHON(adamw, "adamw", ct_optim_adamw_new, NULL)
LIKE_PYTHON(adamw_all, "adamw.all", ct_optim_adamw, .lr = 0.1, .betas = {0.8, 0.9}, .eps = 1e-6, .weight_decay = 0.1,
            .amsgrad = true)
LIKE_PYTHON(rmsprop, "rmsprop", ct_optim_rmsprop_new, NULL)
LIKE_PYTHON(rmsprop_all, "rmsprop.all", ct_optim_rmsprop, .lr = 0.02, .alpha = 0.9, .eps = 1e-6, .weight_decay = 0.1,
            .momentum = 0.5, .centered = true)
LIKE_PYTHON(adagrad, "adagrad", ct_optim_adagrad_new, NULL)
LIKE_PYTHON(adagrad_all, "adagrad.all", ct_optim_adagrad, .lr = 0.1, .lr_decay = 0.1, .weight_decay = 0.1,
            .initial_accumulator_value = 0.5, .eps = 1e-6)
LIKE_PYTHON(lbfgs, "lbfgs", ct_optim_lbfgs_new, NULL)
LIKE_PYTHON(lbfgs_all, "lbfgs.all", ct_optim_lbfgs, .lr = 0.5, .max_iter = 4, .max_eval = 7, .tolerance_grad = 1e-9,
            .tolerance_change = 1e-12, .history_size = 3, .line_search_fn = "strong_wolfe")

/* ---- Parameters and groups ---- */

START_TEST(an_empty_list_of_parameters_is_an_error_in_pythons_words)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ptr_null(ct_optim_sgd(ct_module_parameters(ct_nn_relu()), .lr = 0.1));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_optim_sgd: optimizer got an empty parameter list");
}
END_TEST

START_TEST(what_cannot_be_optimized_is_an_error)
{
    ct_scope *scope = ct_scope_begin();
    problem p;
    ct_dict *params = start(&p);
    ct_dict_set(params, "again", p.w);
    ck_assert_ptr_null(ct_optim_adam(params));
    ck_assert_error(CT_ERROR_VALUE, "some parameters appear more than once: 'again'");
    ct_dict *computed = ct_dict_new();
    ct_dict_set(computed, "y", ct_mul(p.w, p.x));
    ck_assert_ptr_null(ct_optim_adam(computed));
    ck_assert_error(CT_ERROR_VALUE, "can't optimize a non-leaf Tensor: 'y'");
    ck_assert_ptr_null(ct_optim_sgd(start(&p), .lr = -1));
    ck_assert_error(CT_ERROR_RUNTIME, "Invalid learning rate: -1");
    ck_assert_ptr_null(ct_optim_lbfgs(start(&p), .history_size = 0));
    ck_assert_error(CT_ERROR_VALUE, "ct_optim_lbfgs: history_size is 0.0; expected 1 or more");
    ck_assert_ptr_null(ct_optim_lbfgs(start(&p), .line_search_fn = "armijo"));
    ck_assert_error(CT_ERROR_VALUE, "line_search_fn is 'armijo'; only 'strong_wolfe' is supported");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(frozen_parameters_are_left_alone)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_linear(1, 1);
    ct_tensor *bias = ct_module_parameter(net, "bias");
    ct_requires_grad_(bias, false);
    double before = ct_tensor_item(bias);
    ct_optimizer *optimizer = ct_optim_sgd(ct_module_parameters(net), .lr = 1);
    ct_backward(ct_sum(ct_module_forward(net, ct_ones(CT_DIMS(1, 1), CT_FLOAT32))));
    ck_assert_ok(ct_optimizer_step(optimizer));
    ck_assert_double_eq(ct_tensor_item(bias), before);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(groups_have_options_of_their_own)
{
    ct_scope *scope = ct_scope_begin();
    problem p, q;
    ct_optimizer *optimizer = ct_optim_sgd(start(&p), .lr = 0.5);
    ck_assert_ok(ct_optimizer_add_group(optimizer, start(&q)));
    ck_assert_uint_eq(ct_optimizer_groups(optimizer), 2);
    ck_assert_ok(ct_optimizer_set_option(optimizer, 1, "lr", 0.25));
    ck_assert_double_eq(ct_optimizer_option(optimizer, 0, "lr"), 0.5);
    ck_assert_double_eq(ct_optimizer_option(optimizer, 1, "lr"), 0.25);
    ct_backward(ct_add(ct_sum(p.w), ct_sum(q.w)));
    ck_assert_ok(ct_optimizer_step(optimizer));
    ck_assert_doubles(p.w, -0.5, -0.25, 0, 0.25, 0.5, 0.75);
    ck_assert_doubles(q.w, -0.25, 0, 0.25, 0.5, 0.75, 1);
    ck_assert_int_eq(ct_optimizer_add_group(optimizer, start(&q)), CT_OK);
    ct_dict *taken = ct_dict_new();
    ct_dict_set(taken, "p", p.w);
    ck_assert_int_eq(ct_optimizer_add_group(optimizer, taken), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "some parameters appear more than once: 'p'");
    ck_assert_uint_eq(ct_optimizer_groups(optimizer), 3);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(every_option_can_be_read_and_set)
{
    static const char *const names[][7] = {
        {"lr", "momentum", "dampening", "weight_decay", "nesterov"},
        {"lr", "betas[0]", "betas[1]", "eps", "weight_decay", "amsgrad"},
        {"lr", "betas[0]", "betas[1]", "eps", "weight_decay", "amsgrad"},
        {"lr", "alpha", "eps", "weight_decay", "momentum", "centered"},
        {"lr", "lr_decay", "weight_decay", "eps"},
        {"lr", "max_iter", "tolerance_grad", "tolerance_change", "history_size"},
    };
    ct_scope *scope = ct_scope_begin();
    problem p;
    ct_dict *params = start(&p);
    ct_optimizer *optimizers[] = {ct_optim_sgd(params),     ct_optim_adam(params),    ct_optim_adamw(params),
                                  ct_optim_rmsprop(params), ct_optim_adagrad(params), ct_optim_lbfgs(params)};
    for (size_t i = 0; i < COUNT(optimizers); i++)
        for (size_t j = 0; names[i][j]; j++) {
            ck_assert_ok(ct_optimizer_set_option(optimizers[i], 0, names[i][j], 1));
            ck_assert_double_eq(ct_optimizer_option(optimizers[i], 0, names[i][j]), 1);
        }
    ck_assert(isnan(ct_optimizer_option(optimizers[0], 0, "betas[0]")));
    ck_assert_error(CT_ERROR_KEY,
                    "there is no option 'betas[0]'; there are lr, momentum, dampening, weight_decay, nesterov");
    ck_assert(isnan(ct_optimizer_option(optimizers[0], 1, "lr")));
    ck_assert_error(CT_ERROR_INDEX, "group 1 is out of range for 1 groups");
    ck_assert_int_eq(ct_optimizer_set_option(optimizers[0], 0, "lr", NAN), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "lr is NAN");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(the_learning_rate_is_that_of_all_groups)
{
    ct_scope *scope = ct_scope_begin();
    problem p, q;
    ct_optimizer *optimizer = ct_optim_adam(start(&p));
    ck_assert_double_eq(ct_optimizer_lr(optimizer), 1e-3);
    ck_assert_ok(ct_optimizer_add_group(optimizer, start(&q)));
    ck_assert_ok(ct_optimizer_set_lr(optimizer, 0.125));
    ck_assert_double_eq(ct_optimizer_lr(optimizer), 0.125);
    ck_assert_double_eq(ct_optimizer_option(optimizer, 1, "lr"), 0.125);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Stepping ---- */

START_TEST(lbfgs_needs_a_closure_and_has_one_group)
{
    ct_scope *scope = ct_scope_begin();
    problem p, q;
    ct_optimizer *optimizer = ct_optim_lbfgs(start(&p));
    ck_assert_int_eq(ct_optimizer_step(optimizer), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_optimizer_step: LBFGS asks for the loss several times");
    ck_assert_int_eq(ct_optimizer_add_group(optimizer, start(&q)), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "LBFGS doesn't support per-parameter options (parameter groups)");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

static ct_tensor *failing(void *user)
{
    (void)user;
    ct_scope_begin(); /* left open: it ends with the closure's own */
    return ct_matmul(ct_ones(CT_DIMS(2, 3), CT_FLOAT32), ct_ones(CT_DIMS(2, 3), CT_FLOAT32));
}

static ct_tensor *silent(void *user)
{
    (void)user;
    return NULL;
}

START_TEST(a_failure_in_the_closure_is_the_steps_and_changes_nothing)
{
    ct_scope *scope = ct_scope_begin();
    problem p;
    ct_optimizer *optimizers[] = {ct_optim_sgd(start(&p)), ct_optim_lbfgs(start(&p))};
    for (size_t i = 0; i < COUNT(optimizers); i++) {
        ck_assert_ptr_null(ct_optimizer_step_closure(optimizers[i], failing, NULL));
        ck_assert_error(CT_ERROR_RUNTIME, "ct_matmul: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
        ck_assert_ptr_null(ct_optimizer_step_closure(optimizers[i], silent, NULL));
        ck_assert_error(CT_ERROR_VALUE, "the closure returned NULL without an error");
    }
    ck_assert_doubles(p.w, 0, 0.25, 0.5, 0.75, 1, 1.25);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(zero_grad_forgets)
{
    ct_scope *scope = ct_scope_begin();
    problem p;
    p.optimizer = ct_optim_sgd(start(&p));
    loss_of(&p);
    ck_assert_ptr_nonnull(ct_tensor_grad(p.w));
    ck_assert_ok(ct_optimizer_zero_grad(p.optimizer));
    ck_assert_ptr_null(ct_tensor_grad(p.w));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_failed_backward_keeps_the_step_from_running)
{
    ct_scope *scope = ct_scope_begin();
    problem p;
    p.optimizer = ct_optim_sgd(start(&p), .lr = 1);
    loss_of(&p);
    ct_scope *step = ct_scope_begin();
    ct_backward(ct_mul(p.w, p.x)); /* more than one element, and no gradient given */
    ck_assert_int_ne(ct_optimizer_step(p.optimizer), CT_OK);
    ck_assert_int_eq(ct_scope_end(step), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_backward: grad can be implicitly created only for scalar outputs");
    ck_assert_doubles(p.w, 0, 0.25, 0.5, 0.75, 1, 1.25);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("optim");

    TCase *python = suite_case(suite, "like_python");
    tcase_add_test(python, sgd);
    tcase_add_test(python, sgd_all);
    tcase_add_test(python, sgd_dampening);
    tcase_add_test(python, adam);
    tcase_add_test(python, adam_all);
    tcase_add_test(python, adamw);
    tcase_add_test(python, adamw_all);
    tcase_add_test(python, rmsprop);
    tcase_add_test(python, rmsprop_all);
    tcase_add_test(python, adagrad);
    tcase_add_test(python, adagrad_all);
    tcase_add_test(python, lbfgs);
    tcase_add_test(python, lbfgs_all);

    TCase *groups = suite_case(suite, "groups");
    tcase_add_test(groups, an_empty_list_of_parameters_is_an_error_in_pythons_words);
    tcase_add_test(groups, what_cannot_be_optimized_is_an_error);
    tcase_add_test(groups, frozen_parameters_are_left_alone);
    tcase_add_test(groups, groups_have_options_of_their_own);
    tcase_add_test(groups, every_option_can_be_read_and_set);
    tcase_add_test(groups, the_learning_rate_is_that_of_all_groups);

    TCase *stepping = suite_case(suite, "stepping");
    tcase_add_test(stepping, lbfgs_needs_a_closure_and_has_one_group);
    tcase_add_test(stepping, a_failure_in_the_closure_is_the_steps_and_changes_nothing);
    tcase_add_test(stepping, zero_grad_forgets);
    tcase_add_test(stepping, a_failed_backward_keeps_the_step_from_running);

    return suite_run(suite);
}
