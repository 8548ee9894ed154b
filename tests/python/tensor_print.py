"""How Python prints tensors of many kinds: FOLDER/tensor_print.pt, the tensors by name, and FOLDER/tensor_print.txt,
their texts, for tests/test_tensor_print.c.

What PyTorch 2.14 prints in another way than earlier releases is committed: tensor_print.py tests/golden, run with 2.14.
SPDX-License-Identifier: BSD-3-Clause
"""
import math
import pathlib
import sys

import torch

DEFAULTS = {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80, "sci_mode": None}

REALS = {
    "whole": [1, 20, -300], "fraction": [1, -2.5], "rounded": [0.99995, 0.00015, 0.12345], "half_even": [0.5, 1.5, 2.5],
    "zeros": [0, 0], "minus_zeros": [-0.0, -0.0], "minus_zero": [-0.0, 1, 2], "minus_zero_fraction": [-0.0, 0.5],
    "nan": [math.nan], "minus_nan": [-math.nan, 0.25], "infinite": [math.inf, -math.inf, math.nan, 0],
    "infinite_whole": [math.inf, 1, -math.inf], "infinite_fraction": [-math.inf, 0.5, math.nan],
    "infinite_scientific": [1e-6, math.inf, -math.nan, 1], "ratio_1000": [1, 1000], "ratio_1001": [1, 1001],
    "ratio_fraction": [0.5, 501], "ratio_500": [0.5, 500], "hundred_millions": [1e8, 1e8], "more": [1.01e8, 1e8],
    "ten_thousandth": [1e-4, 5e-4], "less": [0.9e-4], "large": [3e38, -1e38], "tiny": [1e-40, 6e-8],
    "one_third": [1 / 3], "wide": [1234.5, 99999, 100], "zero_scientific": [0, -0.0, 1e-5, 1],
}
REAL_TYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
WHOLE_TYPES = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
# Those that this release has.
NEW_WHOLE_TYPES = [getattr(torch, name) for name in ("uint16", "uint32", "uint64") if hasattr(torch, name)]
FLOAT8_TYPES = [getattr(torch, name) for name in ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")
                if hasattr(torch, name)]
SHAPES = [(), (1,), (6,), (30,), (100,), (1, 1, 1, 1), (2, 3), (40, 2), (3, 20), (2, 3, 4), (2, 2, 2, 2),
          (2, 1, 2, 1, 2)]
EMPTY = [(0,), (0, 3), (3, 0), (2, 0, 3), (0, 0)]
LONG = [(1000,), (1001,), (11, 100), (7, 150), (1, 1200), (1200, 1), (2, 3, 200), (20, 30, 2), (6, 7, 30),
        (3, 1, 5, 7, 10)]


def fractions(*shape, dtype=torch.float32):
    """Fractions of both signs whose bits are the same on every machine."""
    numbers = torch.arange(math.prod(shape), dtype=torch.float64)
    return ((numbers * 37 % 101 - 50) / 64).reshape(shape).to(dtype)


def numbers(*shape, dtype=torch.int64):
    return (torch.arange(math.prod(shape)) * 37 % 101).reshape(shape).to(dtype)


def complexes(*shape, dtype=torch.complex64):
    return torch.complex(fractions(*shape), numbers(*shape).float() - 50).to(dtype)


def holes(*shape, dtype=torch.float32):
    """Two of three elements are 0."""
    return fractions(*shape, dtype=dtype) * (numbers(*shape) % 3 == 0)


def title(prefix, shape, dtype=torch.float32):
    return f"{prefix}_{'x'.join(map(str, shape)) or 'scalar'}_{str(dtype)[len('torch.'):]}"


def plain():
    """Tensors that are printed with the default options."""
    for name, values in REALS.items():
        yield f"{name}_scalar", torch.tensor(values[0], dtype=torch.float32)
        for dtype in REAL_TYPES:
            yield f"{name}_{str(dtype)[len('torch.'):]}", torch.tensor(values, dtype=torch.float64).to(dtype)
    for shape in SHAPES + LONG:
        yield title("fractions", shape), fractions(*shape)
        yield title("numbers", shape), numbers(*shape)
        yield title("complexes", shape), complexes(*shape)
        yield title("odd", shape), numbers(*shape) % 2 == 1
    for dtype in WHOLE_TYPES:
        limits = torch.iinfo(dtype)
        yield title("limits", (2,), dtype), torch.tensor([limits.min, limits.max], dtype=dtype)
        yield title("limit", (), dtype), torch.tensor(limits.min, dtype=dtype)
        yield title("numbers", (40, 40), dtype), numbers(40, 40, dtype=dtype)
    for dtype in NEW_WHOLE_TYPES:
        yield title("limits", (2,), dtype), torch.tensor([0, torch.iinfo(dtype).max], dtype=dtype)
        yield title("numbers", (4, 5), dtype), numbers(4, 5, dtype=dtype)
    for dtype in FLOAT8_TYPES:
        yield title("fractions", (4, 5), dtype), fractions(4, 5).to(dtype)
        yield title("fractions", (), dtype), fractions().to(dtype)
    for shape in EMPTY:
        for dtype in (torch.float32, torch.int64, torch.bool, torch.complex128, torch.float16):
            yield title("empty", shape, dtype), torch.empty(shape, dtype=dtype)
    for name, values in REALS.items():
        yield f"{name}_imaginary", torch.complex(torch.ones(len(values)).double(), torch.tensor(values).double())
    yield "permuted", fractions(3, 4, 5).permute(2, 0, 1)
    yield "expanded", fractions(3, 1).expand(3, 4)
    yield "every_other", fractions(2000)[::2]


def with_gradients():
    for shape in [(), (1,), (0,), (0, 2), (8,), (9,), (10,), (2, 3), (2000,)]:
        yield title("leaf", shape), fractions(*shape).requires_grad_()
        yield title("leaf", shape, torch.float64), fractions(*shape, dtype=torch.float64).requires_grad_()


def view_changed(x):
    y = x + x
    y[0].add_(y[0])
    return y


def changed_view(x):
    y = (x + x)[0]
    y.add_(y)
    return y


def changed_in_no_grad(x):
    with torch.no_grad():
        y = x[0]
        y.add_(y)
    return y


def sparse_grad(x):
    layer = torch.nn.Embedding(5, 2, sparse=True)
    layer(x).sum().backward()
    return layer.weight.grad


def quantized(x):
    return torch.quantize_per_tensor(x, 0.1, 10, torch.quint8)


def quantized_channels(x):
    n = x.size(0)
    return torch.quantize_per_channel(x, torch.arange(1, n + 1) / 16, torch.arange(n), 0, torch.qint8)


def nested(x):
    return torch.ops.aten._nested_tensor_from_tensor_list([x, x[:1]])


# What is not saved but made of what is, in C in the same way. A case's name begins with its step.
STEPS = {
    "complex32": lambda x: x.to(torch.complex32),
    "meta": lambda x: x.to("meta"),
    "add": lambda x: x + x,
    "sum": lambda x: x.sum(),
    "relu": lambda x: x.relu(),
    "matmul": lambda x: x @ x,
    "view_changed": view_changed,
    "changed_view": changed_view,
    "changed_in_no_grad": changed_in_no_grad,
    "sparse_grad": sparse_grad,
    "coo": lambda x: x.to_sparse(),
    "csr": lambda x: x.to_sparse_csr(),
    "csc": lambda x: x.to_sparse_csc(),
    "bsr": lambda x: x.to_sparse_bsr((2, 2)),
    "bsc": lambda x: x.to_sparse_bsc((2, 2)),
    "mkldnn": lambda x: x.to_mkldnn(),
    "quantized": quantized,
    "quantized_channels": quantized_channels,
    "nested": nested,
}


def made_by_steps():
    for shape in [(), (3,), (2, 3), (0,), (0, 2), (1001,), (40, 30)]:
        yield title("complex32.", shape), complexes(*shape)
    for x in fractions(2, 3), numbers(2), numbers(0), fractions(), torch.tensor([True]), fractions(3).requires_grad_():
        yield title("meta." + "leaf_" * x.requires_grad, x.shape, x.dtype), x
    for step in "add", "sum", "relu", "matmul", "view_changed", "changed_view":
        for n in 1, 3, 20, 40:
            yield title(f"{step}.", (n, n)), fractions(n, n).requires_grad_()
    for shape in [(0,), (1,), (3,), (2, 20), (1200,)]:
        yield title("sparse_grad.", shape), numbers(*shape) % 5


def in_other_layouts():
    for step in "coo", "csr", "csc", "bsr", "bsc":
        for shape in [(4, 6), (60, 60)]:
            for dtype in (torch.float32, torch.float64, torch.int64, torch.int32):
                yield title(f"{step}.", shape, dtype), holes(*shape).mul(64).to(dtype)
        yield title(f"{step}.zeros_", (4, 6)), torch.zeros(4, 6)
    for shape in [(3,), (2, 3), (40, 30), (2, 3, 4)]:
        yield title("mkldnn.", shape), fractions(*shape)
        yield title("quantized.", shape), fractions(*shape)
        yield title("quantized_channels.", shape), fractions(*shape)
        yield title("nested.", shape), fractions(*shape)
        yield title("nested.", shape, torch.float64), fractions(*shape, dtype=torch.float64)
        yield title("nested.leaf_", shape), fractions(*shape).requires_grad_()
    yield title("quantized.", (0, 3)), fractions(0, 3)
    yield title("quantized.", ()), fractions()


def with_options():
    """Triples of a name, a tensor and its options."""
    tensors = {"fractions": fractions(4, 30), "numbers": numbers(7, 9), "complexes": complexes(3, 5),
               "whole": fractions(9).round(), "leaf": fractions(3).requires_grad_(), "scalar": fractions()}
    options = [("precision", n) for n in (0, 1, 8, 17)] + [("threshold", n) for n in (0, 5, 62, 63, math.inf)]
    options += [("linewidth", n) for n in (0, 20, 41, 120)]
    for name, x in tensors.items():
        for option, value in options:
            yield f"{name}_{option}_{value}", x, {option: value}
        for edgeitems in 1, 2, 4, 2**62:
            yield f"{name}_edgeitems_{edgeitems}", x, {"edgeitems": edgeitems, "threshold": 5}
    yield "profile_short", fractions(50, 50), {"precision": 2, "edgeitems": 2}
    yield "nested.options", fractions(3, 30), {"precision": 2, "linewidth": 60}
    yield "quantized_channels.options", fractions(3, 30), {"precision": 2, "linewidth": 60}
    yield "csr.options", holes(3, 30), {"precision": 2, "linewidth": 60}
    yield "profile_full", fractions(1001), {"threshold": math.inf}
    yield "smallest", torch.tensor([5e-324], dtype=torch.float64), {"precision": 1074}


def changed():
    """Triples again, of which 2.14 prints some otherwise than earlier releases."""
    for name, values in REALS.items():
        for sci_mode in True, False:
            yield f"sci_{sci_mode}_{name}", torch.tensor(values, dtype=torch.float32), {"sci_mode": sci_mode}
    for sci_mode in True, False:
        yield f"sci_{sci_mode}_long", fractions(30, 40), {"sci_mode": sci_mode, "precision": 2}
        yield f"sci_{sci_mode}_complex", complexes(30), {"sci_mode": sci_mode}
        yield f"sci_{sci_mode}_numbers", numbers(3), {"sci_mode": sci_mode}
    for shape in [(), (1,), (0,), (0, 2), (2, 3), (1001,), (30, 40)]:
        yield title("no_edges", shape), fractions(*shape, dtype=torch.float64), {"edgeitems": 0}
    yield "largest", torch.tensor([-sys.float_info.max], dtype=torch.float64), {"sci_mode": False, "precision": 1074}
    yield "changed_in_no_grad.", fractions(3).requires_grad_(), {}


def unchanged():
    for cases in plain, with_gradients, made_by_steps, in_other_layouts:
        for name, x in cases():
            yield name, x, {}
    yield from with_options()


def write_texts(path, cases):
    """For each case a line with its name, its options and how many lines its text has, and the text."""
    with path.open("w") as file:
        for name, x, options in cases:
            options = {**DEFAULTS, **options}
            torch.set_printoptions(**options)
            step, dot, _ = name.partition(".")
            text = str(STEPS[step](x) if dot else x)
            options["sci_mode"] = {None: -1, False: 0, True: 1}[options["sci_mode"]]
            numbers = [min(value, 2**63 - 1) for value in options.values()]
            print(name, *numbers, text.count("\n") + 1, file=file)
            print(text, file=file)
    torch.set_printoptions(profile="default", sci_mode=None)


def write(folder):
    tensors = {name: x for cases in (unchanged, changed) for name, x, _ in cases()}
    torch.save(tensors, folder / "tensor_print.pt")
    write_texts(folder / "tensor_print.txt", unchanged())


def main():
    release = ".".join(torch.__version__.split(".")[:2])
    write_texts(pathlib.Path(sys.argv[1]) / f"tensor_print_{release}.txt", changed())


if __name__ == "__main__":
    main()
