#!/usr/bin/env python3
"""Writes what fuzz_safetensors.c begins with: write_seeds_safetensors.py DIRECTORY. Needs no torch.
SPDX-License-Identifier: BSD-3-Clause
"""
import json
import os
import pathlib
import struct
import sys

WHOLE, HEADER, JSON, INDEX = (bytes([mode]) for mode in range(4))
TYPES = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "F8_E4M3FNUZ": 1, "F8_E5M2FNUZ": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
         "I32": 4, "U32": 4, "F32": 4, "C64": 8, "F64": 8, "I64": 8, "U64": 8}


def header(tensors, metadata=None):
    entries, end = {"__metadata__": metadata} if metadata else {}, 0
    for name, (dtype, shape) in tensors.items():
        size = TYPES[dtype]
        for dim in shape:
            size *= dim
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    return json.dumps(entries).encode(), end


def seeds():
    files = [({}, None), ({"x": ("F32", [2, 4]), "y.b": ("I64", [4])}, {"format": "pt"}),
             ({"größe\n\"": ("U8", [64])}, {"": "\u20ac\U0001f600"}), ({"": ("F16", []), "z": ("BF16", [31, 1])}, None),
             ({f"layer.{i}": (dtype, [0, i]) for i, dtype in enumerate(TYPES)}, None)]
    files += [({"a": (dtype, [64 // TYPES[dtype]])}, None) for dtype in TYPES]
    for tensors, metadata in files:
        text, size = header(tensors, metadata)
        yield WHOLE + struct.pack("<Q", len(text)) + text + bytes(range(size))
        yield HEADER + text
        yield JSON + text
    yield HEADER + b'{"a":{"dtype":"F4","shape":[16,8],"data_offsets":[0,64]}}'
    for shards in {}, {"x": "a", "y": "a"}, {"x": "a", "y": "b"}, {"x": "c"}, {"z": "a"}, {"x": "../a"}:
        yield INDEX + json.dumps({"metadata": {"total_size": 64}, "weight_map": shards}).encode()
    for text in ('[0,-0,1.5,-2e-3,1E+400,9223372036854775807,-9223372036854775808,1e5]', '"\\u0041\\ud83d\\ude00\\n\\/"',
                 '{"a":{"b":[null,true,false,{}]},"c":""}', "[" * 50 + "]" * 50):
        yield JSON + text.encode()


def main(directory):
    os.makedirs(directory, exist_ok=True)
    for number, seed in enumerate(seeds()):
        pathlib.Path(directory, f"{number:03}").write_bytes(seed)


if __name__ == "__main__":
    main(sys.argv[1])
