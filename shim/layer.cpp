// layer.cpp: what all layers of the table have in common.
// SPDX-License-Identifier: BSD-3-Clause
#include "layer.hpp"

#include "convert.hpp"

#include <algorithm>

namespace ct {

namespace {

size_t find_argument(const Row &row, const std::string &name)
{
    size_t i = 0;
    while (i < row.arguments.size() && row.arguments[i].name != name)
        i++;
    return i;
}

// Python's _Reduction.legacy_get_string: two flags of old for what reduction says since.
void resolve_reduction(const Row &row, std::vector<Value> &args)
{
    size_t average = find_argument(row, "size_average"), reduce = find_argument(row, "reduce");
    if (average == args.size() || (args[average].is_none() && args[reduce].is_none()))
        return;
    bool averages = args[average].is_none() || args[average].truth();
    bool reduces = args[reduce].is_none() || args[reduce].truth();
    args[find_argument(row, "reduction")] = !reduces ? "none" : averages ? "mean" : "sum";
}

} // namespace

void Layer::construct(std::vector<Value> arguments)
{
    args = std::move(arguments);
    resolve_reduction(layout(), args);
    for (const char *name : layout().parameters)
        put_parameter(name, {});
    for (const char *name : layout().buffers)
        put_buffer(name, {});
    init();
}

void Layer::construct_printed(std::vector<Value> arguments, std::vector<std::string> not_shown, Entries children)
{
    args = arguments;
    unknown = std::move(not_shown);
    infer(children, unknown);
    construct(args);
    assign(std::move(children));
}

namespace {

// Layers that are given as arguments become children.
bool take_children_out(std::vector<Value> &args, const Entries &children)
{
    bool found = false;
    for (Value &arg : args)
        for (const auto &[name, child] : children)
            if (arg.module() == child) {
                arg = Value();
                found = true;
            }
    return found;
}

// The tensors that __init__ gave names to, as they were saved, and the others behind them.
Dict in_the_order_of(const Dict &made, Dict saved)
{
    Dict result;
    for (const auto &entry : made) {
        at::Tensor *found = saved.find(entry.key());
        result.insert(entry.key(), found ? *found : at::Tensor());
    }
    for (const auto &entry : saved)
        if (!result.contains(entry.key()))
            result.insert(entry.key(), entry.value());
    return result;
}

std::string difference(const Dict &made, const Dict &saved)
{
    for (const auto &entry : saved) {
        const at::Tensor *expected = made.find(entry.key());
        if (expected && expected->defined() && entry.value().defined() && entry.value().sizes() != expected->sizes())
            return entry.key() + " has shape " + tuple_text(entry.value().sizes()) + "; the arguments make it " +
                   tuple_text(expected->sizes());
    }
    return "";
}

} // namespace

// On a device without memory, __init__ costs next to nothing and draws no random numbers; it checks the arguments, and
// tells the names and shapes of tensors.
void Layer::construct_on_meta()
{
    std::vector<Argument> const &declared = layout().arguments;
    size_t device = find_argument(layout(), "device");
    if (device < declared.size())
        args[device] = "meta";
    construct(args);
    if (device < declared.size())
        args[device] = declared[device].standard;
}

std::string Layer::construct_saved(std::vector<Value> arguments, std::vector<std::string> missing, Saved saved)
{
    args = std::move(arguments);
    if (!missing.empty())
        infer(saved.children, missing);
    if (!missing.empty())
        fail(CT_ERROR_KEY,
             "the saved object has no attribute '" + missing[0] + "', which every " + type_name() + " has");
    if (!take_children_out(args, saved.children))
        construct_on_meta();
    std::string differs = is_lazy() ? "" : difference(parameters_, saved.parameters);
    saved.parameters = in_the_order_of(parameters_, std::move(saved.parameters));
    saved.buffers = in_the_order_of(own_buffers(), std::move(saved.buffers));
    restore(std::move(saved));
    return differs;
}

void Layer::infer(const Entries &, std::vector<std::string> &) {}

std::string Layer::type_name() const
{
    return row->name;
}

std::string Layer::extra_repr(bool) const
{
    std::string text;
    for (const Shown &shown : layout().shown) {
        const Argument &argument = layout().arguments[shown.argument];
        const Value &value = args[shown.argument];
        if (shown.unless_standard && value == argument.standard)
            continue;
        text += text.empty() ? "" : ", ";
        text += shown.with_name ? std::string(argument.name) + "=" : "";
        text += shown.quoted ? value.repr() : value.str();
    }
    return text;
}

ObjectPtr Layer::shell() const
{
    ObjectPtr copy = row->make(*row);
    static_cast<Layer &>(*copy).args = args;
    static_cast<Layer &>(*copy).unknown = unknown;
    return copy;
}

at::Tensor Layer::forward(const at::Tensor &x)
{
    return only(checked_call({x}), *this);
}

const Value *Layer::attribute(const std::string &name) const
{
    size_t i = find_argument(layout(), name);
    return i < args.size() ? &args[i] : Object::attribute(name);
}

void Layer::set_attribute(const std::string &name, Value value)
{
    size_t i = find_argument(layout(), name);
    if (i == args.size()) {
        Object::set_attribute(name, std::move(value));
        return;
    }
    const Argument &argument = layout().arguments[i];
    if (const int64_t *one = value.get<int64_t>(); one && argument.kind == Kind::sizes)
        value = Sizes{std::vector<int64_t>(std::max<size_t>(argument.count, 1), *one), argument.is_tuple};
    bool is_number = argument.kind == Kind::real && (value.get<int64_t>() || value.get<double>());
    if (!args[i].has_type_of(value) && !args[i].is_none() && !is_number)
        fail(CT_ERROR_TYPE, "'" + class_name() + "' object's " + name + " is " + args[i].repr() +
                                "; it cannot become " + value.repr() + ", which is of another type");
    args[i] = std::move(value);
    unknown.erase(std::remove(unknown.begin(), unknown.end(), name), unknown.end());
}

at::TensorOptions Layer::factory() const
{
    at::TensorOptions options;
    for (size_t i = 0; i < args.size(); i++) {
        if (args[i].is_none())
            continue;
        if (layout().arguments[i].kind == Kind::device)
            options = options.device(device(args[i].text().c_str()));
        if (layout().arguments[i].kind == Kind::dtype)
            options = options.dtype(scalar_type(static_cast<ct_dtype>(args[i].integer())));
    }
    return options;
}

at::Tensor Layer::new_parameter(at::IntArrayRef shape) const
{
    at::Tensor tensor = at::empty(shape, factory());
    tensor.set_requires_grad(true);
    return tensor;
}

at::Tensor Layer::new_buffer(at::IntArrayRef shape) const
{
    return at::empty(shape, factory());
}

void Layer::set_parameter_slot(size_t i, at::Tensor tensor)
{
    parameters_[i].value() = std::move(tensor);
}

void Layer::set_buffer_slot(size_t i, at::Tensor tensor)
{
    put_buffer(layout().buffers[i], tensor);
}

Object &Layer::part(const std::string &name) const
{
    ObjectPtr found = child(name);
    if (!found)
        fail(CT_ERROR_KEY, "'" + class_name() + "' object has no module '" + name + "'");
    return *found;
}

Tensors Layer::filled(const Tensors &inputs) const
{
    if (!unknown.empty())
        fail(CT_ERROR_VALUE, class_name() + "'s " + unknown[0] + " is not in the text that it was made from; set it: " +
                                 "ct_module_set_int(module, \"" + unknown[0] + "\", ...)");
    const std::vector<Input> &wanted = layout().inputs;
    if (inputs.size() > wanted.size())
        fail(CT_ERROR_TYPE, class_name() + ".forward() takes " + std::to_string(wanted.size()) + " input" +
                                (wanted.size() == 1 ? "" : "s") + " but " + std::to_string(inputs.size()) +
                                " were given");
    Tensors all = inputs;
    all.resize(wanted.size());
    for (size_t i = 0; i < wanted.size(); i++)
        if (wanted[i].is_required && !all[i].defined())
            fail(CT_ERROR_TYPE,
                 class_name() + ".forward() missing a required argument: '" + std::string(wanted[i].name) + "'");
    return all;
}

namespace {

// A Lazy layer's arguments are those of the layer that it becomes, but for what it does not know yet: 0.
std::vector<Value> laid_out(const Row &row, std::vector<Value> values)
{
    if (!row.base)
        return values;
    std::vector<Value> result;
    for (const Argument &argument : row.base->arguments) {
        size_t i = find_argument(row, argument.name);
        result.push_back(i < values.size() ? std::move(values[i]) : Value(int64_t{0}));
    }
    return result;
}

} // namespace

ObjectPtr make_layer(const Row &row, std::vector<Value> values)
{
    ObjectPtr layer = row.make(row);
    for (size_t i = values.size(); i < row.arguments.size(); i++)
        values.push_back(row.arguments[i].standard);
    static_cast<Layer &>(*layer).construct(laid_out(row, std::move(values)));
    return layer;
}

ObjectPtr create(const char *name, std::vector<Value> values)
{
    return make_layer(*find_row(name), std::move(values));
}

} // namespace ct
