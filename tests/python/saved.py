#!/usr/bin/env python3
"""Reads what tests/test_save.c wrote, with the PyTorch at hand: saved.py FOLDER. Where torch.load has weights_only, everything
that data is made of is read with it.

SPDX-License-Identifier: BSD-3-Clause
"""
import collections
import inspect
import json
import os
import struct
import sys
import warnings
import zipfile

import torch

FOLDER = sys.argv[1]
VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])
KNOWS_WEIGHTS_ONLY = VERSION >= (2, 0)  # 1.13 has the flag, but takes hardly anything with it
KNOWS_NEW_DTYPES = VERSION >= (2, 6)


def path_of(name):
    return os.path.join(FOLDER, name)


def load(name, weights_only=True):
    flag = {"weights_only": weights_only} if KNOWS_WEIGHTS_ONLY else {}
    return torch.load(path_of(name), **flag)


def entries(name):
    with zipfile.ZipFile(path_of(name)) as archive:
        assert archive.testzip() is None
        return {entry.partition("/")[2]: archive.read(entry) for entry in archive.namelist()}


def formula(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return torch.tensor([7 * i % 23 for i in range(count)]).to(dtype).reshape(shape)


def check_dtypes():
    assert_dtypes("dtypes.pt", "uint8 int8 int16 int32 int64 float16 float32 float64 complex64 complex128 bool bfloat16")
    if KNOWS_NEW_DTYPES:
        assert_dtypes("new_dtypes.pt", "complex32 uint16 uint32 uint64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz "
                                       "float8_e5m2fnuz")


def assert_dtypes(file, names):
    read = load(file)
    assert list(read) == names.split()
    for name in read:
        dtype = getattr(torch, name)
        assert read[name].dtype == dtype and read[name].shape == (6,), name
        assert torch.equal(read[name].to(torch.complex128), formula(6).to(dtype).to(torch.complex128)), name


def check_views():
    read = load("views.pt")
    assert list(read) == ["base", "transposed", "columns", "row", "scalar", "empty", "expanded", "again"]
    base = formula(4, 6)
    assert torch.equal(read["base"], base) and torch.equal(read["transposed"], base.t())
    assert torch.equal(read["columns"], base[:, 1:5:2]) and read["columns"].stride() == (6, 2)
    assert torch.equal(read["row"], base[2]) and read["scalar"].item() == base[1, 1].item()
    assert read["empty"].shape == (0, 3)
    assert read["expanded"].stride() == (0, 0) and read["expanded"].shape == (3, 4)
    read["base"].fill_(5)
    for name in "transposed", "columns", "row", "scalar":
        assert (read[name] == 5).all(), name
    assert read["again"] is read["row"]
    assert len([name for name in entries("views.pt") if name.startswith("data/")]) == 3


def check_state():
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Linear(4, 3, bias=False))
    read = load("state.pt")
    assert isinstance(read, collections.OrderedDict)
    print(net.load_state_dict(read))
    assert (net[0].weight == 2).all() and net[1].num_batches_tracked == 0


def check_values():
    read = load("values.pt", weights_only=False)
    expected = {
        "none": None, "epoch": 3, "loss": 0.125, "done": True, "complex": 1 - 2j, "text": "größe\n\"", "empty": "", "nul": "a\0b",
        "numbers": [0, -1, 255, 256, 65535, 65536, -(2**31), 2**31, 2**63 - 1, -(2**63), 2**63, -(2**64), 2**70 + 1,
                    2**2100],
        "reals": [1.5, -0.0, float("inf")], "truths": [True, False], "texts": ["a", "b", "a"],
        "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)), "list": [], "set": {1, 2}, "nothing": b"",
        "raw": bytes(range(256)), "dtype": torch.float16, "layout": torch.sparse_coo, "device": torch.device("cuda:1"),
        "cpu": torch.device("cpu"), "format": torch.channels_last,
        "keys": {0: "zero", (1, 2): "pair", "three": 3}, "class": collections.Counter, "function": torch.tanh,
    }
    assert list(read) == list(expected) + ["object", "made", "keywords"]
    for name, value in expected.items():
        assert type(read[name]) is type(value) and repr(read[name]) == repr(value), (name, read[name])
    assert read["object"] == collections.OrderedDict(a=1) and read["object"].extra == "more"
    assert isinstance(read["made"], torch.nn.Linear) and read["made"].in_features == 7
    assert isinstance(read["made"].weight, torch.nn.Parameter) and read["made"].weight.requires_grad
    assert isinstance(read["keywords"], inspect.Parameter)


def check_checkpoint():
    read = load("checkpoint.pt")
    assert read["epoch"] == 3 and read["optimizer"]["param_groups"][0]["betas"] == (0.9, 0.999)
    assert read["optimizer"]["state"][0]["step"] == 7
    assert torch.equal(read["model"]["w"], formula(2)) and read["rng"].dtype == torch.uint8
    assert read["shape"] == (2, 3) and read["bytes"] == b"ab\xff" and read["device"] == torch.device("cpu")


def check_sharing():
    read = load("sharing.pt", weights_only=False)
    assert read["one"] is read["two"] and read["one"] == [1, 2]
    cycle = read["cycle"]
    assert cycle[0] is cycle and cycle[1] == "end"
    pair = read["pair"]
    assert pair[0][0] is pair and type(pair) is tuple


def check_unusual():
    read = load("unusual.pt")
    by_tensor, by_channel = read["by_tensor"], read["by_channel"]
    assert by_tensor.q_scale() == 0.5 and by_tensor.q_zero_point() == 2
    assert torch.equal(by_tensor.dequantize(), torch.tensor([0.0, 1.0, 2.5]))
    assert by_channel.q_per_channel_axis() == 0 and by_channel.q_per_channel_scales().tolist() == [0.5, 0.25]
    assert torch.equal(by_channel.dequantize(), torch.ones(2, 2))
    coo = read["coo"].coalesce()
    assert torch.equal(coo.to_dense(), torch.tensor([[0.0, 3.0]]))
    assert torch.equal(read["conjugate"], torch.tensor([1 - 2j])) and not read["conjugate"].is_conj()
    assert read["leaf"].requires_grad and not read["by_tensor"].requires_grad
    if VERSION >= (2, 0):
        compressed = load("compressed.pt")
        assert compressed["csr"].layout == torch.sparse_csr and compressed["csc"].layout == torch.sparse_csc
        for name in compressed:
            assert torch.equal(compressed[name].to_dense(), torch.eye(3)), name


def check_archive():
    """The pickle is Python's own, byte for byte, and so are the rest of the entries."""
    ours = entries("state.pt")
    torch.save(load("state.pt"), path_of("python.pt"))
    theirs = entries("python.pt")
    assert ours["data.pkl"] == theirs["data.pkl"]
    assert ours["version"] == theirs["version"] == b"3\n" and ours["byteorder"] == b"little"
    for name in theirs:
        assert not name.startswith("data/") or ours[name] == theirs[name], name
    assert ours["ctorch/version"].startswith(b"ctorch 0.") and b"libtorch" in ours["ctorch/version"]
    assert ours["extra/notes.txt"] == b"trained on Monday" and ours["extra/blob"] == b"\0\1\2"
    with zipfile.ZipFile(path_of("state.pt")) as archive, open(path_of("state.pt"), "rb") as file:
        for entry in archive.infolist():
            file.seek(entry.header_offset + 26)
            lengths = file.read(4)
            start = entry.header_offset + 30 + sum(int.from_bytes(lengths[i:i + 2], "little") for i in (0, 2))
            assert start % 64 == 0, entry.filename


# safetensors' names of element types, in the order by which its writer sorts tensors, the last first.
SAFETENSORS = ("BOOL bool U8 uint8 I8 int8 F8_E5M2 float8_e5m2 F8_E4M3 float8_e4m3fn F8_E4M3FNUZ float8_e4m3fnuz "
               "F8_E5M2FNUZ float8_e5m2fnuz I16 int16 U16 uint16 F16 float16 BF16 bfloat16 I32 int32 U32 uint32 "
               "F32 float32 C64 complex64 F64 float64 I64 int64 U64 uint64").split()
SAFETENSORS = dict(zip(SAFETENSORS[::2], SAFETENSORS[1::2]))


def read_safetensors(name):
    """A reader as the format's specification has it. Returns the tensors in the file's order, and the metadata."""
    with open(path_of(name), "rb") as file:
        content = file.read()
    size, = struct.unpack("<Q", content[:8])
    header, data = content[8:8 + size], content[8 + size:]
    assert size % 8 == 0 and header[:1] == b"{" and header == header.rstrip(b" ").ljust(size), header
    header = json.loads(header)
    metadata = header.pop("__metadata__")
    tensors, end = {}, 0
    for key, entry in header.items():
        start, stop = entry["data_offsets"]
        assert start == end, (key, entry)
        end = stop
        dtype = getattr(torch, SAFETENSORS[entry["dtype"]])
        count = torch.Size(entry["shape"]).numel()
        tensor = torch.frombuffer(bytearray(data[start:stop]), dtype=dtype) if count else torch.zeros(0, dtype=dtype)
        tensors[key] = tensor.reshape(entry["shape"])
    assert end == len(data)
    return tensors, metadata


def check_safetensors():
    kinds = list(SAFETENSORS.values())
    every, metadata = read_safetensors("all.safetensors")
    assert set(metadata) == {"format", "ctorch", "libtorch"} and metadata["format"] == "pt"
    assert list(every) == [kind for kind in reversed(kinds) if kind in every]
    some, metadata = read_safetensors("some.safetensors")
    assert metadata.pop("libtorch") and metadata.pop("ctorch")
    assert metadata == {"license": "mit", "note": '"tief"\t', "format": "pt"}
    for name, tensor in [*every.items(), *some.items()]:
        dtype = getattr(torch, name, tensor.dtype)
        if name in kinds:
            assert tensor.dtype == dtype
            assert torch.equal(tensor.to(torch.complex128), formula(6).to(dtype).to(torch.complex128)), name
    assert torch.equal(some["columns"], formula(4, 6)[:, 1:5:2]) and some["empty"].shape == (0, 3)
    assert some['größe "\n\x01'].item() == 3 and some['größe "\n\x01'].shape == ()
    assert read_safetensors("none.safetensors")[0] == {}


def check_safetensors_with_the_reference():
    try:
        import safetensors.torch
    except ImportError:
        return
    for name in "some.safetensors", "all.safetensors":
        ours, _ = read_safetensors(name)
        if not {tensor.dtype for tensor in ours.values()} <= set(safetensors.torch._TYPES.values()):
            assert name.startswith("all")  # of which the release at hand knows a part
            continue
        theirs = safetensors.torch.load_file(path_of(name))
        assert set(theirs) == set(ours)
        for key, tensor in theirs.items():
            assert tensor.dtype == ours[key].dtype and tensor.shape == ours[key].shape
            assert tensor.contiguous().view(-1).tolist() == ours[key].view(-1).tolist(), key
        safetensors.torch.save_file(ours, path_of("python.safetensors"), {"format": "pt"})
        again, _ = read_safetensors("python.safetensors")
        assert list(again) == list(ours)


def main():
    warnings.simplefilter("ignore")  # TypedStorage and quantized tensors are deprecated
    checks = [check for name, check in sorted(globals().items()) if name.startswith("check_")]
    for check in checks:
        check()
    print(f"{len(checks)} files read by PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
