"""Layers in a row, nn.Sequential: the Python side.

Writes weights.pt, the model's state_dict, and reference.pt, an input and the model's output for it:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(10, 50), nn.ReLU(), nn.Linear(50, 2), nn.Sigmoid())
    print(model)

    x = torch.randn(1, 10)
    with torch.no_grad():
        y = model(x)
    print(y)
    torch.save(model.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")


if __name__ == "__main__":
    main()
