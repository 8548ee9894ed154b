/* torchvision/maxvit.c: MaxViT.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"
#include "torchvision/window_attention.h"

#include "core/error.h"

#include <ctorch/functional.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <inttypes.h>

static ct_tensor *mbconv_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *identity = self_call(self, "proj", x);
    return ct_add(identity, self_chain(self, x, "layers", "stochastic_depth"));
}

/* Queries, keys or values, (B, G, P, C), by head: (B, G, heads, P, C / heads). */
static ct_tensor *by_head(const ct_tensor *x, int64_t heads, int64_t head_dim)
{
    const int64_t *size = ct_tensor_shape(x);
    if (!size)
        return NULL;
    x = ct_reshape(x, CT_DIMS(size[0], size[1], size[2], heads, head_dim));
    return ct_permute(x, CT_DIMS(0, 1, 3, 2, 4));
}

static ct_tensor *attention_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    int64_t heads = ct_module_int(self, "n_heads"), head_dim = ct_module_int(self, "head_dim");
    ct_tensor *q = NULL, *k = NULL, *v = NULL;
    ct_chunk(self_call(self, "to_qkv", x), 3, CT_OUTPUTS(&q, &k, &v), .dim = -1);
    q = by_head(q, heads, head_dim);
    k = ct_mul_scalar(by_head(k, heads, head_dim), ct_module_double(self, "scale_factor"));
    v = by_head(v, heads, head_dim);
    ct_tensor *bias =
        relative_position_bias(ct_module_parameter(self, "relative_position_bias_table"),
                               ct_module_buffer(self, "relative_position_index"), ct_module_int(self, "max_seq_len"));
    ct_tensor *weights = ct_softmax(ct_add(ct_matmul(q, ct_transpose(k, -2, -1)), bias), -1);
    ct_tensor *out = ct_permute(ct_matmul(weights, v), CT_DIMS(0, 1, 3, 2, 4));
    return self_call(self, "merge", ct_reshape_as(out, x));
}

static ct_tensor *swap_axes_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return ct_transpose(x, ct_module_int(self, "a"), ct_module_int(self, "b"));
}

/* WindowPartition(x, p): (B, C, H, W) to (B, windows, p * p, C). */
static ct_tensor *partition(const ct_tensor *x, int64_t p)
{
    int64_t n = ct_tensor_size(x, 0), channels = ct_tensor_size(x, 1);
    int64_t down = ct_tensor_size(x, 2) / p, across = ct_tensor_size(x, 3) / p;
    x = ct_permute(ct_reshape(x, CT_DIMS(n, channels, down, p, across, p)), CT_DIMS(0, 2, 4, 3, 5, 1));
    return ct_reshape(x, CT_DIMS(n, down * across, p * p, channels));
}

/* WindowDepartition(x, p, down, across): the way back. */
static ct_tensor *departition(const ct_tensor *x, int64_t p, int64_t down, int64_t across)
{
    int64_t n = ct_tensor_size(x, 0), channels = ct_tensor_size(x, 3);
    x = ct_permute(ct_reshape(x, CT_DIMS(n, down, across, p, p, channels)), CT_DIMS(0, 5, 1, 3, 2, 4));
    return ct_reshape(x, CT_DIMS(n, channels, down * p, across * p));
}

static bool divides(int64_t p, const int64_t *grid)
{
    bool fits = p > 0 && p <= INT32_MAX && grid[0] % p == 0 && grid[1] % p == 0;
    if (!fits)
        core_fail(CT_ERROR_VALUE,
                  "Grid size must be divisible by partition size. Got grid size of (%" PRId64 ", %" PRId64
                  ") and partition size of %" PRId64,
                  grid[0], grid[1], p);
    return fits;
}

static ct_tensor *partition_attention_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    int64_t grid[2], p = ct_module_int(self, "p");
    self_ints(self, "grid_size", grid, 2);
    if (!divides(p, grid))
        return NULL;
    x = self_call(self, "partition_swap", partition(x, p));
    x = ct_add(x, self_chain(self, x, "attn_layer", "stochastic_dropout"));
    x = ct_add(x, self_chain(self, x, "mlp_layer", "stochastic_dropout"));
    return departition(self_call(self, "departition_swap", x), p, grid[0] / p, grid[1] / p);
}

static ct_tensor *layer_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return self_call(self, "layers", x);
}

static ct_tensor *block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return self_through(ct_module_child(self, "layers"), x);
}

static ct_tensor *maxvit_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = self_through(ct_module_child(self, "blocks"), self_call(self, "stem", x));
    return self_call(self, "classifier", x);
}

/* WindowPartition and WindowDepartition take numbers beside x, so that their owner does what they do. */
const torchvision_class torchvision_maxvit[] = {
    {"torchvision.models.maxvit.MBConv", .forward = mbconv_forward},
    {"torchvision.models.maxvit.RelativePositionalMultiHeadAttention", .forward = attention_forward},
    {"torchvision.models.maxvit.SwapAxes", .forward = swap_axes_forward},
    {"torchvision.models.maxvit.WindowPartition", .forward = NULL},
    {"torchvision.models.maxvit.WindowDepartition", .forward = NULL},
    {"torchvision.models.maxvit.PartitionAttentionLayer", .forward = partition_attention_forward},
    {"torchvision.models.maxvit.MaxVitLayer", .forward = layer_forward},
    {"torchvision.models.maxvit.MaxVitBlock", .forward = block_forward},
    {"torchvision.models.maxvit.MaxVit", .forward = maxvit_forward},
    {NULL},
};
