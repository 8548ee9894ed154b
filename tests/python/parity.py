"""Every case of tools/layers as Python makes, prints and computes it; tests/test_parity.c does the same in C.

    parity.py FOLDER [SECTION...]   what the PyTorch at hand does, all sections unless named
    parity.py --golden FOLDER       with PyTorch 2.14: its texts, and what older releases lack (tests/golden)

SPDX-License-Identifier: BSD-3-Clause
"""
import contextlib
import inspect
import pathlib
import sys
import typing
import warnings

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from layer_table import parse  # noqa: E402

SEED = 23
RELEASE = tuple(int(number) for number in torch.__version__.split(".")[:2])
REFERENCE = (2, 14)  # the release whose printing is ours
OLDEST = (1, 13)
REMEDY = "run parity.py --golden tests/golden with PyTorch 2.14"
GOLDEN = ROOT / "tests" / "golden"
TABLES = ROOT / "tools" / "layers"
DTYPES = {"float64": torch.float64, "float32": torch.float32}
MODES = {"train": True, "eval": False}


class Line(typing.NamedTuple):
    """A case in the text file, its fields separated by tabs. Its tensors lie in the .pt file."""
    constructor: str  # "Conv2d(3, 4, 3)"
    called_with: str  # "randn(2, 3, 8, 7)"
    options: str      # "no_grad inexact"
    runs: str         # "float64.train !float64.eval": with ! where Python refuses; none for a case without inputs
    inputs: str       # a letter for each: g with a gradient, t a tensor without, n None
    outputs: str      # likewise t and n
    printed: str      # repr of 2.14
    afterwards: str   # and after a call, where that is another
    legacy: str       # repr of 1.13, where that is at hand

    def write(self):
        return "\t".join(map(escape, self)) + "\n"

    @classmethod
    def read(cls, line):
        return cls(*map(unescape, line.rstrip("\n").split("\t")))

    def case(self):
        return f"{self.constructor} <- {self.called_with}"


class ErrorLine(typing.NamedTuple):
    constructor: str
    called_with: str
    inputs: str   # letters as above; none: making it is what fails
    message: str  # a piece of what is said

    write = Line.write


def escape(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def unescape(text):
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


class Mistake(Exception):
    """In a table, not in what reads it."""


def seed():
    """torch.manual_seed for the CPU alone; that takes a stack trace for each GPU to be."""
    torch.default_generator.manual_seed(SEED)


# ---- Inputs: the arguments of a call in Python, which C takes as a flat list ----

def arguments_of(text):
    """Positional and keyword arguments. Real numbers are drawn as float64, of which float32 is a rounding."""
    names = {**vars(torch), "torch": torch, "float": float, "arguments": lambda *args, **keywords: (args, keywords)}
    seed()
    torch.set_default_dtype(torch.float64)
    try:
        return eval(f"arguments({text})", names)
    finally:
        torch.set_default_dtype(torch.float32)


def flat(value):
    """The tensors and Nones in nested tuples; a flag or a list of numbers is a tensor in C."""
    if isinstance(value, tuple):
        return [tensor for item in value for tensor in flat(item)]
    if value is None or isinstance(value, torch.Tensor):
        return [value]
    return [torch.tensor([value] if isinstance(value, (bool, int)) else value)]


def flat_inputs(names, args, keywords):
    """In the order of the names that the table gives to forward's inputs."""
    inputs = flat(args)
    for name, value in keywords.items():
        i = names.index(name)
        inputs += [None] * (i + 1 - len(inputs))
        inputs[i], = flat(value)
    return inputs


def mapped(function, value):
    """value with every tensor in it replaced."""
    if isinstance(value, tuple):
        return tuple(mapped(function, item) for item in value)
    return function(value) if isinstance(value, torch.Tensor) else value


def call(module, args, keywords):
    """The module's outputs. As in C, None stands for the default of a flag, and a tensor of one truth for a flag."""
    args = list(args)
    for i, parameter in enumerate(list(inspect.signature(module.forward).parameters.values())[:len(args)]):
        if isinstance(parameter.default, bool):
            args[i] = parameter.default if args[i] is None else bool(args[i])
    return flat(module(*args, **keywords))


# ---- Running a case ----

def make(constructor):
    seed()
    return eval(constructor, {**vars(torch.nn), "torch": torch, "nn": torch.nn})


def state_of(module):
    """What a state_dict holds; what a lazy layer does not know yet is empty, as it is in C."""
    return {key: torch.empty(0, dtype=tensor.dtype) if torch.nn.parameter.is_lazy(tensor) else tensor.detach().clone()
            for key, tensor in module.state_dict().items()}


def gradient_for(y):
    return torch.cos(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape).to(y.dtype)


class Case:
    """One `=` of a table. Inputs are known by their position in C's list."""

    def __init__(self, layer, case):
        self.constructor, self.called_with = case.text, ", ".join(case.inputs)
        self.name = f"{self.constructor} <- {self.called_with}"
        self.options = case.options
        self.since = tuple(map(int, case.options.get("since", "0.0").split(".")))
        self.input_names = [i.name for i in layer.inputs]

    def record(self):
        """The line and the tensors of the case."""
        self.args, self.keywords = arguments_of(self.called_with)
        self.inputs = flat_inputs(self.input_names, self.args, self.keywords)
        self.outputs, self.afterwards = [], ""
        self.position = {id(x): i for i, x in enumerate(self.inputs)}
        wanted, runs = self.best_runs()
        module = make(self.constructor)
        tensors = {f"input.{i}": x for i, x in enumerate(self.inputs) if x is not None}
        tensors.update((f"state.{key}", tensor) for key, tensor in state_of(module).items())
        for run, found in runs.items():
            if not isinstance(found, Exception):
                tensors.update((f"{run}.{key}", tensor) for key, tensor in found.items())
        return self.line(repr(module), runs, wanted), tensors

    def attempts(self):
        """Which inputs get a gradient: all real ones, or the first alone, or none: some targets have no derivative."""
        real = [i for i, x in enumerate(self.inputs) if x is not None and x.is_floating_point()]
        return [real, real[:1], []] if "no_grad" not in self.options else [[]]

    def best_runs(self):
        """Of the attempts, the first that was refused least: a mode may be refused in each, but not both."""
        best, fewest = None, len(DTYPES) * len(MODES)
        for wanted in self.attempts():
            runs = self.run_all(wanted)
            refused = [error for error in runs.values() if isinstance(error, Exception)]
            if len(refused) < fewest:
                best, fewest = (wanted, runs), len(refused)
            if not refused:
                break
        if not best or (runs and fewest == len(runs)):
            raise refused[0]
        return best

    def run_all(self, wanted):
        """What each run found, or the exception that Python refused with."""
        runs = {}
        if not self.inputs:
            return runs
        for dtype_name, dtype in DTYPES.items():
            if dtype_name == "float64" and "float32" in self.options:
                continue
            for mode, training in MODES.items():
                try:
                    runs[f"{dtype_name}.{mode}"] = self.run(dtype, training, wanted)
                except (RuntimeError, ValueError) as error:
                    runs[f"{dtype_name}.{mode}"] = error
        return runs

    def run(self, dtype, training, wanted):
        """What one forward and backward leave behind."""
        leaves = {}

        def given(tensor):
            i = self.position[id(tensor)]
            leaves[i] = tensor.detach().clone()
            if tensor.is_floating_point():
                leaves[i] = leaves[i].to(dtype).requires_grad_(i in wanted)
            return leaves[i] * 1 if i in wanted else leaves[i]  # in place, a leaf could not be changed

        module = make(self.constructor).to(dtype).train(training)
        args, keywords = mapped(given, self.args), {name: mapped(given, x) for name, x in self.keywords.items()}
        seed()
        with torch.set_grad_enabled("no_grad" not in self.options):
            self.outputs = call(module, args, keywords)
        found = {f"output.{i}": y.detach().clone() for i, y in enumerate(self.outputs) if y is not None}
        backward(self.outputs)
        found.update((f"input_grad.{i}", x.grad) for i, x in leaves.items() if x.grad is not None)
        found.update((f"grad.{key}", parameter.grad.to_dense()) for key, parameter in module.named_parameters()
                     if parameter.grad is not None)
        found.update((f"after.{key}", tensor) for key, tensor in state_of(module).items())
        self.afterwards = repr(module)
        return found

    def line(self, printed, runs, wanted):
        return Line(
            constructor=self.constructor,
            called_with=self.called_with,
            options=" ".join(self.options),
            runs=" ".join(("!" if isinstance(found, Exception) else "") + run for run, found in runs.items()),
            inputs="".join("n" if x is None else "g" if i in wanted else "t" for i, x in enumerate(self.inputs)),
            outputs="".join("n" if y is None else "t" for y in self.outputs),
            printed=printed,
            afterwards="" if self.afterwards == printed else self.afterwards,
            legacy=printed if RELEASE == OLDEST else "")


def backward(outputs):
    loss = sum((y * gradient_for(y)).sum() for y in outputs if y is not None and y.requires_grad)
    if isinstance(loss, torch.Tensor):
        loss.backward()


def save(tensors, path):
    """As views of one tensor for each element type, which take a tenth of the file of as many small tensors."""
    views = {}
    for dtype in {x.dtype for x in tensors.values()}:
        own = {name: x.detach() for name, x in tensors.items() if x.dtype == dtype}
        pieces = torch.cat([x.reshape(-1) for x in own.values()]).split([x.numel() for x in own.values()])
        views.update((name, piece.reshape(x.shape)) for (name, x), piece in zip(own.items(), pieces))
    torch.save({name: views[name] for name in tensors}, path)


# ---- What 2.14 says, for those that are not 2.14 ----

class Golden:
    """tests/golden/parity_2.14: the line of every case, and the tensors of those that some release lacks, which begin
    with the number of the line."""

    def __init__(self):
        self.lines, self.tensors = {}, {}

    @classmethod
    def load(cls):
        golden = cls()
        with open(GOLDEN / "parity_2.14.txt", encoding="utf-8") as file:
            golden.lines = {line.case(): line for line in map(Line.read, file)}
        golden.numbers = {name: i for i, name in enumerate(golden.lines)}
        for name, tensor in torch.load(GOLDEN / "parity_2.14.pt").items():
            number, _, key = name.partition(".")
            golden.tensors.setdefault(int(number), {})[key] = tensor
        return golden

    def add(self, case, line, tensors):
        if case.name in self.lines:
            return
        if case.since > OLDEST:  # float64 alone, to be small
            line = line._replace(runs=" ".join(run for run in line.runs.split() if "float64" in run))
            tensors = {key: x for key, x in tensors.items() if not key.startswith("float32.")}
            self.tensors.update((f"{len(self.lines)}.{key}", tensor) for key, tensor in tensors.items())
        self.lines[case.name] = line

    def write(self, folder):
        with open(folder / "parity_2.14.txt", "w", encoding="utf-8") as file:
            file.writelines(line.write() for line in self.lines.values())
        save(self.tensors, folder / "parity_2.14.pt")

    def record(self, case):
        number = self.numbers.get(case.name)
        if number not in self.tensors:
            raise Mistake(f"tests/golden lacks it; {REMEDY}")
        line = self.lines[case.name]
        return line._replace(options=f"{line.options} golden"), self.tensors[number]

    def complete(self, case, line):
        """Printed texts are 2.14's on every release."""
        known = self.lines.get(case.name)
        if not known:
            raise Mistake(f"tests/golden lacks it; {REMEDY}")
        if RELEASE == REFERENCE and (known.printed, known.afterwards) != (line.printed, line.afterwards):
            raise Mistake(f"tests/golden has another text; {REMEDY}")
        return line._replace(printed=known.printed, afterwards=known.afterwards)


# ---- The files ----

def record(case, golden):
    if case.since > RELEASE:
        return golden.record(case)
    line, tensors = case.record()
    return golden.complete(case, line), tensors


def record_error(layer, error):
    """Only its inputs: what is said of them is in the table."""
    called_with = ", ".join(error.inputs)
    inputs = flat_inputs([i.name for i in layer.inputs], *arguments_of(called_with))
    letters = "".join("n" if x is None else "t" for x in inputs)
    tensors = {f"input.{i}": x for i, x in enumerate(inputs) if x is not None}
    return ErrorLine(error.text, called_with, letters, error.message), tensors


def each(layers, kind, function, mistakes):
    """function(layer, case) of all cases; what fails is a line in `mistakes`."""
    for layer in layers:
        for case in getattr(layer, kind):
            try:
                yield function(layer, case)
            except Exception as error:
                mistakes.append(f"{layer.section}.txt:{case.line}: {case.text}: {type(error).__name__}: {error}")


def write_section(folder, section, golden, mistakes):
    """parity_conv.txt has a line for each case, parity_conv_errors.txt for each error case; the tensors of both are in
    parity_conv.pt: "3.input.0" is one of case 3, "error.3.input.0" of error case 3."""
    tensors = {}
    for kind, prefix, function in (
            ("cases", "", lambda layer, case: record(Case(layer, case), golden)),
            ("errors", "error.", record_error)):
        name = f"parity_{section.name}{'_errors' if prefix else ''}.txt"
        with open(folder / name, "w", encoding="utf-8") as file:
            for i, (line, found) in enumerate(each(section.layers, kind, function, mistakes)):
                file.write(line.write())
                tensors.update((f"{prefix}{i}.{key}", tensor) for key, tensor in found.items())
    save(tensors, folder / f"parity_{section.name}.pt")


def write_overview(folder, sections):
    """Which sections there are, and how often each layer of torch.nn is tried: its cases, its error cases."""
    layers = {layer.name: layer for section in sections for layer in section.layers}
    (folder / "parity_sections.txt").write_text("".join(f"{section.name}\n" for section in sections))
    with open(folder / "parity_layers.txt", "w", encoding="utf-8") as file:
        for name in (TABLES / "names.txt").read_text(encoding="utf-8").splitlines():
            if name.startswith("#"):
                continue
            found = layers.get(name)
            file.write(f"{name} {len(found.cases) if found else 0} {len(found.errors) if found else 0}\n")


@contextlib.contextmanager
def quietly():
    """Without warnings, and on one thread: the tensors are small, and more threads would wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    torch.set_num_threads(threads)


def write(folder, only=()):
    mistakes = []
    sections = parse.read(TABLES, mistakes)
    golden = Golden.load()
    write_overview(folder, sections)
    with quietly():
        for section in sections:
            if not only or section.name in only:
                write_section(folder, section, golden, mistakes)
    if mistakes:
        sys.exit("\n".join(mistakes))


def write_golden(folder):
    if RELEASE != REFERENCE:
        sys.exit(f"this is PyTorch {torch.__version__}, not 2.14")
    golden, mistakes = Golden(), []
    layers = [layer for section in parse.read(TABLES, mistakes) for layer in section.layers]
    with quietly():
        for case, found in each(layers, "cases", lambda *of: (Case(*of), Case(*of).record()), mistakes):
            golden.add(case, *found)
    golden.write(folder)
    if mistakes:
        sys.exit("\n".join(mistakes))


def main():
    is_golden = sys.argv[1] == "--golden"
    folder, *only = map(str, sys.argv[1 + is_golden:])
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if is_golden:
        write_golden(folder)
    else:
        write(folder, only)


if __name__ == "__main__":
    main()
