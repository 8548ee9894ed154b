"""A model that is saved whole: the Python side.

Writes weights.pt, the model itself, and reference.pt, an input and the model's output for it:

    python3 model.py [folder]
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn


class Residual(nn.Module):
    def __init__(self, channels, activation, shares):
        super().__init__()
        self.activation = activation
        self.shares = shares
        self.body = nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        skipped, computed = self.shares
        return self.activation(skipped * x + computed * self.body(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.blocks = nn.ModuleList([Residual(8, torch.tanh, (0.5, 1.0)), Residual(8, F.relu, (1.0, 0.25))])
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5), nn.LogSoftmax(dim=-1))

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = Net()
    for _ in range(3):  # gives the batch norms statistics of their own
        model(torch.randn(8, 3, 17, 17))
    model.eval()
    x = torch.randn(2, 3, 17, 17)
    with torch.no_grad():
        y = model(x)
    torch.save(model, folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")
    print(model)


if __name__ == "__main__":
    main()
