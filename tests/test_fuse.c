/* tests/test_fuse.c: fuse.h: a layer and its BatchNorm as one, compared with Python (python/parametrize_cases.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "parametrize_record.h"

static const char *const fusions[] = {"fuse_conv", "fuse_conv_plain", "fuse_conv_transposed", "fuse_linear",
                                      "fuse_linear_plain"};

START_TEST(fuses_as_python)
{
    const char *name = fusions[_i];
    expected e = expected_of(name);
    ct_dict *record = ct_load(oracle_path("CTORCH_TEST_FRESH", "parametrize.pt"));
    ct_manual_seed(SEED);
    ct_module *layer = ct_nn_create(e.layer), *norm = ct_nn_create(e.second);
    ct_tensor *x = recorded(record, name, "x");
    for (int i = 0; i < 3; i++)
        ct_module_forward(norm, ct_module_forward(layer, x));
    ct_module_eval(layer), ct_module_eval(norm);
    if (ct_module_bool(norm, "affine")) {
        ct_init_normal_(ct_module_parameter(norm, "weight"));
        ct_init_normal_(ct_module_parameter(norm, "bias"));
    }
    ct_module *fused = strstr(name, "linear") ? ct_fuse_linear_bn_eval(layer, norm)
                                              : ct_fuse_conv_bn_eval(layer, norm, .transpose = strstr(name, "trans"));
    ck_assert_str_eq(ct_module_to_string(fused), e.print);
    assert_close(ct_module_parameter(fused, "weight"), recorded(record, name, "weight"), "weight");
    assert_close(ct_module_parameter(fused, "bias"), recorded(record, name, "bias"), "bias");
    ct_tensor *y = ct_module_forward(fused, x);
    assert_close(y, recorded(record, name, "y"), "y");
    ck_assert(ct_allclose(y, ct_module_forward(norm, ct_module_forward(layer, x))));
}
END_TEST

START_TEST(fusion_refuses)
{
    ct_module *conv = ct_nn_conv2d(2, 3, 3), *norm = ct_nn_batch_norm2d(3), *linear = ct_nn_linear(4, 2);
    ck_assert_ptr_null(ct_fuse_conv_bn_eval(conv, norm));
    ck_assert_error(CT_ERROR_VALUE, "ct_fuse_conv_bn_eval: Fusion only for eval!");
    ct_module_eval(conv), ct_module_eval(norm), ct_module_eval(linear);
    ck_assert_ptr_null(ct_fuse_conv_bn_eval(norm, norm));
    ck_assert_error(CT_ERROR_TYPE, "conv is a BatchNorm2d; expected a convolution");
    ck_assert_ptr_null(ct_fuse_linear_bn_eval(linear, conv));
    ck_assert_error(CT_ERROR_TYPE, "bn is a Conv2d; expected a BatchNorm");
    ck_assert_ptr_null(ct_fuse_linear_bn_eval(linear, norm));
    ck_assert_error(CT_ERROR_VALUE, "got linear.out_features=2 and bn.num_features=3");
    ct_module *bare = ct_nn_batch_norm2d(3, .track_running_stats = false);
    ct_module_eval(bare);
    ck_assert_ptr_null(ct_fuse_conv_bn_eval(conv, bare));
    ck_assert_error(CT_ERROR_VALUE, "bn.running_mean and bn.running_var must not be None");
    ct_weight_norm(conv, "weight");
    ck_assert_ptr_null(ct_fuse_conv_bn_eval(conv, norm));
    ck_assert_error(CT_ERROR_VALUE, "the weight or bias of Conv2d is computed from others");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fuse");
    TCase *group = suite_case(suite, "fusion");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_loop_test(group, fuses_as_python, 0, COUNT(fusions));
    tcase_add_test(group, fusion_refuses);
    return suite_run(suite);
}
