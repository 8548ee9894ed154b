"""Every function of ctorch/parametrize.h and fuse.h as Python's: parametrize.txt and parametrize.pt.

A case begins with "# name" and the layer that it is done to; the keys of its state_dict follow, what it prints, and its
keys when all is removed. tests/test_parametrize.c does the same in C under the same names.

SPDX-License-Identifier: BSD-3-Clause
"""
import warnings

import torch
import torch.nn.utils as utils
from torch import nn
from torch.nn.utils import fusion, parametrizations, parametrize

SEED = 41


class _WeightNorm(nn.Module):
    """What PyTorch has since 2.1."""

    def __init__(self, dim):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, g, v):
        return torch._weight_norm(v, g, self.dim)

    def right_inverse(self, weight):
        return torch.norm_except_dim(weight, 2, self.dim), weight


def weight_norm(module, name, dim=0):
    if hasattr(parametrizations, "weight_norm"):
        return parametrizations.weight_norm(module, name, dim)
    return parametrize.register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


spectral_norm = parametrizations.spectral_norm
orthogonal = parametrizations.orthogonal


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).t()


def chain(module):
    weight_norm(module, "weight")
    spectral_norm(module, "weight", n_power_iterations=2)


def two(module):
    weight_norm(module, "weight")
    spectral_norm(module, "bias")


def symmetric(module):
    parametrize.register_parametrization(module, "weight", Symmetric())


# A layer, the shape of its input, what is done to it.
OLD = {
    "weight_norm": ("Linear(4, 3", (2, 4), lambda m: utils.weight_norm(m, "weight")),
    "weight_norm_dim": ("Conv2d(2, 3, 3", (2, 2, 5, 4), lambda m: utils.weight_norm(m, "weight", dim=1)),
    "weight_norm_all": ("Conv1d(2, 3, 3, bias=False", (2, 2, 5), lambda m: utils.weight_norm(m, "weight", dim=None)),
    "weight_norm_lstm": ("LSTM(3, 4", (5, 2, 3), lambda m: utils.weight_norm(m, "weight_hh_l0")),
    "spectral_norm": ("Linear(4, 3", (2, 4), lambda m: utils.spectral_norm(m, "weight")),
    "spectral_norm_transposed": ("ConvTranspose2d(2, 3, 3", (2, 2, 5, 4),
                                 lambda m: utils.spectral_norm(m, "weight", n_power_iterations=3)),
    "spectral_norm_dim": ("Conv1d(2, 3, 3", (2, 2, 5), lambda m: utils.spectral_norm(m, "weight", eps=1e-3, dim=1)),
}
NEW = {
    "new_weight_norm": ("Linear(4, 3", (2, 4), lambda m: weight_norm(m, "weight")),
    "new_weight_norm_dim": ("Conv2d(2, 3, 3", (2, 2, 5, 4), lambda m: weight_norm(m, "weight", dim=1)),
    "new_weight_norm_all": ("Conv1d(2, 3, 3, bias=False", (2, 2, 5), lambda m: weight_norm(m, "weight", dim=None)),
    "new_weight_norm_embedding": ("Embedding(5, 3", None, lambda m: weight_norm(m, "weight")),
    "new_spectral_norm": ("Linear(4, 3", (2, 4), lambda m: spectral_norm(m, "weight")),
    "new_spectral_norm_transposed": ("ConvTranspose2d(2, 3, 3", (2, 2, 5, 4),
                                     lambda m: spectral_norm(m, "weight", n_power_iterations=3)),
    "new_spectral_norm_dim": ("Conv1d(2, 3, 3", (2, 2, 5), lambda m: spectral_norm(m, "weight", eps=1e-3, dim=-2)),
    "new_spectral_norm_vector": ("Linear(4, 3", (2, 4), lambda m: spectral_norm(m, "bias")),
    "orthogonal": ("Linear(4, 4", (2, 4), lambda m: orthogonal(m, "weight")),
    "orthogonal_tall": ("Linear(3, 5", (2, 3), lambda m: orthogonal(m, "weight")),
    "orthogonal_wide": ("Linear(5, 3", (2, 5), lambda m: orthogonal(m, "weight", "matrix_exp")),
    "orthogonal_cayley": ("Linear(3, 5", (2, 3), lambda m: orthogonal(m, "weight", "cayley")),
    "orthogonal_plain": ("Linear(5, 3", (2, 5), lambda m: orthogonal(m, "weight", use_trivialization=False)),
    "orthogonal_plain_cayley": ("Linear(4, 4", (2, 4),
                                lambda m: orthogonal(m, "weight", "cayley", use_trivialization=False)),
    "chain": ("Linear(4, 3", (2, 4), chain),
    "two": ("Linear(4, 3", (2, 4), two),
    "symmetric": ("Linear(4, 4", (2, 4), symmetric),
}


def output(module, x):
    y = module(x)
    return y[0] if isinstance(y, tuple) else y


def remove(module, name):
    """All that is done in a case; the names are those of its parameters."""
    if name in NEW:
        for parameter in list(module.parametrizations):
            parametrize.remove_parametrizations(module, parameter)
    elif name.startswith("weight_norm"):
        utils.remove_weight_norm(module, "weight_hh_l0" if "lstm" in name else "weight")
    else:
        utils.remove_spectral_norm(module, "weight")


def run(name, case, lines, record):
    text, shape, apply = case
    text += ", dtype=torch.float64)"
    torch.manual_seed(SEED)
    module = eval("nn." + text)
    apply(module)
    lines += [f"# {name}", text]
    x = torch.randn(shape, dtype=torch.float64) if shape else torch.tensor([3, 0, 3])
    record[f"{name}/x"] = x
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    for step in ("first", "second"):
        optimizer.zero_grad()
        y = output(module, x)
        (y * y).sum().backward()
        record[f"{name}/{step}"] = y.detach().clone()
        for key, parameter in module.named_parameters():
            record[f"{name}/{step}/{key}"] = parameter.grad.clone()
        optimizer.step()
    module.eval()
    record[f"{name}/eval"] = output(module, x).detach().clone()
    for key, tensor in module.state_dict().items():
        lines.append(f"key {key}")
        record[f"{name}/state/{key}"] = tensor.clone()
    lines += ["print " + line for line in repr(module).split("\n")]
    remove(module, name)
    record[f"{name}/removed"] = output(module, x).detach().clone()
    lines += [f"left {key}" for key in module.state_dict()]
    lines += ["left_print " + line for line in repr(module).split("\n")]


# ---- fusion: the layers, whether transposed, the shape of the input ----

FUSED = {
    "conv": ("Conv2d(2, 3, 3", "BatchNorm2d(3", False, (2, 2, 5, 4)),
    "conv_plain": ("Conv1d(2, 3, 3, bias=False", "BatchNorm1d(3, affine=False, eps=1e-3", False, (2, 2, 5)),
    "conv_transposed": ("ConvTranspose2d(2, 3, 3", "BatchNorm2d(3", True, (2, 2, 5, 4)),
    "linear": ("Linear(4, 3", "BatchNorm1d(3", False, (2, 4)),
    "linear_plain": ("Linear(4, 3, bias=False", "BatchNorm1d(3", False, (2, 4)),
}


def fuse(name, lines, record):
    first, second, transpose, shape = FUSED[name]
    first, second = (text + ", dtype=torch.float64)" for text in (first, second))
    x = torch.randn(shape, dtype=torch.float64)
    torch.manual_seed(SEED)
    layer, norm = eval("nn." + first), eval("nn." + second)
    for _ in range(3):
        norm(layer(x))
    layer.eval(), norm.eval()
    if norm.affine:
        torch.nn.init.normal_(norm.weight), torch.nn.init.normal_(norm.bias)
    if "linear" in name:
        fused = fusion.fuse_linear_bn_eval(layer, norm)
    else:
        fused = fusion.fuse_conv_bn_eval(layer, norm, transpose)
    lines += [f"# fuse_{name}", first, second] + ["print " + line for line in repr(fused).split("\n")]
    record.update({f"fuse_{name}/x": x, f"fuse_{name}/weight": fused.weight.detach(),
                   f"fuse_{name}/bias": fused.bias.detach(), f"fuse_{name}/y": fused(x).detach()})


def write(folder):
    lines, record = [], {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is deprecated
        for name, case in {**OLD, **NEW}.items():
            run(name, case, lines, record)
    for name in FUSED:
        fuse(name, lines, record)
    (folder / "parametrize.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    torch.save(record, folder / "parametrize.pt")
