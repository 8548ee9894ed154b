// function.hpp: functions where a layer may also have a module: they are no children of it, as in Python.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "object.hpp"

namespace ct {

class Function : public Object {
protected:
    std::string type_name() const override { return "function"; }
};

inline bool is_function(const ObjectPtr &module)
{
    return dynamic_cast<const Function *>(module.get()) != nullptr;
}

// One of torch or torch.nn.functional by its name, "torch.tanh", or one of Python's, which cannot be called.
ObjectPtr python_function(std::string name);

} // namespace ct
