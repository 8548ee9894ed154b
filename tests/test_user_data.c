/* tests/test_user_data.c: what a module with a forward in C carries: user data, freed exactly once, and attributes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

static ct_scope *scope;

static ct_tensor *pair(float a, float b)
{
    return ct_tensor_new((float[]){a, b}, CT_DIMS(2), CT_FLOAT32);
}

/* ---- User data ---- */

static int frees, copies;

static void begin(void)
{
    frees = copies = 0;
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

static void count_free(void *user)
{
    ck_assert_ptr_nonnull(user);
    frees++;
}

static void *count_copy(void *user)
{
    copies++;
    return (float *)user + 1;
}

static void *fail_copy(void *user)
{
    (void)user;
    return NULL;
}

static float numbers[] = {10, 20, 30};

static ct_tensor *add_number(ct_module *self, ct_tensor *x, void *user)
{
    (void)self;
    return ct_add_scalar(x, *(float *)user);
}

static ct_tensor *doubled(ct_module *self, ct_tensor *x, void *user)
{
    (void)self, (void)user;
    return ct_mul_scalar(x, 2);
}

static ct_module *holder(void)
{
    return ct_nn_module("Holder", .forward = add_number, .user = numbers, .free_user = count_free,
                        .copy_user = count_copy);
}

START_TEST(user_data_goes_with_the_last_handle)
{
    ct_module *module = holder(), *again = ct_module_share(module);
    ct_module_free(module);
    ck_assert_int_eq(frees, 0);
    ct_module_free(again);
    ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(user_data_goes_with_the_last_container)
{
    ct_module *list = ct_nn_module_list();
    ct_scope *inner = ct_scope_begin();
    ct_module *module = holder();
    ct_module_append(list, module);
    ct_module_append(list, ct_nn_sequential(module));
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_ok(ct_module_delete(list, 0));
    ck_assert_int_eq(frees, 0);
    ck_assert_ok(ct_module_replace(list, 0, ct_nn_relu()));
    ck_assert_int_eq(frees, 1);
}
END_TEST

START_TEST(user_data_goes_with_its_parent)
{
    ct_module *parent = ct_nn_module("Parent");
    ct_scope *inner = ct_scope_begin();
    ct_module_set_child(parent, "child", holder());
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_int_eq(frees, 0);
    ct_module_set_child(parent, "child", ct_nn_relu());
    ck_assert_int_eq(frees, 1);
    inner = ct_scope_begin();
    ct_module_set_child(parent, "child", holder());
    ck_assert_ok(ct_scope_end(inner));
    ct_module_free(parent);
    ck_assert_int_eq(frees, 2);
}
END_TEST

START_TEST(user_data_goes_with_the_scope)
{
    ct_scope *inner = ct_scope_begin();
    holder();
    ck_assert_int_eq(frees, 0);
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_int_eq(frees, 1);
}
END_TEST

/* As SQLite's: what was handed over is freed when the call fails, too. */
START_TEST(user_data_goes_when_making_fails)
{
    ck_assert_ptr_null(ct_nn_module(NULL, .user = numbers, .free_user = count_free));
    ck_assert_error(CT_ERROR_VALUE, "ct_nn_module: name is NULL");
    ck_assert_int_eq(frees, 1);
    ct_scope *failed = ct_scope_begin();
    ct_error_set(CT_ERROR_VALUE, "failed before");
    ck_assert_ptr_null(holder());
    ck_assert_int_eq(frees, 2);
    ck_assert_int_eq(ct_scope_end(failed), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "failed before");
    ck_assert_int_eq(frees, 2);
}
END_TEST

START_TEST(a_clone_has_user_data_of_its_own)
{
    ct_module *module = holder(), *copy = ct_module_clone(ct_nn_sequential(module));
    ck_assert_int_eq(copies, 1);
    ck_assert_floats(ct_module_forward(module, pair(1, 2)), 11, 12);
    ck_assert_floats(ct_module_forward(copy, pair(1, 2)), 21, 22);
    ct_module_free(copy);
    ck_assert_int_eq(frees, 1);
    ck_assert_floats(ct_module_forward(module, pair(1, 2)), 11, 12);
}
END_TEST

START_TEST(a_clone_without_user_data_needs_no_copy_user)
{
    ct_module *copy = ct_module_clone(ct_nn_module("Double", .forward = doubled));
    ck_assert_floats(ct_module_forward(copy, pair(1, 2)), 2, 4);
}
END_TEST

/* What was copied before the failure is freed. */
START_TEST(a_clone_that_fails_frees_what_it_made)
{
    ct_module *bare = ct_nn_module("Bare", .user = numbers);
    ck_assert_ptr_null(ct_module_clone(ct_nn_sequential(holder(), bare)));
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "a Bare holds user data and has no copy_user");
    ck_assert_int_eq(copies, 1);
    ck_assert_int_eq(frees, 1);
    ck_assert_ptr_null(ct_module_clone(ct_nn_module("Stuck", .user = numbers, .copy_user = fail_copy)));
    ck_assert_error(CT_ERROR_RUNTIME, "copy_user of Stuck returned NULL");
}
END_TEST

/* ---- Attributes ---- */

START_TEST(attributes_keep_their_values)
{
    ct_module *module = ct_nn_module("Block");
    ck_assert_ok(ct_module_set_int(module, "int", INT64_MIN));
    ck_assert_ok(ct_module_set_double(module, "double", -0.1));
    ck_assert_ok(ct_module_set_bool(module, "bool", true));
    ck_assert_ok(ct_module_set_string(module, "string", "mean \xc3\xa9"));
    ck_assert(ct_module_int(module, "int") == INT64_MIN);
    ck_assert(ct_module_double(module, "double") == -0.1);
    ck_assert(ct_module_bool(module, "bool"));
    ck_assert_str_eq(ct_module_string(module, "string"), "mean \xc3\xa9");
}
END_TEST

START_TEST(setting_an_attribute_replaces_it)
{
    ct_module *module = ct_nn_module("Block");
    char mode[] = "sum";
    ct_module_set_string(module, "mode", mode);
    mode[0] = 'x';
    ck_assert_str_eq(ct_module_string(module, "mode"), "sum");
    ck_assert_ok(ct_module_set_int(module, "mode", 2));
    ck_assert_int_eq(ct_module_int(module, "mode"), 2);
    ck_assert_str_eq(ct_module_string(module, "mode"), "");
    ck_assert_error(CT_ERROR_TYPE, "ct_module_string: attribute 'mode' of 'Block' is 2, not a string");
}
END_TEST

START_TEST(attributes_that_are_missing_or_of_another_type)
{
    ct_module *module = ct_nn_module("Block");
    ct_module_set_bool(module, "flag", true);
    ck_assert_int_eq(ct_module_int(module, "flag"), 0);
    ck_assert_error(CT_ERROR_TYPE, "ct_module_int: attribute 'flag' of 'Block' is True, not a whole number");
    ck_assert(ct_module_double(module, "flag") == 0.0);
    ck_assert_error(CT_ERROR_TYPE, "attribute 'flag' of 'Block' is True, not a real number");
    ck_assert_int_eq(ct_module_int(module, "growth"), 0);
    ck_assert_error(CT_ERROR_KEY, "'Block' object has no attribute 'growth'");
    ck_assert(!ct_module_bool(module, "growth"));
    ck_assert_error(CT_ERROR_KEY, "ct_module_bool: 'Block' object has no attribute 'growth'");
    ck_assert_int_eq(ct_module_set_string(module, "name", NULL), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_module_set_string: value is NULL");
    ck_assert_int_eq(ct_module_int(ct_nn_relu(), "n"), 0);
    ck_assert_error(CT_ERROR_KEY, "'ReLU' object has no attribute 'n'");
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
    Suite *suite = suite_create("user data");
    TCase *freed = group(suite, "freed once");
    tcase_add_test(freed, user_data_goes_with_the_last_handle);
    tcase_add_test(freed, user_data_goes_with_the_last_container);
    tcase_add_test(freed, user_data_goes_with_its_parent);
    tcase_add_test(freed, user_data_goes_with_the_scope);
    tcase_add_test(freed, user_data_goes_when_making_fails);
    TCase *cloned = group(suite, "cloned");
    tcase_add_test(cloned, a_clone_has_user_data_of_its_own);
    tcase_add_test(cloned, a_clone_without_user_data_needs_no_copy_user);
    tcase_add_test(cloned, a_clone_that_fails_frees_what_it_made);
    TCase *attributes = group(suite, "attributes");
    tcase_add_test(attributes, attributes_keep_their_values);
    tcase_add_test(attributes, setting_an_attribute_replaces_it);
    tcase_add_test(attributes, attributes_that_are_missing_or_of_another_type);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
