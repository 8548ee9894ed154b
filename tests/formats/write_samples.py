#!/usr/bin/env python3
"""Writes the files that tests/test_formats.c reads: write_samples.py DIRECTORY.

Those in samples/ were written by PyTorch 1.13.1; the test also lets the PyTorch at hand write them anew. Element i of a tensor
is (7 * i) % 23 in every element type that can hold it, so that C can check values by the same formula.
SPDX-License-Identifier: BSD-3-Clause
"""
import collections
import os
import sys
import warnings

import torch


def formula(*shape, dtype=torch.float32):
    """A contiguous tensor of the given shape whose element i is (7 * i) % 23."""
    count = torch.Size(shape).numel()
    return torch.tensor([7 * i % 23 for i in range(count)]).to(dtype).reshape(shape)


def dtypes():
    names = "uint8 int8 int16 int32 int64 float16 float32 float64 complex64 complex128 bool bfloat16".split()
    return collections.OrderedDict((name, formula(6, dtype=getattr(torch, name))) for name in names)


def views():
    base = formula(4, 6)
    return {
        "base": base,
        "transposed": base.t(),
        "columns": base[:, 1:5:2],
        "row": base[2],
        "scalar": base[1, 1],
        "empty": torch.empty(0, 3),
        "expanded": formula(2, 1)[1].expand(3, 4),
    }


class Tagged(torch.Tensor):
    """A subclass of tensors, with attributes: saved by way of torch._tensor._rebuild_from_type_v2."""


def parameters():
    plain = torch.nn.Parameter(formula(2, 3))
    named = torch.nn.Parameter(formula(2))
    named.role = "scale"
    tagged = formula(2).as_subclass(Tagged)
    tagged.role = "mean"
    return {
        "plain": plain,
        "again": plain,
        "frozen": torch.nn.Parameter(formula(3), requires_grad=False),
        "named": named,
        "tagged": tagged,
        "leaf": formula(2).requires_grad_(),
    }


def checkpoint():
    net = torch.nn.Sequential(collections.OrderedDict(conv=torch.nn.Conv2d(1, 2, 3), norm=torch.nn.BatchNorm2d(2)))
    state = net.state_dict()
    for name in state:
        state[name].copy_(formula(*state[name].shape, dtype=state[name].dtype))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    return {
        "epoch": 7,
        "loss": 0.125,
        "best": None,
        "done": False,
        "model": state,
        "optimizer": optimizer.state_dict(),
        "größe.名前": formula(2),
        "numbers": [0, -1, 255, 65535, -(2**31), 2**31, 2**63 - 1, -(2**63), 2**63, -(2**64), 2**70 + 1],
        "floats": (1.5, -0.0, 1e300, float("inf"), 0.1),
        "raw": b"ab\x00\xff",
        "nothing": b"",
        "seen": {3},
        "shape": torch.Size([2, 3]),
        "dtype": torch.float16,
        "device": torch.device("cpu"),
        "text": "it's\nNUL\0",
    }


class DenseBlock(torch.nn.Module):
    """A class of the user's own: its name, children and attributes are in the file, its code is not."""

    def __init__(self):
        super().__init__()
        self.growth_rate = 4
        self.layers = torch.nn.ModuleList([torch.nn.Linear(3, 2)])


def unusual():
    """Tensors that are no plain memory: they must come out as objects, not as wrong tensors."""
    return {
        "quantized": torch.quantize_per_tensor(formula(4), 0.5, 0, torch.quint8),
        "sparse": formula(2, 2).to_sparse(),
        "plain": formula(2),
    }


def write(directory):
    torch.manual_seed(0)
    for make in dtypes, views, parameters, checkpoint, unusual:
        torch.save(make(), os.path.join(directory, make.__name__ + ".pt"))
    torch.save(torch.nn.Sequential(DenseBlock(), torch.nn.ReLU()), os.path.join(directory, "module.pt"))
    torch.save(checkpoint(), os.path.join(directory, "protocol4.pt"), pickle_protocol=4)
    torch.save({"w": formula(2)}, os.path.join(directory, "legacy.pt"), _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(torch.nn.ReLU()), os.path.join(directory, "script.pt"))


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # newer releases deprecate quantized tensors and TorchScript
    write(sys.argv[1])
