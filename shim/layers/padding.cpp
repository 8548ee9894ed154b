// padding.cpp: layers that add a margin.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/padding.hpp"

#include "layers/window.hpp"

namespace ct {

namespace {

at::Tensor pad(const at::Tensor &x, at::IntArrayRef padding, const char *mode, Optional<double> value = {})
{
    check_each(padding, as_int, "padding");
    return at::pad(x, padding, mode, value);
}

// Around the last dimensions, of which there are half as many as sides.
at::Tensor pad_circular(const at::Tensor &x, at::IntArrayRef padding)
{
    int64_t least = static_cast<int64_t>(padding.size()) / 2 + 1;
    if (x.dim() != least && x.dim() != least + 1)
        fail(CT_ERROR_VALUE, "expected " + std::to_string(least) + "D or " + std::to_string(least + 1) +
                                 "D input (got " + std::to_string(x.dim()) + "D input)");
    // libtorch 1.13 pads nothing but batches so.
    return x.dim() == least ? pad(x.unsqueeze(0), padding, "circular").squeeze(0) : pad(x, padding, "circular");
}

} // namespace

at::Tensor ReflectionPad1d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "reflect");
}

at::Tensor ReflectionPad2d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "reflect");
}

at::Tensor ReflectionPad3d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "reflect");
}

at::Tensor ReplicationPad1d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "replicate");
}

at::Tensor ReplicationPad2d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "replicate");
}

at::Tensor ReplicationPad3d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "replicate");
}

at::Tensor ZeroPad1d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "constant", 0.0);
}

at::Tensor ZeroPad2d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "constant", 0.0);
}

at::Tensor ZeroPad3d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "constant", 0.0);
}

at::Tensor ConstantPad1d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "constant", value());
}

at::Tensor ConstantPad2d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "constant", value());
}

at::Tensor ConstantPad3d::forward(const at::Tensor &x)
{
    return pad(x, padding(), "constant", value());
}

at::Tensor CircularPad1d::forward(const at::Tensor &x)
{
    return pad_circular(x, padding());
}

at::Tensor CircularPad2d::forward(const at::Tensor &x)
{
    return pad_circular(x, padding());
}

at::Tensor CircularPad3d::forward(const at::Tensor &x)
{
    return pad_circular(x, padding());
}

} // namespace ct
