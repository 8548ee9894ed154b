"""Files that torch.save of the Python at hand writes, and what is in them: FOLDER/archive_*, for tests/test_archive.c.

Element i of a tensor is (7 * i) % 23, as in tests/formats/write_samples.py.
SPDX-License-Identifier: BSD-3-Clause
"""
import argparse
import collections
import io
import itertools
import pickle
import struct

import torch

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


def formula(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return torch.tensor([7 * i % 23 for i in range(count)]).to(dtype).reshape(shape)


def dtypes():
    """Every type that whole numbers can be converted to and torch.save writes, and what double makes of it."""
    found = {}
    for name in sorted(vars(torch)):
        dtype = getattr(torch, name)
        if not isinstance(dtype, torch.dtype) or str(dtype) != "torch." + name:
            continue
        try:
            tensor = formula(2, 3, dtype=dtype)
            expected = tensor.to(torch.complex128 if dtype.is_complex else torch.float64)
            torch.save(tensor, io.BytesIO())
        except (RuntimeError, TypeError, KeyError, NotImplementedError):
            continue
        found[name], found[name + ".expected"] = tensor, expected
    return found


NESTED = {
    "epoch": 7,
    "best": None,
    "done": True,
    "losses": [0.5, 1e15, 1e16, 123456789012345678.0, 1e-5, 0.0001, 0.1, -0.0, float("inf"), 2.5e-300,
               1.0000000000000002],
    "names": ("it's", 'a "b"', "both ' and \"", "tab\t", "größe", ""),
    "one": (1,),
    "bytes": b"ab\x00\xff'",
    "empty": [[], (), {}, set()],
    "set": {3},
    "complex": [1 + 2j, -2j, complex(0.5, float("nan")), complex(-0.0, 1)],
    "numbered": {0: "zero", -1: "last", (1, 2): "pair", None: "none", 2.5: [1]},
    "a.b": {"c.d": 1, "c": {"d": 2}},
    "dtype": torch.float16,
    "layout": torch.sparse_coo,
    "device": [torch.device("cpu"), torch.device("cuda", 1)],
    "limits": [-(2**63), 2**63 - 1],
}


def shared():
    base = formula(4, 6)
    parameter = torch.nn.Parameter(formula(3))
    return {
        "base": base,
        "again": base,
        "transposed": base.t(),
        "columns": base[:, 1:5:2],
        "parameter": parameter,
        "data": parameter.data,
        "whole": torch.empty(0, dtype=torch.int64),
        "other": formula(2),
    }


def sparse():
    dense = formula(4, 6) * (formula(4, 6) > 12)
    made = {"dense": dense, "coo": dense.to_sparse(), "hybrid": dense.to_sparse(1)}
    for layout in "csr", "csc", "bsr", "bsc":
        convert = getattr(dense, "to_sparse_" + layout)
        try:
            made[layout] = convert((2, 2)) if layout[0] == "b" else convert()
            torch.save(made[layout], io.BytesIO())
        except (NotImplementedError, RuntimeError):
            made.pop(layout, None)  # 1.13 cannot save it
    return made


def quantized():
    x = formula(2, 3)
    scales, zeros = torch.tensor([0.5, 0.25]), torch.tensor([1, 2])
    tensors = {
        "tensor": torch.quantize_per_tensor(x, 0.5, 3, torch.quint8),
        "int32": torch.quantize_per_tensor(x, 0.5, 3, torch.qint32),
        "channel": torch.quantize_per_channel(x, scales, zeros, 0, torch.qint8),
        "view": torch.quantize_per_tensor(x, 0.5, 3, torch.quint8).t(),
    }
    return {**tensors, **{name + ".expected": q.dequantize() for name, q in tensors.items()}}


class Settings:
    """A class that C knows nothing of."""

    def __init__(self):
        self.rate, self.sizes, self.weight = 0.5, [1, 2], formula(2)


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self):
        self.left, self.right = 1, formula(3)


class Table(dict):
    """A dict with attributes."""


def objects():
    cycle = [1]
    cycle.append(cycle)
    ring = {"in": {}}
    ring["in"]["out"] = ring
    table = Table(first=1)
    table.note = "noted"
    return {
        "settings": Settings(),
        "slotted": Slotted(),
        "table": table,
        "counts": collections.Counter("aab"),
        "args": argparse.Namespace(lr=0.1),
        "cycle": cycle,
        "ring": ring,
        "function": torch.nn.functional.relu,
    }


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
        self.scale = torch.nn.Parameter(formula(2))
        self.register_buffer("kept", formula(3))
        self.register_buffer("scratch", formula(4), persistent=False)
        self.tied = self.conv[0]
        self.rate = 0.5


def checkpoints():
    torch.manual_seed(0)
    net = Net()
    state = net.state_dict()
    optimizer = torch.optim.Adam(net.parameters())
    net.conv(torch.ones(1, 1, 5, 5)).sum().backward()
    optimizer.step()
    return {
        "plain": state,
        "state_dict": {"epoch": 3, "best": torch.tensor(0.5), "state_dict": state, "optimizer": optimizer.state_dict()},
        "model": {"model": {"config": {"depth": 3}, "model_state_dict": state}, "ema": None},
        "whole": net,
        "whole_in": {"epoch": 3, "network": net},
        "halves": {"encoder": dict(state), "decoder": {"w": formula(2)}},
        "extra": {**state, "head._extra_state": {"version": 3}},
        "named": {"model": "resnet", "net": state},
        "elsewhere": {"epoch": 3, "generator": state, "discriminator": {"w": formula(2)}},
        "tuple": (state, 3),
        "empty": {},
    }


class Storage:
    def __init__(self, key, count, kind=torch.FloatStorage):
        self.key, self.count, self.kind = key, count, kind


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        if isinstance(value, Storage):
            return "storage", value.kind, value.key, "cpu", value.count, None
        return None


class Tensor:
    def __init__(self, storage, *shape):
        self.storage, self.shape = storage, shape

    def __reduce__(self):
        strides = (self.shape[1], 1) if len(self.shape) == 2 else (1,)
        return torch._utils._rebuild_tensor_v2, (self.storage, 0, self.shape, strides, False, collections.OrderedDict())


def head(rows, note, count):
    """The stream format's beginning, up to the last storage's data, and where the data of the three begin."""
    small, odd, large = Storage("0", 1 << 18), Storage("1", count, torch.ByteStorage), Storage("2", rows << 20)
    file = io.BytesIO()
    for header in MAGIC, PROTOCOL, {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {}}:
        pickle.dump(header, file, protocol=2)
    values = {"small": Tensor(small, 1 << 18), "odd": Tensor(odd, count), "large": Tensor(large, rows, 1 << 20)}
    Pickler(file, 2).dump({**values, "note": note})
    pickle.dump(["0", "1", "2"], file, protocol=2)
    begins = []
    for size, data in (1 << 18, formula(1 << 18).numpy().tobytes()), (count, bytes(count)), (rows << 20, b""):
        file.write(struct.pack("<q", size))
        begins.append(file.tell())
        file.write(data)
    return file.getvalue(), begins


def write_head(path):
    """A file whose first tensor lies amiss in it, and whose last, of 4.3 GiB, is left to the reader to add as a hole."""
    for note, count in itertools.product(("", "a", "ab", "abc"), (1, 2, 3, 4)):
        data, begins = head(1100, note, count)
        if begins[0] % 4 and begins[2] % 4 == 0:
            path.write_bytes(data)
            return
    raise AssertionError("no head fits")


def write(folder):
    for make in dtypes, shared, sparse, quantized, objects:
        torch.save(make(), folder / f"archive_{make.__name__}.pt")
    torch.save(NESTED, folder / "archive_nested.pt")
    with open(folder / "archive_nested.txt", "w", encoding="utf-8") as file:
        for key, value in NESTED.items():
            file.write(f"{key}\n{value!r}\n")
        file.write(f"*\n{NESTED!r}\n")
    for name, value in checkpoints().items():
        torch.save(value, folder / f"archive_{name}.pt")
    torch.save(checkpoints()["state_dict"], folder / "archive_stream.pt", _use_new_zipfile_serialization=False)
    write_head(folder / "archive_head.pt")
