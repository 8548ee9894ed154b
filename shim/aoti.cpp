// aoti.cpp: include/ctorch/aoti.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "aoti_inputs.hpp"
#include "compat_aoti.hpp"
#include "zip_view.hpp"

#include <ctorch/aoti.h>

#include <algorithm>

namespace ct {

namespace {

struct Package {
    std::unique_ptr<PackageLoader> loader;
    std::unordered_map<std::string, std::string> metadata;
    std::string inputs_text;
    std::vector<InputSpec> inputs;
};

} // namespace

template <> struct Holds<ct_aoti> {
    using Value = std::unique_ptr<Package>;
    static constexpr handle_kind kind = HANDLE_AOTI;
};

namespace {

// ---- Loading ----

void check_is_package(const ZipView &zip, const std::string &model)
{
    const std::string name = zip.name();
    if (zip.has_folder("data/aotinductor/" + model))
        return;
    if (zip.has_folder("data/aotinductor"))
        fail_file(name, "has no model '" + model + "'");
    if (is_exported_program(zip))
        fail_file(name, "is an exported program, not compiled; in Python, "
                        "torch._inductor.aoti_compile_and_package(torch.export.load(path), package_path=...)");
    if (zip.has_file("constants.pkl"))
        fail_file(name, "is TorchScript; ct_script_load reads such files");
    if (zip.has_file("data.pkl"))
        fail_file(name, "was written by torch.save; ct_load and ct_model_load read such files");
    fail_file(name, "is a zip archive, but not a package of AOTInductor");
}

// The leaves of the tree in which Python gives the inputs, which the package keeps as JSON.
size_t leaves(const std::string &spec)
{
    size_t count = 0;
    for (size_t at = spec.find("\"type\": null"); at != std::string::npos; at = spec.find("\"type\": null", at + 1))
        count++;
    return count;
}

void read_signature(Package &package, const std::string &path, const char *inputs)
{
    auto said = package.metadata.find("ctorch_inputs");
    if (!inputs && said == package.metadata.end())
        fail(CT_ERROR_VALUE, path +
                                 ": does not say what inputs it takes, which must be checked; name them: "
                                 ".inputs = \"float32[n, 4], int64[n]\", or put \"ctorch_inputs\" into its metadata");
    package.inputs_text = inputs ? inputs : said->second;
    package.inputs = read_inputs(package.inputs_text);
    auto spec = package.loader->get_call_spec();
    size_t taken = spec.empty() ? 0 : leaves(spec[0]);
    if (taken > 0 && taken != package.inputs.size())
        fail(CT_ERROR_VALUE, path + ": takes " + std::to_string(taken) + " inputs; \"" + package.inputs_text +
                                 "\" are " + std::to_string(package.inputs.size()));
}

// libtorch's messages about damaged packages do not name them.
std::unique_ptr<PackageLoader> open(const std::string &path, const std::string &model)
{
    try {
        return std::make_unique<PackageLoader>(path, model);
    } catch (const Error &) {
        throw;
    } catch (...) {
        Failure failure = translate();
        fail_file(path, failure.text, failure.backtrace);
    }
}

Package load(const std::string &path, const ct_aoti_options &o)
{
    std::string model = text(o.model, "model");
    check_is_package(ZipView(path.c_str()), model);
    Package package;
    if (o.inputs)
        read_inputs(o.inputs); // before any of its code is loaded
    package.loader = open(path, model);
    package.metadata = package.loader->get_metadata();
    read_signature(package, path, o.inputs);
    return package;
}

// ---- Calling ----

void check_device(const Package &package, size_t i, const at::Tensor &input)
{
    auto device = package.metadata.find("AOTI_DEVICE_KEY");
    std::string type = c10::DeviceTypeName(input.device().type(), /*lower_case=*/true);
    if (device != package.metadata.end() && device->second != type)
        fail(CT_ERROR_VALUE,
             "input " + std::to_string(i) + " is on " + type + "; the package was compiled for " + device->second);
}

// As compiled code reads one: row by row, and from where vector loads may begin.
at::Tensor plain(const at::Tensor &input)
{
    at::Tensor x = input.detach().resolve_conj().resolve_neg().contiguous();
    return reinterpret_cast<uintptr_t>(x.data_ptr()) % 16 == 0 ? x : x.clone();
}

Tensors run(Package &package, const Tensors &inputs)
{
    check_inputs(package.inputs, inputs);
    at::NoGradGuard no_grad;
    Tensors taken;
    for (size_t i = 0; i < inputs.size(); i++) {
        check_device(package, i, inputs[i]);
        taken.push_back(plain(inputs[i]));
    }
    return package.loader->run(taken);
}

void hand_out(const Tensors &results, ct_tensor **const *outputs, size_t m)
{
    if (!outputs && m > 0)
        fail_null("outputs");
    if (results.size() != m)
        fail(CT_ERROR_VALUE,
             "gives " + std::to_string(results.size()) + " outputs; " + std::to_string(m) + " were asked for");
    std::vector<ct_tensor *> handles;
    for (size_t i = 0; i < m; i++)
        handles.push_back(outputs[i] ? box_or_null(results[i]) : nullptr);
    for (size_t i = 0; i < m; i++)
        if (outputs[i])
            *outputs[i] = handles[i];
}

std::vector<std::string> constants(const Package &package)
{
    std::vector<std::string> names = package.loader->get_constant_fqns();
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace

} // namespace ct

using namespace ct;

ct_aoti *ct_aoti_load_with(const char *path, const ct_aoti_options *options)
{
    ct_aoti_options o = given(options, ct_aoti_options_default);
    return guard([&] { return box_as<ct_aoti>(std::make_unique<Package>(load(text(path, "path"), o))); });
}

void ct_aoti_free(ct_aoti *self)
{
    free_handle(self);
}

ct_aoti *ct_aoti_escape(ct_aoti *self)
{
    return escape_handle(self);
}

ct_tensor *ct_aoti_forward(ct_aoti *self, const ct_tensor *x)
{
    return guard([&] {
        Tensors results = run(*ARG(self), {ARG(x)});
        if (results.size() != 1)
            fail(CT_ERROR_TYPE, "gives " + std::to_string(results.size()) + " outputs; ct_aoti_call takes them");
        return box(results[0]);
    });
}

ct_status ct_aoti_call(ct_aoti *self, ct_tensor *const *inputs, size_t n, ct_tensor **const *outputs, size_t m)
{
    return guard([&] { hand_out(run(*ARG(self), tensors_or_none(inputs, n, "inputs")), outputs, m); });
}

const char *ct_aoti_inputs(const ct_aoti *self)
{
    return guard_or("", [&] { return ARG(self)->inputs_text.c_str(); });
}

const char *ct_aoti_metadata(const ct_aoti *self, const char *key)
{
    return guard_or("", [&] {
        const auto &metadata = ARG(self)->metadata;
        auto found = metadata.find(text(key, "key"));
        return found == metadata.end() ? "" : lend(found->second);
    });
}

size_t ct_aoti_constant_count(const ct_aoti *self)
{
    return guard_or(size_t{0}, [&] { return constants(*ARG(self)).size(); });
}

const char *ct_aoti_constant_name(const ct_aoti *self, size_t i)
{
    return guard_or("", [&] {
        std::vector<std::string> names = constants(*ARG(self));
        if (i >= names.size())
            fail(CT_ERROR_INDEX,
                 "index " + std::to_string(i) + " is out of range for " + std::to_string(names.size()) + " constants");
        return lend(names[i]);
    });
}
