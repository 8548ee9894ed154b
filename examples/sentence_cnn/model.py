"""A convolutional network for sentences: convolutions of several widths side by side, joined. The Python side.

Writes weights.pt, the state_dict before training, and reference.pt, the output then and the losses of 20 steps:

    python3 model.py [folder]

SPDX-License-Identifier: BSD-3-Clause
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

SENTENCES, WORDS, VOCABULARY, CLASSES, STEPS = 30, 12, 23, 3, 20
WIDTHS = (3, 4, 5)


class SentenceCNN(nn.Module):
    def __init__(self, embedding_dim, num_features):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, embedding_dim)
        self.convs = nn.ModuleList()
        for width in WIDTHS:
            self.convs.add_module(f"conv_{width}", nn.Conv1d(embedding_dim, num_features, width))
        self.classifier = nn.Linear(len(WIDTHS) * num_features, CLASSES)

    def forward(self, words):
        x = self.embedding(words).transpose(1, 2)
        features = []
        for conv in self.convs:
            y = F.relu(conv(x))
            features.append(F.max_pool1d(y, y.shape[2]).squeeze(2))
        return self.classifier(torch.cat(features, 1))


def sentences():
    """Each class strides through the vocabulary in its own way."""
    words = [[(i * 5 + t * (i % CLASSES + 1)) % VOCABULARY for t in range(WORDS)] for i in range(SENTENCES)]
    return torch.tensor(words)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    torch.manual_seed(0)
    model = SentenceCNN(embedding_dim=8, num_features=6)
    print(model)
    print(model.get_submodule("convs.conv_4"))
    torch.save(model.state_dict(), folder / "weights.pt")

    words, target = sentences(), torch.arange(SENTENCES) % CLASSES
    with torch.no_grad():
        output = model(words)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(words), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    right = int((torch.argmax(model(words), 1) == target).sum())
    print(f"loss {losses[0]:f}, after {STEPS} steps {losses[-1]:f}; {right} of {SENTENCES} right")
    torch.save({"output": output, "losses": torch.tensor(losses, dtype=torch.float64)}, folder / "reference.pt")


if __name__ == "__main__":
    main()
