"""A network whose number of layers is an argument, by default 4: the Python side.

Writes weights.pt, the model's state_dict, and reference.pt, an input and the model's output for it:

    python3 model.py [folder [num_layers]]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn


class LinearNet(nn.Module):
    def __init__(self, input_size, num_layers, layers_size, output_size):
        super().__init__()
        self.linears = nn.ModuleList([nn.Linear(input_size, layers_size)])
        self.linears.extend([nn.Linear(layers_size, layers_size) for _ in range(1, num_layers - 1)])
        self.linears.append(nn.Linear(layers_size, output_size))

    def forward(self, x):
        for linear in self.linears[:-1]:
            x = torch.relu(linear(x))
        return self.linears[-1](x)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    num_layers = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    torch.manual_seed(0)
    model = LinearNet(input_size=10, num_layers=num_layers, layers_size=20, output_size=3)
    print(model)

    x = torch.randn(5, 10)
    with torch.no_grad():
        y = model(x)
    print(y)
    torch.save(model.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")


if __name__ == "__main__":
    main()
