/* tests/test_script.c: ctorch/script.h: programs that Python wrote (python/script_cases.py), called with arguments of
 * every kind, changed, saved and read again.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "script_files.h"

#include <unistd.h>

/* That it gives what Python gave. */
static void check_output(const ct_script *net)
{
    ct_tensor *y = ct_script_forward(net, expected("x"));
    ck_assert_msg(y != NULL, "%s", ct_error_message());
    ck_assert(ct_allclose(y, expected("y"), .rtol = 1e-5, .atol = 1e-6));
}

/* ---- Loading ---- */

START_TEST(gives_what_python_gave)
{
    ct_scope *scope = ct_scope_begin();
    check_output(load("net.pt"));
    check_output(load("traced.pt"));
    check_output(ct_script_load(python_file("net.pt"), .device = "cpu"));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(loads_from_memory)
{
    ct_scope *scope = ct_scope_begin();
    size_t size;
    void *bytes = oracle_bytes(python_file("net.pt"), &size);
    ct_script *net = ct_script_load_memory(bytes, size, .device = "cpu");
    memset(bytes, 0, size);
    check_output(net);
    ck_assert_ok(ct_scope_end(scope));
    free(bytes);
}
END_TEST

START_TEST(says_what_a_file_is_that_is_no_program)
{
    ck_assert(ct_script_load("/nowhere/net.pt") == NULL);
    ck_assert_error(CT_ERROR_IO, "/nowhere/net.pt: ");
    ck_assert(ct_script_load(python_file("state.pt")) == NULL);
    ck_assert_error(CT_ERROR_FORMAT, "state.pt: was written by torch.save, and has no code; ct_load");
    ck_assert(ct_script_load(oracle_path("CTORCH_TEST_DATA", "suite.h")) == NULL);
    ck_assert_error(CT_ERROR_FORMAT, "suite.h: is no zip archive");
    ck_assert(ct_script_load_memory("", 0) == NULL);
    ck_assert_error(CT_ERROR_FORMAT, "the program in memory: is empty");
    ck_assert(ct_script_load(python_file("net.pt"), .device = "nosuch") == NULL);
    ck_assert_error(CT_ERROR_RUNTIME, "nosuch");
}
END_TEST

/* Every prefix of a file, and the file with a byte changed: an error or a program, never more. */
START_TEST(survives_damage)
{
    size_t size;
    unsigned char *bytes = oracle_bytes(python_file("pair.pt"), &size);
    for (size_t i = 0; i < 200; i++) {
        size_t at = i * (size - 1) / 199;
        ct_script *cut = ct_script_load_memory(bytes, at);
        ck_assert_msg(cut == NULL, "%zu of %zu bytes load", at, size);
        ct_error_clear();
        bytes[at] ^= 0x5a;
        ct_script_free(ct_script_load_memory(bytes, size));
        ct_error_clear();
        bytes[at] ^= 0x5a;
    }
    ct_script_free(ct_script_load_memory(bytes, size));
    free(bytes);
}
END_TEST

/* ---- Methods ---- */

START_TEST(lists_its_methods)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    static const char *const names[] = {"forward", "encode", "split_at", "nested",
                                        "kinds",   "point",  "nothing",  "refuse"};
    ck_assert_uint_eq(ct_script_method_count(net), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        bool found = false;
        for (size_t j = 0; j < COUNT(names); j++)
            found |= strcmp(ct_script_method_name(net, j), names[i]) == 0;
        ck_assert_msg(found, "%s is missing", names[i]);
    }
    ck_assert_str_eq(ct_script_schema(net, "encode"),
                     "encode(__torch__.script_cases.Net self, Tensor x, int power=2, Tensor? bias=None) -> Tensor");
    ck_assert_ok(ct_scope_end(scope));

    net = load("net.pt");
    ck_assert_str_eq(ct_script_method_name(net, 8), "");
    ck_assert_error(CT_ERROR_INDEX, "index 8 is out of range for 8 methods");
    ck_assert_str_eq(ct_script_schema(net, "decode"), "");
    ck_assert_error(CT_ERROR_KEY, "there is no method 'decode'; it has ");
    ct_script_free(net);
}
END_TEST

START_TEST(takes_positions_keywords_and_defaults)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ct_tensor *x = ct_arange(0, 4, 1, CT_FLOAT32);
    ck_assert_floats(ct_script_call(net, "encode", CT_ARGS(x)), 0, 1, 4, 9);
    ck_assert_floats(ct_script_call(net, "encode", CT_ARGS(x, 3)), 0, 1, 8, 27);
    ck_assert_floats(ct_script_call(net, "encode", CT_ARGS(x, ct_arg("bias", ct_ones(CT_DIMS(4), CT_FLOAT32)))), 1, 2,
                     5, 10);
    ck_assert(ct_script_call(net, "nothing", CT_ARGS()) == NULL);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(checks_arguments_before_the_call)
{
    ct_script *net = load("net.pt");
    ct_tensor *x = ct_arange(0, 4, 1, CT_FLOAT32);
    ck_assert(ct_script_call(net, "encode", CT_ARGS(x, 0.5)) == NULL);
    ck_assert_error(CT_ERROR_TYPE, "encode: argument 2 'power' is int; got 0.5 (float)");
    ck_assert(ct_script_call(net, "encode", CT_ARGS()) == NULL);
    ck_assert_error(CT_ERROR_VALUE, "encode: missing value for argument 'x'");
    ck_assert(ct_script_call(net, "encode", CT_ARGS(x, 2, x, x)) == NULL);
    ck_assert_error(CT_ERROR_VALUE, "encode: takes 3 positional argument(s) but 4");
    ck_assert(ct_script_call(net, "encode", CT_ARGS(x, ct_arg("scale", 2))) == NULL);
    ck_assert_error(CT_ERROR_KEY, "Unknown keyword argument 'scale'");
    ck_assert(ct_script_call(net, "decode", CT_ARGS(x)) == NULL);
    ck_assert_error(CT_ERROR_KEY, "decode: there is no method 'decode'");
    ck_assert(ct_script_call(net, "split_at", CT_ARGS(x, 1)) == NULL);
    ck_assert_error(CT_ERROR_TYPE, "not one tensor: use ct_script_call_into");
    ct_value results[2];
    ck_assert_int_eq(ct_script_call_into(net, "split_at", CT_ARGS(x, 1), results, 2), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "split_at: returns 3 values, Tuple[Tensor, Tuple[Tensor, int]]; got places for 2");
    ct_tensor_free(x);
    ct_script_free(net);
}
END_TEST

START_TEST(lays_tuples_flat_or_gives_them_whole)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ct_tensor *x = ct_arange(0, 4, 1, CT_FLOAT32);
    ct_value r[3];
    ck_assert_ok(ct_script_call_into(net, "split_at", CT_ARGS(x, 1), r, 3));
    ck_assert_floats(r[0].as.tensor, 0);
    ck_assert_floats(r[1].as.tensor, 1, 2, 3);
    ck_assert_int_eq(r[2].as.integer, 1);

    ck_assert_ok(ct_script_call_into(net, "split_at", CT_ARGS(x, 1), r, 1));
    ck_assert_int_eq(r[0].kind, CT_VALUE_TUPLE);
    ck_assert_uint_eq(r[0].n, 2);
    ck_assert_int_eq(r[0].as.values[1].kind, CT_VALUE_TUPLE);
    ck_assert_int_eq(r[0].as.values[1].as.values[1].as.integer, 1);

    ck_assert_ok(ct_script_call_into(net, "point", CT_ARGS(x), r, 1));
    ck_assert_str_eq(r[0].as.values[0].name, "place");
    ck_assert_str_eq(r[0].as.values[1].name, "weight");
    ck_assert(r[0].as.values[1].as.real == 2.5);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(takes_and_gives_nested_values)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ct_value rows = ct_value_list(CT_ARGS(ct_value_ints(CT_DIMS(1, 2)), ct_value_list(CT_ARGS(3, 4))));
    ct_value by_name = ct_value_dict(CT_ARGS(ct_arg("a", ct_ones(CT_DIMS(2), CT_FLOAT32))));
    ct_value result;
    ck_assert_ok(ct_script_call_into(
        net, "nested", CT_ARGS(rows, by_name, ct_value_tuple(CT_ARGS(10, "!")), ct_arg("choice", 0.5)), &result, 1));
    ck_assert_int_eq(result.kind, CT_VALUE_DICT);
    ck_assert_uint_eq(result.n, 2);
    ck_assert_str_eq(result.as.values[0].name, "a!");
    ck_assert_int_eq(result.as.values[0].kind, CT_VALUE_TENSORS);
    ck_assert_floats(result.as.values[0].as.tensors[0], 30, 30);
    ck_assert_floats(result.as.values[0].as.tensors[1], 70, 70);
    ck_assert_str_eq(result.as.values[1].name, "choice");

    ct_dict *state = ct_dict_new();
    ct_dict_set(state, "b", ct_ones(CT_DIMS(1), CT_FLOAT32));
    ck_assert_ok(ct_script_call_into(net, "nested", CT_ARGS(rows, state, ct_value_tuple(CT_ARGS(1, "?"))), &result, 1));
    ck_assert_str_eq(result.as.values[0].name, "b?");
    ck_assert_ok(ct_scope_end(scope));

    scope = ct_scope_begin();
    ct_value none = ct_value_dict(CT_ARGS());
    ct_script_call_into(load("net.pt"), "nested", CT_ARGS(rows, none, ct_value_tuple(CT_ARGS("!", 10))), &result, 1);
    ck_assert_error(CT_ERROR_TYPE, "nested: argument 3 'pair' is (int, str); got a tuple of 2");
    ct_scope_end(scope);
}
END_TEST

START_TEST(takes_and_gives_values_of_every_kind)
{
    ct_scope *scope = ct_scope_begin();
    ct_value r[6];
    const char *words[] = {"one", "two"};
    ck_assert_ok(ct_script_call_into(
        load("net.pt"), "kinds",
        CT_ARGS(ct_value_complex(1, -2), ct_value_device("cpu"), false, ct_value_strings(words, 2)), r, 6));
    ck_assert(r[0].kind == CT_VALUE_COMPLEX && r[0].as.parts[0] == 2 && r[0].as.parts[1] == -4);
    ck_assert(r[1].kind == CT_VALUE_DEVICE && strcmp(r[1].as.string, "cpu") == 0);
    ck_assert(r[2].kind == CT_VALUE_BOOL && r[2].as.boolean);
    ck_assert(r[3].kind == CT_VALUE_STRINGS && r[3].n == 3 && strcmp(r[3].as.strings[2], "end") == 0);
    ck_assert(r[4].kind == CT_VALUE_REALS && r[4].n == 2 && r[4].as.reals[0] == 1.5);
    ck_assert(r[5].kind == CT_VALUE_DICT && r[5].n == 2 && !r[5].as.values[0].name);
    ck_assert_str_eq(r[5].as.values[1].as.string, "two");
    ck_assert_int_eq(r[5].as.values[3].as.integer, 2);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(an_error_inside_is_one_line_with_its_place)
{
    ct_script *net = load("net.pt");
    ct_tensor *x = ct_ones(CT_DIMS(2, 2), CT_FLOAT32);
    ck_assert(ct_script_call(net, "refuse", CT_ARGS(x)) == NULL);
    ck_assert(strstr(ct_error_backtrace(), "Traceback of TorchScript, original code") != NULL);
    ck_assert(strstr(ct_error_message(), "script_cases.py\", line ") != NULL);
    ck_assert_error(CT_ERROR_VALUE, "refuse: this is refused (File \"");
    ck_assert(ct_script_forward(net, x) == NULL);
    ck_assert_error(CT_ERROR_RUNTIME, "forward: Calculated padded input size per channel: (2). Kernel size: (3).");
    ct_tensor_free(x);
    ct_script_free(net);
}
END_TEST

/* ---- What is in it ---- */

START_TEST(has_pythons_state_dict)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ct_dict *state = ct_script_state_dict(net), *python = ct_load(python_file("expected.pt"));
    ck_assert_uint_eq(ct_dict_size(state) + 2, ct_dict_size(python));
    for (size_t i = 0; i < ct_dict_size(state); i++) {
        const char *name = ct_dict_name(python, i + 2);
        ck_assert_str_eq(ct_dict_name(state, i), name + strlen("state."));
        ck_assert(ct_equal(ct_dict_at(state, i), ct_dict_at(python, i + 2)));
    }
    ck_assert_uint_eq(ct_dict_size(ct_script_parameters(net)), 6);
    ck_assert_uint_eq(ct_dict_size(ct_script_buffers(net)), 4);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(shares_its_parameters)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ct_tensor *x = expected("x");
    ct_dict *parameters = ct_script_parameters(net);
    ct_no_grad();
    ct_fill_scalar_(ct_dict_get(parameters, "out.weight"), 0);
    ct_fill_scalar_(ct_dict_get(parameters, "out.bias"), 1);
    ck_assert_floats(ct_at(ct_script_forward(net, x), "0"), 0.5f, 1.5f, 2.5f);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(has_children)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ck_assert_str_eq(ct_script_class(net), "Net");
    ck_assert_uint_eq(ct_script_size(net), 2);
    ck_assert_str_eq(ct_script_name_at(net, 0), "features");
    ck_assert_str_eq(ct_script_name_at(net, 1), "out");
    ck_assert_str_eq(ct_script_class(ct_script_child(net, "features.norm")), "BatchNorm1d");
    ct_tensor *y = ct_script_forward(ct_script_child(net, "features.conv"), expected("x"));
    ck_assert_shape(y, 5, 4, 7);
    ck_assert_ok(ct_scope_end(scope));

    net = load("net.pt");
    ck_assert(ct_script_child(net, "features.pool") == NULL);
    ck_assert_error(CT_ERROR_KEY, "there is no module 'features.pool'");
    ck_assert(ct_script_child(net, "scale.x") == NULL);
    ck_assert_error(CT_ERROR_KEY, "there is no module 'scale'");
    ck_assert_str_eq(ct_script_name_at(net, 2), "");
    ck_assert_error(CT_ERROR_INDEX, "index 2 is out of range for 2 modules");
    ct_script_free(net);
}
END_TEST

START_TEST(has_attributes)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ck_assert(ct_script_attribute(net, "scale").as.real == 0.5);
    ct_value names = ct_script_attribute(net, "names");
    ck_assert(names.kind == CT_VALUE_STRINGS && names.n == 2);
    ck_assert_str_eq(names.as.strings[1], "bc");
    ck_assert_int_eq(ct_script_attribute(net, "table").kind, CT_VALUE_DICT);
    ck_assert_int_eq(ct_script_attribute(net, "out.weight").kind, CT_VALUE_TENSOR);
    ck_assert_ok(ct_script_set_attribute(net, "scale", ct_value_int(1)));
    ct_tensor *once = ct_sub(ct_script_forward(net, expected("x")), ct_script_attribute(net, "offset").as.tensor);
    ct_tensor *half = ct_sub(expected("y"), ct_script_attribute(net, "offset").as.tensor);
    ck_assert(ct_allclose(once, ct_mul_scalar(half, 2), .rtol = 1e-4, .atol = 1e-5));
    ck_assert_ok(ct_scope_end(scope));

    net = load("net.pt");
    ck_assert_int_eq(ct_script_attribute(net, "features").kind, CT_VALUE_NONE);
    ck_assert_error(CT_ERROR_KEY, "there is no attribute 'features'");
    ct_script_set_attribute(net, "scale", ct_value_string("much"));
    ck_assert_error(CT_ERROR_TYPE, "attribute 'scale' is float; got 'much' (str)");
    ct_script_set_attribute(net, "much", ct_value_int(1));
    ck_assert_error(CT_ERROR_KEY, "there is no attribute 'much'");
    ct_script_free(net);
}
END_TEST

/* ---- Modes, places, saving ---- */

START_TEST(changes_its_mode)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ck_assert(!ct_script_is_training(net));
    ck_assert_ok(ct_script_train(net, true));
    ck_assert(ct_script_is_training(net) && ct_script_is_training(ct_script_child(net, "features.norm")));
    ct_tensor *y = ct_script_forward(net, expected("x"));
    ck_assert(!ct_allclose(y, expected("y")));
    ck_assert_ok(ct_script_eval(net));
    ck_assert(!ct_script_is_training(ct_script_child(net, "features.norm")));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(moves_to_another_type)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ck_assert_ok(ct_script_to(net, .dtype = CT_FLOAT64));
    ct_dict *state = ct_script_state_dict(net);
    ck_assert_int_eq(ct_tensor_dtype(ct_dict_get(state, "out.weight")), CT_FLOAT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_dict_get(state, "features.norm.num_batches_tracked")), CT_INT64);
    ct_tensor *y = ct_script_forward(net, ct_tensor_to(expected("x"), .dtype = CT_FLOAT64));
    ck_assert(ct_allclose(ct_tensor_to(y, .dtype = CT_FLOAT32), expected("y"), .rtol = 1e-4, .atol = 1e-5));
    ck_assert_ok(ct_scope_end(scope));

    net = load("net.pt");
    ck_assert_int_eq(ct_script_to(net, .dtype = CT_INT64), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "only accepts floating point or complex dtypes");
    ct_script_free(net);
}
END_TEST

START_TEST(saves_what_it_can_read)
{
    ct_scope *scope = ct_scope_begin();
    char path[1024];
    snprintf(path, sizeof path, "%s", python_file("saved_by_c.pt"));
    ck_assert_ok(ct_script_save(load("net.pt"), path));
    ct_script *net = ct_script_load(path);
    check_output(net);
    ct_value r[3];
    ck_assert_ok(ct_script_call_into(net, "split_at", CT_ARGS(ct_arange(0, 4, 1, CT_FLOAT32), 1), r, 3));
    ck_assert_ok(ct_scope_end(scope));

    net = load("net.pt");
    ct_script_save(net, "/nowhere/net.pt");
    ck_assert_error(CT_ERROR_IO, "/nowhere/net.pt: cannot be written");
    ct_script_free(net);
}
END_TEST

START_TEST(freezes_and_optimizes)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ct_script *frozen = ct_script_freeze(net);
    check_output(frozen);
    ck_assert_uint_eq(ct_dict_size(ct_script_parameters(frozen)), 0);
    ck_assert_uint_eq(ct_script_method_count(frozen), 1);
    ck_assert_uint_eq(
        ct_script_method_count(ct_script_freeze(net, .preserved = (const char *[]){"encode"}, .n_preserved = 1)), 2);
    ck_assert_ok(ct_scope_end(scope));

    net = load("net.pt");
    ct_script_train(net, true);
    ck_assert(ct_script_freeze(net) == NULL);
    ck_assert_error(CT_ERROR_VALUE, "ct_script_freeze: freezing is only possible in evaluation mode");
    ck_assert(ct_script_optimize_for_inference(net) == NULL);
    ck_assert_error(CT_ERROR_VALUE, "only possible in evaluation mode");
    ct_script_free(net);
}
END_TEST

/* Twice and more: the fuser comes into play at the second call. With and without gradients recorded outside. */
START_TEST(runs_what_is_optimized_for_inference)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *images = load("images.pt");
    ct_tensor *x = ct_randn(CT_DIMS(2, 3, 8, 8), CT_FLOAT32), *y = ct_script_forward(images, x);
    ct_script *fast = ct_script_optimize_for_inference(images);
    for (int i = 0; i < 4; i++)
        ck_assert(ct_allclose(ct_script_forward(fast, x), y, .rtol = 1e-4, .atol = 1e-5));
    ct_no_grad();
    ct_script *again = ct_script_optimize_for_inference(images);
    for (int i = 0; i < 4; i++)
        ck_assert(ct_allclose(ct_script_forward(again, x), y, .rtol = 1e-4, .atol = 1e-5));
    check_output(ct_script_optimize_for_inference(load("net.pt")));
    ck_assert_int_eq(ct_script_save(fast, python_file("fast.pt")), CT_ERROR_NOT_IMPLEMENTED);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "what was optimized for inference cannot be saved");
    ct_module *module = ct_script_module(fast);
    ck_assert(ct_script_trace(module, CT_TENSORS(x)) == NULL);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "what was optimized for inference cannot be saved");
    ct_scope_end(scope);
}
END_TEST

START_TEST(records_gradients)
{
    ct_scope *scope = ct_scope_begin();
    ct_script *net = load("net.pt");
    ct_backward(ct_sum(ct_script_forward(net, expected("x"))));
    ck_assert(ct_tensor_grad(ct_dict_get(ct_script_parameters(net), "out.weight")) != NULL);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("script");
    TCase *loading = suite_case(suite, "loading");
    tcase_add_test(loading, gives_what_python_gave);
    tcase_add_test(loading, loads_from_memory);
    tcase_add_test(loading, says_what_a_file_is_that_is_no_program);
    tcase_add_test(loading, survives_damage);
    TCase *methods = suite_case(suite, "methods");
    tcase_add_test(methods, lists_its_methods);
    tcase_add_test(methods, takes_positions_keywords_and_defaults);
    tcase_add_test(methods, checks_arguments_before_the_call);
    tcase_add_test(methods, lays_tuples_flat_or_gives_them_whole);
    tcase_add_test(methods, takes_and_gives_nested_values);
    tcase_add_test(methods, takes_and_gives_values_of_every_kind);
    tcase_add_test(methods, an_error_inside_is_one_line_with_its_place);
    TCase *content = suite_case(suite, "what is in it");
    tcase_add_test(content, has_pythons_state_dict);
    tcase_add_test(content, shares_its_parameters);
    tcase_add_test(content, has_children);
    tcase_add_test(content, has_attributes);
    TCase *modes = suite_case(suite, "modes, places, saving");
    tcase_add_test(modes, changes_its_mode);
    tcase_add_test(modes, moves_to_another_type);
    tcase_add_test(modes, saves_what_it_can_read);
    tcase_add_test(modes, freezes_and_optimizes);
    tcase_add_test(modes, runs_what_is_optimized_for_inference);
    tcase_add_test(modes, records_gradients);
    return suite_run(suite);
}
