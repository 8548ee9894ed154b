/* torchvision/register.c: all of torchvision's classes, made known.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"

#include <ctorch/torchvision.h>

static const torchvision_class *const files[] = {
    torchvision_convnext,   torchvision_densenet,   torchvision_efficientnet, torchvision_googlenet,
    torchvision_inception,  torchvision_maxvit,     torchvision_mnasnet,      torchvision_mobilenet,
    torchvision_ops,        torchvision_regnet,     torchvision_resnet,       torchvision_segmentation,
    torchvision_shufflenet, torchvision_squeezenet, torchvision_swin,         torchvision_vgg,
    torchvision_video,      torchvision_vit,
};

static ct_status make_known(const torchvision_class *c)
{
    if (c->base)
        return ct_class_alias(c->name, c->base);
    return ct_class_register(c->name, &(ct_class){.forward = c->forward, .call = c->call});
}

ct_status ct_torchvision_register(void)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (const torchvision_class *c = files[i]; c->name; c++) {
            ct_status status = make_known(c);
            if (status != CT_OK)
                return status;
        }
    return CT_OK;
}
