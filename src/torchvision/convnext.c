/* torchvision/convnext.c: ConvNeXt.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/operators.h>
#include <ctorch/ops.h>

/* LayerNorm over the channels of (N, C, H, W). */
static ct_tensor *layer_norm2d_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    int64_t channels[1];
    self_ints(self, "normalized_shape", channels, 1);
    x = ct_permute(x, CT_DIMS(0, 2, 3, 1));
    x = ct_layer_norm(x, channels, 1, .weight = self_optional(self, "weight"), .bias = self_optional(self, "bias"),
                      .eps = ct_module_double(self, "eps"));
    return ct_permute(x, CT_DIMS(0, 3, 1, 2));
}

static ct_tensor *block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *result = ct_mul(ct_module_parameter(self, "layer_scale"), self_call(self, "block", x));
    result = self_call(self, "stochastic_depth", result);
    ct_add_(result, x);
    return result;
}

static ct_tensor *convnext_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return self_chain(self, x, "features", "avgpool", "classifier");
}

const torchvision_class torchvision_convnext[] = {
    {"torchvision.models.convnext.LayerNorm2d", .forward = layer_norm2d_forward},
    {"torchvision.models.convnext.Permute", .forward = forward_permute}, /* of torchvision 0.12 */
    {"torchvision.models.convnext.CNBlock", .forward = block_forward},
    {"torchvision.models.convnext.ConvNeXt", .forward = convnext_forward},
    {NULL},
};
