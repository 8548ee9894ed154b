// record_tensors.hpp: the tensors of a saved file, over its mapped memory.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "compat.hpp"

#include <unordered_map>

extern "C" {
#include "formats/saved_file.h"
}

namespace ct {

// One tensor for each that was saved, and one storage for all that shared one.
class RecordTensors {
public:
    explicit RecordTensors(saved_file *file) : file(file) {}

    // Of a record that is a tensor.
    at::Tensor of(const record *saved);

private:
    const c10::Storage &storage_of(const record_storage *saved);

    saved_file *file; // each storage keeps it
    std::unordered_map<const record *, at::Tensor> tensors;
    std::unordered_map<const record_storage *, c10::Storage> storages;
};

} // namespace ct
