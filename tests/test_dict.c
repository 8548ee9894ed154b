/* tests/test_dict.c: ctorch/dict.h: ordered dicts of named tensors.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>

static ct_tensor *number(int64_t value)
{
    return ct_full(CT_DIMS(1), value, CT_INT64);
}

/* That a dict has just these names, in this order. */
#define ck_assert_names(dict, ...)                                                                                     \
    do {                                                                                                               \
        static const char *const names_[] = {__VA_ARGS__};                                                             \
        ck_assert_uint_eq(ct_dict_size(dict), COUNT(names_));                                                          \
        for (size_t i_ = 0; i_ < COUNT(names_); i_++)                                                                  \
            ck_assert_str_eq(ct_dict_name(dict, i_), names_[i_]);                                                      \
    } while (0)

START_TEST(starts_empty)
{
    ct_dict *dict = ct_dict_new();
    ck_assert_uint_eq(ct_dict_size(dict), 0);
    ck_assert(!ct_dict_has(dict, ""));
    ct_dict_free(dict);
    ct_dict_free(NULL);
}
END_TEST

START_TEST(keeps_names_in_order)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_dict_new();
    ck_assert_ok(ct_dict_set(dict, "layers.1.weight", number(1)));
    ck_assert_ok(ct_dict_set(dict, "", number(2)));
    ck_assert_ok(ct_dict_set(dict, "a", number(3)));
    ck_assert_names(dict, "layers.1.weight", "", "a");
    ck_assert_longs(ct_dict_at(dict, 1), 2);
    ck_assert_longs(ct_dict_get(dict, "layers.1.weight"), 1);
    ck_assert(ct_dict_has(dict, "a") && ct_dict_has(dict, "") && !ct_dict_has(dict, "A"));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(replaces_in_place)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_dict_new();
    ck_assert_ok(ct_dict_set(dict, "a", number(1)));
    ck_assert_ok(ct_dict_set(dict, "b", number(2)));
    ck_assert_ok(ct_dict_set(dict, "a", number(3)));
    ck_assert_names(dict, "a", "b");
    ck_assert_longs(ct_dict_at(dict, 0), 3);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(shares_its_tensors)
{
    ct_dict *dict = ct_dict_new();
    ct_tensor *x = number(1);
    ck_assert_ok(ct_dict_set(dict, "x", x));
    ck_assert_ok(ct_mul_scalar_(x, 5));
    ct_tensor *same = ct_dict_get(dict, "x");
    ck_assert(ct_tensor_is(x, same));
    ck_assert_longs(same, 5);
    ct_dict_free(dict);
    ck_assert_longs(x, 5);
    ct_tensor_free(x);
    ck_assert_longs(same, 5);
    ct_tensor_free(same);
}
END_TEST

START_TEST(holds_many)
{
    enum { MANY = 5000 };
    char name[20];
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_dict_new();
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "p%d", i);
        ck_assert_ok(ct_dict_set(dict, name, number(i)));
    }
    ck_assert_uint_eq(ct_dict_size(dict), MANY);
    for (int i = 0; i < MANY; i += 7) {
        snprintf(name, sizeof name, "p%d", i);
        ck_assert_str_eq(ct_dict_name(dict, (size_t)i), name);
        ck_assert_longs(ct_dict_get(dict, name), i);
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_missing_entry_is_an_error)
{
    ct_dict *dict = ct_dict_new();
    ct_tensor *x = number(1);
    ck_assert_ok(ct_dict_set(dict, "x", x));
    ck_assert_ptr_null(ct_dict_get(dict, "y"));
    ck_assert_error(CT_ERROR_KEY, "ct_dict_get: there is no entry 'y'");
    ck_assert_ptr_null(ct_dict_at(dict, 1));
    ck_assert_error(CT_ERROR_INDEX, "ct_dict_at: index 1 is out of range for a dict of 1");
    ck_assert_str_eq(ct_dict_name(dict, SIZE_MAX), "");
    ck_assert_error(CT_ERROR_INDEX, "ct_dict_name: index 18446744073709551615 is out of range for a dict of 1");
    ck_assert(!ct_dict_has(dict, "y"));
    ck_assert_int_eq(ct_error_code(), CT_OK);
    ct_tensor_free(x);
    ct_dict_free(dict);
}
END_TEST

START_TEST(a_failed_set_changes_nothing)
{
    ct_dict *dict = ct_dict_new();
    ct_tensor *x = number(1);
    ck_assert_ok(ct_dict_set(dict, "x", x));
    ck_assert_int_eq(ct_dict_set(dict, "x", NULL), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_dict_set: tensor is NULL");
    ck_assert_int_eq(ct_dict_set(dict, "y", NULL), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_dict_set: tensor is NULL");
    ck_assert_int_eq(ct_dict_set(dict, NULL, x), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_dict_set: name is NULL");
    ck_assert_names(dict, "x");
    ct_tensor *still = ct_dict_at(dict, 0);
    ck_assert(ct_tensor_is(still, x));
    ct_tensor_free(still);
    ct_tensor_free(x);
    ct_dict_free(dict);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dict");

    TCase *entries = suite_case(suite, "entries");
    tcase_add_test(entries, starts_empty);
    tcase_add_test(entries, keeps_names_in_order);
    tcase_add_test(entries, replaces_in_place);
    tcase_add_test(entries, shares_its_tensors);
    tcase_add_test(entries, holds_many);

    TCase *errors = suite_case(suite, "errors");
    tcase_add_test(errors, a_missing_entry_is_an_error);
    tcase_add_test(errors, a_failed_set_changes_nothing);

    return suite_run(suite);
}
