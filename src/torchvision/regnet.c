/* torchvision/regnet.c: RegNet.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/ops.h>

static ct_tensor *bottleneck_block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *identity = self_has(self, "proj") ? self_call(self, "proj", x) : x;
    return self_call(self, "activation", ct_add(identity, self_call(self, "f", x)));
}

static ct_tensor *regnet_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, x, "stem", "trunk_output", "avgpool");
    return self_call(self, "fc", ct_flatten(x, .start_dim = 1));
}

const torchvision_class torchvision_regnet[] = {
    {"torchvision.models.regnet.SimpleStemIN", .base = "Sequential"},
    {"torchvision.models.regnet.BottleneckTransform", .base = "Sequential"},
    {"torchvision.models.regnet.ResBottleneckBlock", .forward = bottleneck_block_forward},
    {"torchvision.models.regnet.AnyStage", .base = "Sequential"},
    {"torchvision.models.regnet.RegNet", .forward = regnet_forward},
    {NULL},
};
