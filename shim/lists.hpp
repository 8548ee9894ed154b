// lists.hpp: the containers: Sequential, ModuleList and ModuleDict, ParameterList and ParameterDict.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

namespace ct {

// What Sequential and ModuleList have in common: their children are their items.
class List : public Object {
public:
    // Whether a slice keeps the items' names, as Python's Sequential does.
    virtual bool slice_keeps_names() const = 0;
};

class Sequential : public List {
public:
    at::Tensor forward(const at::Tensor &x) override;
    Tensors call(const Tensors &inputs) override;
    ObjectPtr shell() const override { return std::make_shared<Sequential>(); }
    bool slice_keeps_names() const override { return true; }

protected:
    std::string type_name() const override { return "Sequential"; }

private:
    Tensors call_from(size_t i, Tensors values);
};

class ModuleList : public List {
public:
    ObjectPtr shell() const override { return std::make_shared<ModuleList>(); }
    bool slice_keeps_names() const override { return false; }
    std::vector<std::string> child_lines(bool legacy) const override;

protected:
    std::string type_name() const override { return "ModuleList"; }
};

// Its children are its values, their names its keys.
class ModuleDict : public Object {
public:
    ObjectPtr shell() const override { return std::make_shared<ModuleDict>(); }

protected:
    std::string type_name() const override { return "ModuleDict"; }
};

// What ParameterList and ParameterDict have in common: a parameter for each item, an undefined one for None.
class Parameters : public Object {
public:
    Tensors call(const Tensors &inputs) override;
    std::string extra_repr(bool legacy) const override;

    virtual Dict items() const = 0;

protected:
    // How print names the type of an item's elements.
    virtual std::string shown_type(const at::Tensor &item) const = 0;
};

// Its items are the parameters "0", "1", ... up to the first number that is missing.
class ParameterList final : public Parameters {
public:
    ObjectPtr shell() const override { return std::make_shared<ParameterList>(); }
    size_t size() const;
    Dict items() const override;
    void assign_items(const Tensors &items); // a parameter under another name stays

protected:
    std::string type_name() const override { return "ParameterList"; }
    std::string shown_type(const at::Tensor &item) const override;
};

class ParameterDict final : public Parameters {
public:
    ObjectPtr shell() const override { return std::make_shared<ParameterDict>(); }
    Dict items() const override { return own_parameters(); }
    void assign_items(Dict items) { parameters_ = std::move(items); }

protected:
    std::string type_name() const override { return "ParameterDict"; }
    std::string shown_type(const at::Tensor &item) const override;
};

// A Sequential, a ModuleList or a ModuleDict of these items.
template <class Type> ObjectPtr make_list(Entries entries)
{
    auto list = std::make_shared<Type>();
    list->assign(std::move(entries));
    return list;
}

// The items under "0", "1", ...
Entries numbered(const std::vector<ObjectPtr> &modules);

// The positions that Python's slice picks of a list of this size.
std::vector<size_t> slice_of(size_t size, int64_t start, int64_t stop, int64_t step);

// Puts an entry last, or in the place of the one that has its key, as Python's dicts do. The key is a good one.
void put(Entries &entries, const std::string &key, const ObjectPtr &module);
void put(Dict &items, const std::string &key, const at::Tensor &item);

// Refuses a key that cannot be a child's or parameter's: an attribute of the container is one that Python refuses, too.
void check_key(const Object &container, const std::string &key, const char *what);

// Refuses a tensor that cannot be a parameter, calling it by the argument's name.
void check_parameter(const at::Tensor &tensor, const std::string &argument);

// One that can be, as a parameter: it requires a gradient. None stays None.
at::Tensor as_parameter(at::Tensor tensor);

// A type as ParameterList prints it, "torch.float32", and as ParameterDict does, "torch.FloatTensor".
std::string dtype_text(at::ScalarType type);
std::string tensor_class_text(at::ScalarType type, bool on_cuda);

} // namespace ct
