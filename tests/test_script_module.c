/* tests/test_script_module.c: ct_script_module of ctorch/script.h: programs that Python wrote as modules among others.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "script_files.h"

START_TEST(sits_in_a_sequential)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *module = ct_script_module(load("net.pt"));
    ct_module *row = ct_nn_sequential(module, ct_nn_softmax(1));
    ct_module_eval(row);
    ct_tensor *y = ct_module_forward(row, expected("x"));
    ck_assert(ct_allclose(y, ct_softmax(expected("y"), 1), .rtol = 1e-5, .atol = 1e-6));
    ck_assert_str_eq(ct_module_class(module), "Net");
    ck_assert(ct_dict_has(ct_module_state_dict(row), "0.features.norm.running_mean"));
    ck_assert_int_eq(ct_module_parameter_count(row, false), 2 * 4 * 3 + 4 + 4 + 4 + 12 + 3);

    ct_module *copy = ct_module_clone(row);
    ct_no_grad();
    ct_fill_scalar_(ct_module_parameter(row, "0.out.weight"), 0);
    ck_assert(!ct_allclose(ct_module_forward(row, expected("x")), y));
    ck_assert(ct_allclose(ct_module_forward(copy, expected("x")), y));

    ct_module_train(row, true);
    ck_assert(ct_module_is_training(ct_module_child(row, "0.features.norm")));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(takes_and_gives_several_as_a_module)
{
    ct_scope *scope = ct_scope_begin();
    ct_module *pair = ct_script_module(load("pair.pt"));
    ct_tensor *x = ct_arange(0, 2, 1, CT_FLOAT32), *a, *b, *c;
    ck_assert_ok(ct_module_call(pair, CT_TENSORS(x, x), CT_OUTPUTS(&a, &b, &c)));
    ck_assert_floats(a, 0, 2);
    ck_assert_floats(b, 0, 0);
    ck_assert_floats(c, 0, 1);
    ck_assert_ok(ct_module_call(pair, CT_TENSORS(x), CT_OUTPUTS(&a, &b, &c)));
    ck_assert_floats(c, 0, 1);
    ck_assert_ok(ct_module_call(pair, CT_TENSORS(x, NULL), CT_OUTPUTS(&a, &b, &c)));
    ck_assert_ok(ct_scope_end(scope));

    pair = NULL;
    ct_script *script = load("pair.pt");
    pair = ct_script_module(script);
    x = ct_arange(0, 2, 1, CT_FLOAT32);
    ct_module_call(pair, CT_TENSORS(NULL, x), CT_OUTPUTS(&a, &b, &c));
    ck_assert_error(CT_ERROR_TYPE, "input 1 'x' of forward is Tensor; got None");
    ct_module_call(pair, CT_TENSORS(x, x, x), CT_OUTPUTS(&a, &b, &c));
    ck_assert_error(CT_ERROR_VALUE, "forward takes 2 inputs but 3 were given");
    ct_tensor_free(x);
    ct_module_free(pair);
    ct_script_free(script);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("script_module");
    TCase *module = suite_case(suite, "as a module");
    tcase_add_test(module, sits_in_a_sequential);
    tcase_add_test(module, takes_and_gives_several_as_a_module);
    return suite_run(suite);
}
