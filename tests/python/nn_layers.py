"""Layers of ctorch/nn.h as Python makes, prints and computes it. tests/nn_layers.h has the same cases in C.

SPDX-License-Identifier: BSD-3-Clause
"""
import torch
from torch import nn

SEED = 20
F64 = {"dtype": torch.float64}


def real(*shape):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def whole(*shape):
    return torch.randint(0, 7, shape, generator=torch.Generator().manual_seed(2))


def layer_norm_without_bias(shape, **keywords):
    """nn.LayerNorm(shape, bias=False, ...), which Python has since 2.1."""
    layer = nn.LayerNorm(shape, **keywords)
    layer.bias = None
    return layer


# A name, how the layer is made, and an input.
CASES = {
    "linear": (lambda: nn.Linear(3, 4), real(2, 3)),
    "linear_no_bias": (lambda: nn.Linear(3, 4, bias=False), real(3)),
    "linear_float64": (lambda: nn.Linear(3, 4, **F64), real(2, 5, 3)),
    "linear_no_rows": (lambda: nn.Linear(3, 2), real(0, 3)),
    "identity": (lambda: nn.Identity(), real(2, 3)),
    "conv1d": (lambda: nn.Conv1d(2, 4, 3), real(2, 2, 8)),
    "conv1d_all": (
        lambda: nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=3, groups=2, bias=False, padding_mode="reflect",
                          **F64),
        real(2, 4, 11)),
    "conv1d_same": (lambda: nn.Conv1d(2, 3, 4, padding="same", dilation=2), real(2, 9)),
    "conv1d_replicate": (lambda: nn.Conv1d(2, 3, 3, padding=1, padding_mode="replicate"), real(1, 2, 5)),
    "conv1d_circular": (lambda: nn.Conv1d(2, 3, 3, padding=1, padding_mode="circular"), real(1, 2, 5)),
    "conv2d": (lambda: nn.Conv2d(3, 4, 3), real(2, 3, 8, 7)),
    "conv2d_numbers": (lambda: nn.Conv2d(2, 3, 3, stride=2, padding=1, dilation=2), real(1, 2, 9, 8)),
    "conv2d_all": (
        lambda: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 3), groups=2, bias=False,
                          padding_mode="circular", **F64),
        real(2, 4, 9, 8)),
    "conv2d_same": (lambda: nn.Conv2d(2, 3, (3, 4), padding="same"), real(2, 6, 5)),
    "conv2d_reflect": (lambda: nn.Conv2d(2, 3, 3, padding=(2, 1), padding_mode="reflect"), real(1, 2, 5, 4)),
    "conv2d_replicate": (lambda: nn.Conv2d(2, 3, 3, padding=(2, 1), padding_mode="replicate"), real(1, 2, 5, 4)),
    "conv_transpose2d": (lambda: nn.ConvTranspose2d(3, 4, 3), real(2, 3, 4, 5)),
    "conv_transpose2d_all": (
        lambda: nn.ConvTranspose2d(4, 6, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2,
                                   bias=False, dilation=(1, 2), padding_mode="zeros", **F64),
        real(2, 4, 3, 4)),
    "max_pool1d": (lambda: nn.MaxPool1d(2), real(2, 3, 7)),
    "max_pool1d_all": (
        lambda: nn.MaxPool1d(3, stride=2, padding=1, dilation=2, ceil_mode=True), real(3, 10)),
    "max_pool2d": (lambda: nn.MaxPool2d(2), real(2, 3, 7, 6)),
    "max_pool2d_numbers": (lambda: nn.MaxPool2d(3, stride=2, padding=1, dilation=2), real(3, 9, 8)),
    "max_pool2d_all": (
        lambda: nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 3), ceil_mode=True), real(2, 3, 8, 7)),
    "avg_pool2d": (lambda: nn.AvgPool2d(2), real(2, 3, 7, 6)),
    "avg_pool2d_all": (
        lambda: nn.AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True, count_include_pad=False),
        real(2, 3, 8, 7)),
    "avg_pool2d_divisor": (lambda: nn.AvgPool2d(3, padding=1, divisor_override=5), real(3, 8, 7)),
    "adaptive_avg_pool2d": (lambda: nn.AdaptiveAvgPool2d(3), real(2, 3, 7, 8)),
    "adaptive_avg_pool2d_list": (lambda: nn.AdaptiveAvgPool2d((2, None)), real(3, 7, 8)),
    "adaptive_avg_pool2d_none": (lambda: nn.AdaptiveAvgPool2d((None, None)), real(3, 2, 4)),
    "batch_norm1d": (lambda: nn.BatchNorm1d(3), real(4, 3)),
    "batch_norm1d_cumulative": (lambda: nn.BatchNorm1d(3, eps=1e-3, momentum=None), real(4, 3, 5)),
    "batch_norm1d_bare": (lambda: nn.BatchNorm1d(3, affine=False, track_running_stats=False), real(4, 3)),
    "batch_norm2d": (lambda: nn.BatchNorm2d(3), real(2, 3, 4, 5)),
    "batch_norm2d_all": (lambda: nn.BatchNorm2d(3, eps=0.5, momentum=0.25, affine=False, **F64), real(2, 3, 4, 5)),
    "batch_norm2d_untracked": (lambda: nn.BatchNorm2d(3, track_running_stats=False), real(2, 3, 4, 5)),
    "layer_norm": (lambda: nn.LayerNorm(4), real(2, 3, 4)),
    "layer_norm_all": (lambda: layer_norm_without_bias((3, 4), eps=0.5, **F64), real(2, 3, 4)),
    "layer_norm_plain": (lambda: nn.LayerNorm((3, 4), elementwise_affine=False), real(2, 3, 4)),
    "relu": (lambda: nn.ReLU(), real(2, 3)),
    "relu_inplace": (lambda: nn.ReLU(inplace=True), real(2, 3)),
    "sigmoid": (lambda: nn.Sigmoid(), real(2, 3)),
    "tanh": (lambda: nn.Tanh(), real(2, 3)),
    "leaky_relu": (lambda: nn.LeakyReLU(), real(2, 3)),
    "leaky_relu_all": (lambda: nn.LeakyReLU(negative_slope=0.2, inplace=True), real(2, 3)),
    "gelu": (lambda: nn.GELU(), real(2, 3)),
    "gelu_tanh": (lambda: nn.GELU(approximate="tanh"), real(2, 3)),
    "softmax": (lambda: nn.Softmax(dim=1), real(2, 3, 4)),
    "log_softmax": (lambda: nn.LogSoftmax(dim=-1), real(2, 3, 4)),
    "dropout": (lambda: nn.Dropout(), real(8, 9)),
    "dropout_inplace": (lambda: nn.Dropout(p=0.3, inplace=True), real(8, 9)),
    "dropout_none": (lambda: nn.Dropout(p=0.0), real(2, 3)),
    "dropout_all": (lambda: nn.Dropout(p=1.0), real(2, 3)),
    "embedding": (lambda: nn.Embedding(7, 3), whole(2, 4)),
    "embedding_all": (
        lambda: nn.Embedding(7, 3, padding_idx=-2, max_norm=0.75, norm_type=1.0, scale_grad_by_freq=True, **F64),
        whole(12)),
    "embedding_sparse": (lambda: nn.Embedding(7, 3, padding_idx=0, sparse=True), whole(2, 4)),
    "flatten": (lambda: nn.Flatten(), real(2, 3, 4)),
    "flatten_some": (lambda: nn.Flatten(start_dim=-3, end_dim=-2), real(2, 3, 4, 2)),
    "flatten_scalar": (lambda: nn.Flatten(start_dim=0), real()),
}

MODES = {"train": True, "eval": False}
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def make(name):
    torch.manual_seed(SEED)
    return CASES[name][0]()


def gradient_for(y):
    return torch.cos(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)


def run(name, dtype, training):
    """What one forward and backward leave behind: the output, the gradients, and the state."""
    module = make(name).to(dtype).train(training)
    x = CASES[name][1].clone()
    if x.is_floating_point():
        x = x.to(dtype).requires_grad_()
    y = module(x * 1)  # in place, a leaf could not be changed
    y.backward(gradient_for(y).to(dtype))
    found = {"output": y.detach()}
    if x.grad is not None:
        found["input_grad"] = x.grad
    for key, parameter in module.named_parameters():
        found["grad." + key] = parameter.grad.to_dense()
    for key, tensor in module.state_dict().items():
        found["after." + key] = tensor
    return found


def record(name):
    x = CASES[name][1]
    tensors = {"input": x, "gradient": gradient_for(make(name).double()(x * 1).detach())}
    for key, tensor in make(name).state_dict().items():
        tensors["state." + key] = tensor
    for dtype_name, dtype in DTYPES.items():
        for mode, training in MODES.items():
            for key, tensor in run(name, dtype, training).items():
                tensors[f"{dtype_name}.{mode}.{key}"] = tensor
    return tensors


def write(folder):
    for name in CASES:
        torch.save(record(name), folder / f"nn_{name}.pt")
