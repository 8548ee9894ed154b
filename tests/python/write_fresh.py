"""Writes what the PyTorch at hand does, for the suites to compare with: write_fresh.py FOLDER.

SPDX-License-Identifier: BSD-3-Clause
"""
import pathlib
import sys

import archive_cases
import container_steps
import dtype_cases
import functional
import hook_cases
import init_cases
import model_cases
import npy_cases
import operators
import optim_state
import optim_steps
import parametrize_cases
import parity
import script_cases
import tensor_print
import torchvision_cases


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    archive_cases.write(folder)
    dtype_cases.write(folder)
    functional.write(folder)
    hook_cases.write(folder)
    init_cases.write(folder)
    model_cases.write(folder)
    container_steps.write(folder)
    optim_state.write(folder / "optim_state.pt")
    optim_steps.write(folder)
    tensor_print.write(folder)
    parametrize_cases.write(folder)
    npy_cases.write(folder)
    operators.write(folder)
    parity.write(folder)
    script_cases.write(folder)
    torchvision_cases.write(folder)


if __name__ == "__main__":
    main()
