/* tests/test_dtype.c: ctorch/dtype.h, and how types promote, against what Python says (python/dtype_cases.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>
#include <ctorch/dtype.h>

#include <math.h>

enum { WORDS = 12, WORD = 64, LAST = CT_BCOMPLEX32 };

/* A line of Python's: what it is about, and the rest of its words. */
typedef struct fact {
    char words[WORDS][WORD];
} fact;

/* The facts of one kind, "type", each handed to check; how many there were. */
static int each_fact(const char *kind, void (*check)(const fact *fact))
{
    char line[512];
    int count = 0;
    FILE *file = oracle_open_fresh("dtype.txt");
    while (oracle_line(file, line, sizeof line)) {
        fact fact = {0};
        int n = 0;
        for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
            ck_assert(n < WORDS && strlen(word) < WORD);
            strcpy(fact.words[n++], word);
        }
        if (strcmp(fact.words[0], kind) != 0)
            continue;
        check(&fact);
        count++;
    }
    fclose(file);
    return count;
}

static bool is_dash(const char *word)
{
    return strcmp(word, "-") == 0;
}

/* ---- Names and kinds ---- */

static bool python_has[LAST + 1];

static void check_type(const fact *fact)
{
    const char *name = fact->words[1];
    ct_dtype dtype = ct_dtype_parse(name);
    ck_assert_msg(dtype != CT_DTYPE_NONE, "%s", ct_error_message());
    python_has[dtype] = true;
    ck_assert_str_eq(ct_dtype_name(dtype) + strlen("torch."), name);
    ck_assert_int_eq(ct_dtype_parse(ct_dtype_name(dtype)), dtype);
    ck_assert_uint_eq(ct_dtype_size(dtype), (size_t)atoi(fact->words[2]));
    ck_assert_int_eq(ct_dtype_is_floating_point(dtype), atoi(fact->words[3]));
    ck_assert_int_eq(ct_dtype_is_complex(dtype), atoi(fact->words[4]));
    ck_assert_int_eq(ct_error_code(), CT_OK);
    bool is_signed = ct_dtype_is_signed(dtype);
    if (is_dash(fact->words[5]))
        ck_assert_error(CT_ERROR_TYPE, "quantized types and bits have no sign of their own");
    else
        ck_assert_msg(is_signed == atoi(fact->words[5]), "%s is signed: %d", name, is_signed);
    ck_assert(!is_signed || !is_dash(fact->words[5]));
}

/* A tensor of the type, which one of each can be made of, though not always filled. */
static void check_tensor(ct_dtype dtype)
{
    ct_tensor *x = ct_tensor_new(NULL, CT_DIMS(0), dtype);
    if (ct_dtype_is_available(dtype)) {
        ck_assert_msg(x != NULL, "%s", ct_error_message());
        ck_assert_int_eq(ct_tensor_dtype(x), dtype);
    } else {
        char expected[128];
        snprintf(expected, sizeof expected, "ct_tensor_new: %s needs libtorch 2.", ct_dtype_name(dtype));
        ck_assert_ptr_null(x);
        ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, expected);
    }
    ct_tensor_free(x);
}

START_TEST(has_the_types_that_python_has)
{
    memset(python_has, 0, sizeof python_has);
    ck_assert_int_ge(each_fact("type", check_type), 18);
    for (int i = 1; i <= LAST; i++) {
        ck_assert_msg(ct_dtype_is_available((ct_dtype)i) == python_has[i], "%s", ct_dtype_name((ct_dtype)i));
        check_tensor((ct_dtype)i);
    }
}
END_TEST

static void check_alias(const fact *fact)
{
    ct_dtype dtype = ct_dtype_parse(fact->words[1]);
    ck_assert_str_eq(ct_dtype_name(dtype) + strlen("torch."), fact->words[2]);
}

START_TEST(knows_torchs_other_names)
{
    ck_assert_int_ge(each_fact("alias", check_alias), 9);
    ck_assert_int_eq(ct_dtype_parse("torch.half"), CT_FLOAT16);
}
END_TEST

START_TEST(refuses_what_is_no_name)
{
    static const char *const names[] = {
        "",          "torch.", "none", "float 32", "Float32", "float3", "float32 ", "torch", "torch.torch.float32",
        "CT_FLOAT32"};
    for (size_t i = 0; i < COUNT(names); i++) {
        char expected[160];
        snprintf(expected, sizeof expected,
                 "ct_dtype_parse: name is \"%s\"; expected an element type such as \"float32\"", names[i]);
        ck_assert_int_eq(ct_dtype_parse(names[i]), CT_DTYPE_NONE);
        ck_assert_error(CT_ERROR_VALUE, expected);
    }
    ck_assert_int_eq(ct_dtype_parse(NULL), CT_DTYPE_NONE);
    ck_assert_error(CT_ERROR_VALUE, "ct_dtype_parse: name is NULL");
}
END_TEST

START_TEST(refuses_what_is_no_type)
{
    const ct_dtype junk[] = {CT_DTYPE_NONE, (ct_dtype)(LAST + 1), (ct_dtype)-1, (ct_dtype)INT32_MAX};
    for (size_t i = 0; i < COUNT(junk); i++) {
        ck_assert(!ct_dtype_is_available(junk[i]));
        ck_assert_int_eq(ct_error_code(), CT_OK);
        ck_assert(!ct_dtype_is_floating_point(junk[i]));
        ck_assert_error(CT_ERROR_TYPE, "ct_dtype_is_floating_point: dtype is ");
        ck_assert(!ct_dtype_is_complex(junk[i]));
        ck_assert_error(CT_ERROR_TYPE, "ct_dtype_is_complex: dtype is ");
        ck_assert(!ct_dtype_is_signed(junk[i]));
        ck_assert_error(CT_ERROR_TYPE, "ct_dtype_is_signed: dtype is ");
        ck_assert(isnan(ct_finfo(junk[i]).eps));
        ck_assert_error(CT_ERROR_TYPE, "ct_finfo: dtype is ");
        ck_assert_int_eq(ct_iinfo(junk[i]).bits, 0);
        ck_assert_error(CT_ERROR_TYPE, "ct_iinfo: dtype is ");
        ck_assert_int_eq(ct_set_default_dtype(junk[i]), CT_ERROR_TYPE);
        ck_assert_error(CT_ERROR_TYPE, "ct_set_default_dtype: dtype is ");
    }
}
END_TEST

/* ---- Limits ---- */

static bool has_limits[LAST + 1];

static void check_finfo(const fact *fact)
{
    ct_dtype dtype = ct_dtype_parse(fact->words[1]);
    ct_float_info info = ct_finfo(dtype);
    const double ours[] = {(double)info.bits,    info.eps,       info.max, info.min, info.tiny,
                           info.smallest_normal, info.resolution};
    for (size_t i = 0; i < COUNT(ours); i++)
        ck_assert_msg(ours[i] == strtod(fact->words[i + 2], NULL), "%s: number %zu is %a, not %s", fact->words[1], i,
                      ours[i], fact->words[i + 2]);
    ck_assert_str_eq(ct_dtype_name(info.dtype) + strlen("torch."), fact->words[9]);
    has_limits[dtype] = true;
}

static void check_iinfo(const fact *fact)
{
    ct_dtype dtype = ct_dtype_parse(fact->words[1]);
    ct_int_info info = ct_iinfo(dtype);
    ck_assert_int_eq(info.bits, atoi(fact->words[2]));
    ck_assert_int_eq(info.min, strtoll(fact->words[3], NULL, 10));
    ck_assert_uint_eq(info.max, strtoull(fact->words[4], NULL, 10));
    ck_assert_int_eq(info.dtype, dtype);
    has_limits[dtype] = true;
}

START_TEST(limits_are_pythons)
{
    memset(has_limits, 0, sizeof has_limits);
    ck_assert_int_ge(each_fact("finfo", check_finfo), 7);
    ck_assert_int_ge(each_fact("iinfo", check_iinfo), 9);
    for (int i = 1; i <= LAST; i++) {
        ct_dtype dtype = (ct_dtype)i;
        if (!has_limits[i] && ct_dtype_is_available(dtype)) {
            ck_assert_int_eq(ct_finfo(dtype).bits, 0);
            ck_assert_error(CT_ERROR_TYPE, "expected a floating point or complex type, such as CT_FLOAT32");
            ck_assert_int_eq(ct_iinfo(dtype).bits, 0);
            ck_assert_error(CT_ERROR_TYPE, "expected a type of whole numbers, such as CT_INT64");
        }
    }
}
END_TEST

START_TEST(asks_the_right_one_of_the_two_for_limits)
{
    ck_assert_int_eq(ct_iinfo(CT_FLOAT32).max, 0);
    ck_assert_error(CT_ERROR_TYPE, "ct_iinfo: dtype is torch.float32; expected a type of whole numbers");
    ck_assert(isnan(ct_finfo(CT_INT32).max));
    ck_assert_error(CT_ERROR_TYPE, "ct_finfo: dtype is torch.int32; expected a floating point or complex type");
    ct_scope *scope = ct_scope_begin();
    ct_error_set(CT_ERROR_VALUE, "first");
    ck_assert_int_eq(ct_finfo(CT_FLOAT32).bits, 0);
    ck_assert_int_eq(ct_iinfo(CT_INT8).bits, 0);
    ck_assert_int_eq(ct_dtype_parse("float32"), CT_DTYPE_NONE);
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "first");
}
END_TEST

/* ---- The default ---- */

START_TEST(new_tensors_have_the_default_type)
{
    static const ct_dtype types[] = {CT_FLOAT64, CT_FLOAT16, CT_BFLOAT16, CT_FLOAT32};
    ct_scope *scope = ct_scope_begin();
    ck_assert_int_eq(ct_get_default_dtype(), CT_FLOAT32);
    for (size_t i = 0; i < COUNT(types); i++) {
        ck_assert_ok(ct_set_default_dtype(types[i]));
        ck_assert_int_eq(ct_get_default_dtype(), types[i]);
        ck_assert_int_eq(ct_tensor_dtype(ct_zeros(CT_DIMS(1), CT_DTYPE_NONE)), types[i]);
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(refuses_defaults_that_python_refuses)
{
    for (int i = 1; i <= LAST; i++) {
        ct_dtype dtype = (ct_dtype)i;
        if (dtype == CT_FLOAT16 || dtype == CT_BFLOAT16 || dtype == CT_FLOAT32 || dtype == CT_FLOAT64)
            continue;
        if (ct_dtype_is_available(dtype)) {
            ck_assert_int_eq(ct_set_default_dtype(dtype), CT_ERROR_TYPE);
            ck_assert_error(CT_ERROR_TYPE, "; expected CT_FLOAT16, CT_BFLOAT16, CT_FLOAT32 or CT_FLOAT64");
        } else {
            ck_assert_int_eq(ct_set_default_dtype(dtype), CT_ERROR_NOT_IMPLEMENTED);
            ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, " needs libtorch 2.");
        }
    }
    ck_assert_int_eq(ct_get_default_dtype(), CT_FLOAT32);
}
END_TEST

/* ---- Promotion ---- */

static void check_promotion(const fact *fact)
{
    ct_dtype promoted = ct_promote_types(ct_dtype_parse(fact->words[1]), ct_dtype_parse(fact->words[2]));
    if (is_dash(fact->words[3])) {
        ck_assert_int_eq(promoted, CT_DTYPE_NONE);
        ck_assert_error(ct_error_code(), "ct_promote_types: ");
    } else {
        ck_assert_msg(promoted == ct_dtype_parse(fact->words[3]), "%s and %s give %s, not %s", fact->words[1],
                      fact->words[2], ct_dtype_name(promoted), fact->words[3]);
    }
}

static void check_cast(const fact *fact)
{
    bool can = ct_can_cast(ct_dtype_parse(fact->words[1]), ct_dtype_parse(fact->words[2]));
    ck_assert_msg(can == atoi(fact->words[3]), "%s to %s", fact->words[1], fact->words[2]);
}

/* A tensor of the type and the number of dimensions that two words of a fact say. */
static ct_tensor *operand(const fact *fact, int word)
{
    static const int64_t ones[] = {1};
    return ct_zeros(ones, (size_t)atoi(fact->words[word + 1]), ct_dtype_parse(fact->words[word]));
}

static void check_result(const fact *fact)
{
    ct_scope *scope = ct_scope_begin();
    ct_dtype dtype = ct_result_type(operand(fact, 1), operand(fact, 3));
    ck_assert_msg(dtype == ct_dtype_parse(fact->words[5]), "%s and %s", fact->words[1], fact->words[3]);
    ck_assert_ok(ct_scope_end(scope));
}

static void check_number(const fact *fact)
{
    ct_scope *scope = ct_scope_begin();
    ct_scalar number = strcmp(fact->words[3], "int") == 0 ? ct_int(1) : ct_real(0.5);
    ct_dtype dtype = (ct_result_type_scalar)(operand(fact, 1), number);
    ck_assert_msg(dtype == ct_dtype_parse(fact->words[4]), "%s and %s", fact->words[1], fact->words[3]);
    ck_assert_ok(ct_scope_end(scope));
}

START_TEST(types_promote_as_in_python)
{
    ck_assert_int_ge(each_fact("promote", check_promotion), 18 * 18);
    ck_assert_int_ge(each_fact("cast", check_cast), 18 * 18);
}
END_TEST

START_TEST(results_have_pythons_types)
{
    ck_assert_int_eq(each_fact("result", check_result), 22 * 22);
    ck_assert_int_eq(each_fact("number", check_number), 2 * 22);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dtype");

    TCase *types = suite_case(suite, "types");
    tcase_add_test(types, has_the_types_that_python_has);
    tcase_add_test(types, knows_torchs_other_names);
    tcase_add_test(types, refuses_what_is_no_name);
    tcase_add_test(types, refuses_what_is_no_type);
    tcase_add_test(types, limits_are_pythons);
    tcase_add_test(types, asks_the_right_one_of_the_two_for_limits);

    TCase *defaults = suite_case(suite, "default");
    tcase_add_test(defaults, new_tensors_have_the_default_type);
    tcase_add_test(defaults, refuses_defaults_that_python_refuses);

    TCase *promotion = suite_case(suite, "promotion");
    tcase_add_test(promotion, types_promote_as_in_python);
    tcase_add_test(promotion, results_have_pythons_types);

    return suite_run(suite);
}
