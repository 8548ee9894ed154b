/* torchvision/segmentation.c: FCN, DeepLabV3 and LR-ASPP. Python's dicts of outputs are outputs in that order: "out",
 * and "aux" where there is an aux_classifier.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "torchvision/classes.h"
#include "torchvision/self.h"

#include "core/error.h"

#include <ctorch/operators.h>
#include <ctorch/ops.h>

#include <string.h>

/* ---- IntermediateLayerGetter: its outputs are those of the layers that return_layers names, in their order ---- */

static size_t getter_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)user;
    if (!self_takes_one(self, n))
        return 0;
    ct_value return_layers = ct_module_value(self, "return_layers");
    ct_tensor *x = inputs[0];
    int64_t size = ct_module_size(self);
    size_t found = 0;
    for (int64_t i = 0; i < size; i++) {
        x = ct_module_forward(ct_module_at(self, i), x);
        if (!ct_value_has(return_layers, ct_module_name_at(self, i)))
            continue;
        if (found == CT_OUTPUTS_MAX) {
            core_fail(CT_ERROR_VALUE, "return_layers names more than %d layers", CT_OUTPUTS_MAX);
            return 0;
        }
        outputs[found++] = x;
    }
    return found;
}

/* What a getter gave, under the names of return_layers. */
typedef struct features {
    size_t n;
    const char *names[CT_OUTPUTS_MAX];
    ct_tensor *tensors[CT_OUTPUTS_MAX];
} features;

static void name_features(const ct_module *getter, features *f)
{
    ct_value return_layers = ct_module_value(getter, "return_layers");
    int64_t size = ct_module_size(getter);
    for (int64_t i = 0; i < size && f->n < CT_OUTPUTS_MAX; i++) {
        const char *layer = ct_module_name_at(getter, i);
        if (ct_value_has(return_layers, layer))
            f->names[f->n++] = ct_value_text(ct_value_get(return_layers, layer));
    }
}

/* self.backbone(x). */
static features get_features(const ct_module *self, ct_tensor *x)
{
    features f = {0};
    ct_tensor **places[CT_OUTPUTS_MAX];
    ct_module *backbone = ct_module_child(self, "backbone");
    name_features(backbone, &f);
    for (size_t i = 0; i < f.n; i++)
        places[i] = &f.tensors[i];
    ct_module_call(backbone, CT_TENSORS(x), places, f.n);
    return f;
}

/* features[name]. */
static ct_tensor *feature(const features *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->names[i], name) == 0)
            return f->tensors[i];
    core_fail(CT_ERROR_KEY, "the backbone's return_layers has no '%s'", name);
    return NULL;
}

/* ---- Models ---- */

/* Of the height and width of another: F.interpolate(x, like.shape[-2:], mode="bilinear"). */
static ct_tensor *resized(const ct_tensor *x, const ct_tensor *like)
{
    return ct_upsample_bilinear2d(x, CT_DIMS(ct_tensor_size(like, -2), ct_tensor_size(like, -1)), false);
}

static size_t model_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)user;
    if (!self_takes_one(self, n))
        return 0;
    features f = get_features(self, inputs[0]);
    outputs[0] = resized(self_call(self, "classifier", feature(&f, "out")), inputs[0]);
    if (!self_has(self, "aux_classifier"))
        return 1;
    outputs[1] = resized(self_call(self, "aux_classifier", feature(&f, "aux")), inputs[0]);
    return 2;
}

static ct_tensor *aspp_pooling_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    return resized(self_through(self, x), x);
}

static ct_tensor *aspp_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    ct_module *convs = ct_module_child(self, "convs");
    int64_t size = ct_module_size(convs);
    ct_tensor *joined = NULL;
    for (int64_t i = 0; i < size; i++) {
        ct_tensor *y = ct_module_forward(ct_module_at(convs, i), x);
        joined = joined ? ct_cat(CT_TENSORS(joined, y), 1) : y;
    }
    return self_call(self, "project", joined);
}

/* Its inputs are Python's dict, "low" and "high". */
static size_t lraspp_head_call(ct_module *self, ct_tensor *const *inputs, size_t n, ct_tensor **outputs, void *user)
{
    (void)user;
    if (n != 2) {
        core_fail(CT_ERROR_TYPE, "LRASPPHead.forward() takes 2 inputs, low and high, but %zu were given", n);
        return 0;
    }
    ct_tensor *low = inputs[0], *high = inputs[1];
    ct_tensor *x = ct_mul(self_call(self, "cbr", high), self_call(self, "scale", high));
    outputs[0] = ct_add(self_call(self, "low_classifier", low), self_call(self, "high_classifier", resized(x, low)));
    return 1;
}

static ct_tensor *lraspp_forward(ct_module *self, ct_tensor *x, void *user)
{
    (void)user;
    features f = get_features(self, x);
    ct_tensor *out = NULL;
    ct_module_call(ct_module_child(self, "classifier"), CT_TENSORS(feature(&f, "low"), feature(&f, "high")),
                   CT_OUTPUTS(&out));
    return resized(out, x);
}

const torchvision_class torchvision_segmentation[] = {
    {"torchvision.models._utils.IntermediateLayerGetter", .call = getter_call},
    {"torchvision.models.segmentation._utils._SimpleSegmentationModel", .call = model_call},
    {"torchvision.models.segmentation.fcn.FCN", .call = model_call},
    {"torchvision.models.segmentation.fcn.FCNHead", .base = "Sequential"},
    {"torchvision.models.segmentation.deeplabv3.DeepLabV3", .call = model_call},
    {"torchvision.models.segmentation.deeplabv3.DeepLabHead", .base = "Sequential"},
    {"torchvision.models.segmentation.deeplabv3.ASPP", .forward = aspp_forward},
    {"torchvision.models.segmentation.deeplabv3.ASPPConv", .base = "Sequential"},
    {"torchvision.models.segmentation.deeplabv3.ASPPPooling", .forward = aspp_pooling_forward},
    {"torchvision.models.segmentation.lraspp.LRASPP", .forward = lraspp_forward},
    {"torchvision.models.segmentation.lraspp.LRASPPHead", .call = lraspp_head_call},
    {NULL},
};
