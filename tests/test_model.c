/* tests/test_model.c: whole models that Python saved: trees, containers, classes of one's own, attributes, and what
 * cannot be read. python/model_cases.py writes the files.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>
#include <ctorch/archive.h>

/* ---- What Python wrote ---- */

static const char *path_of(const char *name, const char *ending)
{
    return oracle_fresh("model_%s%s", name, ending);
}

static ct_module *load(const char *name)
{
    ct_module *model = ct_model_load(path_of(name, ".pt"));
    ck_assert_msg(model != NULL, "%s: %s", name, ct_error_message());
    return model;
}

static ct_tensor *recorded(const char *name, const char *what)
{
    char key[128];
    ct_dict *outputs = ct_load(oracle_path("CTORCH_TEST_FRESH", "model_outputs.pt"));
    snprintf(key, sizeof key, "%s.%s", name, what);
    return ct_dict_get(outputs, key);
}

/* The text of a file, up to a size that none reaches. */
static const char *text_of(const char *path)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be read", path);
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = 0;
    return text;
}

/* That it prints what Python printed, where that is one of the two releases whose words ctorch has. */
static void check_print(const char *name, const ct_module *model)
{
    char release[16];
    snprintf(release, sizeof release, "%.15s", text_of(oracle_path("CTORCH_TEST_FRESH", "model_release.txt")));
    bool is_oldest = strcmp(release, "1.13") == 0;
    if (!is_oldest && strcmp(release, "2.14") != 0)
        return;
    const char *printed = ct_module_to_string(model, .legacy = is_oldest);
    ck_assert_str_eq(printed, text_of(path_of(name, ".txt")));
}

static void check_state(const char *name, ct_module *model)
{
    ct_dict *expected = ct_load(path_of(name, "_state.pt")), *actual = ct_module_state_dict(model);
    ck_assert_uint_eq(ct_dict_size(actual), ct_dict_size(expected));
    for (size_t i = 0; i < ct_dict_size(actual); i++) {
        ck_assert_str_eq(ct_dict_name(actual, i), ct_dict_name(expected, i));
        ck_assert_int_eq(ct_tensor_dtype(ct_dict_at(actual, i)), ct_tensor_dtype(ct_dict_at(expected, i)));
        ck_assert(ct_equal(ct_dict_at(actual, i), ct_dict_at(expected, i)));
    }
}

static void check_output(const char *name, ct_module *model)
{
    ct_tensor *y = ct_module_forward(model, recorded(name, "input"));
    ck_assert_msg(y != NULL, "%s: %s", name, ct_error_message());
    ck_assert(ct_allclose(y, recorded(name, "output"), .rtol = 1e-5, .atol = 1e-6));
}

/* ---- Trees ---- */

static const char *const plain_models[] = {"shared",      "containers",    "modes",         "sequential",
                                           "weight_norm", "spectral_norm", "data_parallel", "activation",
                                           "distance",    "numpy",         "nones",         "pruned"};
static const char *const computing[] = {"sequential", "spectral_norm", "data_parallel",
                                        "activation", "numpy",         "pruned"};

START_TEST(prints_and_holds_what_python_saved)
{
    ct_scope *scope = ct_scope_begin();
    const char *name = plain_models[_i];
    ct_module *model = load(name);
    check_print(name, model);
    check_state(name, model);
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(computes_what_python_computed)
{
    ct_scope *scope = ct_scope_begin();
    check_output(computing[_i], load(computing[_i]));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(sharing_is_kept)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = load("shared");
    ck_assert(ct_module_is(ct_module_child(net, "encoder"), ct_module_child(net, "again")));
    ck_assert(ct_tensor_is(ct_module_parameter(net, "encoder.weight"), ct_module_parameter(net, "decoder.weight")));
    ck_assert(!ct_tensor_is(ct_module_parameter(net, "encoder.bias"), ct_module_parameter(net, "decoder.bias")));
    ct_mul_scalar_(ct_module_buffer(net, "left"), 0);
    ck_assert_floats(ct_module_buffer(net, "right"), 0, 0, 4, 5);
    ck_assert(!ct_dict_has(ct_module_state_dict(net), "scratch"));
    ck_assert_floats(ct_module_buffer(net, "scratch"), 1, 1);
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(containers_are_containers)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = load("containers");
    ck_assert_int_eq(ct_module_size(ct_module_child(net, "stack")), 2);
    ck_assert_str_eq(ct_module_name_at(ct_module_child(net, "stack"), 1), "act");
    ck_assert(ct_module_bool(ct_module_child(net, "stack.act"), "inplace"));
    ck_assert(ct_module_append(ct_module_child(net, "list"), ct_nn_relu()) == CT_OK);
    ck_assert_str_eq(ct_module_name_at(ct_module_child(net, "dict"), 0), "z");
    ck_assert_int_eq(ct_module_int(ct_module_child(net, "dict.a.1"), "dim"), -1);
    ct_module *list = ct_module_child(net, "plist"), *dict = ct_module_child(net, "pdict");
    ck_assert_int_eq(ct_parameter_list_size(list), 3);
    ck_assert_ptr_null(ct_parameter_list_at(list, 2));
    ck_assert_str_eq(ct_parameter_dict_key_at(dict, 0), "b");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(modes_and_types_are_kept)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = load("modes");
    ck_assert(ct_module_is_training(net) && ct_module_is_training(ct_module_child(net, "2")));
    ck_assert(!ct_module_is_training(ct_module_child(net, "1")));
    ck_assert(!ct_module_is_training(ct_module_child(net, "2.0")));
    ck_assert(!ct_tensor_requires_grad(ct_module_parameter(net, "0.weight")));
    ck_assert(ct_tensor_requires_grad(ct_module_parameter(net, "0.bias")));
    ck_assert_int_eq(ct_tensor_dtype(ct_module_parameter(net, "2.1.weight")), CT_FLOAT64);
    ck_assert_int_eq(ct_tensor_dtype(ct_module_buffer(net, "1.num_batches_tracked")), CT_INT64);
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

/* Nothing is drawn: what is random afterwards is as if nothing had been loaded. */
START_TEST(draws_no_random_numbers)
{
    ct_scope *scope = ct_scope_begin();
    ct_manual_seed(3);
    ct_tensor *expected = ct_rand(CT_DIMS(4), CT_FLOAT32);
    ct_manual_seed(3);
    load("sequential");
    load("activation");
    ck_assert(ct_equal(ct_rand(CT_DIMS(4), CT_FLOAT32), expected));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

/* What is loaded is alive when the file's handle has gone, learns, and leaves the file alone. */
START_TEST(learns)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = load("sequential");
    ct_optimizer *sgd = ct_optim_sgd(ct_module_parameters(net), .lr = 0.1);
    ct_backward(ct_sum(ct_module_forward(net, recorded("sequential", "input"))));
    ct_optimizer_step(sgd);
    check_output("sequential", load("sequential"));
    ct_tensor *y = ct_module_forward(net, recorded("sequential", "input"));
    ck_assert(!ct_allclose(y, recorded("sequential", "output")));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

/* ---- Classes of one's own ---- */

static ct_tensor *dense_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    int64_t g = ct_module_int(self, "growth_rate");
    ct_module *layers = ct_module_child(self, "layers");
    ct_tensor *out = ct_module_forward(ct_module_child(self, "initial_layer"), x);
    for (int64_t i = 0; i < ct_module_size(layers); i++) {
        x = ct_contiguous(ct_at(out, ":, ?:?", i * g, (i + 1) * g));
        ct_add_(ct_at(out, ":, ?:", (i + 1) * g), ct_module_forward(ct_module_at(layers, i), x));
    }
    return ct_at(out, ":, ?:", -g);
}

static void register_dense(const char *name)
{
    ck_assert_ok(ct_class_register(name, &(ct_class){.forward = dense_forward}));
}

START_TEST(only_the_forward_is_written)
{
    static const char *const names[] = {"DenseBlock", "mymodels.DenseBlock"};
    ct_scope *scope = ct_scope_begin();
    register_dense(names[_i]);
    ct_module *net = load("dense");
    check_print("dense", net);
    check_state("dense", net);
    check_output("dense", net);
    check_output("dense", ct_module_clone(net));
    ck_assert_ok(ct_class_register(names[_i], NULL));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(the_full_name_is_preferred)
{
    ct_scope *scope = ct_scope_begin();
    register_dense("mymodels.DenseBlock");
    ck_assert_ok(ct_class_alias("DenseBlock", "Sequential"));
    check_output("dense", load("dense"));
    ck_assert_ok(ct_class_register("DenseBlock", NULL));
    ck_assert_ok(ct_class_register("mymodels.DenseBlock", NULL));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(subclasses_go_by_their_base)
{
    ct_scope *scope = ct_scope_begin();
    ct_class_alias("MyStack", "Sequential");
    ct_class_alias("mymodels.MyLinear", "Linear");
    ct_module *net = load("aliases");
    check_print("aliases", net);
    check_output("aliases", net);
    ck_assert_double_eq(ct_module_double(net, "rate"), 0.5);
    ck_assert_int_eq(ct_module_int(ct_module_at(net, 0), "out_features"), 3);
    ct_class_register("MyStack", NULL);
    ct_class_register("mymodels.MyLinear", NULL);
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(an_unknown_class_is_named)
{
    ck_assert_ptr_null(ct_model_load(path_of("aliases", ".pt")));
    ck_assert_error(CT_ERROR_KEY, "no forward is registered for the class 'mymodels.MyStack' (attributes: rate=0.5); "
                                  "register one with ct_class_register, or, for a subclass of one of torch.nn's, its "
                                  "base with ct_class_alias; likewise 'mymodels.MyLinear' at 0");
    ck_assert_ptr_null(ct_model_load(path_of("dense", ".pt")));
    ck_assert_error(CT_ERROR_KEY, "(attributes: growth_rate=4)");
}
END_TEST

START_TEST(an_unknown_class_may_be_allowed)
{
    ct_module *net = ct_model_load(path_of("dense", ".pt"), .allow_unknown = true);
    check_print("dense", net);
    ct_scope *scope = ct_scope_begin();
    ck_assert_ptr_null(ct_module_forward(net, recorded("dense", "input")));
    ck_assert_int_eq(ct_scope_catch(scope), CT_ERROR_NOT_IMPLEMENTED);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "Module [DenseBlock] is missing the required \"forward\" function");
    ct_module_free(net);
}
END_TEST

/* ---- Notes ---- */

START_TEST(what_is_left_out_is_noted)
{
    const char *notes = NULL;
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_model_load(path_of("odd", ".pt"), .notes = &notes);
    ck_assert_ptr_nonnull(net);
    ck_assert_str_eq(
        notes, "shape: fc (weight has shape (2, 5); the arguments make it (2, 2))\n"
               "hook: fc._forward_hooks (mymodels.log_hook is code of Python, and not run)\n"
               "shape: gru (weight_hh_l0 has shape (1, 1); the arguments make it (9, 3))\n"
                     "list: loose[0] (a torch.nn.modules.linear.Linear in a plain list of Python is no child, and left "
               "out)\n"
               "list: loose[1] (is 'fc')\n"
               "list: named['head'][0] (a torch.nn.modules.activation.ReLU in a plain list of Python is no child, "
               "and left out)");
    ct_model_load(path_of("sequential", ".pt"), .notes = &notes);
    ck_assert_str_eq(notes, "");
    ct_scope *call = ct_scope_begin();
    ck_assert_ptr_null(ct_module_forward(ct_module_child(net, "gru"), ct_ones(CT_DIMS(1, 1, 2), CT_FLOAT32)));
    ck_assert_int_eq(ct_scope_catch(call), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "weight_hh_l0 has shape (1, 1); expected (9, 3)");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

/* ---- Other releases' files ---- */

static const char *const releases[] = {"1.13", "2.6", "2.14", "stream"};

START_TEST(files_of_every_release_are_read)
{
    char name[64];
    const char *notes = NULL;
    ct_scope *scope = ct_scope_begin();
    ct_class_alias("mymodels.MyStack", "Sequential");
    snprintf(name, sizeof name, "golden/model_%s.pt", releases[_i]);
    const char *path = oracle_path("CTORCH_TEST_DATA", name);
    ct_archive *archive = ct_archive_open(path);
    ct_module *net = ct_model_load(path, .notes = &notes);
    ck_assert_msg(net != NULL, "%s: %s", name, ct_error_message());
    ck_assert_str_eq(notes, "");
    if (strcmp(releases[_i], "2.14") == 0)
        ck_assert_str_eq(ct_module_to_string(net), ct_value_text(ct_archive_get(archive, "printed")));
    ct_tensor *x = ct_value_to_tensor(ct_archive_get(archive, "input"));
    ct_tensor *expected = ct_value_to_tensor(ct_archive_get(archive, "output")), *y = NULL, *h = NULL;
    ct_module_call(net, CT_TENSORS(x), CT_OUTPUTS(&y, &h));
    ck_assert_msg(y != NULL, "%s: %s", name, ct_error_message());
    ck_assert(ct_allclose(y, expected, .rtol = 1e-5, .atol = 1e-6));
    ct_class_register("mymodels.MyStack", NULL);
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

/* ---- Attributes ---- */

static const ct_value *entry(ct_value dict, const char *name)
{
    for (size_t i = 0; i < dict.n; i++)
        if (dict.as.values[i].name && strcmp(dict.as.values[i].name, name) == 0)
            return &dict.as.values[i];
    return NULL;
}

START_TEST(attributes_are_at_hand)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_model_load(path_of("attributes", ".pt"), .allow_unknown = true);
    ck_assert_int_eq(ct_module_int(net, "number"), 7);
    ck_assert_double_eq(ct_module_double(net, "real"), 0.25);
    ck_assert(ct_module_bool(net, "flag"));
    ck_assert_str_eq(ct_module_string(net, "text"), "n\xc3\xa4me");
    ck_assert_int_eq(ct_module_value(net, "nothing").kind, CT_VALUE_NONE);

    ct_value sizes = ct_module_value(net, "sizes"), names = ct_module_value(net, "names");
    ck_assert(sizes.kind == CT_VALUE_TUPLE && sizes.n == 2 && sizes.as.values[1].as.integer == 3);
    ck_assert(names.kind == CT_VALUE_LIST && strcmp(names.as.values[1].as.string, "b") == 0);
    ct_value mixed = ct_module_value(net, "mixed");
    ck_assert_double_eq(mixed.as.values[1].as.values[0].as.real, 2.5);
    ck_assert_str_eq(entry(mixed.as.values[2], "k")->as.string, "v");

    ct_value table = ct_module_value(net, "table"), keyed = ct_module_value(net, "keyed");
    ck_assert(table.kind == CT_VALUE_DICT && entry(table, "x")->as.integer == 1);
    ck_assert(keyed.n == 2 && !keyed.as.values[0].name && keyed.as.values[2].as.integer == 1);
    ck_assert(ct_module_value(net, "empty").kind == CT_VALUE_TUPLE && ct_module_value(net, "empty").n == 0);
    ck_assert_str_eq(ct_module_value(net, "ordered").as.values[0].name, "b");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(functions_and_objects_are_named)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_model_load(path_of("attributes", ".pt"), .allow_unknown = true);
    ck_assert_int_eq(ct_module_value(net, "tanh").kind, CT_VALUE_GLOBAL);
    ck_assert_str_eq(ct_module_string(net, "tanh"), "torch.tanh");
    ck_assert_str_eq(ct_module_string(net, "gelu"), "torch.nn.functional.gelu");
    ck_assert_str_eq(ct_module_string(net, "relu"), "torch.nn.functional.relu");
    ck_assert_str_eq(ct_module_string(net, "swish"), "mymodels.swish");
    ck_assert_int_eq(ct_module_value(net, "dtype").as.dtype, CT_FLOAT16);
    ck_assert_str_eq(ct_module_value(net, "device").as.string, "cpu");
    ck_assert_int_eq(ct_module_value(net, "shape").as.values[1].as.integer, 2);
    ck_assert_floats(ct_module_value(net, "plain").as.tensor, 0, 1, 2);
    ck_assert_int_eq(ct_module_value(net, "long").kind, CT_VALUE_LONG);

    ct_value config = ct_module_value(net, "config"), partial = ct_module_value(net, "partial");
    ck_assert_int_eq(config.kind, CT_VALUE_OBJECT);
    ck_assert_str_eq(config.as.values[CT_OBJECT_CALLABLE].as.string, "mymodels.Config");
    ck_assert_int_eq(entry(config.as.values[CT_OBJECT_STATE], "width")->as.integer, 4);
    ck_assert_str_eq(partial.as.values[CT_OBJECT_CALLABLE].as.string, "functools.partial");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

START_TEST(attributes_can_be_set)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_nn_module("Net");
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    char text[] = "one";
    ck_assert_ok(ct_module_set_value(net, "list", ct_value_list(CT_ARGS(1, 0.5, text, x, ct_arg("k", 2)))));
    text[0] = 'x';
    ct_tensor_free(x);
    ct_value list = ct_module_value(net, "list");
    ck_assert(list.kind == CT_VALUE_LIST && list.n == 5);
    ck_assert_str_eq(list.as.values[2].as.string, "one");
    ck_assert_floats(list.as.values[3].as.tensor, 1, 1);
    ck_assert_str_eq(list.as.values[4].name, "k");

    ck_assert_ok(ct_module_set_value(net, "number", ct_value_int(3)));
    ck_assert_int_eq(ct_module_int(net, "number"), 3);
    ck_assert_ok(ct_module_set_value(net, "none", ct_value_none()));
    ck_assert_int_eq(ct_module_value(net, "none").kind, CT_VALUE_NONE);
    ct_module *conv = ct_nn_conv2d(1, 1, 3);
    ck_assert_int_eq(ct_module_value(conv, "kernel_size").as.ints[1], 3);
    ck_assert_ok(ct_module_set_value(conv, "padding", ct_value_tuple(CT_ARGS(1, 2))));
    ck_assert_ptr_nonnull(strstr(ct_module_to_string(conv), "padding=(1, 2)"));
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);

    ck_assert_int_eq(ct_module_value(NULL, "x").kind, CT_VALUE_NONE);
    ck_assert_error(CT_ERROR_VALUE, "self is NULL");
}
END_TEST

/* A copy has tensors of its own, in its attributes too. */
START_TEST(clones_keep_attributes)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *net = ct_model_load(path_of("attributes", ".pt"), .allow_unknown = true);
    ct_module *copy = ct_module_clone(net);
    ct_mul_scalar_(ct_module_value(net, "plain").as.tensor, 5);
    ck_assert_floats(ct_module_value(copy, "plain").as.tensor, 0, 1, 2);
    ck_assert_int_eq(ct_module_value(copy, "sizes").as.values[1].as.integer, 3);
    ck_assert_str_eq(ct_module_string(copy, "tanh"), "torch.tanh");
    ck_assert_int_eq(ct_scope_end(scope), CT_OK);
}
END_TEST

/* ---- Files that are no models ---- */

START_TEST(what_is_damaged_is_refused)
{
    char line[512], name[600];
    FILE *file = oracle_open_fresh("model_damaged.txt");
    int n = 0;
    for (; oracle_line(file, line, sizeof line); n++) {
        char *part = strchr(line, '\t');
        ck_assert_ptr_nonnull(part);
        *part++ = 0;
        snprintf(name, sizeof name, "damaged_%s", line);
        ct_module *made = ct_model_load(path_of(name, ".pt"));
        ck_assert_msg(made == NULL, "%s is not refused", name);
        ck_assert_msg(strstr(ct_error_message(), part) != NULL, "%s: no \"%s\" in \"%s\"", name, part,
                      ct_error_message());
        ck_assert_msg(strstr(ct_error_message(), name) != NULL, "%s: no path in \"%s\"", name, ct_error_message());
        ct_error_clear();
    }
    fclose(file);
    ck_assert_int_ge(n, 25);
}
END_TEST

START_TEST(a_model_in_a_dict_is_found)
{
    ct_module *relu = ct_model_load(path_of("damaged_several", ".pt"), .key = "b");
    ck_assert_str_eq(ct_module_class(relu), "ReLU");
    ct_module_free(relu);
    ck_assert_ptr_null(ct_model_load(path_of("damaged_several", ".pt"), .key = "c"));
    ck_assert_error(CT_ERROR_KEY, "there is no 'c'");
    ck_assert_ptr_null(ct_model_load(path_of("nowhere", ".pt")));
    ck_assert_error(CT_ERROR_IO, "nowhere");
    ck_assert_ptr_null(ct_model_load(NULL));
    ck_assert_error(CT_ERROR_VALUE, "path is NULL");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model");
    TCase *group = suite_case(suite, "trees");
    tcase_add_loop_test(group, prints_and_holds_what_python_saved, 0, (int)COUNT(plain_models));
    tcase_add_loop_test(group, computes_what_python_computed, 0, (int)COUNT(computing));
    tcase_add_test(group, sharing_is_kept);
    tcase_add_test(group, containers_are_containers);
    tcase_add_test(group, modes_and_types_are_kept);
    tcase_add_test(group, draws_no_random_numbers);
    tcase_add_test(group, learns);
    group = suite_case(suite, "classes");
    tcase_add_loop_test(group, only_the_forward_is_written, 0, 2);
    tcase_add_test(group, the_full_name_is_preferred);
    tcase_add_test(group, subclasses_go_by_their_base);
    tcase_add_test(group, an_unknown_class_is_named);
    tcase_add_test(group, an_unknown_class_may_be_allowed);
    tcase_add_test(group, what_is_left_out_is_noted);
    tcase_add_loop_test(group, files_of_every_release_are_read, 0, (int)COUNT(releases));
    group = suite_case(suite, "attributes");
    tcase_add_test(group, attributes_are_at_hand);
    tcase_add_test(group, functions_and_objects_are_named);
    tcase_add_test(group, attributes_can_be_set);
    tcase_add_test(group, clones_keep_attributes);
    group = suite_case(suite, "files");
    tcase_add_test(group, what_is_damaged_is_refused);
    tcase_add_test(group, a_model_in_a_dict_is_found);
    return suite_run(suite);
}
