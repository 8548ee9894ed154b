/* formats/pickle_numpy.c: NumPy's numbers as numbers, and its arrays of numbers as tensors. They get into checkpoints
 * by way of metrics and of random states. What holds anything but numbers stays an object.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pickle_vm.h"

#include "core/error.h"

#include <string.h>

/* A type of elements, and whether their bytes are in the other order. */
typedef struct numpy_type {
    ct_dtype dtype;
    bool swapped;
} numpy_type;

static bool is_numpy(const record *callable, const char *module, const char *name)
{
    /* NumPy 2 has an underscore in the name: numpy._core. */
    if (callable->kind != RECORD_GLOBAL || strcmp(callable->global.name, name) != 0)
        return false;
    const char *rest = callable->global.module;
    if (strncmp(rest, "numpy.", 6) != 0)
        return false;
    rest += rest[6] == '_' ? 7 : 6;
    return strncmp(rest, "core.", 5) == 0 && strcmp(rest + 5, module) == 0;
}

/* numpy.dtype('f8', False, True), whose state says the byte order: (3, '<', ...). */
static numpy_type read_type(const record *r)
{
    static const struct {
        const char *name;
        ct_dtype dtype;
    } types[] = {
        {"b1", CT_BOOL},    {"i1", CT_INT8},    {"i2", CT_INT16},     {"i4", CT_INT32},       {"i8", CT_INT64},
        {"u1", CT_UINT8},   {"u2", CT_UINT16},  {"u4", CT_UINT32},    {"u8", CT_UINT64},      {"f2", CT_FLOAT16},
        {"f4", CT_FLOAT32}, {"f8", CT_FLOAT64}, {"c8", CT_COMPLEX64}, {"c16", CT_COMPLEX128},
    };
    numpy_type type = {CT_DTYPE_NONE, false};
    if (r->kind != RECORD_OBJECT || !record_is_global(r->object->callable, "numpy", "dtype") ||
        r->object->args->list.count == 0)
        return type;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (record_is_string(r->object->args->list.items[0], types[i].name))
            type.dtype = types[i].dtype;
    if (r->state && r->state->kind == RECORD_TUPLE && r->state->list.count > 1)
        type.swapped = record_is_string(r->state->list.items[1], ">");
    return type;
}

/* ---- arrays ---- */

/* Fills in the shape, and strides in C's order or Fortran's. */
static ct_status read_shape(pickle_vm *vm, const record *shape, bool fortran, record_tensor *t)
{
    int64_t *sizes = record_alloc(vm->pool, (shape->list.count + 1) * sizeof *sizes);
    int64_t *strides = record_alloc(vm->pool, (shape->list.count + 1) * sizeof *strides);
    int64_t stride = 1;
    if (!sizes || !strides)
        return ct_error_code();
    t->ndim = shape->list.count;
    t->numel = 1;
    for (size_t step = 0; step < t->ndim; step++) {
        size_t i = fortran ? step : t->ndim - 1 - step;
        const record *item = shape->list.items[i];
        if (item->kind != RECORD_INT || item->integer < 0)
            return pickle_fail(vm, "size %zu of an array of NumPy is not a number from 0 up", i);
        sizes[i] = item->integer;
        strides[i] = stride;
        if (__builtin_mul_overflow(stride, item->integer ? item->integer : 1, &stride))
            return pickle_fail(vm, "an array of NumPy has more elements than 64 bits can count");
        t->numel *= item->integer;
    }
    t->shape = sizes;
    t->strides = strides;
    return CT_OK;
}

/* A tensor over the bytes of the pickle; NULL on failure. */
static record_tensor *make_tensor(pickle_vm *vm, const record *shape, numpy_type type, bool fortran,
                                  const record *bytes)
{
    record_storage storage = {.dtype = type.dtype,
                              .key = "of NumPy",
                              .location = "cpu",
                              .size = bytes->text.size,
                              .source = (unsigned char *)bytes->text.chars,
                              .swapped = type.swapped};
    record *held = record_new_storage_within(vm->pool, &storage);
    record_tensor *t = held ? record_alloc(vm->pool, sizeof *t) : NULL;
    if (!t)
        return NULL;
    *t = (record_tensor){.storage = held->storage, .dtype = type.dtype, .nbytes = bytes->text.size};
    if (read_shape(vm, shape, fortran, t) != CT_OK)
        return NULL;
    size_t element = ct_dtype_size(type.dtype);
    if (t->nbytes % element == 0 && t->nbytes / element == (uint64_t)t->numel)
        return t;
    pickle_fail(vm, "an array of NumPy has %zu bytes, which is not what its shape asks for", t->nbytes);
    return NULL;
}

static bool is_plain(numpy_type type, const record *shape, const record *bytes)
{
    enum { DIMS_MAX = 64 };
    return type.dtype != CT_DTYPE_NONE && shape->kind == RECORD_TUPLE && shape->list.count <= DIMS_MAX &&
           bytes->kind == RECORD_BYTES;
}

/* numpy.core.multiarray._reconstruct(numpy.ndarray, (0,), b'b'), with (1, shape, dtype, is_fortran, bytes) as state. */
ct_status pickle_build_array(pickle_vm *vm, record *target, const record *state)
{
    if (target->kind != RECORD_OBJECT || !is_numpy(target->object->callable, "multiarray", "_reconstruct") ||
        state->kind != RECORD_TUPLE || state->list.count != 5)
        return CT_OK;
    record *const *part = state->list.items;
    numpy_type type = read_type(part[2]);
    if (part[3]->kind != RECORD_BOOL || !is_plain(type, part[1], part[4]))
        return CT_OK;
    record_tensor *t = make_tensor(vm, part[1], type, part[3]->boolean, part[4]);
    if (!t)
        return ct_error_code();
    /* What refers to the object refers to the tensor now. */
    *target = (record){.kind = RECORD_TENSOR, .tensor = t};
    return CT_OK;
}

/* numpy.core.numeric._frombuffer(bytes, dtype, shape, order), in protocol 5. */
static ct_status make_array(pickle_vm *vm, const record *args, record **out)
{
    record *const *arg = args->list.items;
    if (args->list.count != 4)
        return CT_OK;
    numpy_type type = read_type(arg[1]);
    if (!is_plain(type, arg[2], arg[0]))
        return CT_OK;
    record_tensor *t = make_tensor(vm, arg[2], type, record_is_string(arg[3], "F"), arg[0]);
    *out = t ? record_new(vm->pool, RECORD_TENSOR) : NULL;
    if (!*out)
        return ct_error_code();
    (*out)->tensor = t;
    return CT_OK;
}

/* ---- numbers ---- */

static uint64_t read_bits(const record *bytes, bool swapped)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < bytes->text.size; i++) {
        size_t at = swapped ? i : bytes->text.size - 1 - i;
        bits = bits << 8 | (unsigned char)bytes->text.chars[at];
    }
    return bits;
}

/* A whole number of `size` bytes, with or without a sign. */
static record *make_int(pickle_vm *vm, uint64_t bits, size_t size, bool has_sign)
{
    unsigned unused = (unsigned)(8 * (sizeof bits - size));
    int64_t number = (int64_t)(bits << unused);
    return record_new_int(vm->pool, has_sign ? number >> unused : (int64_t)bits);
}

static record *make_float(pickle_vm *vm, uint64_t bits, size_t size)
{
    uint32_t low = (uint32_t)bits;
    float narrow;
    record *r = record_new(vm->pool, RECORD_FLOAT);
    if (!r)
        return NULL;
    memcpy(&narrow, &low, sizeof narrow);
    memcpy(&r->real, &bits, sizeof bits);
    if (size == sizeof narrow)
        r->real = (double)narrow;
    return r;
}

/* numpy.core.multiarray.scalar(dtype, bytes). */
static ct_status make_scalar(pickle_vm *vm, const record *args, record **out)
{
    if (args->list.count != 2 || args->list.items[1]->kind != RECORD_BYTES)
        return CT_OK;
    const record *bytes = args->list.items[1];
    numpy_type type = read_type(args->list.items[0]);
    size_t size = ct_dtype_size(type.dtype);
    if (type.dtype == CT_DTYPE_NONE || bytes->text.size != size || size > sizeof(uint64_t))
        return CT_OK;
    uint64_t bits = read_bits(bytes, type.swapped);
    record *made;
    switch (type.dtype) {
    case CT_BOOL:
        made = record_new(vm->pool, RECORD_BOOL);
        if (made)
            made->boolean = bits != 0;
        break;
    case CT_FLOAT32:
    case CT_FLOAT64:
        made = make_float(vm, bits, size);
        break;
    case CT_INT8:
    case CT_INT16:
    case CT_INT32:
    case CT_INT64:
        made = make_int(vm, bits, size, true);
        break;
    case CT_UINT8:
    case CT_UINT16:
    case CT_UINT32:
        made = make_int(vm, bits, size, false);
        break;
    default: /* one that no kind of record holds exactly */
        return CT_OK;
    }
    *out = made;
    return made ? CT_OK : ct_error_code();
}

ct_status pickle_call_numpy(pickle_vm *vm, const record *callable, const record *args, record **out)
{
    if (is_numpy(callable, "multiarray", "scalar"))
        return make_scalar(vm, args, out);
    return is_numpy(callable, "numeric", "_frombuffer") ? make_array(vm, args, out) : CT_OK;
}
