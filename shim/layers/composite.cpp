// composite.cpp: what layers that are made of other layers share.
// SPDX-License-Identifier: BSD-3-Clause
#include "layers/composite.hpp"

#include "callback.hpp"

namespace ct {

std::vector<Value> placed(const Layer &self, std::vector<Value> values)
{
    const std::vector<Value> &own = self.arguments();
    values.insert(values.end(), own.end() - 2, own.end());
    return values;
}

ObjectPtr child_of(const Object &self, const char *name)
{
    ObjectPtr found = self.child(name);
    if (!found)
        fail(CT_ERROR_KEY, "'" + self.class_name() + "' object has no module '" + name + "'");
    return found;
}

Tensors through(const Object &self, const char *name, const Tensors &inputs)
{
    ObjectPtr child = child_of(self, name);
    try {
        return call(*child, inputs);
    } catch (...) {
        rethrow_inside(name);
    }
}

at::Tensor through(const Object &self, const char *name, const at::Tensor &x)
{
    ObjectPtr child = child_of(self, name);
    try {
        return call(*child, x);
    } catch (...) {
        rethrow_inside(name);
    }
}

at::Tensor first_through(const Object &self, const char *name, const Tensors &inputs)
{
    Tensors outputs = through(self, name, inputs);
    if (outputs.empty() || !outputs[0].defined())
        fail(CT_ERROR_TYPE, std::string(name) + " gave no output");
    return outputs[0];
}

bool flag(const at::Tensor &given, bool standard, const char *name)
{
    if (!given.defined())
        return standard;
    if (given.numel() != 1)
        fail(CT_ERROR_VALUE, std::string(name) + " has " + std::to_string(given.numel()) +
                                 " elements; a flag is a tensor of one bool");
    return given.is_nonzero();
}

at::Tensor canonical_mask(const at::Tensor &mask, const char *name, const at::Tensor &target)
{
    if (!mask.defined() || mask.is_floating_point())
        return mask;
    if (mask.scalar_type() != at::kBool)
        fail(CT_ERROR_VALUE, std::string("only bool and floating types of ") + name + " are supported");
    return at::zeros_like(mask, mask.options().dtype(target.scalar_type()))
        .masked_fill_(mask, -std::numeric_limits<double>::infinity());
}

} // namespace ct
