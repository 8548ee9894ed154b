// loss_linear.cpp: LinearCrossEntropyLoss, which computes the scores itself.
// SPDX-License-Identifier: BSD-3-Clause
#include "convert.hpp"
#include "generated/linear.hpp"
#include "generated/loss.hpp"
#include "layers/composite.hpp"
#include "layers/loss.hpp"
#include "parametrize.hpp"

namespace ct {

namespace {

std::vector<int64_t> logits_shape(const LinearCrossEntropyLoss &loss, at::IntArrayRef batch)
{
    std::vector<int64_t> shape = batch.vec();
    shape.push_back(loss.num_classes());
    shape.insert(shape.end(), loss.out_features().begin(), loss.out_features().end());
    return shape;
}

const Linear &linear_of(const LinearCrossEntropyLoss &loss)
{
    ObjectPtr child = child_of(loss, "linear");
    const auto *linear = dynamic_cast<const Linear *>(child.get());
    if (!linear)
        fail(CT_ERROR_TYPE, "linear is a " + child->class_name() + "; expected a Linear");
    return *linear;
}

void check_input(const LinearCrossEntropyLoss &loss, const at::Tensor &input)
{
    if (input.dim() < 1 || input.dim() > 2)
        fail(CT_ERROR_RUNTIME, "expected input with dimensionality 1 or 2, got " + std::to_string(input.dim()));
    int64_t in_features = linear_of(loss).weight().size(-1);
    if (input.size(-1) != in_features)
        fail(CT_ERROR_RUNTIME, "expected equal input and linear_weight last dimensions (in_features), got " +
                                   std::to_string(input.size(-1)) + " and " + std::to_string(in_features) +
                                   ", respectively");
    if (!loss.out_features().empty() && input.dim() == 1) {
        std::vector<int64_t> weight = logits_shape(loss, {});
        weight.push_back(in_features);
        fail(CT_ERROR_RUNTIME, "K-dimensional loss defined by linear_weight shape " + tuple_text(weight) +
                                   " requires batched input, (N, " + std::to_string(in_features) +
                                   "), got unbatched input with shape " + tuple_text(input.sizes()));
    }
}

} // namespace

void LinearCrossEntropyLoss::init()
{
    at::Tensor each = given_weight();
    if (each.defined() && (each.dim() != 1 || each.size(0) != num_classes()))
        fail(CT_ERROR_RUNTIME,
             "expected weight shape to be " + tuple_text({num_classes()}) + ", got " + tuple_text(each.sizes()));
    if (!(label_smoothing() >= 0 && label_smoothing() <= 1))
        fail(CT_ERROR_RUNTIME, "expected label_smoothing to be in range [0, 1], got " + repr(label_smoothing()));
    set_weight(each);
    int64_t scores = num_classes();
    for (int64_t size : out_features())
        scores = times(scores, size);
    add("linear", create("Linear", {in_features(), scores, bias(), args[4], args[5]}));
}

Tensors LinearCrossEntropyLoss::call(const Tensors &inputs)
{
    const at::Tensor &input = inputs[0], &target = inputs[1];
    check_input(*this, input);
    std::vector<int64_t> shape = logits_shape(*this, input.sizes().slice(0, static_cast<size_t>(input.dim() - 1)));
    if (target.sizes() == at::IntArrayRef(shape) && ignore_index())
        fail(CT_ERROR_RUNTIME, "ignore_index cannot be specified when target contains probabilities");
    const Linear &linear = linear_of(*this);
    compute_parametrized(*child_of(*this, "linear")); // it is read, not called
    at::Tensor logits = at::linear(input, linear.weight(), linear.bias()).reshape(shape);
    return {at::cross_entropy_loss(logits, target, weight(), ct::reduction(reduction()), ignore_index().value_or(-100),
                                   label_smoothing())};
}

} // namespace ct
