"""An nn.ModuleList in a module of one's own in an nn.Sequential: the Python side.

Writes weights.pt, the model's state_dict, and reference.pt, an input and the model's output for it:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn


class Stage(nn.Module):
    """Adds what each of its blocks computes to what the block was given."""

    def __init__(self, features, num_blocks):
        super().__init__()
        self.blocks = nn.ModuleList(
            [nn.Sequential(nn.Linear(features, features), nn.Tanh()) for _ in range(num_blocks)])

    def forward(self, x):
        for block in self.blocks:
            x = x + block(x)
        return x


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = nn.Sequential(OrderedDict([
        ("stem", nn.Linear(10, 8)),
        ("stage1", Stage(8, num_blocks=3)),
        ("stage2", Stage(8, num_blocks=2)),
        ("head", nn.Linear(8, 2)),
    ]))
    print(model)
    for name, tensor in model.state_dict().items():
        print(name, tensor.shape)

    x = torch.randn(3, 10)
    with torch.no_grad():
        y = model(x)
        inner = model.stage2.blocks[1][0](torch.ones(1, 8))
    torch.save(model.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y, "inner": inner}, folder / "reference.pt")


if __name__ == "__main__":
    main()
