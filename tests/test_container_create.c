/* tests/test_container_create.c: containers that are made from a call or from what print shows.
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

/* What print shows makes the same again. */
static void check_prints_again(const ct_module *container)
{
    const char *text = ct_module_to_string(container);
    ck_assert_str_eq(ct_module_to_string(ct_nn_parse(text)), text);
    const char *legacy = ct_module_to_string(container, .legacy = true);
    ck_assert_str_eq(ct_module_to_string(ct_nn_parse(legacy), .legacy = true), legacy);
}

START_TEST(created_from_a_call)
{
    static const char *const calls[][2] = {
        {"Sequential()", "Sequential()"},
        {"Sequential(OrderedDict([('a', ReLU()), ('b', Tanh()), ('a', ELU())]))",
         "Sequential(\n  (a): ELU(alpha=1.0)\n  (b): Tanh()\n)"},
        {"Sequential(OrderedDict({'a': ReLU()}, c=Tanh()))", "Sequential(\n  (a): ReLU()\n  (c): Tanh()\n)"},
        {"ModuleList([ReLU(), ReLU(), Tanh()])", "ModuleList(\n  (0-1): 2 x ReLU()\n  (2): Tanh()\n)"},
        {"ModuleList(modules=(ReLU(),))", "ModuleList(\n  (0): ReLU()\n)"},
        {"ModuleList(Sequential(ReLU()))", "ModuleList(\n  (0): ReLU()\n)"},
        {"ModuleList(None)", "ModuleList()"},
        {"ModuleDict()", "ModuleDict()"},
        {"ModuleDict({'b': ReLU(), 'a': Tanh()})", "ModuleDict(\n  (b): ReLU()\n  (a): Tanh()\n)"},
        {"ModuleDict(modules=[['b', ReLU()], ('a', Tanh())])", "ModuleDict(\n  (b): ReLU()\n  (a): Tanh()\n)"},
        {"ModuleDict(ModuleDict(OrderedDict(a=ReLU())))", "ModuleDict(\n  (a): ReLU()\n)"},
        {"ParameterList()", "ParameterList()"},
        {"ParameterList([torch.tensor([1.0])])",
         "ParameterList(  (0): Parameter containing: [torch.float32 of size 1])"},
        {"ParameterList(values=(Parameter(torch.tensor([[1.0], [2.0]])), torch.tensor(1.0), None))",
         "ParameterList(\n"
         "    (0): Parameter containing: [torch.float32 of size 2x1]\n"
         "    (1): Parameter containing: [torch.float32 of size ]\n"
         "    (2): Object of type: NoneType\n"
         ")"},
        {"ParameterList(ParameterList([torch.tensor([1.0])]))",
         "ParameterList(  (0): Parameter containing: [torch.float32 of size 1])"},
        {"ParameterDict({'b': torch.tensor([1.0]), 'a': torch.tensor([1.0, 2.0])})",
         "ParameterDict(\n"
         "    (a): Parameter containing: [torch.FloatTensor of size 2]\n"
         "    (b): Parameter containing: [torch.FloatTensor of size 1]\n"
         ")"},
        {"ParameterDict(OrderedDict({'b': torch.tensor([1.0]), 'a': torch.tensor([1.0, 2.0])}))",
         "ParameterDict(\n"
         "    (b): Parameter containing: [torch.FloatTensor of size 1]\n"
         "    (a): Parameter containing: [torch.FloatTensor of size 2]\n"
         ")"},
        {"Sequential(ModuleDict({'a': ParameterDict([('w', torch.tensor([1.0]))])}))",
         "Sequential(\n"
         "  (0): ModuleDict(\n"
         "    (a): ParameterDict(  (w): Parameter containing: [torch.FloatTensor of size 1])\n"
         "  )\n"
         ")"},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        ct_module *container = ct_nn_create(calls[i][0]);
        ck_assert_str_eq(ct_module_to_string(container), calls[i][1]);
        check_prints_again(container);
    }
}
END_TEST

START_TEST(calls_that_python_refuses)
{
    static const struct {
        const char *call;
        ct_status code;
        const char *part;
    } calls[] = {
        {"Sequential([ReLU()])", CT_ERROR_TYPE, "is not a Module subclass"},
        {"Sequential({'a': ReLU()})", CT_ERROR_TYPE, "is not a Module subclass"},
        {"Sequential(1)", CT_ERROR_TYPE, "1 is not a Module subclass"},
        {"Sequential(a=ReLU())", CT_ERROR_TYPE, "got an unexpected keyword argument 'a'"},
        {"Sequential(OrderedDict([('a.b', ReLU())]))", CT_ERROR_KEY, "module name can't contain \".\", got: a.b"},
        {"Sequential(OrderedDict([('append', ReLU())]))", CT_ERROR_KEY, "attribute 'append' already exists"},
        {"ModuleList(3)", CT_ERROR_TYPE, "ModuleList.extend should be called with an iterable, but got 3"},
        {"ModuleList(ReLU())", CT_ERROR_TYPE, "ModuleList.extend should be called with an iterable"},
        {"ModuleList([ReLU(), 2])", CT_ERROR_TYPE, "2 is not a Module subclass"},
        {"ModuleList([], [])", CT_ERROR_TYPE, "takes from 1 to 2 positional arguments but 3 were given"},
        {"ModuleList([], modules=[])", CT_ERROR_TYPE, "got multiple values for argument 'modules'"},
        {"ModuleDict({'keys': ReLU()})", CT_ERROR_KEY, "attribute 'keys' already exists"},
        {"ModuleDict({'a.b': ReLU()})", CT_ERROR_KEY, "module name can't contain \".\", got: a.b"},
        {"ModuleDict({'': ReLU()})", CT_ERROR_KEY, "module name can't be empty string \"\""},
        {"ModuleDict({1: ReLU()})", CT_ERROR_TYPE, "module name should be a string. Got 1"},
        {"ModuleDict({'a': 1})", CT_ERROR_TYPE, "1 is not a Module subclass"},
        {"ModuleDict(1)", CT_ERROR_TYPE,
         "ModuleDict.update should be called with an iterable of key/value pairs, but got 1"},
        {"ModuleDict([1])", CT_ERROR_TYPE, "ModuleDict update sequence element #0 should be Iterable"},
        {"ModuleDict([['a']])", CT_ERROR_VALUE, "ModuleDict update sequence element #0 has length 1; 2 is required"},
        {"ModuleDict(a=ReLU())", CT_ERROR_TYPE, "got an unexpected keyword argument 'a'"},
        {"ParameterList(torch.tensor([1.0]))", CT_ERROR_TYPE,
         "ParameterList.extend should be called with an iterable"},
        {"ParameterList([1.0])", CT_ERROR_TYPE, "item 0 is 1.0; expected a tensor"},
        {"ParameterList([torch.tensor([1])])", CT_ERROR_TYPE,
         "item 0 holds torch.int64; only floating-point and complex tensors can require gradients"},
        {"ParameterDict({'pop': torch.tensor([1.0])})", CT_ERROR_KEY, "attribute 'pop' already exists"},
        {"ParameterDict({'a.b': torch.tensor([1.0])})", CT_ERROR_KEY, "parameter name can't contain \".\""},
        {"ParameterDict({'a': ReLU()})", CT_ERROR_TYPE, "item 'a' is"},
        {"ModuleList(layers=[])", CT_ERROR_TYPE, "got an unexpected keyword argument 'layers'"},
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        ck_assert_ptr_null(ct_nn_create(calls[i].call));
        ck_assert_error(calls[i].code, calls[i].part);
    }
}
END_TEST

START_TEST(nested_containers_print_again)
{
    ct_tensor *x = ct_ones(CT_DIMS(2, 3), CT_FLOAT64);
    ct_module *list = ct_nn_module_list(ct_nn_relu(), ct_nn_relu(), ct_nn_sequential());
    check_prints_again(ct_nn_sequential_named({"list", list}, {"empty", ct_nn_module_dict()}));
    check_prints_again(ct_nn_module_dict({"lists", list}, {"weights", ct_nn_parameter_list(x, x)},
                                         {"one", ct_nn_parameter_dict({"weight", x})}));
    check_prints_again(ct_nn_module_list(ct_nn_parameter_list(), ct_nn_parameter_list(), ct_nn_parameter_dict()));
}
END_TEST

/* Of a parameter, print shows the type and the sizes; its values are zeros. */
START_TEST(printed_parameters_are_zeros)
{
    ct_module *list = ct_nn_parse("ParameterList(\n"
                                  "    (0): Parameter containing: [torch.float64 of size 2]\n"
                                  "    (1): Object of type: NoneType\n"
                                  "    (2): Parameter containing: [torch.complex64 of size 1x0]\n"
                                  ")");
    ck_assert_doubles(ct_parameter_list_at(list, 0), 0, 0);
    ck_assert(ct_tensor_requires_grad(ct_parameter_list_at(list, 0)));
    ck_assert_ptr_null(ct_parameter_list_at(list, 1));
    ck_assert_shape(ct_parameter_list_at(list, -1), 1, 0);
    ct_module *dict = ct_nn_parse("ParameterDict(  (a): Parameter containing: [torch.cuda.HalfTensor of size ])");
    ck_assert_int_eq(ct_tensor_dtype(ct_parameter_dict_get(dict, "a", NULL)), CT_FLOAT16);
    ck_assert_int_eq(ct_tensor_dim(ct_parameter_dict_get(dict, "a", NULL)), 0);
}
END_TEST

START_TEST(printed_items_that_cannot_be)
{
    ck_assert_ptr_null(ct_nn_parse("ParameterList(  (0): Object of type: int)"));
    ck_assert_error(CT_ERROR_TYPE, "item '0' is of type int; expected a parameter");
    ck_assert_ptr_null(ct_nn_parse("ParameterList(  (1): Parameter containing: [torch.float32 of size 1])"));
    ck_assert_error(CT_ERROR_KEY, "an item is named '1'; expected '0'");
    ck_assert_ptr_null(ct_nn_parse("ParameterDict(  (a): Parameter containing: [torch.float31 of size 1])"));
    ck_assert_error(CT_ERROR_VALUE, "'torch.float31' is no element type");
    ck_assert_ptr_null(ct_nn_parse("ParameterDict(  (a): Parameter containing: [torch.LongTensor of size 1])"));
    ck_assert_error(CT_ERROR_TYPE, "item 'a' holds torch.int64");
    ck_assert_ptr_null(ct_nn_parse("ParameterDict(  (keys): Parameter containing: [torch.FloatTensor of size 1])"));
    ck_assert_error(CT_ERROR_KEY, "attribute 'keys' already exists");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("container_create");
    TCase *c = suite_case(suite, "by name");
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, created_from_a_call);
    tcase_add_test(c, calls_that_python_refuses);
    tcase_add_test(c, nested_containers_print_again);
    tcase_add_test(c, printed_parameters_are_zeros);
    tcase_add_test(c, printed_items_that_cannot_be);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
