/* ctorch/fuse.h: a layer and the BatchNorm after it as one layer, for inference:
 *
 *     ct_module_eval(net);
 *     ct_module *fused = ct_fuse_conv_bn_eval(ct_module_child(net, "conv"), ct_module_child(net, "bn"));
 *
 * Both are in evaluation mode and remain as they are. torch.nn.utils.fusion.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FUSE_H
#define CTORCH_FUSE_H

#include <ctorch/module.h>

CT_BEGIN_DECLS

typedef struct ct_fuse_options {
    bool transpose; /* the convolution is a ConvTranspose */
} ct_fuse_options;

CT_API ct_fuse_options ct_fuse_options_default(void);
#define CT_FUSE_DEFAULTS .transpose = false

/* A convolution that does what conv and then bn do: `ct_fuse_conv_bn_eval(conv, bn, .transpose = true)`.
 * nn.utils.fusion.fuse_conv_bn_eval. @since 0.1 */
CT_API ct_module *ct_fuse_conv_bn_eval_with(const ct_module *conv, const ct_module *bn, const ct_fuse_options *options);
#define ct_fuse_conv_bn_eval(...) CT_FUSE_CONV_BN_EVAL_(__VA_ARGS__, )
#define CT_FUSE_CONV_BN_EVAL_(conv, bn, ...)                                                                           \
    CT_KEYWORDS_(ct_fuse_conv_bn_eval_with(conv, bn, &(ct_fuse_options){CT_FUSE_DEFAULTS, __VA_ARGS__}))

/* The same of a Linear and a BatchNorm1d. nn.utils.fusion.fuse_linear_bn_eval. @since 0.1 */
CT_API ct_module *ct_fuse_linear_bn_eval(const ct_module *linear, const ct_module *bn);

CT_END_DECLS

#endif
