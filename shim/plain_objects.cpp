// plain_objects.cpp: the objects of a saved file that stand for data that ctorch has.
// SPDX-License-Identifier: BSD-3-Clause
#include "plain_objects.hpp"

#include "convert.hpp"

#include <unordered_map>

namespace ct {

namespace {

// A callable and what it is called with.
struct Call {
    std::string name;
    const ct_value *args;
    size_t n;

    bool has(size_t i, ct_value_kind kind) const { return i < n && args[i].kind == kind; }
};

bool is_tuple(const ct_value &value, size_t least)
{
    return value.kind == CT_VALUE_TUPLE && value.n >= least;
}

using Made = Optional<ct_value>; // nothing: the call is not one of ours

ct_value plain(ct_value_kind kind, const char *text)
{
    ct_value made = ct_value_string(text);
    made.kind = kind;
    return made;
}

// ---- Small values ----

// torch.device("cuda", 1)
Made device_value(const Call &call, ValueArena &arena)
{
    if (!call.has(0, CT_VALUE_STRING) || (call.n > 1 && !call.has(1, CT_VALUE_INT)))
        return Made();
    std::string index = call.n > 1 ? ":" + std::to_string(call.args[1].as.integer) : "";
    return plain(CT_VALUE_DEVICE, arena.text(call.args[0].as.string + index));
}

double number(const ct_value &value)
{
    return value.kind == CT_VALUE_INT ? static_cast<double>(value.as.integer) : value.as.real;
}

Made complex_value(const Call &call, ValueArena &)
{
    auto is_number = [&](size_t i) { return call.has(i, CT_VALUE_REAL) || call.has(i, CT_VALUE_INT); };
    if (call.n != 2 || !is_number(0) || !is_number(1))
        return Made();
    return ct_value_complex(number(call.args[0]), number(call.args[1]));
}

// ---- Sparse tensors ----

std::vector<int64_t> sizes(const ct_value &tuple)
{
    std::vector<int64_t> made;
    for (size_t i = 0; i < tuple.n; i++) {
        const ct_value &size = tuple.as.values[i];
        if (size.kind != CT_VALUE_INT || size.as.integer < 0)
            fail(CT_ERROR_FORMAT, "size " + std::to_string(i) + " of a sparse tensor is not a number from 0 up");
        made.push_back(size.as.integer);
    }
    return made;
}

const at::Tensor &piece(const ct_value &value)
{
    if (value.kind != CT_VALUE_TENSOR || !value.as.tensor)
        fail(CT_ERROR_FORMAT, "a part of a sparse tensor is no tensor");
    return arg(value.as.tensor, "tensor");
}

// (indices, values, size[, is_coalesced]). A file's indices are claims: they are checked before anything trusts them.
at::Tensor coo(const ct_value *part, size_t n)
{
    const at::Tensor &indices = piece(part[0]), &values = piece(part[1]);
    std::vector<int64_t> shape = sizes(part[2]);
    at::_validate_sparse_coo_tensor_args(indices, values, shape);
    at::Tensor made = at::_sparse_coo_tensor_unsafe(indices, values, shape);
    return n > 3 && part[3].kind == CT_VALUE_BOOL && part[3].as.boolean ? made._coalesced_(true) : made;
}

// (compressed indices, plain indices, values, size)
at::Tensor compressed(at::Layout layout, const ct_value *part)
{
    const at::Tensor &compressed = piece(part[0]), &plain = piece(part[1]), &values = piece(part[2]);
    std::vector<int64_t> shape = sizes(part[3]);
    at::_validate_sparse_compressed_tensor_args(compressed, plain, values, shape, layout);
    return at::_sparse_compressed_tensor_unsafe(compressed, plain, values, shape, values.options().layout(layout));
}

// _rebuild_sparse_tensor(layout, parts)
Made sparse_value(const Call &call, ValueArena &arena)
{
    if (call.n != 2 || !call.has(0, CT_VALUE_LAYOUT) || !is_tuple(call.args[1], 3))
        return Made();
    ct_layout layout = call.args[0].as.layout;
    const ct_value *part = call.args[1].as.values;
    size_t n = call.args[1].n, where = layout == CT_SPARSE_COO ? 2 : 3;
    if (n <= where || part[where].kind != CT_VALUE_TUPLE)
        return Made();
    bool is_tensor = part[where - 1].kind == CT_VALUE_TENSOR && part[where - 1].as.tensor;
    ct_dtype dtype = is_tensor ? dtype_of(piece(part[where - 1]).scalar_type()) : CT_DTYPE_NONE;
    return value_or_reason(arena, dtype, part[where], [&] {
        return arena.tensor(layout == CT_SPARSE_COO ? coo(part, n) : compressed(*layout_or_none(layout), part));
    });
}

// ---- Tensors around others ----

// _rebuild_parameter(data, requires_grad, hooks), of what is no plain tensor.
Made parameter_value(const Call &call, ValueArena &arena)
{
    if (!call.has(0, CT_VALUE_TENSOR) || !call.has(1, CT_VALUE_BOOL))
        return Made();
    at::Tensor data = arg(call.args[0].as.tensor, "data");
    return value_or_reason(arena, dtype_of(data.scalar_type()), ct_value_none(),
                           [&] { return arena.tensor(leaf(data.detach(), call.args[1].as.boolean)); });
}

Made known_value(const Call &call, ValueArena &arena);

// _rebuild_from_type_v2(function, class, arguments, state)
Made subclass_value(const Call &call, ValueArena &arena)
{
    if (call.n != 4 || !call.has(0, CT_VALUE_GLOBAL) || !call.has(2, CT_VALUE_TUPLE))
        return Made();
    std::string function = call.args[0].as.string;
    bool wraps_again = function == "torch._tensor._rebuild_from_type_v2";
    return wraps_again ? Made() : known_value({function, call.args[2].as.values, call.args[2].n}, arena);
}

Made known_value(const Call &call, ValueArena &arena)
{
    static const std::unordered_map<std::string, Made (*)(const Call &, ValueArena &)> known = {
        {"torch.device", device_value},
        {"builtins.complex", complex_value},
        {"torch._utils._rebuild_sparse_tensor", sparse_value},
        {"torch._utils._rebuild_sparse_csr_tensor", sparse_value},
        {"torch._utils._rebuild_parameter", parameter_value},
        {"torch._utils._rebuild_parameter_with_state", parameter_value},
        {"torch._tensor._rebuild_from_type_v2", subclass_value},
    };
    auto found = known.find(call.name);
    return found == known.end() ? Made() : found->second(call, arena);
}

} // namespace

Optional<ct_value> constant_value(const std::string &name)
{
    static const auto known = [] {
        std::unordered_map<std::string, ct_value> made = {
            {"torch.strided", ct_value_layout(CT_STRIDED)},
            {"torch.sparse_coo", ct_value_layout(CT_SPARSE_COO)},
            {"torch.sparse_csr", ct_value_layout(CT_SPARSE_CSR)},
            {"torch.sparse_csc", ct_value_layout(CT_SPARSE_CSC)},
            {"torch.sparse_bsr", ct_value_layout(CT_SPARSE_BSR)},
            {"torch.sparse_bsc", ct_value_layout(CT_SPARSE_BSC)},
            {"torch._mkldnn", ct_value_layout(CT_MKLDNN)},
            {"torch.contiguous_format", ct_value_memory_format(CT_CONTIGUOUS_FORMAT)},
            {"torch.preserve_format", ct_value_memory_format(CT_PRESERVE_FORMAT)},
            {"torch.channels_last", ct_value_memory_format(CT_CHANNELS_LAST)},
            {"torch.channels_last_3d", ct_value_memory_format(CT_CHANNELS_LAST_3D)}};
        for (int dtype = CT_UINT8; ct_dtype_size(static_cast<ct_dtype>(dtype)) > 0; dtype++)
            made[ct_dtype_name(static_cast<ct_dtype>(dtype))] = ct_value_dtype(static_cast<ct_dtype>(dtype));
        return made;
    }();
    auto found = known.find(name);
    return found == known.end() ? Optional<ct_value>() : found->second;
}

ct_value global_value(const char *name)
{
    return plain(CT_VALUE_GLOBAL, name);
}

ct_value plain_value(const ct_value &object, ValueArena &arena)
{
    const ct_value &callable = object.as.values[CT_OBJECT_CALLABLE], &args = object.as.values[CT_OBJECT_ARGS];
    if (callable.kind != CT_VALUE_GLOBAL || args.kind != CT_VALUE_TUPLE)
        return object;
    return known_value({callable.as.string, args.as.values, args.n}, arena).value_or(object);
}

ct_value value_or_reason(ValueArena &arena, ct_dtype dtype, const ct_value &shape,
                         const std::function<ct_value()> &make)
{
    Failure failure(CT_OK, "");
    try {
        return make();
    } catch (...) {
        failure = translate();
    }
    if (failure.code == CT_ERROR_MEMORY)
        throw Error(std::move(failure));
    ct_value *part = arena.values(CT_OBJECT_PARTS);
    part[CT_OBJECT_CALLABLE] = global_value("torch.Tensor");
    part[CT_OBJECT_ARGS].kind = CT_VALUE_TUPLE;
    part[CT_OBJECT_KWARGS] =
        arena.list(CT_VALUE_DICT, {ct_value_named("dtype", ct_value_dtype(dtype)), ct_value_named("shape", shape),
                                   ct_value_named("error", ct_value_string(arena.text(failure.text)))});
    ct_value made = plain(CT_VALUE_OBJECT, nullptr);
    made.n = CT_OBJECT_PARTS;
    made.as.values = part;
    return made;
}

} // namespace ct
