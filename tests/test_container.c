/* tests/test_container.c: Sequential and ModuleList: every change against Python's, and a failed one changes nothing.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "container_steps.h"

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

static ct_module *three(int kind)
{
    return kinds[kind](CT_MODULES(item(1), item(2), item(3)));
}

/* That a change fails, and changes nothing. */
#define ASSERT_REFUSED(change, code, part, container, unchanged)                                                       \
    do {                                                                                                               \
        ck_assert_int_eq(change, code);                                                                                \
        ck_assert_error(code, part);                                                                                   \
        ck_assert_str_eq(items(container), unchanged);                                                                 \
    } while (0)

/* ---- Slices beyond Python's oracle ---- */

START_TEST(slice_takes_any_number)
{
    ct_module *container = three(_i);
    ck_assert_int_eq(ct_module_size(ct_module_slice(container, 1, CT_END, 1)), 2);
    ck_assert_int_eq(ct_module_size(ct_module_slice(container, INT64_MIN, INT64_MAX, INT64_MAX)), 1);
    ck_assert_int_eq(ct_module_size(ct_module_slice(container, INT64_MAX, INT64_MIN, INT64_MIN)), 1);
    ck_assert_int_eq(ct_module_size(ct_module_slice(container, INT64_MAX, INT64_MIN, -1)), 3);
    ck_assert_int_eq(ct_module_size(ct_module_slice(container, INT64_MIN, INT64_MAX, -1)), 0);
    ck_assert_ptr_null(ct_module_slice(container, 0, CT_END, 0));
    ck_assert_error(CT_ERROR_VALUE, "ct_module_slice: slice step cannot be zero");
}
END_TEST

/* A slice shares its modules and is apart from its container otherwise. */
START_TEST(slice_shares_modules)
{
    ct_module *container = three(_i), *slice = ct_module_slice(container, 0, 2, 1);
    ck_assert_ok(ct_module_append(slice, item(9)));
    ck_assert_str_eq(items(slice), "0=1 1=2 2=9");
    ck_assert_str_eq(items(container), "0=1 1=2 2=3");
    ck_assert(ct_module_is(ct_module_at(slice, 1), ct_module_at(container, 1)));
}
END_TEST

START_TEST(pop_slice_returns_what_delete_slice_drops)
{
    ct_module *container = three(_i), *second = ct_module_at(container, 1);
    ct_module *taken = ct_module_pop_slice(container, 1, CT_END, 1);
    ck_assert_str_eq(items(container), "0=1");
    ck_assert(ct_module_is(ct_module_at(taken, 0), second));
    ck_assert_int_eq(ct_module_size(taken), 2);
    ck_assert_ok(ct_module_delete_slice(taken, INT64_MAX, INT64_MIN, -1));
    ck_assert_int_eq(ct_module_size(taken), 0);
    ASSERT_REFUSED(ct_module_delete_slice(container, 0, 1, 0), CT_ERROR_VALUE, "slice step cannot be zero", container,
                   "0=1");
    ck_assert_ptr_null(ct_module_pop_slice(container, 0, 1, 0));
    ck_assert_error(CT_ERROR_VALUE, "slice step cannot be zero");
    ck_assert_str_eq(items(container), "0=1");
}
END_TEST

/* A slice is of the container's own class, a sum of torch's, as in Python. */
START_TEST(parts_keep_the_class_and_sums_do_not)
{
    ck_assert_ok(ct_class_alias("Stack", "Sequential"));
    ct_module *stack = ct_nn_create("Stack(Linear(1, 1, bias=False), Linear(2, 1, bias=False))");
    ck_assert_str_eq(ct_module_class(ct_module_slice(stack, 0, 1, 1)), "Stack");
    ck_assert_str_eq(ct_module_class(ct_module_add(stack, stack)), "Sequential");
    ck_assert_str_eq(ct_module_class(ct_module_mul(stack, 2)), "Sequential");
    ck_assert_str_eq(items(ct_module_add(stack, stack)), "0=1 1=2 2=1 3=2");
    ck_assert_ok(ct_class_register("Stack", NULL));
}
END_TEST

/* ---- Operators ---- */

START_TEST(operators_share_the_modules)
{
    ct_module *one = item(1), *net = ct_nn_sequential(one), *list = ct_nn_module_list(one);
    ct_module *thrice = ct_module_mul(net, 3);
    ck_assert_str_eq(items(thrice), "0=1 1=1 2=1");
    ck_assert(ct_module_is(ct_module_at(thrice, 2), one));
    ck_assert_ok(ct_module_mul_(net, 2));
    ck_assert_ok(ct_module_add_(net, net));
    ck_assert_str_eq(items(net), "0=1 1=1 2=1 3=1");
    ck_assert_str_eq(items(ct_module_add(list, thrice)), "0=1 1=1 2=1 3=1");
    ck_assert_str_eq(items(list), "0=1");
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(net)), 1);
}
END_TEST

START_TEST(operators_refuse_in_the_words_of_python)
{
    ct_module *net = ct_nn_sequential(item(1)), *list = ct_nn_module_list(item(1));
    ck_assert_ptr_null(ct_module_add(net, list));
    ck_assert_error(CT_ERROR_VALUE, "add operator supports only objects of Sequential class, but ModuleList is given.");
    ASSERT_REFUSED(ct_module_add_(net, list), CT_ERROR_VALUE, "objects of Sequential class", net, "0=1");
    ASSERT_REFUSED(ct_module_add_(list, item(1)), CT_ERROR_TYPE, "'Linear' object is not iterable", list, "0=1");
    ASSERT_REFUSED(ct_module_mul_(list, 2), CT_ERROR_TYPE, "unsupported operand type(s) for *: 'ModuleList' and 'int'",
                   list, "0=1");
    ck_assert_ptr_null(ct_module_mul(net, 0));
    ck_assert_error(CT_ERROR_VALUE, "Non-positive multiplication factor 0 for Sequential");
    ASSERT_REFUSED(ct_module_mul_(net, INT64_MIN), CT_ERROR_VALUE, "Non-positive multiplication factor", net, "0=1");
    ASSERT_REFUSED(ct_module_mul_(net, INT64_MAX), CT_ERROR_VALUE, "n is 9223372036854775807 for 1 modules", net,
                   "0=1");
    ck_assert_int_eq(ct_module_size(ct_module_mul(ct_nn_sequential(), INT64_MAX)), 0);
    ASSERT_REFUSED(ct_module_add_(net, ct_nn_sequential(net)), CT_ERROR_VALUE, "a module cannot be its own child", net,
                   "0=1");
}
END_TEST

/* ---- What fails changes nothing ---- */

START_TEST(positions_out_of_range)
{
    static const int64_t out[] = {3, -4, INT64_MAX, INT64_MIN};
    ct_module *container = three(_i);
    for (size_t k = 0; k < COUNT(out); k++) {
        ASSERT_REFUSED(ct_module_replace(container, out[k], item(9)), CT_ERROR_INDEX, "out of range for 3 modules",
                       container, "0=1 1=2 2=3");
        ASSERT_REFUSED(ct_module_delete(container, out[k]), CT_ERROR_INDEX, "ct_module_delete: index", container,
                       "0=1 1=2 2=3");
        ck_assert_ptr_null(ct_module_pop(container, out[k]));
        ck_assert_error(CT_ERROR_INDEX, "ct_module_pop: index");
        ck_assert_ptr_null(ct_module_at(container, out[k]));
        ck_assert_error(CT_ERROR_INDEX, "ct_module_at: index");
        ck_assert_str_eq(ct_module_name_at(container, out[k]), "");
        ck_assert_error(CT_ERROR_INDEX, "ct_module_name_at: index");
    }
    ASSERT_REFUSED(ct_module_insert(container, 4, item(9)), CT_ERROR_INDEX, "index 4 is out of range for 3 modules",
                   container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_insert(container, INT64_MIN, item(9)), CT_ERROR_INDEX, "-9223372036854775808", container,
                   "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_insert(container, INT64_MAX, item(9)), CT_ERROR_INDEX, "9223372036854775807", container,
                   "0=1 1=2 2=3");
}
END_TEST

/* Python's ModuleList.insert takes any number as it is; both of ours count from the end, as its Sequential does. */
START_TEST(insert_counts_from_the_end)
{
    ct_module *container = three(_i);
    ck_assert_ok(ct_module_insert(container, -1, item(9)));
    ck_assert_str_eq(items(container), "0=1 1=2 2=9 3=3");
    ck_assert_ok(ct_module_insert(container, -4, item(8)));
    ck_assert_str_eq(items(container), "0=8 1=1 2=2 3=9 4=3");
    ck_assert_ok(ct_module_insert(container, 5, item(7)));
    ck_assert_str_eq(items(container), "0=8 1=1 2=2 3=9 4=3 5=7");
}
END_TEST

START_TEST(null_and_freed_modules)
{
    ct_module *container = three(_i), *good = item(8), *freed = item(9);
    ASSERT_REFUSED(ct_module_append(container, NULL), CT_ERROR_VALUE, "module is NULL", container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_extend(container, CT_MODULES(good, NULL)), CT_ERROR_VALUE, "modules[1] is NULL", container,
                   "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_insert(container, 1, NULL), CT_ERROR_VALUE, "module is NULL", container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_replace(container, 1, NULL), CT_ERROR_VALUE, "module is NULL", container, "0=1 1=2 2=3");
    ck_assert_ptr_null(kinds[_i](NULL, 2));
    ck_assert_error(CT_ERROR_VALUE, "modules is NULL");
    ck_assert_ptr_null(kinds[_i](CT_MODULES(item(1), NULL)));
    ck_assert_error(CT_ERROR_VALUE, "modules[1] is NULL");
    ct_module_free(freed);
    ASSERT_REFUSED(ct_module_extend(container, CT_MODULES(good, freed)), CT_ERROR_TYPE,
                   "modules[1] is a handle that was freed already", container, "0=1 1=2 2=3");
}
END_TEST

START_TEST(names_that_cannot_be)
{
    ct_module *container = three(_i);
    ASSERT_REFUSED(ct_module_set_child(container, "", item(9)), CT_ERROR_KEY, "module name can't be empty string \"\"",
                   container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_set_child(container, "a.b", item(9)), CT_ERROR_KEY,
                   "module name can't contain \".\", got: a.b", container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_set_child(container, NULL, item(9)), CT_ERROR_VALUE, "name is NULL", container,
                   "0=1 1=2 2=3");
}
END_TEST

START_TEST(a_container_cannot_hold_itself)
{
    ct_module *container = three(_i), *middle = ct_nn_sequential(container), *top = ct_nn_module_list(middle);
    ASSERT_REFUSED(ct_module_append(container, container), CT_ERROR_VALUE, "a module cannot be its own child",
                   container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_append(container, middle), CT_ERROR_VALUE, "the child holds the module itself at '0'",
                   container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_extend(container, CT_MODULES(item(9), top)), CT_ERROR_VALUE, "itself at '0.0'", container,
                   "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_insert(container, 0, top), CT_ERROR_VALUE, "itself at '0.0'", container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_replace(container, 0, top), CT_ERROR_VALUE, "itself at '0.0'", container, "0=1 1=2 2=3");
    ASSERT_REFUSED(ct_module_set_child(container, "x", top), CT_ERROR_VALUE, "itself at '0.0'", container,
                   "0=1 1=2 2=3");
}
END_TEST

START_TEST(only_lists_are_changed_by_position)
{
    ct_module *block = ct_nn_module("Block"), *linear = ct_nn_linear(1, 1);
    ck_assert_int_eq(ct_module_append(block, item(1)), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "self is a Block; expected a Sequential or a ModuleList");
    ck_assert_int_eq(ct_module_delete(linear, 0), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "self is a Linear");
    ck_assert_ptr_null(ct_module_slice(linear, 0, 1, 1));
    ck_assert_error(CT_ERROR_TYPE, "self is a Linear");
}
END_TEST

/* ---- Names of one's own ---- */

START_TEST(sequential_named_keeps_names)
{
    ct_module *named = ct_nn_sequential_named({"first", item(1)}, {"second", item(2)});
    ck_assert_str_eq(items(named), "first=1 second=2");
    ck_assert_ok(ct_module_replace(named, -1, item(3)));
    ck_assert_str_eq(items(named), "first=1 second=3");
    ck_assert_str_eq(items(ct_module_slice(named, 1, CT_END, 1)), "second=3");
    ck_assert_int_eq(ct_module_size(ct_nn_sequential_named()), 0);
}
END_TEST

START_TEST(sequential_named_refuses_bad_names)
{
    ct_module *one = item(1);
    ck_assert_ptr_null(ct_nn_sequential_named({"a", one}, {"a", one}));
    ck_assert_error(CT_ERROR_KEY, "modules[1].name is 'a', which is taken");
    ck_assert_ptr_null(ct_nn_sequential_named({"a.b", one}));
    ck_assert_error(CT_ERROR_KEY, "a.b");
    ck_assert_ptr_null(ct_nn_sequential_named({"", one}));
    ck_assert_error(CT_ERROR_KEY, "empty");
    ck_assert_ptr_null(ct_nn_sequential_named({NULL, one}));
    ck_assert_error(CT_ERROR_VALUE, "modules[0].name is NULL");
    ck_assert_ptr_null(ct_nn_sequential_named({"a", one}, {"b", NULL}));
    ck_assert_error(CT_ERROR_VALUE, "modules[1].module is NULL");
    ck_assert_ptr_null(ct_nn_sequential_named_new(NULL, 1));
    ck_assert_error(CT_ERROR_VALUE, "modules is NULL");
}
END_TEST

/* Python's add_module would put the new module in the place of the one that has the next number as its own name. */
START_TEST(the_next_number_may_be_taken)
{
    ct_module *container = kinds[_i](CT_MODULES(item(1)));
    ck_assert_ok(ct_module_set_child(container, "2", item(2)));
    ASSERT_REFUSED(ct_module_append(container, item(3)), CT_ERROR_KEY, "the next number, 2, is taken", container,
                   "0=1 2=2");
    ASSERT_REFUSED(ct_module_extend(container, CT_MODULES(item(3))), CT_ERROR_KEY, "2, is taken", container, "0=1 2=2");
    ASSERT_REFUSED(ct_module_insert(container, 2, item(3)), CT_ERROR_KEY, "the name '2' is taken", container,
                   "0=1 2=2");
}
END_TEST

/* Python's Sequential.insert raises KeyError here, and its ModuleList would lose "x". */
START_TEST(insert_moves_numbers_and_leaves_own_names)
{
    ct_module *container = kinds[_i](CT_MODULES(item(1), item(2)));
    ck_assert_ok(ct_module_set_child(container, "x", item(3)));
    ck_assert_ok(ct_module_append(container, item(4)));
    ck_assert_str_eq(items(container), "0=1 1=2 x=3 3=4");
    ck_assert_ok(ct_module_insert(container, 1, item(9)));
    ck_assert_str_eq(items(container), "0=1 1=9 2=2 x=3 4=4");
    ck_assert_ok(ct_module_delete(container, 0));
    ck_assert_str_eq(items(container), "0=9 1=2 2=3 3=4");
}
END_TEST

/* ---- What stays ---- */

/* A change keeps the container's mode, and its own parameters and buffers. */
START_TEST(changes_keep_what_is_the_containers_own)
{
    ct_module *container = three(_i);
    ck_assert_ok(ct_module_set_parameter(container, "scale", ct_ones(CT_DIMS(1), CT_FLOAT32)));
    ck_assert_ok(ct_requires_grad_(ct_module_parameter(container, "scale"), false));
    ck_assert_ok(ct_module_set_buffer(container, "steps", ct_zeros(CT_DIMS(1), CT_INT64)));
    ck_assert_ok(ct_module_eval(container));
    ct_tensor *scale = ct_module_parameter(container, "scale");
    ck_assert_ok(ct_module_insert(container, 1, item(9)));
    ck_assert_ok(ct_module_delete(container, 0));
    ck_assert(ct_tensor_is(ct_module_parameter(container, "scale"), scale));
    ck_assert(!ct_tensor_requires_grad(scale));
    ck_assert_longs(ct_module_buffer(container, "steps"), 0);
    ck_assert(!ct_module_is_training(container));
    ck_assert(!ct_module_is_training(ct_module_at(container, 1)));
    ck_assert(ct_module_is_training(ct_module_at(container, 0)));
}
END_TEST

START_TEST(pop_returns_the_module)
{
    ct_module *container = three(_i), *second = ct_module_at(container, 1);
    ck_assert(ct_module_is(ct_module_pop(container, -2), second));
    ck_assert_str_eq(items(container), "0=1 1=3");
}
END_TEST

/* A module may be in a container twice: it is called twice, and its parameters are listed once, as in Python. */
START_TEST(a_module_may_be_there_twice)
{
    ct_module *shared = ct_nn_linear(2, 2), *container = kinds[_i](CT_MODULES(shared, shared));
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(container)), 2);
    ck_assert_uint_eq(ct_dict_size(ct_module_state_dict(container)), 4);
    ck_assert(ct_module_is(ct_module_at(container, 0), ct_module_at(container, 1)));
}
END_TEST

/* ---- Calling ---- */

/* What Linear(n, 1) with weights of 1 computes: the sum of a row. */
static ct_module *sum_of(int64_t n)
{
    ct_module *linear = item(n);
    ct_copy_(ct_detach(ct_module_parameter(linear, "weight")), ct_ones(CT_DIMS(1, n), CT_FLOAT32));
    return linear;
}

START_TEST(sequential_calls_in_order)
{
    ct_module *net = ct_nn_sequential(sum_of(3), ct_nn_sigmoid(), ct_nn_flatten(.start_dim = 0));
    ct_tensor *x = ct_tensor_new((float[]){1, -3, 2, 4, -4, 0}, CT_DIMS(2, 3), CT_FLOAT32);
    ck_assert_floats(ct_module_forward(net, x), 0.5, 0.5);
    ck_assert_ok(ct_module_insert(net, 1, ct_nn_tanh()));
    ck_assert_ok(ct_module_delete(net, 2));
    ck_assert_floats(ct_module_forward(net, x), 0, 0);
}
END_TEST

START_TEST(module_list_has_no_forward)
{
    ct_tensor *x = ct_ones(CT_DIMS(1), CT_FLOAT32);
    ck_assert_ptr_null(ct_module_forward(ct_nn_module_list(ct_nn_relu()), x));
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "Module [ModuleList] is missing the required \"forward\" function");
    ck_assert_ptr_null(ct_module_forward(ct_nn_sequential(ct_nn_relu(), ct_nn_module_list()), x));
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "1: Module [ModuleList] is missing the required \"forward\" function");
}
END_TEST

/* The path is that of the item that failed, the second time too when a module is there twice. */
START_TEST(errors_name_the_path)
{
    ct_tensor *x = ct_ones(CT_DIMS(1, 3), CT_FLOAT32);
    ct_module *linear = ct_nn_linear(3, 4);
    ct_module *net = ct_nn_sequential_named({"head", linear}, {"body", ct_nn_sequential(ct_nn_relu(), linear)});
    ck_assert_ptr_null(ct_module_forward(net, x));
    ck_assert_str_eq(ct_error_message(), "body.1: mat1 and mat2 shapes cannot be multiplied (1x4 and 3x4)");
    ct_error_clear();
}
END_TEST

START_TEST(an_empty_sequential_returns_its_input)
{
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32);
    ck_assert(ct_tensor_is(ct_module_forward(ct_nn_sequential(), x), x));
    ck_assert(ct_tensor_is(ct_module_forward(ct_nn_sequential(ct_nn_sequential()), x), x));
}
END_TEST

/* What Python's users run into, too: layers in a plain list are not the module's. */
START_TEST(a_module_in_a_plain_array_is_not_seen)
{
    ct_module *layers[] = {item(1), item(2)}, *net = ct_nn_module("Net");
    ck_assert_ptr_null(ct_optim_sgd(ct_module_parameters(net), .lr = 0.1));
    ck_assert_error(CT_ERROR_VALUE, "optimizer got an empty parameter list");
    ck_assert_ok(ct_module_set_child(net, "layers", kinds[_i](layers, 2)));
    ck_assert_uint_eq(ct_dict_size(ct_module_parameters(net)), 2);
    ck_assert_ptr_nonnull(ct_optim_sgd(ct_module_parameters(net), .lr = 0.1));
}
END_TEST

START_TEST(containers_nest)
{
    ct_module *net =
        ct_nn_module_list(ct_nn_sequential(ct_nn_module_list(sum_of(2)), ct_nn_relu()), ct_nn_module_list());
    ct_tensor *x = ct_ones(CT_DIMS(1, 2), CT_FLOAT32);
    ck_assert_floats(ct_module_forward(ct_module_child(net, "0.0.0"), x), 2);
    ck_assert_str_eq(ct_dict_name(ct_module_state_dict(net), 0), "0.0.0.weight");
    ck_assert_str_eq(ct_module_class(ct_module_child(net, "0.0")), "ModuleList");
}
END_TEST

/* ---- Copies ---- */

START_TEST(clone_keeps_everything_and_shares_nothing)
{
    ct_module *block = ct_nn_module("Block");
    ct_module_set_int(block, "growth_rate", 7);
    ct_module *net = kinds[_i](CT_MODULES(ct_nn_sequential_named({"a", item(1)}, {"b", item(2)}), item(3), block));
    ct_module_set_child(net, "own", item(4));
    ct_requires_grad_(ct_module_parameter(net, "0.b.weight"), false);
    ct_module_eval(ct_module_at(net, 0));

    ct_module *copy = ct_module_clone(net);
    ck_assert_str_eq(ct_module_to_string(copy), ct_module_to_string(net));
    ck_assert_str_eq(ct_module_name_at(copy, -1), "own");
    ck_assert_int_eq(ct_module_int(ct_module_at(copy, 2), "growth_rate"), 7);
    ck_assert(!ct_tensor_requires_grad(ct_module_parameter(copy, "0.b.weight")));
    ck_assert(ct_tensor_requires_grad(ct_module_parameter(copy, "0.a.weight")));
    ck_assert(ct_module_is_training(copy));
    ck_assert(!ct_module_is_training(ct_module_child(copy, "0.a")));

    ck_assert(!ct_module_is(ct_module_at(copy, 0), ct_module_at(net, 0)));
    ct_tensor *before = ct_clone(ct_module_parameter(net, "0.a.weight"));
    ck_assert_ok(ct_copy_(ct_detach(ct_module_parameter(copy, "0.a.weight")), ct_full(CT_DIMS(1, 1), 5, CT_FLOAT32)));
    ck_assert(ct_equal(ct_module_parameter(net, "0.a.weight"), before));
    ck_assert_ok(ct_module_delete(copy, 0));
    ck_assert_int_eq(ct_module_size(net), 4);
}
END_TEST

/* copy.deepcopy copies a module once, however often it is there. */
START_TEST(clone_keeps_sharing)
{
    ct_module *shared = ct_nn_linear(2, 2);
    ct_module *copy = ct_module_clone(kinds[_i](CT_MODULES(shared, ct_nn_sequential(shared))));
    ck_assert(ct_module_is(ct_module_at(copy, 0), ct_module_child(copy, "1.0")));
    ck_assert(!ct_module_is(ct_module_at(copy, 0), shared));
}
END_TEST

static TCase *group(Suite *suite, const char *name)
{
    TCase *c = suite_case(suite, name);
    tcase_add_checked_fixture(c, begin, end);
    return c;
}

static void add_for_both_kinds(TCase *c, const TTest *test)
{
    tcase_add_loop_test(c, test, 0, (int)COUNT(kinds));
}

static Suite *suite(void)
{
    Suite *suite = suite_create("container");
    TCase *python = group(suite, "as Python");
    tcase_add_test(python, random_changes_are_those_of_python);
    add_for_both_kinds(python, slices_are_those_of_python);
    TCase *slices = group(suite, "slices");
    add_for_both_kinds(slices, slice_takes_any_number);
    add_for_both_kinds(slices, slice_shares_modules);
    add_for_both_kinds(slices, pop_slice_returns_what_delete_slice_drops);
    tcase_add_test(slices, parts_keep_the_class_and_sums_do_not);
    TCase *operators = group(suite, "operators");
    tcase_add_test(operators, operators_share_the_modules);
    tcase_add_test(operators, operators_refuse_in_the_words_of_python);
    TCase *failures = group(suite, "failures change nothing");
    add_for_both_kinds(failures, positions_out_of_range);
    add_for_both_kinds(failures, insert_counts_from_the_end);
    add_for_both_kinds(failures, null_and_freed_modules);
    add_for_both_kinds(failures, names_that_cannot_be);
    add_for_both_kinds(failures, a_container_cannot_hold_itself);
    tcase_add_test(failures, only_lists_are_changed_by_position);
    TCase *names = group(suite, "names");
    tcase_add_test(names, sequential_named_keeps_names);
    tcase_add_test(names, sequential_named_refuses_bad_names);
    add_for_both_kinds(names, the_next_number_may_be_taken);
    add_for_both_kinds(names, insert_moves_numbers_and_leaves_own_names);
    TCase *kept = group(suite, "what stays");
    add_for_both_kinds(kept, changes_keep_what_is_the_containers_own);
    add_for_both_kinds(kept, pop_returns_the_module);
    add_for_both_kinds(kept, a_module_may_be_there_twice);
    TCase *calls = group(suite, "calling");
    tcase_add_test(calls, sequential_calls_in_order);
    tcase_add_test(calls, module_list_has_no_forward);
    tcase_add_test(calls, errors_name_the_path);
    tcase_add_test(calls, an_empty_sequential_returns_its_input);
    add_for_both_kinds(calls, a_module_in_a_plain_array_is_not_seen);
    tcase_add_test(calls, containers_nest);
    TCase *copies = group(suite, "copies");
    add_for_both_kinds(copies, clone_keeps_everything_and_shares_nothing);
    add_for_both_kinds(copies, clone_keeps_sharing);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
