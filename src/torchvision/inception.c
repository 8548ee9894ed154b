/* torchvision/inception.c: Inception v3.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/inception_parts.h"
#include "torchvision/self.h"

#include <ctorch/functional.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

/* The branch of blocks that keep the size: self.branch_pool(F.avg_pool2d(x, 3, 1, 1)). */
static ct_tensor *pooled(ct_module *self, ct_tensor *x)
{
    return self_call(self, "branch_pool", ct_avg_pool2d(x, 3, .stride = 1, .padding = 1));
}

/* That of blocks that halve it. */
static ct_tensor *max_pooled(const ct_tensor *x)
{
    return ct_max_pool2d(x, 3, .stride = 2);
}

static ct_tensor *inception_a_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_cat(CT_TENSORS(self_call(self, "branch1x1", x), self_chain(self, x, "branch5x5_1", "branch5x5_2"),
                             self_chain(self, x, "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"),
                             pooled(self, x)),
                  1);
}

static ct_tensor *inception_b_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_cat(CT_TENSORS(self_call(self, "branch3x3", x),
                             self_chain(self, x, "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"), max_pooled(x)),
                  1);
}

static ct_tensor *inception_c_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_cat(CT_TENSORS(self_call(self, "branch1x1", x),
                             self_chain(self, x, "branch7x7_1", "branch7x7_2", "branch7x7_3"),
                             self_chain(self, x, "branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4",
                                        "branch7x7dbl_5"),
                             pooled(self, x)),
                  1);
}

static ct_tensor *inception_d_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_cat(CT_TENSORS(self_chain(self, x, "branch3x3_1", "branch3x3_2"),
                             self_chain(self, x, "branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"),
                             max_pooled(x)),
                  1);
}

static ct_tensor *inception_e_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *single = self_call(self, "branch3x3_1", x);
    ct_tensor *twice = self_chain(self, x, "branch3x3dbl_1", "branch3x3dbl_2");
    return ct_cat(CT_TENSORS(self_call(self, "branch1x1", x), self_call(self, "branch3x3_2a", single),
                             self_call(self, "branch3x3_2b", single), self_call(self, "branch3x3dbl_3a", twice),
                             self_call(self, "branch3x3dbl_3b", twice), pooled(self, x)),
                  1);
}

static ct_tensor *inception_aux_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, ct_avg_pool2d(x, 5, .stride = 3), "conv0", "conv1");
    return self_call(self, "fc", ct_flatten(ct_adaptive_avg_pool2d(x, 1), .start_dim = 1));
}

/* In training with aux_logits the outputs are logits and aux_logits, as in InceptionOutputs. */
static size_t inception_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)user;
    if (!self_takes_one(self, n))
        return 0;
    ct_tensor *x = inception_transform_input(self, inputs[0]);
    x = self_chain(self, x, "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "maxpool1", "Conv2d_3b_1x1",
                   "Conv2d_4a_3x3", "maxpool2");
    x = self_chain(self, x, "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d",
                   "Mixed_6e");
    ct_tensor *aux = inception_aux(self, "AuxLogits", x);
    x = self_chain(self, x, "Mixed_7a", "Mixed_7b", "Mixed_7c", "avgpool", "dropout");
    outputs[0] = self_call(self, "fc", ct_flatten(x, .start_dim = 1));
    if (!inception_gives_aux(self))
        return 1;
    outputs[1] = aux;
    return 2;
}

const torchvision_class torchvision_inception[] = {
    {"torchvision.models.inception.BasicConv2d", .forward = inception_conv_forward},
    {"torchvision.models.inception.InceptionA", .forward = inception_a_forward},
    {"torchvision.models.inception.InceptionB", .forward = inception_b_forward},
    {"torchvision.models.inception.InceptionC", .forward = inception_c_forward},
    {"torchvision.models.inception.InceptionD", .forward = inception_d_forward},
    {"torchvision.models.inception.InceptionE", .forward = inception_e_forward},
    {"torchvision.models.inception.InceptionAux", .forward = inception_aux_forward},
    {"torchvision.models.inception.Inception3", .call = inception_call},
    {NULL},
};
