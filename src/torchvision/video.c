/* torchvision/video.c: models of videos, (N, C, T, H, W): the ResNets R3D, MC3 and R(2+1)D, and S3D.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/resnet.h"
#include "torchvision/self.h"

#include <ctorch/ops.h>

static ct_tensor *basic_block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return resnet_add_identity(self, self_chain(self, x, "conv1", "conv2"), x);
}

static ct_tensor *bottleneck_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return resnet_add_identity(self, self_chain(self, x, "conv1", "conv2", "conv3"), x);
}

static ct_tensor *resnet_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, x, "stem", "layer1", "layer2", "layer3", "layer4", "avgpool");
    return self_call(self, "fc", ct_flatten(x, .start_dim = 1));
}

static ct_tensor *inception_block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_cat(CT_TENSORS(self_call(self, "branch0", x), self_call(self, "branch1", x),
                             self_call(self, "branch2", x), self_call(self, "branch3", x)),
                  1);
}

static ct_tensor *s3d_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_mean_dim(self_chain(self, x, "features", "avgpool", "classifier"), CT_DIMS(2, 3, 4));
}

const torchvision_class torchvision_video[] = {
    {"torchvision.models.video.resnet.Conv3DSimple", .base = "Conv3d"},
    {"torchvision.models.video.resnet.Conv3DNoTemporal", .base = "Conv3d"},
    {"torchvision.models.video.resnet.Conv2Plus1D", .base = "Sequential"},
    {"torchvision.models.video.resnet.BasicStem", .base = "Sequential"},
    {"torchvision.models.video.resnet.R2Plus1dStem", .base = "Sequential"},
    {"torchvision.models.video.resnet.BasicBlock", .forward = basic_block_forward},
    {"torchvision.models.video.resnet.Bottleneck", .forward = bottleneck_forward},
    {"torchvision.models.video.resnet.VideoResNet", .forward = resnet_forward},
    {"torchvision.models.video.s3d.TemporalSeparableConv", .base = "Sequential"},
    {"torchvision.models.video.s3d.SepInceptionBlock3D", .forward = inception_block_forward},
    {"torchvision.models.video.s3d.S3D", .forward = s3d_forward},
    {NULL},
};
