/* torchvision/classes.h: the tables of torchvision's classes, one for each file of it, and what their forwards share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TORCHVISION_CLASSES_H
#define CTORCH_TORCHVISION_CLASSES_H

#include <ctorch/module.h>

/* A class, by its full name in Python. Without any of the other three it only holds its attributes. */
typedef struct torchvision_class {
    const char *name;
    const char *base;     /* the class of torch.nn whose forward it inherits */
    ct_forward forward;   /* or its own */
    ct_forward_many call; /* or its own for several inputs or outputs */
} torchvision_class;

/* Each ends with one without a name. */
extern const torchvision_class torchvision_convnext[], torchvision_densenet[], torchvision_efficientnet[],
    torchvision_googlenet[], torchvision_inception[], torchvision_maxvit[], torchvision_mnasnet[],
    torchvision_mobilenet[], torchvision_ops[], torchvision_regnet[], torchvision_resnet[], torchvision_segmentation[],
    torchvision_shufflenet[], torchvision_squeezenet[], torchvision_swin[], torchvision_vgg[], torchvision_video[],
    torchvision_vit[];

/* self.classifier(torch.flatten(self.avgpool(self.features(x)), 1)): the forward of several models. */
ct_tensor *forward_features(ct_module *self, ct_tensor *x, void *user);

/* torch.permute(x, self.dims). */
ct_tensor *forward_permute(ct_module *self, ct_tensor *x, void *user);

#endif
