// archive.cpp: include/ctorch/archive.h, as far as it opens and holds files; the rest is in src/archive/.
// SPDX-License-Identifier: BSD-3-Clause
#include "archive.hpp"

#include "call_scope.hpp"

using namespace ct;

const Tree &Archive::tree()
{
    std::call_once(once, [&] { grown = make_tree(file, saved_file_root(file)); });
    return *grown;
}

const std::string &Archive::writer()
{
    std::call_once(signed_once, [&] {
        char *found = nullptr;
        check_recorded(saved_file_writer(file, &found));
        std::unique_ptr<char, void (*)(void *)> owned(found, std::free);
        signature = found;
    });
    return signature;
}

ct_value Beside::of(saved_file *file, const record *given)
{
    std::call_once(once, [&] { grown = given ? make_tree(file, given) : nullptr; });
    return grown ? grown->root() : ct_value_dict(nullptr, 0);
}

namespace {

// Opens with one of the readers' functions.
template <class Open> ct_archive *opened(const char *name, Open open)
{
    saved_file *file = nullptr;
    check_recorded(open(&file));
    std::unique_ptr<saved_file, void (*)(saved_file *)> owned(file, saved_file_release);
    auto archive = std::make_unique<Archive>(file, name);
    owned.release();
    return box_as<ct_archive>(std::move(archive));
}

ct_value extra(const Archive &archive, const char *name)
{
    const unsigned char *bytes = nullptr;
    size_t size = 0;
    check_recorded(saved_file_extra(archive.file, name, &bytes, &size));
    return ct_value_bytes(bytes, size);
}

const char *format_name(saved_format format)
{
    switch (format) {
    case SAVED_ZIP:
        return "zip";
    case SAVED_STREAM:
        return "stream";
    case SAVED_TORCHSCRIPT:
        return "torchscript";
    case SAVED_SAFETENSORS:
        return "safetensors";
    case SAVED_SHARDS:
        return "shards";
    }
    return "";
}

} // namespace

ct_archive *ct_archive_open_with(const char *path, const ct_archive_options *options)
{
    return guard([&] {
        saved_options o = {given(options).memory_limit};
        return opened(text(path, "path"), [&](saved_file **to) { return saved_file_open_with(to, path, &o); });
    });
}

ct_archive *ct_archive_open_descriptor_with(int descriptor, const char *name, const ct_archive_options *options)
{
    return guard([&] {
        saved_options o = {given(options).memory_limit};
        return opened(text(name, "name"),
                      [&](saved_file **to) { return saved_file_open_descriptor(to, descriptor, name, &o); });
    });
}

ct_archive *ct_archive_open_memory_with(void *bytes, size_t size, const ct_archive_memory_options *options)
{
    ct_archive_memory_options o = given(options, ct_archive_memory_options_default);
    UserData lent(o.user, o.deleter);
    return guard([&] {
        if (!bytes)
            fail_null("bytes");
        saved_options limits = {o.memory_limit};
        const char *name = text(o.name, "name");
        void (*release)(void *) = lent.releaser();
        return opened(name, [&](saved_file **to) {
            return saved_file_open_lent(to, bytes, size, name, release, lent.hand_over(), &limits);
        });
    });
}

ct_value ct_archive_root(const ct_archive *self)
{
    return guard_or(ct_value_none(), [&] { return ARG(self)->tree().root(); });
}

ct_value ct_archive_metadata(const ct_archive *self)
{
    return guard_or(ct_value_none(), [&] { return ARG(self)->metadata(); });
}

ct_value ct_archive_attributes(const ct_archive *self)
{
    return guard_or(ct_value_none(), [&] { return ARG(self)->attributes(); });
}

ct_value ct_archive_extra(const ct_archive *self, const char *name)
{
    return guard_or(ct_value_none(), [&] { return extra(*ARG(self), text(name, "name")); });
}

const char *ct_archive_format(const ct_archive *self)
{
    return guard_or("", [&] { return format_name(saved_file_format(ARG(self)->file)); });
}

const char *ct_archive_writer(const ct_archive *self)
{
    return guard_or("", [&] { return ARG(self)->writer().c_str(); });
}

const char *ct_archive_path(const ct_archive *self)
{
    return guard_or("", [&] { return ARG(self)->name.c_str(); });
}

void ct_archive_free(ct_archive *self)
{
    free_handle(self);
}

ct_archive *ct_archive_escape(ct_archive *self)
{
    return escape_handle(self);
}
