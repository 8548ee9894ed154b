/* torchvision/squeezenet.c: SqueezeNet.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/ops.h>

static ct_tensor *fire_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, x, "squeeze", "squeeze_activation");
    return ct_cat(CT_TENSORS(self_chain(self, x, "expand1x1", "expand1x1_activation"),
                             self_chain(self, x, "expand3x3", "expand3x3_activation")),
                  1);
}

static ct_tensor *squeezenet_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_flatten(self_chain(self, x, "features", "classifier"), .start_dim = 1);
}

const torchvision_class torchvision_squeezenet[] = {
    {"torchvision.models.squeezenet.Fire", .forward = fire_forward},
    {"torchvision.models.squeezenet.SqueezeNet", .forward = squeezenet_forward},
    {NULL},
};
