#!/usr/bin/env python3
"""Compiles every public header by itself, twice over, in one language standard, with warnings as errors.

usage: check_headers.py INCLUDE_DIR STANDARD COMPILER
SPDX-License-Identifier: BSD-3-Clause
"""
import subprocess
import sys
from pathlib import Path


def main():
    include, standard, compiler = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    language = "c++" if standard.startswith("c++") else "c"
    command = [compiler, f"-std={standard}", "-x", language, "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic",
               "-Werror", f"-I{include}", "-"]
    headers = sorted(path.relative_to(include).as_posix() for path in include.rglob("*.h"))
    failed = 0
    for header in headers:
        # Twice, so that a missing include guard shows.
        source = f"#include <{header}>\n#include <{header}>\n"
        result = subprocess.run(command, input=source, capture_output=True, text=True)
        if result.returncode != 0:
            failed += 1
            print(f"{header} does not compile alone as {standard}:\n{result.stderr}", file=sys.stderr)
    print(f"{len(headers)} headers as {standard}, {failed} failed")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
