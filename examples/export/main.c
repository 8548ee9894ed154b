/* A network whose forward is C, exported: model.py's network and its weights, written as a program that Python and C++
 * run without ctorch (`python3 model.py --run exported.pt`), and that is loaded and run here, too.
 *
 *     export [weights.pt [reference.pt [exported.pt]]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_tensor *skip_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_tensor *y = ct_module_forward(ct_module_child(self, "body"), x);
    y = ct_add(x, ct_mul(y, ct_module_parameter(self, "scale")));
    return ct_module_forward(ct_module_child(self, "head"), ct_mean_dim(y, CT_DIMS(2, 3)));
}

static ct_module *skip_net(void)
{
    ct_module *net = ct_nn_module("SkipNet", .forward = skip_forward);
    ct_module_set_parameter(net, "scale", ct_full(CT_DIMS(1), 0.5, CT_FLOAT32));
    ct_module_set_child(net, "body", ct_nn_sequential(ct_nn_conv2d(3, 3, 3, .padding = 1), ct_nn_batch_norm2d(3),
                                                      ct_nn_relu()));
    ct_module_set_child(net, "head", ct_nn_linear(3, 2));
    return net;
}

static void check_output(const char *what, const ct_tensor *y, const ct_tensor *expected)
{
    double error = ct_tensor_item(ct_max(ct_abs(ct_sub(y, expected))));
    printf("%s: output %s, largest difference from Python's %.1e\n", what, ct_tensor_shape_to_string(y), error);
    if (!(error <= 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the output differs from Python's by more than 1e-6");
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";
    const char *exported = argc > 3 ? argv[3] : "exported.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_module *net = skip_net();
    ct_module_load(net, weights);
    ct_module_eval(net);
    ct_dict *expected = ct_load(reference);
    ct_tensor *x = ct_dict_get(expected, "input"), *y = ct_dict_get(expected, "output");
    check_output("the module", ct_module_forward(net, x), y);

    /* The forward runs once, on x, and what it computes is recorded; one image alone shows that the batch is free. */
    ct_module_export(net, exported, CT_TENSORS(x), .check_inputs = CT_TENSORS(ct_at(x, ":1")));

    ct_script *program = ct_script_load(exported);
    check_output("the program", ct_script_forward(program, x), y);
    printf("%s\n", ct_script_schema(program, "forward"));

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
