"""Every function of ctorch/init.h, utils.h and rnn.h as Python's: init.pt, utils.pt, rnn.pt.

tests/test_init.c, test_utils.c and test_rnn.c have the same cases in C.

SPDX-License-Identifier: BSD-3-Clause
"""
import warnings

import torch
import torch.nn.init as init
from torch.nn.utils import clip_grad_norm_, clip_grad_value_, rnn

SEED = 31
PRECISIONS = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16}

# A name, a shape, and what fills it.
INIT_CASES = {
    "constant": ((2, 3), lambda w: init.constant_(w, 0.3)),
    "ones": ((2, 3), init.ones_),
    "zeros": ((2, 3), init.zeros_),
    "eye": ((3, 5), init.eye_),
    "dirac": ((3, 5, 4), init.dirac_),
    "dirac_image": ((5, 3, 3, 2), init.dirac_),
    "dirac_volume": ((2, 2, 3, 1, 5), init.dirac_),
    "dirac_groups": ((6, 3, 3), lambda w: init.dirac_(w, groups=3)),
    "dirac_groups_wide": ((4, 1, 3, 3), lambda w: init.dirac_(w, groups=2)),
    "uniform": ((40, 50), init.uniform_),
    "uniform_all": ((4, 5), lambda w: init.uniform_(w, a=-3.0, b=-1.0)),
    "normal": ((40, 50), init.normal_),
    "normal_all": ((4, 5), lambda w: init.normal_(w, mean=2.0, std=0.1)),
    "trunc_normal": ((40, 50), init.trunc_normal_),
    "trunc_normal_all": ((40, 50), lambda w: init.trunc_normal_(w, mean=0.5, std=0.3, a=0.0, b=0.75)),
    "trunc_normal_tail": ((40, 50), lambda w: init.trunc_normal_(w, mean=0.0, std=1.0, a=1.5, b=2.5)),
    "trunc_normal_small": ((3,), lambda w: init.trunc_normal_(w, std=0.02)),
    "xavier_uniform": ((4, 5), init.xavier_uniform_),
    "xavier_uniform_all": ((4, 5, 3, 2), lambda w: init.xavier_uniform_(w, gain=init.calculate_gain("tanh"))),
    "xavier_normal": ((4, 5), init.xavier_normal_),
    "xavier_normal_all": ((4, 5, 3), lambda w: init.xavier_normal_(w, gain=0.5)),
    "kaiming_uniform": ((4, 5), init.kaiming_uniform_),
    "kaiming_uniform_all": (
        (4, 5, 3), lambda w: init.kaiming_uniform_(w, a=0.2, mode="fan_out", nonlinearity="leaky_relu")),
    "kaiming_normal": ((4, 5), init.kaiming_normal_),
    "kaiming_normal_all": ((4, 5, 3), lambda w: init.kaiming_normal_(w, a=5.0, mode="fan_out", nonlinearity="relu")),
    "kaiming_normal_empty": ((0, 5), init.kaiming_normal_),
    "orthogonal": ((4, 5), init.orthogonal_),
    "orthogonal_all": ((6, 2, 2), lambda w: init.orthogonal_(w, gain=3.0)),
    "orthogonal_tall": ((5, 3), init.orthogonal_),
    "orthogonal_empty": ((3, 0), init.orthogonal_),
    "sparse": ((7, 5), lambda w: init.sparse_(w, sparsity=0.4)),
    "sparse_all": ((7, 5), lambda w: init.sparse_(w, sparsity=0.0, std=2.0)),
    "sparse_zeros": ((3, 2), lambda w: init.sparse_(w, sparsity=1.0)),
}


def filled(shape, dtype, fill, turned=False):
    """The tensor, its dimensions in the other order in memory if turned; None where the release cannot fill it."""
    w = torch.zeros(tuple(reversed(shape)) if turned else shape, dtype=dtype)
    w = w.permute(*range(w.dim() - 1, -1, -1)) if turned else w
    w.requires_grad_()
    torch.manual_seed(SEED)
    try:
        fill(w)
    except RuntimeError:
        return None
    return w.detach().contiguous()


def write_init(folder):
    record = {}
    for name, (shape, fill) in INIT_CASES.items():
        for precision, dtype in PRECISIONS.items():
            record[f"{precision}.{name}"] = filled(shape, dtype, fill)
        record[f"turned.{name}"] = filled(shape, torch.float32, fill, turned=True)
    torch.save({key: value for key, value in record.items() if value is not None}, folder / "init.pt")


def real(*shape, seed=1):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


# What becomes of gradients.
CLIP_CASES = {
    "norm": lambda p: clip_grad_norm_(p, 1.0),
    "norm_one": lambda p: clip_grad_norm_(p, 0.75, norm_type=1.0),
    "norm_three": lambda p: clip_grad_norm_(p, 0.3, norm_type=3.0, error_if_nonfinite=True),
    "norm_inf": lambda p: clip_grad_norm_(p, 0.5, norm_type=float("inf")),
    "norm_enough": lambda p: clip_grad_norm_(p, 1000.0),
    "value": lambda p: clip_grad_value_(p, 0.5),
}


def write_utils(folder):
    record = {}
    for precision, dtype in PRECISIONS.items():
        for name, clip in CLIP_CASES.items():
            parameters = [torch.nn.Parameter(real(*shape).to(dtype)) for shape in ((3, 4), (7,), (2,))]
            for i, parameter in enumerate(parameters[:2]):
                parameter.grad = real(*parameter.shape, seed=2 + i).to(dtype)
                record[f"{precision}.{name}.before{i}"] = parameter.grad.clone()
            total = clip(parameters)
            if total is not None:
                record[f"{precision}.{name}.total"] = total
            for i, parameter in enumerate(parameters[:2]):
                record[f"{precision}.{name}.after{i}"] = parameter.grad
    torch.save(record, folder / "utils.pt")


def write_rnn(folder):
    record = {}
    sequences = [real(length, 2, seed=length) for length in (2, 4, 1)]
    lengths = torch.tensor([2, 4, 1])
    mirrored = [sequence.flip(0) for sequence in sequences]  # on the left, as Python pads only since 2.5
    for name, first in (("", False), ("first_", True)):
        time = 1 if first else 0
        padded = rnn.pad_sequence(sequences, batch_first=first, padding_value=-1.5)
        packed = rnn.pack_padded_sequence(padded, lengths, batch_first=first, enforce_sorted=False)
        output, sizes = rnn.pad_packed_sequence(packed, batch_first=first, padding_value=9.0, total_length=6)
        record.update({
            f"{name}padded": padded,
            f"{name}left": rnn.pad_sequence(mirrored, batch_first=first, padding_value=-1.5).flip(time),
            f"{name}data": packed.data, f"{name}batch_sizes": packed.batch_sizes,
            f"{name}sorted_indices": packed.sorted_indices, f"{name}unsorted_indices": packed.unsorted_indices,
            f"{name}output": output, f"{name}lengths": sizes})
    in_order = sorted(sequences, key=len, reverse=True)
    packed = rnn.pack_sequence(in_order)
    record.update({"sorted_data": packed.data, "sorted_batch_sizes": packed.batch_sizes})
    record.update({f"sequence{i}": sequence for i, sequence in enumerate(sequences)})
    torch.save(record, folder / "rnn.pt")


def write(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tensors without elements, and a truncation far from the mean
        write_init(folder)
    write_utils(folder)
    write_rnn(folder)
