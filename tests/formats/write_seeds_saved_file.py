#!/usr/bin/env python3
"""Writes what fuzz_saved_file begins with: write_seeds_saved_file.py DIRECTORY. Each of the samples beside
this file becomes a seed for each way in that fuzz_saved_file.c has. Needs no torch.
SPDX-License-Identifier: BSD-3-Clause
"""
import os
import pathlib
import pickletools
import sys
import zipfile

ZIP, STREAM, PICKLE, WHOLE = (bytes([mode]) for mode in range(4))


def behind_head(data):
    """What follows the first three pickles of a legacy stream."""
    for _ in range(3):
        for _, _, at in pickletools.genops(data):
            end = at + 1
        data = data[end:]
    return data


def seeds(path):
    data = path.read_bytes()
    yield WHOLE + data
    if not zipfile.is_zipfile(path):
        yield STREAM + behind_head(data)
        return
    yield ZIP + data
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(("data.pkl", "constants.pkl")):
                yield PICKLE + archive.read(name)


def main(directory):
    os.makedirs(directory, exist_ok=True)
    for path in pathlib.Path(__file__).parent.glob("samples*/*"):
        for number, seed in enumerate(seeds(path)):
            pathlib.Path(directory, f"{path.parent.name}-{path.name}-{number}").write_bytes(seed)


if __name__ == "__main__":
    main(*sys.argv[1:])
