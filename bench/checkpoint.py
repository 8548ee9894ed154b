#!/usr/bin/env python3
"""Times reading a state_dict of 400 MB and its safetensors twin against Python's torch.load and a plain mapping of the
file, in turns in one process. Exits with 1 when a budget is broken.

usage: checkpoint.py LIBCTORCH [FOLDER]
SPDX-License-Identifier: BSD-3-Clause
"""
import ctypes
import mmap
import os
import statistics
import sys
import tempfile
import time

import numpy
import torch

TURNS, TENSORS, MEGABYTES = 21, 300, 400
FLOAT32 = 7  # CT_FLOAT32
SINCE_MMAP = tuple(map(int, torch.__version__.split("+")[0].split("a")[0].split(".")[:2])) >= (2, 1)

library = ctypes.CDLL(sys.argv[1])
library.ct_error_message.restype = ctypes.c_char_p
library.ct_live_handles.restype = ctypes.c_int64
for name in ("ct_archive_open_with", "ct_archive_state_dict", "ct_dict_at", "ct_load", "ct_tensor_data"):
    getattr(library, name).restype = ctypes.c_void_p
for name in ("ct_dict_size", "ct_tensor_nbytes"):
    getattr(library, name).restype = ctypes.c_size_t


def handle(value):
    """A result as a pointer, or the failure that it stands for."""
    if not value:
        sys.exit(library.ct_error_message().decode())
    return ctypes.c_void_p(value)


def open_all(path):
    """Opens an archive and makes every tensor: the dict and the tensors, which outlive the archive."""
    archive = handle(library.ct_archive_open_with(path.encode(), None))
    found = handle(library.ct_archive_state_dict(archive, None))
    tensors = [handle(library.ct_dict_at(found, ctypes.c_size_t(i))) for i in range(library.ct_dict_size(found))]
    library.ct_archive_free(archive)
    return found, tensors


def close_all(opened):
    found, tensors = opened
    for tensor in tensors:
        library.ct_tensor_free(tensor)
    library.ct_dict_free(found)


def opening(path):
    close_all(open_all(path))


def python_opening(path):
    torch.load(path, mmap=True) if SINCE_MMAP else torch.load(path)


def touch(address, size):
    """Reads every byte there."""
    words = numpy.ctypeslib.as_array(ctypes.cast(address, ctypes.POINTER(ctypes.c_int64)), (size // 8,))
    return int(words.sum())


def touching(path):
    opened = open_all(path)
    for tensor in opened[1]:
        touch(library.ct_tensor_data(tensor, FLOAT32), library.ct_tensor_nbytes(tensor))
    close_all(opened)


def plain_touching(path):
    """In as many pieces as there are tensors, so that both sides pay for as many calls from Python."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE) as mapped:
        first = ctypes.c_char.from_buffer(mapped)
        piece = os.path.getsize(path) // TENSORS // 8 * 8
        for i in range(TENSORS):
            touch(ctypes.addressof(first) + i * piece, piece)
        del first


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * mmap.PAGESIZE / 2**20


def seconds(work, path):
    begin = time.perf_counter()
    work(path)
    return time.perf_counter() - begin


def compare(ours, theirs, path):
    """The medians of both in milliseconds, and of their ratio."""
    pairs = [(seconds(ours, path), seconds(theirs, path)) for _ in range(TURNS)]
    return (*(1000 * statistics.median(column) for column in zip(*pairs)), statistics.median(a / b for a, b in pairs))


def verdict(what, value, budget, unit):
    print(f"{what:58} {value:8.2f} {unit:3} budget {budget:6.2f}  {'kept' if value <= budget else 'BROKEN'}")
    return value > budget


def growth(path):
    """How much resident memory grows when all tensors are made, and when one is touched."""
    before = resident()
    opened = open_all(path)
    made = resident()
    size = library.ct_tensor_nbytes(opened[1][0])
    touch(library.ct_tensor_data(opened[1][0], FLOAT32), size)
    touched = resident()
    close_all(opened)
    return made - before, touched - made - size / 2**20


def measure(path, kind):
    broken = 0
    if kind == "torch.save":
        name = "torch.load(mmap=True)" if SINCE_MMAP else "torch.load"
        ours, theirs, ratio = compare(opening, python_opening, path)
        print(f"{kind}: every tensor made in {ours:.2f} ms, by {name} in {theirs:.2f} ms")
        broken += verdict(f"{kind}: every tensor made, over {name}", ratio, 1, "x")
    else:
        ours = statistics.median(seconds(opening, path) for _ in range(TURNS))
        print(f"{kind}: every tensor made in {1000 * ours:.2f} ms")
    ours, theirs, ratio = compare(touching, plain_touching, path)
    print(f"{kind}: every byte touched in {ours:.1f} ms, of a plain mapping in {theirs:.1f} ms")
    broken += verdict(f"{kind}: every byte touched, over a plain mapping", ratio, 1.1, "x")
    made, touched = growth(path)
    broken += verdict(f"{kind}: memory for every tensor made", made, 1, "MB")
    broken += verdict(f"{kind}: memory for one touched, beyond its size", touched, 1, "MB")
    return broken


def main():
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        saved, twin = os.path.join(folder, "state.pt"), os.path.join(folder, "state.safetensors")
        rows = MEGABYTES * 2**20 // TENSORS // 4 // 512
        torch.save({f"layers.{i}.weight": torch.randn(rows, 512) for i in range(TENSORS)}, saved)
        state = handle(library.ct_load(saved.encode()))
        if library.ct_safetensors_save_with(twin.encode(), state, None) != 0:
            handle(None)
        library.ct_dict_free(state)
        print(f"libtorch {torch.__version__}, {TENSORS} tensors of {MEGABYTES} MB, median of {TURNS} turns")
        broken = measure(saved, "torch.save") + measure(twin, "safetensors")
    sys.exit(1 if broken or library.ct_live_handles(None) else 0)


if __name__ == "__main__":
    main()
