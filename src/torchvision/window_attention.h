/* torchvision/window_attention.h: the Swin transformers' attention within windows, which shift from block to block.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TORCHVISION_WINDOW_ATTENTION_H
#define CTORCH_TORCHVISION_WINDOW_ATTENTION_H

#include <ctorch/module.h>

/* ShiftedWindowAttention. */
ct_tensor *window_attention_forward(ct_module *self, ct_tensor *x, void *user);

/* ShiftedWindowAttentionV2: by angles between queries and keys. */
ct_tensor *window_attention_v2_forward(ct_module *self, ct_tensor *x, void *user);

/* table[index] as what is added to attention: index holds n * n rows of table, which has a column for each head;
 * (1, heads, n, n). MaxViT has it, too. */
ct_tensor *relative_position_bias(const ct_tensor *table, const ct_tensor *index, int64_t n);

#endif
