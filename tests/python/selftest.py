#!/usr/bin/env python3
"""Reads what tests/test_selftest.c wrote, or writes what it reads, with the PyTorch at hand: selftest.py PART FILE.

SPDX-License-Identifier: BSD-3-Clause
"""
import sys

import torch
from torch import nn

VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])


def net():
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 2))


def load(path):
    return torch.load(path, **({"weights_only": True} if VERSION >= (2, 0) else {}))


def reference(path):
    state = load(path)
    model = net()
    model.load_state_dict(state)
    model.eval()
    assert state._metadata == model.state_dict()._metadata
    kept = state._ctorch
    assert kept["torch"].split(".")[:2] == torch.__version__.split(".")[:2], kept["torch"]
    (x,), (expected,) = kept["inputs"], kept["outputs"]
    with torch.no_grad():
        assert torch.equal(model(x), expected)


def plain(path):
    state = load(path)
    model = net()
    model.norms = nn.Sequential(nn.InstanceNorm1d(8), nn.SyncBatchNorm(8))
    model.again = model.norms
    model.load_state_dict(state)
    expected = model.state_dict()
    assert list(state) == list(expected)
    assert type(state._metadata) is type(expected._metadata)
    assert list(state._metadata.items()) == list(expected._metadata.items())


def foreign(path):
    torch.save(net().state_dict(), path)


if __name__ == "__main__":
    {"reference": reference, "plain": plain, "foreign": foreign}[sys.argv[1]](sys.argv[2])
