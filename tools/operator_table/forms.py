# SPDX-License-Identifier: BSD-3-Clause
"""Arguments and results of operators in C: declarations, defaults, and how C++ opens them."""
from dataclasses import dataclass

# What has one form in C whether it may be None or not: its type, what None is, and the function that opens it.
PLAIN = {
    "Tensor": ("const ct_tensor *", "NULL", "tensor"),
    "ScalarType": ("ct_dtype ", "CT_DTYPE_NONE", "type"),
    "Layout": ("ct_layout ", "CT_LAYOUT_NONE", "layout"),
    "MemoryFormat": ("ct_memory_format ", "CT_MEMORY_FORMAT_NONE", "memory_format"),
    "Device": ("const char *", "NULL", "device"),
    "str": ("const char *", "NULL", "text"),
    "Generator": ("ct_generator *", "NULL", "generator"),
    "Scalar": ("ct_scalar ", "{NAN}", "scalar"),
    "int": ("int64_t ", "CT_NONE", "int"),
    "float": ("double ", "NAN", "real"),
    "bool": ("int64_t ", "CT_NONE", "bool"),
    "Storage": ("const ct_tensor *", None, None),
}
NUMBERS = ("int", "float", "bool")
LISTS = {"int": "const int64_t *", "float": "const double *", "Tensor": "ct_tensor *const *",
         "Scalar": "const ct_scalar *"}
LIST_OPENERS = {"int": "ints", "float": "reals", "Tensor": "tensors", "Scalar": "scalars"}
REDUCTIONS = {"None": "none", "Mean": "mean", "Sum": "sum", "0": "none", "1": "mean", "2": "sum"}
NOTES = {"int": "CT_NONE: None", "float": "NAN: None", "bool": "0, 1, or CT_NONE", "Scalar": "NAN: None"}


def declaration(a, counts):
    """What an argument by position is in a parameter list: one declaration, or those of a list and its count."""
    if a.is_list:
        return [f"{LISTS[a.kind]}{a.name}", f"size_t {counts[a.name]}"]
    if a.is_reduction:
        return [f"const char *{a.name}"]
    if a.is_written:
        return [f"ct_tensor *{a.name}"]
    if a.kind == "bool" and not a.or_none:
        return [f"bool {a.name}"]
    return [f"{PLAIN[a.kind][0]}{a.name}"]


def opened(a, counts):
    """The C++ expression for an argument by position."""
    if a.is_list and a.kind == "int" and a.length > 1 and not a.or_none:
        return f'numbers<{a.length}>({a.name}, {counts[a.name]}, "{a.name}")'
    if a.is_list:
        opener = "optional_tensors" if a.holds_none else LIST_OPENERS[a.kind]
        return f'{opener}{"_or_none" if a.or_none else ""}({a.name}, {counts[a.name]}, "{a.name}")'
    if a.kind == "Storage":
        return f"ARG({a.name}).storage()"
    if a.kind == "Tensor" and not a.or_none:
        return f"ARG({a.name})"
    return opened_value(a, a.name)


def opened_value(a, value):
    if a.is_reduction:
        return f"reduction({value})"
    if a.or_none:
        return f'{PLAIN[a.kind][2]}_or_none({value}{named(a)})'
    if a.kind in NUMBERS:
        return value
    opener = {"ScalarType": "scalar_type", "str": "text"}.get(a.kind, PLAIN[a.kind][2])
    return f"{opener}({value}{named(a)})"


def named(a):
    """The argument's name, for what can fail and would not tell it."""
    return f', "{a.name}"' if a.kind in ("Tensor", "Generator") or a.kind == "str" and not a.or_none else ""


@dataclass(frozen=True)
class Member:
    """A member of an options struct."""
    name: str
    type: str
    default: str        # an initialiser
    length: int = 0     # of an array
    note: str = ""

    @property
    def text(self):
        return f"{self.type}{self.name}{f'[{self.length}]' if self.length else ''};"


def numbers_of(default):
    """[-2, -1] of the schema's text."""
    return [part for part in default.strip("[]").split(",") if part]


def sized_member(a):
    empty = a.default == "[]"
    first = "CT_NONE" if empty else a.default
    note = "CT_NONE: kernel_size" if empty else ""
    if a.length == 1:
        return Member(a.name, "int64_t ", first, 0, note)
    return Member(a.name, "int64_t ", "{" + first + ", CT_REPEAT" * (a.length - 1) + "}", a.length, note)


def list_member(a):
    numbers = numbers_of(a.default) if a.default not in (None, "None") else []
    note = f"NULL: {', '.join(numbers)}" if numbers else ""
    return Member(a.name, {"int": "ct_ints ", "float": "ct_floats "}[a.kind], "{NULL}", 0, note)


def member(a):
    """What an argument with a default is among the options."""
    if a.is_sized:
        return sized_member(a)
    if a.is_list:
        return list_member(a)
    if a.name == "pin_memory":
        return Member(a.name, "bool ", "false")
    if a.is_reduction:
        return Member(a.name, "const char *", f'"{REDUCTIONS[a.default]}"')
    is_none = a.default in (None, "None")
    if a.kind == "bool" and not a.or_none:
        return Member(a.name, "bool ", a.default.lower())
    type_, none, _ = PLAIN[a.kind]
    return Member(a.name, type_, none if is_none else default(a), 0, NOTES.get(a.kind, "") if a.or_none else "")


def default(a):
    """A default that is not None, as an initialiser."""
    if a.kind == "str":
        return f'"{a.default}"'
    if a.kind == "Scalar":
        return "{" + a.default + "}"
    if a.kind == "ScalarType":
        return {"long": "CT_INT64"}[a.default]
    if a.kind == "MemoryFormat":
        return {"contiguous_format": "CT_CONTIGUOUS_FORMAT"}[a.default]
    if a.kind == "bool":
        return {"True": "1", "False": "0"}[a.default]
    return a.default


def is_zero(initialiser):
    return initialiser in ("0", "0.0", "{0}", "false", "NULL", "{NULL}", "CT_DTYPE_NONE", "CT_LAYOUT_NONE",
                           "CT_MEMORY_FORMAT_NONE")


def option(a):
    """The C++ expression for an argument among the options, `o`."""
    value = f"o.{a.name}"
    if a.is_sized:
        return f"sized({value})"
    if a.is_list:
        opener = LIST_OPENERS[a.kind]
        if a.or_none:
            return f"{opener}_or_none({value})"
        return f"{opener}_or<{', '.join(numbers_of(a.default))}>({value})"
    if a.name == "pin_memory":
        return f"Optional<bool>({value})"
    return opened_value(a, value)


# ---- Results ----

# Values: the type in C, what stands for failure, and the function that converts libtorch's value.
VALUES = {
    "bool": ("bool ", "false", ""),
    "int": ("int64_t ", "int64_t{-1}", ""),
    "float": ("double ", "double{NAN}", ""),
    "Scalar": ("ct_scalar ", "ct_real(NAN)", "scalar_of"),
    "ScalarType": ("ct_dtype ", "CT_DTYPE_NONE", "dtype_of"),
    "QScheme": ("const char *", '""', "scheme_name"),
}
FAILURES = {"bool": "false", "int": "-1", "float": "NAN", "Scalar": "NAN", "ScalarType": "CT_DTYPE_NONE",
            "QScheme": '""'}
PLACES = {"Tensor": "ct_tensor **", "float": "double *", "int": "int64_t *"}
