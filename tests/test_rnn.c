/* tests/test_rnn.c: rnn.h: sequences are padded and packed as Python does; and come back; what is refused.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>

static ct_scope *scope;

static void begin(void)
{
    scope = ct_scope_begin();
}

static void end(void)
{
    ck_assert_ok(ct_scope_end(scope));
}

static void assert_same(const ct_tensor *actual, const ct_tensor *expected, const char *what)
{
    ck_assert_msg(actual && expected, "%s: %s", what, ct_error_message());
    ck_assert_int_eq(ct_tensor_dtype(actual), ct_tensor_dtype(expected));
    ck_assert_msg(ct_equal(actual, expected), "%s: %s\ninstead of %s", what, ct_tensor_to_string(actual),
                  ct_tensor_to_string(expected));
}

static ct_tensor *longs(const int64_t *values, int64_t n)
{
    return ct_tensor_new(values, CT_DIMS(n), CT_INT64);
}

/* 1, 2, ... n */
static ct_tensor *sequence(int64_t n)
{
    return ct_arange(1, n + 1, 1, CT_FLOAT32);
}

/* ---- Against Python: python/init_cases.py ---- */

START_TEST(pads_and_packs_as_python)
{
    bool first = _i == 1;
    ct_dict *record = ct_load(oracle_path("CTORCH_TEST_FRESH", "rnn.pt"));
    ct_tensor *a = ct_dict_get(record, "sequence0"), *b = ct_dict_get(record, "sequence1");
    ct_tensor *c = ct_dict_get(record, "sequence2"), *lengths;
#define EXPECTED(name) ct_dict_get(record, first ? "first_" name : name)
    ct_tensor *padded = ct_pad_sequence(CT_TENSORS(a, b, c), .batch_first = first, .padding_value = -1.5);
    assert_same(padded, EXPECTED("padded"), "padded");
    ct_tensor *left =
        ct_pad_sequence(CT_TENSORS(a, b, c), .batch_first = first, .padding_value = -1.5, .padding_side = "left");
    assert_same(left, EXPECTED("left"), "left");
    ct_packed_sequence packed;
    ck_assert_ok(ct_pack_padded_sequence(padded, longs((int64_t[]){2, 4, 1}, 3), &packed, .batch_first = first,
                                         .enforce_sorted = false));
    assert_same(packed.data, EXPECTED("data"), "data");
    assert_same(packed.batch_sizes, EXPECTED("batch_sizes"), "batch_sizes");
    assert_same(packed.sorted_indices, EXPECTED("sorted_indices"), "sorted_indices");
    assert_same(packed.unsorted_indices, EXPECTED("unsorted_indices"), "unsorted_indices");
    ck_assert_int_eq(ct_packed_sequence_size(&packed), 3);
    ct_tensor *output =
        ct_pad_packed_sequence(&packed, &lengths, .batch_first = first, .padding_value = 9, .total_length = 6);
    assert_same(output, EXPECTED("output"), "output");
    assert_same(lengths, EXPECTED("lengths"), "lengths");
#undef EXPECTED
}
END_TEST

START_TEST(packs_sorted_sequences_as_python)
{
    ct_dict *record = ct_load(oracle_path("CTORCH_TEST_FRESH", "rnn.pt"));
    ct_tensor *a = ct_dict_get(record, "sequence0"), *b = ct_dict_get(record, "sequence1");
    ct_tensor *c = ct_dict_get(record, "sequence2");
    ct_packed_sequence packed;
    ck_assert_ok(ct_pack_sequence(CT_TENSORS(b, a, c), &packed));
    assert_same(packed.data, ct_dict_get(record, "sorted_data"), "data");
    assert_same(packed.batch_sizes, ct_dict_get(record, "sorted_batch_sizes"), "batch_sizes");
    ck_assert_ptr_null(packed.sorted_indices);
    ck_assert_ptr_null(packed.unsorted_indices);
}
END_TEST

/* ---- There and back ---- */

START_TEST(sequences_come_back_from_packing)
{
    ct_tensor *in[] = {sequence(2), sequence(5), sequence(3)}, *out[3];
    ct_packed_sequence packed;
    ck_assert_ok(ct_pack_sequence(in, COUNT(in), &packed, .enforce_sorted = false));
    ck_assert_ok(ct_unpack_sequence(&packed, out, COUNT(out)));
    for (size_t i = 0; i < COUNT(in); i++)
        assert_same(out[i], in[i], "a sequence");
}
END_TEST

START_TEST(sequences_come_back_from_padding)
{
    ct_tensor *in[] = {sequence(2), sequence(5), sequence(3)}, *lengths = longs((int64_t[]){2, 5, 3}, 3), *out[3];
    for (int first = 0; first < 2; first++) {
        ct_tensor *padded = ct_pad_sequence(in, COUNT(in), .batch_first = first);
        int64_t rows = ct_tensor_size(padded, 0);
        ck_assert_ok(ct_unpad_sequence(padded, lengths, out, COUNT(out), .batch_first = first));
        for (size_t i = 0; i < COUNT(in); i++)
            assert_same(out[i], in[i], "a sequence");
        ck_assert_int_eq(ct_tensor_size(padded, 0), rows); /* which Python turns round */
    }
}
END_TEST

START_TEST(gradients_pass_through_packing)
{
    ct_tensor *a = sequence(1), *b = sequence(2);
    ct_requires_grad_(a, true);
    ct_requires_grad_(b, true);
    ct_packed_sequence packed;
    ck_assert_ok(ct_pack_sequence(CT_TENSORS(a, b), &packed, .enforce_sorted = false));
    ct_tensor *y = ct_pad_packed_sequence(&packed, NULL);
    ct_backward(ct_sum(ct_mul(y, y)));
    ck_assert_floats(ct_tensor_grad(a), 2);
    ck_assert_floats(ct_tensor_grad(b), 2, 4);
    ct_tensor *left = ct_pad_sequence(CT_TENSORS(a, b), .padding_side = "left");
    ck_assert_floats(ct_flatten(left), 0, 1, 1, 2);
    ck_assert(ct_tensor_requires_grad(left));
}
END_TEST

START_TEST(lengths_may_be_of_any_whole_type)
{
    ct_tensor *x = ct_ones(CT_DIMS(3, 2), CT_FLOAT32), *lengths = longs((int64_t[]){3, 1}, 2);
    ct_packed_sequence packed;
    ck_assert_ok(ct_pack_padded_sequence(x, ct_tensor_to(lengths, .dtype = CT_INT32), &packed));
    ck_assert_longs(packed.batch_sizes, 2, 1, 1);
}
END_TEST

START_TEST(functions_have_the_defaults_of_the_macros)
{
    ct_tensor *in[] = {sequence(3), sequence(2)};
    ct_pad_sequence_options pad = ct_pad_sequence_options_default();
    assert_same(ct_pad_sequence_with(in, 2, NULL), ct_pad_sequence(in, 2), "padded");
    assert_same(ct_pad_sequence_with(in, 2, &pad), ct_pad_sequence(in, 2), "padded");
    ct_pack_options options = ct_pack_options_default();
    const ct_pack_options *both[] = {NULL, &options};
    ct_packed_sequence expected, packed;
    ck_assert_ok(ct_pack_sequence(in, 2, &expected));
    ct_tensor *padded = ct_pad_packed_sequence(&expected, NULL), *lengths = longs((int64_t[]){3, 2}, 2), *out[2];
    ct_pad_packed_options pad_packed = ct_pad_packed_options_default();
    assert_same(ct_pad_packed_sequence_with(&expected, NULL, NULL), padded, "padded");
    assert_same(ct_pad_packed_sequence_with(&expected, NULL, &pad_packed), padded, "padded");
    ck_assert_ok(ct_unpad_sequence_with(padded, lengths, out, 2, NULL));
    assert_same(out[1], in[1], "a sequence");
    for (size_t i = 0; i < COUNT(both); i++) {
        ck_assert_ok(ct_pack_sequence_with(in, 2, &packed, both[i]));
        assert_same(packed.data, expected.data, "data");
        ck_assert_ok(ct_pack_padded_sequence_with(padded, lengths, &packed, both[i]));
        assert_same(packed.data, expected.data, "data");
        ck_assert_ptr_null(packed.sorted_indices);
    }
}
END_TEST

/* ---- Ownership: outside of any scope ---- */

START_TEST(handles_are_the_caller_s)
{
    ct_tensor *a = ct_ones(CT_DIMS(1), CT_FLOAT32), *b = ct_ones(CT_DIMS(2), CT_FLOAT32), *out[2], *lengths;
    int64_t before = ct_live_handles(NULL);
    ct_packed_sequence packed;
    ck_assert_ok(ct_pack_sequence(CT_TENSORS(a, b), &packed, .enforce_sorted = false));
    ck_assert_int_eq(ct_live_handles(NULL), before + 4);
    ck_assert_ok(ct_unpack_sequence(&packed, out, 2));
    ck_assert_int_eq(ct_live_handles(NULL), before + 6);
    ct_tensor_free(ct_pad_packed_sequence(&packed, NULL));
    ct_tensor_free(ct_pad_packed_sequence(&packed, &lengths));
    ct_tensor *made[] = {a, b, out[0], out[1], lengths};
    for (size_t i = 0; i < COUNT(made); i++)
        ct_tensor_free(made[i]);
    ct_packed_sequence_free(&packed);
    ck_assert_ptr_null(packed.data);
    ck_assert_ptr_null(packed.unsorted_indices);
    ct_packed_sequence_free(&packed);
    ct_packed_sequence_free(NULL);
    ck_assert_int_eq(ct_live_handles(NULL), 0);
}
END_TEST

START_TEST(failures_leave_null)
{
    ct_tensor *x = ct_ones(CT_DIMS(3, 2), CT_FLOAT32), *lengths = longs((int64_t[]){1, 2}, 2), *out[] = {x, x};
    ct_packed_sequence packed = {x, x, x, x};
    ck_assert_int_eq(ct_pack_padded_sequence(x, lengths, &packed), CT_ERROR_RUNTIME);
    ck_assert_ptr_null(packed.data);
    ck_assert_ptr_null(packed.batch_sizes);
    ck_assert_ptr_null(packed.sorted_indices);
    ck_assert_error(CT_ERROR_RUNTIME, "ct_pack_padded_sequence: `lengths` array must be sorted in decreasing order "
                                      "when `enforce_sorted` is True");
    ck_assert_int_eq(ct_unpack_sequence(&packed, out, 2), CT_ERROR_VALUE);
    ck_assert_ptr_null(out[0]);
    ck_assert_ptr_null(out[1]);
    ck_assert_error(CT_ERROR_VALUE, "ct_unpack_sequence: data is NULL");
    out[0] = x;
    ck_assert_ptr_null(ct_pad_packed_sequence(&packed, out));
    ck_assert_ptr_null(out[0]);
    ck_assert_error(CT_ERROR_VALUE, "ct_pad_packed_sequence: data is NULL");
}
END_TEST

/* ---- What is refused ---- */

#define ASSERT_REFUSED(expression, code, part)                                                                         \
    do {                                                                                                               \
        ck_assert_int_eq(expression, code);                                                                            \
        ck_assert_error(code, part);                                                                                   \
    } while (0)

START_TEST(packing_refuses_what_python_refuses)
{
    ct_tensor *x = ct_ones(CT_DIMS(4, 3, 2), CT_FLOAT32), *row = ct_ones(CT_DIMS(3), CT_FLOAT32);
    ct_tensor *none = ct_zeros(CT_DIMS(0, 2), CT_FLOAT32);
    ct_packed_sequence packed;
    ASSERT_REFUSED(ct_pack_padded_sequence(x, longs((int64_t[]){4, 2}, 2), &packed), CT_ERROR_RUNTIME,
                   "Expected `len(lengths)` to be equal to batch_size, but got 2 (batch_size=3)");
    ASSERT_REFUSED(ct_pack_padded_sequence(x, longs((int64_t[]){4, 2, 0}, 3), &packed), CT_ERROR_RUNTIME,
                   "Length of all samples has to be greater than 0");
    ASSERT_REFUSED(ct_pack_padded_sequence(row, longs((int64_t[]){3}, 1), &packed), CT_ERROR_INDEX,
                   "Dimension out of range");
    ASSERT_REFUSED(ct_pack_padded_sequence(x, ct_full(CT_DIMS(), 4, CT_INT64), &packed), CT_ERROR_RUNTIME,
                   "'lengths' argument should be a 1D CPU int64 tensor, but got 0D cpu Long tensor");
    ASSERT_REFUSED(ct_pack_padded_sequence(x, longs((int64_t[]){4, 2, 1}, 3), NULL), CT_ERROR_VALUE,
                   "ct_pack_padded_sequence: packed is NULL");
    ASSERT_REFUSED(ct_pack_sequence(CT_TENSORS(), &packed), CT_ERROR_RUNTIME,
                   "ct_pack_sequence: received an empty list of sequences");
    ASSERT_REFUSED(ct_pack_sequence(CT_TENSORS(none), &packed), CT_ERROR_RUNTIME, "Cannot pack empty tensors.");
    ASSERT_REFUSED(ct_pack_sequence(CT_TENSORS(row, x), &packed), CT_ERROR_RUNTIME, "ct_pack_sequence: ");
    ck_assert_int_eq(ct_packed_sequence_size(NULL), 0);
    ck_assert_error(CT_ERROR_VALUE, "ct_packed_sequence_size: self is NULL");
}
END_TEST

START_TEST(padding_refuses_what_python_refuses)
{
    ct_tensor *number = ct_full(CT_DIMS(), 4.0, CT_FLOAT32), *row = sequence(3);
    ck_assert_ptr_null(ct_pad_sequence(CT_TENSORS()));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_pad_sequence: received an empty list of sequences");
    ck_assert_ptr_null(ct_pad_sequence(CT_TENSORS(row, number)));
    ck_assert_error(CT_ERROR_INDEX, "ct_pad_sequence: sequences[1] has no dimensions; expected (L, *)");
    ck_assert_ptr_null(ct_pad_sequence(CT_TENSORS(row, ct_ones(CT_DIMS(2, 2), CT_FLOAT32))));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_pad_sequence: output with shape [2]");
    ck_assert_ptr_null(ct_pad_sequence(CT_TENSORS(row), .padding_side = "top"));
    ck_assert_error(CT_ERROR_RUNTIME, "padding_side should be one of 'left' or 'right', but got top");
    ck_assert_ptr_null(ct_pad_sequence(CT_TENSORS(row), .padding_side = NULL));
    ck_assert_error(CT_ERROR_VALUE, "ct_pad_sequence: padding_side is NULL");
}
END_TEST

START_TEST(unpadding_refuses_what_does_not_fit)
{
    ct_tensor *x = ct_ones(CT_DIMS(4, 2), CT_FLOAT32), *lengths = longs((int64_t[]){4, 1}, 2), *out[3];
    ASSERT_REFUSED(ct_unpad_sequence(x, longs((int64_t[]){4, 2, 1}, 3), out, 3), CT_ERROR_VALUE,
                   "ct_unpad_sequence: lengths has the shape (3,); expected (2,), one for each sequence");
    ASSERT_REFUSED(ct_unpad_sequence(x, lengths, out, 3), CT_ERROR_VALUE,
                   "ct_unpad_sequence: n is 3; there are 2 sequences");
    ASSERT_REFUSED(ct_unpad_sequence(x, lengths, NULL, 2), CT_ERROR_VALUE, "ct_unpad_sequence: sequences is NULL");
    ASSERT_REFUSED(ct_unpad_sequence(sequence(3), lengths, out, 2), CT_ERROR_INDEX, "Dimension out of range");
}
END_TEST

/* libtorch reads beyond batch sizes that are none. */
START_TEST(packed_sequences_of_one_s_own_are_checked)
{
    ct_tensor *data = ct_ones(CT_DIMS(4, 2), CT_FLOAT32);
    ct_packed_sequence packed = {.data = data, .batch_sizes = ct_zeros(CT_DIMS(0), CT_INT64)};
    const char *not_sizes = "batch_sizes should be a 1D CPU int64 tensor that is not empty";
    ck_assert_ptr_null(ct_pad_packed_sequence(&packed, NULL));
    ck_assert_error(CT_ERROR_VALUE, not_sizes);
    packed.batch_sizes = ct_ones(CT_DIMS(3), CT_FLOAT32);
    ck_assert_int_eq(ct_packed_sequence_size(&packed), 0);
    ck_assert_error(CT_ERROR_VALUE, not_sizes);
    int64_t wrong[][2] = {{1, 2}, {2, 0}, {2, -1}};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        packed.batch_sizes = longs(wrong[i], 2);
        ck_assert_ptr_null(ct_pad_packed_sequence(&packed, NULL));
        ck_assert_error(CT_ERROR_VALUE, "batch_sizes should be positive numbers in decreasing order");
    }
    packed.batch_sizes = longs((int64_t[]){3, 3}, 2);
    ck_assert_ptr_null(ct_pad_packed_sequence(&packed, NULL));
    ck_assert_error(CT_ERROR_RUNTIME, "ct_pad_packed_sequence: ");
    packed.batch_sizes = longs((int64_t[]){2, 2}, 2);
    ck_assert_ptr_null(ct_pad_packed_sequence(&packed, NULL, .total_length = 0));
    ck_assert_error(CT_ERROR_VALUE, "got total_length=0 and max sequence length being 2");
    ck_assert_ptr_null(ct_pad_packed_sequence(&packed, NULL, .total_length = 1));
    ck_assert_error(CT_ERROR_VALUE, "Expected total_length to be at least the length of the longest sequence in input, "
                                    "but got total_length=1 and max sequence length being 2");
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("rnn");
    TCase *python = suite_case(suite, "as Python");
    tcase_add_checked_fixture(python, begin, end);
    tcase_add_loop_test(python, pads_and_packs_as_python, 0, 2);
    tcase_add_test(python, packs_sorted_sequences_as_python);
    TCase *back = suite_case(suite, "there and back");
    tcase_add_checked_fixture(back, begin, end);
    tcase_add_test(back, sequences_come_back_from_packing);
    tcase_add_test(back, sequences_come_back_from_padding);
    tcase_add_test(back, gradients_pass_through_packing);
    tcase_add_test(back, lengths_may_be_of_any_whole_type);
    tcase_add_test(back, functions_have_the_defaults_of_the_macros);
    TCase *owned = suite_case(suite, "ownership");
    tcase_add_test(owned, handles_are_the_caller_s);
    TCase *refused = suite_case(suite, "refused");
    tcase_add_checked_fixture(refused, begin, end);
    tcase_add_test(refused, failures_leave_null);
    tcase_add_test(refused, packing_refuses_what_python_refuses);
    tcase_add_test(refused, padding_refuses_what_python_refuses);
    tcase_add_test(refused, unpadding_refuses_what_does_not_fit);
    tcase_add_test(refused, packed_sequences_of_one_s_own_are_checked);
    return suite;
}

int main(void)
{
    return suite_run(suite());
}
