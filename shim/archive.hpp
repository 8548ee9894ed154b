// archive.hpp: an opened file.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tree.hpp"

#include <ctorch/archive.h>

#include <mutex>

namespace ct {

// What stands beside the values of a file, as values once somebody asks; threads may do so at once.
class Beside {
public:
    ct_value of(saved_file *file, const record *given);

private:
    std::once_flag once;
    std::shared_ptr<const Tree> grown;
};

// A file and, once somebody asks, its values.
class Archive {
public:
    Archive(saved_file *file, std::string name) : file(file), name(std::move(name)) {}
    ~Archive() { saved_file_release(file); }
    Archive(const Archive &) = delete;
    Archive &operator=(const Archive &) = delete;

    // Grown at the first call, which threads may make at once.
    const Tree &tree();

    // What the file says of itself, and what is set on that which was saved.
    ct_value metadata() { return description.of(file, saved_file_metadata(file)); }
    ct_value attributes() { return attribution.of(file, saved_file_root(file)->state); }

    const std::string &writer();

    saved_file *const file;
    const std::string name; // its path, for messages

private:
    std::once_flag once, signed_once;
    std::shared_ptr<const Tree> grown;
    std::string signature;
    Beside description, attribution;
};

template <> struct Holds<ct_archive> {
    using Value = std::unique_ptr<Archive>;
    static constexpr handle_kind kind = HANDLE_ARCHIVE;
};

} // namespace ct
