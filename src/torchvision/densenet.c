/* torchvision/densenet.c: DenseNet. memory_efficient trades time for memory in training and computes the same; here it
 * changes nothing.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include "core/error.h"

#include <ctorch/functional.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <stdlib.h>

/* Its inputs are Python's list of features: those of the block's input and of each layer before this one. */
static size_t dense_layer_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)user;
    ct_tensor *x = ct_cat(inputs, n, 1);
    x = self_chain(self, x, "norm1", "relu1", "conv1", "norm2", "relu2", "conv2");
    double drop_rate = ct_module_double(self, "drop_rate");
    outputs[0] = drop_rate > 0 ? ct_dropout(x, .p = drop_rate, .training = ct_module_is_training(self)) : x;
    return 1;
}

static ct_tensor *dense_block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    size_t layers = (size_t)ct_module_size(self);
    ct_tensor **features = malloc((layers + 1) * sizeof(ct_tensor *));
    if (!features) {
        core_fail(CT_ERROR_MEMORY, "out of memory");
        return NULL;
    }
    features[0] = x;
    for (size_t i = 0; i < layers; i++) {
        features[i + 1] = NULL;
        ct_module_call(ct_module_at(self, (int64_t)i), features, i + 1, CT_OUTPUTS(&features[i + 1]));
    }
    ct_tensor *all = ct_cat(features, layers + 1, 1);
    free(features);
    return all;
}

static ct_tensor *densenet_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *out = self_call(self, "features", x);
    ct_relu_(out);
    out = ct_flatten(ct_adaptive_avg_pool2d(out, 1), .start_dim = 1);
    return self_call(self, "classifier", out);
}

const torchvision_class torchvision_densenet[] = {
    {"torchvision.models.densenet._DenseLayer", .call = dense_layer_call},
    {"torchvision.models.densenet._DenseBlock", .forward = dense_block_forward},
    {"torchvision.models.densenet._Transition", .base = "Sequential"},
    {"torchvision.models.densenet.DenseNet", .forward = densenet_forward},
    {NULL},
};
