"""Whole models of the torchvision at hand, saved by torch.save(model), and what they compute.

The tests' files are folded: a large weight is a view of few random numbers, many elements sharing one, so that the
500 MB of a VGG become one. `torchvision_cases.py FOLDER [CASE...]` writes them in full size.
SPDX-License-Identifier: BSD-3-Clause
"""
import contextlib
import pathlib
import sys
import typing

import torch
import torchvision
from torch import nn
from torchvision import models, ops
from torchvision.models.densenet import DenseNet
from torchvision.models.maxvit import MaxVit
from torchvision.models.resnet import BasicBlock, ResNet

SEED = 7


def small_densenet():
    return DenseNet(8, (2, 3), 16, drop_rate=0.2, memory_efficient=True)


def small_maxvit():
    return MaxVit(input_size=(64, 64), stem_channels=8, partition_size=2, block_channels=[8, 16], block_layers=[1, 2],
                  head_dim=4, stochastic_depth_prob=0.2)


def small_frozen_resnet():
    return ResNet(BasicBlock, [1, 1, 1, 1], num_classes=10, norm_layer=ops.FrozenBatchNorm2d)


def layers_of_ops():
    return nn.Sequential(
        ops.Permute([0, 2, 3, 1]), ops.MLP(3, [8, 4], dropout=0.2), ops.Permute([0, 3, 1, 2]),
        ops.Conv2dNormActivation(4, 6), ops.SqueezeExcitation(6, 2), ops.StochasticDepth(0.3, "batch"))


def small_s3d():
    model = models.video.s3d()
    model.avgpool = nn.AvgPool3d((1, 2, 2))
    return model


class Case(typing.NamedTuple):
    make: typing.Callable
    shape: tuple  # of an image, or a video
    training: bool = False
    gain: float = 1.0  # of normalisations: below 1 where many blocks in a row would make rounding errors grow


def image(size):
    return 3, size, size


VIDEO = (3, 8, 64, 64)
CASES = {
    "alexnet": Case(models.alexnet, image(64)),
    "vgg11": Case(models.vgg11, image(64)),
    "vgg11_bn": Case(models.vgg11_bn, image(64)),
    "resnet18": Case(models.resnet18, image(64)),
    "resnet50": Case(models.resnet50, image(64)),
    "resnext50_32x4d": Case(models.resnext50_32x4d, image(64)),
    "wide_resnet50_2": Case(models.wide_resnet50_2, image(64)),
    "resnet_frozen": Case(small_frozen_resnet, image(64)),
    "squeezenet1_0": Case(models.squeezenet1_0, image(64)),
    "squeezenet1_1": Case(models.squeezenet1_1, image(64)),
    "densenet121": Case(models.densenet121, image(64)),
    "densenet_memory_efficient": Case(small_densenet, image(64), training=True),
    "googlenet": Case(lambda: models.googlenet(init_weights=False, transform_input=True), image(64)),
    "googlenet_train": Case(lambda: models.googlenet(init_weights=False), image(128), training=True),
    "inception_v3": Case(lambda: models.inception_v3(init_weights=False, transform_input=True), image(96)),
    "inception_v3_train": Case(lambda: models.inception_v3(init_weights=False), image(411), training=True),
    "mobilenet_v2": Case(models.mobilenet_v2, image(64)),
    "mobilenet_v3_small": Case(models.mobilenet_v3_small, image(64)),
    "mobilenet_v3_large": Case(models.mobilenet_v3_large, image(64)),
    "shufflenet_v2_x0_5": Case(models.shufflenet_v2_x0_5, image(64)),
    "mnasnet0_5": Case(models.mnasnet0_5, image(64)),
    "efficientnet_b0": Case(models.efficientnet_b0, image(64)),
    "efficientnet_b0_train": Case(lambda: models.efficientnet_b0(stochastic_depth_prob=0.5), image(128), training=True),
    "efficientnet_v2_s": Case(models.efficientnet_v2_s, image(64), gain=0.8),
    "regnet_x_400mf": Case(models.regnet_x_400mf, image(64)),
    "regnet_y_400mf": Case(models.regnet_y_400mf, image(64)),
    "convnext_tiny": Case(models.convnext_tiny, image(64)),
    "vit_b_16": Case(lambda: models.vit_b_16(image_size=64), image(64)),
    "swin_t": Case(models.swin_t, image(72)),
    "swin_v2_t": Case(models.swin_v2_t, image(72)),
    "maxvit": Case(small_maxvit, image(64)),
    "fcn_resnet50": Case(lambda: models.segmentation.fcn_resnet50(weights_backbone=None, aux_loss=True), image(64)),
    "deeplabv3": Case(lambda: models.segmentation.deeplabv3_mobilenet_v3_large(weights_backbone=None), image(64)),
    "lraspp": Case(lambda: models.segmentation.lraspp_mobilenet_v3_large(weights_backbone=None), image(64)),
    "r3d_18": Case(models.video.r3d_18, VIDEO),
    "mc3_18": Case(models.video.mc3_18, VIDEO),
    "r2plus1d_18": Case(models.video.r2plus1d_18, VIDEO),
    "s3d": Case(small_s3d, VIDEO),
    "ops": Case(layers_of_ops, image(8)),
    "ops_train": Case(layers_of_ops, image(8), training=True),
}


@contextlib.contextmanager
def without_init():
    """Leaves weights as they are: they are drawn afterwards, and some ways of PyTorch take seconds."""
    saved = {name: getattr(nn.init, name) for name in dir(nn.init) if name.endswith("_") and name[0] != "_"}
    for name in saved:
        setattr(nn.init, name, lambda tensor, *args, **kwargs: tensor)
    try:
        yield
    finally:
        for name, function in saved.items():
            setattr(nn.init, name, function)


def folded(shape, scale):
    """Random numbers in a shape, of which those on diagonals are one and the same in memory."""
    strides = [2 * i + 1 for i in range(len(shape))]
    numbers = torch.randn(1 + sum((size - 1) * stride for size, stride in zip(shape, strides)))
    return (numbers * scale).as_strided(shape, strides)


def draw(model, gain, fold):
    """Draws all weights and statistics, of a size that keeps what the layers compute near 1."""
    for module in model.modules():
        for name, tensor in list(module.named_parameters(recurse=False)):
            if tensor.dim() > 1:
                scale = (1.5 / tensor[0].numel()) ** 0.5
                large = fold and tensor.numel() > 4096
                value = folded(tensor.shape, scale) if large else torch.randn(tensor.shape) * scale
            elif name == "bias":
                value = torch.randn(tensor.shape) * 0.1
            else:
                value = gain * (torch.rand(tensor.shape) + 0.5)
            setattr(module, name, nn.Parameter(value))
        for name, tensor in module.named_buffers(recurse=False):
            if name in ("running_mean", "bias"):
                tensor.normal_(0, 0.1)
            elif name in ("running_var", "weight"):
                tensor.uniform_(0.5, 1.5)


def outputs_of(model, x):
    """What the model computes, as a list of tensors."""
    torch.manual_seed(SEED)
    with torch.no_grad():
        y = model(x)
    if isinstance(y, torch.Tensor):
        return [y]
    if isinstance(y, dict):
        return list(y.values())
    # GoogLeNet of 0.14 returned aux_logits1 as aux_logits2, and the other way round.
    version = tuple(int(part) for part in torchvision.__version__.split(".")[:2])
    return [y[0], y[2], y[1]] if len(y) == 3 and version < (0, 15) else list(y)


def write_case(folder, name, fold):
    case = CASES[name]
    torch.manual_seed(SEED)
    with without_init():
        model = case.make()
    draw(model, case.gain, fold)
    model.train(case.training)
    torch.save(model, folder / f"{name}.pt")
    x = torch.stack([torch.randn(case.shape), torch.randn(case.shape) * 3])
    outputs = outputs_of(model, x)
    for y in outputs:
        spread = (y[0] - y[1]).abs().max() / y.abs().max()
        assert torch.isfinite(y).all() and spread > 1e-3, f"{name}: outputs that say little: {y}"
    torch.save({"input": x, **{f"output{i}": y for i, y in enumerate(outputs)}}, folder / f"{name}.reference.pt")


def write(folder, names=tuple(CASES), fold=True):
    folder = folder / "torchvision"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_case(folder, name, fold)
    (folder / "cases.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), sys.argv[2:] or tuple(CASES), fold=False)
