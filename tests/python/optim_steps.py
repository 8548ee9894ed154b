"""What Python's optimizers make of a small parameter in five steps: FOLDER/optim.pt, for tests/test_optim.c.

The loss is sum((w * x - 1) ** 2) over fixed w and x, so that C computes it the same way.
SPDX-License-Identifier: BSD-3-Clause
"""
import torch

CASES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=1e-3),
    "sgd.all": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True),
    "sgd.dampening": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.5, dampening=0.25),
    "adam": lambda p: torch.optim.Adam(p),
    "adam.all": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1, amsgrad=True),
    "adamw": lambda p: torch.optim.AdamW(p),
    "adamw.all": lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1, amsgrad=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p),
    "rmsprop.all": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-6, weight_decay=0.1, momentum=0.5,
                                                 centered=True),
    "adagrad": lambda p: torch.optim.Adagrad(p),
    "adagrad.all": lambda p: torch.optim.Adagrad(p, lr=0.1, lr_decay=0.1, weight_decay=0.1,
                                                 initial_accumulator_value=0.5, eps=1e-6),
    "lbfgs": lambda p: torch.optim.LBFGS(p),
    "lbfgs.all": lambda p: torch.optim.LBFGS(p, lr=0.5, max_iter=4, max_eval=7, tolerance_grad=1e-9,
                                             tolerance_change=1e-12, history_size=3, line_search_fn="strong_wolfe"),
}


def five_steps(make):
    w = torch.arange(6, dtype=torch.float64).reshape(2, 3).div(4).requires_grad_()
    x = torch.arange(1, 4, dtype=torch.float64)
    optimizer = make([w])

    def closure():
        optimizer.zero_grad()
        loss = ((w * x - 1) * (w * x - 1)).sum()
        loss.backward()
        return loss

    losses = [optimizer.step(closure).item() for _ in range(5)]
    return w.detach().clone(), torch.tensor(losses, dtype=torch.float64)


def write(folder):
    results = {}
    for name, make in CASES.items():
        results[name + ".w"], results[name + ".losses"] = five_steps(make)
    torch.save(results, folder / "optim.pt")
