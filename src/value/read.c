/* value/read.c: the readers of values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "value/parts.h"

#include "core/error.h"
#include "core/scope.h"
#include "core/thread.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* Records that a value is not what was expected. None is what a failure left, where one has not been read yet. */
static void fail_type(const char *function, ct_value v, const char *expected)
{
    const failure *last = &thread_self()->error;
    if (v.kind == CT_VALUE_NONE && last->code != CT_OK && !last->read) {
        core_fail_null(function, "v");
        return;
    }
    char *what = value_repr(v, 1, 60);
    core_fail(CT_ERROR_TYPE, "%s: %s is %s (%s); expected %s", function, v.name ? v.name : "the value",
              what ? what : "?", value_kind_name(v), expected);
    free(what);
}

/* ---- Parts ---- */

static bool count_parts(const char *function, ct_value v, size_t *n)
{
    if (scope_failure() != CT_OK)
        return false;
    bool has_parts = value_count(v, n);
    if (!has_parts)
        fail_type(function, v, "something that has parts");
    return has_parts;
}

/* The index from the beginning. */
static bool index_of(const char *function, ct_value v, int64_t i, size_t *at)
{
    size_t n;
    if (!count_parts(function, v, &n))
        return false;
    int64_t from_begin = i + (i < 0 ? (int64_t)n : 0);
    if (from_begin < 0 || (uint64_t)from_begin >= n) {
        core_fail(CT_ERROR_INDEX, "%s: index %" PRId64 " is out of range for %s of %zu", function, i,
                  value_kind_name(v), n);
        return false;
    }
    *at = (size_t)from_begin;
    return true;
}

size_t ct_value_size(ct_value v)
{
    size_t n;
    return count_parts("ct_value_size", v, &n) ? n : 0;
}

ct_value ct_value_at(ct_value v, int64_t i)
{
    size_t at;
    return index_of("ct_value_at", v, i, &at) ? value_part(v, at) : ct_value_none();
}

ct_value ct_value_key(ct_value v, int64_t i)
{
    size_t at;
    value_list parts;
    if (scope_failure() != CT_OK)
        return ct_value_none();
    if (v.kind != CT_VALUE_DICT && v.kind != CT_VALUE_OBJECT && v.kind != CT_VALUE_STATE) {
        fail_type("ct_value_key", v, "a dict");
        return ct_value_none();
    }
    if (!index_of("ct_value_key", v, i, &at))
        return ct_value_none();
    if (v.kind == CT_VALUE_STATE)
        return ct_value_string(ct_dict_name(v.as.dict, at));
    return value_parts(v, &parts) ? value_key_of(&parts, at) : ct_value_none();
}

/* ---- Numbers ---- */

int64_t ct_value_to_int(ct_value v)
{
    if (scope_failure() != CT_OK)
        return 0;
    if (v.kind == CT_VALUE_INT)
        return v.as.integer;
    if (v.kind == CT_VALUE_BOOL)
        return v.as.boolean;
    if (v.kind == CT_VALUE_TENSOR && v.as.tensor)
        return ct_tensor_item_int(v.as.tensor);
    const double limit = 9223372036854775808.0; /* 2^63 */
    if (v.kind == CT_VALUE_REAL && v.as.real == trunc(v.as.real) && v.as.real >= -limit && v.as.real < limit)
        return (int64_t)v.as.real;
    fail_type("ct_value_to_int", v, "a whole number of 64 bits");
    return 0;
}

double ct_value_to_double(ct_value v)
{
    if (scope_failure() != CT_OK)
        return NAN;
    if (v.kind == CT_VALUE_REAL)
        return v.as.real;
    if (v.kind == CT_VALUE_INT)
        return (double)v.as.integer;
    if (v.kind == CT_VALUE_BOOL)
        return v.as.boolean;
    if (v.kind == CT_VALUE_TENSOR && v.as.tensor)
        return ct_tensor_item(v.as.tensor);
    if (v.kind == CT_VALUE_LONG) {
        double beyond = strtod(v.as.string, NULL);
        if (isfinite(beyond))
            return beyond;
    }
    fail_type("ct_value_to_double", v, "a number");
    return NAN;
}

bool ct_value_to_bool(ct_value v)
{
    if (scope_failure() != CT_OK)
        return false;
    if (v.kind == CT_VALUE_BOOL)
        return v.as.boolean;
    if (v.kind == CT_VALUE_INT && (v.as.integer == 0 || v.as.integer == 1))
        return v.as.integer == 1;
    if (v.kind == CT_VALUE_REAL && (v.as.real == 0 || v.as.real == 1))
        return v.as.real == 1;
    fail_type("ct_value_to_bool", v, "a truth");
    return false;
}

/* ---- Texts ---- */

const char *ct_value_text(ct_value v)
{
    if (scope_failure() != CT_OK)
        return "";
    bool is_text =
        v.kind == CT_VALUE_STRING || v.kind == CT_VALUE_DEVICE || v.kind == CT_VALUE_GLOBAL || v.kind == CT_VALUE_LONG;
    if (is_text && v.as.string)
        return v.as.string;
    fail_type("ct_value_text", v, "a text");
    return "";
}

const char *ct_value_class(ct_value v)
{
    if (scope_failure() != CT_OK)
        return "";
    ct_value named = v.kind == CT_VALUE_OBJECT ? v.as.values[CT_OBJECT_CALLABLE] : v;
    if (named.kind == CT_VALUE_GLOBAL)
        return named.as.string;
    fail_type("ct_value_class", v, "an object or a class");
    return "";
}

const char *ct_value_to_string(ct_value v)
{
    enum { DEPTH = 100, SIZE = 1 << 16 };
    if (scope_failure() != CT_OK)
        return "";
    const char *lent = scope_lend(value_repr(v, DEPTH, SIZE));
    return lent ? lent : "";
}

/* ---- Tensors ---- */

/* A tensor that this libtorch cannot hold: value.h says how it looks. */
static bool fail_reason(ct_value v)
{
    value_step error = {.chars = "error", .size = 5, .is_text = true};
    ct_value reason;
    if (v.kind != CT_VALUE_OBJECT || v.as.values[CT_OBJECT_KWARGS].kind != CT_VALUE_DICT ||
        !value_find(v.as.values[CT_OBJECT_KWARGS], &error, &reason) || reason.kind != CT_VALUE_STRING)
        return false;
    core_fail(CT_ERROR_NOT_IMPLEMENTED, "ct_value_to_tensor: %s is a tensor that cannot be made: %s",
              v.name ? v.name : "the value", reason.as.string);
    return true;
}

ct_tensor *ct_value_to_tensor(ct_value v)
{
    if (scope_failure() != CT_OK)
        return NULL;
    if (v.kind == CT_VALUE_TENSOR && v.as.tensor)
        return ct_tensor_share(v.as.tensor);
    if (!fail_reason(v))
        fail_type("ct_value_to_tensor", v, "a tensor");
    return NULL;
}
