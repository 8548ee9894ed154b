#!/usr/bin/env python3
"""Checks which folder includes what (calls run downwards only), and that only one file tells libtorch releases apart.

usage: check_floors.py SOURCE_DIR
SPDX-License-Identifier: BSD-3-Clause
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)
TORCH_HEADER = re.compile(r"^(torch|ATen|c10|caffe2)/")
# The numbers, on which code would branch; TORCH_VERSION itself is a string to report.
VERSION = re.compile(r"\bTORCH_VERSION_(?:MAJOR|MINOR|PATCH)\b")
VERSION_FILE = "shim/compat.hpp"
# What a folder of src may include of src: calls run downwards, and topics do not know each other.
BELOW = {"core": {"core"}, "formats": {"core", "formats"}}


def broken_rules(path, name, text, src_folders):
    """Yields what is wrong with one file."""
    parts = name.split("/")
    version = VERSION.search(text)
    if version and name != VERSION_FILE:
        yield f"asks for {version.group()}: put what differs between libtorch's releases into {VERSION_FILE}"
    if parts[0] == "shim":
        return
    below = BELOW.get(parts[1], {"core", "formats", parts[1]})
    for included in INCLUDE.findall(text):
        if TORCH_HEADER.match(included):
            yield f"includes <{included}>: only shim/ may include libtorch"
        folder = included.split("/")[0]
        if parts[0] == "src" and folder in src_folders and folder not in below:
            yield f'includes "{included}": src/{parts[1]} stands on {", ".join(sorted(below))} and the public headers'


def main():
    root = Path(sys.argv[1])
    files = [path for folder in ("include", "src", "shim") for path in sorted((root / folder).rglob("*.[ch]*"))]
    src_folders = {path.name for path in (root / "src").iterdir() if path.is_dir()}
    failed = 0
    for path in files:
        name = path.relative_to(root).as_posix()
        for complaint in broken_rules(path, name, path.read_text(encoding="utf-8"), src_folders):
            failed += 1
            print(f"{name}: {complaint}", file=sys.stderr)
    print(f"{len(files)} files, {failed} out of place")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
