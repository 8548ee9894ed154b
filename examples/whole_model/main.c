/* A model that Python saved whole, torch.save(model, ...): C writes the two forwards, and nothing else of it.
 *
 *     whole_model [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>
#include <string.h>

static ct_tensor *residual_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    const char *activation = strrchr(ct_module_string(self, "activation"), '.'); /* "torch.tanh" */
    ct_value shares = ct_module_value(self, "shares");                           /* (0.5, 1.0) */
    if (!activation || shares.n != 2)
        return NULL;
    ct_tensor *y = ct_module_forward(ct_module_child(self, "body"), x);
    ct_tensor *skipped = ct_mul_scalar(x, shares.as.values[0].as.real);
    ct_tensor *sum = ct_add(skipped, ct_mul_scalar(y, shares.as.values[1].as.real));
    return ct_call(activation + 1, CT_ARGS(sum));
}

static ct_tensor *net_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *blocks = ct_module_child(self, "blocks");
    x = ct_module_forward(ct_module_child(self, "stem"), x);
    for (int64_t i = 0; i < ct_module_size(blocks); i++)
        x = ct_module_forward(ct_module_at(blocks, i), x);
    return ct_module_forward(ct_module_child(self, "head"), x);
}

int main(int argc, char **argv)
{
    const char *saved = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_class_register("Residual", &(ct_class){.forward = residual_forward});
    ct_class_register("Net", &(ct_class){.forward = net_forward});

    const char *notes = NULL;
    ct_module *model = ct_model_load(saved, .notes = &notes);
    ct_module_print(model);
    if (notes && *notes)
        printf("%s\n", notes);

    ct_dict *expected = ct_load(reference);
    ct_tensor *y = ct_module_forward(model, ct_dict_get(expected, "input"));
    double error = ct_tensor_item(ct_max(ct_abs(ct_sub(y, ct_dict_get(expected, "output")))));
    printf("output %s, largest difference from Python's %.1e\n", ct_tensor_shape_to_string(y), error);
    if (!(error <= 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
