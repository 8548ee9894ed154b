// bind.hpp: the arguments of a constructor call that was read from a text or a file, as the values that a layer keeps.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "layer.hpp"

#include "formats/module_text.h"

namespace ct {

// Makes the module that a nested call stands for: `TransformerEncoder(TransformerEncoderLayer(8, 2), 6)`.
using Construct = ObjectPtr (*)(const record *call);

// The values of a call, in the order of the row's arguments, with defaults for those left out. What a constructor in
// Python would refuse is refused in its words.
std::vector<Value> bind(const Row &row, const record *call, Construct construct);

// The same for what print showed: arguments that are not the constructor's are passed over, and those that are missing
// are named in *unknown and stand in at 1.
std::vector<Value> bind_printed(const Row &row, const record *printed, std::vector<std::string> *unknown);

// The value of one argument; a record that is none is refused.
Value bind_one(const Row &row, const Argument &argument, const record *r, Construct construct);

// What stands in for an argument that is not known.
Value stand_in(const Argument &argument);

// A value of any kind, for an attribute.
Value free_value(const record *r);

// What a record is, for messages.
std::string shown(const record *r);

// A text of a record's, which a name without quotes is, too.
bool is_word(const record *r);
std::string word(const record *r);

} // namespace ct
