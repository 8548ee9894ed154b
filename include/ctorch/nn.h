/* ctorch/nn.h: layers. `ct_nn_conv2d(3, 32, 7, .stride = 2, .bias = false)` is nn.Conv2d(3, 32, 7, stride=2,
 * bias=False): the same names, order and defaults. Behind each macro stands a function that takes the options as a
 * struct, for C++ and other languages; NULL is all defaults.
 *
 * A size per dimension is a list: `.stride = {2, 1}`; one number alone, `.stride = 2`, goes for every dimension. What
 * Python defaults is given by keyword only. Layers with parameters take .device, NULL being the CPU, and .dtype,
 * CT_DTYPE_NONE being the default type, float32.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_NN_H
#define CTORCH_NN_H

#include <ctorch/module.h>

#include <ctorch/nn/linear.h>        /* Linear, Bilinear, Identity */
#include <ctorch/nn/conv.h>          /* convolutions and their transposes, Fold, Unfold */
#include <ctorch/nn/pooling.h>       /* max, average, adaptive, fractional and power pooling; unpooling */
#include <ctorch/nn/padding.h>       /* reflection, replication, zeros, a constant, circular */
#include <ctorch/nn/activation.h>    /* ReLU and its kin, softmax */
#include <ctorch/nn/normalization.h> /* over the batch, the layer, groups, instances */
#include <ctorch/nn/dropout.h>       /* dropout of elements and of channels */
#include <ctorch/nn/sparse.h>        /* Embedding, EmbeddingBag */
#include <ctorch/nn/recurrent.h>     /* RNN, LSTM, GRU and their cells */
#include <ctorch/nn/transformer.h>   /* MultiheadAttention, Transformer and its parts */
#include <ctorch/nn/loss.h>          /* losses */
#include <ctorch/nn/distance.h>      /* CosineSimilarity, PairwiseDistance */
#include <ctorch/nn/vision.h>        /* PixelShuffle, Upsample */
#include <ctorch/nn/shape.h>         /* Flatten, Unflatten */
#include <ctorch/nn/lazy.h>          /* layers that learn their input's size at the first call */

#include <ctorch/nn_losses.h> /* TripletMarginWithDistanceLoss, more of AdaptiveLogSoftmaxWithLoss */

CT_BEGIN_DECLS

/* The mask that lets each of sz positions attend to itself and to those before: -inf above the diagonal, 0 elsewhere.
 * CT_DTYPE_NONE is the default type. nn.Transformer.generate_square_subsequent_mask. @since 0.1 */
CT_API ct_tensor *ct_nn_square_subsequent_mask(int64_t sz, ct_dtype dtype);

/* ---- Layers by name ---- */

/* The module that a constructor call in Python makes: `ct_nn_create("Conv2d(3, 32, kernel_size=7, bias=False)")`. Calls
 * nest, as in "Sequential(Linear(3, 4), ReLU())"; a class that is not torch's is one that was registered, its arguments
 * being attributes. eval(call). @since 0.1 */
CT_API ct_module *ct_nn_create(const char *call);

/* The modules that print themselves as the text, with new parameters: print(model) of any release from 1.13 on. A class
 * that is not torch's takes the forward registered for it, or has none. What print does not show has its default, and
 * what has none must be set before the module is called: `ct_module_set_int(attention, "num_heads", 8)`. @since 0.1 */
CT_API ct_module *ct_nn_parse(const char *printed);

CT_END_DECLS

#endif
