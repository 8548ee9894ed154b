/* torchvision/resnet.c: ResNet, ResNeXt and Wide ResNet.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/resnet.h"
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/ops.h>

ct_tensor *resnet_add_identity(ct_module *self, ct_tensor *out, ct_tensor *x)
{
    ct_tensor *identity = self_has(self, "downsample") ? self_call(self, "downsample", x) : x;
    ct_add_(out, identity);
    return self_call(self, "relu", out);
}

static ct_tensor *basic_block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return resnet_add_identity(self, self_chain(self, x, "conv1", "bn1", "relu", "conv2", "bn2"), x);
}

static ct_tensor *bottleneck_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *out = self_chain(self, x, "conv1", "bn1", "relu", "conv2", "bn2", "relu", "conv3", "bn3");
    return resnet_add_identity(self, out, x);
}

static ct_tensor *resnet_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, x, "conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool");
    return self_call(self, "fc", ct_flatten(x, .start_dim = 1));
}

const torchvision_class torchvision_resnet[] = {
    {"torchvision.models.resnet.BasicBlock", .forward = basic_block_forward},
    {"torchvision.models.resnet.Bottleneck", .forward = bottleneck_forward},
    {"torchvision.models.resnet.ResNet", .forward = resnet_forward},
    {NULL},
};
