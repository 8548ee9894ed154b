"""A dense block over a growing tensor: the Python side.

Writes weights.pt, the block's state_dict, and reference.pt, an input and the block's output for it:

    python3 model.py [folder]
"""
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn


def conv(in_channels, out_channels, dilation):
    return nn.Sequential(OrderedDict([
        ("conv", nn.Conv2d(in_channels, out_channels, 3, padding=dilation, dilation=dilation, bias=False)),
        ("norm", nn.BatchNorm2d(out_channels)),
    ]))


class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth_rate, num_layers):
        super().__init__()
        self.growth_rate = growth_rate
        self.initial_layer = conv(in_channels, growth_rate * num_layers, dilation=1)
        self.layers = nn.ModuleList()
        for i in range(1, num_layers):
            self.layers.add_module("layer%s" % i, conv(growth_rate, growth_rate * (num_layers - i), dilation=i))

    def forward(self, x):
        g = self.growth_rate
        out = self.initial_layer(x)
        for i, layer in enumerate(self.layers):
            out[:, (i + 1) * g:] += layer(out[:, i * g:(i + 1) * g].contiguous())
        return out[:, -g:]


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = DenseBlock(in_channels=3, growth_rate=4, num_layers=4)
    for _ in range(3):  # gives the batch norms statistics of their own
        model(torch.randn(8, 3, 12, 12))
    model.eval()
    x = torch.randn(2, 3, 12, 12)
    with torch.no_grad():
        y = model(x)
    torch.save(model.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")
    print(model)


if __name__ == "__main__":
    main()
