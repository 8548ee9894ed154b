"""Every function of ctorch/functional.h, and operators of ctorch/ops.h, as Python computes and differentiates them.
tests/functional_cases.h has the same cases in C.

SPDX-License-Identifier: BSD-3-Clause
"""
import torch
import torch.nn.functional as F

SEED = 21
CHOICES = torch.tensor([[3, 0, 1], [2, 2, 4]])  # classes, of five


def real(*shape, seed=1):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def positive(*shape):
    return real(*shape).abs() + 0.25


def steps(*shape):
    """Whole numbers that come more than once."""
    return (real(*shape) * 2).round()


def shares(*shape):
    """Probabilities along dimension 1."""
    return positive(*shape) / positive(*shape).sum(1, keepdim=True)


def weighted_mse_loss(x, target, weight, reduction="mean"):
    """F.mse_loss with weight, which Python has since 2.6."""
    errors = weight * (x - target) ** 2
    return {"none": errors, "sum": errors.sum(), "mean": errors.sum() / weight.sum()}[reduction]


# A name, a function, and its inputs.
CASES = {
    "dropout": (lambda x: F.dropout(x), real(8, 9)),
    "dropout_some": (lambda x: F.dropout(x, p=0.3), real(8, 9)),
    "dropout_eval": (lambda x: F.dropout(x, training=False), real(8, 9)),
    "dropout_none": (lambda x: F.dropout(x, p=0.0), real(2, 3)),
    "dropout_all": (lambda x: F.dropout(x, p=1.0), real(2, 3)),
    "softmax": (lambda x: F.softmax(x, 1), real(2, 3, 4)),
    "softmax_last": (lambda x: F.softmax(x, -1), real(2, 3, 4)),
    "softmax_float64": (lambda x: F.softmax(x, 0, dtype=torch.float64), real(3)),
    "log_softmax": (lambda x: F.log_softmax(x, 1), real(2, 3, 4)),
    "log_softmax_float64": (lambda x: F.log_softmax(x, 0, dtype=torch.float64), real(3)),
    "cross_entropy": (lambda x, t: F.cross_entropy(x, t), real(3, 5), CHOICES[0]),
    "cross_entropy_one": (lambda x, t: F.cross_entropy(x, t), real(5), CHOICES[0, 0]),
    "cross_entropy_sum": (lambda x, t: F.cross_entropy(x, t, reduction="sum"), real(3, 5), CHOICES[0]),
    "cross_entropy_each": (lambda x, t: F.cross_entropy(x, t, reduction="none"), real(2, 5, 3), CHOICES),
    "cross_entropy_shares": (lambda x, t: F.cross_entropy(x, t), real(3, 5), shares(3, 5)),
    "cross_entropy_all": (
        lambda x, t, w: F.cross_entropy(x, t, weight=w, ignore_index=1, reduction="mean", label_smoothing=0.1),
        real(3, 5), CHOICES[0], positive(5)),
    "nll_loss": (lambda x, t: F.nll_loss(x, t), real(3, 5), CHOICES[0]),
    "nll_loss_each": (lambda x, t: F.nll_loss(x, t, reduction="none"), real(2, 5, 3, 1), CHOICES.unsqueeze(2)),
    "nll_loss_all": (
        lambda x, t, w: F.nll_loss(x, t, weight=w, ignore_index=0, reduction="sum"),
        real(3, 5), CHOICES[0], positive(5)),
    "mse_loss": (lambda x, t: F.mse_loss(x, t), real(2, 3), real(2, 3, seed=2)),
    "mse_loss_sum": (lambda x, t: F.mse_loss(x, t, reduction="sum"), real(2, 3), real(2, 3, seed=2)),
    "mse_loss_each": (lambda x, t: F.mse_loss(x, t, reduction="none"), real(2, 3), real(2, 3, seed=2)),
    "mse_loss_broadcast": (lambda x, t: F.mse_loss(*torch.broadcast_tensors(x, t)), real(2, 3), real(3, seed=2)),
    "mse_loss_weight": (weighted_mse_loss, real(2, 3), real(2, 3, seed=2), positive(2, 3)),
    "mse_loss_weight_sum": (
        lambda x, t, w: weighted_mse_loss(x, t, w, "sum"), real(2, 3), real(2, 3, seed=2), positive(2, 3)),
    "mse_loss_weight_each": (
        lambda x, t, w: weighted_mse_loss(x, t, w, "none"), real(2, 3), real(3, seed=2), positive(2, 3)),
    "max_pool1d": (lambda x: F.max_pool1d(x, 2), real(2, 3, 7)),
    "max_pool1d_all": (
        lambda x: F.max_pool1d(x, 3, stride=2, padding=1, dilation=2, ceil_mode=True), real(3, 10)),
    "max_pool1d_over_time": (lambda x: F.max_pool1d(x, x.shape[2]), real(2, 3, 7)),
    "max_pool2d": (lambda x: F.max_pool2d(x, 2), real(2, 3, 7, 6)),
    "max_pool2d_all": (
        lambda x: F.max_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 3), ceil_mode=True),
        real(2, 3, 8, 7)),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 2), real(2, 3, 7, 6)),
    "avg_pool2d_all": (
        lambda x: F.avg_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True, count_include_pad=False),
        real(2, 3, 8, 7)),
    "avg_pool2d_divisor": (lambda x: F.avg_pool2d(x, 3, padding=1, divisor_override=5), real(3, 8, 7)),
    "adaptive_avg_pool2d": (lambda x: F.adaptive_avg_pool2d(x, 3), real(2, 3, 7, 8)),
    "adaptive_avg_pool2d_list": (lambda x: F.adaptive_avg_pool2d(x, (2, None)), real(3, 7, 8)),

    "pow_whole": (lambda x: torch.pow(x, 3), real(2, 3)),
    "pow_real": (lambda x: torch.pow(x, -0.5), positive(2, 3)),
    "pow_of_whole": (lambda x: torch.pow(x, 2), CHOICES),
    "maximum": (lambda a, b: torch.maximum(a, b), steps(4, 5), steps(5)),
    "minimum": (lambda a, b: torch.minimum(a, b), steps(4, 5), steps(5)),
    "neg": (lambda x: torch.neg(x), real(2, 3)),
    "exp": (lambda x: torch.exp(x), real(2, 3)),
    "log": (lambda x: torch.log(x), positive(2, 3)),
    "sqrt": (lambda x: torch.sqrt(x), positive(2, 3)),
    "amax": (lambda x: torch.amax(x, 1), steps(2, 5, 3)),
    "amax_some": (lambda x: torch.amax(x, (0, -1), keepdim=True), steps(2, 5, 3)),
    "amax_all": (lambda x: torch.amax(x, ()), steps(2, 5, 3)),
    "argmax": (lambda x: torch.argmax(x), real(2, 3, 4)),
    "argmax_dim": (lambda x: torch.argmax(x, 1), real(2, 3, 4)),
    "argmax_keepdim": (lambda x: torch.argmax(x, -1, keepdim=True), real(2, 3, 4)),
    "view": (lambda x: x.view(3, -1), real(2, 3, 4)),
    "flatten": (lambda x: torch.flatten(x), real(2, 3, 4)),
    "flatten_some": (lambda x: torch.flatten(x, start_dim=1, end_dim=-2), real(2, 3, 4, 2)),
    "squeeze": (lambda x: torch.squeeze(x), real(1, 3, 1)),
    "squeeze_dim": (lambda x: torch.squeeze(x, -1), real(1, 3, 1)),
    "squeeze_nothing": (lambda x: torch.squeeze(x, 1), real(1, 3, 1)),
    "unsqueeze": (lambda x: torch.unsqueeze(x, 1), real(2, 3)),
    "unsqueeze_last": (lambda x: torch.unsqueeze(x, -1), real(2, 3)),
    "transpose": (lambda x: torch.transpose(x, 0, -1), real(2, 3, 4)),
    "permute": (lambda x: torch.permute(x, (2, 0, 1)), real(2, 3, 4)),
    "stack": (lambda a, b: torch.stack((a, b)), real(2, 3), real(2, 3, seed=2)),
    "stack_last": (lambda a, b: torch.stack((a, b), -1), real(2, 3), real(2, 3, seed=2)),
    "eq": (lambda a, b: torch.eq(a, b), steps(4, 5), steps(5)),
    "randint": (lambda: torch.randint(-3, 10, (4, 5))),
    "randint_real": (lambda: torch.randint(0, 2, (4, 5), dtype=torch.float32)),
}

DTYPES = {"float32": torch.float32, "float64": torch.float64}


def parts(name):
    case = CASES[name]
    return (case[0], case[1:]) if isinstance(case, tuple) else (case, ())


def run(name, dtype):
    """A call's output, and the gradients of its inputs; not of a third one, a loss's weights: most losses refuse it."""
    function, inputs = parts(name)
    inputs = [
        x.to(dtype, copy=True).requires_grad_(i < 2) if x.is_floating_point() else x for i, x in enumerate(inputs)]
    torch.manual_seed(SEED)
    y = function(*inputs)
    found = {"output": y.detach()}
    if y.requires_grad:
        y.backward(torch.cos(torch.arange(y.numel(), dtype=y.dtype)).reshape(y.shape))
        found.update((f"grad{i}", x.grad) for i, x in enumerate(inputs) if x.grad is not None)
    return found


def record(name):
    tensors = {f"input{i}": x for i, x in enumerate(parts(name)[1])}
    for dtype_name, dtype in DTYPES.items():
        tensors.update((f"{dtype_name}.{key}", tensor) for key, tensor in run(name, dtype).items())
    return tensors


def write(folder):
    for name in CASES:
        torch.save(record(name), folder / f"functional_{name}.pt")
