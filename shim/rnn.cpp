// rnn.cpp: include/ctorch/rnn.h, in the steps of torch/nn/utils/rnn.py.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"

#include <ctorch/rnn.h>

#include <algorithm>

using namespace ct;

namespace {

// New handles on their way to the caller, all or none.
class Handles {
public:
    Handles() = default;
    Handles(const Handles &) = delete;
    Handles &operator=(const Handles &) = delete;
    ~Handles()
    {
        for (ct_tensor *handle : handles)
            ct_tensor_free(handle);
    }

    // An undefined tensor is NULL.
    void add(const at::Tensor &tensor)
    {
        handles.reserve(handles.size() + 1);
        handles.push_back(tensor.defined() ? box(tensor) : nullptr);
    }

    void release(ct_tensor **where)
    {
        std::copy(handles.begin(), handles.end(), where);
        handles.clear();
    }

private:
    std::vector<ct_tensor *> handles;
};

void clear(ct_tensor **handles, size_t n)
{
    if (handles)
        std::fill_n(handles, n, nullptr);
}

void clear(ct_packed_sequence *packed)
{
    if (packed)
        *packed = {};
}

// ---- Padding ----

at::Tensor pad(const std::vector<at::Tensor> &sequences, const ct_pad_sequence_options &o)
{
    std::string side = text(o.padding_side, "padding_side");
    if (side != "left" && side != "right")
        fail(CT_ERROR_RUNTIME, "padding_side should be one of 'left' or 'right', but got " + side);
    if (sequences.empty())
        fail(CT_ERROR_RUNTIME, "received an empty list of sequences");
    for (size_t i = 0; i < sequences.size(); i++)
        if (sequences[i].dim() == 0)
            fail(CT_ERROR_INDEX, "sequences[" + std::to_string(i) + "] has no dimensions; expected (L, *)");
    if (side == "right")
        return at::pad_sequence(sequences, o.batch_first, o.padding_value);
    // libtorch 1.13 only pads on the right: so does a mirror.
    std::vector<at::Tensor> mirrored;
    for (const at::Tensor &sequence : sequences)
        mirrored.push_back(sequence.flip(0));
    return at::pad_sequence(mirrored, o.batch_first, o.padding_value).flip(o.batch_first ? 1 : 0);
}

std::vector<at::Tensor> unpad(at::Tensor padded, const at::Tensor &lengths, bool batch_first, size_t n)
{
    if (!batch_first)
        padded = padded.transpose(0, 1);
    int64_t longest = padded.size(1);
    if (lengths.dim() != 1 || lengths.size(0) != padded.size(0))
        fail(CT_ERROR_VALUE, "lengths has the shape " + tuple_text(lengths.sizes()) + "; expected (" +
                                 std::to_string(padded.size(0)) + ",), one for each sequence");
    if (n != size_t(padded.size(0)))
        fail(CT_ERROR_VALUE,
             "n is " + std::to_string(n) + "; there are " + std::to_string(padded.size(0)) + " sequences");
    at::Tensor positions = at::arange(longest, lengths.device());
    std::vector<at::Tensor> sequences;
    for (size_t i = 0; i < n; i++)
        sequences.push_back(padded[int64_t(i)].index({positions < lengths[int64_t(i)]}));
    return sequences;
}

void check_places(ct_tensor **sequences, size_t n)
{
    if (!sequences && n > 0)
        fail_null("sequences");
}

void write_unpadded(const at::Tensor &padded, const at::Tensor &lengths, bool batch_first, ct_tensor **sequences,
                    size_t n)
{
    check_places(sequences, n);
    Handles handles;
    for (const at::Tensor &sequence : unpad(padded, lengths, batch_first, n))
        handles.add(sequence);
    handles.release(sequences);
}

// ---- Packing ----

at::Tensor inverted(const at::Tensor &permutation)
{
    at::Tensor positions = at::arange(permutation.numel(), permutation.options());
    return at::empty_like(permutation).scatter_(0, permutation, positions);
}

void pack(at::Tensor input, at::Tensor lengths, const ct_pack_options &o, ct_packed_sequence *packed)
{
    if (!packed)
        fail_null("packed");
    lengths = lengths.to(at::kLong);
    at::Tensor sorted, unsorted;
    if (!o.enforce_sorted) {
        std::tie(lengths, sorted) = lengths.sort(-1, true);
        sorted = sorted.to(input.device());
        input = input.index_select(o.batch_first ? 0 : 1, sorted);
        unsorted = inverted(sorted);
    }
    auto [data, batch_sizes] = at::_pack_padded_sequence(input, lengths, o.batch_first);
    Handles handles;
    for (const at::Tensor &tensor : {data, batch_sizes, sorted, unsorted})
        handles.add(tensor);
    ct_tensor *made[4];
    handles.release(made);
    *packed = {made[0], made[1], made[2], made[3]};
}

void pack_list(const std::vector<at::Tensor> &sequences, ct_pack_options o, ct_packed_sequence *packed)
{
    o.batch_first = false;
    at::Tensor padded = pad(sequences, ct_pad_sequence_options_default());
    std::vector<int64_t> lengths;
    for (const at::Tensor &sequence : sequences)
        lengths.push_back(sequence.size(0));
    pack(padded, at::tensor(lengths), o, packed);
}

// The batch sizes, which libtorch takes at their word.
at::Tensor batch_sizes(const ct_packed_sequence &packed)
{
    at::Tensor sizes = arg(packed.batch_sizes, "batch_sizes").contiguous();
    if (sizes.dim() != 1 || sizes.size(0) == 0 || sizes.scalar_type() != at::kLong || !sizes.is_cpu())
        fail(CT_ERROR_VALUE, "batch_sizes should be a 1D CPU int64 tensor that is not empty");
    const int64_t *first = sizes.data_ptr<int64_t>(), *end = first + sizes.size(0);
    if (end[-1] <= 0 || !std::is_sorted(first, end, std::greater<int64_t>()))
        fail(CT_ERROR_VALUE, "batch_sizes should be positive numbers in decreasing order");
    return sizes;
}

struct Padded {
    at::Tensor output, lengths;
};

Padded pad_packed(const ct_packed_sequence *packed, const ct_pad_packed_options &o)
{
    if (!packed)
        fail_null("sequence");
    const at::Tensor &data = arg(packed->data, "data");
    at::Tensor sizes = batch_sizes(*packed);
    int64_t length = sizes.size(0);
    if (o.total_length != CT_NONE && o.total_length < length)
        fail(CT_ERROR_VALUE, "Expected total_length to be at least the length of the longest sequence in input, but "
                             "got total_length=" +
                                 std::to_string(o.total_length) + " and max sequence length being " +
                                 std::to_string(length));
    length = std::max(length, o.total_length);
    auto [output, lengths] = at::_pad_packed_sequence(data, sizes, o.batch_first, o.padding_value, length);
    if (!packed->unsorted_indices)
        return {output, lengths};
    const at::Tensor &unsorted = arg(packed->unsorted_indices, "unsorted_indices");
    return {output.index_select(o.batch_first ? 0 : 1, unsorted), lengths.index_select(0, unsorted.cpu())};
}

ct_tensor *write_padded(const Padded &padded, ct_tensor **lengths)
{
    Handles handles;
    handles.add(padded.output);
    handles.add(padded.lengths);
    ct_tensor *made[2];
    handles.release(made);
    lengths ? void(*lengths = made[1]) : ct_tensor_free(made[1]);
    return made[0];
}

void unpack(const ct_packed_sequence *packed, ct_tensor **sequences, size_t n)
{
    if (!packed)
        fail_null("packed_sequences");
    check_places(sequences, n);
    ct_pad_packed_options batch_first = ct_pad_packed_options_default();
    batch_first.batch_first = true;
    Padded padded = pad_packed(packed, batch_first);
    write_unpadded(padded.output, padded.lengths, true, sequences, n);
}

size_t size(const ct_packed_sequence *packed)
{
    return packed ? size_t(batch_sizes(*packed)[0].item<int64_t>()) : (fail_null("self"), 0);
}

} // namespace

ct_tensor *ct_pad_sequence_with(ct_tensor *const *sequences, size_t n, const ct_pad_sequence_options *options)
{
    ct_pad_sequence_options o = given(options, ct_pad_sequence_options_default());
    return guard([&] { return box(pad(tensors(sequences, n, "sequences"), o)); });
}

ct_status ct_unpad_sequence_with(const ct_tensor *padded_sequences, const ct_tensor *lengths, ct_tensor **sequences,
                                 size_t n, const ct_unpad_sequence_options *options)
{
    bool batch_first = given(options).batch_first;
    clear(sequences, n);
    return guard([&] { write_unpadded(ARG(padded_sequences), ARG(lengths), batch_first, sequences, n); });
}

ct_status ct_pack_padded_sequence_with(const ct_tensor *input, const ct_tensor *lengths, ct_packed_sequence *packed,
                                       const ct_pack_options *options)
{
    ct_pack_options o = given(options, ct_pack_options_default());
    clear(packed);
    return guard([&] { pack(ARG(input), ARG(lengths), o, packed); });
}

ct_status ct_pack_sequence_with(ct_tensor *const *sequences, size_t n, ct_packed_sequence *packed,
                                const ct_pack_options *options)
{
    ct_pack_options o = given(options, ct_pack_options_default());
    clear(packed);
    return guard([&] { pack_list(tensors(sequences, n, "sequences"), o, packed); });
}

size_t ct_packed_sequence_size(const ct_packed_sequence *self)
{
    return guard_or(size_t{0}, [&] { return size(self); });
}

void ct_packed_sequence_free(ct_packed_sequence *self)
{
    if (!self)
        return;
    for (ct_tensor *handle : {self->data, self->batch_sizes, self->sorted_indices, self->unsorted_indices})
        ct_tensor_free(handle);
    clear(self);
}

ct_tensor *ct_pad_packed_sequence_with(const ct_packed_sequence *sequence, ct_tensor **lengths,
                                       const ct_pad_packed_options *options)
{
    ct_pad_packed_options o = given(options, ct_pad_packed_options_default());
    clear(lengths, 1);
    return guard([&] { return write_padded(pad_packed(sequence, o), lengths); });
}

ct_status ct_unpack_sequence(const ct_packed_sequence *packed_sequences, ct_tensor **sequences, size_t n)
{
    clear(sequences, n);
    return guard([&] { unpack(packed_sequences, sequences, n); });
}
