"""Layers that are called twice, in pairs, out of order: the Python side.

Writes weights.pt, the model's state_dict, and reference.pt, an input and the model's output for it:

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
        self.linears = nn.ModuleList([nn.Linear(10, 10) for _ in range(10)])

    def forward(self, x):
        for i, linear in enumerate(self.linears):
            x = self.linears[i // 2](x) + linear(x)
        return x


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = Net()
    print(model)

    x = torch.randn(3, 10)
    with torch.no_grad():
        y = model(x)
    print(y)
    torch.save(model.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")


if __name__ == "__main__":
    main()
