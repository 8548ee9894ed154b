/* test_torchvision.c: include/ctorch/torchvision.h: whole models that the torchvision at hand saved, run in C
 * (python/torchvision_cases.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

#include <pthread.h>

static const char *const cases[] = {
    "alexnet",
    "vgg11",
    "vgg11_bn",
    "resnet18",
    "resnet50",
    "resnext50_32x4d",
    "wide_resnet50_2",
    "resnet_frozen",
    "squeezenet1_0",
    "squeezenet1_1",
    "densenet121",
    "densenet_memory_efficient",
    "googlenet",
    "googlenet_train",
    "inception_v3",
    "inception_v3_train",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "shufflenet_v2_x0_5",
    "mnasnet0_5",
    "efficientnet_b0",
    "efficientnet_b0_train",
    "efficientnet_v2_s",
    "regnet_x_400mf",
    "regnet_y_400mf",
    "convnext_tiny",
    "vit_b_16",
    "swin_t",
    "swin_v2_t",
    "maxvit",
    "fcn_resnet50",
    "deeplabv3",
    "lraspp",
    "r3d_18",
    "mc3_18",
    "r2plus1d_18",
    "s3d",
    "ops",
    "ops_train",
};

static void register_classes(void)
{
    ck_assert_ok(ct_torchvision_register());
}

static const char *saved(const char *name, const char *ending)
{
    return oracle_fresh("torchvision/%s%s", name, ending);
}

/* The model of a case. In a scope. */
static ct_module *load(const char *name)
{
    ct_module *model = ct_model_load(saved(name, ".pt"));
    ck_assert_msg(model != NULL, "%s: %s", name, ct_error_message());
    return model;
}

/* The largest difference, in parts of the largest value. */
static double relative_error(const ct_tensor *actual, const ct_tensor *expected)
{
    return ct_tensor_item(ct_max(ct_abs(ct_sub(actual, expected)))) / ct_tensor_item(ct_max(ct_abs(expected)));
}

/* ---- Models ---- */

/* In training, batches are normalised by their own few values, which lets rounding errors grow. */
static double tolerance(const ct_module *model)
{
    return ct_module_is_training(model) ? 1e-4 : 1e-5;
}

/* The seed is python/torchvision_cases.py's: what drops out at random does so as in Python. */
static void check_outputs(const char *name, ct_module *model, const ct_dict *reference)
{
    enum { OUTPUTS = 3, SEED = 7 };
    ct_tensor *outputs[OUTPUTS] = {NULL}, **places[OUTPUTS];
    size_t n = ct_dict_size(reference) - 1;
    ck_assert_uint_le(n, OUTPUTS);
    for (size_t i = 0; i < n; i++)
        places[i] = &outputs[i];
    ck_assert_ok(ct_manual_seed(SEED));
    ct_status status = ct_module_call(model, CT_TENSORS(ct_dict_get(reference, "input")), places, n);
    ck_assert_msg(status == CT_OK, "%s: %s", name, ct_error_message());
    for (size_t i = 0; i < n; i++) {
        char key[16];
        snprintf(key, sizeof key, "output%zu", i);
        double error = relative_error(outputs[i], ct_dict_get(reference, key));
        ck_assert_msg(error <= tolerance(model), "%s: %s is off by %g of its largest value", name, key, error);
    }
}

START_TEST(a_model_gives_what_it_gives_in_python)
{
    const char *name = cases[_i];
    ct_scope *scope = ct_scope_begin();
    ct_module *model = load(name);
    ct_dict *reference = ct_load(saved(name, ".reference.pt"));
    ck_assert_ok(ct_no_grad());
    check_outputs(name, model, reference);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(python_saved_these_cases_and_no_others)
{
    FILE *file = oracle_open_fresh("torchvision/cases.txt");
    char line[128];
    size_t n = 0;
    for (; oracle_line(file, line, sizeof line); n++) {
        ck_assert_uint_lt(n, COUNT(cases));
        ck_assert_str_eq(line, cases[n]);
    }
    ck_assert_uint_eq(n, COUNT(cases));
    fclose(file);
}
END_TEST

START_TEST(a_model_learns)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *model = load("densenet_memory_efficient");
    ct_tensor *x = ct_dict_get(ct_load(saved("densenet_memory_efficient", ".reference.pt")), "input");
    ck_assert_ok(ct_backward(ct_sum(ct_module_forward(model, x))));
    ct_dict *parameters = ct_module_parameters(model);
    for (size_t i = 0; i < ct_dict_size(parameters); i++)
        ck_assert_msg(ct_tensor_grad(ct_dict_at(parameters, i)) != NULL, "%s has no gradient",
                      ct_dict_name(parameters, i));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Registering ---- */

static void *register_often(void *status)
{
    for (int i = 0; i < 20 && *(ct_status *)status == CT_OK; i++)
        *(ct_status *)status = ct_torchvision_register();
    return NULL;
}

START_TEST(registering_again_and_on_several_threads_changes_nothing)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    ct_status results[THREADS] = {CT_OK};
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, register_often, &results[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(results[i], CT_OK);
    }
    ct_scope *scope = ct_scope_begin();
    check_outputs("ops", load("ops"), ct_load(saved("ops", ".reference.pt")));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(registering_does_nothing_in_a_scope_that_has_failed)
{
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_KEY, "before");
    ck_assert_int_eq(ct_torchvision_register(), CT_ERROR_KEY);
    ct_scope_end(scope);
    ck_assert_error(CT_ERROR_KEY, "before");
}
END_TEST

/* ---- Errors, in Python's words where it has any ---- */

/* That calling the model fails so. */
#define ck_assert_call_fails(model, x, code, part)                                                                     \
    do {                                                                                                               \
        ct_scope *attempt_ = ct_scope_begin();                                                                         \
        ck_assert_ptr_null(ct_module_forward(model, x));                                                               \
        ct_scope_catch(attempt_);                                                                                      \
        ck_assert_error(code, part);                                                                                   \
    } while (0)

START_TEST(what_a_forward_refuses)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_zeros(CT_DIMS(1, 3, 32, 64), CT_FLOAT32), *flat = ct_zeros(CT_DIMS(2, 3), CT_FLOAT32);
    ct_module *vit = load("vit_b_16"), *ops = load("ops_train"), *maxvit = load("maxvit"), *swin = load("swin_t");
    ct_tensor *pixels = ct_zeros(CT_DIMS(1, 8, 8, 96), CT_FLOAT32);
    ck_assert_call_fails(vit, x, CT_ERROR_VALUE, "Wrong image height! Expected 64 but got 32!");
    ck_assert_call_fails(ct_module_child(vit, "encoder"), flat, CT_ERROR_VALUE,
                         "Expected (batch_size, seq_length, hidden_dim) got torch.Size([2, 3])");
    ck_assert_call_fails(ct_module_child(ops, "0"), flat, CT_ERROR_VALUE, "Permute has 4 values in dims; expected 2");

    ct_module *depth = ct_module_child(ops, "5");
    ck_assert_ok(ct_module_set_double(depth, "p", 2));
    ck_assert_call_fails(depth, x, CT_ERROR_VALUE, "drop probability has to be between 0 and 1, but got 2");
    ck_assert_ok(ct_module_set_double(depth, "p", 0.5));
    ck_assert_ok(ct_module_set_string(depth, "mode", "column"));
    ck_assert_call_fails(depth, x, CT_ERROR_VALUE, "mode has to be either 'batch' or 'row', but got column");

    ct_module *shifted = ct_module_child(swin, "features.1.1.attn");
    ck_assert_ok(ct_module_set_value(shifted, "window_size", ct_value_list(CT_ARGS(INT64_MAX, 7))));
    ck_assert_call_fails(shifted, pixels, CT_ERROR_VALUE, "make no windows");
    ck_assert_ok(ct_module_set_value(shifted, "window_size", ct_value_list(CT_ARGS(7))));
    ck_assert_call_fails(shifted, pixels, CT_ERROR_VALUE,
                         "ShiftedWindowAttention has 1 values in window_size; expected 2");

    ct_module *attention = ct_module_child(maxvit, "blocks.0.layers.0.layers.window_attention");
    ck_assert_ok(ct_module_set_int(attention, "p", 3));
    ck_assert_call_fails(attention, x, CT_ERROR_VALUE, "Got grid size of (16, 16) and partition size of 3");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(models_with_several_outputs_take_one_input)
{
    ct_scope *scope = ct_scope_begin();
    ct_tensor *x = ct_zeros(CT_DIMS(1, 3, 64, 64), CT_FLOAT32), *y = NULL;
    ct_module *googlenet = load("googlenet");
    ct_scope *attempt = ct_scope_begin();
    ck_assert_int_eq(ct_module_call(googlenet, CT_TENSORS(x, x), CT_OUTPUTS(&y)), CT_ERROR_TYPE);
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_TYPE, "GoogLeNet.forward() takes 1 input but 2 were given");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("torchvision");

    TCase *models = suite_case(suite, "models");
    tcase_add_checked_fixture(models, register_classes, NULL);
    tcase_add_loop_test(models, a_model_gives_what_it_gives_in_python, 0, COUNT(cases));
    tcase_add_test(models, python_saved_these_cases_and_no_others);
    tcase_add_test(models, a_model_learns);

    TCase *registering = suite_case(suite, "registering");
    tcase_add_test(registering, registering_again_and_on_several_threads_changes_nothing);
    tcase_add_test(registering, registering_does_nothing_in_a_scope_that_has_failed);

    TCase *errors = suite_case(suite, "errors");
    tcase_add_checked_fixture(errors, register_classes, NULL);
    tcase_add_test(errors, what_a_forward_refuses);
    tcase_add_test(errors, models_with_several_outputs_take_one_input);

    return suite_run(suite);
}
