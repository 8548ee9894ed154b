/* A convolutional network for sentences, trained: convolutions of several widths side by side, joined. model.py in C.
 *
 *     sentence_cnn [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

enum { SENTENCES = 30, WORDS = 12, VOCABULARY = 23, CLASSES = 3, STEPS = 20, BRANCHES = 3 };

static const int widths[BRANCHES] = {3, 4, 5};

static ct_tensor *cnn_forward(ct_module *self, ct_tensor *words, void *user)
{
    (void)user;
    ct_tensor *x = ct_transpose(ct_module_forward(ct_module_child(self, "embedding"), words), 1, 2);
    ct_module *convs = ct_module_child(self, "convs");
    ct_tensor *features[BRANCHES];
    for (int i = 0; i < BRANCHES; i++) {
        ct_tensor *y = ct_relu(ct_module_forward(ct_module_at(convs, i), x));
        features[i] = ct_squeeze_dim(ct_max_pool1d(y, ct_tensor_size(y, 2)), 2);
    }
    return ct_module_forward(ct_module_child(self, "classifier"), ct_cat(features, BRANCHES, 1));
}

static ct_module *sentence_cnn(int64_t embedding_dim, int64_t num_features)
{
    ct_module *cnn = ct_nn_module("SentenceCNN", .forward = cnn_forward);
    ct_module_set_child(cnn, "embedding", ct_nn_embedding(VOCABULARY, embedding_dim));
    ct_module *convs = ct_nn_module_list();
    for (int i = 0; i < BRANCHES; i++) {
        char name[32];
        snprintf(name, sizeof name, "conv_%d", widths[i]);
        ct_module_set_child(convs, name, ct_nn_conv1d(embedding_dim, num_features, widths[i]));
    }
    ct_module_set_child(cnn, "convs", convs);
    ct_module_set_child(cnn, "classifier", ct_nn_linear(BRANCHES * num_features, CLASSES));
    return cnn;
}

/* Each class strides through the vocabulary in its own way. */
static ct_tensor *sentences(void)
{
    int64_t words[SENTENCES][WORDS];
    for (int i = 0; i < SENTENCES; i++)
        for (int t = 0; t < WORDS; t++)
            words[i][t] = (i * 5 + t * (i % CLASSES + 1)) % VOCABULARY;
    return ct_tensor_new(words, CT_DIMS(SENTENCES, WORDS), CT_INT64);
}

static ct_tensor *labels(void)
{
    int64_t values[SENTENCES];
    for (int i = 0; i < SENTENCES; i++)
        values[i] = i % CLASSES;
    return ct_tensor_new(values, CT_DIMS(SENTENCES), CT_INT64);
}

/* A scope for each step frees its tensors as the loop goes on. */
static double train_step(ct_module *model, ct_optimizer *optimizer, ct_tensor *words, ct_tensor *target)
{
    ct_scope *step = ct_scope_begin();
    ct_optimizer_zero_grad(optimizer);
    ct_tensor *loss = ct_cross_entropy(ct_module_forward(model, words), target);
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
    ct_module *model = sentence_cnn(8, 6);
    ct_module_print(model);
    ct_module_print(ct_module_child(model, "convs.conv_4"));
    ct_module_load(model, weights);
    ct_dict *expected = ct_load(reference);

    ct_tensor *words = sentences(), *target = labels();
    ct_tensor *output = ct_module_forward(model, words);
    if (!ct_allclose(output, ct_dict_get(expected, "output"), .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");

    ct_optimizer *optimizer = ct_optim_adam(ct_module_parameters(model), .lr = 0.02);
    double losses[STEPS];
    for (int i = 0; i < STEPS; i++)
        losses[i] = train_step(model, optimizer, words, target);
    ct_tensor *history = ct_tensor_new(losses, CT_DIMS(STEPS), CT_FLOAT64);
    if (!ct_allclose(history, ct_dict_get(expected, "losses"), .rtol = 0, .atol = 1e-5))
        ct_error_set(CT_ERROR_VALUE, "the losses differ from Python's by more than 1e-5");

    ct_tensor *right = ct_sum(ct_eq(ct_argmax(ct_module_forward(model, words), .dim = 1), target));
    printf("loss %f, after %d steps %f; %d of %d right\n", losses[0], STEPS, losses[STEPS - 1],
           (int)ct_tensor_item_int(right), SENTENCES);

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
