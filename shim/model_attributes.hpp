// model_attributes.hpp: the attributes of a saved module as values.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "kept.hpp"
#include "record_tensors.hpp"

namespace ct {

// "torch.float32"; CT_DTYPE_NONE for any other name.
ct_dtype dtype_named(const std::string &name);

class AttributeReader {
public:
    explicit AttributeReader(RecordTensors &tensors) : tensors(tensors), home(std::make_shared<Kept>()) {}

    // A module among the values is an object of its class without a state. What holds itself has None there.
    Value read(const record *saved);

private:
    ct_value value(const record *saved);
    ct_value made(const record *saved);
    ct_value dict(const record *saved);
    ct_value object(const record *saved);
    ct_value list(const record *saved, ct_value_kind kind);
    ct_value text(ct_value_kind kind, std::string text);

    RecordTensors &tensors;
    std::shared_ptr<Kept> home;
    std::unordered_map<const record *, ct_value> known;
};

} // namespace ct
