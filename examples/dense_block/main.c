/* A dense block over a growing tensor: model.py's model, its weights and its output, in C.
 *
 *     dense_block [weights.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

static ct_module *conv(int64_t in_channels, int64_t out_channels, int64_t dilation)
{
    return ct_nn_sequential_named(
        {"conv", ct_nn_conv2d(in_channels, out_channels, 3, .padding = dilation, .dilation = dilation, .bias = false)},
        {"norm", ct_nn_batch_norm2d(out_channels)});
}

static ct_tensor *block_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    int64_t g = ct_module_int(self, "growth_rate");
    ct_module *layers = ct_module_child(self, "layers");
    ct_tensor *out = ct_module_forward(ct_module_child(self, "initial_layer"), x);
    for (int64_t i = 0; i < ct_module_size(layers); i++) {
        ct_tensor *in = ct_contiguous(ct_at(out, ":, ?:?", i * g, (i + 1) * g));
        ct_add_(ct_at(out, ":, ?:", (i + 1) * g), ct_module_forward(ct_module_at(layers, i), in));
    }
    return ct_at(out, ":, ?:", -g);
}

static ct_module *dense_block(int64_t in_channels, int64_t growth_rate, int64_t num_layers)
{
    ct_module *block = ct_nn_module("DenseBlock", .forward = block_forward);
    ct_module_set_int(block, "growth_rate", growth_rate);
    ct_module_set_child(block, "initial_layer", conv(in_channels, growth_rate * num_layers, 1));
    ct_module *layers = ct_nn_module_list();
    for (int64_t i = 1; i < num_layers; i++) {
        char name[32];
        snprintf(name, sizeof name, "layer%d", (int)i);
        ct_module_set_child(layers, name, conv(growth_rate, growth_rate * (num_layers - i), i));
    }
    ct_module_set_child(block, "layers", layers);
    return block;
}

int main(int argc, char **argv)
{
    const char *weights = argc > 1 ? argv[1] : "weights.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_no_grad();

    ct_module *model = dense_block(3, 4, 4);
    ct_module_print(model);

    ct_load_report *report = NULL;
    ct_module_load(model, weights, .report = &report);
    if (report)
        printf("%s: %s\n", weights, ct_load_report_to_string(report));
    ct_module_eval(model);

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
