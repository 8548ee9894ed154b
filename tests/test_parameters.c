/* tests/test_parameters.c: ParameterList and ParameterDict: every change against Python's, and a failed one changes
 * nothing.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "dict_steps.h"

/* ---- Items that can be told apart: number n has n elements ---- */

static ct_tensor *item(int64_t n)
{
    return ct_zeros(CT_DIMS(n), CT_FLOAT32);
}

/* Read through state_dict, which sees what is registered, and checked against positions or keys. */
static const char *items(const ct_module *container)
{
    static char text[1024];
    char *end = text;
    bool is_list = strcmp(ct_module_class(container), "ParameterList") == 0;
    ct_dict *state = ct_module_state_dict(container);
    int64_t size = is_list ? ct_parameter_list_size(container) : ct_parameter_dict_size(container);
    ck_assert_int_eq(size, (int64_t)ct_dict_size(state));
    *end = 0;
    for (int64_t i = 0; i < size; i++) {
        const char *name = ct_dict_name(state, (size_t)i);
        if (is_list)
            ck_assert(ct_tensor_is(ct_parameter_list_at(container, i), ct_module_parameter(container, name)));
        else
            ck_assert_str_eq(ct_parameter_dict_key_at(container, i - size), name);
        end += sprintf(end, "%s%s=%d", i ? " " : "", name, (int)ct_tensor_numel(ct_dict_at(state, (size_t)i)));
    }
    return text;
}

static ct_module *take_list(ct_module *list, const char *step)
{
    int a = 0, b = 0, c = 0;
    if (sscanf(step, "append %d", &a) == 1)
        ct_parameter_list_append(list, item(a));
    else if (sscanf(step, "extend %d %d", &a, &b) == 2)
        ct_parameter_list_extend(list, CT_TENSORS(item(a), item(b)));
    else if (sscanf(step, "add %d %d", &a, &b) == 2)
        ct_parameter_list_add_(list, ct_nn_parameter_list(item(a), item(b)));
    else if (sscanf(step, "set %d %d", &a, &b) == 2)
        ct_parameter_list_set(list, a, item(b));
    else if (sscanf(step, "get %d", &a) == 1)
        ct_parameter_list_at(list, a);
    else if (sscanf(step, "new slice %d %d %d", &a, &b, &c) == 3)
        return ct_parameter_list_slice(list, a, b, c);
    else
        ck_abort_msg("no such step: %s", step);
    return list;
}

static ct_module *pair(const char *key, int a, const char *other, int b)
{
    return strcmp(key, other) == 0 ? ct_nn_parameter_dict({key, item(b)})
                                   : ct_nn_parameter_dict({key, item(a)}, {other, item(b)});
}

static ct_module *take_dict(ct_module *dict, const char *step)
{
    char key[8], other[8];
    const char *last = NULL;
    int a = 0, b = 0;
    if (sscanf(step, "set %7s %d", key, &a) == 2)
        ct_module_set_parameter(dict, key, item(a));
    else if (sscanf(step, "setdefault %7s %d", key, &a) == 2)
        ct_parameter_dict_setdefault(dict, key, item(a));
    else if (sscanf(step, "delete %7s", key) == 1)
        ct_parameter_dict_delete(dict, key);
    else if (strcmp(step, "popitem") == 0)
        ct_parameter_dict_popitem(dict, &last);
    else if (sscanf(step, "pop %7s", key) == 1)
        ct_parameter_dict_pop(dict, key);
    else if (sscanf(step, "update %7s %d %7s %d", key, &a, other, &b) == 4)
        ct_parameter_dict_update(dict, pair(key, a, other, b));
    else if (strcmp(step, "clear") == 0)
        ct_parameter_dict_clear(dict);
    else if (strcmp(step, "new copy") == 0)
        return ct_parameter_dict_copy(dict);
    else if (sscanf(step, "new or %7s %d %7s %d", key, &a, other, &b) == 4)
        return ct_parameter_dict_or(dict, pair(key, a, other, b));
    else if (sscanf(step, "new fromkeys %7s %7s %d", key, other, &a) == 3)
        return ct_nn_parameter_dict_fromkeys((const char *[]){key, other}, 2, item(a));
    else
        ck_abort_msg("no such step: %s", step);
    return dict;
}

START_TEST(random_changes_of_lists_are_those_of_python)
{
    check_dict_steps("ParameterList", take_list, items);
}
END_TEST

START_TEST(random_changes_of_dicts_are_those_of_python)
{
    check_dict_steps("ParameterDict", take_dict, items);
}
END_TEST

static ct_status put(ct_module *container, const char *name)
{
    return ct_module_set_parameter(container, name, item(1));
}

START_TEST(names_of_attributes_are_taken)
{
    check_attributes("ParameterDict", put);
    check_attributes("ParameterList", put);
}
END_TEST

static ct_module *list_of_two(void)
{
    return ct_nn_parameter_list(item(1), item(2));
}

static ct_module *dict_of_two(void)
{
    return ct_nn_parameter_dict({"left", item(1)}, {"right", item(2)});
}

/* ---- What fails changes nothing ---- */

START_TEST(lists_refuse_what_is_no_parameter)
{
    ct_module *list = list_of_two();
    ct_tensor *free_tensor = item(3), *whole = ct_zeros(CT_DIMS(1), CT_INT64);
    ct_tensor *computed = ct_add(ct_parameter_list_at(list, 0), ct_parameter_list_at(list, 0));
    ASSERT_REFUSED(ct_parameter_list_append(list, whole), CT_ERROR_TYPE,
                   "tensor holds torch.int64; only floating-point and complex tensors can require gradients", list,
                   "0=1 1=2");
    ASSERT_REFUSED(ct_parameter_list_set(list, 0, computed), CT_ERROR_VALUE, "pass ct_detach(tensor)", list, "0=1 1=2");
    ASSERT_REFUSED(ct_parameter_list_extend(list, CT_TENSORS(free_tensor, computed)), CT_ERROR_VALUE,
                   "tensors[1] was computed and has a gradient history", list, "0=1 1=2");
    ck_assert_ptr_null(ct_nn_parameter_list(free_tensor, whole));
    ck_assert_error(CT_ERROR_TYPE, "ct_nn_parameter_list: tensors[1] holds torch.int64");
    ck_assert_ptr_null(ct_nn_parameter_dict({"a", free_tensor}, {"b", whole}));
    ck_assert_error(CT_ERROR_TYPE, "ct_nn_parameter_dict: tensors[1].tensor holds torch.int64");
    ck_assert(!ct_tensor_requires_grad(free_tensor));
    ck_assert_ok(ct_parameter_list_append(list, free_tensor));
    ck_assert(ct_tensor_requires_grad(free_tensor));
}
END_TEST

START_TEST(positions_out_of_range)
{
    static const int64_t out[] = {2, -3, INT64_MAX, INT64_MIN};
    ct_module *list = list_of_two();
    for (size_t k = 0; k < COUNT(out); k++) {
        ck_assert_ptr_null(ct_parameter_list_at(list, out[k]));
        ck_assert_error(CT_ERROR_INDEX, "out of range for 2 parameters");
        ASSERT_REFUSED(ct_parameter_list_set(list, out[k], item(9)), CT_ERROR_INDEX, "ct_parameter_list_set: index",
                       list, "0=1 1=2");
        ck_assert_ptr_null(ct_parameter_list_pop(list, out[k]));
        ck_assert_error(CT_ERROR_INDEX, "out of range for 2 parameters");
        ck_assert_str_eq(ct_parameter_dict_key_at(dict_of_two(), out[k]), "");
        ck_assert_error(CT_ERROR_INDEX, "out of range for 2 keys");
    }
    ck_assert_ptr_null(ct_parameter_list_slice(list, 0, 1, 0));
    ck_assert_error(CT_ERROR_VALUE, "slice step cannot be zero");
    ck_assert_str_eq(items(list), "0=1 1=2");
}
END_TEST

START_TEST(bad_keys_change_nothing)
{
    ct_module *dict = dict_of_two(), *other = ct_nn_parameter_dict({"left", item(3)}, {"steps", item(4)});
    const char *key = "untouched";
    ck_assert_ptr_null(ct_parameter_dict_setdefault(dict, "a.b", item(3)));
    ck_assert_error(CT_ERROR_KEY, "parameter name can't contain \".\", got: a.b");
    ck_assert_ptr_null(ct_parameter_dict_setdefault(dict, "", item(3)));
    ck_assert_error(CT_ERROR_KEY, "parameter name can't be empty string \"\"");
    ck_assert_ptr_null(ct_parameter_dict_setdefault(dict, "keys", item(3)));
    ck_assert_error(CT_ERROR_KEY, "attribute 'keys' already exists");
    ASSERT_REFUSED(ct_parameter_dict_delete(dict, "x"), CT_ERROR_KEY, "there is no parameter 'x'", dict,
                   "left=1 right=2");
    ck_assert_ptr_null(ct_parameter_dict_pop(dict, "x"));
    ck_assert_error(CT_ERROR_KEY, "there is no parameter 'x'");
    ck_assert_ptr_null(ct_parameter_dict_popitem(ct_nn_parameter_dict(), &key));
    ck_assert_error(CT_ERROR_KEY, "popitem(): dictionary is empty");
    ck_assert_str_eq(key, "untouched");
    ck_assert_ptr_null(ct_nn_parameter_dict({"a", item(1)}, {"a", item(2)}));
    ck_assert_error(CT_ERROR_KEY, "tensors[1].name is 'a', which is taken");
    ck_assert_ptr_null(ct_nn_parameter_dict_fromkeys((const char *[]){"a", NULL}, 2, item(1)));
    ck_assert_error(CT_ERROR_VALUE, "keys[1] is NULL");
    ct_module_set_buffer(dict, "steps", ct_zeros(CT_DIMS(1), CT_FLOAT32), .persistent = false);
    ASSERT_REFUSED(ct_parameter_dict_update(dict, other), CT_ERROR_KEY, "attribute 'steps' already exists", dict,
                   "left=1 right=2");
}
END_TEST

START_TEST(each_kind_has_its_own_functions)
{
    ct_module *list = list_of_two(), *dict = dict_of_two();
    ck_assert_int_eq(ct_parameter_list_size(dict), 0);
    ck_assert_error(CT_ERROR_TYPE, "self is a ParameterDict; expected a ParameterList");
    ck_assert_int_eq(ct_parameter_dict_size(list), 0);
    ck_assert_error(CT_ERROR_TYPE, "self is a ParameterList; expected a ParameterDict");
    ASSERT_REFUSED(ct_parameter_list_add_(list, dict), CT_ERROR_TYPE, "other is a ParameterDict", list, "0=1 1=2");
    ASSERT_REFUSED(ct_parameter_dict_update(dict, list), CT_ERROR_TYPE, "other is a ParameterList", dict,
                   "left=1 right=2");
}
END_TEST

/* ---- What they are ---- */

START_TEST(neither_can_be_called)
{
    ct_tensor *x = ct_ones(CT_DIMS(1), CT_FLOAT32);
    ck_assert_ptr_null(ct_module_forward(list_of_two(), x));
    ck_assert_error(CT_ERROR_RUNTIME, "ParameterList should not be called.");
    ck_assert_ptr_null(ct_module_forward(ct_nn_sequential(dict_of_two()), x));
    ck_assert_error(CT_ERROR_RUNTIME, "0: ParameterDict should not be called.");
}
END_TEST

/* Python's ParameterList has no pop; ours renumbers as ModuleList's does, and leaves other names alone. */
START_TEST(pop_renumbers)
{
    ct_module *list = list_of_two();
    ct_tensor *last = item(3), *own = item(4);
    ck_assert_ok(ct_parameter_list_append(list, last));
    ck_assert_ok(ct_module_set_parameter(list, "own", own));
    ck_assert_int_eq(ct_tensor_numel(ct_parameter_list_pop(list, 0)), 1);
    ck_assert_int_eq(ct_parameter_list_size(list), 2);
    ck_assert(ct_tensor_is(ct_parameter_list_at(list, -1), last));
    ck_assert(ct_tensor_is(ct_module_parameter(list, "1"), last));
    ck_assert(ct_tensor_is(ct_module_parameter(list, "own"), own));
    ck_assert(ct_tensor_is(ct_parameter_list_pop(list, -1), last));
}
END_TEST

START_TEST(parts_share_the_parameters)
{
    ct_module *list = list_of_two(), *dict = dict_of_two();
    ct_requires_grad_(ct_parameter_list_at(list, 1), false);
    ct_module *slice = ct_parameter_list_slice(list, -1, CT_END, 1);
    ck_assert(ct_tensor_is(ct_parameter_list_at(slice, 0), ct_parameter_list_at(list, 1)));
    ck_assert(!ct_tensor_requires_grad(ct_parameter_list_at(slice, 0)));
    ct_module *both = ct_parameter_dict_or(dict, ct_nn_parameter_dict({"left", item(7)}));
    ck_assert_str_eq(items(both), "left=7 right=2");
    ck_assert_str_eq(items(dict), "left=1 right=2");
    ck_assert(ct_tensor_is(ct_module_parameter(both, "right"), ct_module_parameter(dict, "right")));
    ck_assert(
        ct_tensor_is(ct_module_parameter(ct_parameter_dict_copy(dict), "left"), ct_module_parameter(dict, "left")));
    ck_assert_ok(ct_parameter_list_add_(list, list));
    ck_assert_str_eq(items(list), "0=1 1=2 2=1 3=2");
}
END_TEST

START_TEST(get_falls_back)
{
    ct_module *dict = dict_of_two(), *none = ct_nn_parameter_dict_fromkeys((const char *[]){"a", "b", "a"}, 3, NULL);
    ct_tensor *fallback = item(9);
    ck_assert_int_eq(ct_tensor_numel(ct_parameter_dict_get(dict, "right", NULL)), 2);
    ck_assert(ct_tensor_is(ct_parameter_dict_get(dict, "x", fallback), fallback));
    ck_assert_ptr_null(ct_parameter_dict_get(dict, "x", NULL));
    ck_assert_int_eq(ct_error_code(), CT_OK);
    ck_assert_int_eq(ct_parameter_dict_size(none), 2);
    ck_assert(ct_parameter_dict_has(none, "b"));
    ck_assert_ptr_null(ct_parameter_dict_get(none, "b", fallback));
    ck_assert_uint_eq(ct_dict_size(ct_module_state_dict(none)), 0);
    ck_assert_str_eq(ct_module_to_string(none), "ParameterDict(\n    (a): Object of type: NoneType\n"
                                                "    (b): Object of type: NoneType\n)");
}
END_TEST

START_TEST(popitem_returns_the_last)
{
    ct_module *dict = dict_of_two();
    const char *key = NULL;
    ck_assert_int_eq(ct_tensor_numel(ct_parameter_dict_popitem(dict, &key)), 2);
    ck_assert_str_eq(key, "right");
    ck_assert_str_eq(items(dict), "left=1");
}
END_TEST

START_TEST(clone_shares_nothing)
{
    ct_module *list = list_of_two(), *copy = ct_module_clone(list);
    ck_assert_str_eq(items(copy), "0=1 1=2");
    ck_assert(!ct_tensor_is(ct_parameter_list_at(copy, 0), ct_parameter_list_at(list, 0)));
    ck_assert(ct_tensor_requires_grad(ct_parameter_list_at(copy, 0)));
    ck_assert_ok(ct_parameter_list_append(copy, item(3)));
    ck_assert_str_eq(items(list), "0=1 1=2");
    ck_assert_str_eq(items(ct_module_clone(dict_of_two())), "left=1 right=2");
}
END_TEST

/* Within a module of one's own they train, move and are saved as a layer's parameters are. */
START_TEST(a_module_owns_what_its_lists_hold)
{
    ct_module *net = ct_nn_module("Net");
    ct_module_set_child(net, "scales", list_of_two());
    ct_module_set_child(net, "sides", dict_of_two());
    ct_dict *parameters = ct_module_parameters(net);
    ck_assert_uint_eq(ct_dict_size(parameters), 4);
    ck_assert_str_eq(ct_dict_name(parameters, 1), "scales.1");
    ck_assert_str_eq(ct_dict_name(parameters, 2), "sides.left");
    ct_optimizer *sgd = ct_optim_sgd(parameters, .lr = 0.5);
    ct_backward(ct_sum(ct_module_parameter(net, "sides.left")));
    ck_assert_ok(ct_optimizer_step(sgd));
    ck_assert_floats(ct_detach(ct_module_parameter(net, "sides.left")), -0.5);
    ck_assert_ok(ct_module_to(net, .dtype = CT_FLOAT64));
    ck_assert_str_eq(ct_module_to_string(net),
                     "Net(\n"
                     "  (scales): ParameterList(\n"
                     "      (0): Parameter containing: [torch.float64 of size 1]\n"
                     "      (1): Parameter containing: [torch.float64 of size 2]\n"
                     "  )\n"
                     "  (sides): ParameterDict(\n"
                     "      (left): Parameter containing: [torch.DoubleTensor of size 1]\n"
                     "      (right): Parameter containing: [torch.DoubleTensor of size 2]\n"
                     "  )\n"
                     ")");
}
END_TEST

static TCase *group(Suite *suite, const char *name)
{
    TCase *c = suite_case(suite, name);
    tcase_add_checked_fixture(c, begin, end);
    return c;
}

static Suite *suite(void)
{
    Suite *suite = suite_create("parameters");
    TCase *python = group(suite, "as Python");
    tcase_add_test(python, random_changes_of_lists_are_those_of_python);
    tcase_add_test(python, random_changes_of_dicts_are_those_of_python);
    tcase_add_test(python, names_of_attributes_are_taken);
    TCase *failures = group(suite, "failures change nothing");
    tcase_add_test(failures, lists_refuse_what_is_no_parameter);
    tcase_add_test(failures, positions_out_of_range);
    tcase_add_test(failures, bad_keys_change_nothing);
    tcase_add_test(failures, each_kind_has_its_own_functions);
    TCase *kinds = group(suite, "what they are");
    tcase_add_test(kinds, neither_can_be_called);
    tcase_add_test(kinds, pop_renumbers);
    tcase_add_test(kinds, parts_share_the_parameters);
    tcase_add_test(kinds, get_falls_back);
    tcase_add_test(kinds, popitem_returns_the_last);
    tcase_add_test(kinds, clone_shares_nothing);
    tcase_add_test(kinds, a_module_owns_what_its_lists_hold);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
