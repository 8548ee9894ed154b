/* torchvision's resnet18, saved whole by Python: the five classes that an image most likely is of. model.py in C.
 *
 *     torchvision_resnet [model.pt [reference.pt]]
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch.h>
#include <stdio.h>

enum { SHOWN = 5 };

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "model.pt";
    const char *reference = argc > 2 ? argv[2] : "reference.pt";

    ct_scope *scope = ct_scope_begin();
    ct_torchvision_register();
    ct_module *model = ct_model_load(path);
    ct_module_print(model);

    ct_dict *expected = ct_load(reference);
    ct_no_grad();
    ct_tensor *scores = ct_module_forward(model, ct_dict_get(expected, "input"));
    ct_tensor *values = NULL, *classes = NULL;
    ct_topk(ct_select(scores, 0, 0), SHOWN, &values, &classes);
    printf("classes");
    for (int64_t i = 0; i < SHOWN; i++)
        printf(" %d", (int)ct_tensor_item_int(ct_select(classes, 0, i)));
    printf("\n");
    if (!ct_allclose(scores, ct_dict_get(expected, "output"), .rtol = 1e-5, .atol = 1e-6))
        ct_error_set(CT_ERROR_VALUE, "the scores differ from Python's by more than 1e-5");

    if (ct_scope_end(scope) != CT_OK) {
        fprintf(stderr, "%s\n", ct_error_message());
        return 1;
    }
    return 0;
}
