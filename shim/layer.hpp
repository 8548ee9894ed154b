// layer.hpp: a layer of torch.nn: an instance of a row of the layer table (tools/layers), which says what its arguments
// are and how it prints. Classes with named accessors are generated from the table; what they do is written by hand.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

#include <ctorch/base.h>

namespace ct {

// What an argument of a constructor may be.
enum class Kind {
    integer,
    real,
    truth,
    text,
    tensor,
    module,
    sizes,  // whole numbers, one for each dimension
    scales, // real numbers, likewise
    device,
    dtype,
    legacy, // size_average and reduce
};

struct Argument {
    const char *name;
    Kind kind;
    size_t count = 0;      // of sizes: how many; 0: as many as are given
    bool is_tuple = false; // of sizes: one number is made a tuple, as Python's _pair does
    bool or_none = false;
    bool or_text = false;
    bool is_required = false;
    Value standard = {}; // its default
};

// A piece of extra_repr.
struct Shown {
    size_t argument;
    bool with_name;
    bool unless_standard; // left out where it is the default
    bool quoted;          // repr(), not str()
};

struct Input {
    const char *name;
    bool is_required;
};

struct Row {
    const char *name;
    std::vector<Argument> arguments;
    std::vector<const char *> parameters, buffers; // their slots
    std::vector<Input> inputs;
    std::vector<Shown> shown;
    ObjectPtr (*make)(const Row &row);
    const Row *base = nullptr; // of a Lazy layer: the row that it becomes, whose arguments it keeps
};

class Layer : public Object {
public:
    explicit Layer(const Row &row) : row(&row) {}

    // Python's __init__. The arguments are in the order of the row that lays them out, and of the right kinds.
    void construct(std::vector<Value> arguments);

    // The same from what print showed: the children are those printed, not those that __init__ makes, and the arguments
    // named unknown have stand-ins until they are set.
    void construct_printed(std::vector<Value> arguments, std::vector<std::string> unknown, Entries children);

    // The same from what was saved of one, without drawing random numbers. Those named unknown must follow from the
    // children. Returns what does not go with the arguments, "" where everything does.
    std::string construct_saved(std::vector<Value> arguments, std::vector<std::string> unknown, Saved saved);

    std::string extra_repr(bool legacy) const override;
    ObjectPtr shell() const override;

    at::Tensor forward(const at::Tensor &x) override;
    Tensors checked_call(const Tensors &inputs) override { return call(filled(inputs)); }

    const Value *attribute(const std::string &name) const override;
    void set_attribute(const std::string &name, Value value) override;

    // The row whose order the arguments have.
    const Row &layout() const { return row->base ? *row->base : *row; }
    const std::vector<Value> &arguments() const { return args; }

    // Whether it becomes a layer of its base's class at the first call.
    bool is_lazy() const { return row->base; }

    // The device and element type that the constructor was given.
    at::TensorOptions factory() const;

protected:
    std::string type_name() const override;

    // What __init__ does after storing the arguments.
    virtual void init() {}

    // Sets those arguments that print does not show but the children tell, and takes them off the unknown ones.
    virtual void infer(const Entries &children, std::vector<std::string> &unknown);

    at::Tensor new_parameter(at::IntArrayRef shape) const; // uninitialised, like torch.empty
    at::Tensor new_buffer(at::IntArrayRef shape) const;

    const at::Tensor &parameter_slot(size_t i) const { return parameters_[i].value(); }
    void set_parameter_slot(size_t i, at::Tensor tensor);
    const at::Tensor &buffer_slot(size_t i) const { return own_buffers()[i].value(); }
    void set_buffer_slot(size_t i, at::Tensor tensor);

    // A child that __init__ makes, and one that it has made.
    void add(const std::string &name, const ObjectPtr &module) { put(name, module); }
    Object &part(const std::string &name) const;

    // The inputs with those that were left out as None; too few, too many and a None that is required are errors.
    Tensors filled(const Tensors &inputs) const;

    const Row *row;
    std::vector<Value> args;

private:
    void construct_on_meta();

    std::vector<std::string> unknown;
};

// A layer that takes one input and gives one output.
class UnaryLayer : public Layer {
public:
    using Layer::Layer;
    at::Tensor forward(const at::Tensor &x) override = 0;
    Tensors call(const Tensors &inputs) override { return {forward(inputs[0])}; }
    bool is_unary() const override { return true; }
};

// ---- Making layers ----

// The row of a class, "Conv2d"; null when torch.nn has none of that name.
const Row *find_row(const std::string &name);

// A layer, built. The values are in the order of the row's arguments; those after the last given are the defaults.
ObjectPtr make_layer(const Row &row, std::vector<Value> values);

// nn.Linear(3, 4, ...) inside another layer's __init__.
ObjectPtr create(const char *name, std::vector<Value> values);

} // namespace ct
