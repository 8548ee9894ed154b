"""Layers that run only on a condition, and one that does not fit: the Python side.

Writes weights.pt, the model's state_dict, and reference.pt, an input and the outputs for it, condition off and on:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.condition = False
        self.layers = nn.ModuleList(
            [nn.Linear(10, 50), nn.ReLU(), nn.Linear(50, 2), nn.Sigmoid(), nn.Linear(2, 100)])

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            if i < 3 or self.condition:
                x = layer(x)
        return x


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = Net()
    x = torch.randn(1, 10)
    torch.save(model.state_dict(), folder / "weights.pt")

    with torch.no_grad():
        off = model(x)
        model.condition = True
        on = model(x)
        print(off.shape, on.shape)
        torch.save({"input": x, "off": off, "on": on}, folder / "reference.pt")

        model.layers[4] = nn.Linear(10, 100)
        try:
            model(x)
        except RuntimeError as error:
            print(error)

        model.condition = False
        print(torch.equal(model(x), off))


if __name__ == "__main__":
    main()
