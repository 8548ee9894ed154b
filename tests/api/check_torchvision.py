#!/usr/bin/env python3
"""Checks that docs/torchvision.md lists the classes that src/torchvision registers, and that these are all the modules
of the torchvision at hand in the files of it that they come from.

usage: check_torchvision.py SOURCE_DIR
SPDX-License-Identifier: BSD-3-Clause
"""
import importlib
import inspect
import re
import sys
from pathlib import Path

from torch import nn

NAME = re.compile(r'\{"(torchvision\.[\w.]+)"')
ROW = re.compile(r"^\| `(torchvision[\w.]*)` \| (.+) \|$", re.MULTILINE)
WORD = re.compile(r"`(\w+)`")


def registered(root):
    return [name for path in sorted((root / "src" / "torchvision").glob("*.c"))
            for name in NAME.findall(path.read_text(encoding="utf-8"))]


def documented(root):
    text = (root / "docs" / "torchvision.md").read_text(encoding="utf-8")
    return [f"{module}.{name}" for module, names in ROW.findall(text) for name in WORD.findall(names)]


def modules_of(file_name):
    """The classes of nn.Module that one of torchvision's files defines; none where the release has no such file."""
    try:
        file = importlib.import_module(file_name)
    except ModuleNotFoundError:
        return set()
    return {f"{file_name}.{name}" for name, value in vars(file).items()
            if inspect.isclass(value) and issubclass(value, nn.Module) and value.__module__ == file_name}


def main():
    root = Path(sys.argv[1])
    names = registered(root)
    listed = documented(root)
    complaints = [f"{name} is registered twice" for name in sorted(set(names)) if names.count(name) > 1]
    complaints += [f"docs/torchvision.md lacks {name}" for name in sorted(set(names) - set(listed))]
    complaints += [f"docs/torchvision.md lists {name}, which is not registered" for name in sorted(set(listed) - set(names))]
    for file_name in sorted({name.rpartition(".")[0] for name in names}):
        complaints += [f"{name} is not registered" for name in sorted(modules_of(file_name) - set(names))]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{len(names)} classes, {len(complaints)} complaints")
    return 1 if complaints or not names else 0


if __name__ == "__main__":
    sys.exit(main())
