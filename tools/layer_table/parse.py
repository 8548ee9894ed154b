# SPDX-License-Identifier: BSD-3-Clause
"""Reads the table of layers. README.md in tools/layers describes its format.

`read(folder)` gives the sections in the order of PyTorch's documentation. A mistake in one file does not hide the other
files: it is in the list of errors that comes with the sections.
"""
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

ORDER = ["conv", "pooling", "padding", "activation", "normalization", "recurrent", "transformer", "linear", "dropout",
         "sparse", "distance", "loss", "vision", "shape", "lazy"]

# Kinds of one number for each dimension: how many dimensions, and whether one number is made a tuple.
PER_DIMENSION = {"single": (1, True), "pair": (2, True), "triple": (3, True), "quadruple": (4, True),
                 "sextuple": (6, True), "size1": (1, False), "size2": (2, False), "size3": (3, False),
                 "ints": (0, True), "sizes": (0, False)}
KINDS = {"int", "float", "bool", "str", "tensor", "module", "legacy", "scales", *PER_DIMENSION}

# torch.nn.functional's spelling of what would otherwise be taken apart.
SPELLINGS = {"ReLU": "Relu", "SiLU": "Silu", "LogSigmoid": "Logsigmoid", "MultiLabel": "Multilabel"}

OPTION = re.compile(r"\s+@(since [\d.]+|no_grad|inexact|float32)$")


class TableError(Exception):
    """A mistake in a table, with file and line."""


@dataclass
class Argument:
    name: str  # Python's
    kind: str
    or_none: bool = False
    or_text: bool = False
    is_required: bool = True
    default: object = None
    comment: str = ""  # of the member in C, where the table gives one
    by_position: bool = False  # in C: what is required, and what `positional:` names

    @property
    def c_name(self):
        return self.name.lstrip("_")

    @property
    def count(self):
        """The dimensions; 0: any number, or not a kind with dimensions."""
        return PER_DIMENSION.get(self.kind, (0, False))[0]

    @property
    def is_tuple(self):
        return PER_DIMENSION.get(self.kind, (0, False))[1]

    @property
    def is_per_dimension(self):
        return self.kind in PER_DIMENSION

    @property
    def in_c(self):
        return self.kind != "legacy"


@dataclass
class Shown:
    """A piece of extra_repr."""
    argument: str
    with_name: bool
    unless_standard: bool
    quoted: bool


@dataclass
class Input:
    name: str
    is_required: bool


@dataclass
class Case:
    text: str
    inputs: list
    options: dict  # "since": "2.1", "no_grad": True, ...
    line: int


@dataclass
class Error:
    text: str
    inputs: list
    message: str
    options: dict
    line: int


@dataclass
class Layer:
    name: str
    section: str
    line: int
    arguments: list
    description: list = field(default_factory=list)
    parameters: list = field(default_factory=list)
    buffers: list = field(default_factory=list)
    inputs: list = field(default_factory=lambda: [Input("input", True)])
    many_outputs: bool = False
    shown: list = field(default_factory=list)
    prints_custom: bool = False
    c_name: str = ""
    options: str = ""  # the name of its options struct
    extends: str = ""
    base: "Layer" = None
    has_init: bool = False
    has_infer: bool = False  # tells arguments that are not printed from the children
    has_forward: bool = None  # None: unless it extends a layer
    custom_constructor: bool = False
    cases: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def is_unary(self):
        return not self.many_outputs and len(self.inputs) == 1 and self.inputs[0].is_required

    @property
    def layout(self):
        """The arguments in the order in which an instance keeps them."""
        return self.base.arguments if self.base else self.arguments

    @property
    def is_hidden(self):
        """A class that only other layers make."""
        return self.custom_constructor and bool(self.extends)

    @property
    def positional(self):
        """What C takes by position."""
        return [argument for argument in self.arguments if argument.by_position]

    def argument(self, name):
        for argument in self.arguments:
            if argument.name == name:
                return argument
        raise ValueError(f"{self.name} has no argument '{name}'")


@dataclass
class Section:
    name: str
    title: str
    text: str
    layers: list


def snake_case(name):
    for spelling, plain in SPELLINGS.items():
        name = name.replace(spelling, plain)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def split(text, separator=","):
    """The pieces between separators that no bracket or quote encloses."""
    pieces, depth, quote, piece = [], 0, "", ""
    for i, c in enumerate(text):
        if quote:
            quote = "" if c == quote and text[i - 1] != "\\" else quote
        elif c in "'\"":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == separator and depth == 0:
            pieces.append(piece.strip())
            piece = ""
            continue
        piece += c
    return [p for p in (*pieces, piece.strip()) if p]


def parse_argument(text):
    if text in ("device", "dtype"):
        return Argument(text, text, or_none=True, is_required=False)
    match = re.fullmatch(r"(\w+):\s*([\w\s|]+?)\s*(?:=\s*(.+))?", text, re.DOTALL)
    if not match:
        raise ValueError(f"'{text}' is not `name: kind` or `name: kind = default`")
    name, kinds, default = match[1], [kind.strip() for kind in match[2].split("|")], match[3]
    argument = Argument(name, kinds[0], is_required=default is None, by_position=default is None)
    for extra in kinds[1:]:
        if extra == "None":
            argument.or_none = True
        elif extra == "str" and (argument.is_per_dimension or argument.kind in ("int", "module")):
            argument.or_text = True
        else:
            raise ValueError(f"{name}: a kind cannot be '{match[2]}'")
    if argument.kind not in KINDS:
        raise ValueError(f"{name}: there is no kind '{argument.kind}'")
    if default is not None:
        try:
            argument.default = eval(default, {"__builtins__": {}}, {"inf": math.inf, "nan": math.nan})
        except Exception as error:
            raise ValueError(f"{name}: the default '{default}' cannot be read: {error}") from error
        if argument.default is None and argument.kind != "legacy" and not argument.or_none:
            raise ValueError(f"{name}: its default is None, so its kind is '{argument.kind} | None'")
    return argument


def parse_shown(text):
    for piece in split(text):
        match = re.fullmatch(r"(?P<open>[\[{]?)(?P<name>\w+)(?P<quoted>!r)?[\]}]?", piece)
        if not match:
            raise ValueError(f"prints: '{piece}' is not x, {{x}} or [x]")
        yield Shown(match["name"], match["open"] != "{", match["open"] == "[", bool(match["quoted"]))


def parse_inputs(text):
    for piece in split(text):
        match = re.fullmatch(r"(\w+)(\s*=\s*None)?", piece)
        if not match:
            raise ValueError(f"forward: '{piece}' is not `name` or `name=None`")
        yield Input(match[1], not match[2])


def take_options(text):
    """The text without the `@` options at its end, and these."""
    text, options = re.sub(r"\s+#.*$", "", text), {}
    while match := OPTION.search(text):
        key, _, value = match[1].partition(" ")
        options[key] = value or True
        text = text[:match.start()]
    return text, options


def parse_call(text):
    text, _, inputs = text.partition("<-")
    return text.strip(), split(inputs)


def set_key(layer, key, value):
    """One `key: value` line of a stanza."""
    names = split(value)
    if key == "parameters":
        layer.parameters = names
    elif key == "buffers":
        layer.buffers = names
    elif key == "forward" and value in ("yes", "no"):
        layer.has_forward = value == "yes"
    elif key == "forward":
        inputs, arrow, many = value.partition("->")
        if arrow and many.strip() != "many":
            raise ValueError("forward: after '->' comes 'many'")
        layer.inputs, layer.many_outputs, layer.has_forward = list(parse_inputs(inputs)), bool(arrow), True
    elif key == "prints" and value == "custom":
        layer.prints_custom = True
    elif key == "prints":
        layer.shown = list(parse_shown(value))
    elif key == "name":
        layer.c_name = value
    elif key == "options":
        layer.options = value
    elif key == "init" and value in ("yes", "no"):
        layer.has_init = value == "yes"
    elif key == "infer" and value == "yes":
        layer.has_infer = True
    elif key == "constructor" and value == "custom":
        layer.custom_constructor = True
    elif key.startswith("arg "):
        layer.argument(key[4:].strip()).comment = value
    elif key == "positional":
        for name in names:
            layer.argument(name).by_position = True
    elif key == "extends":
        layer.extends = value
    else:
        raise ValueError(f"there is no key '{key}'")


def parse_head(text, section, line):
    match = re.fullmatch(r"(\w+)\((.*)\)", text.strip(), re.DOTALL)
    if not match:
        raise ValueError(f"a stanza begins with a signature, not with '{text.strip()}'")
    name = match[1]
    arguments = [parse_argument(piece) for piece in split(re.sub(r"\s+", " ", match[2]))]
    return Layer(name, section, line, arguments, c_name=snake_case(name))


def parse_line(layer, text, line):
    mark, rest = text[0], text[1:].strip()
    if mark == "|":
        layer.description.append(rest)
    elif mark == "=":
        rest, options = take_options(rest)
        call, inputs = parse_call(rest)
        layer.cases.append(Case(call, inputs, options, line))
    elif mark == "!":
        rest, options = take_options(rest)
        call, dashes, message = rest.partition(" -- ")
        if not dashes:
            raise ValueError("an error case is `! call -- message`")
        layer.errors.append(Error(*parse_call(call), message.strip(), options, line))
    else:
        key, colon, value = text.partition(":")
        if not colon:
            raise ValueError(f"'{text}' is no line of a stanza")
        set_key(layer, key.strip(), value.strip())


def logical_lines(lines):
    """(number, text, is_head): heads run on to their closing parenthesis, other lines over what is indented deeper."""
    i, indent = 0, None
    while i < len(lines):
        number, text = i + 1, lines[i]
        i += 1
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        is_head = not text[0].isspace()
        if is_head:
            indent = None
            while text.count("(") > text.count(")") and i < len(lines):
                text, i = text + "\n" + lines[i], i + 1
        else:
            here = len(text) - len(text.lstrip())
            indent = here if indent is None else indent
            while i < len(lines) and lines[i].strip() and len(lines[i]) - len(lines[i].lstrip()) > indent:
                text, i = text + " " + lines[i].strip(), i + 1
        yield number, text.strip(), is_head


def finish(layer, by_name):
    """What depends on keys that may come in any order, and on other stanzas."""
    layer.options = layer.options or layer.c_name
    if layer.extends:
        if layer.extends not in by_name:
            raise ValueError(f"extends: there is no layer '{layer.extends}'")
        base = layer.base = by_name[layer.extends]
        layer.parameters, layer.buffers = base.parameters, base.buffers
        layer.shown = layer.shown or base.shown
        layer.has_forward = bool(layer.has_forward)
        missing = {a.name for a in layer.arguments} - {a.name for a in base.arguments}
        if missing:
            raise ValueError(f"{layer.extends} has no argument '{missing.pop()}'")
    else:
        layer.has_init = layer.has_init or bool(layer.parameters or layer.buffers)
        layer.has_forward = layer.has_forward is not False
    names = [argument.name for argument in layer.arguments]
    if len(set(names)) != len(names):
        raise ValueError("two arguments have one name")
    required = [argument.is_required for argument in layer.arguments]
    if required != sorted(required, reverse=True):
        raise ValueError("an argument without a default follows one that has one")
    for shown in layer.shown:
        if shown.argument not in {argument.name for argument in layer.layout}:
            raise ValueError(f"prints: there is no argument '{shown.argument}'")


def check_shared_options(layer, structs):
    """Layers with one options struct have the same arguments in it. structs: {name: (layer, its arguments)} so far."""
    given = [(a.name, a.kind, a.or_none, repr(a.default)) for a in layer.arguments if a.in_c and not a.is_required]
    first, its = structs.setdefault(layer.options, (layer, given))
    if its != given:
        different = {a[0] for a in set(given) ^ set(its)} or {"the order"}
        raise ValueError(f"options: {first.name} has the struct '{layer.options}' with another {different.pop()}")


def read_file(path):
    """One section, and its errors as texts "file:line: message"."""
    lines = path.read_text(encoding="utf-8").split("\n")
    section, errors, layer = Section(path.stem, path.stem, "", []), [], None
    opening = []
    for line in lines:
        if not line.startswith("#"):
            break
        if "SPDX" not in line:
            opening.append(line.lstrip("# ").strip())
    section.title, _, section.text = (part.strip() for part in " ".join(opening).partition(":"))
    for number, text, is_head in logical_lines(lines):
        try:
            if is_head:
                layer = None
                layer = parse_head(text, path.stem, number)
                section.layers.append(layer)
            elif layer:
                parse_line(layer, text, number)
        except ValueError as error:
            errors.append(f"{path}:{number}: {error}")
    if not section.title:
        errors.append(f"{path}:1: begins with `# Title: what the section holds`")
    return section, errors


def read(folder, errors=None):
    """The sections of a folder. Without a list for the errors, the first one is raised."""
    paths = {path.stem: path for path in Path(folder).glob("*.txt") if path.stem != "names"}
    names = [name for name in ORDER if name in paths] + sorted(set(paths) - set(ORDER))
    found, sections = [], []
    for name in names:
        section, wrong = read_file(paths[name])
        found += wrong
        sections.append(section)
    by_name = {}
    for section in sections:
        for layer in section.layers:
            if layer.name in by_name:
                found.append(f"{paths[section.name]}:{layer.line}: {layer.name} is in the table twice")
            by_name[layer.name] = layer
    structs = {}
    for section in sections:
        for layer in section.layers:
            try:
                finish(layer, by_name)
                check_shared_options(layer, structs)
            except ValueError as error:
                found.append(f"{paths[section.name]}:{layer.line}: {layer.name}: {error}")
    if errors is None and found:
        raise TableError("\n".join(found))
    if errors is not None:
        errors += found
    return sections
