"""An image classifier with a Flatten of its own between convolution and linear layer: the Python side.

Writes weights.pt, the model's state_dict in half precision, and reference.pt, an input and the model's output for it:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn


class Flatten(nn.Module):
    def forward(self, x):
        return x.reshape(x.size(0), -1)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 32, kernel_size=7, stride=2),  # (N, 3, 32, 32) to (N, 32, 13, 13)
        nn.ReLU(),
        Flatten(),
        nn.Linear(32 * 13 * 13, 10),
    )
    print(model)

    # Half precision makes a file of half the size; loading it converts to the model's float32.
    state = {name: tensor.half() for name, tensor in model.state_dict().items()}
    torch.save(state, folder / "weights.pt")
    model.load_state_dict(state)

    x = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        y = model(x)
    print(y)
    torch.save({"input": x, "output": y}, folder / "reference.pt")


if __name__ == "__main__":
    main()
