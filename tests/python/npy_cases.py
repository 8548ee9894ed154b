"""Files of NumPy for tests/test_npy.c: FOLDER/npy/*.npy and *.npz, and FOLDER/npy.pt, what is in the former by name.

SPDX-License-Identifier: BSD-3-Clause
"""
import pathlib
import sys

import numpy
import torch

TYPES = ["b1", "u1", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = [(), (1,), (0,), (5,), (2, 3), (0, 3), (2, 3, 4)]


def numbers(kind, shape):
    values = (numpy.arange(numpy.prod(shape, dtype=int)) * 37 % 101).reshape(shape)
    if kind.startswith("c"):
        return (values - 3j * values[::-1] if shape else values - 3j).astype(kind)
    if kind.startswith("b"):
        return values % 2 == 1
    return (values if kind.startswith("u") else values - 50).astype(kind)


def arrays():
    """Every type in both byte orders and both orders of the elements, and every version of the format."""
    for kind in TYPES:
        for order, order_name in (("<", "little"), (">", "big")):
            yield f"{kind}_{order_name}", numbers(kind, (2, 3)).astype(order + kind), (1, 0)
        yield f"{kind}_columns", numpy.asfortranarray(numbers(kind, (2, 3, 4))), (1, 0)
    for shape in SHAPES:
        yield f"shape_{'x'.join(map(str, shape)) or 'none'}", numbers("f4", shape), (1, 0)
    yield "many_dims", numbers("i4", (1,) * 20 + (2,)), (1, 0)
    yield "columns_big", numpy.asfortranarray(numbers("i4", (3, 4)).astype(">i4")), (1, 0)
    yield "version_2", numbers("f8", (3, 2)), (2, 0)
    yield "version_3", numbers("f8", (3, 2)), (3, 0)


def write(folder):
    place = folder / "npy"
    place.mkdir(exist_ok=True)
    expected = {}
    for name, array, version in arrays():
        with open(place / f"{name}.npy", "wb") as file:
            numpy.lib.format.write_array(file, array, version)
        native = numpy.array(array, dtype=array.dtype.newbyteorder("="), order="C")
        expected[name] = torch.from_numpy(native).clone()
    torch.save(expected, folder / "npy.pt")

    some = {"z": numbers("f4", (2, 3)), "a": numbers("i8", (4,)), "m/n": numbers("b1", ())}
    numpy.savez(place / "some.npz", **some)
    numpy.savez(place / "none.npz")
    numpy.savez_compressed(place / "compressed.npz", **some)
    numpy.save(place / "objects.npy", numpy.array([None, 1], dtype=object))
    numpy.save(place / "texts.npy", numpy.array(["a", "bc"]))
    numpy.save(place / "dates.npy", numpy.array(["2000-01-01"], dtype="M8[D]"))
    numpy.save(place / "records.npy", numpy.zeros(2, dtype=[("x", "f4"), ("y", "i4")]))
    numpy.save(place / "long_doubles.npy", numpy.zeros(2, dtype="g"))


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
