/* torchvision/vit.c: the vision transformer, ViT.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include "core/error.h"

#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <inttypes.h>

/* Whether x is (batch, sequence, hidden); fails in Python's words otherwise. */
static bool is_sequence(const ct_tensor *x)
{
    if (ct_tensor_dim(x) == 3)
        return true;
    core_fail(CT_ERROR_VALUE, "Expected (batch_size, seq_length, hidden_dim) got %s", ct_tensor_shape_to_string(x));
    return false;
}

/* self.self_attention(x, x, x, need_weights=False). */
static ct_tensor *attend(ct_module *self, ct_tensor *x)
{
    ct_tensor *need_weights = ct_zeros(CT_DIMS(), CT_BOOL), *y = NULL;
    ct_module_call(ct_module_child(self, "self_attention"), CT_TENSORS(x, x, x, NULL, need_weights),
                   CT_OUTPUTS(&y, NULL));
    return y;
}

static ct_tensor *encoder_block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    if (!is_sequence(x))
        return NULL;
    x = ct_add(self_call(self, "dropout", attend(self, self_call(self, "ln_1", x))), x);
    return ct_add(x, self_chain(self, x, "ln_2", "mlp"));
}

static ct_tensor *encoder_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    if (!is_sequence(x))
        return NULL;
    return self_chain(self, ct_add(x, ct_module_parameter(self, "pos_embedding")), "dropout", "layers", "ln");
}

static bool is_size(const ct_module *self, const char *what, int64_t size)
{
    int64_t expected = ct_module_int(self, "image_size");
    if (size != expected)
        core_fail(CT_ERROR_VALUE, "Wrong image %s! Expected %" PRId64 " but got %" PRId64 "!", what, expected, size);
    return size == expected;
}

/* Images as sequences of patches: (N, C, H, W) to (N, patches, hidden). */
static ct_tensor *patches(ct_module *self, const ct_tensor *x)
{
    int64_t n = ct_tensor_size(x, 0);
    if (!is_size(self, "height", ct_tensor_size(x, 2)) || !is_size(self, "width", ct_tensor_size(x, 3)))
        return NULL;
    ct_tensor *y = ct_reshape(self_call(self, "conv_proj", x), CT_DIMS(n, ct_module_int(self, "hidden_dim"), -1));
    return ct_permute(y, CT_DIMS(0, 2, 1));
}

static ct_tensor *vit_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = patches(self, x);
    ct_tensor *class_token = ct_expand(ct_module_parameter(self, "class_token"), CT_DIMS(ct_tensor_size(x, 0), -1, -1));
    x = self_call(self, "encoder", ct_cat(CT_TENSORS(class_token, x), 1));
    return self_call(self, "heads", ct_select(x, 1, 0));
}

const torchvision_class torchvision_vit[] = {
    {"torchvision.models.vision_transformer.MLPBlock", .base = "Sequential"},
    {"torchvision.models.vision_transformer.EncoderBlock", .forward = encoder_block_forward},
    {"torchvision.models.vision_transformer.Encoder", .forward = encoder_forward},
    {"torchvision.models.vision_transformer.VisionTransformer", .forward = vit_forward},
    {NULL},
};
