/* tests/test_summary.c: ctorch/summary.h: the table's lines as torchinfo writes them, with numbers worked out by hand,
 * and a network that is afterwards as it was.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <stdio.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_msg(ct_scope_end(scope) == CT_OK, "%s", ct_error_message());
}

/* That the table has this line, but for the spaces between its cells: "├─Linear: 1-1 | [2, 4] | 16 | 32". */
#define ck_assert_line(table, line) check_line(table, line, __FILE__, __LINE__)

static void squeeze(const char *from, size_t size, char *to, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < size && used + 4 < room;) {
        size_t spaces = strspn(from + i, " ");
        if (spaces >= 2)
            used += (size_t)sprintf(to + used, " | ");
        else
            to[used++] = from[i];
        i += spaces >= 2 ? spaces : 1;
    }
    to[used] = '\0';
}

static void check_line(const char *table, const char *line, const char *file, int number)
{
    for (const char *at = table; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        char squeezed[300];
        squeeze(at, strcspn(at, "\n"), squeezed, sizeof squeezed);
        if (strcmp(squeezed, line) == 0)
            return;
    }
    ck_abort_msg("%s:%d: no line \"%s\" in\n%s", file, number, line, table);
}

/* How many lines of the table have this text. */
static int count_lines(const char *table, const char *part)
{
    int count = 0;
    for (const char *at = table; (at = strstr(at, part)); at += strcspn(at, "\n"))
        count++;
    return count;
}

static ct_tensor *ones(int64_t n, int64_t c, int64_t h, int64_t w)
{
    return ct_ones(CT_DIMS(n, c, h, w), CT_FLOAT32);
}

/* ---- The table ---- */

#define TEN_ "=========="
#define DIVIDER TEN_ TEN_ TEN_ TEN_ TEN_ TEN_ TEN_ TEN_ TEN_ TEN_ TEN_ "=====" /* 40 + 3 x 25 */

START_TEST(a_table_is_torchinfos_to_the_letter)
{
    ct_module *net = ct_nn_sequential(ct_nn_conv2d(1, 8, 3), ct_nn_relu(), ct_nn_flatten(), ct_nn_linear(5408, 10));
    const char *expected =
        DIVIDER "\n"
        "Layer (type:depth-idx)                   Output Shape              Param #                   Mult-Adds\n"
        DIVIDER "\n"
        "Sequential                               [2, 10]                   --                        --\n"
        "├─Conv2d: 1-1                            [2, 8, 26, 26]            80                        108,160\n"
        "├─ReLU: 1-2                              [2, 8, 26, 26]            --                        --\n"
        "├─Flatten: 1-3                           [2, 5408]                 --                        --\n"
        "├─Linear: 1-4                            [2, 10]                   54,090                    108,180\n"
        DIVIDER "\n"
        "Total params: 54,170\n"
        "Trainable params: 54,170\n"
        "Non-trainable params: 0\n"
        "Total mult-adds (k): 216.34\n"
        DIVIDER "\n"
        "Input size (MB): 0.01\n"
        "Forward/backward pass size (MB): 0.09\n"
        "Params size (MB): 0.22\n"
        "Estimated Total Size (MB): 0.31\n"
        DIVIDER;
    ck_assert_str_eq(ct_module_summary(net, CT_TENSORS(ones(2, 1, 28, 28))), expected);
}
END_TEST

START_TEST(levels_below_depth_are_counted_but_not_shown)
{
    ct_module *net = ct_nn_sequential(
        ct_nn_sequential(ct_nn_sequential(ct_nn_linear(3, 4), ct_nn_sequential(ct_nn_linear(4, 5))), ct_nn_tanh()));
    ct_tensor *x = ct_ones(CT_DIMS(2, 3), CT_FLOAT32);
    const char *table = ct_module_summary(net, CT_TENSORS(x));
    ck_assert_line(table, "├─Sequential: 1-1 | [2, 5] | -- | --");
    ck_assert_line(table, "│ | └─Sequential: 2-1 | [2, 5] | -- | --");
    ck_assert_line(table, "│ | │ | └─Linear: 3-1 | [2, 4] | 16 | 32");
    ck_assert_line(table, "│ | │ | └─Sequential: 3-2 | [2, 5] | 25 | 50");
    ck_assert_line(table, "│ | └─Tanh: 2-2 | [2, 5] | -- | --");
    ck_assert_line(table, "Total params: 41");
    ck_assert_line(table, "Total mult-adds: 82");

    ck_assert_line(ct_module_summary(net, CT_TENSORS(x), .depth = 4), "│ | │ | │ | └─Linear: 4-1 | [2, 5] | 25 | 50");
    table = ct_module_summary(net, CT_TENSORS(x), .depth = 0);
    ck_assert_line(table, "Sequential | [2, 5] | 41 | 82");
    ck_assert_int_eq(count_lines(table, "Linear"), 0);
}
END_TEST

START_TEST(columns_are_chosen_by_name)
{
    ct_module *net = ct_nn_sequential(ct_nn_conv2d(2, 4, 3, .groups = 2), ct_nn_max_pool2d(2), ct_nn_linear(3, 1));
    ct_module_requires_grad_(ct_module_child(net, "2"), false);
    const char *table = ct_module_summary(net, CT_TENSORS(ones(1, 2, 8, 8)),
                                          .col_names = {"kernel_size", "groups", "input_size", "output_size",
                                                        "num_params", "params_percent", "mult_adds", "trainable"},
                                          .col_width = 16);
    ck_assert_line(table, "Layer (type:depth-idx) | Kernel Shape | Groups | Input Shape | Output Shape | Param # "
                          "| Param % | Mult-Adds | Trainable");
    ck_assert_line(table, "Sequential | -- | -- | [1, 2, 8, 8] | [1, 4, 3, 1] | -- | -- | -- | Partial");
    ck_assert_line(table, "├─Conv2d: 1-1 | [3, 3] | 2 | [1, 2, 8, 8] | [1, 4, 6, 6] | 40 | 90.91% | 1,440 | True");
    ck_assert_line(table, "├─MaxPool2d: 1-2 | 2 | -- | [1, 4, 6, 6] | [1, 4, 3, 3] | -- | -- | -- | --");
    ck_assert_line(table, "├─Linear: 1-3 | -- | -- | [1, 4, 3, 3] | [1, 4, 3, 1] | (4) | 9.09% | 4 | False");
    ck_assert_line(table, "Non-trainable params: 4");

    table = ct_module_summary(net, CT_TENSORS(ones(1, 2, 8, 8)), .col_names = {"num_params"});
    ck_assert_line(table, "├─Conv2d: 1-1 | 40");
    ck_assert_int_eq(strcspn(table, "\n"), 40 + 25);
}
END_TEST

START_TEST(rows_show_what_their_settings_say)
{
    ct_module *net = ct_nn_sequential(ct_nn_sequential(ct_nn_linear(3, 3)));
    ct_module_set_child(net, "again", ct_module_child(net, "0"));
    ct_tensor *x = ct_ones(CT_DIMS(1, 3), CT_FLOAT32);
    const char *table = ct_module_summary(net, CT_TENSORS(x), .row_settings = {"depth", "var_names", "ascii_only"});
    ck_assert_line(table, "Layer (type (var_name):depth-idx) | Output Shape | Param # | Mult-Adds");
    ck_assert_line(table, "Sequential (Sequential) | [1, 3] | -- | --");
    ck_assert_line(table, "+ Sequential (0): 1-1 | [1, 3] | -- | --");
    ck_assert_line(table, "| | + Linear (0): 2-1 | [1, 3] | 12 | 12");
    ck_assert_line(table, "| | + Linear (0): 2-2 | [1, 3] | (recursive) | 12");

    table = ct_module_summary(net, CT_TENSORS(x), .row_settings = {"hide_recursive_layers"});
    ck_assert_line(table, "Layer (type) | Output Shape | Param # | Mult-Adds");
    ck_assert_line(table, "│ | └─Linear | [1, 3] | 12 | 12");
    ck_assert_int_eq(count_lines(table, "recursive"), 0);
}
END_TEST

START_TEST(a_long_name_widens_its_column)
{
    ct_module *loss = ct_nn_adaptive_log_softmax_with_loss(4, 6, CT_DIMS(2));
    ct_tensor *x = ct_ones(CT_DIMS(1, 4), CT_FLOAT32);
    const char *table = ct_module_summary(loss, CT_TENSORS(x, ct_zeros(CT_DIMS(1), CT_INT64)),
                                          .row_settings = {"depth", "var_names"}, .col_names = {"num_params"});
    /* "AdaptiveLogSoftmaxWithLoss (AdaptiveLogSoftmaxWithLoss)" has 55 characters, and 1 more makes it 60. */
    ck_assert_int_eq(strcspn(table, "\n"), 60 + 25);
}
END_TEST

/* ---- Networks ---- */

static ct_tensor *block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *y = ct_module_forward(ct_module_child(self, "conv"), x);
    y = ct_relu(ct_module_forward(ct_module_child(self, "bn"), y));
    return ct_mul(ct_add(x, ct_module_forward(ct_module_child(self, "conv"), y)), ct_module_parameter(self, "scale"));
}

/* A residual block that uses its convolution twice and has a parameter of its own and a layer that it never calls. */
static ct_module *residual_block(void)
{
    ct_module *block = ct_nn_module("Block", .forward = block_forward);
    ct_module_set_child(block, "conv", ct_nn_conv2d(4, 4, 3, .padding = 1, .bias = false));
    ct_module_set_child(block, "bn", ct_nn_batch_norm2d(4));
    ct_module_set_child(block, "unused", ct_nn_linear(2, 2));
    ct_module_set_parameter(block, "scale", ct_ones(CT_DIMS(4, 1, 1), CT_FLOAT32));
    return block;
}

START_TEST(a_residual_network_is_counted_by_hand)
{
    ct_module *net =
        ct_nn_sequential(residual_block(), ct_nn_adaptive_avg_pool2d(1), ct_nn_flatten(), ct_nn_linear(4, 3));
    ct_tensor *x = ones(2, 4, 5, 5);
    ct_summary_totals totals;
    const char *table = ct_module_summary(net, CT_TENSORS(x), .totals = &totals);
    ck_assert_line(table, "Sequential | [2, 3] | -- | --");
    ck_assert_line(table, "├─Block: 1-1 | [2, 4, 5, 5] | 10 | --"); /* scale's 4, and unused's 6 */
    ck_assert_line(table, "│ | └─Conv2d: 2-1 | [2, 4, 5, 5] | 144 | 7,200"); /* 144 x 2 x 5 x 5 */
    ck_assert_line(table, "│ | └─BatchNorm2d: 2-2 | [2, 4, 5, 5] | 8 | 16");
    ck_assert_line(table, "│ | └─Conv2d: 2-3 | [2, 4, 5, 5] | (recursive) | 7,200");
    ck_assert_line(table, "├─Linear: 1-4 | [2, 3] | 15 | 30");
    ck_assert_int_eq(count_lines(table, "Linear"), 1);

    ck_assert_int_eq(totals.total_params, 4 + 6 + 144 + 8 + 15);
    ck_assert_int_eq(totals.total_params, ct_module_parameter_count(net, false));
    ck_assert_int_eq(totals.trainable_params, totals.total_params);
    ck_assert_int_eq(totals.total_mult_adds, 7200 + 16 + 7200 + 30);
    ck_assert_int_eq(totals.total_input, 4 * 200);
    ck_assert_int_eq(totals.total_output_bytes, 2 * 4 * (3 * 200 + 6));
    ck_assert_int_eq(totals.total_param_bytes, 4 * totals.total_params);

    ck_assert_line(ct_module_summary(net, CT_TENSORS(x), .depth = 1), "├─Block: 1-1 | [2, 4, 5, 5] | 162 | 14,416");
}
END_TEST

static ct_tensor *items_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *items = ct_module_child(self, "items");
    for (int64_t i = 0; i < ct_module_size(items); i++)
        x = ct_module_forward(ct_module_at(items, i), x);
    return x;
}

START_TEST(a_container_that_is_not_called_has_a_row)
{
    ct_module *shared = ct_nn_linear(3, 3);
    ct_module *net = ct_nn_module("Net", .forward = items_forward);
    ct_module_set_child(net, "first", shared);
    ct_module_set_child(net, "items", ct_nn_module_list(ct_nn_linear(3, 3), shared));
    const char *table = ct_module_summary(net, CT_TENSORS(ct_ones(CT_DIMS(1, 3), CT_FLOAT32)));
    ck_assert_line(table, "Net | [1, 3] | -- | --");
    ck_assert_line(table, "├─ModuleList: 1-1 | -- | -- | --");
    ck_assert_line(table, "│ | └─Linear: 2-1 | [1, 3] | 12 | 12");
    ck_assert_line(table, "├─Linear: 1-2 | [1, 3] | 12 | 12"); /* at the first of its places */
    ck_assert_line(table, "Total params: 24");
}
END_TEST

START_TEST(several_inputs_and_outputs_show_the_first)
{
    ct_module *lstm = ct_nn_lstm(3, 5, .batch_first = true);
    ct_tensor *x = ct_ones(CT_DIMS(2, 7, 3), CT_FLOAT32);
    ct_tensor *h = ct_zeros(CT_DIMS(1, 2, 5), CT_FLOAT32);
    ct_summary_totals totals;
    const char *table = ct_module_summary(lstm, CT_TENSORS(x, h, h), .totals = &totals);
    ck_assert_line(table, "LSTM | [2, 7, 5] | 200 | 2,800"); /* (4 x 5) x (3 + 5 + 2), for each of 2 x 7 steps */
    ck_assert_int_eq(totals.total_input, 4 * (42 + 10 + 10));
    ck_assert_int_eq(totals.total_output_bytes, 2 * 4 * 70);

    ct_module *attention = ct_nn_multihead_attention(4, 2);
    ct_tensor *q = ct_ones(CT_DIMS(3, 1, 4), CT_FLOAT32);
    table = ct_module_summary(attention, CT_TENSORS(q, q, q));
    ck_assert_line(table, "Total params: 80");
    ck_assert_line(table, "MultiheadAttention | [3, 1, 4] | 80 | --");
}
END_TEST

START_TEST(a_tied_parameter_is_counted_once)
{
    ct_module *net = ct_nn_sequential(ct_nn_linear(3, 3, .bias = false), ct_nn_linear(3, 3, .bias = false));
    ct_module_set_parameter(ct_module_child(net, "1"), "weight", ct_module_parameter(net, "0.weight"));
    const char *table = ct_module_summary(net, CT_TENSORS(ct_ones(CT_DIMS(1, 3), CT_FLOAT32)));
    ck_assert_line(table, "Sequential | [1, 3] | -- | --");
    ck_assert_line(table, "├─Linear: 1-2 | [1, 3] | 9 | 9");
    ck_assert_line(table, "Total params: 9");
    ck_assert_line(table, "Total mult-adds: 18");
}
END_TEST

START_TEST(a_lazy_layer_gets_its_sizes)
{
    ct_module *net = ct_nn_sequential(ct_nn_lazy_linear(4), ct_nn_lazy_batch_norm1d());
    const char *table = ct_module_summary(net, CT_TENSORS(ct_ones(CT_DIMS(2, 3), CT_FLOAT32)));
    ck_assert_line(table, "├─Linear: 1-1 | [2, 4] | 16 | 32");
    ck_assert_line(table, "├─BatchNorm1d: 1-2 | [2, 4] | 8 | 16");
    ck_assert_shape(ct_module_buffer(net, "1.running_mean"), 4);
}
END_TEST

/* ---- No trace ---- */

/* In eval mode it still draws numbers, writes to its buffer and replaces the other. */
static ct_tensor *careless_forward(ct_module *self, ct_tensor *x, void *user)
{
    if (*(bool *)user)
        ct_error_set(CT_ERROR_VALUE, "no such day");
    ct_tensor *count = ct_module_buffer(self, "count");
    ct_add_scalar_(count, 1);
    ct_module_set_buffer(self, "last", x);
    return ct_module_forward(ct_module_child(self, "bn"), ct_add(x, ct_rand(CT_DIMS(3), CT_FLOAT32)));
}

static bool fails;
static int hook_calls;

static void count_calls(ct_module *m, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, size_t count, void *user)
{
    (void)m, (void)inputs, (void)n, (void)outputs, (void)count, (void)user;
    hook_calls++;
}

static ct_module *careless_net(void)
{
    ct_module *self = ct_nn_module("Careless", .forward = careless_forward, .user = &fails);
    ct_module_set_child(self, "bn", ct_nn_batch_norm1d(3));
    ct_module_set_buffer(self, "count", ct_zeros(CT_DIMS(1), CT_FLOAT32));
    ct_module_set_buffer(self, "last", ct_ones(CT_DIMS(1), CT_FLOAT32));
    return self;
}

/* Summarizes, and checks that all is as before. */
static void check_no_trace(ct_module *net, ct_tensor *x, const char *mode)
{
    ct_module *careless = ct_module_child(net, "1"), *shared = ct_module_child(net, "2");
    ct_tensor *last = ct_module_buffer(careless, "last");
    ct_module_train(net, true);
    ct_module_train(shared, false);
    ct_manual_seed(5);
    ct_tensor *expected = ct_rand(CT_DIMS(1), CT_FLOAT32);
    ct_manual_seed(5);
    int64_t handles = ct_live_handles(NULL);

    ct_scope *attempt = ct_scope_begin();
    const char *table = ct_module_summary(net, CT_TENSORS(x), .mode = mode);
    ck_assert_int_eq(strlen(table) == 0, fails);
    ck_assert_int_eq(ct_scope_catch(attempt), fails ? CT_ERROR_VALUE : CT_OK);
    if (fails)
        ck_assert_error(CT_ERROR_VALUE, "1: no such day");

    ck_assert_int_eq(ct_live_handles(NULL), handles);
    ck_assert_floats(ct_rand(CT_DIMS(1), CT_FLOAT32), (float)ct_tensor_item(expected));
    ck_assert(ct_module_is_training(net) && ct_module_is_training(careless));
    ck_assert(ct_module_is_training(ct_module_child(careless, "bn")) && !ct_module_is_training(shared));
    ck_assert_floats(ct_module_buffer(careless, "count"), 0);
    ck_assert(ct_tensor_is(ct_module_buffer(careless, "last"), last));
    ck_assert_floats(ct_module_buffer(careless, "bn.running_mean"), 0, 0, 0);
    ck_assert_longs(ct_module_buffer(careless, "bn.num_batches_tracked"), 0);
    ck_assert_ptr_null(ct_tensor_grad(ct_module_parameter(net, "0.weight")));
    ck_assert(ct_grad_enabled());
}

START_TEST(a_summary_leaves_no_trace)
{
    ct_module *shared = ct_nn_dropout();
    ct_module *net = ct_nn_sequential(ct_nn_linear(3, 3), careless_net(), shared, ct_nn_sequential(shared));
    ct_tensor *x = ct_ones(CT_DIMS(2, 3), CT_FLOAT32);
    hook_calls = 0;
    ct_hook *hook = ct_module_register_forward_hook(ct_module_child(net, "0"), count_calls, NULL, NULL);
    const char *const modes[] = {"eval", "train", "same"};
    for (size_t i = 0; i < COUNT(modes); i++) {
        fails = false;
        check_no_trace(net, x, modes[i]);
        fails = true;
        check_no_trace(net, x, modes[i]);
    }
    fails = false;
    ck_assert_int_eq(hook_calls, 6);
    ct_module_forward(ct_module_child(net, "0"), x);
    ck_assert_int_eq(hook_calls, 7);
    ct_hook_remove(hook);
}
END_TEST

static ct_tensor *forgiving_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_scope *attempt = ct_scope_begin();
    ct_module_forward(ct_module_child(self, "wrong"), x);
    ck_assert_int_eq(ct_scope_catch(attempt), CT_ERROR_RUNTIME);
    ct_error_clear();
    return ct_module_forward(ct_module_child(self, "right"), x);
}

START_TEST(a_call_that_failed_inside_has_no_output)
{
    ct_module *net = ct_nn_module("Forgiving", .forward = forgiving_forward);
    ct_module_set_child(net, "wrong", ct_nn_linear(9, 9));
    ct_module_set_child(net, "right", ct_nn_linear(3, 2));
    const char *table = ct_module_summary(net, CT_TENSORS(ct_ones(CT_DIMS(1, 3), CT_FLOAT32)));
    ck_assert_line(table, "├─Linear: 1-1 | -- | 90 | --");
    ck_assert_line(table, "├─Linear: 1-2 | [1, 2] | 8 | 8");
}
END_TEST

/* ---- Errors ---- */

#define ck_assert_refused(text, code, ...)                                                                             \
    do {                                                                                                               \
        ct_scope *attempt_ = ct_scope_begin();                                                                         \
        ck_assert_str_eq(ct_module_summary(__VA_ARGS__), "");                                                          \
        ct_scope_catch(attempt_);                                                                                      \
        ck_assert_error(code, text);                                                                                   \
    } while (0)

START_TEST(wrong_options_and_inputs_are_refused)
{
    ct_module *net = ct_nn_sequential(ct_nn_linear(3, 4), ct_nn_linear(5, 6));
    ct_tensor *x = ct_ones(CT_DIMS(1, 3), CT_FLOAT32);
    ck_assert_refused("1: mat1 and mat2 shapes cannot be multiplied (1x4 and 5x6)", CT_ERROR_RUNTIME, net,
                      CT_TENSORS(x));
    ck_assert_refused("depth is -1; expected 0 or more", CT_ERROR_VALUE, net, CT_TENSORS(x), .depth = -1);
    ck_assert_refused("col_width is 0; expected 1 to 1000", CT_ERROR_VALUE, net, CT_TENSORS(x), .col_width = 0);
    ck_assert_refused("Column flops is not a valid column name.", CT_ERROR_VALUE, net, CT_TENSORS(x),
                      .col_names = {"flops"});
    ck_assert_refused("Row setting colour is not a valid setting.", CT_ERROR_VALUE, net, CT_TENSORS(x),
                      .row_settings = {"colour"});
    ck_assert_refused("Specified model mode (mode) fast not recognized.", CT_ERROR_VALUE, net, CT_TENSORS(x),
                      .mode = "fast");
    ck_assert_refused("mode is NULL", CT_ERROR_VALUE, net, CT_TENSORS(x), .mode = NULL);

    ct_summary_totals totals = {.total_params = 7};
    ck_assert_refused("1: mat1 and mat2", CT_ERROR_RUNTIME, net, CT_TENSORS(x), .totals = &totals);
    ck_assert_int_eq(totals.total_params, 7);
}
END_TEST

START_TEST(null_options_are_the_defaults)
{
    ct_module *net = ct_nn_linear(3, 4);
    ct_tensor *x = ct_ones(CT_DIMS(1, 3), CT_FLOAT32);
    ct_summary_options options = ct_summary_options_default();
    ck_assert_str_eq(ct_module_summary_with(net, CT_TENSORS(x), NULL), ct_module_summary(net, CT_TENSORS(x)));
    ck_assert_str_eq(ct_module_summary_with(net, CT_TENSORS(x), &options), ct_module_summary(net, CT_TENSORS(x)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("summary");

    TCase *table = suite_case(suite, "table");
    tcase_add_checked_fixture(table, begin, end);
    tcase_add_test(table, a_table_is_torchinfos_to_the_letter);
    tcase_add_test(table, levels_below_depth_are_counted_but_not_shown);
    tcase_add_test(table, columns_are_chosen_by_name);
    tcase_add_test(table, rows_show_what_their_settings_say);
    tcase_add_test(table, a_long_name_widens_its_column);

    TCase *networks = suite_case(suite, "networks");
    tcase_add_checked_fixture(networks, begin, end);
    tcase_add_test(networks, a_residual_network_is_counted_by_hand);
    tcase_add_test(networks, a_container_that_is_not_called_has_a_row);
    tcase_add_test(networks, several_inputs_and_outputs_show_the_first);
    tcase_add_test(networks, a_tied_parameter_is_counted_once);
    tcase_add_test(networks, a_lazy_layer_gets_its_sizes);

    TCase *trace = suite_case(suite, "trace");
    tcase_add_checked_fixture(trace, begin, end);
    tcase_add_test(trace, a_summary_leaves_no_trace);
    tcase_add_test(trace, a_call_that_failed_inside_has_no_output);

    TCase *errors = suite_case(suite, "errors");
    tcase_add_checked_fixture(errors, begin, end);
    tcase_add_test(errors, wrong_options_and_inputs_are_refused);
    tcase_add_test(errors, null_options_are_the_defaults);

    return suite_run(suite);
}
