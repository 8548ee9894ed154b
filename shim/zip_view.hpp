// zip_view.hpp: what is in a zip archive of PyTorch's, to tell one kind of file from another before libtorch reads it.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "call_scope.hpp"

extern "C" {
#include "formats/map.h"
#include "formats/zip.h"
}

#include <memory>
#include <string>

namespace ct {

// The directory of an archive. Anything but a zip archive is an error that says what it looks like.
class ZipView {
public:
    explicit ZipView(const char *path);
    ZipView(const void *bytes, size_t size, const char *name); // of bytes that outlive it
    ~ZipView();
    ZipView(const ZipView &) = delete;

    std::string name() const { return file_map_path(map.get()); }
    const void *bytes() const { return file_map_bytes(map.get()); }
    size_t size() const { return file_map_size(map.get()); }

    // An entry whose path ends so, whatever folder PyTorch has put everything into; null when there is none.
    const zip_entry *find(const std::string &path) const;
    bool has_file(const std::string &path) const { return find(path); }
    bool has_folder(const std::string &path) const;

    // The bytes of an entry, which is stored, not compressed.
    std::string text(const zip_entry &entry) const;

private:
    explicit ZipView(file_map *opened); // which it takes over

    struct Close {
        void operator()(file_map *map) const { file_map_close(map); }
    };
    std::unique_ptr<file_map, Close> map;
    zip_archive archive = {};
};

// Whether it is what torch.export.save writes.
bool is_exported_program(const ZipView &zip);

// The failure of a file that is not what it should be.
[[noreturn, gnu::cold]] void fail_file(const std::string &name, const std::string &text,
                                       const std::string &backtrace = "");

} // namespace ct
