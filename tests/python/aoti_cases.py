"""Packages of AOTInductor for tests/test_aoti.c: FOLDER/aoti/*.pt2, with inputs and outputs in FOLDER/aoti/expected.pt.

Where the PyTorch at hand cannot compile, FOLDER/aoti/skipped.txt says why, and there are only those without code.

SPDX-License-Identifier: BSD-3-Clause
"""
import json
import pathlib
import sys
import zipfile

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.register_buffer("offset", torch.arange(3.0))

    def forward(self, x, y):
        return torch.relu(self.linear(x)) + self.offset + y, x.sum()


def inputs_text(program):
    """What ctorch_inputs is, as include/ctorch/aoti.h has it."""
    names = program.graph_signature.user_inputs
    values = [node.meta["val"] for node in program.graph.nodes if node.name in names]
    return ", ".join(f"{str(v.dtype)[6:]}[{', '.join(map(str, v.shape))}]" for v in values)


def export(folder):
    torch.manual_seed(0)
    net, x, y = Net().eval(), torch.randn(5, 4), torch.randn(5, 3)
    batch = torch.export.Dim("batch", min=2, max=64)
    program = torch.export.export(net, (x, y), dynamic_shapes={"x": {0: batch}, "y": {0: batch}})
    torch.export.save(program, folder / "exported.pt2")
    with torch.no_grad():
        outputs = net(x, y)
    torch.save({"x": x, "y": y, "first": outputs[0], "second": outputs[1]}, folder / "expected.pt")
    return program


def compile_to(path, program):
    metadata = {"ctorch_inputs": inputs_text(program)}
    torch._inductor.aoti_compile_and_package(program, package_path=str(path),
                                             inductor_configs={"aot_inductor.metadata": metadata})


def without_inputs(path, silent):
    """The package as it is without ctorch_inputs: compiling another would take as long again."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(silent, "w") as copy:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename.endswith("_metadata.json"):
                metadata = json.loads(content)
                del metadata["ctorch_inputs"]
                content = json.dumps(metadata)
            copy.writestr(entry.filename, content)


def write_zip(path, entry):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "{}")


def write(folder):
    place = folder / "aoti"
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    write_zip(place / "foreign.pt2", "other/file")
    write_zip(place / "hollow.pt2", "data/aotinductor/model/model.so")
    if not hasattr(torch, "export") or not hasattr(torch._inductor, "aoti_compile_and_package"):
        write_zip(place / "exported.pt2", "serialized_exported_program.json")
        (place / "skipped.txt").write_text(f"PyTorch {torch.__version__} has no AOTInductor packages\n")
        return
    program = export(place)
    try:
        compile_to(place / "described.pt2", program)
        without_inputs(place / "described.pt2", place / "silent.pt2")
    except ImportError as error:  # torch.utils.cpp_extension wants setuptools
        (place / "skipped.txt").write_text(f"PyTorch {torch.__version__} cannot compile: {error}\n")


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
