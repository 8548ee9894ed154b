/* torchvision/mnasnet.c: MNASNet.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/ops.h>

static ct_tensor *inverted_residual_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *y = self_call(self, "layers", x);
    return ct_module_bool(self, "apply_residual") ? ct_add(y, x) : y;
}

static ct_tensor *mnasnet_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return self_call(self, "classifier", ct_mean_dim(self_call(self, "layers", x), CT_DIMS(2, 3)));
}

const torchvision_class torchvision_mnasnet[] = {
    {"torchvision.models.mnasnet._InvertedResidual", .forward = inverted_residual_forward},
    {"torchvision.models.mnasnet.MNASNet", .forward = mnasnet_forward},
    {NULL},
};
