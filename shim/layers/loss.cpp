// loss.cpp: losses, as torch.nn.functional computes them.
// SPDX-License-Identifier: BSD-3-Clause
#include "layers/loss.hpp"

#include "convert.hpp"
#include "generated/loss.hpp"

#include <cmath>

namespace ct {

int64_t reduction(const std::string &name)
{
    if (name == "none")
        return at::Reduction::None;
    if (name == "mean" || name == "elementwise_mean")
        return at::Reduction::Mean;
    if (name == "sum")
        return at::Reduction::Sum;
    fail(CT_ERROR_VALUE, name + " is not a valid value for reduction");
}

at::Tensor reduced(const at::Tensor &losses, const std::string &how)
{
    if (how == "none")
        return losses;
    return how == "sum" ? losses.sum() : losses.mean();
}

namespace {

std::string size_text(const at::Tensor &tensor)
{
    return "torch.Size([" + joined(tensor.sizes()) + "])";
}

// Some of Python's functions reduce by themselves, and have other words for a reduction that there is not.
void check_reduction(const std::string &name)
{
    if (name != "none" && name != "mean" && name != "sum")
        fail(CT_ERROR_VALUE, name + " is not valid");
}

} // namespace

Tensors L1Loss::call(const Tensors &inputs)
{
    Tensors both = at::broadcast_tensors(inputs);
    return {at::l1_loss(both[0], both[1], ct::reduction(reduction()))};
}

Tensors MSELoss::call(const Tensors &inputs)
{
    Tensors both = at::broadcast_tensors(inputs);
    return {at::mse_loss(both[0], both[1], ct::reduction(reduction()))};
}

Tensors HuberLoss::call(const Tensors &inputs)
{
    Tensors both = at::broadcast_tensors(inputs);
    return {at::huber_loss(both[0], both[1], ct::reduction(reduction()), delta())};
}

Tensors SmoothL1Loss::call(const Tensors &inputs)
{
    Tensors both = at::broadcast_tensors(inputs);
    if (beta() == 0)
        return {at::l1_loss(both[0], both[1], ct::reduction(reduction()))};
    return {at::smooth_l1_loss(both[0], both[1], ct::reduction(reduction()), beta())};
}

void CrossEntropyLoss::init()
{
    set_weight(given_weight());
}

Tensors CrossEntropyLoss::call(const Tensors &inputs)
{
    return {at::cross_entropy_loss(inputs[0], inputs[1], weight(), ct::reduction(reduction()), ignore_index(),
                                   label_smoothing())};
}

void NLLLoss::init()
{
    set_weight(given_weight());
}

Tensors NLLLoss::call(const Tensors &inputs)
{
    return {at::nll_loss_nd(inputs[0], inputs[1], weight(), ct::reduction(reduction()), ignore_index())};
}

Tensors PoissonNLLLoss::call(const Tensors &inputs)
{
    return {at::poisson_nll_loss(inputs[0], inputs[1], log_input(), full(), eps(), ct::reduction(reduction()))};
}

namespace {

// The variances of the inputs, as far as they need not be broadcast. They are the input's in shape, or lack its last
// dimension, or have one where it has more.
at::Tensor variances(const at::Tensor &var, const at::Tensor &input)
{
    if (at::any(var < 0).item<bool>())
        fail(CT_ERROR_VALUE, "var has negative entry/entries");
    if (var.sizes() == input.sizes())
        return var;
    if (input.dim() > 0 && input.sizes().slice(0, static_cast<size_t>(input.dim() - 1)) == var.sizes())
        return var.unsqueeze(-1);
    int64_t differing = 0; // the sum of those sizes
    for (int64_t i = 0; input.dim() == var.dim() && i < var.dim(); i++)
        differing += var.size(i) == input.size(i) ? 0 : var.size(i);
    if (differing != 1)
        fail(CT_ERROR_VALUE, "var is of incorrect size");
    return var;
}

} // namespace

Tensors GaussianNLLLoss::call(const Tensors &inputs)
{
    const at::Tensor &input = inputs[0], &target = inputs[1];
    at::Tensor var = variances(inputs[2], input);
    check_reduction(reduction());
    var = var.clone();
    {
        at::NoGradGuard no_grad; // the gradient is that of the variance which was given
        var.clamp_(eps());
    }
    at::Tensor losses = 0.5 * (at::log(var) + at::pow(input - target, 2) / var);
    if (full())
        losses += 0.5 * std::log(2 * M_PI);
    return {reduced(losses, reduction())};
}

Tensors KLDivLoss::call(const Tensors &inputs)
{
    bool by_batch = reduction() == "batchmean";
    at::Tensor loss = at::kl_div(inputs[0], inputs[1], ct::reduction(by_batch ? "sum" : reduction()), log_target());
    return {by_batch && inputs[0].dim() != 0 ? loss / inputs[0].size(0) : loss};
}

void BCELoss::init()
{
    set_weight(given_weight());
}

Tensors BCELoss::call(const Tensors &inputs)
{
    const at::Tensor &input = inputs[0], &target = inputs[1];
    int64_t how = ct::reduction(reduction());
    if (target.sizes() != input.sizes())
        fail(CT_ERROR_VALUE, "Using a target size (" + size_text(target) + ") that is different to the input size (" +
                                 size_text(input) + ") is deprecated. Please ensure they have the same size.");
    at::Tensor each = weight();
    if (each.defined())
        each = each.expand(at::infer_size(target.sizes(), each.sizes()));
    return {at::binary_cross_entropy(input, target, each, how)};
}

void BCEWithLogitsLoss::init()
{
    set_weight(given_weight());
    set_pos_weight(given_pos_weight());
}

Tensors BCEWithLogitsLoss::call(const Tensors &inputs)
{
    const at::Tensor &input = inputs[0], &target = inputs[1];
    int64_t how = ct::reduction(reduction());
    if (target.sizes() != input.sizes())
        fail(CT_ERROR_VALUE,
             "Target size (" + size_text(target) + ") must be the same as input size (" + size_text(input) + ")");
    return {at::binary_cross_entropy_with_logits(input, target, weight(), pos_weight(), how)};
}

Tensors MarginRankingLoss::call(const Tensors &inputs)
{
    const at::Tensor &input1 = inputs[0], &input2 = inputs[1], &target = inputs[2];
    int64_t how = ct::reduction(reduction());
    if (input1.dim() != input2.dim() || input1.dim() != target.dim())
        fail(CT_ERROR_RUNTIME,
             "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: " +
                 size_text(input1) + ", input2: " + size_text(input2) + ", target: " + size_text(target));
    return {at::margin_ranking_loss(input1, input2, target, margin(), how)};
}

Tensors HingeEmbeddingLoss::call(const Tensors &inputs)
{
    return {at::hinge_embedding_loss(inputs[0], inputs[1], margin(), ct::reduction(reduction()))};
}

Tensors MultiLabelMarginLoss::call(const Tensors &inputs)
{
    return {at::multilabel_margin_loss(inputs[0], inputs[1], ct::reduction(reduction()))};
}

Tensors SoftMarginLoss::call(const Tensors &inputs)
{
    return {at::soft_margin_loss(inputs[0], inputs[1], ct::reduction(reduction()))};
}

void MultiLabelSoftMarginLoss::init()
{
    set_weight(given_weight());
}

Tensors MultiLabelSoftMarginLoss::call(const Tensors &inputs)
{
    const at::Tensor &input = inputs[0], &target = inputs[1];
    check_reduction(reduction());
    at::Tensor losses = -(target * at::log_sigmoid(input) + (1 - target) * at::log_sigmoid(-input));
    if (weight().defined())
        losses = losses * weight();
    return {reduced(losses.sum(input.dim() - 1) / input.size(-1), reduction())};
}

Tensors CosineEmbeddingLoss::call(const Tensors &inputs)
{
    return {at::cosine_embedding_loss(inputs[0], inputs[1], inputs[2], margin(), ct::reduction(reduction()))};
}

void MultiMarginLoss::init()
{
    if (p() != 1 && p() != 2)
        fail(CT_ERROR_VALUE, "only p == 1 and p == 2 supported");
    at::Tensor each = given_weight();
    if (each.defined() && each.dim() != 1)
        fail(CT_ERROR_VALUE, "MultiMarginLoss: expected weight to be None or 1D tensor, got " +
                                 std::to_string(each.dim()) + "D instead");
    set_weight(each);
}

Tensors MultiMarginLoss::call(const Tensors &inputs)
{
    // libtorch 1.13 reads the weight of any class.
    if (weight().defined() && weight().numel() != inputs[0].size(-1))
        fail(CT_ERROR_RUNTIME, "inconsistent weight size, expected " + std::to_string(inputs[0].size(-1)) +
                                   " but got " + std::to_string(weight().numel()));
    return {at::multi_margin_loss(inputs[0], inputs[1], p(), margin(), weight(), ct::reduction(reduction()))};
}

void TripletMarginLoss::init()
{
    if (!(margin() > 0))
        fail(CT_ERROR_VALUE,
             "TripletMarginLoss: expected margin to be greater than 0, got " + repr(margin()) + " instead");
}

Tensors TripletMarginLoss::call(const Tensors &inputs)
{
    return {at::triplet_margin_loss(inputs[0], inputs[1], inputs[2], margin(), p(), eps(), swap(),
                                    ct::reduction(reduction()))};
}

namespace {

void check_lengths(const at::Tensor &lengths, int64_t least, const char *name)
{
    if (lengths.numel() > 0 && lengths.min().item<double>() < static_cast<double>(least))
        fail(CT_ERROR_RUNTIME, std::string("Expected ") + name + " to have value at least " + std::to_string(least) +
                                   ", but got value " + std::to_string(lengths.min().item<int64_t>()));
}

// The part of the targets that counts: all of a sequence, and of a matrix of them as many of each row as it is long.
at::Tensor used_targets(const at::Tensor &targets, const at::Tensor &lengths)
{
    if (targets.dim() != 2 || lengths.numel() != targets.size(0))
        return targets.dim() == 1 ? targets.slice(0, 0, lengths.sum().item<int64_t>()) : targets;
    return targets.masked_select(at::arange(targets.size(1), lengths.options()) < lengths.reshape({-1, 1}));
}

// What libtorch takes for granted on the CPU, where it reads the scores of whatever class it is given.
void check_ctc(const Tensors &inputs)
{
    if (inputs[0].numel() == 0)
        fail(CT_ERROR_RUNTIME, "log_probs tensor must not be empty");
    check_lengths(inputs[2], ctc_least_input, "input_lengths");
    check_lengths(inputs[3], 0, "target_lengths");
    if (!inputs[1].device().is_cpu() || inputs[1].numel() == 0)
        return;
    int64_t classes = inputs[0].size(-1);
    at::Tensor used = used_targets(inputs[1], inputs[3].to(inputs[1].device(), at::kLong)).to(at::kLong);
    at::Tensor wrong = used.masked_select(at::logical_or(used < 0, used >= classes));
    if (wrong.numel() > 0)
        fail(CT_ERROR_VALUE, "targets hold " + std::to_string(wrong[0].item<int64_t>()) +
                                 "; expected classes from 0 to " + std::to_string(classes - 1));
}

} // namespace

Tensors CTCLoss::call(const Tensors &inputs)
{
    int64_t how = ct::reduction(reduction());
    check_ctc(inputs);
    return {at::ctc_loss(inputs[0], inputs[1], inputs[2], inputs[3], blank(), how, zero_infinity())};
}

} // namespace ct
