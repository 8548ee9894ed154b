/* Layers that are called twice, in pairs, out of order: model.py's model in C.
 *
 *     pair_indexing [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *net_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *linears = ct_module_child(self, "linears");
    for (int64_t i = 0; i < ct_module_size(linears); i++)
        x = ct_add(ct_module_forward(ct_module_at(linears, i / 2), x), ct_module_forward(ct_module_at(linears, i), x));
    return x;
}

static ct_module *net(void)
{
    ct_module *linears = ct_nn_module_list();
    for (int i = 0; i < 10; i++)
        ct_module_append(linears, ct_nn_linear(10, 10));

    ct_module *self = ct_nn_module("Net", .forward = net_forward);
    ct_module_set_child(self, "linears", linears);
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
