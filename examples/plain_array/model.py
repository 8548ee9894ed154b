"""Layers in a Python list, which no optimizer sees, and in the nn.ModuleList that mends it: the Python side.

Writes weights.pt, the mended model's state_dict, and reference.pt, data and the output after a step of training:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
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
    layers = [nn.Linear(10, 50), nn.ReLU(), nn.Linear(50, 2)]

    plain = Net(layers)
    try:
        torch.optim.SGD(plain.parameters(), lr=0.1)
    except ValueError as error:
        print(error)

    model = Net(nn.ModuleList(layers))
    torch.save(model.state_dict(), folder / "weights.pt")
    x, target = torch.randn(8, 10), torch.randn(8, 2)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = F.mse_loss(model(x), target)
    loss.backward()
    optimizer.step()

    with torch.no_grad():
        y = model(x)
        print("loss", loss.item(), "and after a step", F.mse_loss(y, target).item())
        print(torch.equal(plain(x), y))
    torch.save({"input": x, "target": target, "output": y}, folder / "reference.pt")


if __name__ == "__main__":
    main()
