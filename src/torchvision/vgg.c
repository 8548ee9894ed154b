/* torchvision/vgg.c: AlexNet and VGG, and the forward that later models have in common with them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/ops.h>

ct_tensor *forward_features(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, x, "features", "avgpool");
    return self_call(self, "classifier", ct_flatten(x, .start_dim = 1));
}

const torchvision_class torchvision_vgg[] = {
    {"torchvision.models.alexnet.AlexNet", .forward = forward_features},
    {"torchvision.models.vgg.VGG", .forward = forward_features},
    {NULL},
};
