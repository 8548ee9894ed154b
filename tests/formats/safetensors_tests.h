/* tests/formats/safetensors_tests.h: the reader of safetensors, of indices of several such files, and of JSON.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_SAFETENSORS_TESTS_H
#define CTORCH_TESTS_FORMATS_SAFETENSORS_TESTS_H

#include "hostile_safetensors.h"
#include "support.h"

#include "formats/json.h"
#include "formats/safetensors_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- building ---- */

/* A file of that header and so many bytes of data, which count up. The caller frees it. */
static unsigned char *safetensors_of(const char *header, size_t length, size_t data, size_t *size)
{
    *size = 8 + length + data;
    unsigned char *bytes = malloc(*size);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    for (size_t i = 0; i < data; i++)
        bytes[8 + length + i] = (unsigned char)i;
    return bytes;
}

static ct_status open_header(saved_file **file, const char *header, size_t data)
{
    size_t size;
    unsigned char *bytes = safetensors_of(header, strlen(header), data, &size);
    ct_status status = saved_file_open_bytes(file, bytes, size, "m.safetensors");
    free(bytes);
    return status;
}

static saved_file *open_good_header(const char *header, size_t data)
{
    saved_file *file;
    ct_status status = open_header(&file, header, data);
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    return file;
}

/* A folder of the test's own, and a file in it. Valid until the next call. */
static char shards_folder[64];

static const char *shard_path(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", shards_folder, name);
    return path;
}

static void write_bytes(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(shard_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void make_shards(void)
{
    static const char header[] = TWO_NAMED("x", "y");
    size_t size;
    snprintf(shards_folder, sizeof shards_folder, "/tmp/ctorch-shards-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(shards_folder));
    unsigned char *bytes = safetensors_of(header, strlen(header), 8, &size);
    write_bytes("good.safetensors", bytes, size);
    write_bytes("bad.safetensors", bytes, 20);
    write_bytes("empty", "", 0);
    free(bytes);
    ck_assert_int_eq(mkdir(shard_path("folder"), 0777), 0);
}

static void remove_shards(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", shards_folder);
    ck_assert_int_eq(system(command), 0);
    ct_error_clear();
}

/* What safetensors_write asks for: three floats, by the first letter of the name. */
static ct_status number_bytes(void *user, const char *name, const void **bytes)
{
    static float values[3];
    for (size_t i = 0; i < COUNT(values); i++)
        values[i] = (float)(name[0] - 'a' + 10 * (int)i);
    *bytes = values;
    ++*(int *)user;
    return CT_OK;
}

/* ---- good files ---- */

START_TEST(reads_every_dtype_of_safetensors)
{
    static const struct {
        const char *name;
        ct_dtype dtype;
    } types[] = {{"BOOL", CT_BOOL},
                 {"U8", CT_UINT8},
                 {"I8", CT_INT8},
                 {"F8_E5M2", CT_FLOAT8_E5M2},
                 {"F8_E4M3", CT_FLOAT8_E4M3FN},
                 {"F8_E8M0", CT_FLOAT8_E8M0FNU},
                 {"F8_E4M3FNUZ", CT_FLOAT8_E4M3FNUZ},
                 {"F8_E5M2FNUZ", CT_FLOAT8_E5M2FNUZ},
                 {"I16", CT_INT16},
                 {"U16", CT_UINT16},
                 {"F16", CT_FLOAT16},
                 {"BF16", CT_BFLOAT16},
                 {"I32", CT_INT32},
                 {"U32", CT_UINT32},
                 {"F32", CT_FLOAT32},
                 {"C64", CT_COMPLEX64},
                 {"F64", CT_FLOAT64},
                 {"I64", CT_INT64},
                 {"U64", CT_UINT64}};
    for (size_t i = 0; i < COUNT(types); i++) {
        char header[200];
        size_t nbytes = 6 * ct_dtype_size(types[i].dtype);
        snprintf(header, sizeof header, ONE("%s", "[2,3]", "[0,%zu]"), types[i].name, nbytes);
        saved_file *file = open_good_header(header, nbytes);
        ck_assert_int_eq(saved_file_format(file), SAVED_SAFETENSORS);
        ck_assert_ptr_null(saved_file_metadata(file));
        const record_tensor *t = get_tensor(saved_file_root(file), "a");
        ck_assert_int_eq(t->dtype, types[i].dtype);
        assert_dims(t->shape, t->ndim, "2,3");
        assert_dims(t->strides, t->ndim, "3,1");
        ck_assert_int_eq(t->numel, 6);
        ck_assert_uint_eq(t->nbytes, nbytes);
        const unsigned char *data = record_tensor_data(t);
        ck_assert_uint_eq((uintptr_t)data % record_dtype_unit(t->dtype), 0);
        for (size_t j = 0; j < nbytes; j++)
            ck_assert_uint_eq(data[j], j);
        saved_file_release(file);
    }
}
END_TEST

/* Of these, torch counts pairs. */
START_TEST(reads_and_writes_four_bits)
{
    static const int64_t shape[] = {2, 3}, scalar[1];
    safetensors_image image = {"f", CT_FLOAT4_E2M1FN_X2, shape, 2, 6};
    int asked = 0;
    saved_file *file;
    ck_assert_int_eq(safetensors_write(shard_path("f4"), &image, 1, NULL, 0, number_bytes, &asked), CT_OK);
    ck_assert_int_eq(saved_file_open(&file, shard_path("f4")), CT_OK);
    const record_tensor *t = get_tensor(saved_file_root(file), "f");
    ck_assert_int_eq(t->dtype, CT_FLOAT4_E2M1FN_X2);
    assert_dims(t->shape, t->ndim, "2,3");
    ck_assert_uint_eq(t->nbytes, 6);
    saved_file_release(file);
    file = open_good_header(ONE("F4", "[3,4]", "[0,6]"), 6);
    assert_dims(get_tensor(saved_file_root(file), "a")->shape, 2, "3,2");
    saved_file_release(file);
    image = (safetensors_image){"f", CT_FLOAT4_E2M1FN_X2, scalar, 0, 1};
    assert_failure(safetensors_write(shard_path("f4"), &image, 1, NULL, 0, number_bytes, &asked), CT_ERROR_TYPE,
                   "'f' is a scalar of torch.float4_e2m1fn_x2");
}
END_TEST

START_TEST(keeps_order_shapes_and_metadata)
{
    saved_file *file =
        open_good_header("{\"__metadata__\":{\"format\":\"pt\",\"note\":\"gr\\u00f6\\ud83d\\ude00\\n\"},"
                         "\"z\":" INFO("F32", "[]", "[4,8]") ",\"a.b\":" INFO(
                             "U8", "[2,0,3]", "[4,4]") ","
                                                       "\"empty\":" INFO("I64", "[0]", "[8,8]") ",\"m\":" INFO(
                                                           "I8", "[2,2]", "[0,4]") " }  \n\t",
                         8);
    assert_repr(saved_file_metadata(file), "{'format': 'pt', 'note': 'grö😀\\n'}");
    assert_repr(saved_file_root(file), "{'z': Tensor(torch.float32, ()), 'a.b': Tensor(torch.uint8, (2, 0, 3)), "
                                       "'empty': Tensor(torch.int64, (0,)), 'm': Tensor(torch.int8, (2, 2))}");
    assert_dims(get_tensor(saved_file_root(file), "a.b")->strides, 3, "3,3,1");
    ck_assert_uint_eq(record_tensor_data(get_tensor(saved_file_root(file), "z"))[0], 4);
    saved_file_release(file);
    file = open_good_header("{}", 0);
    assert_repr(saved_file_root(file), "{}");
    saved_file_release(file);
    file = open_good_header("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"unknown\":[1,{}]}}", 1);
    ck_assert_int_eq(get_tensor(saved_file_root(file), "a")->dtype, CT_UINT8);
    saved_file_release(file);
}
END_TEST

static void release_nothing(void *user)
{
    (void)user;
}

/* Tensors are the file's own bytes, unless those lie amiss. */
START_TEST(maps_what_is_aligned)
{
    static const char header[] = "{\"f\":" INFO("F32", "[2]", "[0,8]") ",\"b\":" INFO("U8", "[3]", "[8,11]") "}";
    for (size_t amiss = 0; amiss < 2; amiss++) {
        char padded[200];
        size_t size, length = (strlen(header) + 7) / 8 * 8 + amiss;
        snprintf(padded, sizeof padded, "%-*s", (int)length, header);
        unsigned char *bytes = safetensors_of(padded, length, 11, &size);
        saved_file *file;
        ck_assert_int_eq(saved_file_open_lent(&file, bytes, size, "m.safetensors", release_nothing, NULL, NULL), CT_OK);
        const record_tensor *f = get_tensor(saved_file_root(file), "f"), *b = get_tensor(saved_file_root(file), "b");
        ck_assert((record_tensor_data(f) == bytes + 8 + length) == (amiss == 0));
        ck_assert_ptr_eq(record_tensor_data(b), bytes + 8 + length + 8);
        ck_assert_uint_eq(record_tensor_data(f)[7], 7);
        saved_file_release(file);
        free(bytes);
    }
}
END_TEST

/* In a file with holes, of which the disk has a few pages. */
START_TEST(reads_safetensors_beyond_4_gib)
{
    static const char header[] = "{\"large\":" INFO(
        "U8", "[2,2147483652]", "[0,4294967304]") ","
                                                  "\"last\":" INFO("F32", "[2]", "[4294967304,4294967312]") "}";
    char padded[200];
    size_t size, length = (strlen(header) + 7) / 8 * 8;
    snprintf(padded, sizeof padded, "%-*s", (int)length, header);
    unsigned char *bytes = safetensors_of(padded, length, 0, &size);
    write_bytes("large.safetensors", bytes, size);
    free(bytes);
    int fd = open(shard_path("large.safetensors"), O_RDWR);
    const float last[] = {1.5f, -2};
    ck_assert_int_eq(pwrite(fd, last, sizeof last, (off_t)size + 4294967304), sizeof last);
    close(fd);
    saved_file *file;
    ct_status status = saved_file_open(&file, shard_path("large.safetensors"));
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    const record_tensor *large = get_tensor(saved_file_root(file), "large");
    ck_assert_uint_eq(large->nbytes, 4294967304);
    ck_assert_uint_eq(record_tensor_data(large)[large->nbytes - 1], 0);
    ck_assert_double_eq(element(get_tensor(saved_file_root(file), "last"), 1), -2);
    saved_file_release(file);
}
END_TEST

/* ---- what is written is read ---- */

START_TEST(reads_what_is_written)
{
    static const int64_t three[] = {3}, none[] = {0, 4};
    safetensors_image images[] = {{"b", CT_FLOAT32, three, 1, 12},
                                  {"c \"\\\x01/é", CT_FLOAT32, three, 1, 12},
                                  {"a", CT_FLOAT32, three, 1, 12},
                                  {"zero", CT_FLOAT64, none, 2, 0}};
    const safetensors_pair metadata[] = {{"format", "pt"}, {"\n", "\t\x7f"}};
    int asked = 0;
    ct_status status =
        safetensors_write(shard_path("w.safetensors"), images, COUNT(images), metadata, 2, number_bytes, &asked);
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    ck_assert_int_eq(asked, COUNT(images));
    saved_file *file;
    ck_assert_int_eq(saved_file_open(&file, shard_path("w.safetensors")), CT_OK);
    assert_repr(saved_file_metadata(file), "{'format': 'pt', '\\n': '\\t\\x7f'}");
    const record *root = saved_file_root(file);
    ck_assert_uint_eq(root->dict.count, 4);
    ck_assert(record_is_string(root->dict.pairs[0].key, "zero")); /* the largest elements first, then by name */
    ck_assert(record_is_string(root->dict.pairs[1].key, "a"));
    ck_assert_double_eq(element(get_tensor(root, "b"), 2), 21);
    ck_assert_double_eq(element(get_tensor(root, "c \"\\\x01/é"), 1), 12);
    saved_file_release(file);
}
END_TEST

/* ---- indices ---- */

START_TEST(reads_shards_in_the_order_of_the_map)
{
    static const char index[] = MAP("\"y\":\"good.safetensors\",\"a\":\"more.safetensors\",\"x\":\"good.safetensors\"");
    size_t size;
    unsigned char *bytes = safetensors_of(ONE("F32", "[1]", "[0,4]"), strlen(ONE("F32", "[1]", "[0,4]")), 4, &size);
    write_bytes("more.safetensors", bytes, size);
    free(bytes);
    write_bytes("index.json", index, strlen(index));
    saved_file *file;
    ct_status status = saved_file_open(&file, shard_path("index.json"));
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    ck_assert_int_eq(saved_file_format(file), SAVED_SHARDS);
    assert_repr(saved_file_root(file),
                "{'y': Tensor(torch.uint8, (4,)), 'a': Tensor(torch.float32, (1,)), 'x': Tensor(torch.uint8, (4,))}");
    assert_repr(saved_file_metadata(file), "{'total_size': 8}");
    saved_file *again = saved_file_retain(file);
    saved_file_release(file);
    ck_assert_uint_eq(record_tensor_data(get_tensor(saved_file_root(again), "y"))[0], 4);
    saved_file_release(again);
    write_bytes("index.json", "\n{\"weight_map\":{}}", 18);
    ck_assert_int_eq(saved_file_open(&file, shard_path("index.json")), CT_OK);
    assert_repr(saved_file_root(file), "{}");
    ck_assert_ptr_null(saved_file_metadata(file));
    saved_file_release(file);
}
END_TEST

START_TEST(refuses_hostile_indices)
{
    const hostile_index *h = &hostile_indices[_i];
    saved_file *file;
    write_bytes("index.json", h->text, strlen(h->text));
    assert_failure(saved_file_open(&file, shard_path("index.json")), h->code, h->words);
}
END_TEST

START_TEST(an_index_is_opened_by_its_path)
{
    static const char index[] = MAP("\"x\":\"good.safetensors\"");
    saved_file *file;
    write_bytes("index.json", index, strlen(index));
    assert_failure(saved_file_open_bytes(&file, index, strlen(index), "index.json"), CT_ERROR_NOT_IMPLEMENTED,
                   "give its path, not its bytes");
    int fd = open(shard_path("index.json"), O_RDONLY);
    assert_failure(saved_file_open_descriptor(&file, fd, "index.json", NULL), CT_ERROR_NOT_IMPLEMENTED,
                   "give its path");
    close(fd);
    char folder[512];
    ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
    ck_assert_int_eq(chdir(shards_folder), 0); /* a path without a folder in it */
    ck_assert_int_eq(saved_file_open(&file, "index.json"), CT_OK);
    ck_assert_int_eq(chdir(folder), 0);
    saved_file_release(file);
}
END_TEST

/* ---- hostile files ---- */

START_TEST(refuses_hostile_headers)
{
    const hostile_header *h = &hostile_headers[_i];
    saved_file *file;
    assert_failure(open_header(&file, h->header, h->data), h->code, h->words);
}
END_TEST

START_TEST(refuses_hostile_lengths)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *words;
    } files[] = {
        {"\2\0\0\0\0\0\0", 7, "nor safetensors; it begins with 02"},
        {"\2\0\0\0\0\0\0\0", 8, "nor safetensors"},
        {"\0\0\0\0\0\0\0\0{}", 10, "byte 0: the text ends too early"},
        {"\3\0\0\0\0\0\0\0{}", 10, "the header has 3 bytes, and the file only 2 behind its length; it is cut short"},
        {"\1\341\365\5\0\0\0\0{}", 10, "nor safetensors"}, /* 100000001 */
        {"\0\341\365\5\0\0\0\0{}", 10, "the header has 100000000 bytes"},
        {"\377\377\377\377\377\377\377\377{}", 10, "nor safetensors"},
        {"\2\0\0\0\0\0\0\0[]", 10, "nor safetensors"},
        {"\3\0\0\0\0\0\0\0 {}", 11, "nor safetensors"},
    };
    saved_file *file;
    for (size_t i = 0; i < COUNT(files); i++)
        assert_failure(saved_file_open_bytes(&file, files[i].bytes, files[i].size, "m"), CT_ERROR_FORMAT,
                       files[i].words);
}
END_TEST

START_TEST(keeps_the_memory_limit_of_safetensors)
{
    static const char header[] = ONE("F32", "[1]", "[0,4]");
    size_t size;
    unsigned char *bytes = safetensors_of(header, strlen(header), 4, &size);
    saved_file *file;
    saved_options options = {.memory_limit = 100};
    assert_failure(saved_file_open_lent(&file, bytes, size, "m", NULL, NULL, &options), CT_ERROR_MEMORY,
                   "memory limit of 100");
    free(bytes);
}
END_TEST

/* Every cut and every flipped bit of a good file. */
START_TEST(survives_damage_to_safetensors)
{
    static const char header[] = "{\"__metadata__\":{\"k\":\"\\u00e9\\ud83d\\ude00\"},\"a\":" INFO(
        "F32", "[2,1]", "[0,8]") ",\"b\":" INFO("I64", "[1]", "[8,16]") "}";
    size_t size;
    unsigned char *bytes = safetensors_of(header, strlen(header), 16, &size);
    for (size_t cut = 0; cut < size; cut++)
        open_damaged(bytes, cut);
    for (size_t at = 0; at < size; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (unsigned char)(1 << bit);
            open_damaged(bytes, size);
            bytes[at] ^= (unsigned char)(1 << bit);
        }
    free(bytes);
}
END_TEST

/* ---- JSON ---- */

static ct_status read_json(record_pool **pool, record **out, const char *text, size_t size)
{
    ck_assert_int_eq(record_pool_new(pool, "t.json", JSON_MEMORY_LEAST + JSON_MEMORY_PER_BYTE * size), CT_OK);
    return json_read(out, (const unsigned char *)text, size, "t.json", *pool);
}

START_TEST(reads_json)
{
    static const struct {
        const char *text, *repr;
    } texts[] = {
        {"null", "None"},
        {" \t\r\n true ", "True"},
        {"[false,[],{}]", "[False, [], {}]"},
        {"0", "0"},
        {"-0", "0"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775808", "9.223372036854776e+18"},
        {"123456789012345678901234567890", "1.2345678901234568e+29"},
        {"1.5", "1.5"},
        {"-0.0", "-0.0"},
        {"1e2", "100.0"},
        {"1E-2", "0.01"},
        {"0.1e+1", "1.0"},
        {"1e99999999999999999999", "inf"},
        {"1e-99999999999999999999", "0.0"},
        {"\"\"", "''"},
        {"\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'a\"\\\\/\\x08\\x0c\\n\\r\\t'"},
        {"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", "'Aé€😀'"},
        {"\"\\u0000\"", "'\\x00'"},
        {"\"é€😀\x7f\"", "'é€😀\\x7f'"},
        {"{\"b\":1,\"a\":{\"b\":2},\"\":[3]}", "{'b': 1, 'a': {'b': 2}, '': [3]}"},
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        record_pool *pool;
        record *value;
        ck_assert_msg(read_json(&pool, &value, texts[i].text, strlen(texts[i].text)) == CT_OK, "%s",
                      ct_error_message());
        assert_repr(value, texts[i].repr);
        record_pool_free(pool);
    }
}
END_TEST

START_TEST(refuses_hostile_json)
{
    const hostile_json *h = &hostile_jsons[_i];
    record_pool *pool;
    record *value;
    assert_failure(read_json(&pool, &value, h->text, strlen(h->text)), CT_ERROR_FORMAT, h->words);
    record_pool_free(pool);
}
END_TEST

START_TEST(json_nests_to_a_limit)
{
    char text[2 * JSON_DEPTH_MAX + 3] = "";
    for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        record_pool *pool;
        record *value;
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        ct_status status = read_json(&pool, &value, text, 2 * depth);
        if (depth == JSON_DEPTH_MAX)
            ck_assert_int_eq(status, CT_OK);
        else
            assert_failure(status, CT_ERROR_FORMAT, "byte 100: values are nested more than 100 deep");
        record_pool_free(pool);
    }
}
END_TEST

/* What takes the most memory for its size still has enough. */
START_TEST(json_has_memory_enough)
{
    static const char *const parts[] = {"0,", "{},", "[],", "\"\",", "{\"\":0},", "[[]],", "\"\\u0041\",", "[0,0],"};
    enum { TIMES = 3000 };
    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t length = strlen(parts[i]), size = 1 + TIMES * length;
        char *text = malloc(size + 1);
        text[0] = '[';
        for (size_t j = 0; j < TIMES; j++)
            memcpy(text + 1 + j * length, parts[i], length + 1);
        text[size - 1] = ']';
        record_pool *pool;
        record *value;
        ck_assert_msg(read_json(&pool, &value, text, size) == CT_OK, "%s: %s", parts[i], ct_error_message());
        ck_assert_uint_eq(value->list.count, TIMES);
        record_pool_free(pool);
        free(text);
    }
}
END_TEST

/* ---- the suite ---- */

static void add_safetensors(Suite *suite)
{
    TCase *c = add_case(suite, "safetensors");
    tcase_add_checked_fixture(c, make_shards, remove_shards);
    tcase_add_test(c, reads_every_dtype_of_safetensors);
    tcase_add_test(c, reads_and_writes_four_bits);
    tcase_add_test(c, keeps_order_shapes_and_metadata);
    tcase_add_test(c, maps_what_is_aligned);
    tcase_add_test(c, reads_safetensors_beyond_4_gib);
    tcase_add_test(c, reads_what_is_written);
    tcase_add_test(c, reads_shards_in_the_order_of_the_map);
    tcase_add_loop_test(c, refuses_hostile_indices, 0, COUNT(hostile_indices));
    tcase_add_test(c, an_index_is_opened_by_its_path);
    tcase_add_loop_test(c, refuses_hostile_headers, 0, COUNT(hostile_headers));
    tcase_add_test(c, refuses_hostile_lengths);
    tcase_add_test(c, keeps_the_memory_limit_of_safetensors);
    tcase_add_test(c, survives_damage_to_safetensors);

    c = add_case(suite, "json");
    tcase_add_test(c, reads_json);
    tcase_add_loop_test(c, refuses_hostile_json, 0, COUNT(hostile_jsons));
    tcase_add_test(c, json_nests_to_a_limit);
    tcase_add_test(c, json_has_memory_enough);
}

#endif
