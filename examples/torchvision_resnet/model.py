"""torchvision's resnet18, saved whole. The Python side.

Writes model.pt, the model, and reference.pt, an image and its scores:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
import torchvision


def image():
    """A chequered ball before a slope of colours, with ImageNet's mean and deviation."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 224), torch.linspace(-1, 1, 224), indexing="ij")
    ball = ((x * 5).floor() + (y * 5).floor()) % 2 * (x * x + y * y < 0.5)
    pixels = torch.stack([ball, (x + 1) / 2, (y + 1) / 2])
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return ((pixels - mean.view(3, 1, 1)) / deviation.view(3, 1, 1)).unsqueeze(0)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = torchvision.models.resnet18()  # weights="DEFAULT" downloads trained ones
    model.eval()
    torch.save(model, folder / "model.pt")

    x = image()
    with torch.no_grad():
        scores = model(x)
    print("classes", *torch.topk(scores[0], 5).indices.tolist())
    torch.save({"input": x, "output": scores}, folder / "reference.pt")


if __name__ == "__main__":
    main()
