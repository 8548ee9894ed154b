// tests/plugin/load_archive.cpp: loads what ct_module_save_libtorch wrote into a module of libtorch's own, as
// test_export runs it, prints the sum of its outputs for an input of ones, and saves it to a second path with
// torch::save.
// SPDX-License-Identifier: BSD-3-Clause
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/pooling.h>
#include <torch/serialize.h>

#include <cstdio>

namespace nn = torch::nn;

int main(int, char **argv)
{
    nn::Sequential net(nn::Conv2d(nn::Conv2dOptions(3, 4, 3).padding(1)), nn::BatchNorm2d(4), nn::ReLU(),
                       nn::MaxPool2d(2), nn::Flatten(), nn::Linear(nn::LinearOptions(64, 5).bias(false)));
    torch::load(net, argv[1]);
    net->eval();
    torch::NoGradGuard no_grad;
    std::printf("%.9g\n", net->forward(torch::ones({1, 3, 8, 8})).sum().item<double>());
    torch::save(net, argv[2]);
    return 0;
}
