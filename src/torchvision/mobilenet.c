/* torchvision/mobilenet.c: MobileNet v2, which once lived in torchvision.models.mobilenet, and v3.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/functional.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

static ct_tensor *inverted_residual_v2_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *y = self_call(self, "conv", x);
    return ct_module_bool(self, "use_res_connect") ? ct_add(x, y) : y;
}

static ct_tensor *mobilenet_v2_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = ct_adaptive_avg_pool2d(self_call(self, "features", x), 1);
    return self_call(self, "classifier", ct_flatten(x, .start_dim = 1));
}

static ct_tensor *inverted_residual_v3_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *result = self_call(self, "block", x);
    if (ct_module_bool(self, "use_res_connect"))
        ct_add_(result, x);
    return result;
}

/* Of torchvision 0.9 and 0.10; later ones use that of torchvision.ops. */
static ct_tensor *squeeze_excitation_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *scale = self_chain(self, ct_adaptive_avg_pool2d(x, 1), "fc1", "relu", "fc2");
    return ct_mul(ct_hardsigmoid(scale), x);
}

const torchvision_class torchvision_mobilenet[] = {
    {"torchvision.models.mobilenet.ConvBNReLU", .base = "Sequential"},
    {"torchvision.models.mobilenet.InvertedResidual", .forward = inverted_residual_v2_forward},
    {"torchvision.models.mobilenet.MobileNetV2", .forward = mobilenet_v2_forward},
    {"torchvision.models.mobilenetv2.ConvBNActivation", .base = "Sequential"},
    {"torchvision.models.mobilenetv2.ConvBNReLU", .base = "Sequential"},
    {"torchvision.models.mobilenetv2.InvertedResidual", .forward = inverted_residual_v2_forward},
    {"torchvision.models.mobilenetv2.MobileNetV2", .forward = mobilenet_v2_forward},
    {"torchvision.models.mobilenetv3.InvertedResidual", .forward = inverted_residual_v3_forward},
    {"torchvision.models.mobilenetv3.MobileNetV3", .forward = forward_features},
    {"torchvision.models.mobilenetv3.SqueezeExcitation", .forward = squeeze_excitation_forward},
    {NULL},
};
