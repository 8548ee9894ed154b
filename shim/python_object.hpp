// python_object.hpp: records as what they were in Python: classes and functions by name, and modules.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"

extern "C" {
#include "formats/record.h"
}

#include <string>

namespace ct {

// Of a class or a function: "mymodels" and "DenseBlock".
struct PythonName {
    std::string module, name;

    std::string qualified() const { return module.empty() ? name : module + "." + name; }
    std::string last() const { return name.substr(name.rfind('.') + 1); } // "Inner" of "Outer.Inner"
    bool is_in(const std::string &package) const; // torch.nn.modules.linear is in torch.nn
};

// The name that a record stands for, if it does: a global, or getattr of one. Functions of torch have the name that
// people know them by: torch.tanh, torch.nn.functional.gelu.
Optional<PythonName> name_of(const record *r);

// The attributes of an object, its __dict__; null when there are none.
const record *attributes_of(const record *object);

// A dict among the attributes of a module; null when it is not there.
const record *dict_attribute(const record *object, const char *name);

// Whether an object was a torch.nn.Module.
bool is_saved_module(const record *r);

// A key of a dict that is a text.
std::string key_text(const record *key);

} // namespace ct
