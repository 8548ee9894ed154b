"""Whole models as torch.save(model) writes them, for tests/test_model.c and tests/test_model_layers.c.

    model_cases.py FOLDER            what the PyTorch at hand writes
    model_cases.py --golden FOLDER   a model, its input and output, and what it prints: for tests/golden

SPDX-License-Identifier: BSD-3-Clause
"""
import collections
import functools
import pathlib
import sys
import types

import numpy
import torch
import torch.fx
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import prune

import parity

# The classes of a program whose models C loads. Pickle names them by their module.
PROGRAM = types.ModuleType("mymodels")
sys.modules["mymodels"] = PROGRAM


def of_program(definition):
    definition.__module__ = "mymodels"
    definition.__qualname__ = definition.__name__
    setattr(PROGRAM, definition.__name__, definition)
    return definition


@of_program
def swish(x):
    return x * torch.sigmoid(x)


@of_program
class Config:
    def __init__(self):
        self.width, self.depths = 4, [1, 2]


@of_program
class DenseBlock(nn.Module):
    def __init__(self, growth_rate=4):
        super().__init__()
        self.growth_rate = growth_rate
        self.initial_layer = nn.Conv2d(3, 4 * growth_rate, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Conv2d(growth_rate, (4 - i) * growth_rate, 3, padding=1) for i in range(1, 4))

    def forward(self, x):
        g = self.growth_rate
        out = self.initial_layer(x)
        for i, layer in enumerate(self.layers):
            x = out[:, i * g:(i + 1) * g].contiguous()
            out[:, (i + 1) * g:] += layer(x)
        return out[:, -g:]


@of_program
class MyStack(nn.Sequential):
    def __init__(self, *layers):
        super().__init__(*layers)
        self.rate = 0.5


@of_program
class MyLinear(nn.Linear):
    pass


@of_program
class Attributes(nn.Module):
    """One attribute of every kind."""

    def __init__(self):
        super().__init__()
        self.number, self.real, self.flag, self.text, self.nothing = 7, 0.25, True, "näme", None
        self.sizes, self.names, self.mixed = (2, 3), ["a", "b"], [1, (2.5, None), {"k": "v"}]
        self.table, self.keyed, self.empty = {"x": 1, "y": [2]}, {1: "one", "two": 2}, ()
        self.tanh, self.gelu, self.relu, self.swish = torch.tanh, F.gelu, F.relu, swish
        self.dtype, self.device, self.shape = torch.float16, torch.device("cpu"), torch.Size([1, 2])
        self.plain, self.config, self.long = torch.arange(3.0), Config(), 1 << 70
        self.ordered = collections.OrderedDict(b=1, a=2)
        self.partial = functools.partial(nn.LayerNorm, eps=1e-6)
        self.loop = [1]
        self.loop.append(self.loop)


@of_program
def log_hook(module, inputs, output):
    return None


def shared():
    """A module, a parameter and a storage that are there twice."""
    net = nn.Module()
    net.encoder = nn.Linear(3, 3)
    net.again = net.encoder
    net.decoder = nn.Linear(3, 3)
    net.decoder.weight = net.encoder.weight
    whole = torch.arange(6.0)
    net.register_buffer("left", whole[:4])
    net.register_buffer("right", whole[2:])
    net.register_buffer("scratch", torch.ones(2), persistent=False)
    net.register_parameter("nothing", None)
    net.register_buffer("no_buffer", None)
    return net


def containers():
    net = nn.ModuleDict()
    net["stack"] = nn.Sequential(collections.OrderedDict(first=nn.Linear(2, 3), act=nn.ReLU(inplace=True)))
    net["list"] = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Dropout(0.25)])
    net["dict"] = nn.ModuleDict({"z": nn.Tanh(), "a": nn.Sequential(nn.Identity(), nn.Softmax(dim=-1))})
    net["plist"] = nn.ParameterList([torch.ones(2), nn.Parameter(torch.zeros(1, 2)), None])
    net["pdict"] = nn.ParameterDict({"w": nn.Parameter(torch.ones(3)), "b": nn.Parameter(torch.zeros(2))})
    return net


def modes():
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Sequential(nn.Dropout(), nn.Linear(2, 2)))
    net[0].weight.requires_grad_(False)
    net[1].eval()
    net[2][0].eval()
    return net.double()


def nones():
    net = nn.Sequential(nn.ReLU(), nn.Tanh())
    net.fc = nn.Linear(1, 1)
    net.fc = None
    net.last = nn.Identity()
    net.plain = None
    return net


def pruned():
    net = nn.Sequential(nn.Linear(4, 3), nn.Tanh())
    prune.l1_unstructured(net[0], "weight", amount=0.5)
    prune.random_unstructured(net[0], "bias", amount=1)
    prune.l1_unstructured(net[0], "weight", amount=0.5)
    return net


def odd():
    """What has a note."""
    net = nn.Module()
    net.fc = nn.Linear(2, 2)
    net.fc.register_forward_hook(log_hook)
    net.fc.weight = nn.Parameter(torch.ones(2, 5))
    net.gru = nn.GRU(2, 3)
    net.gru.weight_hh_l0 = nn.Parameter(torch.ones(1, 1))
    net.loose = [nn.Linear(2, 2), net.fc]
    net.named = {"head": (nn.ReLU(),)}
    return net


# ---- What cannot be read: a damaged object, and what is said of it ----

def damaged(module, **attributes):
    module.__dict__.update(attributes)
    return nn.Sequential(collections.OrderedDict(fc=module))


def without(module, name):
    del module.__dict__[name]
    return nn.Sequential(collections.OrderedDict(fc=module))


def with_entry(module, table, name, value):
    module.__dict__[table][name] = value
    return nn.Sequential(collections.OrderedDict(fc=module))


def cyclic():
    net = nn.Sequential(nn.Sequential())
    net[0]._modules["again"] = net
    return net


def doubling(levels):
    net = nn.Linear(1, 1)
    for _ in range(levels):
        net = nn.Sequential(net, net)
    return net


class Got:
    """An object that is saved as getattr(other, "x")."""

    def __init__(self, other):
        self.other = other

    def __reduce__(self):
        return getattr, (self.other, "x")


def behind_a_list(**chains):
    """A module whose attributes are long chains: pickle does not nest deeply, since it meets their ends first."""
    net = nn.Module()
    net.__dict__ = {**{"list_" + name: list(reversed(chain)) for name, chain in chains.items()}, **net.__dict__}
    return net


def chain_of_modules():
    modules = [nn.Sequential() for _ in range(5000)]
    for outer, inner in zip(modules, modules[1:]):
        outer._modules["0"] = inner
    net = behind_a_list(modules=modules)
    net._modules["first"] = modules[0]
    return net


def chain_of_values():
    lists, got = [[] for _ in range(5000)], [DenseBlock]
    for outer, inner in zip(lists, lists[1:]):
        outer.append(inner)
    for _ in range(5000):
        got.append(Got(got[-1]))
    net = behind_a_list(values=lists, got=got[::-1])
    net._forward_hooks[0] = net.__dict__.pop("list_values")
    net._backward_hooks[0] = net.__dict__.pop("list_got")
    net.values, net.got = lists[0], got[-1]
    net._forward_pre_hooks[0] = got[-1]
    return net


def norm_of(parameter, **attributes):
    layer = nn.utils.weight_norm(nn.Linear(2, 3), parameter)
    hook, = layer._forward_pre_hooks.values()
    hook.__dict__.update(attributes)
    return layer


DAMAGED = {
    "type": (lambda: damaged(nn.Linear(2, 3), in_features="x"),
             "fc: Linear: in_features is 'x'; expected a whole number"),
    "missing": (lambda: without(nn.Linear(2, 3), "in_features"),
                "fc: the saved object has no attribute 'in_features', which every Linear has"),
    "negative": (lambda: damaged(nn.Linear(2, 3), in_features=-1), "fc: in_features"),
    "no_number": (lambda: damaged(nn.BatchNorm1d(2), eps=None), "fc: BatchNorm1d: eps is None; expected a number"),
    "groups": (lambda: damaged(nn.Conv2d(2, 2, 1), groups=0), "fc: groups must be a positive integer"),
    "kernel": (lambda: damaged(nn.Conv2d(2, 2, 1), kernel_size=(1, 2, 3)), "fc: Conv2d: kernel_size is (1, 2, 3)"),
    "window": (lambda: damaged(nn.MaxPool2d(2), kernel_size="2"), "fc: MaxPool2d: kernel_size is '2'; expected"),
    "heads": (lambda: damaged(nn.MultiheadAttention(4, 2), num_heads=0), "fc: embed_dim and num_heads must be greater"),
    "layers": (lambda: damaged(nn.LSTM(2, 3), num_layers=10 ** 9), "fc: num_layers is 1000000000, for 4 parameters"),
    "no_tensor": (lambda: with_entry(nn.Linear(2, 3), "_parameters", "weight", 3), "fc.weight: is 3; expected a tensor"),
    "no_module": (lambda: with_entry(nn.Linear(2, 3), "_modules", "x", "y"), "fc.x: is 'y'; expected a module"),
    "no_name": (lambda: with_entry(nn.Linear(2, 3), "_modules", 3, nn.ReLU()), "fc: a name is 3; expected a string"),
    "dotted": (lambda: with_entry(nn.Linear(2, 3), "_modules", "a.b", nn.ReLU()),
               "fc: module name can't contain \".\", got: a.b"),
    "nameless": (lambda: with_entry(nn.Linear(2, 3), "_buffers", "", torch.ones(1)), "fc: buffer name can't be empty"),
    "twice": (lambda: with_entry(nn.Linear(2, 3), "_buffers", "weight", torch.ones(1)),
              "fc: two of its children, parameters and buffers have the name 'weight'"),
    "training": (lambda: damaged(nn.Linear(2, 3), training="yes"), "fc: training is 'yes'; expected True or False"),
    "buffers": (lambda: damaged(nn.Linear(2, 3), _buffers=[1]), "fc: _buffers is [1]; expected a dict"),
    "parameters": (lambda: damaged(nn.Linear(2, 3), _parameters=None), "fc: is "),
    "cyclic": (cyclic, "0: '0.again' is a module that holds itself"),
    "doubling": (lambda: doubling(60), "its modules, each counted as often as it is there, are more than a million"),
    "chain": (chain_of_modules, "its modules are nested more than 400 deep"),
    "values": (chain_of_values, "values are nested more than"),
    "sparse": (lambda: with_entry(nn.Linear(2, 3), "_buffers", "b", torch.eye(2).to_sparse()), "fc.b: "),
    "norm": (lambda: norm_of("weight", name="other"), "there is no tensor 'other_v'"),
    "norm_dim": (lambda: norm_of("weight", dim=7), "dim of weight_norm is 7 for 2 dimensions"),
    "fx": (lambda: torch.fx.symbolic_trace(nn.Linear(2, 3)), "is a GraphModule of torch.fx"),
    "quantized": (lambda: torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(2, 3))),
                  "0: the class 'torch.ao.nn.quantized.dynamic.modules.linear.Linear' has no counterpart in C"),
    "state_dict": (lambda: nn.Linear(2, 3).state_dict(), "holds a dict without a module in it"),
    "number": (lambda: 3, "is 3; expected a module"),
    "several": (lambda: {"a": nn.ReLU(), "b": nn.ReLU()}, "a dict of several models; .key says which of them"),
    "cutoffs": (lambda: damaged(nn.AdaptiveLogSoftmaxWithLoss(8, 10, [2, 5]), cutoffs=[5, 2, 10]),
                "fc: cutoffs should be a sequence of unique, positive integers sorted"),
}


def write_damaged(folder):
    lines = []
    for name, (make, message) in DAMAGED.items():
        torch.save(make(), folder / f"model_damaged_{name}.pt")
        lines.append(f"{name}\t{message}\n")
    (folder / "model_damaged.txt").write_text("".join(lines), encoding="utf-8")


MODELS = {
    "dense": DenseBlock,
    "attributes": Attributes,
    "shared": shared,
    "containers": containers,
    "modes": modes,
    "odd": odd,
    "aliases": lambda: MyStack(MyLinear(2, 3), nn.ReLU(), nn.Linear(3, 1)),
    "sequential": lambda: nn.Sequential(nn.Linear(10, 50), nn.ReLU(), nn.Linear(50, 2)).eval(),
    "weight_norm": lambda: nn.Sequential(nn.utils.weight_norm(nn.Linear(3, 4)),
                                         nn.utils.weight_norm(nn.Conv1d(4, 2, 1), dim=None)),
    "spectral_norm": lambda: nn.Sequential(nn.utils.spectral_norm(nn.Linear(3, 4), n_power_iterations=2)).eval(),
    "data_parallel": lambda: nn.DataParallel(nn.Linear(3, 2)),
    "activation": lambda: nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, activation=torch.tanh).eval(),
    "distance": lambda: nn.TripletMarginWithDistanceLoss(distance_function=F.pairwise_distance),
    "numpy": lambda: nn.Linear(numpy.int64(3), 2),
    "nones": nones,
    "pruned": pruned,
}

INPUTS = {
    "dense": (1, 3, 6, 6),
    "aliases": (4, 2),
    "sequential": (3, 10),
    "weight_norm": None,
    "spectral_norm": (2, 3),
    "data_parallel": (2, 3),
    "activation": (5, 1, 4),
    "numpy": (2, 3),
    "pruned": (2, 4),
}


def write_models(folder):
    found = {}
    for name, make in MODELS.items():
        torch.manual_seed(5)
        model = make()
        torch.save(model, folder / f"model_{name}.pt")
        (folder / f"model_{name}.txt").write_text(repr(model), encoding="utf-8")
        torch.save(model.state_dict(), folder / f"model_{name}_state.pt")
        if INPUTS.get(name):
            x = torch.randn(INPUTS[name])
            found[f"{name}.input"], found[f"{name}.output"] = x, model(x).detach()
    torch.save(found, folder / "model_outputs.pt")
    (folder / "model_release.txt").write_text(".".join(map(str, parity.RELEASE)))


def load(path):
    """What Python makes of a file: an uninitialized parameter forgets its type there."""
    return torch.load(path) if parity.RELEASE == parity.OLDEST else torch.load(path, weights_only=False)


def write_layers(folder):
    """model_layers_conv.pt is a module whose child 3 is the layer of case 3, where this PyTorch has it."""
    mistakes = []
    for section in parity.parse.read(parity.TABLES, mistakes):
        model = nn.Module()
        cases = [parity.Case(layer, case) for layer in section.layers for case in layer.cases]
        for i, case in enumerate(cases):
            if case.since <= parity.RELEASE:
                model.add_module(str(i), parity.make(case.constructor))
        path = folder / f"model_layers_{section.name}.pt"
        torch.save(model, path)
        torch.save(parity.state_of(load(path)), folder / f"model_layers_{section.name}_state.pt")


def golden():
    """Layers whose attributes differ between releases, a class of the program's, a subclass, a hook of PyTorch's own."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"), nn.BatchNorm2d(4), nn.GELU(), nn.MaxPool2d(2),
        MyStack(nn.Upsample(scale_factor=2), nn.AdaptiveAvgPool2d((None, 2)), nn.Hardtanh(-1, 2)),
        nn.Flatten(1, 2), nn.utils.weight_norm(nn.Linear(2, 4)), nn.LayerNorm((4,)),
        nn.TransformerEncoderLayer(4, 2, 8, activation="gelu", batch_first=True),
        nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 1, 4, batch_first=True), 2, nn.LayerNorm(4)),
        nn.GRU(4, 3, num_layers=2, bidirectional=True, batch_first=True))


def write_golden(folder):
    torch.manual_seed(11)
    model, x = golden(), torch.randn(2, 3, 4, 4)
    model(x)
    model.eval()
    saved = {"model": model, "input": x, "output": model(x)[0].detach(), "printed": repr(model)}
    release = ".".join(map(str, parity.RELEASE))
    torch.save(saved, folder / f"model_{release}.pt")
    if parity.RELEASE == parity.OLDEST:
        torch.save(saved, folder / "model_stream.pt", _use_new_zipfile_serialization=False)


def write(folder):
    with parity.quietly():
        write_models(folder)
        write_damaged(folder)
        write_layers(folder)


def main():
    is_golden = sys.argv[1] == "--golden"
    folder = pathlib.Path(sys.argv[1 + is_golden])
    folder.mkdir(parents=True, exist_ok=True)
    (write_golden if is_golden else write)(folder)


if __name__ == "__main__":
    main()
