/* torchvision/inception_parts.c: what GoogLeNet and Inception v3 have in common.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/inception_parts.h"
#include "torchvision/self.h"

#include <ctorch/operators.h>
#include <ctorch/ops.h>

ct_tensor *inception_conv_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_chain(self, x, "conv", "bn");
    ct_relu_(x);
    return x;
}

/* Images were normalised with ImageNet's mean and deviation; the published weights expect 0.5 for both. */
ct_tensor *inception_transform_input(const ct_module *self, ct_tensor *x)
{
    enum { CHANNELS = 3 };
    static const double mean[CHANNELS] = {0.485, 0.456, 0.406}, deviation[CHANNELS] = {0.229, 0.224, 0.225};
    if (!ct_module_bool(self, "transform_input"))
        return x;
    ct_tensor *channels[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
        ct_tensor *channel = ct_unsqueeze(ct_select(x, 1, i), 1);
        channels[i] = ct_add_scalar(ct_mul_scalar(channel, deviation[i] / 0.5), (mean[i] - 0.5) / 0.5);
    }
    return ct_cat(channels, CHANNELS, 1);
}

bool inception_gives_aux(const ct_module *self)
{
    return ct_module_is_training(self) && ct_module_bool(self, "aux_logits");
}

ct_tensor *inception_aux(ct_module *self, const char *name, ct_tensor *x)
{
    return self_has(self, name) && ct_module_is_training(self) ? self_call(self, name, x) : NULL;
}
