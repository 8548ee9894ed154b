// vision.cpp: images made larger and smaller, and channels moved.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/vision.hpp"

#include "layers/window.hpp"

#include <algorithm>
#include <climits>
#include <cmath>

namespace ct {

namespace {

// What Upsample and its two forms with a fixed mode are made with.
struct Resizing {
    const Value &size;
    const Value &scale_factor;
    const std::string &mode;
    Optional<bool> align_corners;
    bool recompute;
};

bool is_linear(const std::string &mode)
{
    return mode == "linear" || mode == "bilinear" || mode == "trilinear";
}

void check_options(const Resizing &how)
{
    bool aligns = is_linear(how.mode) || how.mode == "bicubic";
    bool is_known = aligns || how.mode == "nearest" || how.mode == "nearest-exact" || how.mode == "area";
    if (is_known && !aligns && how.align_corners.has_value())
        fail(CT_ERROR_VALUE, "align_corners option can only be set with the interpolating modes: "
                             "linear | bilinear | bicubic | trilinear");
    if (!how.size.is_none() && !how.scale_factor.is_none())
        fail(CT_ERROR_VALUE, "only one of size or scale_factor should be defined");
    if (how.size.is_none() && how.scale_factor.is_none())
        fail(CT_ERROR_VALUE, "either size or scale_factor should be defined");
    if (how.recompute && !how.size.is_none())
        fail(CT_ERROR_VALUE, "recompute_scale_factor is not meaningful with an explicit size.");
}

[[noreturn]] void fail_dimensions(const at::Tensor &x, const char *what, const std::string &of, const char *format)
{
    at::IntArrayRef spatial = x.sizes().slice(std::min<size_t>(2, static_cast<size_t>(x.dim())));
    fail(CT_ERROR_VALUE, std::string("Input and ") + what + " must have the same number of spatial dimensions, but got "
                             "input with spatial dimensions of " + list_text(spatial) + " and " + of +
                             ". Please provide input tensor in (N, C, d1, d2, ...,dK) format and " + format +
                             " format.");
}

// The numbers for the dimensions after N and C: one number goes for all.
template <class Number> std::vector<Number> for_each_dimension(const Value &value, size_t dimensions, const char *name)
{
    const PerDimension<Number> *given = value.get<PerDimension<Number>>();
    if (!given)
        fail(CT_ERROR_TYPE, std::string(name) + " is " + value.repr() + "; expected a number or a tuple");
    return given->is_tuple ? given->numbers : std::vector<Number>(dimensions, given->numbers[0]);
}

std::vector<int64_t> output_size(const at::Tensor &x, const Value &size, size_t dimensions)
{
    std::vector<int64_t> result = for_each_dimension<int64_t>(size, dimensions, "size");
    if (result.size() != dimensions)
        fail_dimensions(x, "output", "output size of " + size.repr(), "output size in (o1, o2, ...,oK)");
    return result;
}

std::vector<double> scale_factors(const at::Tensor &x, const Value &scale_factor, size_t dimensions)
{
    std::vector<double> result = for_each_dimension<double>(scale_factor, dimensions, "scale_factor");
    if (result.size() != dimensions)
        fail_dimensions(x, "scale_factor", "scale_factor of shape " + scale_factor.repr(),
                        "scale_factor in (s1, s2, ...,sK)");
    for (size_t i = 0; i < dimensions; i++) {
        double scaled = static_cast<double>(x.size(static_cast<int64_t>(i) + 2)) * result[i];
        if (!(std::fabs(scaled) <= INT_MAX))
            fail(CT_ERROR_VALUE, "scale_factor is " + scale_factor.repr() + "; the output would be too large");
    }
    return result;
}

[[noreturn]] void fail_mode(const at::Tensor &x, const std::string &mode)
{
    std::string dimensions = std::to_string(x.dim());
    if (is_linear(mode) && x.dim() >= 3 && x.dim() <= 5)
        fail(CT_ERROR_NOT_IMPLEMENTED, "Got " + dimensions + "D input, but " + mode + " mode needs " +
                                           (mode == "linear" ? "3" : mode == "bilinear" ? "4" : "5") + "D input");
    fail(CT_ERROR_NOT_IMPLEMENTED, "Input Error: Only 3D, 4D and 5D input Tensors supported (got " + dimensions +
                                       "D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | "
                                       "nearest-exact (got " + mode + ")");
}

// The last dimensions in one of the modes. size or scales is None.
at::Tensor resized(const at::Tensor &x, const std::string &mode, bool align_corners, at::OptionalIntArrayRef size,
                   Optional<at::ArrayRef<double>> scales)
{
    int64_t n = x.dim();
    if (mode == "nearest" && n >= 3 && n <= 5)
        return n == 3   ? at::upsample_nearest1d(x, size, scales)
               : n == 4 ? at::upsample_nearest2d(x, size, scales)
                        : at::upsample_nearest3d(x, size, scales);
    if (mode == "nearest-exact" && n >= 3 && n <= 5)
        return n == 3   ? at::_upsample_nearest_exact1d(x, size, scales)
               : n == 4 ? at::_upsample_nearest_exact2d(x, size, scales)
                        : at::_upsample_nearest_exact3d(x, size, scales);
    if (mode == "area" && n >= 3 && n <= 5)
        return n == 3   ? at::adaptive_avg_pool1d(x, *size)
               : n == 4 ? at::adaptive_avg_pool2d(x, *size)
                        : at::adaptive_avg_pool3d(x, *size);
    if (mode == "linear" && n == 3)
        return at::upsample_linear1d(x, size, align_corners, scales);
    if (mode == "bilinear" && n == 4)
        return at::upsample_bilinear2d(x, size, align_corners, scales);
    if (mode == "trilinear" && n == 5)
        return at::upsample_trilinear3d(x, size, align_corners, scales);
    if (mode == "bicubic" && n == 4)
        return at::upsample_bicubic2d(x, size, align_corners, scales);
    fail_mode(x, mode);
}

// Python's F.interpolate.
at::Tensor interpolate(const at::Tensor &x, const Resizing &how)
{
    check_options(how);
    size_t dimensions = x.dim() > 2 ? static_cast<size_t>(x.dim()) - 2 : 0;
    bool align_corners = how.align_corners.value_or(false);
    if (!how.size.is_none())
        return resized(x, how.mode, align_corners, output_size(x, how.size, dimensions), {});
    std::vector<double> scales = scale_factors(x, how.scale_factor, dimensions);
    if (!how.recompute && how.mode != "area")
        return resized(x, how.mode, align_corners, {}, at::ArrayRef<double>(scales));
    std::vector<int64_t> size;
    for (size_t i = 0; i < dimensions; i++)
        size.push_back(static_cast<int64_t>(static_cast<double>(x.size(static_cast<int64_t>(i) + 2)) * scales[i]));
    return resized(x, how.mode, align_corners, size, {});
}

std::string shown(const Value &size, const Value &scale_factor, const Value &mode, bool legacy)
{
    std::string text = scale_factor.is_none() ? "size=" + size.repr() : "scale_factor=" + scale_factor.repr();
    return text + ", mode=" + (legacy ? mode.str() : mode.repr());
}

const std::string nearest = "nearest", bilinear = "bilinear";

void check_factor(int64_t factor, const char *name)
{
    constexpr int64_t most = 3037000499; // its square is the largest that fits
    if (factor > most)
        fail(CT_ERROR_VALUE, std::string(name) + " factor is too large, (" + name + "_factor)^2 overflowed: " + name +
                                 "_factor=" + std::to_string(factor));
}

} // namespace

at::Tensor PixelShuffle::forward(const at::Tensor &x)
{
    check_factor(upscale_factor(), "upscale");
    return at::pixel_shuffle(x, upscale_factor());
}

at::Tensor PixelUnshuffle::forward(const at::Tensor &x)
{
    check_factor(downscale_factor(), "downscale");
    return at::pixel_unshuffle(x, downscale_factor());
}

at::Tensor ChannelShuffle::forward(const at::Tensor &x)
{
    return at::channel_shuffle(x, groups());
}

at::Tensor Upsample::forward(const at::Tensor &x)
{
    bool recompute = recompute_scale_factor().value_or(false);
    return interpolate(x, {args[0], args[1], mode(), align_corners(), recompute});
}

std::string Upsample::extra_repr(bool legacy) const
{
    return shown(args[0], args[1], args[2], legacy);
}

at::Tensor UpsamplingNearest2d::forward(const at::Tensor &x)
{
    return interpolate(x, {args[0], args[1], nearest, {}, false});
}

std::string UpsamplingNearest2d::extra_repr(bool legacy) const
{
    return shown(args[0], args[1], nearest, legacy);
}

at::Tensor UpsamplingBilinear2d::forward(const at::Tensor &x)
{
    return interpolate(x, {args[0], args[1], bilinear, true, false});
}

std::string UpsamplingBilinear2d::extra_repr(bool legacy) const
{
    return shown(args[0], args[1], bilinear, legacy);
}

} // namespace ct
