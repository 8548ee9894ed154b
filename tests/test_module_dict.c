/* tests/test_module_dict.c: ModuleDict: every change against Python's, and a failed one changes nothing.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "dict_steps.h"

/* ---- Items that can be told apart: number n is Linear(n, 1) ---- */

static ct_module *item(int64_t n)
{
    return ct_nn_linear(n, 1, .bias = false);
}

static const char *items(const ct_module *dict)
{
    static char text[1024];
    char *end = text;
    ct_dict *state = ct_module_state_dict(dict);
    ck_assert_int_eq(ct_module_size(dict), (int64_t)ct_dict_size(state));
    *end = 0;
    for (size_t i = 0; i < ct_dict_size(state); i++) {
        const char *key = ct_module_name_at(dict, (int64_t)i);
        ck_assert(ct_module_dict_has(dict, key));
        ck_assert(ct_module_is(ct_module_child(dict, key), ct_module_at(dict, (int64_t)i)));
        ck_assert(strncmp(ct_dict_name(state, i), key, strlen(key)) == 0);
        end += sprintf(end, "%s%s=%d", i ? " " : "", key, (int)ct_tensor_size(ct_dict_at(state, i), 1));
    }
    return text;
}

static ct_module *take(ct_module *dict, const char *step)
{
    char key[8], other[8];
    int a = 0, b = 0;
    if (sscanf(step, "set %7s %d", key, &a) == 2)
        ct_module_set_child(dict, key, item(a));
    else if (sscanf(step, "delete %7s", key) == 1)
        ct_module_delete_child(dict, key);
    else if (sscanf(step, "pop %7s", key) == 1)
        ct_module_dict_pop(dict, key);
    else if (sscanf(step, "update %7s %d %7s %d", key, &a, other, &b) == 4)
        ct_module_dict_update(dict, strcmp(key, other) == 0
                                        ? ct_nn_module_dict({key, item(b)})
                                        : ct_nn_module_dict({key, item(a)}, {other, item(b)}));
    else if (strcmp(step, "clear") == 0)
        ct_module_dict_clear(dict);
    else
        ck_abort_msg("no such step: %s", step);
    return dict;
}

START_TEST(random_changes_are_those_of_python)
{
    check_dict_steps("ModuleDict", take, items);
}
END_TEST

static ct_status put(ct_module *dict, const char *name)
{
    return ct_module_set_child(dict, name, item(1));
}

START_TEST(names_of_attributes_are_taken)
{
    check_attributes("ModuleDict", put);
    check_attributes("Sequential", put);
    check_attributes("ModuleList", put);
}
END_TEST

static ct_module *two(void)
{
    return ct_nn_module_dict({"conv", item(1)}, {"pool", item(2)});
}

START_TEST(bad_keys_change_nothing)
{
    ct_module *dict = two(), *one = item(1);
    ASSERT_REFUSED(ct_module_set_child(dict, "", one), CT_ERROR_KEY, "module name can't be empty string \"\"", dict,
                   "conv=1 pool=2");
    ASSERT_REFUSED(ct_module_set_child(dict, "a.b", one), CT_ERROR_KEY, "module name can't contain \".\", got: a.b",
                   dict, "conv=1 pool=2");
    ASSERT_REFUSED(ct_module_set_child(dict, "keys", one), CT_ERROR_KEY, "attribute 'keys' already exists", dict,
                   "conv=1 pool=2");
    ASSERT_REFUSED(ct_module_delete_child(dict, "x"), CT_ERROR_KEY, "'ModuleDict' object has no module 'x'", dict,
                   "conv=1 pool=2");
    ck_assert_ptr_null(ct_module_dict_pop(dict, "x"));
    ck_assert_error(CT_ERROR_KEY, "ct_module_dict_pop: there is no module 'x'");
    ck_assert(!ct_module_dict_has(dict, "x"));
    ck_assert(!ct_module_dict_has(dict, "conv.weight"));
    ck_assert_ptr_null(ct_nn_module_dict({"a", one}, {"a", one}));
    ck_assert_error(CT_ERROR_KEY, "ct_nn_module_dict: modules[1].name is 'a', which is taken");
    ck_assert_ptr_null(ct_nn_module_dict({"type", one}));
    ck_assert_error(CT_ERROR_KEY, "attribute 'type' already exists");
    ck_assert_ptr_null(ct_nn_module_dict({"a", NULL}));
    ck_assert_error(CT_ERROR_VALUE, "modules[0].module is NULL");
    ck_assert_ptr_null(ct_nn_module_dict({NULL, one}));
    ck_assert_error(CT_ERROR_VALUE, "modules[0].name is NULL");
}
END_TEST

START_TEST(update_puts_in_all_or_nothing)
{
    ct_module *dict = two(), *buffered = two();
    ct_module_set_buffer(buffered, "steps", ct_zeros(CT_DIMS(1), CT_FLOAT32));
    ASSERT_REFUSED(ct_module_dict_update(dict, ct_nn_module_dict({"conv", item(3)}, {"up", dict})), CT_ERROR_VALUE,
                   "a module cannot be its own child", dict, "conv=1 pool=2");
    ck_assert_int_eq(ct_module_dict_update(buffered, ct_nn_module_dict({"conv", item(3)}, {"steps", item(4)})),
                     CT_ERROR_KEY);
    ck_assert_error(CT_ERROR_KEY, "attribute 'steps' already exists");
    ck_assert_int_eq(ct_module_size(buffered), 2);
    ASSERT_REFUSED(ct_module_dict_update(dict, ct_nn_module_list()), CT_ERROR_TYPE,
                   "other is a ModuleList; expected a ModuleDict", dict, "conv=1 pool=2");
    ck_assert_ok(ct_module_dict_update(dict, dict));
    ck_assert_str_eq(items(dict), "conv=1 pool=2");
}
END_TEST

START_TEST(only_a_module_dict_is_changed_by_key)
{
    ct_module *list = ct_nn_module_list();
    ck_assert(!ct_module_dict_has(list, "0"));
    ck_assert_error(CT_ERROR_TYPE, "self is a ModuleList; expected a ModuleDict");
    ck_assert_int_eq(ct_module_dict_clear(list), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "self is a ModuleList");
    ck_assert_int_eq(ct_module_append(two(), item(1)), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "self is a ModuleDict; expected a Sequential or a ModuleList");
}
END_TEST

START_TEST(pop_returns_the_module_itself)
{
    ct_module *dict = two(), *pool = ct_module_child(dict, "pool");
    ck_assert(ct_module_is(ct_module_dict_pop(dict, "pool"), pool));
    ck_assert_str_eq(items(dict), "conv=1");
}
END_TEST

START_TEST(a_module_dict_has_no_forward)
{
    ck_assert_ptr_null(ct_module_forward(two(), ct_ones(CT_DIMS(1), CT_FLOAT32)));
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "Module [ModuleDict] is missing the required \"forward\" function");
}
END_TEST

START_TEST(clone_shares_nothing)
{
    ct_module *dict = ct_nn_module_dict({"a", ct_nn_module_dict({"b", item(3)})});
    ct_module *copy = ct_module_clone(dict);
    ck_assert_str_eq(ct_module_to_string(copy), ct_module_to_string(dict));
    ck_assert(!ct_module_is(ct_module_child(copy, "a.b"), ct_module_child(dict, "a.b")));
    ck_assert_ok(ct_module_dict_clear(ct_module_child(copy, "a")));
    ck_assert_str_eq(items(ct_module_child(dict, "a")), "b=3");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("module_dict");
    TCase *c = suite_case(suite, "ModuleDict");
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, random_changes_are_those_of_python);
    tcase_add_test(c, names_of_attributes_are_taken);
    tcase_add_test(c, bad_keys_change_nothing);
    tcase_add_test(c, update_puts_in_all_or_nothing);
    tcase_add_test(c, only_a_module_dict_is_changed_by_key);
    tcase_add_test(c, pop_returns_the_module_itself);
    tcase_add_test(c, a_module_dict_has_no_forward);
    tcase_add_test(c, clone_shares_nothing);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
