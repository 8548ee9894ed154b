// saved_tensors.hpp: the tensors of a saved file, over its mapped memory. What was one tensor, or one storage, when it
// was saved is one again.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "convert.hpp"

#include <unordered_map>

extern "C" {
#include "formats/saved_file.h"
}

namespace ct {

class SavedTensors {
public:
    // Shares the file, as each tensor does.
    explicit SavedTensors(saved_file *file) : file(saved_file_retain(file)) {}
    ~SavedTensors() { saved_file_release(file); }
    SavedTensors(const SavedTensors &) = delete;
    SavedTensors &operator=(const SavedTensors &) = delete;

    // The tensor of a RECORD_TENSOR, the same one each time. Nothing of its data is read. One that this libtorch cannot
    // hold is an error that says why.
    const at::Tensor &tensor(const record *r);

    // All of a RECORD_STORAGE.
    at::Tensor whole(const record *r);

    // Whether that copies the file's bytes, and what it will be: a tensor without data.
    static bool is_copied(const record *r);
    static at::Tensor description(const record *r);

private:
    const at::Storage &storage(const record_storage *s);
    at::Tensor made(const record_tensor &t);

    saved_file *file;
    std::unordered_map<const record_storage *, at::Storage> storages;
    std::unordered_map<const record *, at::Tensor> tensors;
};

} // namespace ct
