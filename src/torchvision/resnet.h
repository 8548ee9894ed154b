/* torchvision/resnet.h: what ResNet has in common with the one for videos.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TORCHVISION_RESNET_H
#define CTORCH_TORCHVISION_RESNET_H

#include <ctorch/module.h>

/* The end of a block: what it computed, added in place to its input or to self.downsample of that, and self.relu. */
ct_tensor *resnet_add_identity(ct_module *self, ct_tensor *out, ct_tensor *x);

#endif
