// zip_view.cpp: what is in a zip archive of PyTorch's.
// SPDX-License-Identifier: BSD-3-Clause
#include "zip_view.hpp"

#include <algorithm>

namespace ct {

namespace {

// Whether a path is `end`, or ends in it behind a slash.
bool ends_in(const std::string &path, const std::string &end)
{
    size_t at = path.size() - end.size();
    return path.size() >= end.size() && path.compare(at, end.size(), end) == 0 && (at == 0 || path[at - 1] == '/');
}

// A map that one of the core's functions opens.
template <class Open> file_map *opened(Open open)
{
    CallScope scope;
    file_map *map = nullptr;
    open(&map);
    scope.check();
    return map;
}

} // namespace

ZipView::ZipView(const char *path) : ZipView(opened([&](file_map **to) { file_map_open(to, path); })) {}

ZipView::ZipView(const void *bytes, size_t size, const char *name)
    : ZipView(
          opened([&](file_map **to) { file_map_lend(to, const_cast<void *>(bytes), size, name, nullptr, nullptr); }))
{
}

ZipView::ZipView(file_map *opened) : map(opened)
{
    CallScope scope;
    if (!zip_recognise(file_map_bytes(opened), size()))
        fail_file(name(), size() == 0 ? "is empty; save or copy it again"
                                      : "is no zip archive, or one cut short; copy or download it again");
    zip_open(&archive, opened);
    scope.check();
}

ZipView::~ZipView()
{
    zip_close(&archive);
}

const zip_entry *ZipView::find(const std::string &path) const
{
    const zip_entry *end = archive.entries + archive.count;
    const zip_entry *found =
        std::find_if(archive.entries, archive.entries + archive.count, [&](auto &e) { return ends_in(e.name, path); });
    return found == end ? nullptr : found;
}

bool ZipView::has_folder(const std::string &path) const
{
    return std::any_of(archive.entries, archive.entries + archive.count, [&](const zip_entry &entry) {
        std::string name = entry.name;
        size_t at = name.find(path + "/");
        return at == 0 || (at != std::string::npos && name[at - 1] == '/');
    });
}

std::string ZipView::text(const zip_entry &entry) const
{
    CallScope scope;
    zip_verify(&entry, file_map_path(map.get()));
    scope.check();
    return std::string(reinterpret_cast<const char *>(entry.bytes), entry.size);
}

bool is_exported_program(const ZipView &zip)
{
    return zip.has_file("serialized_exported_program.json") || zip.has_folder("models");
}

void fail_file(const std::string &name, const std::string &text, const std::string &backtrace)
{
    Failure failure(CT_ERROR_FORMAT, name + ": " + text);
    failure.backtrace = backtrace;
    failure.located = true;
    throw Error(std::move(failure));
}

} // namespace ct
