// script_file.cpp: TorchScript's files: reading, writing, and what one is that is something else.
// SPDX-License-Identifier: BSD-3-Clause
#include "script.hpp"

#include "file_sink.hpp"
#include "zip_view.hpp"

#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/csrc/jit/serialization/export.h>
#include <torch/csrc/jit/serialization/import.h>

#include <cstring>

namespace ct {

namespace {

// libtorch's reader over memory, without a copy of it.
class MemoryReader final : public caffe2::serialize::ReadAdapterInterface {
public:
    MemoryReader(const void *bytes, size_t count) : bytes(static_cast<const char *>(bytes)), count(count) {}

    size_t size() const override { return count; }
    size_t read(uint64_t position, void *buffer, size_t n, const char *) const override
    {
        size_t found = position < count ? std::min<size_t>(n, count - position) : 0;
        if (found > 0)
            std::memcpy(buffer, bytes + position, found);
        return found;
    }

private:
    const char *bytes;
    size_t count;
};

void check_is_script(const ZipView &zip)
{
    if (zip.has_file("constants.pkl"))
        return;
    const std::string name = zip.name();
    if (zip.has_file("data.pkl"))
        fail_file(name, "was written by torch.save, and has no code; ct_load and ct_model_load read such files");
    if (zip.has_folder("data/aotinductor"))
        fail_file(name, "is an AOTInductor package; ct_aoti_load reads such files");
    if (is_exported_program(zip))
        fail_file(name,
                  "is a file of torch.export.save; in Python, "
                  "torch.jit.save(torch.jit.trace(torch.export.load(path).module(), inputs), path) writes TorchScript");
    fail_file(name, "is a zip archive, but not one of torch.jit.save: it has no constants.pkl");
}

ScriptModule read(const ZipView &zip, const Optional<c10::Device> &device)
{
    check_is_script(zip);
    if (device)
        at::empty({0}, *device); // whether it is there, before the file is blamed
    try {
        return torch::jit::load(std::make_shared<MemoryReader>(zip.bytes(), zip.size()), device);
    } catch (...) {
        Failure failure = translate();
        fail_file(zip.name(), failure.text, failure.backtrace);
    }
}

} // namespace

ScriptModule read_script(const char *path, const Optional<c10::Device> &device)
{
    return read(ZipView(path), device);
}

ScriptModule read_script(const void *bytes, size_t size, const Optional<c10::Device> &device)
{
    return read(ZipView(bytes, size, "the program in memory"), device);
}

void check_can_be_saved(const Script &script)
{
    if (script.for_inference)
        fail(CT_ERROR_NOT_IMPLEMENTED,
             "what was optimized for inference cannot be saved; save the program that it was made of");
}

void write_script(const Script &script, const char *path)
{
    check_can_be_saved(script);
    FileSink(path).write([&](const FileSink::Write &write) { torch::jit::ExportModule(script.module, write); });
}

} // namespace ct
