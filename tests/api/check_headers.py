#!/usr/bin/env python3
"""Compiles every public header by itself, twice over, in one language standard, with warnings as errors; and a C program
that includes all of them, which must take less than half a second.

usage: check_headers.py INCLUDE_DIR STANDARD COMPILER
SPDX-License-Identifier: BSD-3-Clause
"""
import resource
import subprocess
import sys
from pathlib import Path


MOST_SECONDS = 0.5


def seconds_of_compiling(include, standard, compiler):
    """What a program with <ctorch.h> costs: of the processor, and the least of several times, since others use it too."""
    command = [compiler, f"-std={standard}", "-x", "c", "-c", "-O2", f"-I{include}", "-o", "/dev/null", "-"]
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, input="#include <ctorch.h>\nint main(void) { return ct_version() == 0; }\n", text=True,
                       check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


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
    if language == "c":
        seconds = seconds_of_compiling(include, standard, compiler)
        print(f"a program with <ctorch.h> compiles in {seconds:.2f} s; the budget is {MOST_SECONDS} s")
        failed += seconds > MOST_SECONDS
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
