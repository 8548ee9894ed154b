/* torchvision/ops.c: the layers of torchvision.ops that its models are made of.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include "core/error.h"

#include <ctorch/functional.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <inttypes.h>
#include <string.h>

static ct_tensor *squeeze_excitation_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_mul(self_chain(self, x, "avgpool", "fc1", "activation", "fc2", "scale_activation"), x);
}

static ct_tensor *per_channel(ct_module *self, const char *buffer)
{
    return ct_reshape(ct_module_buffer(self, buffer), CT_DIMS(1, -1, 1, 1));
}

static ct_tensor *frozen_batch_norm_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *variance = ct_add_scalar(per_channel(self, "running_var"), ct_module_double(self, "eps"));
    ct_tensor *scale = ct_mul(per_channel(self, "weight"), ct_rsqrt(variance));
    ct_tensor *bias = ct_sub(per_channel(self, "bias"), ct_mul(per_channel(self, "running_mean"), scale));
    return ct_add(ct_mul(x, scale), bias);
}

ct_tensor *forward_permute(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    enum { DIMS_MAX = 64 }; /* libtorch's own limit */
    int64_t dims[DIMS_MAX], n = ct_tensor_dim(x);
    if (n > DIMS_MAX)
        core_fail(CT_ERROR_VALUE, "Permute takes up to %d dimensions; got %" PRId64, DIMS_MAX, n);
    if (n < 0 || n > DIMS_MAX)
        return NULL;
    self_ints(self, "dims", dims, (size_t)n);
    return ct_permute(x, dims, (size_t)n);
}

/* A number for each row of the batch, or one for all: 0 where it is dropped. The draw is Python's: the same seed drops
 * the same rows. */
static ct_tensor *survivors(const ct_tensor *x, bool by_row, double survival_rate)
{
    ct_tensor *noise = ct_new_empty(x, CT_DIMS(by_row ? ct_tensor_size(x, 0) : 1));
    ct_bernoulli_(noise, .p = survival_rate);
    if (survival_rate > 0)
        ct_div_scalar_(noise, survival_rate);
    for (int64_t i = ct_tensor_dim(x); i > 1; i--)
        noise = ct_unsqueeze(noise, -1);
    return noise;
}

static ct_tensor *stochastic_depth_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    double p = ct_module_double(self, "p");
    const char *mode = ct_module_string(self, "mode");
    bool by_row = strcmp(mode, "row") == 0;
    if (!(p >= 0 && p <= 1))
        core_fail(CT_ERROR_VALUE, "drop probability has to be between 0 and 1, but got %g", p);
    else if (!by_row && strcmp(mode, "batch") != 0)
        core_fail(CT_ERROR_VALUE, "mode has to be either 'batch' or 'row', but got %s", mode);
    if (!ct_module_is_training(self) || p == 0)
        return x;
    return ct_mul(x, survivors(x, by_row, 1 - p));
}

const torchvision_class torchvision_ops[] = {
    {"torchvision.ops.misc.ConvNormActivation", .base = "Sequential"},
    {"torchvision.ops.misc.Conv2dNormActivation", .base = "Sequential"},
    {"torchvision.ops.misc.Conv3dNormActivation", .base = "Sequential"},
    {"torchvision.ops.misc.FrozenBatchNorm2d", .forward = frozen_batch_norm_forward},
    {"torchvision.ops.misc.MLP", .base = "Sequential"},
    {"torchvision.ops.misc.Permute", .forward = forward_permute},
    {"torchvision.ops.misc.SqueezeExcitation", .forward = squeeze_excitation_forward},
    {"torchvision.ops.stochastic_depth.StochasticDepth", .forward = stochastic_depth_forward},
    {NULL},
};
