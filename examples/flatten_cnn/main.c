/* An image classifier with a Flatten of its own between convolution and linear layer: model.py's model in C.
 *
 *     flatten_cnn [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *flatten_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)self;
    (void)user;
    return ct_reshape(x, CT_DIMS(ct_tensor_size(x, 0), -1));
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    /* The convolution makes (N, 32, 13, 13) of (N, 3, 32, 32). */
    ct_module *model =
        ct_nn_sequential(ct_nn_conv2d(3, 32, 7, .stride = 2), ct_nn_relu(),
                         ct_nn_module("Flatten", .forward = flatten_forward), ct_nn_linear(32 * 13 * 13, 10));
    ct_module_load(model, weights);
    ct_module_print(model);

    ct_dict *expected = ct_load(reference);
    ct_tensor *y = ct_module_forward(model, ct_dict_get(expected, "input"));
    ct_tensor_print(y);
    if (!ct_allclose(y, ct_dict_get(expected, "output"), .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
