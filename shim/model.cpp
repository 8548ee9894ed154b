// model.cpp: include/ctorch/model.h.
// SPDX-License-Identifier: BSD-3-Clause
#include "bind.hpp"
#include "call_scope.hpp"
#include "convert.hpp"
#include "model_reader.hpp"

#include <ctorch/model.h>

using namespace ct;

namespace {

// An open file.
class File {
public:
    explicit File(const char *path) { check_recorded(saved_file_open(&file, path)); }
    ~File() { saved_file_release(file); }
    File(const File &) = delete;

    saved_file *file = nullptr;
};

// The only module among the values of a dict.
const record *only_module(const record *dict)
{
    const record *found = nullptr;
    for (size_t i = 0; i < dict->dict.count; i++) {
        if (!is_saved_module(dict->dict.pairs[i].value))
            continue;
        if (found)
            fail(CT_ERROR_KEY, "a dict of several models; .key says which of them");
        found = dict->dict.pairs[i].value;
    }
    if (!found)
        fail(CT_ERROR_TYPE, "holds a dict without a module in it; ct_load reads a state_dict");
    return found;
}

const record *find_model(const record *root, const char *key)
{
    if (!key)
        return root->kind == RECORD_DICT ? only_module(root) : root;
    const record *found = record_get(root, key);
    if (!found)
        fail(CT_ERROR_KEY, "there is no '" + std::string(key) + "' in " + shown(root));
    return found;
}

[[noreturn]] void rethrow_in_file(const char *path)
{
    Failure failure = translate();
    failure.path = failure.path.empty() ? path : std::string(path) + ": " + failure.path;
    throw Error(std::move(failure));
}

ObjectPtr load(const char *path, const ct_model_options &options)
{
    File file(path);
    try {
        if (saved_file_format(file.file) == SAVED_TORCHSCRIPT)
            fail(CT_ERROR_TYPE, "is a TorchScript archive, not a model that torch.save wrote; ct_script_load runs it");
        ModelReader reader(file.file, options.allow_unknown);
        ObjectPtr model = reader.read(find_model(saved_file_root(file.file), options.key));
        if (options.notes)
            *options.notes = lend(reader.notes());
        return model;
    } catch (...) {
        rethrow_in_file(path);
    }
}

} // namespace

ct_module *ct_model_load_with(const char *path, const ct_model_options *options)
{
    ct_model_options o = given(options, ct_model_options_default);
    if (o.notes)
        *o.notes = "";
    return guard([&] { return box(load(text(path, "path"), o)); });
}
