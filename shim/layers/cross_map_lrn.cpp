// cross_map_lrn.cpp: in the steps of torch/nn/modules/_functions.py, in whose sums the first channel stays for ever and
// whose gradient does not know of that.
// SPDX-License-Identifier: BSD-3-Clause
#include "layers/cross_map_lrn.hpp"

#include "guard.hpp"

namespace ct {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// The sums of squares around each channel, one from the other.
at::Tensor sums_of_squares(const at::Tensor &x, int64_t size)
{
    int64_t channels = x.size(1), side = size - size / 2;
    at::Tensor squares = x.pow(2), sums = at::empty_like(x), first = sums.select(1, 0);
    first.zero_();
    for (int64_t c = 0; c < std::min(side, channels); c++)
        first.add_(squares.select(1, c));
    for (int64_t c = 1; c < channels; c++) {
        at::Tensor sum = sums.select(1, c);
        sum.copy_(sums.select(1, c - 1));
        if (c < channels - side + 1)
            sum.add_(squares.select(1, c + side - 1));
        if (c > side)
            sum.sub_(squares.select(1, c - side));
    }
    return sums;
}

struct Function : torch::autograd::Function<Function> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, int64_t size, double alpha, double beta,
                              double k)
    {
        at::Tensor scale = sums_of_squares(x, size).mul_(alpha / static_cast<double>(size)).add_(k);
        at::Tensor y = scale.pow(-beta).mul_(x);
        context->save_for_backward({x, y, scale});
        context->saved_data["size"] = size;
        context->saved_data["alpha"] = alpha;
        context->saved_data["beta"] = beta;
        return y;
    }

    static tensor_list backward(AutogradContext *context, tensor_list gradients)
    {
        tensor_list saved = context->get_saved_variables();
        const at::Tensor &gradient = gradients[0], &x = saved[0], &y = saved[1], &scale = saved[2];
        int64_t size = context->saved_data["size"].toInt(), channels = x.size(1);
        double beta = context->saved_data["beta"].toDouble();
        double factor = 2 * context->saved_data["alpha"].toDouble() * beta / static_cast<double>(size);

        at::Tensor ratios = at::zeros({x.size(0), channels + size - 1, x.size(2), x.size(3)}, x.options());
        ratios.narrow(1, size - size / 2, channels).copy_(gradient * y / scale);
        at::Tensor result = scale.pow(-beta).mul_(gradient), sum = ratios.narrow(1, 0, size - 1).sum(1);
        for (int64_t c = 0; c < channels; c++) {
            sum.add_(ratios.select(1, c + size - 1));
            result.select(1, c).addcmul_(x.select(1, c), sum, -factor);
            sum.sub_(ratios.select(1, c));
        }
        return {result, {}, {}, {}, {}};
    }
};

} // namespace

at::Tensor cross_map_lrn(const at::Tensor &x, const CrossMapLrn &options)
{
    if (x.dim() != 4)
        fail(CT_ERROR_VALUE,
             "CrossMapLRN2d: Expected input to be 4D, got " + std::to_string(x.dim()) + "D instead.");
    return Function::apply(x, options.size, options.alpha, options.beta, options.k);
}

} // namespace ct
