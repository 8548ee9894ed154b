"""A maxout network: of each layer there are several, and the largest output counts. The Python side.

Writes weights.pt, the state_dict before training, and reference.pt, the output then and the losses of 20 steps:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

IMAGES, SIZE, CLASSES, STEPS = 40, 8, 5, 20


def maxout(layers, x):
    out = layers[0](x)
    for layer in layers[1:]:
        out = torch.maximum(out, layer(x))
    return out


class MaxoutMLP(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.fc1 = nn.ModuleList([nn.Linear(SIZE * SIZE, 24) for _ in range(num_units)])
        self.fc2 = nn.ModuleList([nn.Linear(24, CLASSES) for _ in range(num_units)])

    def forward(self, x):
        x = maxout(self.fc1, torch.flatten(x, start_dim=1))
        x = F.dropout(x, p=0.2, training=self.training)
        return F.log_softmax(maxout(self.fc2, x), 1)


def images():
    """Each class has rows of its own that are bright."""
    pixels = [[[(y % CLASSES == i % CLASSES) * 6 + (i * 7 + y * 5 + x * 3) % 9 for x in range(SIZE)]
               for y in range(SIZE)] for i in range(IMAGES)]
    return torch.tensor(pixels, dtype=torch.float32) / 8


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = MaxoutMLP(num_units=3)
    print(model)
    torch.save(model.state_dict(), folder / "weights.pt")

    x, target = images(), torch.arange(IMAGES) % CLASSES
    model.eval()
    with torch.no_grad():
        output = model(x)
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    torch.manual_seed(1)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.nll_loss(model(x), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    right = int((torch.argmax(model(x), 1) == target).sum())
    print(f"loss {losses[0]:f}, after {STEPS} steps {losses[-1]:f}; {right} of {IMAGES} right")
    torch.save({"output": output, "losses": torch.tensor(losses, dtype=torch.float64)}, folder / "reference.pt")


if __name__ == "__main__":
    main()
