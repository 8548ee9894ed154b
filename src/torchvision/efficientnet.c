/* torchvision/efficientnet.c: EfficientNet and EfficientNet v2.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/ops.h>

static ct_tensor *mbconv_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *result = self_call(self, "block", x);
    if (ct_module_bool(self, "use_res_connect")) {
        result = self_call(self, "stochastic_depth", result);
        ct_add_(result, x);
    }
    return result;
}

const torchvision_class torchvision_efficientnet[] = {
    {"torchvision.models.efficientnet.MBConv", .forward = mbconv_forward},
    {"torchvision.models.efficientnet.FusedMBConv", .forward = mbconv_forward},
    {"torchvision.models.efficientnet.EfficientNet", .forward = forward_features},
    {NULL},
};
