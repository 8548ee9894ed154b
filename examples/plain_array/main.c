/* Layers in a C array, which no optimizer sees, and in the nn.ModuleList that mends it: model.py in C.
 *
 *     plain_array [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

enum { NUM_LAYERS = 3 };

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

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();

    ct_module *layers[NUM_LAYERS] = {ct_nn_linear(10, 50), ct_nn_relu(), ct_nn_linear(50, 2)};

    /* The array is user data: the module calls the layers, but does not have them. */
    ct_module *plain = ct_nn_module("Net", .forward = array_forward, .user = layers);
    ct_scope *attempt = ct_scope_begin();
    ct_optim_sgd(ct_module_parameters(plain), .lr = 0.1);
    if (ct_scope_catch(attempt) == CT_OK)
        ct_error_set(CT_ERROR_RUNTIME, "an optimizer was made without parameters");
    printf("%s\n", ct_error_message());

    ct_module *model = ct_nn_module("Net", .forward = list_forward);
    ct_module_set_child(model, "layers", ct_nn_module_list_new(layers, NUM_LAYERS));
    ct_module_load(model, weights);
    ct_dict *expected = ct_load(reference);
    ct_tensor *x = ct_dict_get(expected, "input");

    ct_optimizer *optimizer = ct_optim_sgd(ct_module_parameters(model), .lr = 0.1);
    ct_tensor *target = ct_dict_get(expected, "target");
    ct_tensor *loss = ct_mse_loss(ct_module_forward(model, x), target);
    ct_backward(loss);
    ct_optimizer_step(optimizer);

    ct_no_grad();
    ct_tensor *y = ct_module_forward(model, x);
    double before = ct_tensor_item(loss), after = ct_tensor_item(ct_mse_loss(y, target));
    if (ct_error_code() == CT_OK)
        printf("loss %f, after a step %f\n", before, after);
    if (!ct_allclose(y, ct_dict_get(expected, "output"), .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");
    if (!ct_equal(ct_module_forward(plain, x), y))
        ct_error_set(CT_ERROR_VALUE, "the two models' outputs differ");

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
