/* test_value.c: include/ctorch/value.h: making and reading values; those of files are in test_archive.c.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <math.h>
#include <stdio.h>

/* What the tests look into: {"epoch": 3, "net": {"layers.0": x, "names": ("a", 2.5)}, "lr": 0.5, "on": True}. */
#define SAMPLE(x)                                                                                                      \
    ct_value_dict(CT_ARGS(ct_arg("epoch", 3),                                                                          \
                          ct_arg("net", ct_value_dict(CT_ARGS(ct_arg("layers.0", x),                                   \
                                                              ct_arg("names", ct_value_tuple(CT_ARGS("a", 2.5)))))),   \
                          ct_arg("lr", 0.5), ct_arg("on", ct_value_bool(true))))

START_TEST(a_path_leads_through_keys_and_positions)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ct_value v = SAMPLE(x);
    ck_assert_int_eq(ct_value_to_int(ct_value_get(v, "epoch")), 3);
    ck_assert_str_eq(ct_value_get(v, "epoch").name, "epoch");
    ck_assert(ct_tensor_is(ct_value_get(v, "net.layers.0").as.tensor, x)); /* all that is left is one key */
    ck_assert(ct_tensor_is(ct_value_get(v, "net[\"layers.0\"]").as.tensor, x));
    ck_assert_str_eq(ct_value_text(ct_value_get(v, "net.names[0]")), "a");
    ck_assert_str_eq(ct_value_text(ct_value_get(v, "net.names.0")), "a");
    ck_assert_double_eq(ct_value_to_double(ct_value_get(v, "net.names[-1]")), 2.5);
    ck_assert_int_eq(ct_value_get(v, "").kind, CT_VALUE_DICT);
    ck_assert(ct_value_has(v, "net.names[1]"));
    ck_assert(!ct_value_has(v, "net.names[2]"));
    ck_assert(!ct_value_has(v, "net.names[1].x"));
    ck_assert(!ct_value_has(v, "net.names[1"));
    ck_assert(!ct_value_has(v, "net."));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_path_that_leads_nowhere_says_where)
{
    static const struct {
        const char *path, *part;
    } cases[] = {{"epohc", "ct_value_get: there is no 'epohc'; there are 'epoch', 'net', 'lr', 'on'"},
                 {"net.weights", "'net' is a dict and has no 'weights'; there are 'layers.0', 'names'"},
                 {"net.names[5]", "'net.names' is a tuple and has no '[5]'; it has 2 items"},
                 {"epoch.x", "'epoch' is an int and has no 'x'"}};
    ct_value v = SAMPLE(ct_value_none());
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_int_eq(ct_value_get(v, cases[i].path).kind, CT_VALUE_NONE);
        ck_assert_error(CT_ERROR_KEY, cases[i].part);
    }
    /* What reads the None that is left keeps the message. */
    ck_assert_int_eq(ct_value_to_int(ct_value_get(v, "epohc")), 0);
    ck_assert_error(CT_ERROR_KEY, "there is no 'epohc'");
    ct_value_get(v, NULL);
    ck_assert_error(CT_ERROR_VALUE, "ct_value_get: path is NULL");
}
END_TEST

START_TEST(parts_are_counted_from_both_ends)
{
    ct_scope *scope = ct_scope_begin();
    ct_value v = SAMPLE(ct_value_none());
    ck_assert_uint_eq(ct_value_size(v), 4);
    ck_assert_str_eq(ct_value_at(v, -1).name, "on");
    ck_assert_str_eq(ct_value_text(ct_value_key(v, 1)), "net");
    const int64_t numbers[] = {4, 5};
    ck_assert_int_eq(ct_value_at(ct_value_ints(numbers, 2), 1).as.integer, 5);
    ck_assert_int_eq(ct_value_at(ct_value_bytes("ab", 2), 0).as.integer, 'a');
    ck_assert_uint_eq(ct_value_size(ct_value_list(NULL, 0)), 0);
    ck_assert_ok(ct_scope_end(scope));

    ct_value_at(v, 4);
    ck_assert_error(CT_ERROR_INDEX, "ct_value_at: index 4 is out of range for a dict of 4");
    ct_value_at(v, -5);
    ck_assert_error(CT_ERROR_INDEX, "index -5");
    ck_assert_uint_eq(ct_value_size(ct_value_int(3)), 0);
    ck_assert_error(CT_ERROR_TYPE, "ct_value_size: the value is 3 (an int); expected something that has parts");
    ct_value_key(ct_value_list(CT_ARGS(1)), 0);
    ck_assert_error(CT_ERROR_TYPE, "expected a dict");
}
END_TEST

START_TEST(keys_that_are_no_texts_follow_the_values)
{
    const ct_value parts[] = {ct_value_string("zero"), ct_value_string("one"), ct_value_int(0), ct_value_int(-1)};
    ct_value v = ct_value_dict(parts, 2);
    ck_assert_str_eq(ct_value_text(ct_value_get(v, "[0]")), "zero");
    ck_assert_str_eq(ct_value_text(ct_value_get(v, "[-1]")), "one");
    ck_assert_str_eq(ct_value_text(ct_value_get(v, "0")), "zero");
    ck_assert(!ct_value_has(v, "[\"0\"]"));
    ck_assert_int_eq(ct_value_to_int(ct_value_key(v, 1)), -1);
    ck_assert_str_eq(ct_value_to_string(v), "{0: 'zero', -1: 'one'}");
}
END_TEST

START_TEST(a_state_gives_new_handles)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *state = ct_module_state_dict(ct_nn_linear(2, 3));
    ct_value v = ct_value_dict(CT_ARGS(ct_arg("model", state)));
    ck_assert_shape(ct_value_get(v, "model.weight").as.tensor, 3, 2);
    ck_assert_shape(ct_value_at(ct_value_get(v, "model"), 1).as.tensor, 3);
    ck_assert_str_eq(ct_value_text(ct_value_key(ct_value_get(v, "model"), -1)), "bias");
    int64_t before = ct_live_handles("ct_tensor");
    ck_assert(ct_value_has(v, "model.bias"));
    ck_assert(!ct_value_has(v, "model.bias[0]"));
    ck_assert_int_eq(ct_live_handles("ct_tensor"), before);
    ck_assert_str_eq(ct_value_to_string(v),
                     "{'model': {'weight': Tensor(torch.float32, (3, 2)), 'bias': Tensor(torch.float32, (3,))}}");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(numbers_are_read_as_what_they_can_be)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_int_eq(ct_value_to_int(ct_value_real(-4)), -4);
    ck_assert_int_eq(ct_value_to_int(ct_value_bool(true)), 1);
    ck_assert_int_eq(ct_value_to_int(ct_value_tensor(ct_full(CT_DIMS(1), 7, CT_FLOAT32))), 7);
    ck_assert_double_eq(ct_value_to_double(ct_value_int(3)), 3);
    ck_assert_double_eq(ct_value_to_double(ct_value_tensor(ct_full(CT_DIMS(), 0.5, CT_FLOAT64))), 0.5);
    ck_assert(ct_value_to_bool(ct_value_int(1)));
    ct_value large = ct_value_string("-0x10000000000000000");
    large.kind = CT_VALUE_LONG;
    ck_assert_double_eq(ct_value_to_double(large), -18446744073709551616.0);
    ck_assert_ok(ct_scope_end(scope));

    ck_assert_int_eq(ct_value_to_int(ct_value_named("lr", ct_value_real(0.5))), 0);
    ck_assert_error(CT_ERROR_TYPE, "ct_value_to_int: lr is 0.5 (a float); expected a whole number of 64 bits");
    ck_assert_int_eq(ct_value_to_int(ct_value_real(1e30)), 0);
    ck_assert_error(CT_ERROR_TYPE, "1e+30");
    ck_assert_int_eq(ct_value_to_int(large), 0);
    ck_assert_error(CT_ERROR_TYPE, "-0x10000000000000000");
    ck_assert(isnan(ct_value_to_double(ct_value_string("3"))));
    ck_assert_error(CT_ERROR_TYPE, "'3' (a str)");
    ck_assert(!ct_value_to_bool(ct_value_int(2)));
    ck_assert_error(CT_ERROR_TYPE, "expected a truth");
    ck_assert_str_eq(ct_value_text(ct_value_int(2)), "");
    ck_assert_error(CT_ERROR_TYPE, "expected a text");
    ck_assert_ptr_null(ct_value_to_tensor(ct_value_none()));
    ck_assert_error(CT_ERROR_TYPE, "the value is None");
    ck_assert_str_eq(ct_value_class(ct_value_int(2)), "");
    ck_assert_error(CT_ERROR_TYPE, "expected an object or a class");
}
END_TEST

START_TEST(a_value_prints_as_in_python)
{
    ct_value complex_number = ct_value_complex(1, -2.5), device = ct_value_device("cuda:1");
    ck_assert_str_eq(ct_value_to_string(complex_number), "(1-2.5j)");
    ck_assert_str_eq(ct_value_to_string(device), "device(type='cuda', index=1)");
    ck_assert_str_eq(ct_value_to_string(ct_value_dtype(CT_BFLOAT16)), "torch.bfloat16");
    ck_assert_str_eq(ct_value_to_string(ct_value_layout(CT_SPARSE_BSC)), "torch.sparse_bsc");
    ck_assert_str_eq(ct_value_to_string(ct_value_memory_format(CT_CHANNELS_LAST)), "torch.channels_last");
    ck_assert_str_eq(ct_value_to_string(ct_value_string(NULL)), "None");
    const double reals[] = {0.1, 1e22};
    ck_assert_str_eq(ct_value_to_string(ct_value_reals(reals, 2)), "[0.1, 1e+22]");
    ck_assert_str_eq(ct_value_to_string(ct_value_list(CT_ARGS(1, ct_value_tuple(CT_ARGS("x"))))), "[1, ('x',)]");
}
END_TEST

/* A list that holds itself, and a text that is longer than a listing should be. */
START_TEST(printing_ends_whatever_the_value)
{
    ct_value self[2] = {ct_value_int(1)};
    self[1] = ct_value_list(self, 2);
    ck_assert_str_eq(ct_value_to_string(self[1]), "[1, [...]]");

    ct_value *chain = calloc(5000, sizeof *chain);
    for (size_t i = 0; i < 4999; i++)
        chain[i] = ct_value_tuple(chain + i + 1, 1);
    ck_assert_ptr_nonnull(strstr(ct_value_to_string(chain[0]), "(...)"));
    free(chain);

    /* Each list twice in the one around it: 2 to the 90 in all. */
    ct_value doubled[91][2];
    for (size_t i = 0; i < 91; i++)
        for (size_t j = 0; j < 2; j++)
            doubled[i][j] = i ? ct_value_list(doubled[i - 1], 2) : ct_value_int(7);
    ck_assert_uint_lt(strlen(ct_value_to_string(doubled[90][0])), 70000);

    char *text = calloc(1, 1000001);
    memset(text, 'a', 1000000);
    ck_assert_uint_lt(strlen(ct_value_to_string(ct_value_string(text))), 70000);
    free(text);
}
END_TEST

START_TEST(an_operator_says_that_it_takes_no_dict)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    static const struct {
        ct_value_kind kind;
        const char *text;
    } cases[] = {{CT_VALUE_LIST, "a list of 0 values"},
                 {CT_VALUE_TUPLE, "a tuple of 0 values"},
                 {CT_VALUE_SET, "a set of 0 values"},
                 {CT_VALUE_DICT, "a dict of 0 values"},
                 {CT_VALUE_BYTES, "0 bytes"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ct_scope *attempt = ct_scope_begin();
        ck_assert_ptr_null(ct_call("aten::relu", CT_ARGS(((ct_value){.kind = cases[i].kind}))));
        ct_scope_catch(attempt);
        ck_assert_error(CT_ERROR_TYPE, cases[i].text);
    }
    ck_assert_ptr_nonnull(ct_call("aten::relu", CT_ARGS(x)));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("value");
    TCase *reading = suite_case(suite, "reading");
    tcase_add_test(reading, a_path_leads_through_keys_and_positions);
    tcase_add_test(reading, a_path_that_leads_nowhere_says_where);
    tcase_add_test(reading, parts_are_counted_from_both_ends);
    tcase_add_test(reading, keys_that_are_no_texts_follow_the_values);
    tcase_add_test(reading, a_state_gives_new_handles);
    tcase_add_test(reading, numbers_are_read_as_what_they_can_be);
    TCase *printing = suite_case(suite, "printing");
    tcase_add_test(printing, a_value_prints_as_in_python);
    tcase_add_test(printing, printing_ends_whatever_the_value);
    tcase_add_test(printing, an_operator_says_that_it_takes_no_dict);
    return suite_run(suite);
}
