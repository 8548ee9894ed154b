#!/usr/bin/env python3
"""Writes the files that tests/test_formats.c reads: write_samples.py DIRECTORY.

Those in samples/ were written by PyTorch 1.13.1, those in samples_2.14/ by that release; the test also lets the PyTorch
at hand write them anew. Element i of a tensor is (7 * i) % 23 in every element type that can hold it, so that C can
check values by the same formula.
SPDX-License-Identifier: BSD-3-Clause
"""
import argparse
import collections
import io
import os
import sys
import warnings

import torch

import craft_samples

try:
    import numpy
except ImportError:
    numpy = None


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


def rare():
    """Tensors of the element types that PyTorch has no arithmetic for, or only since some release: byte i of each is
    (7 * i) % 23."""
    names = """complex32 uint16 uint32 uint64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu
        float4_e2m1fn_x2 bits8 bits16 bcomplex32""".split()
    tensors = {}
    for name in names:
        dtype = getattr(torch, name, None)
        if dtype is None:
            continue
        tensor = torch.empty(2, dtype=dtype)
        count = tensor.numel() * tensor.element_size()
        tensors[name] = formula(count, dtype=torch.uint8).view(dtype)
    return {name: tensor for name, tensor in tensors.items() if can_save(tensor)}


def can_save(value):
    try:
        torch.save(value, io.BytesIO())
        return True
    except (RuntimeError, NotImplementedError, AttributeError, TypeError, KeyError):
        return False


def quantized():
    x = formula(2, 3)
    scales, zeros = torch.tensor([0.5, 0.25]), torch.tensor([1, 2])
    return {
        "tensor": torch.quantize_per_tensor(x, 0.5, 3, torch.quint8),
        "signed": torch.quantize_per_tensor(x, 0.5, 0, torch.qint8),
        "wide": torch.quantize_per_tensor(x, 0.125, 0, torch.qint32),
        "channels": torch.quantize_per_channel(x, scales, zeros, 0, torch.qint8),
        "floats": torch.quantize_per_channel(x, scales, zeros.float(), 0, torch.quint8),
        "packed": torch.quantize_per_channel(x, scales, zeros.float(), 0, torch.quint4x2),
    }


def sparse():
    x = torch.eye(4)
    tensors = {"coo": x.to_sparse(), "hybrid": formula(3, 2, 2).to_sparse(1), "csr": x.to_sparse_csr()}
    for name, arguments in {"csc": (), "bsr": ((2, 2),), "bsc": ((2, 2),)}.items():
        tensor = getattr(x, f"to_sparse_{name}")(*arguments)
        if can_save(tensor):
            tensors[name] = tensor
    tensors["meta"] = torch.empty(2, device="meta")
    nested = torch.nested.nested_tensor([formula(2), formula(3)])
    if can_save(nested):
        tensors["nested"] = nested
    return tensors


def lazy():
    """A tensor whose values are the conjugates, or the negatives, of what its memory holds. PyTorch before 2.0 does not
    write them so."""

    def values():
        return torch.complex(formula(3), formula(3))

    return {"plain": values(), "conj": values().conj(), "neg": values().conj().imag}


def arrays():
    """Numbers and arrays of NumPy, which get into checkpoints by way of metrics and random states."""
    if numpy is None:
        return {}
    return {
        "float": numpy.float64(1.5),
        "int": numpy.int32(-7),
        "bool": numpy.bool_(True),
        "matrix": numpy.arange(6, dtype="float32").reshape(2, 3),
        "columns": numpy.asfortranarray(numpy.arange(6, dtype="int64").reshape(2, 3)),
        "big": numpy.arange(3, dtype=">i4"),
        "empty": numpy.zeros((0, 2)),
        "texts": numpy.array(["a", "bc"]),
    }


def containers():
    def factory():
        return collections.defaultdict(list, {"a": [1]})

    return {
        "default": factory(),
        "counter": collections.Counter("aab"),
        "options": argparse.Namespace(lr=0.1),
        "frozen": frozenset([1]),
        "complex": 1 + 2j,
        "array": bytearray(b"ab\xff"),
        "function": torch.tanh,
        "class": torch.nn.Linear,
        "storage": formula(3).storage(),
        "keys": {0: "zero", (1, 2): "pair", 1.5: "real", None: "none"},
    }


def optimizer():
    net = torch.nn.Linear(3, 2)
    adam = torch.optim.Adam(net.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(adam, 5)
    net(torch.ones(1, 3)).sum().backward()
    adam.step()
    scheduler.step()
    state = torch.get_rng_state()[:16].clone()
    return {"optimizer": adam.state_dict(), "scheduler": scheduler.state_dict(), "rng": state}


def write_stream(value, path, protocol=2):
    torch.save(value, path, pickle_protocol=protocol, _use_new_zipfile_serialization=False)


def write(directory):
    def path(name):
        return os.path.join(directory, name)

    torch.manual_seed(0)
    plain = dtypes, views, parameters, checkpoint, rare, quantized, sparse, lazy, arrays, containers, optimizer
    module = torch.nn.Sequential(DenseBlock(), torch.nn.ReLU())
    for make in plain:
        value = make()
        torch.save(value, path(make.__name__ + ".pt"))
        write_stream(value, path(make.__name__ + "_stream.pt"))
    torch.save(module, path("module.pt"))
    write_stream(module, path("module_stream.pt"))
    for protocol in 3, 4, 5:
        torch.save(checkpoint(), path(f"protocol{protocol}.pt"), pickle_protocol=protocol)
        write_stream(checkpoint(), path(f"protocol{protocol}_stream.pt"), protocol)
    torch.save(arrays(), path("arrays_protocol5.pt"), pickle_protocol=5)
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 3)), path("script.pt"))
    craft_samples.write_big_endian(dtypes(), path("big_endian.pt"))
    craft_samples.write_big_endian_stream(dtypes(), path("big_endian_stream.pt"))
    floats = formula(24).tolist()
    craft_samples.write_views_stream(path("old_views_stream.pt"), floats)
    craft_samples.write_python2(path("python2_stream.pt"), floats)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # newer releases deprecate quantized tensors and TorchScript
    write(sys.argv[1])
