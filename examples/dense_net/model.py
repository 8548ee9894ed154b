"""A small DenseNet: layers made in a loop and spread into a Sequential. The Python side.

Writes weights.pt, the state_dict before training, and reference.pt, the output then and the losses of 20 steps:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from collections import OrderedDict
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

IMAGES, SIZE, CLASSES, STEPS = 32, 8, 4, 20


class DenseLayer(nn.Module):
    """Adds channels to those it is given."""

    def __init__(self, in_channels, growth_rate):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, growth_rate, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat((x, self.conv(F.relu(self.norm(x)))), 1)


def make_dense(in_channels, growth_rate, num_layers):
    layers = [DenseLayer(in_channels + i * growth_rate, growth_rate) for i in range(num_layers)]
    return nn.Sequential(*layers)


def make_transition(in_channels, out_channels):
    return nn.Sequential(
        nn.BatchNorm2d(in_channels), nn.ReLU(), nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.AvgPool2d(2))


def make_dense_net():
    return nn.Sequential(OrderedDict([
        ("conv", nn.Conv2d(1, 8, 3, padding=1, bias=False)),
        ("dense1", make_dense(8, 4, 3)),
        ("transition", make_transition(20, 10)),
        ("dense2", make_dense(10, 4, 3)),
        ("norm", nn.BatchNorm2d(22)),
        ("relu", nn.ReLU()),
        ("pool", nn.AdaptiveAvgPool2d(1)),
        ("flatten", nn.Flatten()),
        ("classifier", nn.Linear(22, CLASSES)),
    ]))


def stripe(label, y, x):
    """Horizontal stripes, vertical ones, a chessboard, diagonal stripes."""
    return (y // 2, x // 2, x // 2 + y // 2, (x + y) // 2)[label] % 2


def images():
    pixels = [[[stripe(i % CLASSES, y, x) * 8 + (i * 5 + y * 3 + x * 7) % 11 for x in range(SIZE)]
               for y in range(SIZE)] for i in range(IMAGES)]
    return torch.tensor(pixels, dtype=torch.float32).unsqueeze(1)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = make_dense_net()
    print(model)
    torch.save(model.state_dict(), folder / "weights.pt")

    x, target = images(), torch.arange(IMAGES) % CLASSES
    model.eval()
    with torch.no_grad():
        output = model(x)
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    right = int((torch.argmax(model(x), 1) == target).sum())
    print(f"loss {losses[0]:f}, after {STEPS} steps {losses[-1]:f}; {right} of {IMAGES} right")
    torch.save({"output": output, "losses": torch.tensor(losses, dtype=torch.float64)}, folder / "reference.pt")


if __name__ == "__main__":
    main()
