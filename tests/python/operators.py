"""Every call of tools/operators/cases.txt as the PyTorch at hand makes it; tests/test_operators.c does the same in C.

    operators.py FOLDER

SPDX-License-Identifier: BSD-3-Clause
"""
import array
import contextlib
import pathlib
import sys
import typing

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from operator_table import cases as table, schema  # noqa: E402
from parity import RELEASE, quietly, save  # noqa: E402

SEED = 29
TABLES = ROOT / "tools" / "operators"
NUMBERS = "operators_numbers.bin"  # what `file` stands for


class Missing(Exception):
    """An operator that this release lacks."""


class Line(typing.NamedTuple):
    """A case in operators.txt, its fields separated by tabs. The tensors of the third line's first result are "2.0" in
    operators.pt."""
    call: str     # "add.Tensor(x, y, alpha=2)"
    outcome: str  # works, refused, missing
    results: str  # a letter for each, see plain(); or how Python's message begins
    words: str    # of the table: shape, or a tolerance


# ---- Inputs ----

@contextlib.contextmanager
def in_float64():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def dense_inputs(inputs):
    """Those that C reads from the file."""
    with in_float64():
        return {i.name: eval(i.expression, dict(vars(torch))) for i in inputs.values() if not i.is_made}


class Names(dict):
    """What the names in a call stand for: inputs, which are new for each call, and what torch has, such as float64."""

    def __init__(self, inputs, dense, folder):
        super().__init__(generator=torch.Generator().manual_seed(SEED), file=str(folder / NUMBERS))
        self.inputs, self.dense = inputs, dense

    def __missing__(self, name):
        if name in self.dense:
            self[name] = self.dense[name].clone()
        elif name in self.inputs:
            self[name] = invoke(table.call(self.inputs[name].expression), self)[0]
        else:
            self[name] = getattr(torch, name)
        return self[name]


# ---- Calls ----

def operator(overload):
    base, _, name = overload.partition(".")
    try:
        return getattr(getattr(torch.ops.aten, base), name or "default")
    except (AttributeError, RuntimeError) as error:
        raise Missing(overload) from error


def invoke(case, names):
    """(what the operator returns, its arguments by their names)"""
    function = operator(case.overload)
    names["arguments"] = lambda *args, **keywords: (args, keywords)
    args, keywords = eval(f"arguments({case.arguments})", {}, names)
    keywords = {name.rstrip("_"): value for name, value in keywords.items()}
    declared = function._schema.arguments
    given = {**dict(zip((each.name for each in declared), args)), **keywords}
    torch.manual_seed(SEED)
    return function(*map(passed, args, declared), **keywords), given


def passed(value, declared):
    """A Storage is that of a tensor, as in C."""
    return value.storage() if declared.type.kind() == "StorageType" else value


def flat(value):
    if isinstance(value, (tuple, list)):
        return [item for each in value for item in flat(each)]
    return [value]


def results_of(case, operators, names):
    """What it returns, but for the arguments that it returns, and then the arguments that it changes."""
    returned, given = invoke(case, names)
    changed = [given[argument.name] for argument in operators[case.overload].arguments if argument.is_written]
    own = flat(returned) if operators[case.overload].results else []
    return [value for value in own if not any(value is each for each in changed)] + changed


def plain(value):
    """(a letter that says what the result is, a dense tensor that holds it): a number, a truth or an element type (v),
    a tensor that is nested (n), quantized (q), not dense (s), complex of half precision (h), or any other (t)."""
    if not isinstance(value, torch.Tensor):
        return "v", torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)
    value = value.detach()
    if value.is_nested:
        return "n", torch.ops.aten.to_padded_tensor(value, 0)
    if value.is_quantized:
        return "q", value.dequantize()
    if value.layout != torch.strided:
        return "s", value.to_dense()
    if value.dtype == torch.complex32:
        return "h", value.to(torch.complex64)
    return "t", value.resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)


# ---- The files ----

def record(case, operators, names):
    """(its line, the tensors of its results)"""
    words = " ".join(case.words)
    try:
        if tuple(map(int, operators[case.overload].since.split("."))) > RELEASE:
            raise Missing(case.overload)
        results = [plain(value) for value in results_of(case, operators, names)]
    except Missing:
        return Line(case.text, "missing", "", words), []
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        return Line(case.text, "refused", str(error).split("\n")[0][:60], words), []
    letters = "".join(letter for letter, _ in results)
    return Line(case.text, "works", letters, words), [tensor for _, tensor in results]


def write(folder):
    operators = {each.overload: each for each in schema.read(TABLES / "schemas.txt")}
    inputs, cases = table.read(TABLES / "cases.txt")
    dense, lines, tensors = dense_inputs(inputs), [], {}
    (folder / NUMBERS).write_bytes(array.array("d", [1.5, -2.0, 0.25, 8.0]))
    with quietly():
        for i, case in enumerate(cases):
            line, results = record(case, operators, Names(inputs, dense, folder))
            lines.append("\t".join(line) + "\n")
            tensors.update((f"{i}.{k}", tensor) for k, tensor in enumerate(results))
    (folder / "operators.txt").write_text("".join(lines), encoding="utf-8")
    save(dense, folder / "operators_inputs.pt")
    save(tensors, folder / "operators.pt")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder)


if __name__ == "__main__":
    main()
