/* test_checkpoint.c: include/ctorch/checkpoint.h: state_dicts of Python's torch.save, read and loaded into modules.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>
#include <unistd.h>

/* A committed file that PyTorch 1.13 wrote; element i of its tensors is (7 * i) % 23. Valid until the next call. */
static const char *sample(const char *name)
{
    static char path[1024];
    const char *tests = getenv("CTORCH_TEST_DATA");
    ck_assert_msg(tests != NULL, "CTORCH_TEST_DATA is not set: run the tests with ctest");
    snprintf(path, sizeof path, "%s/formats/samples/%s", tests, name);
    return path;
}

/* A file of the test's own, with these bytes. Valid until the next call. */
static const char *file_of(const void *bytes, size_t size)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/ctorch-test-%d.pt", (int)getpid());
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return path;
}

static size_t read_sample(const char *name, char *bytes, size_t room)
{
    FILE *file = fopen(sample(name), "rb");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(bytes, 1, room, file);
    fclose(file);
    ck_assert_uint_lt(size, room);
    return size;
}

/* ---- Reading ---- */

START_TEST(load_gives_every_tensor_under_its_name_in_order)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_load(sample("dtypes.pt"));
    static const struct {
        const char *name;
        ct_dtype dtype;
    } expected[] = {{"uint8", CT_UINT8},           {"int8", CT_INT8},       {"int16", CT_INT16},
                    {"int32", CT_INT32},           {"int64", CT_INT64},     {"float16", CT_FLOAT16},
                    {"float32", CT_FLOAT32},       {"float64", CT_FLOAT64}, {"complex64", CT_COMPLEX64},
                    {"complex128", CT_COMPLEX128}, {"bool", CT_BOOL},       {"bfloat16", CT_BFLOAT16}};
    ck_assert_uint_eq(ct_dict_size(dict), COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        ck_assert_str_eq(ct_dict_name(dict, i), expected[i].name);
        ck_assert_int_eq(ct_tensor_dtype(ct_dict_at(dict, i)), expected[i].dtype);
        ck_assert_shape(ct_dict_at(dict, i), 6);
    }
    ck_assert_floats(ct_dict_get(dict, "float32"), 0, 7, 14, 21, 5, 12);
    ck_assert_longs(ct_dict_get(dict, "int64"), 0, 7, 14, 21, 5, 12);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(load_keeps_views_as_they_were)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_load(sample("views.pt"));
    ct_tensor *transposed = ct_dict_get(dict, "transposed");
    ck_assert_shape(transposed, 6, 4);
    ck_assert_int_eq(ct_tensor_stride(transposed, 0), 1);
    ck_assert_floats(ct_at(transposed, "1"), 7, 3, 22, 18);
    ck_assert_floats(ct_dict_get(dict, "row"), 15, 22, 6, 13, 20, 4);
    ck_assert_shape(ct_dict_get(dict, "empty"), 0, 3);
    ck_assert_double_eq(ct_tensor_item(ct_dict_get(dict, "scalar")), 3);
    ck_assert_shape(ct_dict_get(dict, "expanded"), 3, 4);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(load_keeps_what_requires_a_gradient)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_load(sample("parameters.pt"));
    ck_assert(ct_tensor_requires_grad(ct_dict_get(dict, "plain")));
    ck_assert(!ct_tensor_requires_grad(ct_dict_get(dict, "frozen")));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(load_maps_the_file_privately)
{
    char bytes[16384];
    size_t size = read_sample("views.pt", bytes, sizeof bytes);
    const char *path = file_of(bytes, size);
    ct_dict *dict = ct_load(path);
    ct_tensor *row = ct_dict_get(dict, "row");
    ct_dict_free(dict);
    ck_assert_ok(ct_add_scalar_(row, 1)); /* after the dict has gone */

    ct_dict *again = ct_load(path);
    ct_tensor *unchanged = ct_dict_get(again, "row");
    remove(path);
    ck_assert_floats(row, 16, 23, 7, 14, 21, 5);
    ck_assert_floats(unchanged, 15, 22, 6, 13, 20, 4); /* after the file has gone */
    ct_tensor_free(unchanged);
    ct_dict_free(again);
    ct_tensor_free(row);
}
END_TEST

START_TEST(load_says_what_a_file_is_instead)
{
    static const struct {
        const char *name;
        ct_status code;
        const char *part;
    } cases[] = {{"nothing-there.pt", CT_ERROR_IO, "nothing-there.pt"},
                 {"optimizer.pt", CT_ERROR_TYPE, "'param_groups' is a list of 1 values (list), not a tensor"},
                 {"containers.pt", CT_ERROR_TYPE, "not a tensor"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_ptr_null(ct_load(sample(cases[i].name)));
        ck_assert_error(cases[i].code, cases[i].part);
    }
    ck_assert_ptr_null(ct_load("/"));
    ck_assert_error(CT_ERROR_IO, "/");
    ck_assert_ptr_null(ct_load(file_of("", 0)));
    ck_assert_error(CT_ERROR_FORMAT, "empty");
}
END_TEST

START_TEST(load_finds_the_state_dict)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_floats(ct_dict_get(ct_load(sample("checkpoint.pt")), "conv.bias"), 0, 7);
    ck_assert_str_eq(ct_dict_name(ct_load(sample("checkpoint_stream.pt")), 0), "conv.weight");
    ck_assert_str_eq(ct_dict_name(ct_load(sample("module.pt")), 0), "0.layers.0.weight");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(load_refuses_a_file_cut_anywhere)
{
    char bytes[16384];
    size_t size = read_sample("views.pt", bytes, sizeof bytes);
    for (size_t cut = 0; cut < size; cut += 97) {
        ck_assert_ptr_null(ct_load(file_of(bytes, cut)));
        ck_assert_error(CT_ERROR_FORMAT, "/tmp/ctorch-test");
    }
    remove(file_of(bytes, size));
}
END_TEST

/* ---- Loading into a module: its parameters are 1 before ---- */

static ct_module *net_of(ct_module *module)
{
    ct_scope *scope = ct_scope_begin();
    ct_no_grad();
    ct_dict *dict = ct_module_parameters(module);
    for (size_t i = 0; i < ct_dict_size(dict); i++)
        ct_put(ct_dict_at(dict, i), ct_ones(CT_DIMS(), CT_FLOAT32), "...");
    ck_assert_ok(ct_scope_end(scope));
    return module;
}

static ct_dict *dict_of(const char *weight, int64_t rows, int64_t columns, const char *bias, int64_t size)
{
    ct_dict *dict = ct_dict_new();
    if (weight)
        ct_dict_set(dict, weight, ct_full(CT_DIMS(rows, columns), 2, CT_FLOAT32));
    if (bias)
        ct_dict_set(dict, bias, ct_full(CT_DIMS(size), 3, CT_FLOAT32));
    return dict;
}

static void assert_untouched(ct_module *net)
{
    ck_assert_floats(ct_module_parameter(net, "0.weight"), 1, 1, 1, 1);
    ck_assert_floats(ct_module_parameter(net, "0.bias"), 1, 1);
}

START_TEST(a_dict_that_matches_is_copied)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(ct_nn_sequential(ct_nn_linear(2, 2)));
    ct_load_report *report = NULL;
    ck_assert_ok(ct_module_load_state_dict(net, dict_of("0.weight", 2, 2, "0.bias", 2), .report = &report));
    ck_assert_floats(ct_module_parameter(net, "0.weight"), 2, 2, 2, 2);
    ck_assert_floats(ct_module_parameter(net, "0.bias"), 3, 3);
    ck_assert(ct_tensor_requires_grad(ct_module_parameter(net, "0.bias")));
    ck_assert_uint_eq(ct_load_report_size(report), 0);
    ck_assert_str_eq(ct_load_report_to_string(report), "<All keys matched successfully>");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(missing_and_unexpected_keys_are_an_error_and_change_nothing)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(ct_nn_sequential(ct_nn_linear(2, 2)));
    ct_load_report *report = NULL;
    ct_scope *attempt = ct_scope_begin();
    ct_dict *dict = dict_of("0.weight", 2, 2, "0.biases", 2);
    ck_assert_int_eq(ct_module_load_state_dict(net, dict, .report = &report), CT_ERROR_KEY);

    /* The report is read in the scope that failed. */
    ck_assert_uint_eq(ct_load_report_size(report), 2);
    ck_assert_int_eq(ct_load_report_problem(report, 0), CT_LOAD_MISSING);
    ck_assert_str_eq(ct_load_report_key(report, 0), "0.bias");
    ck_assert_str_eq(ct_load_report_detail(report, 0), "nearest: 0.biases");
    ck_assert_int_eq(ct_load_report_problem(report, 1), CT_LOAD_UNEXPECTED);
    ck_assert_str_eq(ct_load_report_key(report, 1), "0.biases");
    ck_assert_str_eq(ct_load_report_to_string(report), "missing: 0.bias (nearest: 0.biases)\n"
                                                       "unexpected: 0.biases (nearest: 0.bias)");
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY,
                    "ct_module_load_state_dict: Error(s) in loading state_dict for Sequential: "
                    "Missing key(s) in state_dict: \"0.bias\". Unexpected key(s) in state_dict: \"0.biases\".");
    assert_untouched(net);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(without_strict_what_matches_is_copied)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(ct_nn_sequential(ct_nn_linear(2, 2)));
    ct_load_report *report = NULL;
    ck_assert_ok(
        ct_module_load_state_dict(net, dict_of("0.weight", 2, 2, "other", 2), .strict = false, .report = &report));
    ck_assert_floats(ct_module_parameter(net, "0.weight"), 2, 2, 2, 2);
    ck_assert_floats(ct_module_parameter(net, "0.bias"), 1, 1);
    ck_assert_uint_eq(ct_load_report_size(report), 2);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_shape_that_differs_is_an_error_even_without_strict)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(ct_nn_sequential(ct_nn_linear(2, 2)));
    ct_load_report *report = NULL;
    ct_scope *attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_of("0.weight", 2, 2, "0.bias", 3), .strict = false, .report = &report);
    ck_assert_int_eq(ct_load_report_problem(report, 0), CT_LOAD_MISMATCH);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY,
                    "size mismatch for 0.bias: copying a param with shape torch.Size([3]) from checkpoint, "
                    "the shape in current model is torch.Size([2])");
    assert_untouched(net);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(loading_nothing_is_an_error)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(ct_nn_sequential(ct_nn_linear(2, 2)));
    ct_scope *attempt = ct_scope_begin();
    ct_module_load_state_dict(net, dict_of("module.0.weight", 2, 2, NULL, 0), .strict = false);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "module.0.weight");
    attempt = ct_scope_begin();
    ct_module_load_state_dict(net, ct_dict_new(), .strict = false);
    ck_assert_int_eq(ct_scope_end(attempt), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "Missing key(s)");
    assert_untouched(net);
    ck_assert_ok(ct_module_load_state_dict(ct_nn_relu(), ct_dict_new())); /* there was nothing to load */
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_long_list_of_keys_stays_a_line)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_sequential();
    for (int i = 0; i < 50; i++)
        ct_module_append(net, ct_nn_linear(1, 1));
    ck_assert_int_eq(ct_module_load_state_dict(net, dict_of("0.weight", 1, 1, NULL, 0)), CT_ERROR_KEY);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "\"2.bias\" and 94 more.");
}
END_TEST

START_TEST(element_types_are_converted)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = net_of(ct_nn_sequential(ct_nn_linear(2, 2, .dtype = CT_FLOAT64)));
    ck_assert_ok(ct_module_load_state_dict(net, dict_of("0.weight", 2, 2, "0.bias", 2)));
    ck_assert_doubles(ct_module_parameter(net, "0.bias"), 3, 3);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* libtorch's own pickle_load reads no state_dict of Python's, on any release. */
START_TEST(trap_1_a_state_dict_of_python_loads)
{
    ct_scope *scope = ct_scope_begin();
    char path[1024];
    snprintf(path, sizeof path, "%s/../examples/dense_block/weights.pt", getenv("CTORCH_TEST_DATA"));
    ct_dict *dict = ct_load(path);
    ck_assert_uint_eq(ct_dict_size(dict), 24);
    ck_assert_str_eq(ct_dict_name(dict, 6), "layers.layer1.conv.weight");
    ck_assert_shape(ct_dict_at(dict, 6), 12, 4, 3, 3);
    ck_assert_longs(ct_dict_get(dict, "initial_layer.norm.num_batches_tracked"), 3);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(module_load_names_the_file)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_linear(2, 2);
    ct_load_report *report = (ct_load_report *)net; /* anything: it is set on every way */
    ck_assert_int_eq(ct_module_load(net, sample("dtypes.pt"), .report = &report), CT_ERROR_KEY);
    ck_assert_uint_eq(ct_load_report_size(report), 14);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "samples/dtypes.pt: Error(s) in loading state_dict for Linear:");

    ct_module *other = ct_nn_linear(2, 2);
    ck_assert_int_eq(ct_module_load(other, "nothing-there.pt", .report = &report), CT_ERROR_IO);
    ck_assert_ptr_null(report);
    ck_assert_error(CT_ERROR_IO, "nothing-there.pt");
    ct_module_free(other);
}
END_TEST

/* A lazy layer takes the shapes that were saved, as Python's does, and computes with them. */
START_TEST(a_lazy_layer_takes_the_saved_shapes)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *saved = ct_nn_sequential(ct_nn_linear(2, 3), ct_nn_batch_norm1d(3));
    ct_module *lazy = ct_nn_sequential(ct_nn_lazy_linear(3), ct_nn_lazy_batch_norm1d());
    ct_tensor *weight = ct_module_parameter(lazy, "0.weight");
    ck_assert(ct_module_is_lazy(lazy, "0.weight"));
    ck_assert(ct_module_is_lazy(lazy, "1.running_mean"));
    ck_assert(!ct_module_is_lazy(lazy, "1.num_batches_tracked"));
    ck_assert_ok(ct_module_load_state_dict(lazy, ct_module_state_dict(saved)));
    ck_assert(!ct_module_is_lazy(lazy, "0.weight"));
    ck_assert(ct_tensor_is(ct_module_parameter(lazy, "0.weight"), weight));
    ct_tensor *x = ct_ones(CT_DIMS(4, 2), CT_FLOAT32);
    ct_module_eval(saved), ct_module_eval(lazy);
    ck_assert(ct_equal(ct_module_forward(lazy, x), ct_module_forward(saved, x)));
    ck_assert_int_eq(ct_module_materialize(lazy, "0.weight", CT_DIMS(5, 5)), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "'0.weight' does not wait for a shape");
    ct_error_clear();
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("checkpoint");

    TCase *reading = suite_case(suite, "reading");
    tcase_add_test(reading, load_gives_every_tensor_under_its_name_in_order);
    tcase_add_test(reading, load_keeps_views_as_they_were);
    tcase_add_test(reading, load_keeps_what_requires_a_gradient);
    tcase_add_test(reading, load_maps_the_file_privately);
    tcase_add_test(reading, load_says_what_a_file_is_instead);
    tcase_add_test(reading, load_finds_the_state_dict);
    tcase_add_test(reading, load_refuses_a_file_cut_anywhere);

    TCase *loading = suite_case(suite, "loading");
    tcase_add_test(loading, a_dict_that_matches_is_copied);
    tcase_add_test(loading, missing_and_unexpected_keys_are_an_error_and_change_nothing);
    tcase_add_test(loading, without_strict_what_matches_is_copied);
    tcase_add_test(loading, a_shape_that_differs_is_an_error_even_without_strict);
    tcase_add_test(loading, loading_nothing_is_an_error);
    tcase_add_test(loading, a_long_list_of_keys_stays_a_line);
    tcase_add_test(loading, element_types_are_converted);
    tcase_add_test(loading, trap_1_a_state_dict_of_python_loads);
    tcase_add_test(loading, module_load_names_the_file);
    tcase_add_test(loading, a_lazy_layer_takes_the_saved_shapes);

    return suite_run(suite);
}
