// lazy.cpp: layers that learn the size of their input at the first call. Until then a tensor without elements stands in
// the place of each parameter. It is moved when the layer is, and becomes the parameter, as for an optimizer that has
// it already.
// SPDX-License-Identifier: BSD-3-Clause
#include "layers/lazy.hpp"

#include "convert.hpp"
#include "generated/lazy.hpp"

namespace ct {

namespace {

size_t index_of(const Row &row, const std::string &name)
{
    size_t i = 0;
    while (row.arguments[i].name != name)
        i++;
    return i;
}

// What the base's __init__ checks, as Python asks it: without a bias, which would draw random numbers.
template <class Init> void hold_places(Layer &layer, std::vector<Value> &args, Init init)
{
    size_t bias = index_of(layer.layout(), "bias");
    Value with_bias = std::exchange(args[bias], Value(false));
    init();
    args[bias] = with_bias;
    auto place = [&] { return at::empty({0}, layer.factory()).set_requires_grad(true); };
    layer.put_parameter("weight", place());
    if (with_bias.truth())
        layer.put_parameter("bias", place());
}

// A layer's own tensors, with the names that they have.
struct OwnTensors {
    explicit OwnTensors(const Layer &layer)
        : parameters(layer.named_parameters(/*recurse=*/false)), buffers(layer.named_buffers(/*recurse=*/false))
    {
    }

    const at::Tensor *first_waiting() const
    {
        for (const Dict *tensors : {&parameters, &buffers})
            for (const auto &tensor : *tensors)
                if (is_waiting(tensor.value()))
                    return &tensor.value();
        return nullptr;
    }

    bool are_none() const { return parameters.is_empty() && buffers.is_empty(); }

    // Puts them in the place of those that took theirs.
    void put_back(Layer &layer) const
    {
        for (const auto &parameter : parameters)
            layer.put_parameter(parameter.key(), parameter.value());
        for (const auto &buffer : buffers)
            layer.put_buffer(buffer.key(), buffer.value(), layer.is_saved(buffer.key()));
    }

    // Gives them the values of those that took their places.
    void take_values(const Layer &layer) const
    {
        OwnTensors made(layer);
        for (const auto &parameter : parameters)
            parameter.value().set_data(made.parameters[parameter.key()]);
        for (const auto &buffer : buffers)
            buffer.value().set_data(made.buffers[buffer.key()]);
    }

    Dict parameters, buffers;
};

// Lets the base's __init__ make the tensors for an input of that size, on the device and in the type that the layer was
// moved to meanwhile.
template <class Init>
void make(Layer &layer, std::vector<Value> &args, const OwnTensors &held, const at::Tensor &waiting, Init init)
{
    args[index_of(layer.layout(), "device")] = waiting.device().str();
    args[index_of(layer.layout(), "dtype")] = int64_t{dtype_of(waiting.scalar_type())};
    init();
    held.take_values(layer);
    held.put_back(layer);
}

// The first input has told its size. Tensors that are there already were loaded. Nothing changes on failure.
template <class Init> void become(Layer &layer, const Row *&row, std::vector<Value> &args, int64_t size, Init init)
{
    OwnTensors held(layer);
    std::vector<Value> before = args;
    if (!held.are_none())
        args[0] = size;
    try {
        if (const at::Tensor *waiting = held.first_waiting())
            make(layer, args, held, *waiting, init);
    } catch (...) {
        args = std::move(before);
        held.put_back(layer);
        throw;
    }
    row = row->base;
}

// The channels of an input with so many dimensions besides, and maybe a batch.
int64_t channels(const Layer &layer, const at::Tensor &x, int64_t dims)
{
    if (x.dim() != dims + 1 && x.dim() != dims + 2)
        fail(CT_ERROR_RUNTIME, "Expected " + std::to_string(dims + 1) + "D (unbatched) or " + std::to_string(dims + 2) +
                                   "D (batched) input to " + layer.class_name() +
                                   ", but got input of size: torch.Size([" + joined(x.sizes()) + "])");
    return x.size(x.dim() == dims + 2 ? 1 : 0);
}

} // namespace

void LazyLinear::init()
{
    hold_places(*this, args, [this] { Linear::init(); });
}

at::Tensor LazyLinear::forward(const at::Tensor &x)
{
    if (row->base)
        become(*this, row, args, x.size(-1), [this] { Linear::init(); });
    return Linear::forward(x);
}

// ---- Convolutions ----

void LazyConv1d::init()
{
    hold_places(*this, args, [this] { Conv1d::init(); });
}

at::Tensor LazyConv1d::forward(const at::Tensor &x)
{
    if (row->base)
        become(*this, row, args, channels(*this, x, 1), [this] { Conv1d::init(); });
    return Conv1d::forward(x);
}

void LazyConv2d::init()
{
    hold_places(*this, args, [this] { Conv2d::init(); });
}

at::Tensor LazyConv2d::forward(const at::Tensor &x)
{
    if (row->base)
        become(*this, row, args, channels(*this, x, 2), [this] { Conv2d::init(); });
    return Conv2d::forward(x);
}

void LazyConv3d::init()
{
    hold_places(*this, args, [this] { Conv3d::init(); });
}

at::Tensor LazyConv3d::forward(const at::Tensor &x)
{
    if (row->base)
        become(*this, row, args, channels(*this, x, 3), [this] { Conv3d::init(); });
    return Conv3d::forward(x);
}

void LazyConvTranspose1d::init()
{
    hold_places(*this, args, [this] { ConvTranspose1d::init(); });
}

Tensors LazyConvTranspose1d::call(const Tensors &inputs)
{
    if (row->base)
        become(*this, row, args, channels(*this, inputs[0], 1), [this] { ConvTranspose1d::init(); });
    return ConvTranspose1d::call(inputs);
}

void LazyConvTranspose2d::init()
{
    hold_places(*this, args, [this] { ConvTranspose2d::init(); });
}

Tensors LazyConvTranspose2d::call(const Tensors &inputs)
{
    if (row->base)
        become(*this, row, args, channels(*this, inputs[0], 2), [this] { ConvTranspose2d::init(); });
    return ConvTranspose2d::call(inputs);
}

void LazyConvTranspose3d::init()
{
    hold_places(*this, args, [this] { ConvTranspose3d::init(); });
}

Tensors LazyConvTranspose3d::call(const Tensors &inputs)
{
    if (row->base)
        become(*this, row, args, channels(*this, inputs[0], 3), [this] { ConvTranspose3d::init(); });
    return ConvTranspose3d::call(inputs);
}

// ---- Normalization: for 0 features the base's __init__ makes what holds the places ----

at::Tensor LazyBatchNorm1d::forward(const at::Tensor &x)
{
    if (row->base && x.dim() > 1)
        become(*this, row, args, x.size(1), [this] { BatchNorm1d::init(); });
    return BatchNorm1d::forward(x);
}

at::Tensor LazyBatchNorm2d::forward(const at::Tensor &x)
{
    if (row->base && x.dim() > 1)
        become(*this, row, args, x.size(1), [this] { BatchNorm2d::init(); });
    return BatchNorm2d::forward(x);
}

at::Tensor LazyBatchNorm3d::forward(const at::Tensor &x)
{
    if (row->base && x.dim() > 1)
        become(*this, row, args, x.size(1), [this] { BatchNorm3d::init(); });
    return BatchNorm3d::forward(x);
}

at::Tensor LazyInstanceNorm1d::forward(const at::Tensor &x)
{
    if (row->base && x.dim() > 1)
        become(*this, row, args, x.size(1), [this] { InstanceNorm1d::init(); });
    return InstanceNorm1d::forward(x);
}

at::Tensor LazyInstanceNorm2d::forward(const at::Tensor &x)
{
    if (row->base && x.dim() > 1)
        become(*this, row, args, x.size(1), [this] { InstanceNorm2d::init(); });
    return InstanceNorm2d::forward(x);
}

at::Tensor LazyInstanceNorm3d::forward(const at::Tensor &x)
{
    if (row->base && x.dim() > 1)
        become(*this, row, args, x.size(1), [this] { InstanceNorm3d::init(); });
    return InstanceNorm3d::forward(x);
}

} // namespace ct
