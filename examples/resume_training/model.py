"""Training that stops in the middle and goes on as if it had not: the Python side.

Writes weights.pt, a checkpoint after 5 epochs, and reference.pt, the data, and the parameters after 10:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
from torch import nn


def train(model, optimizer, x, target, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), target)
        loss.backward()
        optimizer.step()


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Dropout(0.2), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x = torch.randn(32, 4)
    target = x.sum(1, keepdim=True).sin()

    train(model, optimizer, x, target, 5)
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 5,
                "rng": torch.get_rng_state()}, folder / "weights.pt")
    train(model, optimizer, x, target, 5)
    torch.save({"input": x, "target": target, **model.state_dict()}, folder / "reference.pt")


if __name__ == "__main__":
    main()
