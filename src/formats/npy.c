/* formats/npy.c: see npy.h. The header is a Python literal, of which only what NumPy writes is understood:
 * {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/npy.h"

#include "core/error.h"
#include "formats/bytes.h"

#include <stdio.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
enum { MAGIC_SIZE = 6, VERSION_SIZE = 2, ALIGNMENT = 64 };

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE '<'
#else
#define NATIVE '>'
#endif

/* NumPy's kind and size of an element, which is swapped in parts. */
static const struct {
    ct_dtype dtype;
    char kind;
    size_t size, part;
} types[] = {
    {CT_BOOL, 'b', 1, 1},    {CT_UINT8, 'u', 1, 1},   {CT_INT8, 'i', 1, 1},      {CT_INT16, 'i', 2, 2},
    {CT_INT32, 'i', 4, 4},   {CT_INT64, 'i', 8, 8},   {CT_UINT16, 'u', 2, 2},    {CT_UINT32, 'u', 4, 4},
    {CT_UINT64, 'u', 8, 8},  {CT_FLOAT16, 'f', 2, 2}, {CT_FLOAT32, 'f', 4, 4},   {CT_FLOAT64, 'f', 8, 8},
    {CT_COMPLEX64, 'c', 8, 4}, {CT_COMPLEX128, 'c', 16, 8},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- the literal ---- */

typedef struct npy_text {
    const char *at, *end;
    const char *begin;
    const char *name;
} npy_text;

static ct_status expected(const npy_text *t, const char *what)
{
    return core_fail(CT_ERROR_FORMAT, "%s: expected %s at character %zu of the header; the file is damaged", t->name,
                     what, (size_t)(t->at - t->begin));
}

static void skip_blanks(npy_text *t)
{
    while (t->at < t->end && memchr(" \t\r\n", *t->at, 4))
        t->at++;
}

/* Steps over one character, and the blanks before it, if it comes next. */
static bool accept(npy_text *t, char c)
{
    skip_blanks(t);
    if (t->at == t->end || *t->at != c)
        return false;
    t->at++;
    return true;
}

static bool accept_word(npy_text *t, const char *word)
{
    size_t n = strlen(word);
    skip_blanks(t);
    if ((size_t)(t->end - t->at) < n || memcmp(t->at, word, n) != 0)
        return false;
    t->at += n;
    return true;
}

/* A string without escapes, of which NumPy writes none. */
static ct_status read_string(npy_text *t, char *out, size_t room, const char *what)
{
    char quote = accept(t, '\'') ? '\'' : accept(t, '"') ? '"' : '\0';
    size_t n = 0;
    if (!quote)
        return expected(t, what);
    for (; t->at < t->end && *t->at != quote; t->at++) {
        if (*t->at == '\\' || *t->at < ' ' || n + 1 == room)
            return expected(t, what);
        out[n++] = *t->at;
    }
    out[n] = '\0';
    return accept(t, quote) ? CT_OK : expected(t, "the end of a string");
}

static ct_status read_bool(npy_text *t, bool *out)
{
    *out = accept_word(t, "True");
    return *out || accept_word(t, "False") ? CT_OK : expected(t, "True or False");
}

static ct_status read_size(npy_text *t, int64_t *out)
{
    skip_blanks(t);
    const char *begin = t->at;
    int64_t size = 0;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++)
        if (__builtin_mul_overflow(size, 10, &size) || __builtin_add_overflow(size, *t->at - '0', &size))
            return expected(t, "a size of 64 bits");
    if (t->at == begin)
        return expected(t, "a size");
    accept(t, 'L'); /* as Python 2 wrote it */
    *out = size;
    return CT_OK;
}

static ct_status read_shape(npy_text *t, npy_array *out)
{
    bool comma = true;
    out->ndim = 0;
    if (!accept(t, '('))
        return expected(t, "a tuple of sizes");
    while (!accept(t, ')')) {
        if (!comma)
            return expected(t, "a comma");
        if (out->ndim == NPY_DIMS_MAX)
            return core_fail(CT_ERROR_FORMAT, "%s: has more than %d dimensions", t->name, NPY_DIMS_MAX);
        ct_status status = read_size(t, &out->shape[out->ndim++]);
        if (status != CT_OK)
            return status;
        comma = accept(t, ',');
    }
    return out->ndim == 1 && !comma ? expected(t, "a tuple of sizes, (n,) for one,") : CT_OK;
}

/* ---- the type ---- */

static ct_status no_tensor_holds(const char *name, const char *descr)
{
    if (strchr(descr, 'O'))
        return core_fail(CT_ERROR_TYPE, "%s: Object arrays cannot be loaded: they are pickles that run code", name);
    return core_fail(CT_ERROR_TYPE, "%s: holds elements of NumPy's type '%s', which no tensor has", name, descr);
}

static ct_status type_find(npy_array *out, const char *descr, const char *name)
{
    bool has_order = *descr && strchr("<>|=", *descr);
    char order = has_order ? *descr : NATIVE;
    const char *type = descr + has_order;
    for (size_t i = 0; i < COUNT(types); i++) {
        char text[8];
        snprintf(text, sizeof text, "%c%zu", types[i].kind, types[i].size);
        if (strcmp(type, text) != 0)
            continue;
        out->dtype = types[i].dtype;
        out->swapped = types[i].part > 1 && (order == '<' || order == '>') && order != NATIVE;
        return CT_OK;
    }
    return no_tensor_holds(name, descr);
}

static ct_status read_type(npy_text *t, npy_array *out)
{
    char descr[64];
    skip_blanks(t);
    if (t->at < t->end && *t->at == '[')
        return core_fail(CT_ERROR_TYPE, "%s: holds records (a structured array), which no tensor has", t->name);
    ct_status status = read_string(t, descr, sizeof descr, "a type such as '<f4'");
    return status == CT_OK ? type_find(out, descr, t->name) : status;
}

/* ---- the header ---- */

enum { HAS_DESCR = 1, HAS_ORDER = 2, HAS_SHAPE = 4, HAS_ALL = 7 };

static ct_status read_entry(npy_text *t, npy_array *out, unsigned *seen)
{
    char key[32];
    ct_status status = read_string(t, key, sizeof key, "a key");
    if (status != CT_OK)
        return status;
    unsigned entry = strcmp(key, "descr") == 0           ? HAS_DESCR
                     : strcmp(key, "fortran_order") == 0 ? HAS_ORDER
                     : strcmp(key, "shape") == 0         ? HAS_SHAPE
                                                         : 0;
    if (!entry || *seen & entry)
        return core_fail(CT_ERROR_FORMAT, "%s: the header has %s key '%s'; the file is damaged", t->name,
                         entry ? "two of the" : "the unknown", key);
    *seen |= entry;
    if (!accept(t, ':'))
        return expected(t, "a colon");
    return entry == HAS_DESCR   ? read_type(t, out)
           : entry == HAS_ORDER ? read_bool(t, &out->column_major)
                                : read_shape(t, out);
}

static ct_status read_literal(npy_text *t, npy_array *out)
{
    unsigned seen = 0;
    bool comma = true;
    if (!accept(t, '{'))
        return expected(t, "'{'");
    while (!accept(t, '}')) {
        if (!comma)
            return expected(t, "a comma");
        ct_status status = read_entry(t, out, &seen);
        if (status != CT_OK)
            return status;
        comma = accept(t, ',');
    }
    if (seen != HAS_ALL)
        return core_fail(CT_ERROR_FORMAT,
                         "%s: the header lacks 'descr', 'fortran_order' or 'shape'; the file is damaged", t->name);
    skip_blanks(t);
    return t->at == t->end ? CT_OK : expected(t, "the end");
}

/* Sizes beside a zero count too: libtorch multiplies them. */
static bool count_elements(npy_array *out)
{
    int64_t product = (int64_t)ct_dtype_size(out->dtype);
    out->numel = 1;
    for (size_t i = 0; i < out->ndim; i++) {
        if (out->shape[i] && __builtin_mul_overflow(product, out->shape[i], &product))
            return false;
        out->numel = out->shape[i] && out->numel ? product / (int64_t)ct_dtype_size(out->dtype) : 0;
    }
    out->nbytes = (size_t)out->numel * ct_dtype_size(out->dtype);
    return true;
}

static ct_status find_header(npy_text *t, const unsigned char *bytes, size_t size)
{
    if (size < MAGIC_SIZE + VERSION_SIZE || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0)
        return core_fail(CT_ERROR_FORMAT, "%s: is no file of np.save: it does not begin with \\x93NUMPY", t->name);
    unsigned major = bytes[MAGIC_SIZE], minor = bytes[MAGIC_SIZE + 1];
    if (major < 1 || major > 3 || minor != 0)
        return core_fail(CT_ERROR_NOT_IMPLEMENTED,
                         "%s: is of version %u.%u of NumPy's format; expected 1.0, 2.0 or 3.0", t->name, major, minor);
    size_t begin = MAGIC_SIZE + VERSION_SIZE + (major == 1 ? 2 : 4);
    if (size < begin)
        return core_fail(CT_ERROR_FORMAT, "%s: ends within its header; the file is cut short", t->name);
    const unsigned char *length = bytes + MAGIC_SIZE + VERSION_SIZE;
    size_t n = major == 1 ? bytes_u16(length) : bytes_u32(length);
    if (n > size - begin)
        return core_fail(CT_ERROR_FORMAT, "%s: ends within its header, of %zu bytes; the file is cut short", t->name,
                         n);
    t->begin = t->at = (const char *)bytes + begin;
    t->end = t->begin + n;
    return CT_OK;
}

ct_status npy_read(npy_array *out, unsigned char *bytes, size_t size, const char *name)
{
    npy_text t = {.name = name};
    npy_array array = {.dtype = CT_DTYPE_NONE};
    ct_status status = find_header(&t, bytes, size);
    if (status == CT_OK)
        status = read_literal(&t, &array);
    if (status != CT_OK)
        return status;
    if (!count_elements(&array))
        return core_fail(CT_ERROR_FORMAT, "%s: has more elements than 64 bits can count; the file is damaged", name);
    size_t start = (size_t)(t.end - (const char *)bytes);
    if (array.nbytes > size - start)
        return core_fail(CT_ERROR_FORMAT, "%s: should have %zu bytes of elements, and has %zu; the file is cut short",
                         name, array.nbytes, size - start);
    array.elements = bytes + start;
    *out = array;
    return CT_OK;
}

static void swap_part(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        unsigned char kept = bytes[i];
        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = kept;
    }
}

void npy_normalise(const npy_array *array)
{
    size_t part = 1;
    for (size_t i = 0; i < COUNT(types); i++)
        if (types[i].dtype == array->dtype)
            part = types[i].part;
    for (size_t i = 0; array->swapped && i < array->nbytes; i += part)
        swap_part(array->elements + i, part);
    for (size_t i = 0; array->dtype == CT_BOOL && i < array->nbytes; i++)
        array->elements[i] = array->elements[i] != 0;
}

/* ---- writing ---- */

size_t npy_write_header(char header[NPY_HEADER_MAX], ct_dtype dtype, const int64_t *shape, size_t ndim)
{
    size_t row = 0, at = MAGIC_SIZE + VERSION_SIZE + 2;
    while (row < COUNT(types) && types[row].dtype != dtype)
        row++;
    if (row == COUNT(types) || ndim > NPY_DIMS_MAX)
        return 0;
    at += (size_t)sprintf(header + at, "{'descr': '%c%c%zu', 'fortran_order': False, 'shape': (",
                          types[row].part > 1 ? NATIVE : '|', types[row].kind, types[row].size);
    for (size_t i = 0; i < ndim; i++)
        at += (size_t)sprintf(header + at, i ? ", %jd" : "%jd", (intmax_t)shape[i]);
    at += (size_t)sprintf(header + at, ndim == 1 ? ",), }" : "), }");
    /* Blanks and a line end, so that the elements are aligned in the file. */
    size_t size = (at + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    memset(header + at, ' ', size - at);
    header[size - 1] = '\n';
    size_t length = size - MAGIC_SIZE - VERSION_SIZE - 2;
    memcpy(header, MAGIC "\1\0", MAGIC_SIZE + VERSION_SIZE);
    header[MAGIC_SIZE + VERSION_SIZE] = (char)(length & 0xff);
    header[MAGIC_SIZE + VERSION_SIZE + 1] = (char)(length >> 8);
    return size;
}
