/* tests/test_recurrent.c: recurrent layers over packed sequences, which must be what each sequence gives alone; what an
 * attribute that was set to nonsense does; the causal mask.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include <ctorch.h>

#include <math.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
    ct_manual_seed(3);
}

static void end(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

enum { COUNT_OF_SEQUENCES = 3, INPUT = 3, HIDDEN = 4, LAYERS = 2, STATES = LAYERS * 2 };
static const int64_t lengths[COUNT_OF_SEQUENCES] = {2, 4, 1};

static ct_packed_sequence pack(ct_tensor **sequences)
{
    for (size_t i = 0; i < COUNT_OF_SEQUENCES; i++)
        sequences[i] = ct_randn(CT_DIMS(lengths[i], INPUT), CT_FLOAT64);
    ct_packed_sequence packed;
    ck_assert_ok(ct_pack_sequence(sequences, COUNT_OF_SEQUENCES, &packed, .enforce_sorted = false));
    return packed;
}

static void assert_close(const ct_tensor *actual, const ct_tensor *expected, const char *what, size_t i)
{
    ck_assert_msg(ct_allclose(actual, expected, .rtol = 1e-12, .atol = 1e-12), "%s %zu: %s\ninstead of %s", what, i,
                  ct_tensor_to_string(actual), ct_tensor_to_string(expected));
}

/* The state of one sequence, as a batch of one. */
static ct_tensor *state_of(const ct_tensor *state, size_t i)
{
    return ct_narrow(state, 1, (int64_t)i, 1);
}

START_TEST(packed_lstm_is_each_sequence_alone)
{
    ct_module *lstm = ct_nn_lstm(INPUT, HIDDEN, .num_layers = LAYERS, .bidirectional = true, .proj_size = 2,
                                 .dtype = CT_FLOAT64);
    ct_tensor *sequences[COUNT_OF_SEQUENCES], *parts[COUNT_OF_SEQUENCES], *h_n, *c_n;
    ct_packed_sequence packed = pack(sequences), output;
    ct_tensor *h = ct_randn(CT_DIMS(STATES, COUNT_OF_SEQUENCES, 2), CT_FLOAT64);
    ct_tensor *c = ct_randn(CT_DIMS(STATES, COUNT_OF_SEQUENCES, HIDDEN), CT_FLOAT64);
    ck_assert_ok(ct_module_call_packed(lstm, &packed, CT_TENSORS(h, c), &output, CT_OUTPUTS(&h_n, &c_n)));
    ck_assert_ok(ct_unpack_sequence(&output, parts, COUNT_OF_SEQUENCES));
    for (size_t i = 0; i < COUNT_OF_SEQUENCES; i++) {
        ct_tensor *y, *h_alone, *c_alone;
        ck_assert_ok(ct_module_call(lstm, CT_TENSORS(ct_unsqueeze(sequences[i], 1), state_of(h, i), state_of(c, i)),
                                    CT_OUTPUTS(&y, &h_alone, &c_alone)));
        assert_close(parts[i], ct_squeeze_dim(y, 1), "output", i);
        assert_close(state_of(h_n, i), h_alone, "h_n", i);
        assert_close(state_of(c_n, i), c_alone, "c_n", i);
    }
}
END_TEST

START_TEST(packed_gru_and_rnn_begin_with_zeros)
{
    ct_module *net = _i ? ct_nn_rnn(INPUT, HIDDEN, .nonlinearity = "relu", .dtype = CT_FLOAT64)
                        : ct_nn_gru(INPUT, HIDDEN, .batch_first = true, .dtype = CT_FLOAT64);
    ct_tensor *sequences[COUNT_OF_SEQUENCES], *parts[COUNT_OF_SEQUENCES], *h_n;
    ct_packed_sequence packed = pack(sequences), output;
    ck_assert_ok(ct_module_call_packed(net, &packed, CT_TENSORS(), &output, CT_OUTPUTS(&h_n)));
    ck_assert_ok(ct_unpack_sequence(&output, parts, COUNT_OF_SEQUENCES));
    for (size_t i = 0; i < COUNT_OF_SEQUENCES; i++) {
        ct_tensor *y, *h_alone;
        ck_assert_ok(ct_module_call(net, CT_TENSORS(sequences[i]), CT_OUTPUTS(&y, &h_alone)));
        assert_close(parts[i], y, "output", i);
        assert_close(ct_squeeze_dim(state_of(h_n, i), 1), h_alone, "h_n", i);
    }
    ct_packed_sequence_free(&output);
    ck_assert_ok(ct_module_call_packed(net, &packed, CT_TENSORS(), &output, CT_OUTPUTS(NULL)));
}
END_TEST

START_TEST(packed_calls_refuse)
{
    ct_module *lstm = ct_nn_lstm(INPUT, HIDDEN, .dtype = CT_FLOAT64);
    ct_tensor *sequences[COUNT_OF_SEQUENCES], *h_n = NULL, *c_n = NULL;
    ct_packed_sequence packed = pack(sequences), output = {NULL, NULL, NULL, NULL};
    ct_tensor *h = ct_zeros(CT_DIMS(1, COUNT_OF_SEQUENCES, HIDDEN), CT_FLOAT64);
#define REFUSED(module, input, states, code, part)                                                                     \
    do {                                                                                                               \
        ct_scope *attempt = ct_scope_begin();                                                                          \
        ct_module_call_packed(module, input, states, &output, CT_OUTPUTS(&h_n, &c_n));                                 \
        ct_scope_catch(attempt);                                                                                       \
        ck_assert_error(code, part);                                                                                   \
        ck_assert_ptr_null(output.data);                                                                               \
        ck_assert_ptr_null(h_n);                                                                                       \
    } while (0)
#define NO_STATES CT_TENSORS()
#define ONE_STATE CT_TENSORS(h)
    REFUSED(ct_nn_linear(3, 4), &packed, NO_STATES, CT_ERROR_TYPE, "'Linear' object does not take packed sequences");
    REFUSED(lstm, &packed, ONE_STATE, CT_ERROR_VALUE, "LSTM has 2 states; 1 were given");
    REFUSED(lstm, NULL, NO_STATES, CT_ERROR_VALUE, "input");

    ct_packed_sequence wrong = packed;
    wrong.batch_sizes = ct_tensor_new((int64_t[]){3, 2, 1, 3}, CT_DIMS(4), CT_INT64);
    REFUSED(lstm, &wrong, NO_STATES, CT_ERROR_VALUE, "batch_sizes[3] is 3");
    wrong.batch_sizes = ct_tensor_new((int64_t[]){3, 2, 1}, CT_DIMS(3), CT_INT64);
    REFUSED(lstm, &wrong, NO_STATES, CT_ERROR_VALUE, "do not add up to the 7 rows");
    wrong.batch_sizes = ct_tensor_new((int64_t[]){0}, CT_DIMS(0), CT_INT64);
    REFUSED(lstm, &wrong, NO_STATES, CT_ERROR_VALUE, "batch_sizes must be a list of whole numbers");
    wrong.batch_sizes = ct_ones(CT_DIMS(7), CT_FLOAT32);
    REFUSED(lstm, &wrong, NO_STATES, CT_ERROR_VALUE, "batch_sizes must be a list of whole numbers");
}
END_TEST

START_TEST(attributes_set_to_nonsense_are_refused)
{
    ct_module *attention = ct_nn_multihead_attention(8, 2), *lstm = ct_nn_lstm(INPUT, HIDDEN);
    ct_tensor *x = ct_zeros(CT_DIMS(2, 3, 8), CT_FLOAT32), *y, *weights;
    ck_assert_ok(ct_module_set_int(attention, "num_heads", 0));
    ct_scope *attempt = ct_scope_begin();
    ct_module_call(attention, CT_TENSORS(x, x, x), CT_OUTPUTS(&y, &weights));
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_VALUE, "embed_dim 8 not divisible by num_heads 0");
    ck_assert_ok(ct_module_set_int(lstm, "num_layers", -1));
    attempt = ct_scope_begin();
    ct_module_call(lstm, CT_TENSORS(ct_zeros(CT_DIMS(2, INPUT), CT_FLOAT32)), CT_OUTPUTS(&y, NULL, NULL));
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_VALUE, "num_layers must be greater than zero");
}
END_TEST

START_TEST(an_error_in_a_transformer_names_the_path)
{
    ct_module *net = ct_nn_transformer(.d_model = 8, .nhead = 2, .num_encoder_layers = 2, .num_decoder_layers = 1,
                                       .dim_feedforward = 4);
    ck_assert_ok(ct_module_set_submodule(net, "encoder.layers.1.linear2", ct_nn_linear(5, 8)));
    ct_tensor *x = ct_zeros(CT_DIMS(3, 2, 8), CT_FLOAT32), *y;
    ct_scope *attempt = ct_scope_begin();
    ct_module_call(net, CT_TENSORS(x, x), CT_OUTPUTS(&y));
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_RUNTIME, "encoder.layers.1.linear2: mat1 and mat2 shapes cannot be multiplied");
}
END_TEST

START_TEST(square_subsequent_mask_is_infinite_above_the_diagonal)
{
    ct_tensor *mask = ct_nn_square_subsequent_mask(3, CT_DTYPE_NONE);
    float below = 0, above = -INFINITY;
    ck_assert_floats(mask, below, above, above, below, below, above, below, below, below);
    ck_assert_int_eq(ct_tensor_dtype(ct_nn_square_subsequent_mask(2, CT_FLOAT64)), CT_FLOAT64);
    ct_scope *attempt = ct_scope_begin();
    ck_assert_ptr_null(ct_nn_square_subsequent_mask(-1, CT_DTYPE_NONE));
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_VALUE, "sz is -1");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recurrent");
    TCase *group = suite_case(suite, "recurrent");
    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, packed_lstm_is_each_sequence_alone);
    tcase_add_loop_test(group, packed_gru_and_rnn_begin_with_zeros, 0, 2);
    tcase_add_test(group, packed_calls_refuse);
    tcase_add_test(group, attributes_set_to_nonsense_are_refused);
    tcase_add_test(group, an_error_in_a_transformer_names_the_path);
    tcase_add_test(group, square_subsequent_mask_is_infinite_above_the_diagonal);
    return suite_run(suite);
}
