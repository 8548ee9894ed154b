/* An nn.Sequential that holds an nn.ModuleList, and the two ways to mend it: model.py in C.
 *
 *     list_in_sequential [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *chain_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *layers = ct_module_child(self, "layers");
    for (int64_t i = 0; i < ct_module_size(layers); i++)
        x = ct_module_forward(ct_module_at(layers, i), x);
    return x;
}

/* Gives a list of modules the forward that it lacks. */
static ct_module *chain(const ct_module *layers)
{
    ct_module *self = ct_nn_module("Chain", .forward = chain_forward);
    ct_module_set_child(self, "layers", layers);
    return self;
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_module *convs[2];
    for (int i = 0; i < 2; i++)
        convs[i] = ct_nn_conv2d(1, 1, 3, .padding = 1, .bias = false);
    ct_module *layers = ct_nn_module_list_new(convs, 2);
    ct_dict *expected = ct_load(reference);
    ct_tensor *x = ct_dict_get(expected, "input");

    /* The list is taken, and fails when it is called. */
    ct_module *broken = ct_nn_sequential(layers);
    ct_scope *attempt = ct_scope_begin();
    ct_module_forward(broken, x);
    if (ct_scope_catch(attempt) == CT_OK)
        ct_error_set(CT_ERROR_RUNTIME, "a ModuleList was called");
    printf("%s\n", ct_error_message());

    /* One way: a module with a forward around the list. */
    ct_module *model = ct_nn_sequential(chain(layers));
    ct_module_load(model, weights);
    ct_module_print(model);
    ct_tensor *y = ct_module_forward(model, x);
    if (!ct_allclose(y, ct_dict_get(expected, "output"), .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");

    /* The other: the modules themselves, Python's nn.Sequential(*convs). */
    ct_module *unpacked = ct_nn_sequential_new(convs, 2);
    if (!ct_equal(ct_module_forward(unpacked, x), y))
        ct_error_set(CT_ERROR_VALUE, "the two models' outputs differ");

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
