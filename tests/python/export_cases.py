"""Runs what tests/test_export.c traced: for each FOLDER/NAME.pt the inputs and outputs of C in FOLDER/NAME.npz.

In NAME.npz "x0", "x1", ... are inputs and "y0", "y1", ... the outputs for them; "z0", ... and "w0", ... likewise with another
batch size, where the module is for any; "s:" begins the names of the state_dict, "p:" those of its parameters.

usage: export_cases.py FOLDER
SPDX-License-Identifier: BSD-3-Clause
"""
import pathlib
import sys

import numpy
import torch


def numbered(arrays, letter):
    return [torch.from_numpy(arrays[f"{letter}{i}"]) for i in range(len(arrays)) if f"{letter}{i}" in arrays]


def named(arrays, prefix):
    return {name[len(prefix):]: torch.from_numpy(array) for name, array in arrays.items() if name.startswith(prefix)}


def check_outputs(module, inputs, outputs):
    if not inputs:
        return
    torch.manual_seed(7)
    results = module(*[x.clone() for x in inputs])
    results = list(results) if isinstance(results, tuple) else [results]
    assert len(results) == len(outputs), f"{len(results)} outputs instead of {len(outputs)}"
    for result, output in zip(results, outputs):
        torch.testing.assert_close(result.detach(), output, rtol=1e-5, atol=1e-6)


def check_parameters(parameters, state, names):
    """Python lists what several names stand for once; the others must share its memory."""
    assert set(parameters) <= set(names), f"{list(parameters)} instead of {names}"
    memory = {tensor.data_ptr() for tensor in parameters.values()}
    for name in names:
        assert state[name].data_ptr() in memory, f"{name} is no parameter"
    if "second.weight" in names:  # tied in C
        assert state["first.weight"].data_ptr() == state["second.weight"].data_ptr()


def check(path):
    arrays = dict(numpy.load(path.with_suffix(".npz")))
    module = torch.jit.load(str(path))
    state, expected = module.state_dict(), named(arrays, "s:")
    assert list(state) == list(expected), f"{list(state)} instead of {list(expected)}"
    for name, tensor in state.items():
        torch.testing.assert_close(tensor, expected[name], rtol=0, atol=0)
    check_parameters(dict(module.named_parameters()), state, list(named(arrays, "p:")))
    check_outputs(module, numbered(arrays, "x"), numbered(arrays, "y"))
    module = torch.jit.load(str(path))  # the first run may have changed its buffers
    check_outputs(module, numbered(arrays, "z"), numbered(arrays, "w"))


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.pt"))
    failed = 0
    for path in paths:
        try:
            check(path)
        except Exception as error:
            failed += 1
            print(f"{path.name}: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"{len(paths)} exported modules, {failed} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
