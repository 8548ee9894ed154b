/* torchvision/swin.c: the Swin transformer and Swin v2.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"
#include "torchvision/window_attention.h"

#include <ctorch/operators.h>
#include <ctorch/ops.h>

/* The four pixels of each square of (..., H, W, C) side by side: (..., H/2, W/2, 4C). */
static ct_tensor *merge_patches(const ct_tensor *x)
{
    int64_t height = ct_tensor_size(x, -3), width = ct_tensor_size(x, -2);
    x = ct_pad(x, CT_DIMS(0, 0, 0, width % 2, 0, height % 2));
    return ct_cat(CT_TENSORS(ct_at(x, "..., 0::2, 0::2, :"), ct_at(x, "..., 1::2, 0::2, :"),
                             ct_at(x, "..., 0::2, 1::2, :"), ct_at(x, "..., 1::2, 1::2, :")),
                  -1);
}

static ct_tensor *patch_merging_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return self_chain(self, merge_patches(x), "norm", "reduction");
}

static ct_tensor *patch_merging_v2_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return self_chain(self, merge_patches(x), "reduction", "norm");
}

static ct_tensor *block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = ct_add(x, self_chain(self, x, "norm1", "attn", "stochastic_depth"));
    return ct_add(x, self_chain(self, x, "norm2", "mlp", "stochastic_depth"));
}

static ct_tensor *block_v2_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = ct_add(x, self_chain(self, x, "attn", "norm1", "stochastic_depth"));
    return ct_add(x, self_chain(self, x, "mlp", "norm2", "stochastic_depth"));
}

static ct_tensor *swin_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return self_chain(self, x, "features", "norm", "permute", "avgpool", "flatten", "head");
}

const torchvision_class torchvision_swin[] = {
    {"torchvision.models.swin_transformer.PatchMerging", .forward = patch_merging_forward},
    {"torchvision.models.swin_transformer.PatchMergingV2", .forward = patch_merging_v2_forward},
    {"torchvision.models.swin_transformer.ShiftedWindowAttention", .forward = window_attention_forward},
    {"torchvision.models.swin_transformer.ShiftedWindowAttentionV2", .forward = window_attention_v2_forward},
    {"torchvision.models.swin_transformer.SwinTransformerBlock", .forward = block_forward},
    {"torchvision.models.swin_transformer.SwinTransformerBlockV2", .forward = block_v2_forward},
    {"torchvision.models.swin_transformer.SwinTransformer", .forward = swin_forward},
    {NULL},
};
