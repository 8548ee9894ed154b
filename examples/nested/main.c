/* An nn.ModuleList in a module of one's own in an nn.Sequential, and the names that this makes: model.py in C.
 *
 *     nested [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *stage_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *blocks = ct_module_child(self, "blocks");
    for (int64_t i = 0; i < ct_module_size(blocks); i++)
        x = ct_add(x, ct_module_forward(ct_module_at(blocks, i), x));
    return x;
}

/* Adds what each of its blocks computes to what the block was given. */
static ct_module *stage(int64_t features, int64_t num_blocks)
{
    ct_module *blocks = ct_nn_module_list();
    for (int64_t i = 0; i < num_blocks; i++)
        ct_module_append(blocks, ct_nn_sequential(ct_nn_linear(features, features), ct_nn_tanh()));

    ct_module *self = ct_nn_module("Stage", .forward = stage_forward);
    ct_module_set_child(self, "blocks", blocks);
    return self;
}

static void compare(const ct_tensor *y, const ct_tensor *expected)
{
    if (!ct_allclose(y, expected, .rtol = 0, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_module *model = ct_nn_sequential_named({"stem", ct_nn_linear(10, 8)}, {"stage1", stage(8, 3)},
                                              {"stage2", stage(8, 2)}, {"head", ct_nn_linear(8, 2)});
    ct_module_load(model, weights);
    ct_module_print(model);

    ct_dict *state = ct_module_state_dict(model);
    for (size_t i = 0; i < ct_dict_size(state); i++)
        printf("%s %s\n", ct_dict_name(state, i), ct_tensor_shape_to_string(ct_dict_at(state, i)));

    ct_dict *expected = ct_load(reference);
    compare(ct_module_forward(model, ct_dict_get(expected, "input")), ct_dict_get(expected, "output"));

    /* The same names lead to a module deep inside. */
    ct_module *inner = ct_module_child(model, "stage2.blocks.1.0");
    compare(ct_module_forward(inner, ct_ones(CT_DIMS(1, 8), CT_FLOAT32)), ct_dict_get(expected, "inner"));

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
