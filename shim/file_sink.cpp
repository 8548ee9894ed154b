// file_sink.cpp: a file for libtorch's own writers to write into.
// SPDX-License-Identifier: BSD-3-Clause
#include "file_sink.hpp"

namespace ct {

FileSink::FileSink(const char *path)
{
    file_writer_open(&file, path);
    scope.check();
}

FileSink::~FileSink()
{
    file_writer_discard(file);
}

void FileSink::write(const std::function<void(const Write &)> &writer)
{
    // A failure does not fly through libtorch's zip writer, which is C: fewer bytes than were given are one to it.
    auto add = [this](const void *bytes, size_t size) -> size_t {
        return file_writer_add(file, bytes, size) == CT_OK ? size : 0;
    };
    try {
        writer(add);
    } catch (...) {
        scope.check(); // what the file said is why
        throw;
    }
    scope.check();
    file_writer_commit(std::exchange(file, nullptr));
    scope.check();
}

} // namespace ct
