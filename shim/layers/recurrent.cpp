// recurrent.cpp: RNN, LSTM and GRU, over padded and packed sequences, and their cells.
// SPDX-License-Identifier: BSD-3-Clause
#include "generated/recurrent.hpp"

#include "convert.hpp"
#include "layers/composite.hpp"

#include <cmath>

namespace ct {

namespace {

// ---- RNN, LSTM and GRU ----

// What the three have in common.
struct Recurrent {
    template <class Net>
    explicit Recurrent(Net &net)
        : self(net), input_size(net.input_size()), hidden_size(net.hidden_size()), num_layers(net.num_layers()),
          bias(net.bias()), batch_first(net.batch_first()), dropout(net.dropout()), bidirectional(net.bidirectional())
    {
        if constexpr (std::is_same_v<Net, LSTM>)
            proj_size = net.proj_size();
    }

    int64_t directions() const { return bidirectional ? 2 : 1; }
    int64_t output_size() const { return proj_size > 0 ? proj_size : hidden_size; }

    Layer &self;
    int64_t input_size, hidden_size, num_layers;
    bool bias, batch_first;
    double dropout;
    bool bidirectional;
    int64_t proj_size = 0;
};

void check_arguments(const Recurrent &net)
{
    auto expect = [](bool holds, const char *text) {
        if (!holds)
            fail(CT_ERROR_VALUE, text);
    };
    expect(net.dropout >= 0 && net.dropout <= 1,
           "dropout should be a number in range [0, 1] representing the probability of an element being zeroed");
    expect(net.input_size > 0, "input_size must be greater than zero");
    expect(net.hidden_size > 0, "hidden_size must be greater than zero");
    expect(net.num_layers > 0, "num_layers must be greater than zero");
    expect(net.proj_size >= 0, "proj_size should be a positive integer or zero to disable projections");
    expect(net.proj_size < net.hidden_size, "proj_size has to be smaller than hidden_size");
}

// The weights of one direction of a layer, with the suffix of their names: "_l0_reverse".
template <class Visit> void visit_weights(const Recurrent &net, const std::string &suffix, Visit &&visit)
{
    visit("weight_ih" + suffix);
    visit("weight_hh" + suffix);
    if (net.bias) {
        visit("bias_ih" + suffix);
        visit("bias_hh" + suffix);
    }
    if (net.proj_size > 0)
        visit("weight_hr" + suffix);
}

// In the order in which libtorch's functions take them.
template <class Visit> void visit_weights(const Recurrent &net, Visit &&visit)
{
    for (int64_t layer = 0; layer < net.num_layers; layer++)
        for (int64_t direction = 0; direction < net.directions(); direction++)
            visit_weights(net, "_l" + std::to_string(layer) + (direction ? "_reverse" : ""),
                          [&](const std::string &name) { visit(name, layer); });
}

std::vector<int64_t> shape_of(const Recurrent &net, const std::string &name, int64_t layer, int64_t gates)
{
    int64_t outputs = times(gates, net.hidden_size);
    std::string kind = name.substr(0, name.find("_l"));
    if (kind == "weight_ih")
        return {outputs, layer == 0 ? net.input_size : times(net.directions(), net.output_size())};
    if (kind == "weight_hh")
        return {outputs, net.output_size()};
    if (kind == "weight_hr")
        return {net.proj_size, net.hidden_size};
    return {outputs};
}

// Python fills them when all are made, which draws the same numbers.
void make_weights(const Recurrent &net, int64_t gates)
{
    check_arguments(net);
    double bound = 1.0 / std::sqrt(static_cast<double>(net.hidden_size));
    visit_weights(net, [&](const std::string &name, int64_t layer) {
        at::Tensor weight = at::empty(shape_of(net, name, layer, gates), net.self.factory());
        torch::nn::init::uniform_(weight, -bound, bound);
        net.self.put_parameter(name, weight.set_requires_grad(true));
    });
}

// libtorch trusts their shapes, and a parameter may be replaced, or come from a file.
Tensors weights_of(const Recurrent &net, int64_t gates)
{
    Tensors weights;
    visit_weights(net, [&](const std::string &name, int64_t layer) {
        const at::Tensor *found = net.self.own_parameters().find(name);
        if (!found || !found->defined())
            fail(CT_ERROR_KEY, "'" + net.self.class_name() + "' object has no parameter '" + name + "'");
        std::vector<int64_t> shape = shape_of(net, name, layer, gates);
        if (found->sizes() != shape)
            fail(CT_ERROR_VALUE, name + " has shape " + tuple_text(found->sizes()) + "; expected " + tuple_text(shape));
        weights.push_back(*found);
    });
    return weights;
}

// ---- a call ----

// The inputs and outputs of a call, the sequences as libtorch's functions take them.
struct Sequences {
    at::Tensor data;
    Tensors hidden; // h, and c of an LSTM
    at::Tensor batch_sizes, sorted_indices, unsorted_indices; // of packed sequences
    bool is_batched = true;

    bool is_packed() const { return batch_sizes.defined(); }
};

std::string dtype_text(const at::Tensor &tensor)
{
    return ct_dtype_name(dtype_of(tensor.scalar_type()));
}

// Under autocast the types may differ.
bool is_autocast_on()
{
    return !c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU) ||
           !c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCUDA);
}

void check_input(const Recurrent &net, const Sequences &x, const at::Tensor &weight)
{
    if (x.data.scalar_type() != weight.scalar_type() && !is_autocast_on())
        fail(CT_ERROR_VALUE, "RNN input dtype (" + dtype_text(x.data) + ") does not match weight dtype (" +
                                 dtype_text(weight) + "). Convert input: input.to(" + dtype_text(weight) +
                                 "), or convert model: model.to(" + dtype_text(x.data) + ")");
    int64_t dims = x.is_packed() ? 2 : 3;
    if (x.data.dim() != dims)
        fail(CT_ERROR_RUNTIME,
             "input must have " + std::to_string(dims) + " dimensions, got " + std::to_string(x.data.dim()));
    if (x.data.size(-1) != net.input_size)
        fail(CT_ERROR_RUNTIME, "input.size(-1) must be equal to input_size. Expected " +
                                   std::to_string(net.input_size) + ", got " + std::to_string(x.data.size(-1)));
}

void check_hidden(const Recurrent &net, const Sequences &x, int64_t batch)
{
    for (size_t i = 0; i < x.hidden.size(); i++) {
        int64_t size = i == 0 ? net.output_size() : net.hidden_size;
        std::vector<int64_t> expected = {net.num_layers * net.directions(), batch, size};
        std::string name = x.hidden.size() == 1 ? "hidden" : "hidden[" + std::to_string(i) + "]";
        if (x.hidden[i].sizes() != expected)
            fail(CT_ERROR_RUNTIME, "Expected " + name + " size " + tuple_text(expected) + ", got [" +
                                       joined(x.hidden[i].sizes()) + "]");
    }
}

// libtorch reads the batch sizes without looking whether they are some.
void check_batch_sizes(const Sequences &x)
{
    const at::Tensor &sizes = x.batch_sizes;
    if (sizes.dim() != 1 || sizes.numel() == 0 || sizes.scalar_type() != at::kLong || !sizes.device().is_cpu())
        fail(CT_ERROR_VALUE, "batch_sizes must be a list of whole numbers (torch.int64) on the CPU, as "
                             "pack_padded_sequence gives it");
    at::Tensor list = sizes.contiguous();
    const int64_t *values = list.data_ptr<int64_t>();
    int64_t left = x.data.size(0);
    for (int64_t i = 0; i < list.numel(); i++) {
        if (values[i] <= 0 || values[i] > (i > 0 ? values[i - 1] : left))
            fail(CT_ERROR_VALUE, "batch_sizes[" + std::to_string(i) + "] is " + std::to_string(values[i]) +
                                     "; batch sizes are positive, do not grow and are no more than there is data");
        left = std::max<int64_t>(left - values[i], 0);
    }
    if (sizes.sum().item<int64_t>() != x.data.size(0))
        fail(CT_ERROR_VALUE, "the batch_sizes do not add up to the " + std::to_string(x.data.size(0)) +
                                 " rows of the packed data");
}

void check_dims(const Sequences &x)
{
    bool plural = x.hidden.size() == 2;
    int64_t dims = x.is_batched ? 3 : 2;
    bool fits = true;
    std::string got;
    for (const at::Tensor &state : x.hidden) {
        fits = fits && state.dim() == dims;
        got += (got.empty() ? "" : ", ") + std::to_string(state.dim()) + "-D";
    }
    if (fits)
        return;
    std::string number = std::to_string(dims);
    fail(CT_ERROR_RUNTIME, std::string(x.is_batched ? "For batched " : "For unbatched ") + number + "-D input, hx " +
                               (plural ? "and cx should also be " : "should also be ") + number + "-D but got " +
                               (plural ? "(" + got + ") tensors" : got + " tensor"));
}

// Makes (L, F) a batch of one.
void make_batched(const Recurrent &net, Sequences &x)
{
    int64_t dims = x.data.dim();
    if (dims != 2 && dims != 3)
        fail(CT_ERROR_VALUE, net.self.class_name() + ": Expected input to be 2D or 3D, got " + std::to_string(dims) +
                                 (dynamic_cast<RNN *>(&net.self) ? "D tensor instead" : "D instead"));
    x.is_batched = dims == 3;
    check_dims(x);
    if (x.is_batched)
        return;
    x.data = x.data.unsqueeze(net.batch_first ? 0 : 1);
    for (at::Tensor &state : x.hidden)
        state = state.unsqueeze(1);
}

// The sequences of a call: input, h_0, an LSTM's c_0, and what makes the input packed.
Sequences taken(const Tensors &in, size_t states)
{
    Sequences x;
    x.data = in[0];
    for (size_t i = 1; i <= states; i++)
        if (in[i].defined())
            x.hidden.push_back(in[i]);
    if (!x.hidden.empty() && x.hidden.size() < states)
        fail(CT_ERROR_TYPE, "an LSTM takes h_0 and c_0 together, or neither of them");
    x.batch_sizes = in[states + 1];
    x.sorted_indices = in[states + 2];
    x.unsorted_indices = in[states + 3];
    return x;
}

// What goes into libtorch's function, checked.
void prepare(const Recurrent &net, Sequences &x, size_t states, const at::Tensor &weight)
{
    if (x.is_packed())
        check_batch_sizes(x);
    else
        make_batched(net, x);
    check_input(net, x, weight);
    int64_t batch = x.is_packed() ? x.batch_sizes[0].item<int64_t>() : x.data.size(net.batch_first ? 0 : 1);
    for (at::Tensor &state : x.hidden)
        if (x.sorted_indices.defined())
            state = state.index_select(1, x.sorted_indices);
    if (x.hidden.empty())
        for (size_t i = 0; i < states; i++)
            x.hidden.push_back(at::zeros({net.num_layers * net.directions(), batch,
                                          i == 0 ? net.output_size() : net.hidden_size},
                                         x.data.options().requires_grad(false)));
    check_hidden(net, x, batch);
}

// The outputs as the inputs were: in their order, without a batch where there was none.
Tensors given_back(const Recurrent &net, const Sequences &x, Tensors outputs)
{
    if (!x.is_batched)
        outputs[0] = outputs[0].squeeze(net.batch_first ? 0 : 1);
    for (size_t i = 1; i < outputs.size(); i++) {
        if (!x.is_batched)
            outputs[i] = outputs[i].squeeze(1);
        if (x.unsorted_indices.defined())
            outputs[i] = outputs[i].index_select(1, x.unsorted_indices);
    }
    return outputs;
}

// (output, h_n), and c_n where there are two states.
template <size_t states, class Function>
Tensors run(const Recurrent &net, int64_t gates, const Tensors &in, Function &&function)
{
    check_arguments(net); // they may have been set since the module was made
    Tensors weights = weights_of(net, gates);
    Sequences x = taken(in, states);
    prepare(net, x, states, weights[0]);
    auto hidden = [&] {
        if constexpr (states == 2)
            return at::TensorList(x.hidden);
        else
            return x.hidden[0];
    }();
    bool training = net.self.is_training();
    auto result = x.is_packed() ? function(x.data, x.batch_sizes, hidden, weights, net.bias, net.num_layers,
                                           net.dropout, training, net.bidirectional)
                                : function(x.data, hidden, weights, net.bias, net.num_layers, net.dropout, training,
                                           net.bidirectional, net.batch_first);
    return given_back(net, x, std::apply([](auto &&...tensors) { return Tensors{tensors...}; }, std::move(result)));
}

// ---- cells ----

template <class Cell> void make_cell(Cell &cell, int64_t gates)
{
    int64_t outputs = times(gates, cell.hidden_size());
    double bound = cell.hidden_size() > 0 ? 1.0 / std::sqrt(static_cast<double>(cell.hidden_size())) : 0;
    auto drawn = [&](at::IntArrayRef shape) {
        at::Tensor weight = at::empty(shape, cell.factory());
        torch::nn::init::uniform_(weight, -bound, bound);
        return weight.set_requires_grad(true);
    };
    cell.set_weight_ih(drawn({outputs, cell.input_size()}));
    cell.set_weight_hh(drawn({outputs, cell.hidden_size()}));
    if (!cell.bias())
        return;
    cell.set_bias_ih(drawn({outputs}));
    cell.set_bias_hh(drawn({outputs}));
}

void check_cell_input(const Layer &cell, const std::string &name, const at::Tensor &x)
{
    if (x.dim() != 1 && x.dim() != 2)
        fail(CT_ERROR_VALUE, cell.class_name() + ": Expected " + name + " to be 1D or 2D, got " +
                                 std::to_string(x.dim()) + "D instead");
}

// The function takes a batch of inputs, and of the states that were given or zeros, and returns the new states.
template <class Cell, class Function>
Tensors step(const Cell &cell, const Tensors &in, Function &&function)
{
    check_cell_input(cell, "input", in[0]);
    for (size_t i = 1; i < in.size(); i++) {
        if (in[i].defined() != in[1].defined())
            fail(CT_ERROR_TYPE, "an LSTMCell takes h_0 and c_0 together, or neither of them");
        if (in[i].defined())
            check_cell_input(cell, in.size() == 2 ? "hidden" : "hx[" + std::to_string(i - 1) + "]", in[i]);
    }
    bool is_batched = in[0].dim() == 2;
    at::Tensor x = is_batched ? in[0] : in[0].unsqueeze(0);
    Tensors states;
    for (size_t i = 1; i < in.size(); i++) {
        if (!in[i].defined())
            states.push_back(at::zeros({x.size(0), cell.hidden_size()}, x.options().requires_grad(false)));
        else
            states.push_back(is_batched ? in[i] : in[i].unsqueeze(0));
    }
    Tensors next = function(x, states);
    if (!is_batched)
        for (at::Tensor &state : next)
            state = state.squeeze(0);
    return next;
}

} // namespace

void RNN::init()
{
    if (nonlinearity() != "tanh" && nonlinearity() != "relu")
        fail(CT_ERROR_VALUE, "Unknown nonlinearity '" + nonlinearity() + "'. Select from 'tanh' or 'relu'.");
    make_weights(Recurrent(*this), 1);
}

Tensors RNN::call(const Tensors &in)
{
    if (nonlinearity() == "relu")
        return run<1>(Recurrent(*this), 1, in, [](auto &&...x) { return at::rnn_relu(x...); });
    return run<1>(Recurrent(*this), 1, in, [](auto &&...x) { return at::rnn_tanh(x...); });
}

void LSTM::init()
{
    make_weights(Recurrent(*this), 4);
}

Tensors LSTM::call(const Tensors &in)
{
    return run<2>(Recurrent(*this), 4, in, [](auto &&...x) { return at::lstm(x...); });
}

void GRU::init()
{
    make_weights(Recurrent(*this), 3);
}

Tensors GRU::call(const Tensors &in)
{
    return run<1>(Recurrent(*this), 3, in, [](auto &&...x) { return at::gru(x...); });
}

void RNNCell::init()
{
    make_cell(*this, 1);
}

Tensors RNNCell::call(const Tensors &in)
{
    return step(*this, in, [&](const at::Tensor &x, const Tensors &h) -> Tensors {
        if (nonlinearity() == "tanh")
            return {at::rnn_tanh_cell(x, h[0], weight_ih(), weight_hh(), bias_ih(), bias_hh())};
        if (nonlinearity() == "relu")
            return {at::rnn_relu_cell(x, h[0], weight_ih(), weight_hh(), bias_ih(), bias_hh())};
        fail(CT_ERROR_RUNTIME, "Unknown nonlinearity: " + nonlinearity());
    });
}

void LSTMCell::init()
{
    make_cell(*this, 4);
}

Tensors LSTMCell::call(const Tensors &in)
{
    return step(*this, in, [&](const at::Tensor &x, const Tensors &states) -> Tensors {
        auto [h, c] = at::lstm_cell(x, states, weight_ih(), weight_hh(), bias_ih(), bias_hh());
        return {h, c};
    });
}

void GRUCell::init()
{
    make_cell(*this, 3);
}

Tensors GRUCell::call(const Tensors &in)
{
    return step(*this, in, [&](const at::Tensor &x, const Tensors &h) -> Tensors {
        return {at::gru_cell(x, h[0], weight_ih(), weight_hh(), bias_ih(), bias_hh())};
    });
}

} // namespace ct
