#!/usr/bin/env python3
"""Writes tests/null_calls.h: for every function of the public headers, a call with NULL for each pointer in turn.

What such a call must return stands in the function's comment ("-1 on failure"): the headers are the only source.

usage: write_null_calls.py [--check]      (--check: fail if the file is not what would be written)
SPDX-License-Identifier: BSD-3-Clause
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "tests/null_calls.h"

# Pointers for which NULL is legal, with the reason.
LEGAL = {
    ("ct_live_handles", "type"): "counts the handles of all types",
    ("ct_error_set", "message"): "the code's name serves",
    ("ct_device_is_available", "reason"): "who does not ask for the reason",
    ("ct_pad_packed_sequence_with", "lengths"): "who does not ask for the lengths",
    ("ct_nn_parameter_dict_fromkeys", "tensor"): "None for every key",
    ("ct_archive_state_dict", "path"): "finds the state_dict by itself",
    ("ct_parameter_dict_get", "fallback"): "what is returned for a key that is not there",
}

# What the other arguments are: of each type, and where that does not do, of a function.
VALUES = {
    "ct_tensor *": "tensor",
    "ct_dict *": "dict",
    "ct_optimizer *": "optimizer",
    "ct_closure": "closure",
    "ct_hook *": "hook",
    "ct_forward_pre_hook": "pre_hook",
    "ct_backward_pre_hook": "pre_hook",
    "ct_forward_hook": "forward_hook",
    "ct_backward_hook": "backward_hook",
    "ct_tensor_hook": "tensor_hook",
    "ct_generator *": "generator",
    "ct_tensor *const *": "tensors",
    "ct_tensor **": "places",
    "ct_tensor **const *": "outputs",
    "char **": "texts",
    "ct_visit": "visit",
    "ct_distance": "distance",
    "ct_packed_sequence *": "&packed",
    "ct_module *const *": "modules",
    "ct_named_module *": "named_modules",
    "char *": '"a"',
    "ct_memory_format": "CT_CONTIGUOUS_FORMAT",
    "ct_scalar *": "scalars",
    "double *": "reals",
    "ct_op *": "op",
    "ct_script *": "script",
    "ct_archive *": "archive",
    "ct_value *": "values",
    "ct_value": "values[0]",
    "int64_t *": "numbers",
    "void *": "data",
    "int": "0",
    "int64_t": "1",
    "uint64_t": "1",
    "double": "0",
    "bool": "false",
    "ct_dtype": "CT_FLOAT32",
    "ct_scalar": "ct_int(1)",
    "ct_status": "CT_ERROR_VALUE",
}
# Handles that not every release can make: only NULL in their place is tried.
RARE = {"ct_aoti *"}
COUNTS = {"n", "m", "count"}  # a size_t of another name is a position

# The modules that functions of these names ask for; an attribute is a module's of one's own only.
MODULES = {
    r"ct_module_(set_)?(int|double|bool|string)$": "block",
    r"ct_module_dict_": "module_dict",
    r"ct_parameter_list_": "parameter_list",
    r"ct_parameter_dict_": "parameter_dict",
    r"ct_module_call_packed$": "rnn",
}

NEUTRAL = {"bool": "false", "double": "0", "int64_t": "0", "size_t": "0", "uint64_t": "0",
           "ct_status": "CT_ERROR_VALUE"}

DECLARATION = re.compile(r"(?P<comment>/\*(?:(?!\*/).)*\*/)|^CT_API (?P<text>[^;]*);", re.DOTALL | re.MULTILINE)
NEUTRAL_IN_COMMENT = re.compile(r"(-1|0|NAN|false|CT_\w+)\s+on\s+failure")
FUNCTION_POINTER = re.compile(r"^typedef [^;]*?\(\*(\w+)\)\(", re.MULTILINE)
MACRO = re.compile(r"^#define (ct_\w+)\(", re.MULTILINE)


HEAD = """\
/* tests/null_calls.h: every function of the public headers with NULL for each pointer in turn, and what it returns
 * then: NULL_CALL(function as it is written, argument, failure); NULL_OPERATOR where libtorch may look at another
 * argument first. Written by api/write_null_calls.py.
 * SPDX-License-Identifier: BSD-3-Clause */"""


class Argument:
    def __init__(self, text, function_pointers):
        inline = re.search(r"\(\*(\w+)\)", text)
        match = re.fullmatch(r"(.*?)(\w+)", text, re.DOTALL)
        self.type = "(*)()" if inline else re.sub(r"^const ", "", match.group(1).strip())
        self.name = inline.group(1) if inline else match.group(2)
        self.is_pointer = bool(inline) or self.type.endswith("*") or self.type in function_pointers
        self.is_options = self.type.endswith("_options *") or self.type == "ct_class *"
        self.is_user_data = (self.type == "void *" and self.name in ("user", "argument")) or self.name == "free_user"


class Function:
    def __init__(self, text, comment, function_pointers, macros):
        head, arguments = re.fullmatch(r"(.*?\bct_\w+)\((.*)\)", text, re.DOTALL).groups()
        self.type, self.name = re.fullmatch(r"(.*?)(\w+)", head, re.DOTALL).groups()
        self.type = re.sub(r"^const ", "", self.type.strip())
        # What an operator's schema says may be None, and the places of results, of which NULL is not wanted.
        self.schema = " ".join(comment.replace("*", " ").partition("aten::")[2].split())
        parts = [] if arguments == "void" else re.split(r",\s*(?![^(]*\))", arguments)
        self.arguments = [Argument(" ".join(part.split()), function_pointers) for part in parts]
        said = " ".join(re.sub(r"\n \* ", " ", comment).split())
        found = NEUTRAL_IN_COMMENT.search(said)
        if self.type == "char *":
            self.neutral = '""'
        elif self.type.endswith("*"):
            self.neutral = "NULL"
        else:
            self.neutral = found.group(1) if found else NEUTRAL.get(self.type)
        if self.type == "ct_value":
            self.neutral = "None" if "None on failure" in said else None
        written = re.sub(r"_(with|new)(_?)$", r"\2", self.name)
        self.written = written if written in macros else self.name

    def value(self, argument):
        if argument.is_options or argument.is_user_data:
            return "NULL"
        if argument.type == "size_t":
            return "1" if argument.name in COUNTS or argument.name.startswith("n_") else "0"
        if argument.type == "ct_module *":
            return next((module for name, module in MODULES.items() if re.match(name, self.name)), "module")
        if argument.type == "char *" and self.name.startswith("ct_call"):
            return '"aten::relu"'
        return VALUES[argument.type]

    def may_be_null(self, argument):
        return (not argument.is_pointer or argument.is_options or argument.is_user_data
                or self.name.endswith("_free") or (self.name, argument.name) in LEGAL
                or self.schema and (f"? {argument.name}" in self.schema or argument.type == "ct_tensor **"))

    def lines(self):
        if self.type == "ct_value" and not self.neutral:  # NULL is None, or found out by the call that is given the value
            return
        for null in self.arguments:
            if self.may_be_null(null) or any(a.type in RARE for a in self.arguments if a is not null):
                continue
            values = ", ".join("NULL" if a is null else self.value(a) for a in self.arguments)
            # In parentheses, a function is not the macro of its name, which would take a plain number.
            name = f"({self.name})" if any(a.type == "ct_scalar" for a in self.arguments) else self.name
            call = f"{name}({values})"
            fails = {"NAN": f"isnan({call}{'.number' if self.type == 'ct_scalar' else ''})", '""': f"is_empty({call})"}.get(self.neutral, f"{call} == {self.neutral}")
            if self.type == "ct_value":
                fails = f"{call}.kind == CT_VALUE_NONE"
            if self.schema and self.type == "ct_status":
                fails = f"{call} != CT_OK"
            macro = "NULL_OPERATOR" if self.schema else "NULL_CALL"
            yield f'{macro}("{self.written}", "{null.name}", {fails})'


def functions():
    headers = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "include/ctorch").rglob("*.h"))]
    everything = "".join(headers)
    function_pointers = set(FUNCTION_POINTER.findall(everything))
    macros = set(MACRO.findall(everything))
    for header in headers:
        comment = ""
        for match in DECLARATION.finditer(header):
            if match["comment"]:
                comment = match["comment"]
            else:
                yield Function(match["text"], comment, function_pointers, macros)


def written():
    lines = [HEAD]
    for function in functions():
        lines += function.lines()
    return "\n".join(lines) + "\n"


def main():
    if sys.argv[1:] == ["--check"]:
        if OUTPUT.read_text(encoding="utf-8") != written():
            sys.exit(f"{OUTPUT} is not what the headers say: run {Path(__file__).name}")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        OUTPUT.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
