"""An nn.Sequential that holds an nn.ModuleList, and the two ways to mend it: the Python side.

Writes weights.pt, the mended model's state_dict, and reference.pt, an input and the model's output for it:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn


class Chain(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    convs = [nn.Conv2d(1, 1, kernel_size=3, padding=1, bias=False) for _ in range(2)]
    layers = nn.ModuleList(convs)
    x = torch.randn(1, 1, 8, 8)

    broken = nn.Sequential(layers)
    try:
        broken(x)
    except NotImplementedError as error:
        print(error)

    model = nn.Sequential(Chain(layers))
    print(model)
    unpacked = nn.Sequential(*convs)
    with torch.no_grad():
        y = model(x)
        print(torch.equal(unpacked(x), y))
    torch.save(model.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")


if __name__ == "__main__":
    main()
