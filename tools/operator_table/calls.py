# SPDX-License-Identifier: BSD-3-Clause
"""tests/generated/ops_<section>.h: the calls of cases.txt in C. tests/operators.h says what input(), give() ... are."""
import ast
import re
import textwrap
from collections import Counter

from layer_table.layout import comment, fill, wrapped

from . import cases
from .forms import REDUCTIONS

LISTS = {"int": "CT_DIMS", "float": "CT_REALS", "Tensor": "CT_TENSORS", "Scalar": "CT_SCALARS"}
NOTHING = {"int": "CT_NONE", "bool": "CT_NONE", "float": "NAN", "ScalarType": "CT_DTYPE_NONE",
           "Layout": "CT_LAYOUT_NONE", "MemoryFormat": "CT_MEMORY_FORMAT_NONE"}
GIVERS = {"Tensor": "give", "bool": "give_int", "int": "give_int", "float": "give_real", "Scalar": "give_scalar",
          "ScalarType": "give_dtype", "QScheme": "give_text"}


# ---- Arguments ----

def c_name(text):
    """quint8 -> CT_QUINT8."""
    return "CT_" + text.upper()


def plain(a, node):
    """One value in C, None among them."""
    if isinstance(node, ast.Constant) and node.value is None:
        return NOTHING.get(a.kind, "NULL")
    if a.kind in ("Tensor", "Storage"):
        return f'input("{node.id}")'
    if isinstance(node, ast.Name):
        return {"file": "file()", "generator": "generator()"}.get(node.id) or c_name(node.id)
    value = ast.literal_eval(node)
    if a.is_reduction:
        return f'"{REDUCTIONS[str(value)]}"'
    if isinstance(value, str):
        return f'"{value}"'
    return str(float(value) if a.kind == "float" else value).lower()


def elements(a, node):
    if a.kind == "Scalar":
        return [f"ct_{'int' if isinstance(ast.literal_eval(each), int) else 'real'}({plain(a, each)})"
                for each in node.elts]
    return [plain(a, each) for each in node.elts]


def positional(a, node):
    if not a.is_list:
        return plain(a, node)
    if isinstance(node, ast.Constant):
        return "NULL, 0"
    return f"{LISTS[a.kind]}({', '.join(elements(a, node))})"


def member(a, node):
    """What stands behind `.name = `."""
    if not a.is_list:
        return plain(a, node)
    if not a.is_sized:
        return f"{{{positional(a, node)}}}"
    numbers = elements(a, node)
    return numbers[0] if a.length == 1 else f"{{{', '.join(numbers)}}}"


def bound(operator, case):
    """{the name of an argument: its expression}"""
    call = ast.parse(f"call({case.arguments})", mode="eval").body
    given = dict(zip((a.name for a in operator.arguments), call.args))
    return {**given, **{keyword.arg.rstrip("_"): keyword.value for keyword in call.keywords}}


# ---- Calls ----

def arguments(function, overload, given):
    """Those of the function, by position and by name."""
    given = {**{name: ast.Constant(ast.literal_eval(value)) for name, value in function.fixed[overload].items()},
             **given}
    first = [positional(a, given.get(a.name, default(a))) for a in function.positional]
    return first + [f".{a.name} = {member(a, given[a.name])}" for a in function.options if a.name in given]


def default(a):
    """The schema's, as an expression."""
    text = {"long": "int64", "Mean": "1"}.get(a.default, a.default)
    return ast.parse(text or "None", mode="eval").body


def arguments_by_hand(function, given):
    """As by_hand.txt writes them: `self`, `size*`, `.keepdim`, `.training=train`, or any other text of C."""
    known = {a.name: a for a in function.operator.arguments}
    first, keywords = [], []
    for text in function.call:
        member_name, _, name = text.lstrip(".").rpartition("=")
        a = known.get(name.rstrip("*"))
        if not a:
            first.append(text)
        elif text.endswith("*") and a.length == 1:
            first += elements(a, given[a.name])
        elif text.endswith("*"):
            first.append("0")
            keywords.append(f".{a.name} = {{{', '.join(elements(a, given[a.name]))}}}")
        elif not text.startswith("."):
            first.append(positional(a, given.get(a.name, default(a))))
        elif a.name in given:
            keywords.append(f".{member_name or a.name} = {member(a, given[a.name])}")
    return first + keywords


def results(operator):
    """Names and types of what comes back by way of pointers, when there is more than one tensor."""
    own = [r for r in operator.results if not r.is_written]
    return [] if len(own) == 1 and not own[0].is_list else own


def written(operator, given):
    """The inputs that the operator changes."""
    return [given[a.name].id for a in operator.arguments if a.is_written]


class Call:
    """The statements of a case."""

    def __init__(self, function, operator, case):
        self.given = bound(operator, case)
        self.operator, self.name = operator, function.name
        if hasattr(function, "call"):
            self.arguments = arguments_by_hand(function, self.given)
        else:
            self.arguments = arguments(function, case.overload, self.given)
            self.places_at = len(function.positional)

    def text(self, arguments):
        return f"{self.name}({', '.join(arguments)})"

    def statements(self):
        places = results(self.operator)
        if places:
            yield from self.with_places(places)
        elif self.operator.results and not self.operator.results[0].is_written:
            yield f"{GIVERS[self.operator.results[0].kind]}({self.text(self.arguments)});"
        else:
            yield f"done({self.text(self.arguments)});"
        for name in written(self.operator, self.given):
            yield f'give(input("{name}"));'

    def with_places(self, places):
        """A list takes as many places as Python's results leave for it."""
        taken = sum(not r.is_list for r in places)
        names = [f"result{i}" for i in range(len(places))]
        pointers = []
        for name, r in zip(names, places):
            if r.is_list:
                yield f"ct_tensor *{name}[MOST_RESULTS] = {{NULL}}, **{name}_at[MOST_RESULTS];"
                yield f"size_t m = places({name}, {name}_at, {taken});"
                pointers.append(f"{name}_at, m")
            else:
                yield {"Tensor": "ct_tensor *{} = NULL;", "float": "double {} = 0;", "int": "int64_t {} = 0;"}[
                    r.kind].format(name)
                pointers.append(f"&{name}")
        arguments = [*self.arguments[:self.places_at], *pointers, *self.arguments[self.places_at:]]
        yield f"done({self.text(arguments)});"
        for name, r in zip(names, places):
            yield f"give_all({name}, m);" if r.is_list else f"{GIVERS[r.kind]}({name});"


# ---- Files ----

def laid_out(statement):
    """On lines that are short enough, the later ones below the first argument."""
    line = "    " + statement
    if len(line) <= 120:
        return line
    opening = re.match(r"    (?:\w+\()+", line)[0]
    return "\n".join(wrapped(part, 120) for part in fill(opening, line[len(opening):].split(", "), "").split("\n"))


def function_text(name, statements):
    return f"static void {name}(void)\n{{\n" + "".join(laid_out(each) + "\n" for each in statements) + "}\n\n"


def quoted(text):
    text = text.replace('"', '\\"')
    return '"' + '"\n     "'.join(textwrap.wrap(text, 100, drop_whitespace=False, break_on_hyphens=False)) + '"'


def row(*fields):
    text = "    {" + ", ".join(fields) + "},"
    return text if len(text) <= 120 else fill("    {", fields, "},")


def array(type_, name, rows):
    return f"static const {type_} {name}[] = {{\n" + "\n".join(rows) + "\n};\n\n"


def header(path, text, body):
    guard = "CTORCH_" + path.upper().replace("/", "_").replace(".", "_")
    text = f"{path.rpartition('/')[2]}: {text} Generated by tools/generate_operators from tools/operators: edit that."
    return (comment(text).removesuffix(" */\n") + f"\n * SPDX-License-Identifier: BSD-3-Clause */\n#ifndef {guard}\n"
            f"#define {guard}\n\n{body}#endif\n")


class Calls:
    """All that the files hold."""

    def __init__(self, table, path):
        self.inputs, self.cases = cases.read(path)
        self.excused = [line.split(" | ")[0] for line in (path.parent / "uncovered.txt").read_text().splitlines()
                        if line and not line.startswith("#")]
        self.operators = {operator.overload: operator for operator in table.operators}
        self.functions = {overload: f for f in table.functions for overload in f.covered} | table.by_hand
        self.check()

    def check(self):
        """Every operator has a call or a reason, and every call an operator."""
        called = {case.overload for case in self.cases}
        for overload in sorted(self.operators.keys() - called - set(self.excused)):
            raise cases.Mistake(f"{overload} has no call in cases.txt and no reason in uncovered.txt")
        for overload in sorted((called | set(self.excused)) - self.operators.keys()):
            raise cases.Mistake(f"cases.txt, uncovered.txt: {overload} is no operator of schemas.txt")

    def call(self, case):
        return Call(self.functions[case.overload], self.operators[case.overload], case).statements()

    def section(self, name, functions):
        """The calls of these functions, and their table."""
        seen, text, rows = Counter(), "", []
        for case in self.cases:
            function = self.functions[case.overload]
            if function.name not in functions:
                continue
            seen[function.name] += 1
            own = function.name.replace("ct_", "call_", 1)
            own += f"_case{seen[function.name]}" if seen[function.name] > 1 else ""
            text += function_text(own, self.call(case))
            rows.append(row(quoted(case.text), quoted(case.overload), quoted(function.name), own))
        return header(f"tests/generated/ops_{name}.h", f"the calls of the section {name}.",
                      text + array("operator_call", f"{name}_calls", rows))

    def overview(self, names):
        """What includes the sections and makes the inputs."""
        made = [each for each in self.inputs.values() if each.is_made]
        text = '#include "../operators.h"\n\n' + "".join(f'#include "ops_{name}.h"\n' for name in names) + "\n"
        text += "".join(function_text(f"make_{each.name}", self.call(cases.call(each.expression))) for each in made)
        text += array("operator_input", "made_inputs",
                      [row(quoted(each.name), f"make_{each.name}") for each in made])
        text += array("operator_section", "operator_sections",
                      [row(quoted(name), f"{name}_calls", f"COUNT({name}_calls)") for name in names])
        text += array("char *const", "uncovered_operators", [f"    {quoted(each)}," for each in self.excused])
        return header("tests/generated/ops_calls.h", "the calls of all sections, and the inputs that C makes.", text)


def files(table, path):
    """{path: text}"""
    calls = Calls(table, path)
    sections = {section.name: {function.name for function in section.functions}
                for section in table.sections if section.functions}
    sections["course"] = {function.name for function in table.by_hand.values()}
    found = {f"tests/generated/ops_{name}.h": calls.section(name, functions) for name, functions in sections.items()}
    return {**found, "tests/generated/ops_calls.h": calls.overview(list(sections))}
