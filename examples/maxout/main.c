/* A maxout network, trained: of each layer there are several, and the largest output counts. model.py in C.
 *
 *     maxout [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

enum { IMAGES = 40, SIZE = 8, CLASSES = 5, STEPS = 20 };

static ct_tensor *maxout(ct_module *layers, ct_tensor *x)
{
    ct_tensor *out = ct_module_forward(ct_module_at(layers, 0), x);
    for (int64_t i = 1; i < ct_module_size(layers); i++)
        out = ct_maximum(out, ct_module_forward(ct_module_at(layers, i), x));
    return out;
}

static ct_tensor *mlp_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    x = maxout(ct_module_child(self, "fc1"), ct_flatten(x, .start_dim = 1));
    x = ct_dropout(x, .p = 0.2, .training = ct_module_is_training(self));
    return ct_log_softmax(maxout(ct_module_child(self, "fc2"), x), 1);
}

static ct_module *maxout_mlp(int num_units)
{
    ct_module *fc1 = ct_nn_module_list(), *fc2 = ct_nn_module_list();
    for (int i = 0; i < num_units; i++) {
        ct_module_append(fc1, ct_nn_linear(SIZE * SIZE, 24));
        ct_module_append(fc2, ct_nn_linear(24, CLASSES));
    }
    ct_module *mlp = ct_nn_module("MaxoutMLP", .forward = mlp_forward);
    ct_module_set_child(mlp, "fc1", fc1);
    ct_module_set_child(mlp, "fc2", fc2);
    return mlp;
}

/* Each class has rows of its own that are bright. */
static ct_tensor *images(void)
{
    float pixels[IMAGES][SIZE][SIZE];
    for (int i = 0; i < IMAGES; i++)
        for (int y = 0; y < SIZE; y++)
            for (int x = 0; x < SIZE; x++)
                pixels[i][y][x] = (float)((y % CLASSES == i % CLASSES) * 6 + (i * 7 + y * 5 + x * 3) % 9) / 8;
    return ct_tensor_new(pixels, CT_DIMS(IMAGES, SIZE, SIZE), CT_FLOAT32);
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
    ct_tensor *loss = ct_nll_loss(ct_module_forward(model, x), target);
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
    ct_module *model = maxout_mlp(3);
    ct_module_print(model);
    ct_module_load(model, weights);
    ct_dict *expected = ct_load(reference);

    ct_tensor *x = images(), *target = labels();
    ct_module_eval(model);
    ct_tensor *output = ct_module_forward(model, x);
    if (!ct_allclose(output, ct_dict_get(expected, "output"), .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");

    /* Dropout draws random numbers, and after the same seed they are Python's. */
    ct_module_train(model, true);
    ct_optimizer *optimizer = ct_optim_sgd(ct_module_parameters(model), .lr = 0.2);
    ct_manual_seed(1);
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
