// tests/plugin/operators.cpp: a library of operators, as test_call loads it.
// SPDX-License-Identifier: BSD-3-Clause
#include <ATen/ATen.h>
#include <torch/library.h>

namespace {

at::Tensor scale(const at::Tensor &x, double by)
{
    return x * by;
}

std::string shout(const std::string &text, int64_t times)
{
    std::string result;
    for (int64_t i = 0; i < times; i++)
        result += text + "!";
    return result;
}

using Everything = std::tuple<int64_t, double, bool, std::string, std::vector<int64_t>, std::vector<double>,
                              c10::List<bool>, std::vector<std::string>, std::vector<at::Tensor>, at::Device>;

// Gives back what it is given, so that each kind of value is seen to go in and out.
Everything everything(int64_t i, double d, bool b, std::string s, std::vector<int64_t> is, std::vector<double> ds,
                      c10::List<bool> bs, std::vector<std::string> ss, std::vector<at::Tensor> ts, at::Device device)
{
    return {i, d, b, s, is, ds, bs, ss, ts, device};
}

at::Tensor boom(const at::Tensor &)
{
    throw 7;
}

void nothing() {}

} // namespace

TORCH_LIBRARY(ctorch_test, library)
{
    library.def("scale(Tensor x, float by=2.0) -> Tensor", scale);
    library.def("shout(str text, int times) -> str", shout);
    library.def("everything(int i, float d, bool b, str s, int[] ints, float[] floats, bool[] bools, str[] strings, "
                "Tensor[] tensors, "
                "Device device) -> (int, float, bool, str, int[], float[], bool[], str[], Tensor[], Device)",
                everything);
    library.def("boom(Tensor x) -> Tensor", boom);
    library.def("nothing() -> ()", nothing);
}
