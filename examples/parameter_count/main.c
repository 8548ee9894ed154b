/* The parameters of a model whose layers are in a C array, and of one with an nn.ModuleList: model.py in C.
 *
 *     parameter_count [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

enum { NUM_LAYERS = 10 };

static ct_tensor *array_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)self;
    ct_module **layers = user;
    for (int i = 0; i < NUM_LAYERS; i++)
        x = ct_module_forward(layers[i], x);
    return x;
}

static ct_tensor *list_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *layers = ct_module_child(self, "layers");
    for (int64_t i = 0; i < ct_module_size(layers); i++)
        x = ct_module_forward(ct_module_at(layers, i), x);
    return x;
}

static void count(const char *where, const ct_module *model, int64_t expected)
{
    int64_t all = 0, trainable = 0;
    ct_dict *parameters = ct_module_parameters(model);
    for (size_t i = 0; i < ct_dict_size(parameters); i++) {
        ct_tensor *parameter = ct_dict_at(parameters, i);
        all += ct_tensor_numel(parameter);
        if (ct_tensor_requires_grad(parameter))
            trainable += ct_tensor_numel(parameter);
    }
    if (all == expected && trainable == expected)
        printf("in %s: %d parameters, %d trainable\n", where, (int)all, (int)trainable);
    else
        ct_error_set(CT_ERROR_VALUE, "the number of parameters is not Python's");
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_module *convs[NUM_LAYERS];
    for (int i = 0; i < NUM_LAYERS; i++)
        convs[i] = ct_nn_conv2d(7, i == NUM_LAYERS - 1 ? 13 : 7, 1);
    ct_module *with_array = ct_nn_module("Net", .forward = array_forward, .user = convs);
    ct_module *with_list = ct_nn_module("Net", .forward = list_forward);
    ct_module_set_child(with_list, "layers", ct_nn_module_list_new(convs, NUM_LAYERS));
    ct_module_load(with_list, weights);

    count("an array", with_array, 0);
    count("a ModuleList", with_list, 608);

    /* Both call the same ten layers, so they differ in nothing but what they know of them. */
    ct_dict *expected = ct_load(reference);
    ct_tensor *x = ct_dict_get(expected, "input");
    ct_tensor *y = ct_module_forward(with_list, x);
    if (!ct_equal(ct_module_forward(with_array, x), y))
        ct_error_set(CT_ERROR_VALUE, "the two models' outputs differ");
    if (!ct_allclose(y, ct_dict_get(expected, "output"), .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
