/* tests/formats/hostile_safetensors.h: damaged and hostile safetensors files, indices of them, and JSON, as tables:
 * what is wrong, and words of the message that says so.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_HOSTILE_SAFETENSORS_H
#define CTORCH_TESTS_FORMATS_HOSTILE_SAFETENSORS_H

#include <ctorch/base.h>

#include <stddef.h>

/* ---- headers, in front of so many bytes of data ---- */

typedef struct hostile_header {
    const char *header;
    size_t data;
    ct_status code;
    const char *words;
} hostile_header;

#define F CT_ERROR_FORMAT
#define INFO(dtype, shape, offsets) "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"
#define ONE(dtype, shape, offsets) "{\"a\":" INFO(dtype, shape, offsets) "}"
#define TWO(first, second) "{\"a\":" INFO("U8", "[4]", first) ",\"b\":" INFO("U8", "[4]", second) "}"
#define TWO_NAMED(a, b) "{\"" a "\":" INFO("U8", "[4]", "[0,4]") ",\"" b "\":" INFO("U8", "[4]", "[4,8]") "}"
#define MANY_ONES "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"

static const hostile_header hostile_headers[] = {
    /* the header as a whole */
    {"{", 0, F, "header: byte 1: the text ends too early"},
    {"{}}", 0, F, "header: byte 2: something follows"},
    {"{} x", 0, F, "header: byte 3: something follows"},
    {"{\"a\"}", 0, F, "':' must follow"},
    {"{\"a\":}", 0, F, "byte 5: no value"},
    {"{\"a\":1,}", 0, F, "a key must be a string"},
    {"{a:1}", 0, F, "a key must be a string"},
    {"{\"a\xff\":1}", 0, F, "byte 3: not UTF-8"},

    /* what describes a tensor */
    {"{\"a\":1}", 0, F, "tensor 'a' is described by a int"},
    {"{\"a\":null}", 0, F, "tensor 'a' is described by a None"},
    {"{\"a\":[]}", 0, F, "tensor 'a' is described by a list"},
    {"{\"a\":{}}", 0, F, "tensor 'a' has no dtype"},
    {"{\"a\":{\"dtype\":1,\"shape\":[],\"data_offsets\":[0,1]}}", 1, F, "tensor 'a' has no dtype"},
    {"{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, F, "tensor 'a' has no shape"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, F, "tensor 'a' has no data_offsets"},
    {"{\"a\\u0000b\":" INFO("U8", "[1]", "[0,1]") "}", 1, F, "holds a NUL"},
    {ONE("U9", "[1]", "[0,1]"), 1, F, "type 'U9', which safetensors has not"},
    {ONE("", "[1]", "[0,1]"), 1, F, "type '', which safetensors has not"},
    {ONE("u8", "[1]", "[0,1]"), 1, F, "type 'u8', which safetensors has not"},
    {ONE("U8\\u0000", "[1]", "[0,1]"), 1, F, "which safetensors has not"},
    {ONE("F4", "[3]", "[0,2]"), 2, F, "type F4 does not end at a whole byte"},
    {ONE("F4", "[2,1]", "[0,1]"), 1, F, "type F4 does not end at a whole byte"},
    {ONE("F4", "[]", "[0,1]"), 1, F, "type F4 does not end at a whole byte"},
    {ONE("F4", "[2,2]", "[0,1]"), 1, F, "has 1 bytes, and its type and shape need 2"},
    {ONE("F6_E2M3", "[4]", "[0,3]"), 3, CT_ERROR_NOT_IMPLEMENTED, "type F6_E2M3"},
    {ONE("F6_E3M2", "[4]", "[0,3]"), 3, CT_ERROR_NOT_IMPLEMENTED, "type F6_E3M2"},

    /* shapes */
    {ONE("U8", "4", "[0,4]"), 4, F, "no shape, a list of sizes"},
    {ONE("U8", "[-1]", "[0,4]"), 4, F, "size 0 is not a whole number from 0 up"},
    {ONE("U8", "[4,1.0]", "[0,4]"), 4, F, "size 1 is not"},
    {ONE("U8", "[4e0]", "[0,4]"), 4, F, "size 0 is not"},
    {ONE("U8", "[\"4\"]", "[0,4]"), 4, F, "size 0 is not"},
    {ONE("U8", "[true]", "[0,4]"), 4, F, "size 0 is not"},
    {ONE("U8", "[null]", "[0,4]"), 4, F, "size 0 is not"},
    {ONE("U8", "[[4]]", "[0,4]"), 4, F, "size 0 is not"},
    {ONE("U8", "[9223372036854775808]", "[0,4]"), 4, F, "size 0 is not"},
    {ONE("U8", "[4294967296,4294967296]", "[0,4]"), 4, F, "64 bits"},
    {ONE("F64", "[2305843009213693952]", "[0,4]"), 4, F, "64 bits"},
    {ONE("U8", "[0,4294967296,4294967296]", "[0,0]"), 0, F, "64 bits"},
    {ONE("U8", "[1," MANY_ONES "," MANY_ONES "]", "[0,1]"), 1, F, "has 65 dimensions"},

    /* offsets */
    {ONE("U8", "[4]", "0"), 4, F, "no data_offsets, a list of two"},
    {ONE("U8", "[4]", "[]"), 4, F, "two whole numbers in order"},
    {ONE("U8", "[4]", "[0]"), 4, F, "two whole numbers in order"},
    {ONE("U8", "[4]", "[0,4,4]"), 4, F, "two whole numbers in order"},
    {ONE("U8", "[4]", "[4,0]"), 4, F, "two whole numbers in order"},
    {ONE("U8", "[4]", "[-4,0]"), 4, F, "two whole numbers in order"},
    {ONE("U8", "[4]", "[0.0,4]"), 4, F, "two whole numbers in order"},
    {ONE("U8", "[4]", "[0,18446744073709551615]"), 4, F, "two whole numbers in order"},
    {ONE("U8", "[4]", "[0,5]"), 5, F, "has 5 bytes, and its type and shape need 4"},
    {ONE("U8", "[4]", "[0,3]"), 3, F, "has 3 bytes, and its type and shape need 4"},
    {ONE("F32", "[]", "[0,0]"), 0, F, "has 0 bytes, and its type and shape need 4"},
    {ONE("C64", "[]", "[0,4]"), 4, F, "need 8"},
    {ONE("U8", "[4]", "[0,4]"), 3, F, "ends at byte 4 of the data, which has 3; the file is cut short"},
    {ONE("U8", "[4]", "[0,4]"), 0, F, "cut short"},
    {ONE("U8", "[4]", "[9223372036854775803,9223372036854775807]"), 4, F, "cut short"},
    {ONE("U8", "[4]", "[1,5]"), 5, F, "tensor 'a' begins at byte 1 of the data, and what is before it"},
    {ONE("U8", "[4]", "[0,4]"), 5, F, "has 1 bytes behind the last tensor"},
    {"{}", 1, F, "has 1 bytes behind the last tensor"},
    {TWO("[0,4]", "[0,4]"), 4, F, "begins at byte 0 of the data, and what is before it"},
    {TWO("[0,4]", "[3,7]"), 7, F, "tensor 'b' begins at byte 3 of the data, and what is before it ('a') ends at 4"},
    {TWO("[4,8]", "[9,13]"), 13, F, "tensor 'a' begins at byte 4"},
    {TWO("[0,4]", "[5,9]"), 9, F, "tensor 'b' begins at byte 5 of the data, and what is before it ('a') ends at 4"},
    {TWO("[5,9]", "[0,4]"), 9, F, "tensor 'a' begins at byte 5 of the data, and what is before it ('b') ends at 4"},

    /* names and metadata */
    {"{\"a\":" INFO("U8", "[1]", "[0,1]") ",\"a\":" INFO("U8", "[1]", "[1,2]") "}", 2, F, "key 'a' twice"},
    {"{\"a\":" INFO("U8", "[1]", "[0,1]") ",\"\\u0061\":" INFO("U8", "[1]", "[1,2]") "}", 2, F, "key 'a' twice"},
    {"{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, F, "key 'dtype' twice"},
    {"{\"__metadata__\":1}", 0, F, "__metadata__ is a int, not an object"},
    {"{\"__metadata__\":null}", 0, F, "__metadata__ is a None"},
    {"{\"__metadata__\":{\"format\":1}}", 0, F, "__metadata__ has a int under 'format'; only strings"},
    {"{\"__metadata__\":{\"format\":{\"a\":\"b\"}}}", 0, F, "__metadata__ has a dict under 'format'"},
    {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, F, "key '__metadata__' twice"},
};

/* ---- indices, beside which good.safetensors has the tensors x and y, and bad.safetensors is cut short ---- */

typedef struct hostile_index {
    const char *text;
    ct_status code;
    const char *words;
} hostile_index;

#define MAP(pairs) "{\"metadata\":{\"total_size\":8},\"weight_map\":{" pairs "}}"

static const hostile_index hostile_indices[] = {
    {"{", F, "byte 1: the text ends too early"},
    {"{}", F, "no index of safetensors files: it has no weight_map"},
    {"{\"weight_map\":[]}", F, "it has no weight_map"},
    {"{\"weight_map\":null}", F, "it has no weight_map"},
    {MAP("\"x\":1"), F, "the file of 'x' is not the name of one in the same folder"},
    {MAP("\"x\":\"\""), F, "the file of 'x' is not"},
    {MAP("\"x\":\".\""), F, "the file of 'x' is not"},
    {MAP("\"x\":\"..\""), F, "the file of 'x' is not"},
    {MAP("\"x\":\"/etc/passwd\""), F, "the file of 'x' is not"},
    {MAP("\"x\":\"../good.safetensors\""), F, "the file of 'x' is not"},
    {MAP("\"x\":\"./good.safetensors\""), F, "the file of 'x' is not"},
    {MAP("\"x\":\"a\\\\b\""), F, "the file of 'x' is not"},
    {MAP("\"x\":\"good.safetensors\\u0000\""), F, "the file of 'x' is not"},
    {MAP("\"x\\u0000\":\"good.safetensors\""), F, "holds a NUL"},
    {MAP("\"x\":\"good.safetensors\",\"x\":\"good.safetensors\""), F, "key 'x' twice"},
    {MAP("\"x\":\"none.safetensors\""), CT_ERROR_IO, "none.safetensors: cannot be opened"},
    {MAP("\"x\":\"good.safetensors\",\"y\":\"none.safetensors\""), CT_ERROR_IO, "none.safetensors: cannot be opened"},
    {MAP("\"z\":\"good.safetensors\""), F, "'z' should be in good.safetensors, and is not"},
    {MAP("\"x\":\"good.safetensors\",\"\":\"good.safetensors\""), F, "'' should be in good.safetensors"},
    {MAP("\"x\":\"good.safetensors\",\"xx\":\"good.safetensors\""), F, "'xx' should be in good.safetensors"},
    {MAP("\"__metadata__\":\"good.safetensors\""), F, "'__metadata__' should be in good.safetensors"},
    {MAP("\"x\":\"bad.safetensors\""), F, "bad.safetensors: the header has"},
    {MAP("\"x\":\"index.json\""), F, "index.json: is not of the format that its index says"},
    {MAP("\"x\":\"empty\""), F, "empty: is not of the format"},
    {MAP("\"x\":\"folder\""), CT_ERROR_IO, "folder: is a directory"},
};

/* ---- texts of JSON ---- */

typedef struct hostile_json {
    const char *text;
    const char *words;
} hostile_json;

static const hostile_json hostile_jsons[] = {
    {"", "byte 0: the text ends too early"},
    {"  ", "byte 2: the text ends too early"},
    {"nul", "byte 0: no value of JSON"},
    {"nulll", "byte 4: something follows"},
    {"True", "byte 0: no value"},
    {"NaN", "byte 0: no value"},
    {"Infinity", "byte 0: no value"},
    {"'a'", "byte 0: no value"},
    {"+1", "byte 0: no value"},
    {".5", "byte 0: no value"},
    {"-", "byte 1: the text ends too early"},
    {"-a", "byte 1: a digit is missing"},
    {"--1", "byte 1: a digit is missing"},
    {"1.", "byte 2: the text ends too early"},
    {"1.e5", "byte 2: a digit is missing"},
    {"1e", "byte 2: the text ends too early"},
    {"1e+", "byte 3: the text ends too early"},
    {"1e+a", "byte 3: a digit is missing"},
    {"01", "byte 0: a number begins with 0"},
    {"-01", "byte 1: a number begins with 0"},
    {"00", "byte 0: a number begins with 0"},
    {"0x1", "byte 1: something follows"},
    {"1 2", "byte 2: something follows"},
    {"\"", "byte 1: the text ends too early"},
    {"\"a", "byte 2: the text ends too early"},
    {"\"a\nb\"", "byte 2: a control character"},
    {"\"\x1f\"", "byte 1: a control character"},
    {"\"\xc3\"", "byte 1: not UTF-8"},
    {"\"\xc0\x80\"", "byte 1: not UTF-8"},
    {"\"\xed\xa0\x80\"", "byte 1: not UTF-8"},
    {"\"\xf4\x90\x80\x80\"", "byte 1: not UTF-8"},
    {"\"\\", "byte 2: the text ends too early"},
    {"\"\\x\"", "byte 2: no escape"},
    {"\"\\U0041\"", "byte 2: no escape"},
    {"\"\\u\"", "byte 3: \\u needs four"},
    {"\"\\u12\"", "byte 5: \\u needs four"},
    {"\"\\u12g4\"", "byte 5: \\u needs four"},
    {"\"\\ud800\"", "byte 3: half of a pair"},
    {"\"\\ud800a\"", "byte 3: half of a pair"},
    {"\"\\ud800\\n\"", "byte 3: half of a pair"},
    {"\"\\ud800\\u0041\"", "byte 3: half of a pair"},
    {"\"\\ud800\\ud800\"", "byte 3: half of a pair"},
    {"\"\\ud800\\u12\"", "four hexadecimal digits"},
    {"\"\\udc00\"", "byte 3: half of a pair"},
    {"[", "byte 1: the text ends too early"},
    {"[1", "byte 2: the text ends too early"},
    {"[1 2]", "byte 3: ',' or the closing bracket"},
    {"[1,]", "byte 3: no value"},
    {"[,1]", "byte 1: no value"},
    {"[1}", "byte 2: ',' or the closing bracket"},
    {"]", "byte 0: no value"},
    {"{\"a\":1]", "byte 6: ',' or the closing bracket"},
    {"{\"a\" 1}", "byte 5: ':' must follow"},
    {"{1:2}", "byte 1: a key must be a string"},
    {"{\"a\":1 \"b\":2}", "byte 7: ',' or the closing bracket"},
    {"{\"a\":1,\"a\":2}", "byte 0: an object has the key 'a' twice"},
    {"[{\"\":1,\"\":2}]", "byte 1: an object has the key '' twice"},
    {"\xef\xbb\xbf{}", "byte 0: no value"},
    {"/**/1", "byte 0: no value"},
};

#undef F

#endif
