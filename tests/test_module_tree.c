/* tests/test_module_tree.c: what goes through a whole tree of modules (walking, counting, freezing, converting,
 * changing it by paths), and calls with any number of inputs and outputs.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

static ct_tensor *number(double value)
{
    return ct_full(CT_DIMS(1), value, CT_FLOAT32);
}

/* A Sequential in which one layer stands twice. */
static ct_module *make_net(void)
{
    ct_module *shared = ct_nn_linear(2, 2);
    return ct_nn_sequential(ct_nn_linear(3, 2), shared, ct_nn_sequential(ct_nn_relu(), shared), ct_nn_batch_norm1d(2));
}

/* ---- Walking ---- */

typedef struct note {
    char text[400];
    const char *stop_at;
} note;

static void write_down(const char *path, ct_module *module, void *user)
{
    note *n = user;
    size_t used = strlen(n->text);
    snprintf(n->text + used, sizeof n->text - used, "[%s %s]", path, ct_module_class(module));
    if (n->stop_at && strcmp(path, n->stop_at) == 0)
        ct_error_set(CT_ERROR_VALUE, "enough");
}

START_TEST(named_modules_are_shown_once_parents_first)
{
    note n = {0};
    ck_assert_ok(ct_module_named_modules(make_net(), write_down, &n));
    ck_assert_str_eq(n.text, "[ Sequential][0 Linear][1 Linear][2 Sequential][2.0 ReLU][3 BatchNorm1d]");
}
END_TEST

START_TEST(named_modules_take_options)
{
    note all = {0}, once = {0};
    ck_assert_ok(ct_module_named_modules(make_net(), write_down, &all, .prefix = "net", .remove_duplicate = false));
    ck_assert_str_eq(all.text, "[net Sequential][net.0 Linear][net.1 Linear][net.2 Sequential][net.2.0 ReLU]"
                               "[net.2.1 Linear][net.3 BatchNorm1d]");
    ct_named_modules_options options = ct_named_modules_options_default();
    options.prefix = NULL;
    ck_assert_ok(ct_module_named_modules_with(ct_module_at(make_net(), 2), write_down, &once, &options));
    ck_assert_str_eq(once.text, "[ Sequential][0 ReLU][1 Linear]");
}
END_TEST

START_TEST(apply_shows_children_first_and_every_time)
{
    note n = {0};
    ck_assert_ok(ct_module_apply(make_net(), write_down, &n));
    ck_assert_str_eq(n.text, "[0 Linear][1 Linear][2.0 ReLU][2.1 Linear][2 Sequential][3 BatchNorm1d][ Sequential]");
}
END_TEST

START_TEST(a_failure_ends_the_walk)
{
    note n = {.stop_at = "1"};
    ct_scope *trial = ct_scope_begin();
    ck_assert_int_eq(ct_module_named_modules(make_net(), write_down, &n), CT_ERROR_VALUE);
    ct_scope_end(trial);
    ck_assert_error(CT_ERROR_VALUE, "enough");
    ck_assert_str_eq(n.text, "[ Sequential][0 Linear][1 Linear]");
}
END_TEST

/* ---- Names, counts, freezing, types ---- */

START_TEST(names_take_options)
{
    ct_module *net = make_net();
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(net)), 6);
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(net, .remove_duplicate = false)), 8);
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(net, .recurse = false)), 0);
    ct_dict *named = ct_module_parameters(ct_module_at(net, 0), .prefix = "net.first", .recurse = false);
    ck_assert_str_eq(ct_dict_name(named, 1), "net.first.bias");
    ck_assert_str_eq(ct_dict_name(ct_module_buffers(net, .prefix = "m"), 0), "m.3.running_mean");
}
END_TEST

START_TEST(parameters_are_counted_once_and_frozen)
{
    ct_module *net = make_net();
    ck_assert_int_eq(ct_module_parameter_count(net, false), 3 * 2 + 2 + 2 * 2 + 2 + 2 + 2);
    ck_assert_ok(ct_module_requires_grad_(ct_module_at(net, 0), false));
    ck_assert_int_eq(ct_module_parameter_count(net, true), 2 * 2 + 2 + 2 + 2);
    ck_assert(!ct_tensor_requires_grad(ct_module_parameter(net, "0.weight")));
    ck_assert_ok(ct_module_requires_grad_(net, true));
    ck_assert_int_eq(ct_module_parameter_count(net, true), ct_module_parameter_count(net, false));
}
END_TEST

START_TEST(types_are_converted)
{
    ct_module *net = make_net();
    ck_assert_ok(ct_module_to_double(net));
    ck_assert_int_eq(ct_tensor_dtype(ct_module_parameter(net, "0.weight")), CT_FLOAT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_module_buffer(net, "3.num_batches_tracked")), CT_INT64);
    ck_assert_ok(ct_module_to_half(net));
    ck_assert_int_eq(ct_tensor_dtype(ct_module_parameter(net, "0.weight")), CT_FLOAT16);
    ck_assert_ok(ct_module_to_bfloat16(net));
    ck_assert_int_eq(ct_tensor_dtype(ct_module_buffer(net, "3.running_var")), CT_BFLOAT16);
    ck_assert_ok(ct_module_to_float(net));
    ck_assert_int_eq(ct_tensor_dtype(ct_module_parameter(net, "0.weight")), CT_FLOAT32);
}
END_TEST

/* ---- Changing a tree ---- */

START_TEST(a_submodule_is_set_by_its_path)
{
    ct_module *net = make_net();
    ck_assert_ok(ct_module_set_submodule(net, "2.0", ct_nn_tanh()));
    ck_assert_str_eq(ct_module_class(ct_module_child(net, "2.0")), "Tanh");
    ck_assert_int_eq(ct_module_set_submodule(net, "2.9.x", ct_nn_tanh()), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "ct_module_set_submodule: there is no module '2.9'");
    ck_assert_int_eq(ct_module_set_submodule(net, "", ct_nn_tanh()), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "module name can't be empty string");
}
END_TEST

START_TEST(a_child_is_deleted_by_its_name)
{
    ct_module *net = ct_nn_module("Net");
    ct_module_set_child(net, "a", ct_nn_relu());
    ct_module_set_child(net, "b", ct_nn_tanh());
    ck_assert_ok(ct_module_delete_child(net, "a"));
    ck_assert_str_eq(ct_module_to_string(net), "Net(\n  (b): Tanh()\n)");
    ck_assert_int_eq(ct_module_delete_child(net, "a"), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "'Net' object has no module 'a'");
}
END_TEST

/* What is shared in a module is shared in its copy: a weight that two layers have, and a layer that stands twice. */
START_TEST(a_copy_keeps_what_is_tied)
{
    ct_module *net = ct_nn_sequential(ct_nn_linear(2, 2), ct_nn_linear(2, 2));
    ct_module_set_parameter(ct_module_at(net, 1), "weight", ct_module_parameter(net, "0.weight"));
    ct_module *copy = ct_module_clone(net);
    ck_assert(ct_tensor_is(ct_module_parameter(copy, "0.weight"), ct_module_parameter(copy, "1.weight")));
    ck_assert(!ct_tensor_is(ct_module_parameter(copy, "0.weight"), ct_module_parameter(net, "0.weight")));
    copy = ct_module_clone(make_net());
    ck_assert(ct_module_is(ct_module_child(copy, "1"), ct_module_child(copy, "2.1")));
}
END_TEST

/* A layer that was given more than its own is copied with it. */
START_TEST(a_copy_has_what_was_added)
{
    ct_module *linear = ct_nn_linear(1, 1);
    ct_module_set_child(linear, "extra", ct_nn_relu());
    ct_module_set_parameter(linear, "scale", number(2));
    ct_module_set_int(linear, "level", 3);
    ct_module *copy = ct_module_clone(linear);
    ck_assert_str_eq(ct_module_class(ct_module_child(copy, "extra")), "ReLU");
    ck_assert_floats(ct_detach(ct_module_parameter(copy, "scale")), 2);
    ck_assert_int_eq(ct_module_int(copy, "level"), 3);
}
END_TEST

/* ---- Attributes of layers ---- */

START_TEST(arguments_of_layers_are_attributes)
{
    ct_module *dropout = ct_nn_dropout(.p = 0.25);
    ck_assert_double_eq(ct_module_double(dropout, "p"), 0.25);
    ck_assert_ok(ct_module_set_double(dropout, "p", 0.5));
    ck_assert_str_eq(ct_module_to_string(dropout), "Dropout(p=0.5, inplace=False)");
    ck_assert_int_eq(ct_module_int(ct_nn_linear(3, 4), "in_features"), 3);
    ck_assert_int_eq(ct_module_set_string(dropout, "p", "much"), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "'Dropout' object's p is 0.5; it cannot become 'much', which is of another type");
    ck_assert_int_eq(ct_module_int(dropout, "p"), 0);
    ck_assert_error(CT_ERROR_TYPE, "attribute 'p' of 'Dropout' is 0.5, not a whole number");
}
END_TEST

/* ---- Any number of inputs and outputs ---- */

START_TEST(a_layer_gives_several_outputs)
{
    ct_tensor *y, *h = NULL, *c = NULL;
    ct_module *lstm = ct_nn_lstm(3, 4);
    ck_assert_ok(ct_module_call(lstm, CT_TENSORS(ct_ones(CT_DIMS(5, 2, 3), CT_FLOAT32)), CT_OUTPUTS(&y, &h, &c)));
    ck_assert_shape(y, 5, 2, 4);
    ck_assert_shape(c, 1, 2, 4);
    ck_assert_ok(
        ct_module_call(lstm, CT_TENSORS(ct_ones(CT_DIMS(5, 2, 3), CT_FLOAT32), h, c), CT_OUTPUTS(&y, NULL, NULL)));
    ct_tensor *untouched = y;
    ck_assert_int_eq(ct_module_call(lstm, CT_TENSORS(ct_ones(CT_DIMS(5, 2, 3), CT_FLOAT32)), CT_OUTPUTS(&y)),
                     CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_module_call: LSTM gives 3 outputs; 1 were asked for");
    ck_assert_ptr_eq(y, untouched);
    ck_assert_ptr_null(ct_module_forward(lstm, ct_ones(CT_DIMS(5, 2, 3), CT_FLOAT32)));
    ck_assert_error(CT_ERROR_TYPE, "LSTM gives 3 outputs; ct_module_call takes them");
}
END_TEST

static size_t sum_and_difference(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)self, (void)user;
    ck_assert_uint_le(n, 2);
    outputs[0] = n > 1 && inputs[1] ? ct_add(inputs[0], inputs[1]) : inputs[0];
    outputs[1] = n > 1 && inputs[1] ? ct_sub(inputs[0], inputs[1]) : NULL;
    return 2;
}

START_TEST(a_callback_takes_and_gives_any_number)
{
    ct_module *both = ct_nn_module("Both", .call = sum_and_difference);
    ct_tensor *sum, *difference;
    ck_assert_ok(ct_module_call(both, CT_TENSORS(number(5), number(3)), CT_OUTPUTS(&sum, &difference)));
    ck_assert_floats(sum, 8);
    ck_assert_floats(difference, 2);
    ck_assert_ok(ct_module_call(both, CT_TENSORS(number(5), NULL), CT_OUTPUTS(&sum, &difference)));
    ck_assert_floats(sum, 5);
    ck_assert_ptr_null(difference);
}
END_TEST

/* Each stage gets all that the one before gave, as in Python. */
START_TEST(a_sequential_passes_all_outputs_on)
{
    ct_module *net = ct_nn_sequential(ct_nn_module("Both", .call = sum_and_difference),
                                      ct_nn_module("Both", .call = sum_and_difference));
    ct_tensor *a, *b;
    ck_assert_ok(ct_module_call(net, CT_TENSORS(number(5), number(3)), CT_OUTPUTS(&a, &b)));
    ck_assert_floats(a, 10);
    ck_assert_floats(b, 6);
    ck_assert_ok(ct_module_append(net, ct_nn_bilinear(1, 1, 1, .bias = false)));
    ct_tensor *y = NULL;
    ck_assert_ok(ct_module_call(net, CT_TENSORS(number(5), number(3)), CT_OUTPUTS(&y)));
    ck_assert_shape(y, 1);
    ck_assert_ok(ct_module_append(net, ct_nn_sequential(ct_nn_relu())));
    ck_assert_ok(ct_module_call(net, CT_TENSORS(number(5), number(3)), CT_OUTPUTS(&y)));
    ck_assert_shape(y, 1);
}
END_TEST

START_TEST(a_stage_that_cannot_take_them_says_so)
{
    ct_module *net = ct_nn_sequential(ct_nn_lstm(3, 4), ct_nn_linear(4, 2));
    ck_assert_ptr_null(ct_module_forward(net, ct_ones(CT_DIMS(5, 2, 3), CT_FLOAT32)));
    ck_assert_error(CT_ERROR_TYPE, "1: Linear.forward() takes 1 input but 3 were given");
    ct_tensor *y;
    ck_assert_int_eq(ct_module_call(ct_nn_mse_loss(), CT_TENSORS(number(1)), CT_OUTPUTS(&y)), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "MSELoss.forward() missing a required argument: 'target'");
    ck_assert_int_eq(ct_module_call(ct_nn_relu(), NULL, 0, CT_OUTPUTS(&y)), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "ReLU.forward() missing a required argument: 'input'");
}
END_TEST

static size_t too_many(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)self, (void)inputs, (void)n, (void)outputs, (void)user;
    return CT_OUTPUTS_MAX + 1;
}

START_TEST(a_callback_cannot_give_more_than_there_is_room_for)
{
    ct_tensor *y;
    ct_module *module = ct_nn_module("Many", .call = too_many);
    ck_assert_int_eq(ct_module_call(module, CT_TENSORS(number(1)), CT_OUTPUTS(&y)), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE,
                    "the call of Many returned 17 as the number of its outputs; at most 16 are possible");
}
END_TEST

static TCase *group(Suite *suite, const char *name)
{
    TCase *group = suite_case(suite, name);
    tcase_add_checked_fixture(group, begin, end);
    return group;
}

int main(void)
{
    Suite *suite = suite_create("module tree");
    TCase *walking = group(suite, "walking");
    tcase_add_test(walking, named_modules_are_shown_once_parents_first);
    tcase_add_test(walking, named_modules_take_options);
    tcase_add_test(walking, apply_shows_children_first_and_every_time);
    tcase_add_test(walking, a_failure_ends_the_walk);
    TCase *tensors = group(suite, "tensors");
    tcase_add_test(tensors, names_take_options);
    tcase_add_test(tensors, parameters_are_counted_once_and_frozen);
    tcase_add_test(tensors, types_are_converted);
    TCase *changing = group(suite, "changing");
    tcase_add_test(changing, a_submodule_is_set_by_its_path);
    tcase_add_test(changing, a_child_is_deleted_by_its_name);
    tcase_add_test(changing, a_copy_keeps_what_is_tied);
    tcase_add_test(changing, a_copy_has_what_was_added);
    tcase_add_test(changing, arguments_of_layers_are_attributes);
    TCase *calls = group(suite, "calls");
    tcase_add_test(calls, a_layer_gives_several_outputs);
    tcase_add_test(calls, a_callback_takes_and_gives_any_number);
    tcase_add_test(calls, a_sequential_passes_all_outputs_on);
    tcase_add_test(calls, a_stage_that_cannot_take_them_says_so);
    tcase_add_test(calls, a_callback_cannot_give_more_than_there_is_room_for);
    return suite_run(suite);
}
