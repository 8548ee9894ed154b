// classes.hpp: the classes that are registered by name, for modules that are made from a text or a file.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "handles.hpp"

namespace ct {

// What is known of a class that is not torch's.
struct Registered {
    ct_class functions;
    std::shared_ptr<UserData> user;
    std::string base; // of an alias: the class of torch.nn that it is another name of
};

Optional<Registered> find_registered(const std::string &name);

} // namespace ct
