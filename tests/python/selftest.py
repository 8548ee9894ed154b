#!/usr/bin/env python3
"""Reads what tests/test_selftest.c wrote, with the PyTorch at hand: selftest.py FILE.

SPDX-License-Identifier: BSD-3-Clause
"""
import sys

import torch

VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])

state = torch.load(sys.argv[1], **({"weights_only": True} if VERSION >= (2, 0) else {}))
net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.BatchNorm1d(8), torch.nn.Tanh(), torch.nn.Linear(8, 2))
net.load_state_dict(state)
net.eval()
reference = state._ctorch
assert reference["torch"].split(".")[:2] == torch.__version__.split(".")[:2], reference["torch"]
(x,), (expected,) = reference["inputs"], reference["outputs"]
with torch.no_grad():
    assert torch.equal(net(x), expected)
