#!/usr/bin/env python3
"""Checks that NumPy and PyTorch take what libctorch gives, and the other way round: DLPack in both forms and
both directions, and files of NumPy's. No extension module: ctypes loads the library, and Python's own functions make capsules.

usage: exchange.py LIBCTORCH
SPDX-License-Identifier: BSD-3-Clause
"""
import ctypes
import os
import sys
import tempfile

import numpy
import torch

DTYPES = {"uint8": 1, "int8": 2, "int16": 3, "int32": 4, "int64": 5, "float16": 6, "float32": 7, "float64": 8,
          "complex64": 10, "complex128": 11, "bool": 12}

library = ctypes.CDLL(sys.argv[1])
python = ctypes.pythonapi
python.PyCapsule_New.restype = ctypes.py_object
python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
python.PyCapsule_GetPointer.restype = ctypes.c_void_p
python.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
python.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]
library.ct_error_message.restype = ctypes.c_char_p
library.ct_live_handles.restype = ctypes.c_int64


def call(name, *arguments, result=ctypes.c_void_p):
    function = library[name]
    function.restype = result
    value = function(*arguments)
    assert value if result is ctypes.c_void_p else value == 0, library.ct_error_message()
    return value


def handle(pointer):
    return ctypes.c_void_p(pointer)


def tensor_of(array):
    """A tensor of libctorch's that holds a copy of an array."""
    rows = numpy.ascontiguousarray(array)
    shape = (ctypes.c_int64 * array.ndim)(*array.shape)
    return handle(call("ct_tensor_new", handle(rows.ctypes.data), shape, ctypes.c_size_t(array.ndim),
                       DTYPES[array.dtype.name]))


def array_of(tensor, like):
    """What a tensor of libctorch's holds, as an array of that shape and type."""
    array = numpy.empty(like.shape, like.dtype)
    call("ct_tensor_copy_out", tensor, handle(array.ctypes.data), ctypes.c_size_t(array.size), DTYPES[like.dtype.name],
         result=ctypes.c_int)
    return array


class Lent:
    """A tensor of libctorch's as an object of the DLPack protocol."""

    def __init__(self, tensor, versioned):
        self.tensor, self.versioned = tensor, versioned

    def __dlpack__(self, stream=None, max_version=None, dl_device=None, copy=None):
        if self.versioned and max_version and max_version[0] >= 1:
            return python.PyCapsule_New(call("ct_tensor_to_dlpack_versioned_with", self.tensor, None),
                                        b"dltensor_versioned", None)
        return python.PyCapsule_New(call("ct_tensor_to_dlpack", self.tensor), b"dltensor", None)

    def __dlpack_device__(self):
        return 1, 0


def taken(capsule):
    """A tensor of libctorch's from a capsule, which is used up as the protocol says."""
    versioned = "versioned" in repr(capsule)
    name = b"dltensor_versioned" if versioned else b"dltensor"
    pointer = handle(python.PyCapsule_GetPointer(capsule, name))
    # A capsule keeps a pointer to its name.
    python.PyCapsule_SetName(capsule, USED[versioned])
    return handle(call("ct_tensor_from_dlpack_versioned" if versioned else "ct_tensor_from_dlpack", pointer))


USED = [b"used_dltensor", b"used_dltensor_versioned"]


def capsules(x):
    """The capsules that this release of a library makes."""
    yield x.__dlpack__()
    try:
        yield x.__dlpack__(max_version=(1, 0))
    except TypeError:
        pass  # a release that knows the older form only


def arrays():
    for name in DTYPES:
        yield (numpy.arange(24).reshape(2, 3, 4) % 7).astype(name)
    yield numpy.arange(6, dtype="float32").reshape(2, 3).T
    yield numpy.arange(12, dtype="int64")[1::3]
    yield numpy.array(3.5)
    yield numpy.zeros((0, 3), "float32")


def knows(array):
    """The libraries that exchange such an array: neither knew DLPack's bool before its version 2."""
    return [other for other in (torch, numpy) if array.dtype != bool or other.__version__ >= "2"]


def check_dlpack(array):
    tensor, theirs = tensor_of(array), array
    for versioned in (False, True):
        for other in knows(array):
            theirs = other.from_dlpack(Lent(tensor, versioned))
            numpy.testing.assert_array_equal(numpy.asarray(theirs), array)
    library.ct_tensor_free(tensor)
    # The memory outlives our handle.
    numpy.testing.assert_array_equal(numpy.asarray(theirs), array)

    for other in knows(array):
        source = array.copy() if other is numpy else torch.from_numpy(array.copy())
        for capsule in capsules(source):
            ours = taken(capsule)
            del capsule
            numpy.testing.assert_array_equal(array_of(ours, array), array)
            library.ct_tensor_free(ours)


def check_sharing():
    """Both write to one memory, and the other library is told when it is free."""
    array = numpy.zeros(3, "float32")
    count = sys.getrefcount(array)
    ours = taken(array.__dlpack__())
    assert sys.getrefcount(array) == count + 1
    array[1] = 5
    assert array_of(ours, array).tolist() == [0, 5, 0]
    library.ct_tensor_free(ours)
    assert sys.getrefcount(array) == count


def check_files(array, folder):
    path = os.path.join(folder, "x.npy").encode()
    tensor = tensor_of(array)
    call("ct_npy_save", path, tensor, result=ctypes.c_int)
    read = numpy.load(path.decode(), allow_pickle=False)
    assert read.dtype == array.dtype and read.shape == array.shape
    numpy.testing.assert_array_equal(read, array)

    archive = os.path.join(folder, "x.npz").encode()
    dictionary = handle(call("ct_dict_new"))
    for name in (b"z", b"net.weight"):
        call("ct_dict_set", dictionary, name, tensor, result=ctypes.c_int)
    call("ct_npz_save", archive, dictionary, result=ctypes.c_int)
    with numpy.load(archive.decode(), allow_pickle=False) as several:
        assert several.files == ["z", "net.weight"]
        assert several.zip.testzip() is None
        numpy.testing.assert_array_equal(several["net.weight"], array)
    library.ct_dict_free(dictionary)
    library.ct_tensor_free(tensor)


def main():
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for array in arrays():
            check_dlpack(array)
            check_files(array, folder)
            count += 1
    check_sharing()
    assert library.ct_live_handles(None) == 0
    print(f"{count} arrays to NumPy {numpy.__version__} and PyTorch {torch.__version__} and back")


if __name__ == "__main__":
    main()
