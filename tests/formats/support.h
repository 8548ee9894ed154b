/* tests/formats/support.h: what the tests of the readers share: opening files, and assertions about what is in them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_SUPPORT_H
#define CTORCH_TESTS_FORMATS_SUPPORT_H

#include "core/error.h"
#include "archive.h"
#include "formats/saved_file.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The directory of the samples that are read. */
static char samples[512];

/* ---- reading ---- */

static saved_file *open_sample(const char *name)
{
    char path[1024];
    saved_file *file;
    snprintf(path, sizeof path, "%s/%s", samples, name);
    ct_status status = saved_file_open(&file, path);
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    return file;
}

static const record *get(const record *dict, const char *key)
{
    const record *value = record_get(dict, key);
    ck_assert_msg(value != NULL, "no %s", key);
    return value;
}

static const record_tensor *get_tensor(const record *dict, const char *key)
{
    const record *value = get(dict, key);
    ck_assert_msg(value->kind == RECORD_TENSOR, "%s is a %s", key, record_kind_name(value));
    return value->tensor;
}

static void assert_repr(const record *r, const char *expected)
{
    char *repr = record_repr(r, 10, 1000);
    ck_assert_str_eq(repr, expected);
    free(repr);
}

static void assert_dims(const int64_t *dims, size_t ndim, const char *expected)
{
    char text[100] = "";
    for (size_t i = 0; i < ndim; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", i ? "," : "", (int)dims[i]);
    ck_assert_str_eq(text, expected);
}

static void assert_failure(ct_status status, ct_status code, const char *word)
{
    ck_assert_msg(status == code, "%s instead of %s (%s): %s", ct_status_name(status), ct_status_name(code), word,
                  ct_error_message());
    ck_assert_msg(strstr(ct_error_message(), word) != NULL, "no '%s' in: %s", word, ct_error_message());
    ck_assert_msg(strchr(ct_error_message(), '\n') == NULL, "more than a line: %s", ct_error_message());
    ct_error_clear();
}

static double half_to_double(uint16_t half)
{
    int exponent = half >> 10 & 31;
    double fraction = half & 1023;
    return exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
}

static double bfloat16_to_double(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

/* An element's value; of a complex number, the real part. */
static double element(const record_tensor *t, size_t i)
{
    const void *p = record_tensor_data(t) + i * ct_dtype_size(t->dtype);
    switch (t->dtype) {
    case CT_UINT8:
    case CT_BOOL:
    case CT_QUINT8:
        return *(const uint8_t *)p;
    case CT_INT8:
    case CT_QINT8:
        return *(const int8_t *)p;
    case CT_INT16:
        return *(const int16_t *)p;
    case CT_INT32:
    case CT_QINT32:
        return *(const int32_t *)p;
    case CT_INT64:
        return (double)*(const int64_t *)p;
    case CT_FLOAT16:
        return half_to_double(*(const uint16_t *)p);
    case CT_BFLOAT16:
        return bfloat16_to_double(*(const uint16_t *)p);
    case CT_FLOAT32:
    case CT_COMPLEX64:
        return *(const float *)p;
    case CT_FLOAT64:
    case CT_COMPLEX128:
        return *(const double *)p;
    default:
        ck_abort_msg("dtype %s", ct_dtype_name(t->dtype));
    }
}

/* That element i of a contiguous tensor is what write_samples.py's formula says. */
static void assert_formula(const record_tensor *t)
{
    ck_assert_uint_eq(t->nbytes, (size_t)t->numel * ct_dtype_size(t->dtype));
    for (size_t i = 0; i < (size_t)t->numel; i++) {
        double expected = (double)(7 * i % 23);
        ck_assert_double_eq(element(t, i), t->dtype == CT_BOOL ? expected != 0 : expected);
    }
}

/* ---- building ---- */

/* Opens what has been built, and frees it. */
static ct_status open_archive(saved_file **file, archive *a)
{
    if (a->end == 0)
        archive_finish(a);
    ct_status status = saved_file_open_bytes(file, a->bytes, a->size, "m.pt");
    free(a);
    return status;
}

#define OPEN_PICKLE(file, pickle) open_good(file, begin_archive(pickle, sizeof(pickle) - 1))

static const record *open_good(saved_file **file, archive *a)
{
    ct_status status = open_archive(file, a);
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    return saved_file_root(*file);
}

/* ---- the suite ---- */

static TCase *add_case(Suite *suite, const char *name)
{
    TCase *c = tcase_create(name);
    tcase_set_timeout(c, 120);
    suite_add_tcase(suite, c);
    return c;
}

#endif
