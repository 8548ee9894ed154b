// export.cpp: include/ctorch/export.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "file_sink.hpp"
#include "trace.hpp"

#include <torch/serialize/output-archive.h>

using namespace ct;

namespace {

using torch::serialize::OutputArchive;

// As Module::save writes one, but for parameters that are computed from others.
void write(const Object &module, OutputArchive &archive)
{
    for (const auto &item : module.own_parameters())
        if (item.value().defined() && !module.is_computed(item.key()))
            archive.write(item.key(), item.value());
    for (const auto &item : module.own_buffers())
        if (item.value().defined())
            archive.write(item.key(), item.value(), /*is_buffer=*/true);
    for (const auto &[name, child] : module.children()) {
        OutputArchive part(archive.compilation_unit());
        write(*child, part);
        archive.write(name, part);
    }
}

void save(const Object &module, const char *path)
{
    OutputArchive archive;
    write(module, archive);
    FileSink(path).write([&](const FileSink::Write &to) { archive.save_to(to); });
}

} // namespace

ct_script *ct_script_trace_with(ct_module *module, ct_tensor *const *inputs, size_t n, const ct_trace_options *options)
{
    ct_trace_options o = given(options, ct_trace_options_default);
    return guard([&] { return box(trace(ARG(module), tensors_or_none(inputs, n, "inputs"), o)); });
}

ct_status ct_module_export_with(ct_module *self, const char *path, ct_tensor *const *inputs, size_t n,
                                const ct_trace_options *options)
{
    ct_trace_options o = given(options, ct_trace_options_default);
    return guard([&] {
        const ObjectPtr &module = ARG(self);
        text(path, "path"); // before the work
        write_script(trace(module, tensors_or_none(inputs, n, "inputs"), o), path);
    });
}

ct_status ct_module_save_libtorch(const ct_module *self, const char *path)
{
    return guard([&] { save(*ARG(self), text(path, "path")); });
}
