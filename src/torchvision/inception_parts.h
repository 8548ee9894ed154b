/* torchvision/inception_parts.h: what GoogLeNet and Inception v3 have in common.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TORCHVISION_INCEPTION_PARTS_H
#define CTORCH_TORCHVISION_INCEPTION_PARTS_H

#include <ctorch/module.h>

/* BasicConv2d. */
ct_tensor *inception_conv_forward(ct_module *self, ct_tensor *x, void *user);

/* self._transform_input(x). */
ct_tensor *inception_transform_input(const ct_module *self, ct_tensor *x);

/* Whether the outputs of the classifiers half way are asked for, and so are outputs of the model. */
bool inception_gives_aux(const ct_module *self);

/* self.name(x) in training, unless self.name is None; NULL otherwise. */
ct_tensor *inception_aux(ct_module *self, const char *name, ct_tensor *x);

#endif
