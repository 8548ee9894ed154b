/* value/make.c: the makers of values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <ctorch/value.h>

ct_value ct_value_none(void)
{
    return (ct_value){.kind = CT_VALUE_NONE};
}

ct_value ct_value_tensor(const ct_tensor *tensor)
{
    return (ct_value){.kind = CT_VALUE_TENSOR, .as.tensor = (ct_tensor *)tensor};
}

ct_value ct_value_int(int64_t value)
{
    return (ct_value){.kind = CT_VALUE_INT, .as.integer = value};
}

ct_value ct_value_real(double value)
{
    return (ct_value){.kind = CT_VALUE_REAL, .as.real = value};
}

ct_value ct_value_scalar(ct_scalar value)
{
    /* 2^63: from there on, whole numbers do not fit. */
    const double limit = 9223372036854775808.0;
    if (value.whole == CT_AS_REAL)
        return ct_value_real(value.number);
    if (value.whole != 0)
        return ct_value_int(value.whole);
    bool fits = value.number >= -limit && value.number < limit;
    return fits && (double)(int64_t)value.number == value.number ? ct_value_int((int64_t)value.number)
                                                                 : ct_value_real(value.number);
}

ct_value ct_value_complex(double real, double imaginary)
{
    return (ct_value){.kind = CT_VALUE_COMPLEX, .as.parts = {real, imaginary}};
}

ct_value ct_value_bool(bool value)
{
    return (ct_value){.kind = CT_VALUE_BOOL, .as.boolean = value};
}

ct_value ct_value_string(const char *value)
{
    return (ct_value){.kind = CT_VALUE_STRING, .as.string = value};
}

ct_value ct_value_dtype(ct_dtype value)
{
    return (ct_value){.kind = CT_VALUE_DTYPE, .as.dtype = value};
}

ct_value ct_value_layout(ct_layout value)
{
    return (ct_value){.kind = CT_VALUE_LAYOUT, .as.layout = value};
}

ct_value ct_value_memory_format(ct_memory_format value)
{
    return (ct_value){.kind = CT_VALUE_MEMORY_FORMAT, .as.memory_format = value};
}

ct_value ct_value_device(const char *value)
{
    return (ct_value){.kind = CT_VALUE_DEVICE, .as.string = value};
}

ct_value ct_value_generator(const ct_generator *value)
{
    return (ct_value){.kind = CT_VALUE_GENERATOR, .as.generator = (ct_generator *)value};
}

ct_value ct_value_ints(const int64_t *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_INTS, .n = n, .as.ints = values};
}

ct_value ct_value_reals(const double *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_REALS, .n = n, .as.reals = values};
}

ct_value ct_value_bools(const bool *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_BOOLS, .n = n, .as.bools = values};
}

ct_value ct_value_strings(const char *const *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_STRINGS, .n = n, .as.strings = values};
}

ct_value ct_value_tensors(ct_tensor *const *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_TENSORS, .n = n, .as.tensors = values};
}

ct_value ct_value_list(const ct_value *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_LIST, .n = n, .as.values = values};
}

ct_value ct_value_tuple(const ct_value *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_TUPLE, .n = n, .as.values = values};
}

ct_value ct_value_dict(const ct_value *values, size_t n)
{
    return (ct_value){.kind = CT_VALUE_DICT, .n = n, .as.values = values};
}

ct_value ct_value_state(const ct_dict *dict)
{
    return dict ? (ct_value){.kind = CT_VALUE_STATE, .as.dict = dict} : ct_value_none();
}

ct_value ct_value_bytes(const void *bytes, size_t n)
{
    return (ct_value){.kind = CT_VALUE_BYTES, .n = n, .as.bytes = bytes};
}

ct_value ct_value_named(const char *name, ct_value value)
{
    value.name = name;
    return value;
}

ct_value ct_value_same(ct_value value)
{
    return value;
}

ct_value ct_value_pointer(const void *pointer)
{
    return pointer ? (ct_value){.kind = CT_VALUE_POINTER} : ct_value_none();
}
