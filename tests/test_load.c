/* test_load.c: include/ctorch/checkpoint.h: loading under other names, other element types, and without copying.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>
#include <unistd.h>

static ct_module *linear(void)
{
    ct_module *net = ct_nn_sequential(ct_nn_linear(2, 2));
    ct_dict *parameters = ct_module_parameters(net);
    for (size_t i = 0; i < ct_dict_size(parameters); i++)
        ct_init_constant_(ct_dict_at(parameters, i), 1);
    return net;
}

/* A state_dict for it, of twos and threes, under names that begin otherwise. */
static ct_dict *dict_under(const char *prefix)
{
    char name[64];
    ct_dict *dict = ct_dict_new();
    snprintf(name, sizeof name, "%sweight", prefix);
    ct_dict_set(dict, name, ct_full(CT_DIMS(2, 2), 2, CT_FLOAT32));
    snprintf(name, sizeof name, "%sbias", prefix);
    ct_dict_set(dict, name, ct_full(CT_DIMS(2), 3, CT_FLOAT32));
    return dict;
}

static void assert_loaded(const ct_module *net)
{
    ck_assert_floats(ct_module_parameter(net, "0.weight"), 2, 2, 2, 2);
    ck_assert_floats(ct_module_parameter(net, "0.bias"), 3, 3);
}

static void assert_untouched(const ct_module *net)
{
    ck_assert_floats(ct_module_parameter(net, "0.weight"), 1, 1, 1, 1);
    ck_assert_floats(ct_module_parameter(net, "0.bias"), 1, 1);
}

/* ---- Names ---- */

START_TEST(a_prefix_is_stripped_and_added)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ck_assert_ok(ct_module_load_state_dict(net, dict_under("module.0."), .strip_prefix = "module."));
    assert_loaded(net);
    net = linear();
    ck_assert_ok(ct_module_load_state_dict(net, dict_under(""), .add_prefix = "0."));
    assert_loaded(net);
    net = linear();
    ck_assert_ok(
        ct_module_load_state_dict(net, dict_under("_orig_mod."), .strip_prefix = "_orig_mod.", .add_prefix = "0."));
    assert_loaded(net);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_rename_goes_for_a_key_and_for_all_below_a_path)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_rename path[] = {{"back", "wrong"}, {"backbone.fc", "0"}};
    ck_assert_ok(ct_module_load_state_dict(net, dict_under("backbone.fc."), .renames = path, .n_renames = 2));
    assert_loaded(net);
    net = linear();
    ct_rename keys[] = {{"gamma.weight", "0.weight"}, {"gamma.bias", "0.bias"}};
    ck_assert_ok(
        ct_module_load_state_dict(net, dict_under("m.gamma."), .strip_prefix = "m.", .renames = keys, .n_renames = 2));
    assert_loaded(net);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

static const char *first_layer_only(const char *key, void *user)
{
    *(int *)user += 1;
    if (strncmp(key, "conv0.", 6) != 0)
        return NULL;
    static char name[64];
    snprintf(name, sizeof name, "0.%s", key + 6);
    return name;
}

START_TEST(a_callback_renames_and_leaves_out)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_dict *dict = dict_under("conv0.");
    ct_dict_set(dict, "head.weight", ct_ones(CT_DIMS(5), CT_FLOAT32));
    int calls = 0;
    ck_assert_ok(ct_module_load_state_dict(net, dict, .rename = first_layer_only, .user = &calls));
    assert_loaded(net);
    ck_assert_int_eq(calls, 3);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

static const char *always_the_same(const char *key, void *user)
{
    (void)key;
    return user;
}

START_TEST(renames_that_collide_change_nothing)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_scope *attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_under("0."), .rename = always_the_same, .user = "0.weight");
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY,
                    "ct_module_load_state_dict: '0.bias' is renamed to '0.weight', which another entry is already");
    attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_under("0."), .renames = &(ct_rename){"0.bias", NULL}, .n_renames = 1);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_module_load_state_dict: renames[0] has no 'to'");
    attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_under("0."), .n_renames = 1);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_module_load_state_dict: renames is NULL");
    assert_untouched(net);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_common_prefix_is_pointed_out)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_scope *attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_under("module.0."));
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "Every key begins with \"module.\": load with .strip_prefix = \"module.\".");
    attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_under(""));
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "The model's keys begin with \"0.\": load with .add_prefix = \"0.\".");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(the_report_names_the_module_that_wants_a_key)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_load_report *report = NULL;
    ct_dict *dict = ct_dict_new();
    ct_dict_set(dict, "0.weight", ct_ones(CT_DIMS(2, 2), CT_FLOAT64));
    ct_dict_set(dict, "1.bias", ct_ones(CT_DIMS(2), CT_FLOAT32));
    ck_assert_ok(ct_module_load_state_dict(net, dict, .strict = false, .report = &report));
    ck_assert_uint_eq(ct_load_report_size(report), 3);
    ck_assert_str_eq(ct_load_report_key(report, 0), "0.bias");
    ck_assert_str_eq(ct_load_report_module(report, 0), "0");
    ck_assert_int_eq(ct_load_report_problem(report, 1), CT_LOAD_UNEXPECTED);
    ck_assert_str_eq(ct_load_report_module(report, 1), "");
    ck_assert_int_eq(ct_load_report_problem(report, 2), CT_LOAD_DTYPE);
    ck_assert_str_eq(ct_load_report_detail(report, 2),
                     "the checkpoint has torch.float64, the current model torch.float32");
    ck_assert_str_eq(ct_load_report_module(report, 2), "0");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_state_dict_is_taken_from_where_it_is_said_to_be)
{
    ct_scope *scope = ct_scope_begin();
    char path[64];
    snprintf(path, sizeof path, "/tmp/ctorch-load-%d.pt", (int)getpid());
    ct_dict *other = ct_dict_new();
    ct_dict_set(other, "0.weight", ct_ones(CT_DIMS(2, 2), CT_FLOAT32));
    ct_dict_set(other, "0.bias", ct_ones(CT_DIMS(2), CT_FLOAT32));
    ck_assert_ok(ct_save(path, ct_value_dict(CT_ARGS(ct_arg("model", other), ct_arg("ema", dict_under("0."))))));
    ct_module *net = linear();
    ck_assert_ok(ct_module_load(net, path, .at = "ema"));
    assert_loaded(net);
    ck_assert_ok(ct_module_load(net, path));
    assert_untouched(net);
    ct_scope *attempt = ct_scope_begin();
    ct_module_load(net, path, .at = "best");
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "best");
    remove(path);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Element types, and tensors that are taken over ---- */

START_TEST(an_element_type_must_be_the_same_if_asked)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_module_to(net, .dtype = CT_FLOAT64);
    ct_scope *attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_under("0."), .exact_dtype = true);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "dtype mismatch for 0.weight: the checkpoint has torch.float32, the current model "
                                  "torch.float64.");
    ck_assert_doubles(ct_module_parameter(net, "0.bias"), 1, 1);
    ck_assert_ok(ct_module_load_state_dict(net, dict_under("0.")));
    ck_assert_doubles(ct_module_parameter(net, "0.bias"), 3, 3);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(tensors_are_taken_over_if_asked)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_sequential(ct_nn_linear(2, 2), ct_nn_batch_norm1d(2));
    ct_requires_grad_(ct_module_parameter(net, "0.bias"), false);
    ct_module *other = ct_nn_sequential(ct_nn_linear(2, 2), ct_nn_batch_norm1d(2));
    ct_module_to(other, .dtype = CT_FLOAT64);
    ct_dict *dict = ct_module_state_dict(other);
    ck_assert_ok(ct_module_load_state_dict(net, dict, .assign = true));
    ck_assert_int_eq(ct_tensor_dtype(ct_module_parameter(net, "0.weight")), CT_FLOAT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_module_buffer(net, "1.running_mean")), CT_FLOAT64);
    ck_assert(ct_tensor_requires_grad(ct_module_parameter(net, "0.weight")));
    ck_assert(!ct_tensor_requires_grad(ct_module_parameter(net, "0.bias")));
    ct_fill_scalar_(ct_dict_get(dict, "0.bias"), 7);
    ck_assert_doubles(ct_module_parameter(net, "0.bias"), 7, 7); /* one memory */
    ct_tensor *x = ct_ones(CT_DIMS(3, 2), CT_FLOAT64);
    ck_assert_ptr_nonnull(ct_module_forward(net, x));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_tensor_that_cannot_learn_is_not_taken_over)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_dict *dict = ct_dict_new();
    ct_dict_set(dict, "0.weight", ct_full(CT_DIMS(2, 2), 2, CT_FLOAT32));
    ct_dict_set(dict, "0.bias", ct_full(CT_DIMS(2), 3, CT_INT64));
    ct_scope *attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict, .assign = true);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "ct_module_load_state_dict: '0.bias' requires a gradient, which a tensor of "
                                   "torch.int64 cannot");
    assert_untouched(net);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Matching by order and shape ---- */

START_TEST(entries_are_matched_by_word_order_and_shape)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_sequential(ct_nn_linear(4, 3), ct_nn_linear(3, 3), ct_nn_linear(3, 3));
    ct_dict *dict = ct_dict_new();
    ct_dict_set(dict, "0.weight", ct_ones(CT_DIMS(3, 4), CT_FLOAT32)); /* has its partner */
    ct_dict_set(dict, "b.first.bias", ct_full(CT_DIMS(3), 1, CT_FLOAT32));
    ct_dict_set(dict, "b.second.weight", ct_full(CT_DIMS(3, 3), 2, CT_FLOAT32));
    ct_dict_set(dict, "b.second.bias", ct_full(CT_DIMS(3), 2, CT_FLOAT32));
    ct_dict_set(dict, "b.third.kernel", ct_full(CT_DIMS(3, 3), 3, CT_FLOAT32));
    ct_dict_set(dict, "b.third.bias", ct_full(CT_DIMS(3), 3, CT_FLOAT32));
    ct_dict_set(dict, "b.unrelated", ct_ones(CT_DIMS(9), CT_FLOAT32));

    ct_rename_table *table = ct_module_match(net, dict);
    ck_assert_str_eq(ct_rename_table_to_string(table), "{\"b.first.bias\", \"0.bias\"},\n"
                                                       "{\"b.second.weight\", \"1.weight\"},\n"
                                                       "{\"b.second.bias\", \"1.bias\"},\n"
                                                       "{\"b.third.kernel\", \"2.weight\"},\n"
                                                       "{\"b.third.bias\", \"2.bias\"},");
    ck_assert_ok(ct_module_load_state_dict(net, dict, .strict = false, .renames = ct_rename_table_data(table),
                                           .n_renames = ct_rename_table_size(table)));
    ck_assert_floats(ct_module_parameter(net, "2.bias"), 3, 3, 3);
    ck_assert_floats(ct_at(ct_module_parameter(net, "1.weight"), "0"), 2, 2, 2);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_dict_that_fits_needs_no_renames)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = linear();
    ct_rename_table *table = ct_module_match(net, ct_module_state_dict(net));
    ck_assert_uint_eq(ct_rename_table_size(table), 0);
    ck_assert_str_eq(ct_rename_table_to_string(table), "");
    ck_assert_uint_eq(ct_rename_table_size(ct_module_match(net, ct_dict_new())), 0);
    ct_scope *inner = ct_scope_begin();
    table = ct_rename_table_escape(ct_module_match(net, dict_under("x.")));
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_uint_eq(ct_rename_table_size(table), 2);
    ct_rename_table_free(table);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load");

    TCase *names = suite_case(suite, "names");
    tcase_add_test(names, a_prefix_is_stripped_and_added);
    tcase_add_test(names, a_rename_goes_for_a_key_and_for_all_below_a_path);
    tcase_add_test(names, a_callback_renames_and_leaves_out);
    tcase_add_test(names, renames_that_collide_change_nothing);
    tcase_add_test(names, a_common_prefix_is_pointed_out);
    tcase_add_test(names, a_state_dict_is_taken_from_where_it_is_said_to_be);
    tcase_add_test(names, the_report_names_the_module_that_wants_a_key);

    TCase *tensors = suite_case(suite, "tensors");
    tcase_add_test(tensors, an_element_type_must_be_the_same_if_asked);
    tcase_add_test(tensors, tensors_are_taken_over_if_asked);
    tcase_add_test(tensors, a_tensor_that_cannot_learn_is_not_taken_over);

    TCase *matching = suite_case(suite, "matching");
    tcase_add_test(matching, entries_are_matched_by_word_order_and_shape);
    tcase_add_test(matching, a_dict_that_fits_needs_no_renames);

    return suite_run(suite);
}
