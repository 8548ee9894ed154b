#!/usr/bin/env python3
"""Compiles the pieces of C in the documents against the headers. A piece is either functions, which the later pieces of its
document may call, or statements, which are put into a function that has the variables of GIVEN.

usage: check_documents.py SOURCE_DIR COMPILER
SPDX-License-Identifier: BSD-3-Clause
"""
import re
import subprocess
import sys
from pathlib import Path

DOCUMENTS = ("README.md", "docs/*.md")
STANDARDS = ("c99", "c11")

# What the text around a piece speaks of.
GIVEN = """
    ct_module *net;
    ct_optimizer *optimizer;
    ct_generator *generator;
    ct_scope *scope;
    ct_tensor *b, *images, *w, *x, *y, *z;
    int64_t epoch;
    void *buffer, *bytes;
    size_t size;
    int descriptor;
"""

PIECE = re.compile(r"^```c\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# At the left margin: a function's head, with or without its brace, or its brace.
FUNCTION = re.compile(r"^(?:(?:static |const )*\w+ \**\w+\([^;]*\)(?: \{)?|\{)$", re.MULTILINE)


def program_of(name, text):
    """A document's pieces as one file, and how many there are."""
    parts = ["#include <ctorch.h>\n#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"]
    pieces = list(PIECE.finditer(text))
    for i, piece in enumerate(pieces):
        line = text.count("\n", 0, piece.start(1)) + 1
        # "..." on a line of its own is what a reader fills in.
        code = f'#line {line} "{name}"\n' + re.sub(r"^\s*\.\.\.$", "", piece.group(1), flags=re.MULTILINE)
        is_function = FUNCTION.search(piece.group(1))
        parts.append(code if is_function else f"ct_tensor *piece_{i}(void)\n{{{GIVEN}{{\n{code}}}}}\n")
    return "\n".join(parts), len(pieces)


def main():
    root, compiler = Path(sys.argv[1]), sys.argv[2]
    # The pieces are not whole: what they use may be set, and what they make may be used, in the text between them.
    options = ["-x", "c", "-fsyntax-only", "-Wall", "-Wpedantic", "-Werror", "-Wno-unused", "-Wno-uninitialized",
               "-Wno-return-type", f"-I{root / 'include'}", "-"]
    documents = sorted(path for pattern in DOCUMENTS for path in root.glob(pattern))
    compiled = failed = 0
    for path in documents:
        program, count = program_of(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        compiled += count
        for standard in STANDARDS if count else ():
            result = subprocess.run([compiler, f"-std={standard}", *options], input=program, capture_output=True,
                                    text=True)
            if result.returncode != 0:
                failed += 1
                print(f"{path.name} does not compile as {standard}:\n{result.stderr}", file=sys.stderr)
    print(f"{compiled} pieces in {len(documents)} documents, {failed} failures")
    return 1 if failed or not compiled else 0


if __name__ == "__main__":
    sys.exit(main())
