/* torchvision/googlenet.c: GoogLeNet.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/inception_parts.h"
#include "torchvision/self.h"

#include <ctorch/functional.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

static ct_tensor *inception_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_cat(CT_TENSORS(self_call(self, "branch1", x), self_call(self, "branch2", x),
                             self_call(self, "branch3", x), self_call(self, "branch4", x)),
                  1);
}

static ct_tensor *inception_aux_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = ct_flatten(self_call(self, "conv", ct_adaptive_avg_pool2d(x, 4)), .start_dim = 1);
    x = self_call(self, "fc1", x);
    ct_relu_(x);
    return self_chain(self, x, "dropout", "fc2");
}

/* In training with aux_logits the outputs are logits, aux_logits2 and aux_logits1, in the order of GoogLeNetOutputs.
 * torchvision 0.14 mistook the last two for each other. */
static size_t googlenet_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)user;
    if (!self_takes_one(self, n))
        return 0;
    ct_tensor *x = inception_transform_input(self, inputs[0]);
    x = self_chain(self, x, "conv1", "maxpool1", "conv2", "conv3", "maxpool2", "inception3a", "inception3b", "maxpool3",
                   "inception4a");
    ct_tensor *aux1 = inception_aux(self, "aux1", x);
    x = self_chain(self, x, "inception4b", "inception4c", "inception4d");
    ct_tensor *aux2 = inception_aux(self, "aux2", x);
    x = self_chain(self, x, "inception4e", "maxpool4", "inception5a", "inception5b", "avgpool");
    outputs[0] = self_chain(self, ct_flatten(x, .start_dim = 1), "dropout", "fc");
    if (!inception_gives_aux(self))
        return 1;
    outputs[1] = aux2;
    outputs[2] = aux1;
    return 3;
}

const torchvision_class torchvision_googlenet[] = {
    {"torchvision.models.googlenet.BasicConv2d", .forward = inception_conv_forward},
    {"torchvision.models.googlenet.Inception", .forward = inception_forward},
    {"torchvision.models.googlenet.InceptionAux", .forward = inception_aux_forward},
    {"torchvision.models.googlenet.GoogLeNet", .call = googlenet_call},
    {NULL},
};
