// sparse.cpp: tables of rows that whole numbers pick.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/sparse.hpp"

#include "checks.hpp"

namespace ct {

namespace {

// The row that is kept at zero, counted from the start.
Value padding_row(Optional<int64_t> index, int64_t rows)
{
    if (!index)
        return {};
    if (*index >= std::max<int64_t>(rows, 1) || *index < -rows)
        fail(CT_ERROR_VALUE, "padding_idx must be within num_embeddings, but padding_idx is " +
                                 std::to_string(*index) + " and num_embeddings is " + std::to_string(rows));
    return *index < 0 ? rows + *index : *index;
}

// The given table as a parameter, with which the caller shares it; or else a new one with random rows.
template <class Table> at::Tensor table(const Table &self, bool requires_grad)
{
    int64_t rows = not_negative(self.num_embeddings(), "num_embeddings");
    int64_t columns = not_negative(self.embedding_dim(), "embedding_dim");
    at::Tensor given = self.given_weight();
    if (given.defined()) {
        if (given.sizes() != at::IntArrayRef({rows, columns}))
            fail(CT_ERROR_VALUE, "Shape of weight does not match num_embeddings and embedding_dim: it is " +
                                     tuple_text(given.sizes()) + " instead of " + tuple_text({rows, columns}));
        return given.detach().set_requires_grad(requires_grad);
    }
    at::Tensor weight = at::empty({rows, columns}, self.factory()).set_requires_grad(requires_grad);
    torch::nn::init::normal_(weight);
    at::NoGradGuard no_grad;
    if (self.padding_idx())
        weight.select(0, *self.padding_idx()).fill_(0);
    return weight;
}

// Scales the picked rows down to at most max_norm, in the table itself.
void renormalise(const at::Tensor &weight, const at::Tensor &picked, double max_norm, double norm_type)
{
    at::Tensor rows = weight.detach();
    at::embedding_renorm_(rows, picked, max_norm, norm_type);
}

} // namespace

void Embedding::init()
{
    args[2] = padding_row(padding_idx(), num_embeddings());
    set_weight(table(*this, !freeze()));
    args[7] = {};
}

at::Tensor Embedding::forward(const at::Tensor &x)
{
    if (max_norm())
        renormalise(weight(), x.contiguous(), *max_norm(), norm_type());
    return at::embedding(weight(), x, padding_idx().value_or(-1), scale_grad_by_freq(), sparse());
}

// ---- EmbeddingBag ----

namespace {

// The bags of a call, laid one behind the other.
struct Bags {
    at::Tensor picked, offsets, shares; // shares: per_sample_weights
    bool with_end;                      // include_last_offset
};

void check_shares(const at::Tensor &picked, const at::Tensor &shares, const std::string &mode)
{
    if (!shares.defined())
        return;
    if (shares.sizes() != picked.sizes())
        fail(CT_ERROR_VALUE, "embedding_bag: If per_sample_weights (" + tuple_text(shares.sizes()) +
                                 ") is not None, then it must have the same shape as the input (" +
                                 tuple_text(picked.sizes()) + ")");
    if (mode != "sum")
        fail(CT_ERROR_NOT_IMPLEMENTED,
             "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' "
             "(got mode='" +
                 mode + "').");
}

Bags bags_of(const at::Tensor &input, const at::Tensor &offsets, const at::Tensor &shares, bool with_end)
{
    if (input.dim() == 2) {
        if (offsets.defined())
            fail(CT_ERROR_VALUE, "if input is 2D, then offsets has to be None, as input is treated as a mini-batch of "
                                 "fixed length sequences");
        at::Tensor each = at::arange(0, input.numel(), input.size(1), input.options());
        return {input.reshape(-1), each, shares.defined() ? shares.reshape(-1) : shares, false};
    }
    if (input.dim() != 1)
        fail(CT_ERROR_VALUE,
             "input has to be 1D or 2D Tensor, but got Tensor of dimension " + std::to_string(input.dim()));
    if (!offsets.defined())
        fail(CT_ERROR_VALUE, "offsets has to be a 1D Tensor but got None");
    if (offsets.dim() != 1)
        fail(CT_ERROR_VALUE, "offsets has to be a 1D Tensor");
    return {input, offsets, shares, with_end};
}

std::vector<int64_t> numbers(const at::Tensor &tensor)
{
    at::Tensor whole = tensor.to(at::kLong).contiguous();
    return {whole.data_ptr<int64_t>(), whole.data_ptr<int64_t>() + whole.numel()};
}

void check_rows(const std::vector<int64_t> &picked, int64_t rows)
{
    for (int64_t row : picked)
        if (row < 0 || row >= rows)
            fail(CT_ERROR_INDEX, "index out of range: input holds " + std::to_string(row) +
                                     "; it must be within num_embeddings, " + std::to_string(rows));
}

void check_offsets(const std::vector<int64_t> &offsets, int64_t picked, bool with_end)
{
    if (offsets.empty() ? picked != 0 || with_end : offsets[0] != 0)
        fail(CT_ERROR_VALUE, "offsets has to begin with 0, the start of the first bag");
    if (!std::is_sorted(offsets.begin(), offsets.end()))
        fail(CT_ERROR_VALUE, "offsets has to be in ascending order, but got " + tuple_text(offsets));
    if (!offsets.empty() && (with_end ? offsets.back() != picked : offsets.back() > picked))
        fail(CT_ERROR_VALUE, "the last of the offsets is " + std::to_string(offsets.back()) + "; expected " +
                                 (with_end ? "" : "at most ") + "the length of input, " + std::to_string(picked));
}

// libtorch reads and writes beyond its buffers where these are wrong. On a device, asking would mean to wait for it.
void check_bags(const Bags &bags, int64_t rows)
{
    if (!bags.picked.is_cpu() || !bags.offsets.is_cpu())
        return;
    if (!at::isIntegralType(bags.picked.scalar_type(), false) || !at::isIntegralType(bags.offsets.scalar_type(), false))
        fail(CT_ERROR_TYPE, "input and offsets have to be whole numbers");
    check_rows(numbers(bags.picked), rows);
    check_offsets(numbers(bags.offsets), bags.picked.numel(), bags.with_end);
}

int64_t mode_number(const EmbeddingBag &self)
{
    if (self.mode() == "sum")
        return 0;
    if (self.mode() == "mean")
        return 1;
    if (self.mode() != "max")
        fail(CT_ERROR_VALUE, "mode has to be one of sum, mean or max, but got '" + self.mode() + "'");
    if (self.scale_grad_by_freq())
        fail(CT_ERROR_VALUE, "max mode does not support scaling the gradient by the frequency");
    if (self.sparse())
        fail(CT_ERROR_VALUE, "max mode does not support sparse weights");
    return 2;
}

} // namespace

void EmbeddingBag::init()
{
    args[9] = padding_row(padding_idx(), num_embeddings());
    set_weight(table(*this, true));
    args[7] = {};
}

Tensors EmbeddingBag::call(const Tensors &inputs)
{
    if (weight().dim() != 2)
        fail(CT_ERROR_VALUE,
             "weight has to be a 2D Tensor, but got Tensor of dimension " + std::to_string(weight().dim()));
    check_shares(inputs[0], inputs[2], mode());
    Bags bags = bags_of(inputs[0], inputs[1], inputs[2], include_last_offset());
    int64_t how = mode_number(*this);
    check_bags(bags, weight().size(0));
    if (max_norm())
        renormalise(weight(), bags.picked, *max_norm(), norm_type());
    return {std::get<0>(at::embedding_bag(weight(), bags.picked, bags.offsets, scale_grad_by_freq(), how, sparse(),
                                          bags.shares, bags.with_end, padding_idx()))};
}

// Python says the mode in quotes since 2.1.
std::string EmbeddingBag::extra_repr(bool legacy) const
{
    std::string text = std::to_string(num_embeddings()) + ", " + std::to_string(embedding_dim());
    if (max_norm())
        text += ", max_norm=" + attribute("max_norm")->repr();
    if (norm_type() != 2)
        text += ", norm_type=" + attribute("norm_type")->repr();
    if (scale_grad_by_freq())
        text += ", scale_grad_by_freq=True";
    text += ", mode=" + (legacy ? mode() : args[5].repr());
    return padding_idx() ? text + ", padding_idx=" + std::to_string(*padding_idx()) : text;
}

} // namespace ct
