/* torchvision/window_attention.c: torchvision.models.swin_transformer.shifted_window_attention. That of 0.14 dropped
 * at random in evaluation, too; here it drops in training alone.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/window_attention.h"
#include "torchvision/self.h"

#include "core/error.h"

#include <ctorch/functional.h>
#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <inttypes.h>
#include <math.h>

/* How an image of (N, H, W, C) is cut into windows of rows x columns pixels. */
typedef struct windows {
    int64_t n, height, width, channels; /* height and width are whole windows */
    int64_t size[2], shift[2];
    int64_t down, across; /* windows in an image */
} windows;

static int64_t up_to_multiple(int64_t value, int64_t of)
{
    return (value + of - 1) / of * of;
}

/* Whether sizes and shifts are such that computing with them does not overflow. */
static bool are_sane(const windows *w)
{
    for (int i = 0; i < 2; i++)
        if (w->size[i] < 1 || w->size[i] > INT32_MAX || w->shift[i] < 0 || w->shift[i] >= w->size[i]) {
            core_fail(CT_ERROR_VALUE, "window_size %" PRId64 " and shift_size %" PRId64 " make no windows", w->size[i],
                      w->shift[i]);
            return false;
        }
    return true;
}

static bool read_windows(const ct_module *self, const ct_tensor *x, windows *w)
{
    self_ints(self, "window_size", w->size, 2);
    self_ints(self, "shift_size", w->shift, 2);
    if (!are_sane(w))
        return false;
    w->n = ct_tensor_size(x, 0);
    w->height = up_to_multiple(ct_tensor_size(x, 1), w->size[0]);
    w->width = up_to_multiple(ct_tensor_size(x, 2), w->size[1]);
    w->channels = ct_tensor_size(x, 3);
    w->down = w->height / w->size[0];
    w->across = w->width / w->size[1];
    if (w->size[0] >= w->height)
        w->shift[0] = 0;
    if (w->size[1] >= w->width)
        w->shift[1] = 0;
    return true;
}

static bool is_shifted(const windows *w)
{
    return w->shift[0] + w->shift[1] > 0;
}

/* Shifted images, (N, H, W, C), to the pixels of each window, (N * windows, pixels, C). */
static ct_tensor *to_windows(const ct_tensor *x, const windows *w)
{
    int64_t bottom = w->height - ct_tensor_size(x, 1), right = w->width - ct_tensor_size(x, 2);
    ct_tensor *y = ct_pad(x, CT_DIMS(0, 0, 0, right, 0, bottom));
    if (is_shifted(w))
        y = ct_roll(y, CT_DIMS(-w->shift[0], -w->shift[1]), .dims = {CT_DIMS(1, 2)});
    y = ct_view(y, CT_DIMS(w->n, w->down, w->size[0], w->across, w->size[1], w->channels));
    return ct_reshape(ct_permute(y, CT_DIMS(0, 1, 3, 2, 4, 5)),
                      CT_DIMS(w->n * w->down * w->across, w->size[0] * w->size[1], w->channels));
}

/* The way back, to images in the size of x. */
static ct_tensor *from_windows(const ct_tensor *y, const windows *w, const ct_tensor *x)
{
    y = ct_view(y, CT_DIMS(w->n, w->down, w->across, w->size[0], w->size[1], w->channels));
    ct_tensor *z =
        ct_reshape(ct_permute(y, CT_DIMS(0, 1, 3, 2, 4, 5)), CT_DIMS(w->n, w->height, w->width, w->channels));
    if (is_shifted(w))
        z = ct_roll(z, CT_DIMS(w->shift[0], w->shift[1]), .dims = {CT_DIMS(1, 2)});
    return ct_contiguous(ct_at(z, ":, :?, :?, :", ct_tensor_size(x, 1), ct_tensor_size(x, 2)));
}

/* The number of the region that each pixel of the shifted image comes from: pixels of different regions are no
 * neighbours, though the shift brought them into one window. */
static ct_tensor *regions(const ct_tensor *x, const windows *w)
{
    const int64_t rows[][2] = {{0, -w->size[0]}, {-w->size[0], -w->shift[0]}, {-w->shift[0], w->height}};
    const int64_t columns[][2] = {{0, -w->size[1]}, {-w->size[1], -w->shift[1]}, {-w->shift[1], w->width}};
    ct_tensor *number = ct_new_zeros(x, CT_DIMS(w->height, w->width));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            ct_fill_scalar_(ct_at(number, "?:?, ?:?", rows[i][0], rows[i][1], columns[j][0], columns[j][1]), 3 * i + j);
    return number;
}

/* What keeps pixels of different regions from attending to each other, (windows, pixels, pixels): 0 and -100. */
static ct_tensor *shift_mask(const ct_tensor *x, const windows *w)
{
    ct_tensor *number = ct_view(regions(x, w), CT_DIMS(w->down, w->size[0], w->across, w->size[1]));
    number = ct_reshape(ct_permute(number, CT_DIMS(0, 2, 1, 3)), CT_DIMS(w->down * w->across, w->size[0] * w->size[1]));
    ct_tensor *differs = ct_ne(ct_unsqueeze(number, 1), ct_unsqueeze(number, 2));
    return ct_mul_scalar(ct_tensor_to(differs, .dtype = ct_tensor_dtype(x)), -100);
}

/* attn is (N * windows, heads, pixels, pixels). */
static ct_tensor *add_shift_mask(const ct_tensor *attn, const ct_tensor *x, const windows *w)
{
    int64_t heads = ct_tensor_size(attn, 1), pixels = ct_tensor_size(attn, 2);
    ct_tensor *mask = ct_unsqueeze(ct_unsqueeze(shift_mask(x, w), 1), 0);
    ct_tensor *y = ct_add(ct_view(attn, CT_DIMS(w->n, w->down * w->across, heads, pixels, pixels)), mask);
    return ct_view(y, CT_DIMS(-1, heads, pixels, pixels));
}

/* x is (N * windows, pixels, C); the bias of the keys is 0 where attention goes by angles. q, k and v are
 * (N * windows, heads, pixels, C / heads). */
static void queries_keys_values(ct_module *self, const ct_tensor *x, bool by_angle, ct_tensor **q, ct_tensor **k,
                                ct_tensor **v)
{
    int64_t heads = ct_module_int(self, "num_heads"), channels = ct_tensor_size(x, 2);
    ct_tensor *bias = self_optional(self, "qkv.bias");
    if (heads < 1) {
        core_fail(CT_ERROR_VALUE, "num_heads is below 1");
        return;
    }
    if (by_angle && bias) {
        int64_t length = ct_tensor_numel(bias) / 3;
        bias = ct_clone(bias);
        ct_fill_scalar_(ct_narrow(bias, 0, length, length), 0);
    }
    ct_tensor *qkv = ct_linear(x, ct_module_parameter(self, "qkv.weight"), .bias = bias);
    qkv = ct_reshape(qkv, CT_DIMS(ct_tensor_size(x, 0), ct_tensor_size(x, 1), 3, heads, channels / heads));
    qkv = ct_permute(qkv, CT_DIMS(2, 0, 3, 1, 4));
    *q = ct_select(qkv, 0, 0);
    *k = ct_select(qkv, 0, 1);
    *v = ct_select(qkv, 0, 2);
}

static ct_tensor *normalized(const ct_tensor *x)
{
    ct_tensor *norm = ct_linalg_vector_norm(x, .dim = {CT_DIMS(-1)}, .keepdim = true);
    return ct_div(x, ct_expand_as(ct_clamp_min(norm, 1e-12), x));
}

/* How much each query has to do with each key, before softmax. */
static ct_tensor *scores(ct_module *self, const ct_tensor *q, const ct_tensor *k, bool by_angle)
{
    if (!by_angle) {
        double scale = pow((double)ct_tensor_size(q, -1), -0.5);
        return ct_matmul(ct_mul_scalar(q, scale), ct_transpose(k, -2, -1));
    }
    ct_tensor *cosine = ct_matmul(normalized(q), ct_transpose(normalized(k), -2, -1));
    return ct_mul(cosine, ct_exp(ct_clamp_max(ct_module_parameter(self, "logit_scale"), log(100))));
}

static ct_tensor *attend(ct_module *self, ct_tensor *x, const windows *w, const ct_tensor *position_bias, bool by_angle)
{
    ct_tensor *q = NULL, *k = NULL, *v = NULL;
    bool training = ct_module_is_training(self);
    ct_tensor *y = to_windows(x, w);
    queries_keys_values(self, y, by_angle, &q, &k, &v);
    ct_tensor *attn = ct_add(scores(self, q, k, by_angle), position_bias);
    if (is_shifted(w))
        attn = add_shift_mask(attn, x, w);
    attn = ct_dropout(ct_softmax(attn, -1), .p = ct_module_double(self, "attention_dropout"), .training = training);
    y = ct_reshape(ct_transpose(ct_matmul(attn, v), 1, 2),
                   CT_DIMS(ct_tensor_size(y, 0), ct_tensor_size(y, 1), w->channels));
    y = ct_dropout(self_call(self, "proj", y), .p = ct_module_double(self, "dropout"), .training = training);
    return from_windows(y, w, x);
}

ct_tensor *relative_position_bias(const ct_tensor *table, const ct_tensor *index, int64_t n)
{
    ct_tensor *bias = ct_view(ct_index_select(table, 0, ct_flatten(index)), CT_DIMS(n, n, -1));
    return ct_unsqueeze(ct_contiguous(ct_permute(bias, CT_DIMS(2, 0, 1))), 0);
}

/* Of a window, with the index that each attention keeps. */
static ct_tensor *window_bias(const ct_module *self, const windows *w, const ct_tensor *table)
{
    return relative_position_bias(table, ct_module_buffer(self, "relative_position_index"), w->size[0] * w->size[1]);
}

ct_tensor *window_attention_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    windows w;
    if (!read_windows(self, x, &w))
        return NULL;
    ct_tensor *table = ct_module_parameter(self, "relative_position_bias_table");
    return attend(self, x, &w, window_bias(self, &w, table), false);
}

ct_tensor *window_attention_v2_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    windows w;
    if (!read_windows(self, x, &w))
        return NULL;
    ct_tensor *table = self_call(self, "cpb_mlp", ct_module_buffer(self, "relative_coords_table"));
    table = ct_view(table, CT_DIMS(-1, ct_module_int(self, "num_heads")));
    return attend(self, x, &w, ct_mul_scalar(ct_sigmoid(window_bias(self, &w, table)), 16), true);
}
