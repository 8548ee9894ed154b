# SPDX-License-Identifier: BSD-3-Clause
"""Reads tools/operators/<section>.txt: what belongs together, in its order, and what each operator computes."""
from dataclasses import dataclass, field

# As PyTorch's documentation has them.
ORDER = ["creation", "random", "indexing", "pointwise", "reduction", "comparison", "spectral", "other", "linalg",
         "special", "fft", "nn", "tensor", "sparse", "quantized", "internal"]


@dataclass
class Section:
    name: str
    title: str
    text: str
    sentences: dict = field(default_factory=dict)  # {family: what it computes}
    functions: list = field(default_factory=list)

    @property
    def header(self):
        return f"ctorch/ops/{self.name}.h"


def read_section(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    notes = [line.removeprefix("#").strip() for line in lines if line.startswith("#")]
    notes = [note for note in notes if "SPDX" not in note]
    section = Section(path.stem, notes[0] if notes else path.stem, " ".join(notes[1:]))
    for line in lines:
        if " | " in line and not line.startswith("#"):
            name, _, sentence = line.partition(" | ")
            section.sentences[name.strip().removesuffix("_")] = sentence.strip()
    return section


def rank(function):
    """The plain one first, those that write into given tensors last, in place behind what it stands for."""
    operator = function.operator
    plain = function.name.removesuffix("_")
    return operator.is_out, plain != f"ct_{operator.family}", plain, operator.is_in_place


def read(folder, functions):
    """The sections with their functions; what is in none of them comes last in `other`."""
    sections = [read_section(folder / f"{name}.txt") for name in ORDER if (folder / f"{name}.txt").exists()]
    by_name = {section.name: section for section in sections}
    places = {family: (section, i) for section in sections for i, family in enumerate(section.sentences)}
    for function in functions:
        section, _ = places.get(function.operator.family, (by_name["other"], 0))
        section.functions.append(function)
    for section in sections:
        order = list(section.sentences)
        section.functions.sort(key=lambda f: (order.index(f.operator.family) if f.operator.family in order
                                              else len(order), f.operator.family, rank(f)))
    return sections
