// init.cpp: include/ctorch/init.h, in the steps of torch/nn/init.py, so that the draws are Python's.
// SPDX-License-Identifier: BSD-3-Clause
#include "checks.hpp"
#include "value.hpp"

#include <ctorch/init.h>

using namespace ct;

namespace {

double gain_of(const std::string &nonlinearity, double slope)
{
    static const char *const unchanged[] = {"linear",           "conv1d",           "conv2d",           "conv3d",
                                            "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid"};
    for (const char *name : unchanged)
        if (nonlinearity == name)
            return 1;
    if (nonlinearity == "tanh")
        return 5.0 / 3;
    if (nonlinearity == "relu")
        return std::sqrt(2.0);
    if (nonlinearity == "leaky_relu")
        return std::sqrt(2.0 / (1 + slope * slope));
    if (nonlinearity == "selu")
        return 3.0 / 4;
    fail(CT_ERROR_VALUE, "Unsupported nonlinearity " + nonlinearity);
}

double calculate_gain(const std::string &nonlinearity, const ct_init_gain_options &o)
{
    return gain_of(nonlinearity, std::isnan(o.param) ? 0.01 : o.param);
}

void fill_value(at::Tensor &tensor, double value)
{
    at::NoGradGuard no_grad;
    tensor.fill_(value);
}

void check_matrix(const at::Tensor &tensor)
{
    if (tensor.dim() != 2)
        fail(CT_ERROR_VALUE, "Only tensors with 2 dimensions are supported");
}

void eye(at::Tensor &tensor)
{
    check_matrix(tensor);
    at::NoGradGuard no_grad;
    at::eye_out(tensor, tensor.size(0), tensor.size(1));
}

void dirac(at::Tensor &tensor, int64_t groups)
{
    if (tensor.dim() < 3 || tensor.dim() > 5)
        fail(CT_ERROR_VALUE, "Only tensors with 3, 4, or 5 dimensions are supported");
    if (tensor.size(0) % positive(groups, "groups") != 0)
        fail(CT_ERROR_VALUE, "dim 0 must be divisible by groups");
    at::NoGradGuard no_grad;
    tensor.zero_();
    if (tensor.numel() == 0)
        return;
    at::Tensor centre = tensor;
    while (centre.dim() > 2)
        centre = centre.select(2, centre.size(2) / 2);
    for (const at::Tensor &group : centre.chunk(groups, 0))
        group.diagonal().fill_(1);
}

// How many numbers go into one output of the layer, and into how many outputs one input goes.
struct Fans {
    int64_t in, out;
};

Fans fans(const at::Tensor &tensor)
{
    if (tensor.dim() < 2)
        fail(CT_ERROR_VALUE, "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
    int64_t field = c10::multiply_integers(tensor.sizes().slice(2));
    return {tensor.size(1) * field, tensor.size(0) * field};
}

double xavier_std(const at::Tensor &tensor, double gain)
{
    auto [in, out] = fans(tensor);
    if (in + out == 0)
        fail(CT_ERROR_VALUE, "fan in and fan out are 0: division by zero");
    return gain * std::sqrt(2.0 / double(in + out));
}

// Of any of the options: what draws.
template <class Options> Optional<at::Generator> generator_of(const Options &o)
{
    return generator_or_none(o.generator, "generator");
}

void fill_uniform(at::Tensor &tensor, double a, double b, const Optional<at::Generator> &generator)
{
    at::NoGradGuard no_grad;
    tensor.uniform_(a, b, generator);
}

void fill_normal(at::Tensor &tensor, double mean, double std, const Optional<at::Generator> &generator)
{
    at::NoGradGuard no_grad;
    tensor.normal_(mean, std, generator);
}

void xavier_uniform(at::Tensor &tensor, const ct_init_scale_options &o)
{
    double bound = std::sqrt(3.0) * xavier_std(tensor, o.gain);
    fill_uniform(tensor, -bound, bound, generator_of(o));
}

void xavier_normal(at::Tensor &tensor, const ct_init_scale_options &o)
{
    fill_normal(tensor, 0, xavier_std(tensor, o.gain), generator_of(o));
}

double kaiming_std(const at::Tensor &tensor, const ct_init_kaiming_options &o)
{
    std::string mode = text(o.mode, "mode"), nonlinearity = text(o.nonlinearity, "nonlinearity");
    for (char &letter : mode)
        letter = letter >= 'A' && letter <= 'Z' ? char(letter - 'A' + 'a') : letter;
    if (mode != "fan_in" && mode != "fan_out")
        fail(CT_ERROR_VALUE, "Mode " + mode + " not supported, please use one of ['fan_in', 'fan_out']");
    auto [in, out] = fans(tensor);
    return gain_of(nonlinearity, o.a) / std::sqrt(double(mode == "fan_in" ? in : out));
}

void kaiming_uniform(at::Tensor &tensor, const ct_init_kaiming_options &o)
{
    if (tensor.numel() == 0)
        return;
    double bound = std::sqrt(3.0) * kaiming_std(tensor, o);
    fill_uniform(tensor, -bound, bound, generator_of(o));
}

void kaiming_normal(at::Tensor &tensor, const ct_init_kaiming_options &o)
{
    if (tensor.numel() > 0)
        fill_normal(tensor, 0, kaiming_std(tensor, o), generator_of(o));
}

void orthogonal(at::Tensor &tensor, const ct_init_scale_options &o)
{
    if (tensor.dim() < 2)
        fail(CT_ERROR_VALUE, "Only tensors with 2 or more dimensions are supported");
    if (tensor.numel() == 0)
        return;
    at::NoGradGuard no_grad;
    int64_t rows = tensor.size(0), columns = tensor.numel() / rows;
    at::Tensor drawn = at::empty({rows, columns}, tensor.options()).normal_(0, 1, generator_of(o));
    if (rows < columns)
        drawn.t_();
    auto [q, r] = at::linalg_qr(drawn);
    // Without the signs q would not be drawn evenly (arXiv math-ph/0609050).
    q.mul_(r.diagonal().sign());
    if (rows < columns)
        q.t_();
    tensor.view_as(q).copy_(q);
    tensor.mul_(o.gain);
}

void sparse(at::Tensor &tensor, double sparsity, const ct_init_sparse_options &o)
{
    check_matrix(tensor);
    if (!(sparsity >= 0 && sparsity <= 1))
        fail(CT_ERROR_VALUE, "sparsity is " + repr(sparsity) + "; expected a share from 0 to 1");
    at::NoGradGuard no_grad;
    int64_t rows = tensor.size(0), zeros = int64_t(std::ceil(sparsity * double(rows)));
    tensor.normal_(0, o.std, generator_of(o));
    for (int64_t column = 0; column < tensor.size(1); column++) {
        at::Tensor chosen = at::randperm(rows, at::kLong).slice(0, 0, zeros);
        tensor.select(1, column).index_fill_(0, chosen.to(tensor.device()), 0);
    }
}

// ---- The truncated normal distribution, for which Python's method changed ----

double normal_cdf(double x)
{
    return (1.0 + std::erf(x / std::sqrt(2.0))) / 2.0;
}

void trunc_normal_by_erfinv(at::Tensor &tensor, const ct_init_trunc_normal_options &o)
{
    double lower = normal_cdf((o.a - o.mean) / o.std), upper = normal_cdf((o.b - o.mean) / o.std);
    tensor.uniform_(2 * lower - 1, 2 * upper - 1, generator_of(o)).erfinv_();
    tensor.mul_(at::native::wrapped_scalar_tensor(o.std * std::sqrt(2.0))).add_(o.mean).clamp_(o.a, o.b);
}

// Draws again what fell outside. For bounds that hold a good share of the distribution.
void redraw_outside(at::Tensor &tensor, const ct_init_trunc_normal_options &o)
{
    at::TensorOptions cpu = tensor.options().device(at::kCPU);
    at::Scalar lowest = at::scalar_tensor(o.a, cpu).item(), highest = at::scalar_tensor(o.b, cpu).item();
    auto generator = generator_of(o);
    at::Tensor result = tensor.normal_(o.mean, o.std, generator);
    auto outside = [&] { return at::logical_or(result.lt(lowest), result.gt(highest)); };
    for (at::Tensor again = outside(); again.any().item<bool>(); again = outside())
        result = at::where(again, at::empty_like(result).normal_(o.mean, o.std, generator), result);
    if (!result.is_same(tensor))
        tensor.copy_(result);
}

// Draws evenly between the bounds and keeps each value with the chance that its density gives it.
void reject_by_density(at::Tensor &tensor, const ct_init_trunc_normal_options &o)
{
    double mode = std::max(o.a, std::min(o.mean, o.b)), distance = (mode - o.mean) / o.std;
    double log_peak = -0.5 * (distance * distance);
    auto generator = generator_of(o);
    at::Tensor candidates = at::empty_like(tensor), chances = at::empty_like(tensor);
    auto rejected = [&] {
        candidates.sub_(o.mean).div_(o.std).pow_(2).mul_(-0.5).sub_(log_peak);
        return chances.uniform_(0, 1, generator).log_().gt(candidates);
    };
    tensor.uniform_(o.a, o.b, generator);
    candidates.copy_(tensor);
    at::Tensor pending = rejected(), result = tensor;
    while (pending.any().item<bool>()) {
        candidates.uniform_(o.a, o.b, generator);
        result = at::where(pending, candidates, result);
        pending = at::where(pending, rejected(), pending);
    }
    if (!result.is_same(tensor))
        tensor.copy_(result);
}

void trunc_normal(at::Tensor &tensor, const ct_init_trunc_normal_options &o)
{
    if (o.std == 0)
        fail(CT_ERROR_VALUE, "std is 0: division by zero");
    if (tensor.is_meta())
        return;
    at::NoGradGuard no_grad;
    if (!trunc_normal_rejects)
        trunc_normal_by_erfinv(tensor, o);
    else if (normal_cdf((o.b - o.mean) / o.std) - normal_cdf((o.a - o.mean) / o.std) > 0.3)
        redraw_outside(tensor, o);
    else
        reject_by_density(tensor, o);
}

} // namespace

double ct_init_calculate_gain_with(const char *nonlinearity, const ct_init_gain_options *options)
{
    ct_init_gain_options o = given(options, ct_init_gain_options_default());
    return guard_or(double(NAN), [&] { return calculate_gain(text(nonlinearity, "nonlinearity"), o); });
}

ct_status ct_init_constant_(ct_tensor *tensor, double val)
{
    return guard([&] { fill_value(ARG(tensor), val); });
}

ct_status ct_init_ones_(ct_tensor *tensor)
{
    return guard([&] { fill_value(ARG(tensor), 1); });
}

ct_status ct_init_zeros_(ct_tensor *tensor)
{
    return guard([&] { fill_value(ARG(tensor), 0); });
}

ct_status ct_init_eye_(ct_tensor *tensor)
{
    return guard([&] { eye(ARG(tensor)); });
}

ct_status ct_init_dirac_with_(ct_tensor *tensor, const ct_init_dirac_options *options)
{
    return guard([&] { dirac(ARG(tensor), given(options, ct_init_dirac_options_default()).groups); });
}

ct_status ct_init_uniform_with_(ct_tensor *tensor, const ct_init_uniform_options *options)
{
    ct_init_uniform_options o = given(options, ct_init_uniform_options_default());
    return guard([&] { fill_uniform(ARG(tensor), o.a, o.b, generator_of(o)); });
}

ct_status ct_init_normal_with_(ct_tensor *tensor, const ct_init_normal_options *options)
{
    ct_init_normal_options o = given(options, ct_init_normal_options_default());
    return guard([&] { fill_normal(ARG(tensor), o.mean, o.std, generator_of(o)); });
}

ct_status ct_init_trunc_normal_with_(ct_tensor *tensor, const ct_init_trunc_normal_options *options)
{
    return guard([&] { trunc_normal(ARG(tensor), given(options, ct_init_trunc_normal_options_default())); });
}

ct_status ct_init_xavier_uniform_with_(ct_tensor *tensor, const ct_init_scale_options *options)
{
    return guard([&] { xavier_uniform(ARG(tensor), given(options, ct_init_scale_options_default())); });
}

ct_status ct_init_xavier_normal_with_(ct_tensor *tensor, const ct_init_scale_options *options)
{
    return guard([&] { xavier_normal(ARG(tensor), given(options, ct_init_scale_options_default())); });
}

ct_status ct_init_kaiming_uniform_with_(ct_tensor *tensor, const ct_init_kaiming_options *options)
{
    return guard([&] { kaiming_uniform(ARG(tensor), given(options, ct_init_kaiming_options_default())); });
}

ct_status ct_init_kaiming_normal_with_(ct_tensor *tensor, const ct_init_kaiming_options *options)
{
    return guard([&] { kaiming_normal(ARG(tensor), given(options, ct_init_kaiming_options_default())); });
}

ct_status ct_init_orthogonal_with_(ct_tensor *tensor, const ct_init_scale_options *options)
{
    return guard([&] { orthogonal(ARG(tensor), given(options, ct_init_scale_options_default())); });
}

ct_status ct_init_sparse_with_(ct_tensor *tensor, double sparsity, const ct_init_sparse_options *options)
{
    return guard([&] { sparse(ARG(tensor), sparsity, given(options, ct_init_sparse_options_default())); });
}
