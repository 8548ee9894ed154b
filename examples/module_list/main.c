/* The layers of the example sequential in an nn.ModuleList, called one by one: model.py's model in C.
 *
 *     module_list [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *net_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *layers = ct_module_child(self, "layers");
    for (int64_t i = 0; i < ct_module_size(layers); i++)
        x = ct_module_forward(ct_module_at(layers, i), x);
    return x;
}

static ct_module *net(void)
{
    ct_module *layers = ct_nn_module_list(ct_nn_linear(10, 50), ct_nn_relu(), ct_nn_linear(50, 2), ct_nn_sigmoid());
    ct_module *self = ct_nn_module("Net", .forward = net_forward);
    ct_module_set_child(self, "layers", layers);
    return self;
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_module *model = net();
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
