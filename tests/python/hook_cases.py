"""What hooks are called with, in which order, and the gradients in the end, as text: hooks.txt.

A case begins with "# name"; hook_cases.h runs the same net with the same hooks and writes the same lines. A case that
the PyTorch at hand cannot run is left out.

SPDX-License-Identifier: BSD-3-Clause
"""
import copy

import torch
from torch import nn


def show(tensors):
    if isinstance(tensors, torch.Tensor):
        tensors = (tensors,)
    return " ".join("None" if t is None else "[" + " ".join("%.6g" % v for v in t.flatten().tolist()) + "]"
                    for t in tensors)


class Log(list):
    """The lines of a case, and hooks that write them; a hook with a factor scales what it may change."""

    def pre(self, tag, factor=None):
        def hook(module, inputs):
            self.append(f"pre {tag} {type(module).__name__}: {show(inputs)}")
            return tuple(t * factor for t in inputs) if factor else None
        return hook

    def forward(self, tag, factor=None):
        def hook(module, inputs, outputs):
            self.append(f"forward {tag} {type(module).__name__}: {show(inputs)} -> {show(outputs)}")
            return outputs * factor if factor else None
        return hook

    def backward_pre(self, tag, factor=None):
        def hook(module, grad_outputs):
            self.append(f"backward_pre {tag} {type(module).__name__}: {show(grad_outputs)}")
            return tuple(t * factor for t in grad_outputs) if factor else None
        return hook

    def backward(self, tag, factor=None):
        def hook(module, grad_inputs, grad_outputs):
            self.append(f"backward {tag} {type(module).__name__}: {show(grad_inputs)} <- {show(grad_outputs)}")
            return tuple(t * factor for t in grad_inputs) if factor else None
        return hook

    def tensor(self, tag, factor=None):
        def hook(grad):
            self.append(f"tensor {tag}: {show(grad)}")
            return grad * factor if factor else None
        return hook

    def grad(self, name, tensor):
        self.append(f"grad {name}: {show((tensor.grad,))}")


def fill(module):
    """Parameter i of a module begins at i + 1 and goes up by a quarter."""
    for i, parameter in enumerate(module.parameters()):
        values = torch.arange(parameter.numel(), dtype=torch.float64) / 4 + (i + 1)
        parameter.data.copy_(values.view_as(parameter) * (-1) ** i)
    return module


def linear(inputs, outputs):
    return fill(nn.Linear(inputs, outputs, dtype=torch.float64))


def leaf(*values):
    return torch.tensor([values], dtype=torch.float64, requires_grad=True)


def watch(log, module, tag):
    module.register_forward_pre_hook(log.pre(tag))
    module.register_forward_hook(log.forward(tag))
    module.register_full_backward_hook(log.backward(tag))


class Two(nn.Module):
    def forward(self, a, b):
        return a * 2, a * b, b * 3


def order(log):
    net, x = linear(2, 2), leaf(1, -2)
    watch(log, net, "A")
    watch(log, net, "B")
    net(x).sum().backward()
    log.grad("x", x)
    log.grad("weight", net.weight)


def prepend(log):
    net, x = linear(2, 2), leaf(1, -2)
    watch(log, net, "A")
    net.register_forward_pre_hook(log.pre("B"), prepend=True)
    net.register_forward_hook(log.forward("B"), prepend=True)
    net.register_full_backward_hook(log.backward("B"), prepend=True)
    net(x).sum().backward()


def changes(log):
    net, x = linear(2, 2), leaf(1, -2)
    net.register_forward_pre_hook(log.pre("A", 2))
    net.register_forward_pre_hook(log.pre("B", -1))
    net.register_forward_hook(log.forward("A", 3))
    net.register_forward_hook(log.forward("B"))
    net.register_full_backward_hook(log.backward("A", 10))
    net.register_full_backward_hook(log.backward("B"))
    net(x).sum().backward()
    log.grad("x", x)
    log.grad("weight", net.weight)


def backward_pre(log):
    net, x = linear(2, 2), leaf(1, -2)
    net.register_full_backward_pre_hook(log.backward_pre("A", 10))
    net.register_full_backward_pre_hook(log.backward_pre("B"))
    net.register_full_backward_hook(log.backward("A"))
    net(x).sum().backward()
    log.grad("x", x)
    log.grad("weight", net.weight)


def nested(log):
    inner = nn.Sequential(nn.LeakyReLU(0.5), linear(3, 2))
    net, x = nn.Sequential(linear(2, 3), inner, linear(2, 1)), leaf(1, -2)
    for path, module in net.named_modules():
        watch(log, module, path or "net")
    net(x).sum().backward()
    log.grad("x", x)
    log.grad("weight", inner[1].weight)


def removal(log):
    net, x = linear(2, 2), leaf(1, -2)
    handles = [net.register_forward_pre_hook(log.pre("A")), net.register_forward_hook(log.forward("B")),
               net.register_full_backward_hook(log.backward("C"))]

    def once(module, inputs):
        log.append("once")
        handle.remove()
    handle = net.register_forward_pre_hook(once)
    y = net(x)
    for handle_of_all in handles:
        handle_of_all.remove()
    net(x).sum().backward()
    y.sum().backward()
    net(x)
    log.grad("x", x)


def constant_input(log):
    net = linear(2, 2)
    watch(log, net, "A")
    net(leaf(1, -2).detach()).sum().backward()
    log.grad("weight", net.weight)


def twice(log):
    net, x = linear(2, 2), leaf(1, -2)
    watch(log, net, "A")
    net(net(x)).sum().backward()
    log.grad("x", x)


def several(log):
    net, a, b = Two(), leaf(1, -2), leaf(3, 5)
    watch(log, net, "A")
    net(a, b)[1].sum().backward()
    log.grad("a", a)
    log.grad("b", b)


def one_constant(log):
    net, a, b = Two(), leaf(1, -2), leaf(3, 5).detach()
    watch(log, net, "A")
    sum(net(a, b)).sum().backward()
    log.grad("a", a)


def retained(log):
    net, x = linear(2, 2), leaf(1, -2)
    watch(log, net, "A")
    y = net(x).sum()
    y.backward(retain_graph=True)
    y.backward()
    log.grad("x", x)


def no_grad(log):
    net, x = linear(2, 2), leaf(1, -2)
    watch(log, net, "A")
    with torch.no_grad():
        net(x)


def clone(log):
    net, x = linear(2, 2), leaf(1, -2)
    handle = net.register_forward_hook(log.forward("A"))
    twin = copy.deepcopy(net)
    handle.remove()
    net(x)
    twin(x)


def tensors(log):
    x = leaf(1, -2)
    y = x * x
    x.register_hook(log.tensor("x1", 2))
    handle = x.register_hook(log.tensor("removed"))
    x.register_hook(log.tensor("x2"))
    y.register_hook(log.tensor("y"))
    handle.remove()
    y.sum().backward()
    log.grad("x", x)


def in_place(log):
    y = leaf(1, -2) * 2
    y.register_hook(log.tensor("before"))
    y.mul_(3)
    y.register_hook(log.tensor("after", 10))
    y.sum().backward()


def parts(log):
    """Layers that are made of others: which of these are called, and when."""
    torch.manual_seed(0)
    net = nn.Transformer(4, 2, 1, 1, 8, dropout=0.0, batch_first=True)
    for path, module in net.named_modules():
        module.register_forward_hook(lambda module, inputs, outputs, path=path: log.append(f"called {path or 'net'}"))
    net(torch.rand(1, 3, 4), torch.rand(1, 2, 4))


CASES = [order, changes, nested, removal, constant_input, twice, several, one_constant, retained, no_grad, clone,
         tensors, parts]
RELEASE = tuple(int(part) for part in torch.__version__.split(".")[:2])
if RELEASE >= (2, 0):
    CASES += [prepend, backward_pre, in_place]


def write(folder):
    lines = []
    for case in CASES:
        log = Log()
        case(log)
        lines += [f"# {case.__name__}", *log]
    (folder / "hooks.txt").write_text("\n".join(lines) + "\n")
