// archive.hpp: an opened file.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tree.hpp"

#include <ctorch/archive.h>

#include <mutex>

namespace ct {

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
    ct_value metadata();
    ct_value attributes();

    saved_file *const file;
    const std::string name; // its path, for messages

private:
    std::once_flag once, described, attributed;
    std::shared_ptr<const Tree> grown, description, attribution;
};

template <> struct Holds<ct_archive> {
    using Value = std::unique_ptr<Archive>;
    static constexpr handle_kind kind = HANDLE_ARCHIVE;
};

} // namespace ct
