# SPDX-License-Identifier: BSD-3-Clause
"""Writes generated files, or tells how those that are there differ from what would be written."""
import difflib
import os


def write(root, files):
    """{path: text}: only what changed."""
    for name, text in files.items():
        path = root / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        # In one step: a build may be reading the file.
        new = path.with_name(f".{path.name}.{os.getpid()}")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
        print(f"wrote {name}")


def strays(root, files, owned):
    """Files among the generated ones, those of the patterns, that the table does not give."""
    found = (path for pattern in owned for path in root.glob(pattern))
    return [name for name in (path.relative_to(root).as_posix() for path in found) if name not in files]


def differences(root, files, owned):
    for name, text in files.items():
        path = root / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != text:
            lines = difflib.unified_diff(old.splitlines(True), text.splitlines(True), name, f"{name} (generated)")
            yield "".join(lines)
    for name in strays(root, files, owned):
        yield f"{name} is not generated from any table\n"
