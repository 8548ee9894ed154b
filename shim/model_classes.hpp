// model_classes.hpp: what the class of a saved module is in C.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "classes.hpp"
#include "layer.hpp"
#include "python_object.hpp"

namespace ct {

struct ModelClass {
    enum Kind { layer, container, wrapper, own, unknown } kind = unknown;
    std::string base;                // its name in torch.nn
    const Row *row = nullptr;        // of a layer
    Optional<Registered> registered; // of one's own
};

// A class that is registered under its full name or, when it is not torch's, its name alone; else torch's.
ModelClass find_class(const PythonName &name);

// An object of a class that is not a layer, without anything in it.
ObjectPtr make_shell(const ModelClass &known, const PythonName &name);

} // namespace ct
