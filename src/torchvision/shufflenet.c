/* torchvision/shufflenet.c: ShuffleNet v2.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include <ctorch/operators.h>
#include <ctorch/ops.h>

/* The channels of two groups alternately. */
static ct_tensor *shuffle_channels(const ct_tensor *x)
{
    int64_t n = ct_tensor_size(x, 0), height = ct_tensor_size(x, 2), width = ct_tensor_size(x, 3);
    x = ct_view(x, CT_DIMS(n, 2, ct_tensor_size(x, 1) / 2, height, width));
    return ct_view(ct_contiguous(ct_transpose(x, 1, 2)), CT_DIMS(n, -1, height, width));
}

static ct_tensor *inverted_residual_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *x1 = NULL, *x2 = NULL;
    if (ct_module_int(self, "stride") == 1) {
        ct_chunk(x, 2, CT_OUTPUTS(&x1, &x2), .dim = 1);
        x2 = self_call(self, "branch2", x2);
    } else {
        x1 = self_call(self, "branch1", x);
        x2 = self_call(self, "branch2", x);
    }
    return shuffle_channels(ct_cat(CT_TENSORS(x1, x2), 1));
}

static ct_tensor *shufflenet_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, x, "conv1", "maxpool", "stage2", "stage3", "stage4", "conv5");
    return self_call(self, "fc", ct_mean_dim(x, CT_DIMS(2, 3)));
}

const torchvision_class torchvision_shufflenet[] = {
    {"torchvision.models.shufflenetv2.InvertedResidual", .forward = inverted_residual_forward},
    {"torchvision.models.shufflenetv2.ShuffleNetV2", .forward = shufflenet_forward},
    {NULL},
};
