// normalization.cpp: normalisation over the batch, over channels, and over the last dimensions.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/normalization.hpp"

#include "checks.hpp"
#include "layers/cross_map_lrn.hpp"

namespace ct {

namespace {

bool with_cudnn()
{
    return at::globalContext().userEnabledCuDNN();
}

const char *truth(bool value)
{
    return value ? "True" : "False";
}

std::string size_text(at::IntArrayRef sizes)
{
    return "torch.Size([" + joined(sizes) + "])";
}

// A weight of ones and a bias of zeros, as far as the layer has them.
template <class Layer> void make_affine(Layer &self, at::IntArrayRef shape, bool affine, bool bias)
{
    if (affine)
        self.set_weight(at::ones(shape, self.factory()).set_requires_grad(true));
    if (affine && bias)
        self.set_bias(at::zeros(shape, self.factory()).set_requires_grad(true));
}

// ---- What BatchNorm and InstanceNorm share ----

template <class Norm> void init_norm(Norm &self)
{
    int64_t channels = not_negative(self.num_features(), "num_features");
    make_affine(self, {channels}, self.affine(), self.with_bias());
    if (!self.track_running_stats())
        return;
    self.set_running_mean(at::zeros({channels}, self.factory()));
    self.set_running_var(at::ones({channels}, self.factory()));
    self.set_num_batches_tracked(at::zeros({}, self.factory().dtype(at::kLong)));
}

template <class Norm> std::string norm_repr(const Norm &self, bool legacy)
{
    std::string text = std::to_string(self.num_features()) + ", eps=" + self.attribute("eps")->repr() +
                       ", momentum=" + self.attribute("momentum")->repr() +
                       ", affine=" + truth(self.affine());
    if (!legacy)
        text += std::string(", bias=") + truth(self.bias().defined());
    return text + ", track_running_stats=" + truth(self.track_running_stats());
}

// The input has one of two numbers of dimensions.
void check_dim(const at::Tensor &x, int64_t one, int64_t other)
{
    if (x.dim() == one || x.dim() == other)
        return;
    std::string expected = std::to_string(one) + "D" + (one == other ? "" : " or " + std::to_string(other) + "D");
    fail(CT_ERROR_VALUE, "expected " + expected + " input (got " + std::to_string(x.dim()) + "D input)");
}

// One value has no variance.
void check_batch_size(at::IntArrayRef sizes, const std::string &text)
{
    int64_t values = sizes[0];
    for (int64_t size : sizes.slice(2))
        values *= size;
    if (values == 1)
        fail(CT_ERROR_VALUE, "Expected more than 1 value per channel when training, got input size " + text);
}

void check_spatial_size(at::IntArrayRef sizes)
{
    int64_t values = 1;
    for (int64_t size : sizes.slice(2))
        values *= size;
    if (values == 1)
        fail(CT_ERROR_VALUE,
             "Expected more than 1 spatial element when training, got input size " + size_text(sizes));
}

void check_eps(double eps, bool training)
{
    if (training && eps <= 0)
        fail(CT_ERROR_VALUE, "batch_norm eps must be positive during training, but got " + repr(eps));
    if (eps < 0)
        fail(CT_ERROR_VALUE, "batch_norm eps must be non-negative, but got " + repr(eps));
}

// What the running averages take from this batch: momentum, or without one the batch's share in all so far.
template <class Norm> double average_factor(const Norm &self, bool counts)
{
    if (self.momentum() || !counts)
        return self.momentum().value_or(0);
    return 1 / (self.num_batches_tracked().template item<double>() + 1);
}

template <class Norm> at::Tensor batch_norm(Norm &self, const at::Tensor &x)
{
    bool training = self.is_training() || (!self.running_mean().defined() && !self.running_var().defined());
    bool uses_averages = !self.is_training() || self.track_running_stats();
    bool counts = self.is_training() && self.track_running_stats() && self.num_batches_tracked().defined();
    if (training)
        check_batch_size(x.sizes(), size_text(x.sizes()));
    check_eps(self.eps(), training);

    at::Tensor y = at::batch_norm(x, self.weight(), self.bias(), uses_averages ? self.running_mean() : at::Tensor(),
                                  uses_averages ? self.running_var() : at::Tensor(), training,
                                  average_factor(self, counts), self.eps(), with_cudnn());
    if (counts)
        self.num_batches_tracked().add_(1);
    return y;
}

// dim: of an input without the batch's dimension, whose first are the channels.
template <class Norm> at::Tensor instance_norm(Norm &self, const at::Tensor &x, int64_t dim)
{
    int64_t channels = x.dim() - dim;
    if (self.affine() && x.size(channels) != self.num_features())
        fail(CT_ERROR_VALUE, "expected input's size at dim=" + std::to_string(channels) +
                                 " to match num_features (" + std::to_string(self.num_features()) +
                                 "), but got: " + std::to_string(x.size(channels)) + ".");
    at::Tensor batch = channels == 0 ? x.unsqueeze(0) : x;
    bool of_input = self.is_training() || !self.track_running_stats();
    if (of_input)
        check_spatial_size(batch.sizes());
    at::Tensor y = at::instance_norm(batch, self.weight(), self.bias(), self.running_mean(), self.running_var(),
                                     of_input, self.momentum().value_or(0), self.eps(), with_cudnn());
    return channels == 0 ? y.squeeze(0) : y;
}

} // namespace

// ---- BatchNorm ----

void BatchNorm1d::init()
{
    init_norm(*this);
}

at::Tensor BatchNorm1d::forward(const at::Tensor &x)
{
    check_dim(x, 2, 3);
    return batch_norm(*this, x);
}

std::string BatchNorm1d::extra_repr(bool legacy) const
{
    return norm_repr(*this, legacy);
}

void BatchNorm2d::init()
{
    init_norm(*this);
}

at::Tensor BatchNorm2d::forward(const at::Tensor &x)
{
    check_dim(x, 4, 4);
    return batch_norm(*this, x);
}

std::string BatchNorm2d::extra_repr(bool legacy) const
{
    return norm_repr(*this, legacy);
}

void BatchNorm3d::init()
{
    init_norm(*this);
}

at::Tensor BatchNorm3d::forward(const at::Tensor &x)
{
    check_dim(x, 5, 5);
    return batch_norm(*this, x);
}

std::string BatchNorm3d::extra_repr(bool legacy) const
{
    return norm_repr(*this, legacy);
}

void SyncBatchNorm::init()
{
    init_norm(*this);
}

// With one process there is nothing to share.
at::Tensor SyncBatchNorm::forward(const at::Tensor &x)
{
    if (x.dim() < 2)
        fail(CT_ERROR_VALUE, "expected at least 2D input (got " + std::to_string(x.dim()) + "D input)");
    if (x.size(1) == 0)
        fail(CT_ERROR_VALUE, "SyncBatchNorm number of input channels should be non-zero");
    return batch_norm(*this, x);
}

std::string SyncBatchNorm::extra_repr(bool legacy) const
{
    return norm_repr(*this, legacy);
}

// ---- InstanceNorm ----

void InstanceNorm1d::init()
{
    init_norm(*this);
}

at::Tensor InstanceNorm1d::forward(const at::Tensor &x)
{
    check_dim(x, 2, 3);
    return instance_norm(*this, x, 2);
}

std::string InstanceNorm1d::extra_repr(bool legacy) const
{
    return norm_repr(*this, legacy);
}

void InstanceNorm2d::init()
{
    init_norm(*this);
}

at::Tensor InstanceNorm2d::forward(const at::Tensor &x)
{
    check_dim(x, 3, 4);
    return instance_norm(*this, x, 3);
}

std::string InstanceNorm2d::extra_repr(bool legacy) const
{
    return norm_repr(*this, legacy);
}

void InstanceNorm3d::init()
{
    init_norm(*this);
}

at::Tensor InstanceNorm3d::forward(const at::Tensor &x)
{
    check_dim(x, 4, 5);
    return instance_norm(*this, x, 4);
}

std::string InstanceNorm3d::extra_repr(bool legacy) const
{
    return norm_repr(*this, legacy);
}

// ---- Over the last dimensions ----

namespace {

void check_shape(at::IntArrayRef shape)
{
    auto is_negative = [](int64_t size) { return size < 0; };
    if (shape.empty() || std::any_of(shape.begin(), shape.end(), is_negative))
        fail(CT_ERROR_VALUE, "normalized_shape is " + tuple_text(shape) + "; expected sizes, none of them negative");
}

} // namespace

void LayerNorm::init()
{
    check_shape(normalized_shape());
    make_affine(*this, normalized_shape(), elementwise_affine(), with_bias());
}

at::Tensor LayerNorm::forward(const at::Tensor &x)
{
    return at::layer_norm(x, normalized_shape(), weight(), bias(), eps(), with_cudnn());
}

std::string LayerNorm::extra_repr(bool legacy) const
{
    std::string text =
        args[0].repr() + ", eps=" + attribute("eps")->repr() + ", elementwise_affine=" + truth(elementwise_affine());
    return legacy ? text : text + ", bias=" + truth(bias().defined());
}

void RMSNorm::init()
{
    check_shape(normalized_shape());
    if (elementwise_affine())
        set_weight(at::ones(normalized_shape(), factory()).set_requires_grad(true));
}

at::Tensor RMSNorm::forward(const at::Tensor &x)
{
    return rms_norm(x, normalized_shape(), weight(), eps());
}

// ---- Over groups of channels, and over neighbouring channels ----

void GroupNorm::init()
{
    int64_t groups = positive(num_groups(), "num_groups"), channels = not_negative(num_channels(), "num_channels");
    if (channels % groups != 0)
        fail(CT_ERROR_VALUE, "num_channels (" + std::to_string(channels) + ") must be divisible by num_groups (" +
                                 std::to_string(groups) + ")");
    make_affine(*this, {channels}, affine(), with_bias());
}

at::Tensor GroupNorm::forward(const at::Tensor &x)
{
    int64_t groups = positive(num_groups(), "num_groups");
    if (x.dim() < 2)
        fail(CT_ERROR_RUNTIME,
             "Expected at least 2 dimensions for input tensor but received " + std::to_string(x.dim()));
    std::vector<int64_t> sizes = x.sizes().vec();
    sizes[0] = x.size(0) * x.size(1) / groups;
    sizes[1] = groups;
    check_batch_size(sizes, "[" + joined(sizes) + "]");
    return at::group_norm(x, groups, weight(), bias(), eps(), with_cudnn());
}

std::string GroupNorm::extra_repr(bool legacy) const
{
    std::string text = std::to_string(num_groups()) + ", " + std::to_string(num_channels()) +
                       ", eps=" + attribute("eps")->repr() + ", affine=" + truth(affine());
    return legacy ? text : text + ", bias=" + truth(bias().defined());
}

void LocalResponseNorm::init()
{
    positive(size(), "size");
}

namespace {

// The mean over as many neighbours in the second dimension, beyond whose ends there are zeros.
at::Tensor channel_means(const at::Tensor &x, int64_t size)
{
    int64_t before = size / 2, after = (size - 1) / 2;
    if (x.dim() == 3) {
        at::Tensor padded = at::constant_pad_nd(x.unsqueeze(1), {0, 0, before, after});
        return at::avg_pool2d(padded, {size, 1}, 1).squeeze(1);
    }
    at::Tensor planes = x.view({x.size(0), 1, x.size(1), x.size(2), -1});
    at::Tensor padded = at::constant_pad_nd(planes, {0, 0, 0, 0, before, after});
    return at::avg_pool3d(padded, {size, 1, 1}, 1).squeeze(1).view(x.sizes());
}

} // namespace

at::Tensor LocalResponseNorm::forward(const at::Tensor &x)
{
    if (x.dim() < 3)
        fail(CT_ERROR_VALUE,
             "Expected 3D or higher dimensionality input (got " + std::to_string(x.dim()) + " dimensions)");
    if (x.numel() == 0)
        return x;
    return x / channel_means(x.mul(x), positive(size(), "size")).mul(alpha()).add(k()).pow(beta());
}

void CrossMapLRN2d::init()
{
    positive(size(), "size");
}

at::Tensor CrossMapLRN2d::forward(const at::Tensor &x)
{
    return cross_map_lrn(x, {positive(size(), "size"), alpha(), beta(), k()});
}

// Python's default of k is a whole number.
std::string CrossMapLRN2d::extra_repr(bool) const
{
    return std::to_string(size()) + ", alpha=" + attribute("alpha")->repr() +
           ", beta=" + attribute("beta")->repr() + ", k=" + (k() == 1 ? "1" : attribute("k")->repr());
}

} // namespace ct
