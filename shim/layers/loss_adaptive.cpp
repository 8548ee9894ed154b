// loss_adaptive.cpp: AdaptiveLogSoftmaxWithLoss: the first classes have scores of their own in the head; each later
// cluster of them has one there, and a pair of layers of its own in the tail.
// SPDX-License-Identifier: BSD-3-Clause
#include "callback.hpp"
#include "convert.hpp"
#include "generated/linear.hpp"
#include "generated/loss.hpp"
#include "layers/composite.hpp"
#include "lists.hpp"

#include <ctorch/nn_losses.h>

#include <cmath>

namespace ct {

namespace {

using Adaptive = AdaptiveLogSoftmaxWithLoss;

void check_cutoffs(at::IntArrayRef cutoffs, int64_t n_classes)
{
    if (cutoffs.empty())
        fail(CT_ERROR_VALUE, "cutoffs should be a sequence of length larger than 0");
    bool rising = cutoffs[0] > 0;
    for (size_t i = 1; i < cutoffs.size(); i++)
        rising = rising && cutoffs[i] > cutoffs[i - 1];
    if (!rising || cutoffs.back() >= n_classes)
        fail(CT_ERROR_VALUE, "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, "
                             "where each value is between 1 and n_classes-1");
}

// Where clusters begin, and where the last one ends. The first is in the head alone.
std::vector<int64_t> bounds(const Adaptive &self)
{
    std::vector<int64_t> result = self.cutoffs().vec();
    result.push_back(self.n_classes());
    return result;
}

// The width inside cluster i: in_features // div_value ** (i + 1).
int64_t hidden_size(const Adaptive &self, size_t i)
{
    double size =
        std::floor(static_cast<double>(self.in_features()) / std::pow(self.div_value(), static_cast<double>(i + 1)));
    if (!(size >= 0 && size < 0x1p62))
        fail(CT_ERROR_VALUE, "div_value is " + repr(self.div_value()) + ", which makes a cluster's size " + repr(size));
    return static_cast<int64_t>(size);
}

ObjectPtr projection(const Adaptive &self, size_t i, int64_t classes)
{
    int64_t hidden = hidden_size(self, i);
    return make_list<Sequential>({{"0", create("Linear", placed(self, {self.in_features(), hidden, false}))},
                                  {"1", create("Linear", placed(self, {hidden, classes, false}))}});
}

at::Tensor cluster_log_prob(const Adaptive &self, size_t i, const at::Tensor &input)
{
    ObjectPtr tail = child_of(self, "tail");
    try {
        return at::log_softmax(through(*tail, std::to_string(i).c_str(), input), 1);
    } catch (...) {
        rethrow_inside("tail");
    }
}

void check_sizes(const at::Tensor &input, const at::Tensor &target)
{
    if (target.dim() > 1)
        fail(CT_ERROR_RUNTIME, "0D or 1D target tensor expected, multi-target not supported");
    if (target.dim() == 1 && input.size(0) != target.size(0))
        fail(CT_ERROR_RUNTIME, "Input and target should have the same size in the batch dimension.");
    if (input.dim() != target.dim() + 1)
        fail(CT_ERROR_RUNTIME, std::to_string(target.dim()) + "D target tensor expects " +
                                   std::to_string(target.dim() + 1) + "D input tensors, but found inputs with size " +
                                   "torch.Size([" + joined(input.sizes()) + "])");
}

// A prediction for each row of a batch.
struct Batch {
    at::Tensor output; // the log-probabilities of the targets in their clusters; 0 in the head
    at::Tensor column; // where the head scores the target or its cluster
};

Batch of_clusters(const Adaptive &self, const at::Tensor &input, const at::Tensor &target)
{
    Batch batch = {at::zeros({target.size(0)}, input.options()), at::empty({target.size(0)}, target.options())};
    std::vector<int64_t> ends = bounds(self);
    int64_t low = 0, used = 0;
    for (size_t i = 0; i < ends.size(); low = ends[i++]) {
        at::Tensor rows = at::logical_and(target >= low, target < ends[i]).nonzero().squeeze(1);
        if (rows.numel() == 0)
            continue;
        at::Tensor relative = target.index_select(0, rows) - low;
        used += rows.numel();
        if (i == 0) {
            batch.column.index_copy_(0, rows, relative);
            continue;
        }
        at::Tensor log_prob = cluster_log_prob(self, i - 1, input.index_select(0, rows));
        batch.column.index_fill_(0, rows, ends[0] + static_cast<int64_t>(i) - 1);
        batch.output.index_copy_(0, rows, log_prob.gather(1, relative.unsqueeze(1)).squeeze(1));
    }
    if (used != target.size(0))
        fail(CT_ERROR_RUNTIME, "Target values should be in [0, " + std::to_string(self.n_classes() - 1) +
                                   "], but values in range [" + std::to_string(target.min().item<int64_t>()) + ", " +
                                   std::to_string(target.max().item<int64_t>()) + "] were found. ");
    return batch;
}

at::Tensor full_log_prob(const Adaptive &self, const at::Tensor &input, const at::Tensor &head_output)
{
    std::vector<int64_t> ends = bounds(self);
    at::Tensor head = at::log_softmax(head_output, 1);
    Tensors parts = {head.slice(1, 0, ends[0])};
    for (size_t i = 0; i + 1 < ends.size(); i++)
        parts.push_back(cluster_log_prob(self, i, input) +
                        head.select(1, ends[0] + static_cast<int64_t>(i)).unsqueeze(1));
    return at::cat(parts, 1);
}

at::Tensor log_prob(const Adaptive &self, const at::Tensor &input)
{
    return full_log_prob(self, input, through(self, "head", input));
}

// Only a row whose best score is a cluster's needs the scores of all classes.
at::Tensor predict(const Adaptive &self, const at::Tensor &input)
{
    at::Tensor head_output = through(self, "head", input);
    at::Tensor output = at::argmax(head_output, 1);
    at::Tensor rows = (output >= self.cutoffs()[0]).nonzero().squeeze(1);
    if (rows.numel() == 0)
        return output;
    at::Tensor all = full_log_prob(self, input.index_select(0, rows), head_output.index_select(0, rows));
    return output.index_copy_(0, rows, at::argmax(all, 1));
}

const Adaptive &adaptive(const ct_module *self)
{
    const ObjectPtr &module = ARG(self);
    const auto *found = dynamic_cast<const Adaptive *>(module.get());
    if (!found)
        fail(CT_ERROR_TYPE, "self is a " + module->class_name() + "; expected an AdaptiveLogSoftmaxWithLoss");
    return *found;
}

const Linear *as_linear(const Entries &children, size_t i)
{
    return i < children.size() ? dynamic_cast<const Linear *>(children[i].second.get()) : nullptr;
}

} // namespace

void AdaptiveLogSoftmaxWithLoss::init()
{
    check_cutoffs(cutoffs(), n_classes());
    if (!(div_value() > 0))
        fail(CT_ERROR_VALUE, "div_value is " + repr(div_value()) + "; expected a positive number");
    std::vector<int64_t> ends = bounds(*this);
    auto clusters = static_cast<int64_t>(cutoffs().size());
    add("head", create("Linear", placed(*this, {in_features(), ends[0] + clusters, head_bias()})));
    Entries tail;
    for (size_t i = 0; i + 1 < ends.size(); i++)
        tail.emplace_back(std::to_string(i), projection(*this, i, ends[i + 1] - ends[i]));
    add("tail", make_list<ModuleList>(std::move(tail)));
}

// The head's size is the first cutoff and one for each cluster; that of a pair's last layer is the cluster's.
void AdaptiveLogSoftmaxWithLoss::infer(const Entries &children, std::vector<std::string> &unknown)
{
    const Linear *head = as_linear(children, 0);
    if (!head || children.size() != 2)
        return;
    const Entries &pairs = children[1].second->children();
    std::vector<int64_t> ends = {head->out_features() - static_cast<int64_t>(pairs.size())};
    for (const auto &[name, pair] : pairs) {
        const Linear *last = as_linear(pair->children(), 1);
        if (!last)
            return;
        ends.push_back(ends.back() + last->out_features());
    }
    args[0] = head->in_features();
    args[1] = ends.back();
    ends.pop_back();
    args[2] = Sizes{ends};
    args[4] = head->with_bias();
    unknown.clear();
}

Tensors AdaptiveLogSoftmaxWithLoss::call(const Tensors &inputs)
{
    check_sizes(inputs[0], inputs[1]);
    bool is_batched = inputs[1].dim() > 0;
    at::Tensor input = is_batched ? inputs[0] : inputs[0].unsqueeze(0);
    at::Tensor target = is_batched ? inputs[1] : inputs[1].unsqueeze(0);
    Batch batch = of_clusters(*this, input, target);
    at::Tensor head = at::log_softmax(through(*this, "head", input), 1);
    at::Tensor output = batch.output + head.gather(1, batch.column.unsqueeze(1)).squeeze(1);
    at::Tensor loss = (-output).mean();
    return {is_batched ? output : output.squeeze(0), loss};
}

} // namespace ct

using namespace ct;

ct_tensor *ct_adaptive_log_softmax_log_prob(const ct_module *self, const ct_tensor *input)
{
    return guard([&] { return box(log_prob(adaptive(self), ARG(input))); });
}

ct_tensor *ct_adaptive_log_softmax_predict(const ct_module *self, const ct_tensor *input)
{
    return guard([&] { return box(predict(adaptive(self), ARG(input))); });
}
