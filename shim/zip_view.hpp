// zip_view.hpp: what is in a zip archive of PyTorch's, to tell one kind of file from another before libtorch reads it.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "call_scope.hpp"

extern "C" {
#include "formats/map.h"
#include "formats/zip.h"
}

#include <string>

namespace ct {

// A file's bytes, mapped.
class MappedFile {
public:
    explicit MappedFile(const char *path);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;

    const unsigned char *bytes() const;
    size_t size() const;

private:
    file_map *map = nullptr;
};

// The directory of an archive in memory, which must outlive it. Anything but a zip archive is an error that says what it
// looks like.
class ZipView {
public:
    ZipView(const void *bytes, size_t size, std::string name);
    ~ZipView();
    ZipView(const ZipView &) = delete;

    const std::string &name() const { return file_name; }
    const void *bytes() const { return data; }
    size_t size() const { return count; }

    // An entry whose path ends so, whatever folder PyTorch has put everything into; null when there is none.
    const zip_entry *find(const std::string &path) const;
    bool has_file(const std::string &path) const { return find(path); }
    bool has_folder(const std::string &path) const;

    // The bytes of an entry, which is stored, not compressed.
    std::string text(const zip_entry &entry) const;

private:
    const void *data;
    size_t count;
    std::string file_name;
    zip_archive archive = {};
};

// Whether it is what torch.export.save writes.
bool is_exported_program(const ZipView &zip);

// The failure of a file that is not what it should be.
[[noreturn, gnu::cold]] void fail_file(const std::string &name, const std::string &text,
                                       const std::string &backtrace = "");

} // namespace ct
