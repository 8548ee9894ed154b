// tree.cpp: what is in a saved file, as a tree of values.
// SPDX-License-Identifier: BSD-3-Clause
#include "tree.hpp"

#include "plain_objects.hpp"
#include "python_object.hpp"

#include <algorithm>
#include <cstring>

namespace ct {

namespace {

ct_value value_of(ct_value_kind kind, size_t n, const ct_value *values)
{
    ct_value made = {};
    made.kind = kind;
    made.n = n;
    made.as.values = values;
    return made;
}

// A text with its size, since it may hold NULs.
ct_value text_value(ct_value_kind kind, const record *r)
{
    ct_value made = {};
    made.kind = kind;
    made.n = r->text.size;
    made.as.string = r->text.chars;
    return made;
}

// A key that can be a name.
bool is_name(const record *key)
{
    return key->kind == RECORD_STRING && !std::memchr(key->text.chars, '\0', key->text.size);
}

// Counts the levels of a recursion.
struct Deeper {
    explicit Deeper(int &depth) : depth(depth) { depth++; }
    ~Deeper() { depth--; }
    int &depth;
};

} // namespace

// What a record is before its parts are known, which may lead back to it.
ct_value TreeGrower::begin(const record *r, ct_value made)
{
    known[r] = made;
    if (r->state)
        value(r->state);
    return made;
}

ct_value TreeGrower::items(const record *r, ct_value_kind kind)
{
    ct_value *to = arena.values(r->list.count);
    ct_value made = begin(r, value_of(kind, r->list.count, to));
    for (size_t i = 0; i < r->list.count; i++)
        to[i] = value(r->list.items[i]);
    return made;
}

ct_value TreeGrower::dict(const record *r)
{
    size_t n = r->dict.count;
    const record_pair *pairs = r->dict.pairs;
    bool named = std::all_of(pairs, pairs + n, [](const record_pair &pair) { return is_name(pair.key); });
    ct_value *to = arena.values(named ? n : 2 * n);
    ct_value made = begin(r, value_of(CT_VALUE_DICT, n, to));
    for (size_t i = 0; i < n; i++) {
        ct_value key = value(pairs[i].key);
        if (!named)
            to[n + i] = key;
        to[i] = value(pairs[i].value);
        to[i].name = is_name(pairs[i].key) ? key.as.string : nullptr;
    }
    return made;
}

ct_value TreeGrower::global(const record *r)
{
    std::string name = name_of(r)->qualified();
    Optional<ct_value> constant = constant_value(name);
    return begin(r, constant ? *constant : global_value(arena.text(std::move(name))));
}

ct_value TreeGrower::object(const record *r)
{
    const record_object &o = *r->object;
    if (Optional<PythonName> name = name_of(r))
        return begin(r, global_value(arena.text(name->qualified())));
    ct_value *part = arena.values(CT_OBJECT_PARTS);
    ct_value made = value_of(CT_VALUE_OBJECT, CT_OBJECT_PARTS, part);
    known[r] = made;
    const std::pair<int, const record *> parts[] = {{CT_OBJECT_STATE, r->state}, {CT_OBJECT_CALLABLE, o.callable},
                                                    {CT_OBJECT_ARGS, o.args},    {CT_OBJECT_KWARGS, o.kwargs},
                                                    {CT_OBJECT_LIST, o.list},    {CT_OBJECT_DICT, o.dict}};
    for (auto [which, given] : parts)
        if (given && (which == CT_OBJECT_CALLABLE || !is_opaque || !is_opaque(r)))
            part[which] = value(given);
    return known[r] = plain_value(made, arena);
}

ct_value TreeGrower::tensor(const record *r)
{
    const record_tensor *t = r->kind == RECORD_TENSOR ? r->tensor : nullptr;
    ct_value shape = t ? ct_value_ints(t->shape, t->ndim) : ct_value_none();
    auto make = [tensors = tensors, r] { return r->kind == RECORD_TENSOR ? tensors->tensor(r) : tensors->whole(r); };
    bool is_copied = SavedTensors::is_copied(r);
    return begin(r, value_or_reason(arena, t ? t->dtype : r->storage->dtype, shape, [&] {
                     return is_copied ? arena.pending(SavedTensors::description(r), make) : arena.tensor(make());
                 }));
}

ct_value TreeGrower::compound(const record *r)
{
    auto found = known.find(r);
    if (found != known.end())
        return found->second;
    if (depth > RECORD_DEPTH_MAX)
        fail(CT_ERROR_FORMAT, "values are nested more than " + std::to_string(RECORD_DEPTH_MAX) + " deep");
    Deeper deeper(depth);
    switch (r->kind) {
    case RECORD_LIST:
        return items(r, CT_VALUE_LIST);
    case RECORD_TUPLE:
        return items(r, CT_VALUE_TUPLE);
    case RECORD_SET:
        return items(r, CT_VALUE_SET);
    case RECORD_DICT:
        return dict(r);
    case RECORD_GLOBAL:
        return global(r);
    case RECORD_OBJECT:
        return object(r);
    default:
        return tensor(r);
    }
}

ct_value TreeGrower::value(const record *r)
{
    switch (r->kind) {
    case RECORD_NONE:
        return ct_value_none();
    case RECORD_BOOL:
        return ct_value_bool(r->boolean);
    case RECORD_INT:
        return ct_value_int(r->integer);
    case RECORD_FLOAT:
        return ct_value_real(r->real);
    case RECORD_STRING:
        return text_value(CT_VALUE_STRING, r);
    case RECORD_BIG_INT:
        return text_value(CT_VALUE_LONG, r);
    case RECORD_BYTES:
        return ct_value_bytes(r->text.chars, r->text.size);
    default:
        return compound(r);
    }
}

std::shared_ptr<const Tree> make_tree(std::shared_ptr<SavedTensors> tensors, const record *root)
{
    return std::make_shared<const Tree>(std::move(tensors), root);
}

std::shared_ptr<const Tree> make_tree(saved_file *file, const record *root)
{
    return make_tree(std::make_shared<SavedTensors>(file), root);
}

} // namespace ct
