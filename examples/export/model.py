"""A network with a skip connection whose forward is C: the Python side, which runs what C exported.

Writes weights.pt, the network's state_dict, and reference.pt, an input and the network's output for it:

    python3 model.py [folder]

and runs a program that the C side exported, for the batch size that it was traced with and another:

    python3 model.py --run exported.pt [reference.pt]
"""
import sys
from pathlib import Path

import torch
from torch import nn


class SkipNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.full((1,), 0.5))
        self.body = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU())
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        x = x + self.scale * self.body(x)
        return self.head(x.mean((2, 3)))


def write(folder):
    torch.manual_seed(0)
    model = SkipNet()
    for _ in range(3):  # gives the batch norm statistics of its own
        model(torch.randn(8, 3, 6, 6))
    model.eval()
    x = torch.randn(2, 3, 6, 6)
    with torch.no_grad():
        y = model(x)
    torch.save(model.state_dict(), folder / "weights.pt")
    torch.save({"input": x, "output": y}, folder / "reference.pt")
    print(model)


def run(exported, reference):
    program = torch.jit.load(exported)
    print(program.code)
    saved = torch.load(reference)
    for repeat in 1, 3:
        x, y = (torch.cat([saved[name]] * repeat) for name in ("input", "output"))
        torch.testing.assert_close(program(x).detach(), y, rtol=1e-5, atol=1e-6)
    model = SkipNet()
    model.load_state_dict(program.state_dict())  # the names are those of the class
    print("the exported program gives the class's output, and its state_dict fits the class")


def main():
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "reference.pt")
    else:
        write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))


if __name__ == "__main__":
    main()
