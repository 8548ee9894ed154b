// object.hpp: the module that everything of ours derives from: a torch::nn::Module that can be called, copied and
// printed whatever its class, and has what Python's modules have and libtorch's lack: hooks, buffers that are not
// saved, attributes.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"
#include "guard.hpp"
#include "value.hpp"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ct {

using torch::nn::Module;
using Dict = torch::OrderedDict<std::string, at::Tensor>;

// The inputs or outputs of a call, a nested tuple laid flat; an undefined tensor is None.
using Tensors = std::vector<at::Tensor>;

// Children with their names, in order.
using Entries = std::vector<std::pair<std::string, ObjectPtr>>;

struct Hooks;

// Names of children that are None, each behind so many children.
using Nones = std::vector<std::pair<size_t, std::string>>;

using Attributes = std::vector<std::pair<std::string, Value>>;

// What a saved module held, but for the arguments of a layer.
struct Saved {
    Entries children;
    Nones nones;
    Dict parameters, buffers;
    std::set<std::string> not_saved; // buffers
    Attributes attributes;
    bool is_training = true;
};

class Object : public Module {
public:
    Object();
    ~Object() override;

    // Python's name of the class, or the one that it was given.
    std::string class_name() const { return given_name.empty() ? type_name() : given_name; }
    void rename(std::string name) { given_name = std::move(name); }

    // Its code: use ct::call, which runs the hooks too.
    virtual at::Tensor forward(const at::Tensor &x); // one in, one out
    virtual Tensors call(const Tensors &inputs);     // any number
    virtual Tensors checked_call(const Tensors &inputs) { return call(inputs); }
    virtual bool is_unary() const { return false; } // always one in, one out

    // What print shows between the parentheses, and below; legacy: as PyTorch 1.13.
    virtual std::string extra_repr(bool legacy) const;
    virtual std::vector<std::string> child_lines(bool legacy) const;

    // ---- copies ----

    // An object of the same class with the same arguments, that has no tensors and no children yet.
    virtual ObjectPtr shell() const = 0;
    std::shared_ptr<Module> clone(const Optional<c10::Device> &device = {}) const override;

    // ---- children ----

    const Entries &children() const { return kids; }
    const Nones &none_children() const { return nones; } // print shows them
    ObjectPtr child(const std::string &name) const; // null when there is none

    // Makes these the children, in this order. The names are good; nothing changes on failure.
    void assign(Entries children);

    // Puts a child under a good name: in the place of the one that has it, else last. Nothing changes on failure.
    void put(const std::string &name, const ObjectPtr &child);
    void remove(const std::string &name);

    // Makes all this the module's own, in place of what it has. The names are good.
    void restore(Saved saved);

    // ---- its own tensors: an undefined one is Python's None ----

    const Dict &own_parameters() const { return parameters_; }
    const Dict &own_buffers() const { return buffers_here; }

    // Under a good name, in the place of the one that has it.
    void put_parameter(const std::string &name, const at::Tensor &tensor);
    void put_buffer(const std::string &name, const at::Tensor &tensor, bool is_persistent = true);

    // Takes a name away altogether, as `del module.weight` does.
    void remove_parameter(const std::string &name);

    bool is_saved(const std::string &buffer) const { return not_saved.count(buffer) == 0; }

    // A parameter that is worked out from others before each call: it is none of the module's own (weight_norm).
    bool is_computed(const std::string &parameter) const { return computed.count(parameter) != 0; }
    void set_computed(const std::string &parameter, bool is_computed);

    bool has_name(const std::string &name) const; // of a child, parameter or buffer

    // ---- attributes: `self.growth_rate = 32` ----

    virtual const Value *attribute(const std::string &name) const;
    virtual void set_attribute(const std::string &name, Value value);

    // Null while there are none, which is what a call asks first.
    std::unique_ptr<Hooks> hooks;

protected:
    virtual std::string type_name() const = 0;

private:
    void rebuild(Entries children, Dict buffers);
    void copy_from(const Object &from, const Optional<c10::Device> &device);

    // libtorch keeps both lists of its own private, so each is held twice.
    Entries kids;
    Nones nones;
    Dict buffers_here;

    std::set<std::string> not_saved, computed;
    Attributes attributes;
    std::string given_name;
};

// The output of a module with hooks and all, without a path in the error.
at::Tensor call_with_hooks(Object &module, const at::Tensor &x);
Tensors call_with_hooks(Object &module, const Tensors &inputs);

inline at::Tensor call(Object &module, const at::Tensor &x)
{
    return module.hooks ? call_with_hooks(module, x) : module.forward(x);
}

inline Tensors call(Object &module, const Tensors &inputs)
{
    return module.hooks ? call_with_hooks(module, inputs) : module.checked_call(inputs);
}

// The only one of several outputs; another number of them is an error.
at::Tensor only(const Tensors &outputs, const Object &module);

// For a module that cannot be called: Python's words.
[[noreturn]] void fail_without_forward(const std::string &name);

// The text of print(module).
std::string repr(const Object &module, bool legacy);

} // namespace ct
