#!/usr/bin/env python3
"""Compares what libctorch.so exports with what the public headers declare with CT_API: the two must be the same.

Also that the umbrella <ctorch.h> declares all that the headers beside it do.

usage: check_symbols.py INCLUDE_DIR LIBRARY C_COMPILER NM
SPDX-License-Identifier: BSD-3-Clause
"""
import re
import subprocess
import sys
from pathlib import Path

# What CT_API expands to, and the name that follows it: the first one before a parenthesis.
CT_API = '__attribute__((visibility("default")))'
DECLARATION = re.compile(re.escape(CT_API) + r"[^;{]*?\b(\w+)\s*\(")


def declared(include, headers, compiler):
    """The names of the functions that these headers declare with CT_API, macros expanded."""
    command = [compiler, "-std=c11", "-E", "-P", "-x", "c", f"-I{include}", "-"]
    source = "".join(f"#include <{header}>\n" for header in headers)
    text = subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
    return set(DECLARATION.findall(text))


def exported(library, nm):
    """The dynamic symbols that the library defines."""
    command = [nm, "-D", "--defined-only", "--format=posix", library]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[0] for line in lines}


def report(names, complaint):
    for name in sorted(names):
        print(f"{name}: {complaint}", file=sys.stderr)
    return len(names)


def main():
    include, library, compiler, nm = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    parts = sorted(path.relative_to(include).as_posix() for path in include.glob("ctorch/*.h"))
    api = declared(include, parts, compiler)
    symbols = exported(library, nm)
    failed = report(api - symbols, f"declared in a header, but {library} does not define it")
    failed += report(symbols - api, f"exported by {library}, but no header declares it: give it another prefix than "
                                    "ct_, or declare it with CT_API")
    umbrella = declared(include, ["ctorch.h"], compiler)
    failed += report(api - umbrella, "not declared by <ctorch.h>: include its header there")
    print(f"{len(api)} functions declared, {len(symbols)} symbols exported, {failed} differences")
    return 1 if failed or not api else 0


if __name__ == "__main__":
    sys.exit(main())
