/* tests/test_create.c: modules from texts in Python's syntax (constructor calls and printed trees), and the classes
 * that are registered for them. That every layer of torch.nn can be made so is test_parity.c's.
 * SPDX-License-Identifier: BSD-3-Clause */
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

static ct_tensor *ones(void)
{
    return ct_ones(CT_DIMS(1, 2), CT_FLOAT32);
}

/* ---- Calls ---- */

START_TEST(a_call_makes_the_module)
{
    ct_module *conv = ct_nn_create("nn.Conv2d(3, 32, kernel_size=7, stride=2, bias=False, dtype=torch.float64)");
    ck_assert_str_eq(ct_module_to_string(conv), "Conv2d(3, 32, kernel_size=(7, 7), stride=(2, 2), bias=False)");
    ck_assert_int_eq(ct_tensor_dtype(ct_module_parameter(conv, "weight")), CT_FLOAT64);
    ct_module *net = ct_nn_create("Sequential(OrderedDict([('a', Linear(2, 3)), ('b', Sequential(ReLU(), Tanh()))]))");
    ck_assert_str_eq(ct_module_to_string(net), "Sequential(\n"
                                               "  (a): Linear(in_features=2, out_features=3, bias=True)\n"
                                               "  (b): Sequential(\n"
                                               "    (0): ReLU()\n"
                                               "    (1): Tanh()\n"
                                               "  )\n"
                                               ")");
    ck_assert_shape(ct_module_forward(net, ones()), 1, 3);
    ck_assert_int_eq(ct_module_size(ct_nn_create("ModuleList([ReLU(), ReLU()])")), 2);
}
END_TEST

/* What programs in Python write, and what print would show in its place. */
START_TEST(calls_as_programs_have_them)
{
    static const char *const calls[][2] = {
        {"Identity(54, unused_argument1=0.1, unused_argument2=False)", "Identity()"},
        {"Unflatten(1, torch.Size([2, 3]))", "Unflatten(1, (2, 3))"},
        {"Linear(2, 3, device=torch.device('cpu'))", "Linear(2, 3)"},
        {"TransformerEncoderLayer(8, 2, 4, activation=F.gelu)", "TransformerEncoderLayer(8, 2, 4, activation='gelu')"},
        {"TransformerDecoderLayer(8, 2, 4, activation=torch.nn.functional.relu)", "TransformerDecoderLayer(8, 2, 4)"},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        ct_module *module = ct_nn_create(calls[i][0]), *same = ct_nn_create(calls[i][1]);
        ck_assert_str_eq(ct_module_to_string(module), ct_module_to_string(same));
    }
    ck_assert_str_eq(ct_module_string(ct_nn_create(calls[3][0]), "activation"), "gelu");
}
END_TEST

static const struct {
    const char *call;
    ct_status code;
    const char *message;
} refused[] = {
    {"Foo(3)", CT_ERROR_KEY, "ct_nn_create: torch.nn has no class 'Foo', and none of that name is registered"},
    {"Linear(3)", CT_ERROR_TYPE, "Linear.__init__() missing a required argument: 'out_features'"},
    {"Linear(3, 4, 5, 6, 7, 8)", CT_ERROR_TYPE, "Linear.__init__() takes at most 5 arguments but 6 were given"},
    {"Linear(3, 4, in_features=3)", CT_ERROR_TYPE, "Linear.__init__() got multiple values for argument 'in_features'"},
    {"Linear(3, 4, width=1)", CT_ERROR_TYPE, "Linear.__init__() got an unexpected keyword argument 'width'"},
    {"Linear(3, 'four')", CT_ERROR_TYPE, "Linear: out_features is 'four'; expected a whole number"},
    {"Linear(3, 4.5)", CT_ERROR_TYPE, "Linear: out_features is 4.5; expected a whole number"},
    {"Linear(3, 4, bias=1)", CT_ERROR_TYPE, "Linear: bias is 1; expected True or False"},
    {"Conv2d(3, 4, (1, 2, 3))", CT_ERROR_TYPE, "kernel_size is (1, 2, 3); expected a whole number or a tuple of 2"},
    {"Linear(3, 4, dtype=torch.float31)", CT_ERROR_TYPE, "expected an element type such as torch.float32 or None"},
    {"Linear(3, 4, device=torch.device(1, 2))", CT_ERROR_TYPE, "expected a device such as 'cpu' or None"},
    {"TransformerEncoderLayer(8, 2, 4, activation=F.silu)", CT_ERROR_RUNTIME, "should be relu/gelu, not silu"},
    {"Sequential(3)", CT_ERROR_TYPE, "3 is not a Module subclass"},
    {"Sequential(OrderedDict([('a.b', ReLU())]))", CT_ERROR_KEY, "module name can't contain \".\", got: a.b"},
    {"Linear(3, 4", CT_ERROR_FORMAT, "module text, line 1, column 7: '(' was never closed"},
    {"", CT_ERROR_FORMAT, "module text, line 1"},
};

START_TEST(calls_that_are_refused)
{
    ck_assert_ptr_null(ct_nn_create(refused[_i].call));
    ck_assert_error(refused[_i].code, refused[_i].message);
}
END_TEST

/* ---- Printed trees ---- */

static const char net_text[] = "Net(\n"
                               "  (features): ModuleList(\n"
                               "    (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)\n"
                               "    (2): ReLU(inplace=True)\n"
                               "  )\n"
                               "  (head): Linear(in_features=2, out_features=1, bias=False)\n"
                               ")";

static ct_tensor *net_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *features = ct_module_child(self, "features");
    for (int64_t i = 0; i < ct_module_size(features); i++)
        x = ct_module_forward(ct_module_at(features, i), x);
    return ct_module_forward(ct_module_child(self, "head"), x);
}

START_TEST(a_printed_tree_makes_the_modules)
{
    ct_module *net = ct_nn_parse(net_text);
    ck_assert_str_eq(ct_module_to_string(net), net_text);
    ck_assert(!ct_module_is(ct_module_child(net, "features.0"), ct_module_child(net, "features.1")));
    ck_assert_ptr_null(ct_module_forward(net, ones()));
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "Module [Net] is missing the required \"forward\" function");
    ck_assert_ok(ct_class_register("Net", &(ct_class){.forward = net_forward}));
    ck_assert_shape(ct_module_forward(ct_nn_parse(net_text), ones()), 1, 1);
    ck_assert_ok(ct_class_register("Net", NULL));
}
END_TEST

/* A Transformer may have a decoder alone. */
START_TEST(stacks_without_layers_print_again)
{
    static const char *const calls[] = {
        "TransformerEncoder(TransformerEncoderLayer(8, 2, 4), 0, LayerNorm(8))",
        "TransformerDecoder(TransformerDecoderLayer(8, 2, 4), 0)",
        "Transformer(8, 2, 0, 1, 4)",
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        const char *text = ct_module_to_string(ct_nn_create(calls[i]));
        ct_module *parsed = ct_nn_parse(text);
        ck_assert_str_eq(ct_module_to_string(parsed), text);
        ck_assert_str_eq(ct_module_to_string(ct_module_clone(parsed)), text);
    }
}
END_TEST

START_TEST(a_printed_tree_says_where_it_is_wrong)
{
    ck_assert_ptr_null(ct_nn_parse("Net(\n  (a): Sequential(\n    (0): Linear(in_features=x)\n  )\n)"));
    ck_assert_error(CT_ERROR_TYPE, "a.0: Linear: in_features is ");
    ck_assert_ptr_null(ct_nn_parse("Net(\n  (a): ReLU()\n"));
    ck_assert_error(CT_ERROR_FORMAT, "module text, line");
}
END_TEST

/* What print leaves out and what has no default must be set before the first call. */
START_TEST(what_print_leaves_out_must_be_set)
{
    ct_module *attention = ct_nn_parse(ct_module_to_string(ct_nn_multihead_attention(8, 2)));
    ck_assert_int_eq(ct_module_int(attention, "embed_dim"), 8);
    ct_tensor *x = ct_ones(CT_DIMS(3, 8), CT_FLOAT32), *y;
    ck_assert_int_eq(ct_module_call(attention, CT_TENSORS(x, x, x), CT_OUTPUTS(&y, NULL)), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "MultiheadAttention's num_heads is not in the text that it was made from");
    ck_assert_ok(ct_module_set_int(attention, "num_heads", 2));
    ck_assert_ok(ct_module_call(attention, CT_TENSORS(x, x, x), CT_OUTPUTS(&y, NULL)));
    ck_assert_shape(y, 3, 8);
}
END_TEST

/* ---- Registered classes ---- */

static int frees;

static void count_free(void *user)
{
    (void)user;
    frees++;
}

static ct_tensor *scale_forward(ct_module *self, ct_tensor *x, void *user)
{
    return ct_mul_scalar(x, ct_module_double(self, "factor") * *(int *)user);
}

START_TEST(a_registered_class_takes_its_arguments_as_attributes)
{
    frees = 0;
    int two = 2;
    ck_assert_ok(
        ct_class_register("Scale", &(ct_class){.forward = scale_forward, .user = &two, .free_user = count_free}));
    ct_module *net = ct_nn_create("Sequential(Scale(factor=1.5), Scale(factor=1.0))");
    ck_assert_floats(ct_module_forward(net, ones()), 6, 6);
    ck_assert_ptr_null(ct_nn_create("Scale(1.5)"));
    ck_assert_error(CT_ERROR_TYPE, "Scale is not of torch.nn: its arguments are attributes, and need names; got 1.5");
    ck_assert_ok(ct_class_register("Scale", NULL));
    ck_assert_int_eq(frees, 0);
    ct_module_free(net);
    ck_assert_int_eq(frees, 1);
    ck_assert_ptr_null(ct_nn_create("Scale(factor=1.5)"));
    ck_assert_error(CT_ERROR_KEY, "torch.nn has no class 'Scale'");
}
END_TEST

/* The user data goes also when registering fails. */
START_TEST(registering_without_a_name_fails)
{
    frees = 0;
    ck_assert_int_eq(ct_class_register(NULL, &(ct_class){.user = &frees, .free_user = count_free}), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "name is NULL");
    ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(an_alias_is_a_class_under_another_name)
{
    ck_assert_ok(ct_class_alias("MyStack", "Sequential"));
    ct_module *net = ct_nn_create("MyStack(Linear(2, 3), ReLU())");
    ck_assert_str_eq(ct_module_class(net), "MyStack");
    ck_assert_shape(ct_module_forward(net, ones()), 1, 3);
    ck_assert_str_eq(ct_module_to_string(ct_nn_parse(ct_module_to_string(net))), ct_module_to_string(net));
    ck_assert_str_eq(ct_module_class(ct_module_clone(net)), "MyStack");
    ck_assert_ok(ct_class_register("MyStack", NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("create");
    TCase *all = suite_case(suite, "texts");
    tcase_add_checked_fixture(all, begin, end);
    tcase_add_test(all, a_call_makes_the_module);
    tcase_add_test(all, calls_as_programs_have_them);
    tcase_add_loop_test(all, calls_that_are_refused, 0, (int)COUNT(refused));
    tcase_add_test(all, a_printed_tree_makes_the_modules);
    tcase_add_test(all, stacks_without_layers_print_again);
    tcase_add_test(all, a_printed_tree_says_where_it_is_wrong);
    tcase_add_test(all, what_print_leaves_out_must_be_set);
    tcase_add_test(all, a_registered_class_takes_its_arguments_as_attributes);
    tcase_add_test(all, registering_without_a_name_fails);
    tcase_add_test(all, an_alias_is_a_class_under_another_name);
    return suite_run(suite);
}
