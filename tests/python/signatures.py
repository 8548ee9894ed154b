"""That the table of layers has Python's names, order and defaults: tools/layers against the torch.nn at hand.

With PyTorch 2.14 both are the same; an older release lacks arguments, and layers, of it.

SPDX-License-Identifier: BSD-3-Clause
"""
import inspect
import pathlib
import sys

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from layer_table import parse  # noqa: E402

RELEASE = tuple(int(number) for number in torch.__version__.split(".")[:2])
REQUIRED = inspect.Parameter.empty
VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def of_table(layer):
    return [(a.name, REQUIRED if a.is_required else a.default) for a in layer.arguments]


def of_python(class_):
    """None without a class, or where __init__ takes anything: it has no arguments, or hands them on (RNN)."""
    parameters = list(inspect.signature(class_).parameters.values()) if class_ else []
    if not class_ or any(p.kind in VARIADIC for p in parameters):
        return None
    return [(p.name, "relu" if p.default is torch.nn.functional.relu else p.default) for p in parameters]


def faults(layer):
    class_ = getattr(torch.nn, layer.name, None)
    if class_ is None:
        if RELEASE >= (2, 14) and not layer.is_hidden:
            yield "torch.nn has no such layer"
        return
    python, table = of_python(class_), of_table(layer)
    if python is None:
        return
    known = table if RELEASE >= (2, 14) else [argument for argument in table if argument in python]
    if known != python:
        yield f"{table} instead of {python}"


def main():
    layers = [layer for section in parse.read(ROOT / "tools" / "layers") for layer in section.layers]
    found = [f"{layer.name}: {fault}" for layer in layers for fault in faults(layer)]
    compared = sum(of_python(getattr(torch.nn, layer.name, None)) is not None for layer in layers)
    print(*found, f"{compared} signatures compared", sep="\n")
    return 1 if found or compared < 130 else 0


if __name__ == "__main__":
    sys.exit(main())
