/* ctorch/torchvision.h: torchvision's classes, so that its models, saved whole, run in C with nothing more to write:
 *
 *     torch.save(torchvision.models.resnet18().eval(), "resnet18.pt")
 *
 *     ct_torchvision_register();
 *     ct_module *net = ct_model_load("resnet18.pt");
 *     ct_tensor *scores = ct_module_forward(net, images);
 *
 * Which classes there are, and what differs: docs/torchvision.md.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TORCHVISION_H
#define CTORCH_TORCHVISION_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

/* Makes torchvision's classes known to ct_model_load, under their full names ("torchvision.models.resnet.BasicBlock"):
 * ct_class_register and ct_class_alias for each. Again, or on several threads, it does the same; a class that the
 * program registers under such a name afterwards takes its place. import torchvision. @since 0.1 */
CT_API ct_status ct_torchvision_register(void);

CT_END_DECLS

#endif
