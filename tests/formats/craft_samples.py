"""Files that the PyTorch at hand does not write itself, but reads: those of big-endian machines, of Python 2, and of
releases whose storages could be parts of others. Used by write_samples.py.
SPDX-License-Identifier: BSD-3-Clause
"""
import collections
import io
import pickle
import struct
import sys
import types
import zipfile

import torch

# How large the numbers are that an element consists of.
UNITS = {"torch.complex64": 4, "torch.complex128": 8}


def swapped(data, unit):
    """The bytes with those of each number in the other order."""
    return b"".join(data[i : i + unit][::-1] for i in range(0, len(data), unit))


def write_big_endian(tensors, path):
    """What torch.save(tensors) writes on a big-endian machine; the storages are numbered in the dict's order."""
    plain = io.BytesIO()
    torch.save(tensors, plain)
    units = [UNITS.get(str(t.dtype), t.element_size()) for t in tensors.values()]
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            folder, _, rest = name.partition("/")
            if rest.startswith("data/"):
                target.writestr("archive/" + rest, swapped(source.read(name), units[int(rest[5:])]))
            elif rest in ("data.pkl", "version"):
                target.writestr("archive/" + rest, source.read(name))
        target.writestr("archive/byteorder", b"big")


def write_big_endian_stream(tensors, path):
    """The same in the legacy format, whose numbers are little-endian on any machine, but which says where it was
    written. Without complex numbers, which PyTorch mixes up there."""
    true_sys = torch.serialization.sys
    torch.serialization.sys = types.SimpleNamespace(byteorder="big", version_info=sys.version_info)
    try:
        kept = {name: t for name, t in tensors.items() if not t.is_complex()}
        torch.save(kept, path, _use_new_zipfile_serialization=False)
    finally:
        torch.serialization.sys = true_sys


class Storage:
    """A storage of floats, or the `size` of them from `offset` on with a key of their own."""

    def __init__(self, floats, key, view=None):
        self.floats = floats
        self.id = ("storage", torch.FloatStorage, key, "cpu", len(floats), view)


class Tensor:
    """What is pickled as a tensor."""

    def __init__(self, storage, offset, size, stride):
        self.arguments = (storage, offset, size, stride, False, collections.OrderedDict())

    def __reduce__(self):
        return torch._utils._rebuild_tensor_v2, self.arguments


class StreamPickler(pickle._Pickler):
    """Pickles as PyTorch 0.4 did."""

    def persistent_id(self, obj):
        return obj.id if isinstance(obj, Storage) else None


class Python2Pickler(StreamPickler):
    """The same under Python 2, whose strings are bytes."""

    def save_str(self, obj):
        data = obj.encode("latin-1")
        short = len(data) < 256
        self.write(b"U" + struct.pack("<B", len(data)) if short else b"T" + struct.pack("<i", len(data)))
        self.write(data)
        self.memoize(obj)

    dispatch = dict(pickle._Pickler.dispatch)
    dispatch[str] = save_str


def write_old_stream(value, storages, path, pickler):
    sys_info = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    with open(path, "wb") as file:
        for head in 0x1950A86A20F9469CFC6C, 1001, sys_info:
            pickle.dump(head, file, protocol=2)
        pickler(file, protocol=2).dump(value)
        pickle.dump([storage.id[2] for storage in storages], file, protocol=2)
        for storage in storages:
            file.write(struct.pack(f"<q{len(storage.floats)}f", len(storage.floats), *storage.floats))


def write_views_stream(path, floats):
    """A matrix of four rows of six, and its third row, in a storage that is a part of the other."""
    whole, part = Storage(floats, "94"), Storage(floats, "94", ("95", 12, 6))
    value = {"base": Tensor(whole, 0, (4, 6), (6, 1)), "row": Tensor(part, 0, (6,), (1,)),
             "scalar": Tensor(part, 2, (), ())}
    write_old_stream(value, [whole], path, StreamPickler)
    loaded = torch.load(path, weights_only=False)
    assert loaded["row"].tolist() == floats[12:18] and loaded["scalar"].item() == floats[14]


def write_python2(path, floats):
    storage = Storage(floats, "7")
    value = {"w": Tensor(storage, 0, (4, 6), (6, 1)), "name": "net", "raw": "\xff", "long": "x" * 300}
    write_old_stream(value, [storage], path, Python2Pickler)
    assert torch.load(path, encoding="latin1", weights_only=False)["w"].shape == (4, 6)
