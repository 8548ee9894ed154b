"""The parameters of a model whose layers are in a Python list, and of one with an nn.ModuleList: the Python side.

Writes weights.pt, the second model's state_dict, and reference.pt, an input and the output of both for it:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def count(model):
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    return sum(n for n, _ in sizes), sum(n for n, trainable in sizes if trainable)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    convs = [nn.Conv2d(7, 13 if i == 9 else 7, kernel_size=1) for i in range(10)]
    with_plain = Net(convs)
    with_list = Net(nn.ModuleList(convs))
    print("in a list:", count(with_plain))
    print("in a ModuleList:", count(with_list))

    x = torch.randn(1, 7, 30, 30)
    with torch.no_grad():
        y = with_list(x)
        print(y.shape, torch.equal(with_plain(x), y))
    torch.save(with_list.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")


if __name__ == "__main__":
    main()
