"""What Python says of its element types: FOLDER/dtype.txt, for tests/test_dtype.c. One fact a line:

    type NAME size is_floating_point is_complex is_signed      (-: Python raises)
    alias WORD NAME
    finfo NAME bits eps max min tiny smallest_normal resolution NAME-of-parts
    iinfo NAME bits min max
    promote NAME NAME RESULT                                   (-: Python raises)
    cast NAME NAME 0|1
    result NAME dim NAME dim RESULT                            (of tensors of so many dimensions)
    number NAME dim int|float RESULT                           (of a tensor and a number)
SPDX-License-Identifier: BSD-3-Clause
"""
import sys
import pathlib
import warnings

import torch

NAMES = sorted(name for name, value in vars(torch).items() if isinstance(value, torch.dtype))
TYPES = sorted({getattr(torch, name) for name in NAMES}, key=str)
ARITHMETIC = [torch.bool, torch.uint8, torch.int8, torch.int32, torch.int64, torch.float16, torch.bfloat16,
              torch.float32, torch.float64, torch.complex64, torch.complex128]
LIMITS = ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution")


def short(dtype):
    return str(dtype)[len("torch."):]


def or_dash(question):
    """The answer, or - where Python raises."""
    try:
        answer = question()
    except (RuntimeError, TypeError):
        return "-"
    return int(answer) if isinstance(answer, bool) else answer


def of_types():
    for dtype in TYPES:
        yield ("type", short(dtype), torch.empty(0, dtype=dtype).element_size(), int(dtype.is_floating_point),
               int(dtype.is_complex), or_dash(lambda: dtype.is_signed))
    for name in NAMES:
        if name != short(getattr(torch, name)):
            yield "alias", name, short(getattr(torch, name))


def of_limits():
    # Comparing limits with a text reads what is not there, so they are told from it by their class.
    for dtype in TYPES:
        # Of float4_e2m1fn_x2 Python makes an object that answers nothing.
        limits = or_dash(lambda: torch.finfo(dtype)) if "float4" not in str(dtype) else "-"
        if not isinstance(limits, str):
            yield "finfo", short(dtype), *(float(getattr(limits, name)).hex() for name in LIMITS), limits.dtype
        limits = or_dash(lambda: torch.iinfo(dtype))
        if not isinstance(limits, str):
            yield "iinfo", short(dtype), limits.bits, limits.min, limits.max


def of_promotion():
    for a in TYPES:
        for b in TYPES:
            promoted = or_dash(lambda: torch.promote_types(a, b))
            yield "promote", short(a), short(b), promoted if promoted == "-" else short(promoted)
            yield "cast", short(a), short(b), or_dash(lambda: torch.can_cast(a, b))
    tensors = [torch.zeros([1] * dim, dtype=dtype) for dtype in ARITHMETIC for dim in (0, 1)]
    for x in tensors:
        for y in tensors:
            yield "result", short(x.dtype), x.dim(), short(y.dtype), y.dim(), short(torch.result_type(x, y))
        for number in (1, 0.5):
            yield "number", short(x.dtype), x.dim(), type(number).__name__, short(torch.result_type(x, number))


def write(folder):
    with warnings.catch_warnings(), open(folder / "dtype.txt", "w", encoding="utf-8") as file:
        warnings.simplefilter("ignore")
        for facts in (of_types, of_limits, of_promotion):
            for fact in facts():
                print(*fact, file=file)


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
