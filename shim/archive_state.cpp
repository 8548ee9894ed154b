// archive_state.cpp: ct_archive_state_dict: the tensors of a checkpoint by their names, wherever in it they are.
// SPDX-License-Identifier: BSD-3-Clause
#include "archive.hpp"

#include <ctorch/error.h>

#include "call_value.hpp"

#include <unordered_set>

using namespace ct;

namespace {

// Under what checkpoints keep the state_dict of their model, the likeliest first.
const char *const usual_keys[] = {"state_dict", "model_state_dict", "model_state", "model",  "net",
                                  "network",    "module",           "weights",     "params", "ema"};

// A failure that begins with the file's name instead of the function's.
[[noreturn]] void fail_in(const std::string &file, ct_status code, const std::string &text)
{
    Failure failure(code, file + ": " + text);
    failure.located = true;
    throw Error(std::move(failure));
}

// ---- Looking at values ----

// The last of a dict's entries of that name.
const ct_value *entry(const ct_value &dict, const std::string &name)
{
    for (size_t i = dict.kind == CT_VALUE_DICT ? dict.n : 0; i-- > 0;)
        if (dict.as.values[i].name && dict.as.values[i].name == name)
            return &dict.as.values[i];
    return nullptr;
}

const ct_value *entry(const ct_value &dict, const std::string &name, ct_value_kind kind)
{
    const ct_value *found = entry(dict, name);
    return found && found->kind == kind ? found : nullptr;
}

// What an object's `__dict__` got.
const ct_value &attributes(const ct_value &object)
{
    const ct_value &state = object.as.values[CT_OBJECT_STATE];
    return state.kind == CT_VALUE_TUPLE && state.n == 2 ? state.as.values[0] : state;
}

bool is_module(const ct_value &v)
{
    return v.kind == CT_VALUE_OBJECT && entry(attributes(v), "_parameters", CT_VALUE_DICT) &&
           entry(attributes(v), "_modules", CT_VALUE_DICT);
}

// Why a tensor cannot be held by this libtorch; null for anything else (ctorch/value.h).
const ct_value *refusal(const ct_value &v)
{
    if (v.kind != CT_VALUE_OBJECT)
        return nullptr;
    const ct_value &callable = v.as.values[CT_OBJECT_CALLABLE];
    bool is_tensor = callable.kind == CT_VALUE_GLOBAL && std::string(callable.as.string) == "torch.Tensor";
    return is_tensor ? entry(v.as.values[CT_OBJECT_KWARGS], "error", CT_VALUE_STRING) : nullptr;
}

bool is_tensor(const ct_value &v)
{
    return (v.kind == CT_VALUE_TENSOR && v.as.tensor) || refusal(v);
}

// What modules save beside their tensors, whatever it is.
bool is_extra_state(const ct_value &v)
{
    const std::string end = "_extra_state", name = v.name ? v.name : "";
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

// Looks through a dict and those in it, each once, for the first value that is neither a dict nor a tensor.
struct Leaves {
    explicit Leaves(const ct_value &dict)
    {
        std::vector<ct_value> found = {dict};
        std::unordered_set<const ct_value *> seen = {dict.as.values};
        for (size_t at = 0; at < found.size(); at++)
            for (size_t i = 0; i < found[at].n; i++) {
                const ct_value &item = found[at].as.values[i];
                if (is_extra_state(item) && !is_tensor(item))
                    continue;
                if (item.kind != CT_VALUE_DICT)
                    look(item);
                else if (seen.insert(item.as.values).second)
                    found.push_back(item);
            }
    }

    void look(const ct_value &v)
    {
        if (is_tensor(v))
            has_tensor = true;
        else if (!other)
            other = &v;
    }

    bool has_tensor = false;
    const ct_value *other = nullptr;
};

// ---- Finding the state_dict ----

// Something that a state_dict may be: tensors by name, or a module.
bool is_candidate(const ct_value &v)
{
    return is_module(v) || (v.kind == CT_VALUE_DICT && Leaves(v).has_tensor);
}

const ct_value *usual_entry(const ct_value &v)
{
    for (const char *key : usual_keys)
        if (const ct_value *found = entry(v, key))
            if (is_candidate(*found))
                return found;
    return nullptr;
}

std::string key_list(const ct_value &dict)
{
    constexpr size_t shown = 8;
    std::string text;
    for (size_t i = 0; i < dict.n && i < shown; i++)
        text += (i ? ", '" : "'") + std::string(dict.as.values[i].name ? dict.as.values[i].name : "?") + "'";
    return text + (dict.n > shown ? " and " + std::to_string(dict.n - shown) + " more" : "");
}

// Whether a dict holds something else than a state_dict, or several of them: no tensors of its own, and one under a
// usual name.
bool is_checkpoint(const ct_value &dict)
{
    bool has_tensors = std::any_of(dict.as.values, dict.as.values + dict.n, is_tensor);
    return Leaves(dict).other || (!has_tensors && usual_entry(dict));
}

// A checkpoint may lie within another: {"model": {"state_dict": ...}}.
const ct_value &descend(const std::string &file, const ct_value &root)
{
    if (root.kind == CT_VALUE_OBJECT && !refusal(root))
        return root;
    if (root.kind != CT_VALUE_DICT)
        fail_in(file, CT_ERROR_TYPE,
                "holds " + given_text(root) + "; expected a state_dict, a dict of tensors by name");
    std::unordered_set<const ct_value *> passed;
    const ct_value *at = &root;
    while (at->kind == CT_VALUE_DICT && is_checkpoint(*at) && passed.insert(at->as.values).second) {
        const ct_value *below = usual_entry(*at);
        if (!below && at != &root)
            break;
        if (!below)
            fail_in(file, CT_ERROR_TYPE,
                    std::string("'") + (Leaves(root).other->name ? Leaves(root).other->name : "?") + "' is " +
                        given_text(*Leaves(root).other) +
                        ", not a tensor, and there is no 'state_dict' or 'model': give the path of the state_dict; "
                        "there are " +
                        key_list(root));
        at = below;
    }
    return *at;
}

// ---- Collecting it ----

class Collector {
public:
    // The names of a file whose dicts hold each other could be more than memory holds: `most` bounds their bytes.
    Collector(const std::string &file, size_t most) : file(file), most(most) {}

    void add(const ct_value &v, const std::string &name)
    {
        used += name.size() + 1;
        Deeper deeper(depth);
        if (used > most || depth > RECORD_DEPTH_MAX)
            fail_in(file, CT_ERROR_FORMAT, "what it holds is in itself, so that the names do not end");
        if (is_tensor(v))
            add_tensor(v, name);
        else if (v.kind == CT_VALUE_DICT)
            add_entries(v, name);
        else if (v.kind == CT_VALUE_LIST || v.kind == CT_VALUE_TUPLE)
            add_items(v, name);
        else if (is_module(v))
            add_module(attributes(v), name);
        else if (v.kind == CT_VALUE_OBJECT)
            for (const ct_value &part : {attributes(v), v.as.values[CT_OBJECT_DICT], v.as.values[CT_OBJECT_LIST]})
                add(part, name);
    }

    Dict dict;

private:
    struct Deeper {
        explicit Deeper(int &depth) : depth(depth) { depth++; }
        ~Deeper() { depth--; }
        int &depth;
    };

    static std::string below(const std::string &name, const std::string &key)
    {
        return name.empty() ? key : name + "." + key;
    }

    void add_tensor(const ct_value &v, const std::string &name)
    {
        if (const ct_value *reason = refusal(v))
            fail_in(file, CT_ERROR_NOT_IMPLEMENTED, "'" + name + "' cannot be made: " + reason->as.string);
        const at::Tensor &tensor = arg(v.as.tensor, "tensor");
        at::Tensor *found = dict.find(name);
        found ? void(*found = tensor) : void(dict.insert(name, tensor));
    }

    void add_entries(const ct_value &v, const std::string &name)
    {
        for (size_t i = 0; i < v.n; i++) {
            const ct_value &item = v.as.values[i];
            if (is_extra_state(item) && !is_tensor(item))
                continue;
            if (item.name)
                add(item, below(name, item.name));
            else if (v.as.values[v.n + i].kind == CT_VALUE_INT)
                add(item, below(name, std::to_string(v.as.values[v.n + i].as.integer)));
        }
    }

    void add_items(const ct_value &v, const std::string &name)
    {
        for (size_t i = 0; i < v.n; i++)
            add(v.as.values[i], below(name, std::to_string(i)));
    }

    // As Module.state_dict: its own tensors, but for the buffers that are not kept, and its children's.
    void add_module(const ct_value &state, const std::string &name)
    {
        const ct_value *kept_out = entry(state, "_non_persistent_buffers_set", CT_VALUE_SET);
        auto is_kept = [&](const ct_value &buffer) {
            for (size_t i = 0; kept_out && i < kept_out->n; i++)
                if (kept_out->as.values[i].kind == CT_VALUE_STRING && buffer.name &&
                    std::string(buffer.name) == kept_out->as.values[i].as.string)
                    return false;
            return true;
        };
        for (const char *table : {"_parameters", "_buffers", "_modules"}) {
            const ct_value *entries = entry(state, table, CT_VALUE_DICT);
            for (size_t i = 0; entries && i < entries->n; i++)
                if (entries->as.values[i].name && (table[1] != 'b' || is_kept(entries->as.values[i])))
                    add(entries->as.values[i], below(name, entries->as.values[i].name));
        }
    }

    const std::string &file;
    size_t most, used = 0;
    int depth = 0;
};

// The value at a path; the reader of paths tells the core what is wrong.
ct_value at_path(const std::string &file, const ct_value &root, const char *path)
{
    if (ct_value_has(root, path))
        return ct_value_get(root, path);
    ct_scope *attempt = ct_scope_begin();
    ct_value_get(root, path);
    std::string message = ct_error_message();
    ct_status code = ct_scope_catch(attempt);
    fail_in(file, code, message);
}

Dict state_dict(Archive &archive, const char *path)
{
    const Tree &tree = archive.tree();
    ct_value from = path ? at_path(archive.name, tree.root(), path) : descend(archive.name, tree.root());
    Collector collector(archive.name, 256 * tree.size() + (1 << 20));
    collector.add(from, "");
    bool may_be_empty = is_module(from) || (!path && from.kind == CT_VALUE_DICT && from.n == 0);
    if (collector.dict.is_empty() && !may_be_empty)
        fail_in(
            archive.name, CT_ERROR_TYPE,
            (path ? "there are no tensors below '" + std::string(path) + "', which is " : "holds no tensors, but ") +
                given_text(from));
    return std::move(collector.dict);
}

} // namespace

ct_dict *ct_archive_state_dict(const ct_archive *self, const char *path)
{
    return guard([&] { return box(state_dict(*ARG(self), path)); });
}
