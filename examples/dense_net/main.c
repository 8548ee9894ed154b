/* A small DenseNet, trained: layers made in a loop and spread into a Sequential. model.py in C.
 *
 *     dense_net [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

enum { IMAGES = 32, SIZE = 8, CLASSES = 4, STEPS = 20, LAYERS = 3 };

/* Adds channels to those it is given. */
static ct_tensor *dense_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *y = ct_relu(ct_module_forward(ct_module_child(self, "norm"), x));
    return ct_cat(CT_TENSORS(x, ct_module_forward(ct_module_child(self, "conv"), y)), 1);
}

static ct_module *dense_layer(int64_t in_channels, int64_t growth_rate)
{
    ct_module *layer = ct_nn_module("DenseLayer", .forward = dense_forward);
    ct_module_set_child(layer, "norm", ct_nn_batch_norm2d(in_channels));
    ct_module_set_child(layer, "conv", ct_nn_conv2d(in_channels, growth_rate, 3, .padding = 1, .bias = false));
    return layer;
}

static ct_module *make_dense(int64_t in_channels, int64_t growth_rate)
{
    ct_module *layers[LAYERS];
    for (int i = 0; i < LAYERS; i++)
        layers[i] = dense_layer(in_channels + i * growth_rate, growth_rate);
    return ct_nn_sequential_new(layers, LAYERS);
}

static ct_module *make_transition(int64_t in_channels, int64_t out_channels)
{
    return ct_nn_sequential(ct_nn_batch_norm2d(in_channels), ct_nn_relu(),
                            ct_nn_conv2d(in_channels, out_channels, 1, .bias = false), ct_nn_avg_pool2d(2));
}

static ct_module *make_dense_net(void)
{
    return ct_nn_sequential_named({"conv", ct_nn_conv2d(1, 8, 3, .padding = 1, .bias = false)},
                                  {"dense1", make_dense(8, 4)},
                                  {"transition", make_transition(20, 10)},
                                  {"dense2", make_dense(10, 4)},
                                  {"norm", ct_nn_batch_norm2d(22)},
                                  {"relu", ct_nn_relu()},
                                  {"pool", ct_nn_adaptive_avg_pool2d(1)},
                                  {"flatten", ct_nn_flatten()},
                                  {"classifier", ct_nn_linear(22, CLASSES)});
}

/* Horizontal stripes, vertical ones, a chessboard, diagonal stripes. */
static int stripe(int label, int y, int x)
{
    const int patterns[CLASSES] = {y / 2, x / 2, x / 2 + y / 2, (x + y) / 2};
    return patterns[label] % 2;
}

static ct_tensor *images(void)
{
    float pixels[IMAGES][SIZE][SIZE];
    for (int i = 0; i < IMAGES; i++)
        for (int y = 0; y < SIZE; y++)
            for (int x = 0; x < SIZE; x++)
                pixels[i][y][x] = (float)(stripe(i % CLASSES, y, x) * 8 + (i * 5 + y * 3 + x * 7) % 11);
    return ct_tensor_new(pixels, CT_DIMS(IMAGES, 1, SIZE, SIZE), CT_FLOAT32);
}

static ct_tensor *labels(void)
{
    int64_t values[IMAGES];
    for (int i = 0; i < IMAGES; i++)
        values[i] = i % CLASSES;
    return ct_tensor_new(values, CT_DIMS(IMAGES), CT_INT64);
}

/* A scope for each step frees its tensors as the loop goes on. */
static double train_step(ct_module *model, ct_optimizer *optimizer, ct_tensor *x, ct_tensor *target)
{
    ct_scope *step = ct_scope_begin();
    ct_optimizer_zero_grad(optimizer);
    ct_tensor *loss = ct_cross_entropy(ct_module_forward(model, x), target);
    ct_backward(loss);
    ct_optimizer_step(optimizer);
    double value = ct_tensor_item(loss);
    ct_scope_end(step);
    return value;
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_module *model = make_dense_net();
    ct_module_print(model);
    ct_module_load(model, weights);
    ct_dict *expected = ct_load(reference);

    ct_tensor *x = images(), *target = labels();
    ct_module_eval(model);
    ct_tensor *output = ct_module_forward(model, x);
    if (!ct_allclose(output, ct_dict_get(expected, "output"), .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");

    ct_module_train(model, true);
    ct_optimizer *optimizer = ct_optim_sgd(ct_module_parameters(model), .lr = 0.05, .momentum = 0.9);
    double losses[STEPS];
    for (int i = 0; i < STEPS; i++)
        losses[i] = train_step(model, optimizer, x, target);
    ct_tensor *history = ct_tensor_new(losses, CT_DIMS(STEPS), CT_FLOAT64);
    if (!ct_allclose(history, ct_dict_get(expected, "losses"), .rtol = 0, .atol = 1e-5))
        ct_error_set(CT_ERROR_VALUE, "the losses differ from Python's by more than 1e-5");

    ct_module_eval(model);
    ct_tensor *right = ct_sum(ct_eq(ct_argmax(ct_module_forward(model, x), .dim = 1), target));
    printf("loss %f, after %d steps %f; %d of %d right\n", losses[0], STEPS, losses[STEPS - 1],
           (int)ct_tensor_item_int(right), IMAGES);

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
