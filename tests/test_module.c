/* tests/test_module.c: modules: handles, children, parameters and buffers, modes and places, printing.
 * SPDX-License-Identifier: BSD-3-Clause */
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

static ct_tensor *number(float value)
{
    return ct_full(CT_DIMS(1), value, CT_FLOAT32);
}

/* A module of the caller's own with a parameter, a buffer, and two children. */
static ct_module *make_net(void)
{
    ct_module *net = ct_nn_module("Net");
    ct_module_set_parameter(net, "scale", number(2));
    ct_module_set_buffer(net, "steps", ct_zeros(CT_DIMS(1), CT_INT64));
    ct_module_set_child(net, "norm", ct_nn_batch_norm1d(2));
    ct_module_set_child(net, "layers", ct_nn_module_list(ct_nn_sequential_named({"conv", ct_nn_linear(2, 3)})));
    return net;
}

static void assert_names(const ct_dict *dict, size_t n, const char *const *names)
{
    for (size_t i = 0; i < n && i < ct_dict_size(dict); i++)
        ck_assert_str_eq(ct_dict_name(dict, i), names[i]);
    ck_assert_uint_eq(ct_dict_size(dict), n);
}

#define ASSERT_NAMES(dict, ...)                                                                                        \
    assert_names(dict, COUNT(((const char *[]){__VA_ARGS__})), (const char *[]){__VA_ARGS__})

/* ---- Handles ---- */

START_TEST(handles_share_the_module)
{
    ct_module *a = ct_nn_relu(), *b = ct_module_share(a), *other = ct_nn_relu();
    ck_assert_ptr_ne(a, b);
    ck_assert(ct_module_is(a, b));
    ck_assert(!ct_module_is(a, other));
    ct_module_free(a);
    ck_assert_str_eq(ct_module_class(b), "ReLU");
    ct_module_free(NULL);
}
END_TEST

START_TEST(escape_moves_a_handle_outwards)
{
    ct_scope *inner = ct_scope_begin();
    ct_module *kept = ct_module_escape(ct_nn_tanh());
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_str_eq(ct_module_class(kept), "Tanh");
}
END_TEST

/* ---- Children ---- */

START_TEST(children_are_found_by_path)
{
    ct_module *net = make_net();
    ck_assert_str_eq(ct_module_class(ct_module_child(net, "layers.0.conv")), "Linear");
    ck_assert(ct_module_is(ct_module_child(net, ""), net));
    ck_assert(ct_module_is(ct_module_child(net, "layers"), ct_module_at(net, 1)));
    ck_assert(ct_module_is(ct_module_at(net, -2), ct_module_child(net, "norm")));
}
END_TEST

START_TEST(paths_that_lead_nowhere)
{
    static const struct {
        const char *path, *message;
    } cases[] = {
        {"norms", "ct_module_child: there is no module 'norms'"},
        {"layers.1.conv", "there is no module 'layers.1' on the way to 'layers.1.conv'"},
        {"layers.0.conv.x", "there is no module 'layers.0.conv.x'"},
        {"scale", "there is no module 'scale'"},
        {".", "there is no module '' on the way to '.'"},
        {"layers..0", "there is no module 'layers.' on the way to 'layers..0'"},
        {"layers.", "there is no module 'layers.'"},
        {".layers", "there is no module '' on the way to '.layers'"},
    };
    ct_module *net = make_net();
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_msg(ct_module_child(net, cases[i].path) == NULL, "%s was found", cases[i].path);
        ck_assert_error(CT_ERROR_KEY, cases[i].message);
    }
}
END_TEST

START_TEST(children_keep_the_order_of_registration)
{
    ct_module *net = make_net();
    ct_module_set_child(net, "head", ct_nn_relu());
    ct_module_set_child(net, "norm", ct_nn_tanh()); /* replaces it in its place */
    ck_assert_int_eq(ct_module_size(net), 3);
    ck_assert_str_eq(ct_module_name_at(net, 0), "norm");
    ck_assert_str_eq(ct_module_class(ct_module_at(net, 0)), "Tanh");
    ck_assert_str_eq(ct_module_name_at(net, 1), "layers");
    ck_assert_str_eq(ct_module_name_at(net, -1), "head");
}
END_TEST

START_TEST(children_that_are_refused)
{
    ct_module *net = make_net();
    ck_assert_int_eq(ct_module_set_child(net, "scale", ct_nn_relu()), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "ct_module_set_child: attribute 'scale' already exists");
    ck_assert_int_eq(ct_module_set_child(net, "steps", ct_nn_relu()), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "attribute 'steps' already exists");
    ck_assert_int_eq(ct_module_set_child(net, "a.b", ct_nn_relu()), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "module name can't contain \".\", got: a.b");
    ck_assert_int_eq(ct_module_set_child(ct_module_child(net, "layers"), "net", net), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "the child holds the module itself at 'layers'");
    ck_assert_int_eq(ct_module_size(net), 2);
}
END_TEST

/* ---- Parameters and buffers ---- */

START_TEST(tensors_are_found_by_path)
{
    ct_module *net = make_net();
    ck_assert_floats(ct_module_parameter(net, "scale"), 2);
    ck_assert_shape(ct_module_parameter(net, "layers.0.conv.weight"), 3, 2);
    ck_assert_longs(ct_module_buffer(net, "steps"), 0);
    ck_assert_floats(ct_module_buffer(net, "norm.running_var"), 1, 1);
    ck_assert_ptr_null(ct_module_parameter(net, "norm.running_var"));
    ck_assert_error(CT_ERROR_KEY, "'BatchNorm1d' object has no parameter 'norm.running_var'");
    ck_assert_ptr_null(ct_module_buffer(net, "norm.weight"));
    ck_assert_error(CT_ERROR_KEY, "'BatchNorm1d' object has no buffer 'norm.weight'");
    ck_assert_ptr_null(ct_module_parameter(net, "nothing.weight"));
    ck_assert_error(CT_ERROR_KEY, "there is no module 'nothing'");
    ck_assert_ptr_null(ct_module_parameter(net, ""));
    ck_assert_error(CT_ERROR_KEY, "'Net' object has no parameter ''");
}
END_TEST

START_TEST(the_tensors_are_the_modules_own)
{
    ct_module *net = make_net();
    ck_assert_ok(ct_no_grad());
    ck_assert_ok(ct_copy_(ct_module_parameter(net, "scale"), number(7)));
    ck_assert_floats(ct_dict_get(ct_module_state_dict(net), "scale"), 7);
    ck_assert(ct_tensor_is(ct_module_parameter(net, "scale"), ct_dict_get(ct_module_parameters(net), "scale")));
}
END_TEST

START_TEST(setting_a_parameter_registers_or_replaces)
{
    ct_module *net = make_net();
    ct_tensor *fresh = number(5);
    ck_assert_ok(ct_module_set_parameter(net, "scale", fresh));
    ck_assert(ct_tensor_is(ct_module_parameter(net, "scale"), fresh));
    ck_assert(ct_tensor_requires_grad(fresh));
    ck_assert_ok(ct_module_set_parameter(net, "shift", number(1)));
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(net)), 6);
}
END_TEST

/* m.weight = nn.Parameter(w) on a layer of torch's: its forward uses the new one. */
START_TEST(a_layer_takes_another_parameter)
{
    ct_module *linear = ct_nn_linear(1, 1, .bias = false);
    ck_assert_ok(ct_module_set_parameter(linear, "weight", ct_full(CT_DIMS(1, 1), 3, CT_FLOAT32)));
    ck_assert_floats(ct_detach(ct_module_forward(linear, ct_full(CT_DIMS(1, 1), 2, CT_FLOAT32))), 6);
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(linear)), 1);
}
END_TEST

START_TEST(setting_a_buffer_registers_or_replaces)
{
    ct_module *net = make_net();
    ck_assert_ok(ct_module_set_buffer(net, "steps", number(4)));
    ck_assert_floats(ct_dict_get(ct_module_state_dict(net), "steps"), 4);
    ck_assert_ok(ct_module_set_buffer(net, "mask", number(1), .persistent = false));
    ck_assert(ct_dict_has(ct_module_buffers(net), "mask"));
    ck_assert(!ct_dict_has(ct_module_state_dict(net), "mask"));
    ck_assert(ct_dict_has(ct_module_buffers(ct_module_clone(net)), "mask"));
    ck_assert(!ct_dict_has(ct_module_state_dict(ct_module_clone(net)), "mask"));
    ck_assert_ok(ct_module_set_buffer(net, "mask", number(2)));
    ck_assert(ct_dict_has(ct_module_state_dict(net), "mask"));
}
END_TEST

START_TEST(parameters_that_are_refused)
{
    ct_module *net = make_net();
    ct_tensor *computed = ct_mul_scalar(ct_module_parameter(net, "scale"), 2);
    ck_assert_int_eq(ct_module_set_parameter(net, "x", computed), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "a parameter must be a leaf: pass ct_detach(tensor)");
    ck_assert_int_eq(ct_module_set_parameter(net, "x", ct_zeros(CT_DIMS(1), CT_INT64)), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE,
                    "tensor holds torch.int64; only floating-point and complex tensors can require gradients");
    ck_assert_int_eq(ct_module_set_parameter(net, "steps", number(1)), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "attribute 'steps' already exists");
    ck_assert_int_eq(ct_module_set_parameter(net, "norm", number(1)), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "attribute 'norm' already exists");
    ck_assert_int_eq(ct_module_set_parameter(net, "a.b", number(1)), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "parameter name can't contain \".\", got: a.b");
    ck_assert_int_eq(ct_module_set_parameter(net, "", number(1)), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "parameter name can't be empty string");
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(net)), 5);
}
END_TEST

START_TEST(buffers_that_are_refused)
{
    ct_module *net = make_net();
    ck_assert_int_eq(ct_module_set_buffer(net, "scale", number(1)), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "attribute 'scale' already exists");
    ck_assert_int_eq(ct_module_set_buffer(net, "a.b", number(1)), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "buffer name can't contain \".\", got: a.b");
}
END_TEST

/* ---- Dicts ---- */

/* A module's own parameters, its own buffers, then its children: Python's order, in which optimizers number
 * parameters. */
START_TEST(names_come_in_the_order_of_python)
{
    ct_module *net = make_net();
    ASSERT_NAMES(ct_module_parameters(net), "scale", "norm.weight", "norm.bias", "layers.0.conv.weight",
                 "layers.0.conv.bias");
    ASSERT_NAMES(ct_module_buffers(net), "steps", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked");
    ASSERT_NAMES(ct_module_state_dict(net), "scale", "steps", "norm.weight", "norm.bias", "norm.running_mean",
                 "norm.running_var", "norm.num_batches_tracked", "layers.0.conv.weight", "layers.0.conv.bias");
}
END_TEST

/* parameters() lists what several names stand for once, state_dict() under every name; as in Python. */
START_TEST(shared_tensors_are_listed_once_as_parameters)
{
    ct_module *net = ct_nn_module("Tied"), *linear = ct_nn_linear(1, 1, .bias = false);
    ct_module_set_parameter(net, "own", ct_module_parameter(linear, "weight"));
    ct_module_set_child(net, "a", linear);
    ct_module_set_child(net, "b", linear);
    ASSERT_NAMES(ct_module_parameters(net), "own");
    ASSERT_NAMES(ct_module_state_dict(net), "own", "a.weight", "b.weight");
}
END_TEST

START_TEST(state_dict_shares_memory_and_records_nothing)
{
    ct_module *net = make_net();
    ct_tensor *scale = ct_dict_get(ct_module_state_dict(net), "scale");
    ck_assert(!ct_tensor_requires_grad(scale));
    ck_assert_ok(ct_copy_(scale, number(9)));
    ck_assert_floats(ct_detach(ct_module_parameter(net, "scale")), 9);
}
END_TEST

START_TEST(a_state_dict_takes_options)
{
    ct_module *linear = ct_nn_linear(2, 2);
    ct_dict *state = ct_module_state_dict(ct_nn_sequential(linear), .prefix = "net.", .keep_vars = true);
    ck_assert_str_eq(ct_dict_name(state, 1), "net.0.bias");
    ck_assert(ct_tensor_is(ct_dict_at(state, 1), ct_module_parameter(linear, "bias")));
    ck_assert_str_eq(ct_dict_name(ct_module_state_dict(linear, .prefix = "a"), 0), "aweight");
    ct_state_dict_options all = ct_state_dict_options_default();
    ck_assert_str_eq(ct_dict_name(ct_module_state_dict_with(linear, &all), 0), "weight");
    ck_assert(!ct_tensor_requires_grad(ct_dict_at(ct_module_state_dict_with(linear, NULL), 0)));
}
END_TEST

START_TEST(zero_grad_leaves_zeros_when_asked)
{
    ct_module *linear = ct_nn_linear(1, 1);
    ct_tensor *bias = ct_module_parameter(linear, "bias");
    ct_zero_grad_options all = ct_zero_grad_options_default();
    ck_assert_ok(ct_module_zero_grad(linear, .set_to_none = false));
    ck_assert_ptr_null(ct_tensor_grad(bias));
    ck_assert_ok(ct_backward(ct_sum(ct_module_forward(linear, ct_ones(CT_DIMS(1, 1), CT_FLOAT32)))));
    ct_tensor *grad = ct_tensor_grad(bias);
    ck_assert_ok(ct_module_zero_grad(linear, .set_to_none = false));
    ck_assert_floats(grad, 0);
    ck_assert(ct_tensor_is(ct_tensor_grad(bias), grad));
    ck_assert_ok(ct_module_zero_grad_with(linear, &all));
    ck_assert_ptr_null(ct_tensor_grad(bias));
}
END_TEST

START_TEST(zero_grad_forgets_gradients)
{
    ct_module *linear = ct_nn_linear(2, 2);
    ck_assert_ok(ct_backward(ct_sum(ct_module_forward(linear, ct_ones(CT_DIMS(1, 2), CT_FLOAT32)))));
    ck_assert_floats(ct_tensor_grad(ct_module_parameter(linear, "bias")), 1, 1);
    ck_assert_ok(ct_module_zero_grad(linear));
    ck_assert_ptr_null(ct_tensor_grad(ct_module_parameter(linear, "bias")));
    ck_assert_int_eq(ct_error_code(), CT_OK);
}
END_TEST

/* ---- Modes and places ---- */

START_TEST(modes_reach_all_children)
{
    ct_module *net = make_net(), *leaf = ct_module_child(net, "layers.0.conv");
    ck_assert(ct_module_is_training(net));
    ck_assert_ok(ct_module_eval(net));
    ck_assert(!ct_module_is_training(net));
    ck_assert(!ct_module_is_training(leaf));
    ck_assert_ok(ct_module_train(ct_module_child(net, "layers"), true));
    ck_assert(ct_module_is_training(leaf));
    ck_assert(!ct_module_is_training(net));
}
END_TEST

/* Whole numbers stay, gradients go along, and the tensors stay the same ones, which an optimizer may hold. */
START_TEST(to_converts_what_is_real)
{
    ct_module *net = make_net();
    ct_tensor *scale = ct_module_parameter(net, "scale");
    ck_assert_ok(ct_backward(ct_sum(scale)));
    ck_assert_ok(ct_module_to(net, .dtype = CT_FLOAT64, .device = "cpu"));
    ck_assert(ct_tensor_is(ct_module_parameter(net, "scale"), scale));
    ck_assert_doubles(ct_detach(scale), 2);
    ck_assert_doubles(ct_tensor_grad(scale), 1);
    ck_assert_int_eq(ct_tensor_dtype(ct_module_buffer(net, "norm.running_mean")), CT_FLOAT64);
    ck_assert_longs(ct_module_buffer(net, "norm.num_batches_tracked"), 0);
    ck_assert(ct_tensor_requires_grad(scale));
}
END_TEST

START_TEST(to_refuses_what_parameters_cannot_be)
{
    ct_module *net = make_net();
    ck_assert_int_eq(ct_module_to(net, .dtype = CT_INT64), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE,
                    "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.int64");
    ck_assert_int_eq(ct_module_to(net, .device = "abacus"), CT_ERROR_RUNTIME);
    ck_assert_error(CT_ERROR_RUNTIME, "device type at start of device string: abacus");
    ck_assert_ok(ct_module_to_with(net, NULL));
    ck_assert_int_eq(ct_tensor_dtype(ct_module_parameter(net, "scale")), CT_FLOAT32);
}
END_TEST

/* ---- Copies of modules of one's own; containers and layers: their suites ---- */

START_TEST(clone_copies_all_that_a_module_has)
{
    ct_module *net = make_net();
    ct_module_set_string(net, "mode", "sum");
    ct_requires_grad_(ct_module_parameter(net, "scale"), false);
    ct_module_eval(net);
    ct_module *copy = ct_module_clone(net);
    ck_assert_str_eq(ct_module_class(copy), "Net");
    ck_assert_str_eq(ct_module_to_string(copy), ct_module_to_string(net));
    ck_assert_str_eq(ct_module_string(copy, "mode"), "sum");
    ck_assert(!ct_module_is_training(copy));
    ck_assert(!ct_tensor_requires_grad(ct_module_parameter(copy, "scale")));
    ck_assert_ok(ct_copy_(ct_module_parameter(copy, "scale"), number(9)));
    ck_assert_ok(ct_copy_(ct_module_buffer(copy, "steps"), number(9)));
    ck_assert_floats(ct_module_parameter(net, "scale"), 2);
    ck_assert_longs(ct_module_buffer(net, "steps"), 0);
}
END_TEST

/* ---- Printing ---- */

static ct_module *block(void)
{
    return ct_nn_sequential(ct_nn_linear(2, 2), ct_nn_relu());
}

static ct_module *tree_empty(void)
{
    return ct_nn_module("Net");
}

static ct_module *tree_empty_list(void)
{
    return ct_nn_module_list();
}

static ct_module *tree_empty_sequential(void)
{
    return ct_nn_sequential();
}

static ct_module *tree_equal(void)
{
    return ct_nn_module_list(ct_nn_linear(2, 2), ct_nn_linear(2, 2), ct_nn_linear(2, 2));
}

static ct_module *tree_runs(void)
{
    return ct_nn_module_list(ct_nn_relu(), block(), block(), ct_nn_tanh(), ct_nn_relu(), ct_nn_relu());
}

static ct_module *tree_nested(void)
{
    ct_module *net = ct_nn_module("Net");
    ct_module_set_child(net, "norm", ct_nn_batch_norm2d(3, .momentum = NAN));
    ct_module_set_child(net, "layers", ct_nn_module_list(ct_nn_module_list(block(), block()), ct_nn_module_list()));
    return net;
}

/* The trees of python/write_repr.py. */
static const struct {
    const char *name;
    ct_module *(*make)(void);
} trees[] = {
    {"tree_empty", tree_empty},
    {"tree_empty_list", tree_empty_list},
    {"tree_empty_sequential", tree_empty_sequential},
    {"tree_equal", tree_equal},
    {"tree_runs", tree_runs},
    {"tree_nested", tree_nested},
};

START_TEST(trees_print_as_python)
{
    char expected[2048];
    ct_module *tree = trees[_i].make();
    oracle_repr("2.14", trees[_i].name, expected, sizeof expected);
    ck_assert_str_eq(ct_module_to_string(tree), expected);
    oracle_repr("1.13", trees[_i].name, expected, sizeof expected);
    ck_assert_str_eq(ct_module_to_string(tree, .legacy = true), expected);
}
END_TEST

static TCase *group(Suite *suite, const char *name)
{
    TCase *c = suite_case(suite, name);
    tcase_add_checked_fixture(c, begin, end);
    return c;
}

static Suite *suite(void)
{
    Suite *suite = suite_create("module");
    TCase *handles = group(suite, "handles");
    tcase_add_test(handles, handles_share_the_module);
    tcase_add_test(handles, escape_moves_a_handle_outwards);
    TCase *children = group(suite, "children");
    tcase_add_test(children, children_are_found_by_path);
    tcase_add_test(children, paths_that_lead_nowhere);
    tcase_add_test(children, children_keep_the_order_of_registration);
    tcase_add_test(children, children_that_are_refused);
    TCase *tensors = group(suite, "tensors");
    tcase_add_test(tensors, tensors_are_found_by_path);
    tcase_add_test(tensors, the_tensors_are_the_modules_own);
    tcase_add_test(tensors, setting_a_parameter_registers_or_replaces);
    tcase_add_test(tensors, a_layer_takes_another_parameter);
    tcase_add_test(tensors, setting_a_buffer_registers_or_replaces);
    tcase_add_test(tensors, parameters_that_are_refused);
    tcase_add_test(tensors, buffers_that_are_refused);
    TCase *dicts = group(suite, "dicts");
    tcase_add_test(dicts, names_come_in_the_order_of_python);
    tcase_add_test(dicts, shared_tensors_are_listed_once_as_parameters);
    tcase_add_test(dicts, state_dict_shares_memory_and_records_nothing);
    tcase_add_test(dicts, a_state_dict_takes_options);
    tcase_add_test(dicts, zero_grad_forgets_gradients);
    tcase_add_test(dicts, zero_grad_leaves_zeros_when_asked);
    TCase *modes = group(suite, "modes and places");
    tcase_add_test(modes, modes_reach_all_children);
    tcase_add_test(modes, to_converts_what_is_real);
    tcase_add_test(modes, to_refuses_what_parameters_cannot_be);
    TCase *copies = group(suite, "copies");
    tcase_add_test(copies, clone_copies_all_that_a_module_has);
    TCase *printing = group(suite, "printing");
    tcase_add_loop_test(printing, trees_print_as_python, 0, (int)COUNT(trees));
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
