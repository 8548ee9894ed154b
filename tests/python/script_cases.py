"""Programs of TorchScript for tests/test_script.c: FOLDER/script/*.pt, with what they give in FOLDER/script/expected.pt.

SPDX-License-Identifier: BSD-3-Clause
"""
import pathlib
import sys
from collections import OrderedDict
from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import nn


class Point(NamedTuple):
    place: torch.Tensor
    weight: float


class Net(nn.Module):
    names: List[str]

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(OrderedDict([("conv", nn.Conv1d(2, 4, 3)), ("norm", nn.BatchNorm1d(4))]))
        self.out = nn.Linear(4, 3)
        self.register_buffer("offset", torch.arange(3.0))
        self.scale = 0.5
        self.names = ["a", "bc"]
        self.table = {"one": torch.ones(2)}

    def forward(self, x):
        return self.out(torch.relu(self.features(x)).mean(2)) * self.scale + self.offset

    @torch.jit.export
    def encode(self, x, power: int = 2, bias: Optional[torch.Tensor] = None):
        y = x ** power
        if bias is not None:
            y = y + bias
        return y

    @torch.jit.export
    def split_at(self, x, n: int) -> Tuple[torch.Tensor, Tuple[torch.Tensor, int]]:
        return x[:n], (x[n:], n)

    @torch.jit.export
    def nested(self, rows: List[List[int]], by_name: Dict[str, torch.Tensor], pair: Tuple[int, str],
               choice: Optional[float] = None) -> Dict[str, List[torch.Tensor]]:
        result: Dict[str, List[torch.Tensor]] = {}
        for name, tensor in by_name.items():
            result[name + pair[1]] = [tensor * sum(row) * pair[0] for row in rows]
        if choice is not None:
            result["choice"] = [torch.tensor(choice)]
        return result

    @torch.jit.export
    def kinds(self, z: complex, device: torch.device, flag: bool, words: List[str]):
        return z * 2, device, not flag, words + ["end"], [1.5, 2.0], {1: "one", 2: "two"}

    @torch.jit.export
    def point(self, x) -> Point:
        return Point(x.sum(), 2.5)

    @torch.jit.export
    def nothing(self) -> Optional[torch.Tensor]:
        return None

    @torch.jit.export
    def refuse(self, x) -> torch.Tensor:
        if x.numel() > 0:
            raise ValueError("this is refused")
        return x


class Pair(nn.Module):
    """Two inputs, of which one may be left out; three outputs."""

    def forward(self, x, y: Optional[torch.Tensor] = None):
        if y is not None:
            return x + y, (x - y, x * y)
        return x, (x, x)


class Branch(nn.Module):
    """What a trace cannot hold, and a program can."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x):
        if bool(x.sum() > 0):
            return self.linear(x)
        return -x


def write(folder):
    place = folder / "script"
    place.mkdir(exist_ok=True)
    torch.manual_seed(0)
    net = Net()
    net(torch.randn(8, 2, 9))
    net.eval()
    x = torch.randn(5, 2, 9)
    expected = {"x": x, "y": net(x).detach()}
    expected.update({"state." + name: tensor for name, tensor in net.state_dict().items()})
    torch.save(expected, place / "expected.pt")
    torch.jit.script(net).save(place / "net.pt")
    torch.jit.trace(net, x).save(place / "traced.pt")
    torch.jit.script(Pair()).save(place / "pair.pt")
    torch.jit.script(Branch()).save(place / "branch.pt")
    images = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
                           nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 16, 5)).eval()
    torch.jit.script(images).save(place / "images.pt")
    torch.save(net.state_dict(), place / "state.pt")


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
