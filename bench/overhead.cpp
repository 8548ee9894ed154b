// overhead.cpp: what ctorch adds to libtorch, against its budgets. Every pair is timed in turns in one run, because the
// machine's speed drifts; a figure is the median over the turns. Exits with 1 when a budget is broken.
// SPDX-License-Identifier: BSD-3-Clause
#include <torch/torch.h>

#include <ctorch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

namespace {

constexpr int turns = 201;

double nanoseconds(const std::function<void(int)> &work, int calls)
{
    auto begin = std::chrono::steady_clock::now();
    work(calls);
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / calls;
}

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
}

struct Pair {
    double ours, theirs, difference, ratio;
};

Pair compare(const std::function<void(int)> &ours, const std::function<void(int)> &theirs, int calls)
{
    std::vector<double> a, b, difference, ratio;
    for (int turn = 0; turn < turns; turn++) {
        a.push_back(nanoseconds(ours, calls));
        b.push_back(nanoseconds(theirs, calls));
        difference.push_back(a.back() - b.back());
        ratio.push_back(a.back() / b.back());
    }
    return {median(a), median(b), median(difference), median(ratio)};
}

int broken = 0;

void verdict(const char *what, double value, double budget, const char *unit)
{
    bool good = value <= budget;
    broken += !good;
    std::printf("%-58s %8.2f %-3s budget %6.2f  %s\n", what, value, unit, budget, good ? "kept" : "BROKEN");
}

void operation()
{
    ct_tensor *x = ct_ones_with(std::vector<int64_t>{4}.data(), 1, CT_FLOAT32, nullptr);
    at::Tensor y = at::ones({4});
    ct_alpha_options options = ct_alpha_options_default(); // as C's ct_add(x, x) passes them
    Pair p = compare(
        [&](int n) {
            for (int i = 0; i < n; i++)
                ct_tensor_free(ct_add_with(x, x, &options));
        },
        [&](int n) {
            for (int i = 0; i < n; i++)
                at::add(y, y);
        },
        2000);
    std::printf("ct_add with its free %.0f ns, at::add %.0f ns\n", p.ours, p.theirs);
    verdict("an operation, its handle freed, over at::", p.difference, 25, "ns");
    ct_tensor_free(x);
}

void call_by_name()
{
    ct_tensor *x = ct_ones_with(std::vector<int64_t>{4}.data(), 1, CT_FLOAT32, nullptr);
    at::Tensor y = at::ones({4});
    ct_op *add = ct_op_find("aten::add.Tensor");
    const ct_value arguments[] = {ct_value_tensor(x), ct_value_tensor(x)};
    Pair p = compare(
        [&](int n) {
            for (int i = 0; i < n; i++)
                ct_tensor_free(ct_op_call(add, arguments, 2));
        },
        [&](int n) {
            for (int i = 0; i < n; i++)
                at::add(y, y);
        },
        2000);
    verdict("a prepared call by name, its result freed, over at::", p.difference, 400, "ns");
    ct_op_free(add);
    ct_tensor_free(x);
}

void scope()
{
    std::vector<double> times;
    for (int turn = 0; turn < turns; turn++)
        times.push_back(nanoseconds(
            [](int n) {
                for (int i = 0; i < n; i++)
                    ct_scope_end(ct_scope_begin());
            },
            20000));
    verdict("an empty scope", median(times), 20, "ns");
}

ct_tensor *identity(ct_module *, ct_tensor *x, void *)
{
    return x;
}

ct_module *sequential_of(const std::vector<ct_module *> &stages)
{
    ct_module *made = ct_nn_sequential_new(stages.data(), stages.size());
    for (ct_module *stage : stages)
        ct_module_free(stage);
    return made;
}

// The time of one stage, from Sequentials of 10 and of 110.
void callback_stage()
{
    ct_class returns_input{};
    returns_input.forward = identity;
    auto row = [&](size_t n) {
        std::vector<ct_module *> stages(n);
        std::generate(stages.begin(), stages.end(), [&] { return ct_nn_module_new("Id", &returns_input); });
        return sequential_of(stages);
    };
    auto cpp_row = [](size_t n) {
        torch::nn::Sequential made;
        for (size_t i = 0; i < n; i++)
            made->push_back(torch::nn::Identity());
        return made;
    };
    ct_module *few = row(10), *many = row(110);
    torch::nn::Sequential cpp_few = cpp_row(10), cpp_many = cpp_row(110);
    ct_tensor *x = ct_ones_with(std::vector<int64_t>{4}.data(), 1, CT_FLOAT32, nullptr);
    at::Tensor y = at::ones({4});
    auto ours = [&](ct_module *m) {
        return [m, x](int n) {
            for (int i = 0; i < n; i++)
                ct_tensor_free(ct_module_forward(m, x));
        };
    };
    auto theirs = [&](torch::nn::Sequential m) {
        return [m, y](int n) mutable {
            for (int i = 0; i < n; i++)
                m->forward(y);
        };
    };
    Pair stage = compare(ours(many), ours(few), 200);
    Pair cpp_stage = compare(theirs(cpp_many), theirs(cpp_few), 100);
    std::printf("a stage of C++'s own Sequential that is an Identity %.0f ns\n", cpp_stage.difference / 100);
    verdict("a stage that is a C callback returning its input", stage.difference / 100, 100, "ns");
    for (ct_module *m : {few, many})
        ct_module_free(m);
    ct_tensor_free(x);
}

void mlp()
{
    ct_module *ours =
        sequential_of({ct_nn_linear_new(10, 50, nullptr), ct_nn_relu_new(nullptr), ct_nn_linear_new(50, 2, nullptr)});
    torch::nn::Sequential theirs(torch::nn::Linear(10, 50), torch::nn::ReLU(), torch::nn::Linear(50, 2));
    ct_tensor *x = ct_ones_with(std::vector<int64_t>{1, 10}.data(), 2, CT_FLOAT32, nullptr);
    at::Tensor y = at::ones({1, 10});
    ct_set_grad_enabled(false);
    Pair p = compare(
        [&](int n) {
            for (int i = 0; i < n; i++)
                ct_tensor_free(ct_module_forward(ours, x));
        },
        [&](int n) {
            for (int i = 0; i < n; i++)
                theirs->forward(y);
        },
        500);
    std::printf("Linear-ReLU-Linear: ctorch %.2f us, C++ %.2f us\n", p.ours / 1000, p.theirs / 1000);
    verdict("Linear(10,50)-ReLU-Linear(50,2) over C++'s Sequential", p.ratio, 0.85, "x");
    ct_module_free(ours);
    ct_tensor_free(x);
}

} // namespace

int main()
{
    at::set_num_threads(1);
    std::printf("libtorch %s, median of %d turns\n", ct_torch_version(), turns);
    operation();
    call_by_name();
    scope();
    callback_stage();
    mlp();
    return broken > 0 || ct_live_handles(nullptr) != 0;
}
