// compat.hpp: everything in which the supported libtorch releases, 1.13, 2.6 and 2.14, differ. Nothing else asks for a
// version.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "guard.hpp"
#include "torch.hpp"

#include <torch/version.h>

#include <limits>
#include <numeric>
#include <cmath>
#include <variant>

namespace ct {

inline constexpr const char *torch_version = TORCH_VERSION;

// What is written for newer releases, and for those before them.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 6)
#define FROM_2_6(newer, older) newer
#else
#define FROM_2_6(newer, older) older
#endif
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 14)
#define FROM_2_14(newer, older) newer
#else
#define FROM_2_14(newer, older) older
#endif

// An operator that older releases lack: type is what it returns.
#define SINCE_2_6(type, ...) FROM_2_6((__VA_ARGS__), ::ct::needs<type>("2.6"))
#define SINCE_2_14(type, ...) FROM_2_14((__VA_ARGS__), ::ct::needs<type>("2.14"))

template <class T> [[noreturn]] T needs(const char *release)
{
    fail(CT_ERROR_NOT_IMPLEMENTED, std::string("needs libtorch ") + release + " or later; this is " + torch_version);
}

// An argument that older releases lack.
inline void needs_if(bool is_given, const char *argument, const char *release)
{
    if (is_given)
        fail(CT_ERROR_NOT_IMPLEMENTED, std::string(argument) + " needs libtorch " + release + " or later; this is " +
                                           torch_version);
}

// c10's own in 1.13, the standard library's since.
template <class T> using Optional = torch::optional<T>;

// What libtorch's options hold their alternatives in: c10::variant in 1.13, std::variant since.
#if TORCH_VERSION_MAJOR < 2
namespace variant = c10;
#else
namespace variant = std;
#endif

// Python's nn.init.trunc_normal_ inverts the distribution until 2.11; since then it draws again what falls outside.
inline constexpr bool trunc_normal_rejects =
    TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 12);

// On 2.6 the fuser never returns from the second call of what was optimized for inference.
inline constexpr bool fuser_hangs = FROM_2_6(true, false) && FROM_2_14(false, true);

// Before 2.0, ctc_loss reads out of bounds for an input without a step.
inline constexpr int64_t ctc_least_input = TORCH_VERSION_MAJOR < 2 ? 1 : 0;

// torch.nn.functional.rms_norm, which libtorch has since 2.4.
inline at::Tensor rms_norm(const at::Tensor &x, at::IntArrayRef shape, const at::Tensor &weight, Optional<double> eps)
{
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    return at::rms_norm(x, shape, weight.defined() ? Optional<at::Tensor>(weight) : Optional<at::Tensor>(), eps);
#else
    auto count = static_cast<int64_t>(shape.size());
    TORCH_CHECK(x.dim() >= count && x.sizes().slice(x.dim() - count) == shape, "Given normalized_shape=", shape,
                ", expected input with shape [*, ", c10::Join(", ", shape), "], but got input of size", x.sizes());
    std::vector<int64_t> dims(shape.size());
    std::iota(dims.begin(), dims.end(), x.dim() - count);
    bool is_half = x.scalar_type() == at::kHalf || x.scalar_type() == at::kBFloat16;
    at::Tensor wide = is_half ? x.to(at::kFloat) : x;
    bool is_double = wide.scalar_type() == at::kDouble;
    double least = is_double ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
    at::Tensor y = wide * at::rsqrt(wide.pow(2).mean(dims, true) + eps.value_or(least));
    return (weight.defined() ? y * weight : y).to(x.scalar_type());
#endif
}

// at::scaled_dot_product_attention, which came with 2.0. An undefined mask is none.
inline at::Tensor scaled_dot_product_attention(const at::Tensor &q, const at::Tensor &k, const at::Tensor &v,
                                               const at::Tensor &mask, double dropout, bool is_causal)
{
#if TORCH_VERSION_MAJOR < 2
    at::Tensor scores = at::matmul(q * std::sqrt(1.0 / static_cast<double>(q.size(-1))), k.transpose(-2, -1));
    if (is_causal)
        scores = scores.masked_fill(at::ones_like(scores, at::kBool).triu(1), -INFINITY);
    if (mask.defined())
        scores = scores + mask;
    return at::matmul(at::dropout(scores.softmax(-1), dropout, dropout > 0), v);
#else
    Optional<at::Tensor> given = mask.defined() ? Optional<at::Tensor>(mask) : Optional<at::Tensor>();
    return at::scaled_dot_product_attention(q, k, v, given, dropout, is_causal);
#endif
}

// Generators of devices other than the CPU are made by hooks that 2.6 has.
inline at::Generator make_generator(c10::Device device)
{
    if (device.is_cpu())
        return at::detail::createCPUGenerator();
    return FROM_2_6(at::globalContext().getAcceleratorHooksInterface(device.type()).getNewGenerator(device.index()),
                    needs<at::Generator>("2.6"));
}

} // namespace ct
