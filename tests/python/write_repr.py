"""Writes how the PyTorch at hand prints some trees of modules, to be committed: write_repr.py tests/golden.

SPDX-License-Identifier: BSD-3-Clause
"""
import pathlib
import sys

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)


def block():
    return nn.Sequential(nn.Linear(2, 2), nn.ReLU())


# tests/test_module.c has the same trees in C.
TREES = {
    "tree_empty": lambda: Net(),
    "tree_empty_list": lambda: nn.ModuleList(),
    "tree_empty_sequential": lambda: nn.Sequential(),
    "tree_equal": lambda: nn.ModuleList([nn.Linear(2, 2) for _ in range(3)]),
    "tree_runs": lambda: nn.ModuleList([nn.ReLU(), block(), block(), nn.Tanh(), nn.ReLU(), nn.ReLU()]),
    "tree_nested": lambda: Net(
        norm=nn.BatchNorm2d(3, momentum=None),
        layers=nn.ModuleList([nn.ModuleList([block(), block()]), nn.ModuleList()])),
}


def main():
    release = ".".join(torch.__version__.split(".")[:2])
    texts = (f"# {name}\n{make()}\n" for name, make in TREES.items())
    (pathlib.Path(sys.argv[1]) / f"repr_{release}.txt").write_text("\n".join(texts))


if __name__ == "__main__":
    main()
