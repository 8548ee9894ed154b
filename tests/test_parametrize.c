/* tests/test_parametrize.c: parametrize.h: values, gradients, keys and texts are Python's
 * (python/parametrize_cases.py); copies, what is loaded and what is refused.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "parametrize_record.h"

/* ---- The cases of python/parametrize_cases.py ---- */

static ct_tensor *identity(void)
{
    ct_tensor *eye = ct_zeros(CT_DIMS(4, 4), CT_FLOAT64);
    ct_init_eye_(eye);
    return eye;
}

/* Of a 4 by 4 matrix, the upper half mirrored. */
static ct_tensor *fold(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    const double above[] = {0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0};
    ct_tensor *mask = ct_tensor_to(ct_tensor_new(above, CT_DIMS(4, 4), CT_FLOAT64), .dtype = ct_tensor_dtype(x));
    ct_tensor *diagonal = ct_mul(x, ct_tensor_to(identity(), .dtype = ct_tensor_dtype(x)));
    ct_tensor *half = ct_mul(x, mask);
    return ct_add(ct_add(half, diagonal), ct_transpose(half, 0, 1));
}

static void symmetric(ct_module *module)
{
    ct_module_register_parametrization(module, "weight", ct_nn_module("Symmetric", .forward = fold));
}

static void old_weight(ct_module *m) { ct_weight_norm(m, "weight"); }
static void old_weight_dim(ct_module *m) { ct_weight_norm(m, "weight", .dim = 1); }
static void old_weight_all(ct_module *m) { ct_weight_norm(m, "weight", .dim = CT_NONE); }
static void old_weight_lstm(ct_module *m) { ct_weight_norm(m, "weight_hh_l0"); }
static void old_spectral(ct_module *m) { ct_spectral_norm(m, "weight"); }
static void old_spectral_more(ct_module *m) { ct_spectral_norm(m, "weight", .n_power_iterations = 3); }
static void old_spectral_dim(ct_module *m) { ct_spectral_norm(m, "weight", .eps = 1e-3, .dim = 1); }
static void weight(ct_module *m) { ct_parametrizations_weight_norm(m, "weight"); }
static void weight_dim(ct_module *m) { ct_parametrizations_weight_norm(m, "weight", .dim = 1); }
static void weight_all(ct_module *m) { ct_parametrizations_weight_norm(m, "weight", .dim = CT_NONE); }
static void spectral(ct_module *m) { ct_parametrizations_spectral_norm(m, "weight"); }
static void spectral_more(ct_module *m) { ct_parametrizations_spectral_norm(m, "weight", .n_power_iterations = 3); }
static void spectral_dim(ct_module *m) { ct_parametrizations_spectral_norm(m, "weight", .eps = 1e-3, .dim = -2); }
static void spectral_vector(ct_module *m) { ct_parametrizations_spectral_norm(m, "bias"); }
static void orthogonal(ct_module *m) { ct_parametrizations_orthogonal(m, "weight"); }
static void matrix_exp(ct_module *m) { ct_parametrizations_orthogonal(m, "weight", .orthogonal_map = "matrix_exp"); }
static void cayley(ct_module *m) { ct_parametrizations_orthogonal(m, "weight", .orthogonal_map = "cayley"); }
static void plain(ct_module *m) { ct_parametrizations_orthogonal(m, "weight", .use_trivialization = false); }

static void plain_cayley(ct_module *m)
{
    ct_parametrizations_orthogonal(m, "weight", .orthogonal_map = "cayley", .use_trivialization = false);
}

static void chain(ct_module *m)
{
    weight(m);
    ct_parametrizations_spectral_norm(m, "weight", .n_power_iterations = 2);
}

static void two(ct_module *m)
{
    weight(m);
    spectral_vector(m);
}

static void remove_weight(ct_module *m) { ct_remove_weight_norm(m, "weight"); }
static void remove_weight_lstm(ct_module *m) { ct_remove_weight_norm(m, "weight_hh_l0"); }
static void remove_spectral(ct_module *m) { ct_remove_spectral_norm(m, "weight"); }
static void remove_new(ct_module *m) { ct_module_remove_parametrizations(m, "weight"); }
static void remove_bias(ct_module *m) { ct_module_remove_parametrizations(m, "bias"); }

static void remove_two(ct_module *m)
{
    remove_new(m);
    remove_bias(m);
}

typedef struct computed_case {
    const char *name;
    void (*apply)(ct_module *module);
    void (*remove)(ct_module *module);
} computed_case;

static const computed_case cases[] = {
    {"weight_norm", old_weight, remove_weight},
    {"weight_norm_dim", old_weight_dim, remove_weight},
    {"weight_norm_all", old_weight_all, remove_weight},
    {"weight_norm_lstm", old_weight_lstm, remove_weight_lstm},
    {"spectral_norm", old_spectral, remove_spectral},
    {"spectral_norm_transposed", old_spectral_more, remove_spectral},
    {"spectral_norm_dim", old_spectral_dim, remove_spectral},
    {"new_weight_norm", weight, remove_new},
    {"new_weight_norm_dim", weight_dim, remove_new},
    {"new_weight_norm_all", weight_all, remove_new},
    {"new_weight_norm_embedding", weight, remove_new},
    {"new_spectral_norm", spectral, remove_new},
    {"new_spectral_norm_transposed", spectral_more, remove_new},
    {"new_spectral_norm_dim", spectral_dim, remove_new},
    {"new_spectral_norm_vector", spectral_vector, remove_bias},
    {"orthogonal", orthogonal, remove_new},
    {"orthogonal_tall", orthogonal, remove_new},
    {"orthogonal_wide", matrix_exp, remove_new},
    {"orthogonal_cayley", cayley, remove_new},
    {"orthogonal_plain", plain, remove_new},
    {"orthogonal_plain_cayley", plain_cayley, remove_new},
    {"chain", chain, remove_new},
    {"two", two, remove_two},
    {"symmetric", symmetric, remove_new},
};

/* All in one test: a process of its own for each would take a minute. */
static void for_each_case(void (*check)(const computed_case *c))
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        ct_scope *inner = ct_scope_begin();
        check(&cases[i]);
        ck_assert_msg(ct_scope_end(inner) == CT_OK, "%s: %s", cases[i].name, ct_error_message());
    }
}

static const char *keys_of(const ct_module *module)
{
    static char keys[1024];
    ct_dict *state = ct_module_state_dict(module);
    keys[0] = 0;
    for (size_t i = 0; i < ct_dict_size(state); i++)
        add_line(keys, sizeof keys, ct_dict_name(state, i), true);
    return keys;
}

/* ---- Like Python ---- */

static ct_tensor *first_output(ct_module *module, ct_tensor *x)
{
    ct_tensor *y = NULL, *h = NULL, *c = NULL;
    if (strstr(ct_module_class(module), "LSTM") == NULL)
        return ct_module_forward(module, x);
    ct_module_call(module, CT_TENSORS(x), CT_OUTPUTS(&y, &h, &c));
    return y;
}

static void train_step(ct_module *module, ct_optimizer *optimizer, const ct_dict *record, const char *name,
                       const char *step)
{
    ct_optimizer_zero_grad(optimizer);
    ct_tensor *y = first_output(module, recorded(record, name, "x"));
    assert_close(y, recorded(record, name, step), step);
    ct_backward(ct_sum(ct_mul(y, y)));
    ct_dict *parameters = ct_module_parameters(module);
    for (size_t i = 0; i < ct_dict_size(parameters); i++) {
        char what[128];
        snprintf(what, sizeof what, "%s/%s", step, ct_dict_name(parameters, i));
        assert_close(ct_tensor_grad(ct_dict_at(parameters, i)), recorded(record, name, what), what);
    }
    ct_optimizer_step(optimizer);
}

static void assert_state(const ct_module *module, const ct_dict *record, const char *name)
{
    ct_dict *state = ct_module_state_dict(module);
    for (size_t i = 0; i < ct_dict_size(state); i++) {
        char what[128];
        snprintf(what, sizeof what, "state/%s", ct_dict_name(state, i));
        assert_close(ct_dict_at(state, i), recorded(record, name, what), what);
    }
}

/* A removed parameter goes to its old place, not behind the others. */
static void assert_left(const ct_module *module, const expected *e)
{
    ck_assert_str_eq(ct_module_to_string(module), e->left_print);
    ck_assert_uint_eq(strlen(keys_of(module)), strlen(e->left));
    ct_dict *state = ct_module_state_dict(module);
    for (size_t i = 0; i < ct_dict_size(state); i++)
        ck_assert_ptr_nonnull(strstr(e->left, ct_dict_name(state, i)));
}

static void check_python(const computed_case *c)
{
    const char *name = c->name;
    expected e = expected_of(name);
    ct_dict *record = ct_load(oracle_path("CTORCH_TEST_FRESH", "parametrize.pt"));
    ct_manual_seed(SEED);
    ct_module *module = ct_nn_create(e.layer);
    c->apply(module);
    ck_assert_str_eq(ct_module_to_string(module), e.print);
    ck_assert_str_eq(keys_of(module), e.keys);
    ct_optimizer *optimizer = ct_optim_sgd(ct_module_parameters(module), .lr = 0.1);
    train_step(module, optimizer, record, name, "first");
    train_step(module, optimizer, record, name, "second");
    ct_module_eval(module);
    ct_tensor *x = recorded(record, name, "x");
    assert_close(first_output(module, x), recorded(record, name, "eval"), "eval");
    assert_state(module, record, name);
    c->remove(module);
    assert_left(module, &e);
    assert_close(first_output(module, x), recorded(record, name, "removed"), "removed");
}

START_TEST(does_as_python)
{
    for_each_case(check_python);
}
END_TEST

/* ---- Copies, files, texts ---- */

static ct_tensor *input_of(const char *name)
{
    return recorded(ct_load(oracle_path("CTORCH_TEST_FRESH", "parametrize.pt")), name, "x");
}

static void check_copy(const computed_case *c)
{
    const char *name = c->name;
    expected e = expected_of(name);
    ct_tensor *x = input_of(name);
    ct_module *module = ct_nn_create(e.layer), *copy;
    c->apply(module);
    copy = ct_module_clone(module);
    ck_assert_str_eq(ct_module_to_string(copy), e.print);
    ck_assert_str_eq(keys_of(copy), e.keys);
    ct_module_eval(module), ct_module_eval(copy);
    ct_tensor *before = first_output(module, x);
    assert_close(first_output(copy, x), before, "the copy");
    ct_dict *state = ct_module_state_dict(copy);
    for (size_t i = 0; i < ct_dict_size(state); i++)
        ct_init_constant_(ct_dict_at(state, i), 0.5);
    ck_assert(!ct_allclose(first_output(copy, x), before));
    assert_close(first_output(module, x), before, "after the copy has changed");
    c->remove(copy);
    ck_assert_str_eq(ct_module_to_string(module), e.print);
}

START_TEST(a_copy_is_independent)
{
    for_each_case(check_copy);
}
END_TEST

static void check_state_dict(const computed_case *c)
{
    const char *name = c->name;
    expected e = expected_of(name);
    ct_tensor *x = input_of(name);
    ct_module *module = ct_nn_create(e.layer), *other = ct_nn_create(e.layer);
    c->apply(module);
    c->apply(other);
    first_output(module, x);
    ck_assert_ok(ct_module_load_state_dict(other, ct_module_state_dict(module)));
    ct_module_eval(module), ct_module_eval(other);
    assert_close(first_output(other, x), first_output(module, x), name);
}

START_TEST(a_state_dict_is_loaded)
{
    for_each_case(check_state_dict);
}
END_TEST

static void check_types(const computed_case *c)
{
    const char *name = c->name;
    expected e = expected_of(name);
    ct_tensor *x = input_of(name);
    ct_module *module = ct_nn_create(e.layer);
    c->apply(module);
    ct_module_eval(module);
    ct_tensor *y = first_output(module, x);
    ck_assert_ok(ct_module_to_float(module));
    x = ct_tensor_dtype(x) == CT_FLOAT64 ? ct_tensor_to(x, .dtype = CT_FLOAT32) : x;
    ct_tensor *narrow = first_output(module, x);
    ck_assert_int_eq(ct_tensor_dtype(narrow), CT_FLOAT32);
    ck_assert(ct_allclose(ct_tensor_to(narrow, .dtype = CT_FLOAT64), y, .rtol = 1e-4, .atol = 1e-5));
}

START_TEST(moves_to_another_type)
{
    for_each_case(check_types);
}
END_TEST

static void check_text(const computed_case *c)
{
    expected e = expected_of(c->name);
    ct_module *parsed = ct_nn_parse(e.print);
    ck_assert_msg(parsed != NULL, "%s", ct_error_message());
    ck_assert_str_eq(ct_module_to_string(parsed), e.print);
    if (strncmp(e.print, "Parametrized", 12) == 0 && !strstr(c->name, "plain"))
        ck_assert_str_eq(keys_of(parsed), e.keys);
}

START_TEST(what_is_printed_is_parsed)
{
    for_each_case(check_text);
}
END_TEST

/* ---- Modules in C, and what a parameter is in between ---- */

static ct_tensor *times_weight(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_matmul(x, ct_module_parameter(self, "weight"));
}

static ct_module *own_module(void)
{
    ct_module *own = ct_nn_module("Own", .forward = times_weight);
    ct_module_set_parameter(own, "weight", ct_randn(CT_DIMS(4, 3), CT_FLOAT64));
    return own;
}

START_TEST(modules_in_c_have_them)
{
    ct_tensor *x = ct_randn(CT_DIMS(2, 4), CT_FLOAT64);
    ct_module *own = own_module(), *old = ct_module_clone(own), *new = ct_module_clone(own);
    ck_assert_ok(ct_weight_norm(old, "weight"));
    ck_assert_ok(ct_parametrizations_weight_norm(new, "weight"));
    ck_assert_str_eq(ct_module_class(new), "ParametrizedOwn");
    ct_init_constant_(ct_module_parameter(old, "weight_g"), 2.0);
    ct_init_constant_(ct_module_parameter(new, "parametrizations.weight.original0"), 2.0);
    ct_tensor *y = ct_module_forward(old, x);
    assert_close(ct_module_forward(new, x), y, "new");
    ck_assert(!ct_allclose(ct_module_forward(own, x), y));
    ct_backward(ct_sum(y));
    ck_assert_ptr_nonnull(ct_tensor_grad(ct_module_parameter(old, "weight_v")));
}
END_TEST

/* Python's 1.13 goes on with the weights that an LSTM had before. */
START_TEST(an_lstm_has_either)
{
    ct_tensor *x = ct_randn(CT_DIMS(5, 2, 3), CT_FLOAT32), *outputs[2];
    ct_module *lstm = ct_nn_lstm(3, 4), *both[] = {lstm, ct_module_clone(lstm)};
    ck_assert_ok(ct_weight_norm(both[0], "weight_hh_l0"));
    ck_assert_ok(ct_parametrizations_weight_norm(both[1], "weight_hh_l0"));
    ct_init_constant_(ct_module_parameter(both[0], "weight_hh_l0_g"), 3);
    ct_init_constant_(ct_module_parameter(both[1], "parametrizations.weight_hh_l0.original0"), 3);
    for (int i = 0; i < 2; i++)
        outputs[i] = first_output(both[i], x);
    assert_close(outputs[1], outputs[0], "output");
    ct_backward(ct_sum(outputs[1]));
    ck_assert_ptr_nonnull(ct_tensor_grad(ct_module_parameter(both[1], "parametrizations.weight_hh_l0.original1")));
}
END_TEST

/* MultiheadAttention reads its out_proj, and does not call it. */
START_TEST(a_layer_that_is_read_has_it)
{
    ct_tensor *x = ct_randn(CT_DIMS(5, 2, 4), CT_FLOAT32), *outputs[2];
    ct_module *attention = ct_nn_multihead_attention(4, 2), *both[] = {attention, ct_module_clone(attention)};
    ct_module *out_proj = ct_module_child(both[1], "out_proj");
    ck_assert_ok(ct_parametrizations_weight_norm(out_proj, "weight"));
    ct_init_constant_(ct_module_parameter(out_proj, "parametrizations.weight.original0"), 3);
    ct_copy_(ct_detach(ct_module_parameter(both[0], "out_proj.weight")), ct_module_parameter(out_proj, "weight"));
    for (int i = 0; i < 2; i++)
        ct_module_call(both[i], CT_TENSORS(x, x, x), CT_OUTPUTS(&outputs[i], NULL));
    assert_close(outputs[1], outputs[0], "output");
}
END_TEST

START_TEST(is_computed_when_asked_for)
{
    ct_module *linear = ct_nn_linear(4, 3);
    ck_assert(!ct_module_is_parametrized(linear, ""));
    weight(linear);
    ck_assert(ct_module_is_parametrized(linear, "weight") && ct_module_is_parametrized(linear, ""));
    ck_assert(!ct_module_is_parametrized(linear, "bias"));
    ct_init_constant_(ct_module_parameter(linear, "parametrizations.weight.original0"), 2.0);
    ct_tensor *w = ct_module_parameter(linear, "weight");
    ck_assert_double_eq_tol(ct_tensor_item(ct_sum(ct_mul(w, w))), 12, 1e-4);
    ck_assert_int_eq(ct_module_parameter_count(linear, false), 3 + 3 + 12);
}
END_TEST

START_TEST(a_value_is_assigned)
{
    ct_module *linear = ct_nn_linear(4, 4, .dtype = CT_FLOAT64);
    orthogonal(linear);
    ct_tensor *eye = identity();
    ck_assert_ok(ct_module_set_parameter(linear, "weight", eye));
    assert_close(ct_module_parameter(linear, "weight"), eye, "weight");
    ct_module *folded = ct_nn_linear(4, 4);
    symmetric(folded);
    ct_module_set_parameter(folded, "weight", identity());
    ck_assert_error(CT_ERROR_RUNTIME, "parametrization Symmetric does not implement right_inverse.");
}
END_TEST

START_TEST(one_original_keeps_its_identity)
{
    ct_module *linear = ct_nn_linear(4, 3);
    ct_tensor *before = ct_module_parameter(linear, "weight");
    spectral(linear);
    ck_assert(ct_tensor_is(ct_module_parameter(linear, "parametrizations.weight.original"), before));
    ck_assert_ok(ct_module_remove_parametrizations(linear, "weight", .leave_parametrized = false));
    ck_assert(ct_tensor_is(ct_module_parameter(linear, "weight"), before));
}
END_TEST

START_TEST(an_old_one_is_not_assigned)
{
    ct_module *linear = ct_nn_linear(4, 3);
    ct_weight_norm(linear, "weight");
    ct_module_set_parameter(linear, "weight", ct_ones(CT_DIMS(3, 4), CT_FLOAT32));
    ck_assert_error(CT_ERROR_KEY, "attribute 'weight' already exists");
}
END_TEST

/* ---- What is refused ---- */

static ct_tensor *shorter(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    return ct_narrow(x, 0, 0, 1);
}

START_TEST(old_ones_refuse)
{
    ct_module *linear = ct_nn_linear(4, 3, .bias = false);
    ct_weight_norm(linear, "wait");
    ck_assert_error(CT_ERROR_KEY, "ct_weight_norm: 'Linear' object has no parameter 'wait'");
    ct_spectral_norm(linear, "bias");
    ck_assert_error(CT_ERROR_VALUE, "`SpectralNorm` cannot be applied as parameter `bias` is None");
    ct_spectral_norm(linear, "weight", .n_power_iterations = 0);
    ck_assert_error(CT_ERROR_VALUE, "Expected n_power_iterations to be positive, but got n_power_iterations=0");
    ct_remove_weight_norm(linear, "weight");
    ck_assert_error(CT_ERROR_VALUE, "weight_norm of 'weight' not found in Linear");
    ct_remove_spectral_norm(linear, "weight");
    ck_assert_error(CT_ERROR_VALUE, "spectral_norm of 'weight' not found in Linear");
    ck_assert_ok(ct_weight_norm(linear, "weight"));
    ct_weight_norm(linear, "weight");
    ck_assert_error(CT_ERROR_RUNTIME, "Cannot register two weight_norm hooks on the same parameter weight");
    ct_spectral_norm(linear, "weight");
    ck_assert_error(CT_ERROR_KEY, "no parameter 'weight' any more: it is computed from others");
    ct_weight_norm(ct_nn_lazy_linear(3), "weight");
    ck_assert_error(CT_ERROR_VALUE, "The module passed to `WeightNorm` can't have uninitialized parameters.");
}
END_TEST

START_TEST(new_ones_refuse)
{
    ct_module *linear = ct_nn_linear(4, 3);
    ct_parametrizations_weight_norm(linear, "wait");
    ck_assert_error(CT_ERROR_KEY, "'Linear' object has no parameter 'wait'");
    ct_parametrizations_spectral_norm(linear, "weight", .dim = 2);
    ck_assert_error(CT_ERROR_INDEX, "Dimension out of range (expected to be in range of [-2, 1] but got 2)");
    ct_parametrizations_orthogonal(linear, "bias");
    ck_assert_error(CT_ERROR_VALUE, "Expected a matrix or batch of matrices. Got a tensor of 1 dimensions.");
    ct_parametrizations_orthogonal(linear, "weight", .orthogonal_map = "matrix");
    ck_assert_error(CT_ERROR_VALUE, "orthogonal_map has to be one of \"matrix_exp\", \"cayley\", \"householder\"");
    ct_module_remove_parametrizations(linear, "weight");
    ck_assert_error(CT_ERROR_VALUE, "Module Linear does not have a parametrization on weight");
    ct_module *narrow = ct_nn_module("Narrow", .forward = shorter);
    ct_module_register_parametrization(linear, "weight", narrow);
    ck_assert_error(CT_ERROR_VALUE, "may not change the shape of the tensor, unless `unsafe` flag is enabled; "
                                    "unparametrized shape: (3, 4), parametrized shape: (1, 4)");
    ck_assert_str_eq(ct_module_class(linear), "Linear");
    ck_assert_ok(ct_module_register_parametrization(linear, "weight", narrow, .unsafe = true));
    ck_assert_shape(ct_module_parameter(linear, "weight"), 1, 4);
    ct_module_register_parametrization(linear, "bias", linear);
    ck_assert_error(CT_ERROR_VALUE, "a module cannot be its own child");
    weight(linear);
    ct_module_remove_parametrizations(ct_nn_linear(1, 1), "weight", .leave_parametrized = false);
    ck_assert_error(CT_ERROR_VALUE, "does not have a parametrization on weight");
}
END_TEST

START_TEST(several_originals_are_not_left)
{
    ct_module *linear = ct_nn_linear(4, 3);
    weight(linear);
    ct_module_remove_parametrizations(linear, "weight", .leave_parametrized = false);
    ck_assert_error(CT_ERROR_VALUE, "Cannot leave unparametrized (`leave_parametrized=False`) a tensor");
    ck_assert(ct_module_is_parametrized(linear, "weight"));
}
END_TEST

static ct_tensor *broken(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    return ct_matmul(x, x);
}

START_TEST(a_failure_has_its_path)
{
    ct_module *linear = ct_nn_linear(4, 3);
    ct_module_register_parametrization(linear, "weight", ct_nn_module("Broken", .forward = broken), .unsafe = true);
    ck_assert_ptr_null(ct_module_forward(ct_nn_sequential(linear), ct_ones(CT_DIMS(1, 4), CT_FLOAT32)));
    ck_assert_error(CT_ERROR_RUNTIME, "0.parametrizations.weight.0: ct_matmul: mat1 and mat2 shapes cannot be");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parametrize");
    TCase *group = suite_case(suite, "python");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, does_as_python);
    tcase_add_test(group, a_copy_is_independent);
    tcase_add_test(group, a_state_dict_is_loaded);
    tcase_add_test(group, moves_to_another_type);
    tcase_add_test(group, what_is_printed_is_parsed);
    group = suite_case(suite, "parameters");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, modules_in_c_have_them);
    tcase_add_test(group, an_lstm_has_either);
    tcase_add_test(group, a_layer_that_is_read_has_it);
    tcase_add_test(group, is_computed_when_asked_for);
    tcase_add_test(group, a_value_is_assigned);
    tcase_add_test(group, an_old_one_is_not_assigned);
    tcase_add_test(group, one_original_keeps_its_identity);
    group = suite_case(suite, "failures");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, old_ones_refuse);
    tcase_add_test(group, new_ones_refuse);
    tcase_add_test(group, several_originals_are_not_left);
    tcase_add_test(group, a_failure_has_its_path);
    return suite_run(suite);
}
