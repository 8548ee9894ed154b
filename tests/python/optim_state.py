"""States of Python's optimizers in the middle of five steps (the cases of optim_steps.py), for
tests/test_optim_state.c.

    optim_state.py write FILE              what this release saves after three steps, and the parameter after five
    optim_state.py check FILE              takes what C saved after three steps: its keys and types are those of this
                                           release, and going on from it Python reaches what it reaches on its own
    optim_state.py resume KIND FILE END    trains on from the checkpoint that C saved in FILE; the parameters are to be
                                           those of END

SPDX-License-Identifier: BSD-3-Clause
"""
import io
import sys

import torch

import optim_steps

SAVED, ALL = 3, 5


class Problem:
    """The loss of optim_steps.py on a parameter."""

    def __init__(self, make, w=None):
        start = torch.arange(6, dtype=torch.float64).reshape(2, 3).div(4) if w is None else w.clone()
        self.w = start.requires_grad_()
        self.x = torch.arange(1, 4, dtype=torch.float64)
        self.optimizer = make([self.w])

    def closure(self):
        self.optimizer.zero_grad()
        loss = ((self.w * self.x - 1) * (self.w * self.x - 1)).sum()
        loss.backward()
        return loss

    def step(self, times):
        for _ in range(times):
            self.optimizer.step(self.closure)
        return self


def write(path):
    saved = {}
    for name, make in optim_steps.CASES.items():
        problem = Problem(make).step(SAVED)
        middle = {"w": problem.w.detach().clone(), "optimizer": problem.optimizer.state_dict()}
        buffer = io.BytesIO()
        torch.save(middle, buffer)  # a copy: the steps that follow change the state in place
        buffer.seek(0)
        saved[name] = {**torch.load(buffer), "end": problem.step(ALL - SAVED).w.detach().clone()}
    torch.save(saved, path)


def shape(value):
    """What a value is but for its numbers, which rounding may change."""
    if isinstance(value, torch.Tensor):
        return "tensor", value.dtype, tuple(value.shape)
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [shape(item) for item in value]
    return type(value), value if isinstance(value, (bool, str)) else None


def check_shape(name, ours, theirs):
    if name.startswith("lbfgs"):  # libtorch starts with tensors where Python starts with numbers
        ours["state"], theirs["state"] = ({0: dict.fromkeys(s["state"][0])} for s in (ours, theirs))
    if shape(ours) != shape(theirs):
        sys.exit(f"{name}: C saved\n{ours}\nPython saves\n{theirs}")
    if list(ours["param_groups"][0]) != list(theirs["param_groups"][0]):
        sys.exit(f"{name}: the keys are in another order: {list(ours['param_groups'][0])}")


def check(path):
    for name, saved in torch.load(path).items():
        straight = Problem(optim_steps.CASES[name]).step(SAVED)
        if torch.__version__ >= "2" or name != "sgd":  # 1.13 notes there that there is no momentum
            check_shape(name, dict(saved["optimizer"]), straight.optimizer.state_dict())
        default = type(straight.optimizer)
        resumed = Problem(lambda params: default(params, lr=1e-9), saved["w"])
        resumed.optimizer.load_state_dict(saved["optimizer"])
        resumed.step(ALL - SAVED)
        straight.step(ALL - SAVED)
        error = (resumed.w - straight.w).abs().max().item()
        if not error <= 1e-12:
            sys.exit(f"{name}: going on from C's state is off by {error}")


def resume(kind, path, end):
    """The training of tests/test_optim_state.c."""
    # A bias before BatchNorm would have rounding errors for gradients, which Adam makes as large as others.
    net = torch.nn.Sequential(torch.nn.Linear(4, 8, bias=False), torch.nn.BatchNorm1d(8), torch.nn.Tanh(),
                              torch.nn.Dropout(0.3), torch.nn.Linear(8, 1)).double()
    make = {"sgd": lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9), "adam": lambda p: torch.optim.Adam(p, lr=0.01)}
    optimizer = make[kind](net.parameters())
    saved = torch.load(path)
    net.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    torch.set_rng_state(saved["rng"])
    x = torch.arange(128, dtype=torch.float64).sin().reshape(32, 4)
    for _ in range(saved["epoch"], 8):
        optimizer.zero_grad()
        (net(x) ** 2 - x[:, :1]).pow(2).sum().backward()
        optimizer.step()
    for name, expected in torch.load(end).items():
        error = (net.state_dict()[name] - expected).abs().max().item()
        if not error <= 1e-12:
            sys.exit(f"{kind}: {name} is off by {error}")


if __name__ == "__main__":
    {"write": write, "check": check, "resume": resume}[sys.argv[1]](*sys.argv[2:])
