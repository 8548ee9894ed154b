// file_sink.hpp: a file for libtorch's own writers to write into, which appears whole or not at all.
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "call_scope.hpp"

extern "C" {
#include "formats/file_writer.h"
}

#include <functional>

namespace ct {

class FileSink {
public:
    explicit FileSink(const char *path);
    ~FileSink();
    FileSink(const FileSink &) = delete;

    using Write = std::function<size_t(const void *, size_t)>;

    // Runs libtorch's writer, and gives the file its name when all went well.
    void write(const std::function<void(const Write &)> &writer);

private:
    CallScope scope; // in which the C below reports
    file_writer *file = nullptr;
};

} // namespace ct
