/* Layers that run only on a condition, and one that does not fit: model.py's model in C.
 *
 *     conditional [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *net_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    bool condition = ct_module_bool(self, "condition");
    ct_module *layers = ct_module_child(self, "layers");
    for (int64_t i = 0; i < ct_module_size(layers); i++)
        if (i < 3 || condition)
            x = ct_module_forward(ct_module_at(layers, i), x);
    return x;
}

static ct_module *net(void)
{
    ct_module *layers = ct_nn_module_list(ct_nn_linear(10, 50), ct_nn_relu(), ct_nn_linear(50, 2), ct_nn_sigmoid(),
                                          ct_nn_linear(2, 100));
    ct_module *self = ct_nn_module("Net", .forward = net_forward);
    ct_module_set_bool(self, "condition", false);
    ct_module_set_child(self, "layers", layers);
    return self;
}

static void compare(const ct_tensor *y, const ct_tensor *expected)
{
    if (ct_allclose(y, expected, .rtol = 0, .atol = 1e-6))
        printf("%s, as Python's\n", ct_tensor_shape_to_string(y));
    else
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_module *model = net();
    ct_module_load(model, weights);
    ct_dict *expected = ct_load(reference);
    ct_tensor *x = ct_dict_get(expected, "input");

    compare(ct_module_forward(model, x), ct_dict_get(expected, "off"));
    ct_module_set_bool(model, "condition", true);
    compare(ct_module_forward(model, x), ct_dict_get(expected, "on"));

    /* A last layer that asks for ten features where there are two. */
    ct_module_replace(ct_module_child(model, "layers"), 4, ct_nn_linear(10, 100));
    ct_scope *attempt = ct_scope_begin();
    ct_module_forward(model, x);
    if (ct_scope_catch(attempt) == CT_OK)
        ct_error_set(CT_ERROR_RUNTIME, "a layer for ten features took two");
    printf("%s\n", ct_error_message());

    /* The model is as good as before where that layer has no part. */
    ct_module_set_bool(model, "condition", false);
    compare(ct_module_forward(model, x), ct_dict_get(expected, "off"));

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
