/* A network of as many layers as the file holds, known only at run time: model.py's model in C.
 *
 *     linear_net [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *linear_net_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *linears = ct_module_child(self, "linears");
    for (int64_t i = 0; i < ct_module_size(linears) - 1; i++)
        x = ct_relu(ct_module_forward(ct_module_at(linears, i), x));
    return ct_module_forward(ct_module_at(linears, -1), x);
}

static ct_module *linear_net(int64_t input_size, int64_t num_layers, int64_t layers_size, int64_t output_size)
{
    ct_module *linears = ct_nn_module_list(ct_nn_linear(input_size, layers_size));
    for (int64_t i = 1; i < num_layers - 1; i++)
        ct_module_append(linears, ct_nn_linear(layers_size, layers_size));
    ct_module_append(linears, ct_nn_linear(layers_size, output_size));

    ct_module *self = ct_nn_module("LinearNet", .forward = linear_net_forward);
    ct_module_set_child(self, "linears", linears);
    return self;
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_dict *state = ct_load(weights);
    int64_t num_layers = (int64_t)ct_dict_size(state) / 2; /* each has a weight and a bias */
    ct_module *model = linear_net(10, num_layers, 20, 3);
    ct_module_load_state_dict(model, state);
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
