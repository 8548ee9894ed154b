/* tests/formats/opening_tests.h: tests of the ways to open a file, of what opening costs, and of listing tensors.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_OPENING_TESTS_H
#define CTORCH_TESTS_FORMATS_OPENING_TESTS_H

#include "support.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

START_TEST(opens_a_descriptor)
{
    char path[1024];
    saved_file *file;
    snprintf(path, sizeof path, "%s/dtypes.pt", samples);
    int fd = open(path, O_RDONLY);
    ck_assert_int_ge(lseek(fd, 100, SEEK_SET), 0); /* it is read from its beginning all the same */
    ck_assert_int_eq(saved_file_open_descriptor(&file, fd, "standard input", NULL), CT_OK);
    ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 100);
    ck_assert_int_eq(close(fd), 0);
    assert_formula(get_tensor(saved_file_root(file), "float32"));
    saved_file_release(file);

    assert_failure(saved_file_open_descriptor(&file, -1, "no file", NULL), CT_ERROR_IO, "no file: Bad file");
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    assert_failure(saved_file_open_descriptor(&file, ends[0], "a pipe", NULL), CT_ERROR_IO, "a pipe: is not a regular");
    close(ends[0]);
    close(ends[1]);
}
END_TEST

static void count_call(void *user)
{
    ++*(int *)user;
}

/* The bytes of a sample, at an address that is `shift` beyond an aligned one. */
static unsigned char *read_sample(const char *name, size_t shift, unsigned char **block, size_t *size)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", samples, name);
    FILE *in = fopen(path, "rb");
    ck_assert_ptr_nonnull(in);
    *block = calloc(1, ARCHIVE_SIZE);
    *size = fread(*block + shift, 1, ARCHIVE_SIZE - shift, in);
    fclose(in);
    return *block + shift;
}

START_TEST(opens_memory_that_is_lent)
{
    static const char *const names[] = {"dtypes.pt", "dtypes_stream.pt"};
    for (size_t shift = 0; shift < 4; shift++) {
        unsigned char *block;
        size_t size;
        int calls = 0;
        saved_file *file;
        unsigned char *bytes = read_sample(names[_i], shift, &block, &size);
        ck_assert_int_eq(saved_file_open_lent(&file, bytes, size, "lent", count_call, &calls, NULL), CT_OK);
        const record_tensor *t = get_tensor(saved_file_root(file), "float64");
        assert_formula(t);
        ck_assert_uint_eq((uintptr_t)record_tensor_data(t) % sizeof(double), 0);
        /* PyTorch aligns what is in a zip archive, so there the bytes themselves serve. */
        bool inside = record_tensor_data(t) > bytes && record_tensor_data(t) < bytes + size;
        if (_i == 0)
            ck_assert_int_eq(inside, shift == 0);
        /* Bytes need no alignment. */
        const unsigned char *small = record_tensor_data(get_tensor(saved_file_root(file), "uint8"));
        ck_assert(small > bytes && small < bytes + size);
        ck_assert_int_eq(calls, 0);
        saved_file_release(saved_file_retain(file));
        ck_assert_int_eq(calls, 0);
        saved_file_release(file);
        ck_assert_int_eq(calls, 1);
        free(block);
    }
}
END_TEST

START_TEST(gives_lent_memory_back_when_it_fails)
{
    saved_file *file;
    int calls = 0;
    char bytes[] = "abc";
    assert_failure(saved_file_open_lent(&file, bytes, 3, "lent", count_call, &calls, NULL), CT_ERROR_FORMAT,
                   "lent: is not a file of torch.save");
    ck_assert_int_eq(calls, 1);
    assert_failure(saved_file_open_lent(&file, NULL, 0, "lent", NULL, NULL, NULL), CT_ERROR_FORMAT, "lent: is empty");
}
END_TEST

START_TEST(keeps_a_limit_to_memory)
{
    char path[1024];
    saved_file *file;
    snprintf(path, sizeof path, "%s/checkpoint.pt", samples);
    const saved_options little = {.memory_limit = 10000}, enough = {.memory_limit = 100000};
    assert_failure(saved_file_open_with(&file, path, &little), CT_ERROR_MEMORY, "memory limit of 10000 bytes");
    ck_assert_int_eq(saved_file_open_with(&file, path, &enough), CT_OK);
    saved_file_release(file);

    /* Copies count, too; a big-endian tensor is one. */
    archive *a = calloc(1, sizeof *a);
    static const char pickle[] = TENSOR("K\0", "K\6\x85", "K\1\x85");
    unsigned char *storage = calloc(1, ARCHIVE_SIZE / 2);
    storage[6] = 1;
    archive_add(a, "m/data.pkl", pickle, sizeof pickle - 1, 64);
    archive_add(a, "m/version", "3", 1, 1);
    archive_add(a, "m/byteorder", "big", 3, 1);
    archive_add(a, "m/data/0", storage, ARCHIVE_SIZE / 2, 64);
    archive_finish(a);
    ck_assert_int_eq(saved_file_open_lent(&file, a->bytes, a->size, "m.pt", NULL, NULL, &enough), CT_OK);
    const record_tensor *t = saved_file_root(file)->tensor;
    ck_assert_ptr_null(record_tensor_data(t));
    assert_failure(ct_error_code(), CT_ERROR_MEMORY, "m.pt: needs more than the memory limit of 100000 bytes");
    saved_file_release(file);
    ck_assert_int_eq(saved_file_open_lent(&file, a->bytes, a->size, "m.pt", NULL, NULL, NULL), CT_OK);
    t = saved_file_root(file)->tensor;
    ck_assert_uint_eq(record_tensor_data(t)[5], 1);
    saved_file_release(file);
    free(storage);
    free(a);
}
END_TEST

/* ---- listing ---- */

typedef struct listing {
    char text[2000];
    size_t count, end;
} listing;

static ct_status list_tensor(void *user, const char *name, const record_tensor *tensor)
{
    listing *l = user;
    char *last = l->text + strlen(l->text);
    snprintf(last, sizeof l->text - (size_t)(last - l->text), "%s %zu;", name, tensor->ndim);
    l->count++;
    return l->count == l->end ? CT_ERROR_INDEX : CT_OK;
}

static void assert_listing(const saved_file *file, const char *expected)
{
    listing l = {.end = SIZE_MAX};
    ck_assert_int_eq(saved_file_each_tensor(file, list_tensor, &l), CT_OK);
    ck_assert_str_eq(l.text, expected);
}

START_TEST(lists_tensors_by_name)
{
    static const struct {
        const char *sample, *names;
    } listings[] = {
        {"module.pt", "0.layers.0.weight 2;0.layers.0.bias 1;"},
        {"optimizer.pt",
         "optimizer.state[0].step 0;optimizer.state[0].exp_avg 2;optimizer.state[0].exp_avg_sq 2;"
         "optimizer.state[1].step 0;optimizer.state[1].exp_avg 1;optimizer.state[1].exp_avg_sq 1;rng 1;"},
        {"script.pt", "weight 2;bias 1;"},
    };
    saved_file *file;
    for (size_t i = 0; i < COUNT(listings); i++) {
        file = open_sample(listings[i].sample);
        assert_listing(file, listings[i].names);
        saved_file_release(file);
    }
    OPEN_PICKLE(&file, TENSOR("K\0", "K\6\x85", "K\1\x85"));
    assert_listing(file, " 1;");
    saved_file_release(file);
    /* One tensor as an item, under a pair as its key, as an argument, in a set, and below a cycle. */
    OPEN_PICKLE(&file, "(lq\1(" TENSOR_OF("K\0", ")", ")") "q\2}K\1K\2\x86h\2sca\nB\n(h\2t\x81(h\2\x91h\1e.");
    assert_listing(file, "[0] 0;[1][(1, 2)] 0;[2].args[0] 0;[3][0] 0;");
    listing two = {.end = 2};
    ck_assert_int_eq(saved_file_each_tensor(file, list_tensor, &two), CT_ERROR_INDEX);
    ck_assert_uint_eq(two.count, 2);
    saved_file_release(file);
    /* What an object was made with by name, and filled with. */
    OPEN_PICKLE(&file, "ca\nB\n)}X\1\0\0\0k" TENSOR_OF("K\0", ")", ")") "s\x92" TENSOR_OF("K\0", ")", ")") "a.");
    assert_listing(file, "k 0;[0] 0;");
    saved_file_release(file);
}
END_TEST

/* A long chain of tuples as a key, where the walk does not go, and again at the end of a long chain. */
START_TEST(bounds_the_depth_of_a_listing)
{
    enum { HALF = 900 };
    char pickle[2 * HALF + 20] = "})";
    size_t size = 2;
    for (int chain = 0; chain < 2; chain++) {
        memset(pickle + size, '\x85', HALF);
        size += HALF;
        if (chain == 0)
            size += (size_t)sprintf(pickle + size, "q%ch%c", 1, 1);
    }
    memcpy(pickle + size, "s.", 2);
    saved_file *file;
    listing l = {.end = SIZE_MAX};
    open_good(&file, begin_archive(pickle, size + 2));
    assert_failure(saved_file_each_tensor(file, list_tensor, &l), CT_ERROR_FORMAT, "nested more than 1000 deep");
    saved_file_release(file);
}
END_TEST

static ct_status keep_name(void *user, const char *name, const record_tensor *tensor)
{
    (void)tensor;
    snprintf(user, 2000, "%s", name);
    return CT_OK;
}

START_TEST(cuts_long_names)
{
    char pickle[3000] = "}X\xdd\5", name[2000]; /* a key of 1501 bytes, "x" and then "ä" */
    size_t size = 6;
    pickle[size++] = 'x';
    for (int i = 0; i < 750; i++, size += 2)
        memcpy(pickle + size, "ä", 2);
    memcpy(pickle + size, TENSOR_OF("K\0", ")", ")") "s.", sizeof TENSOR_OF("K\0", ")", ")") "s." - 1);
    size += sizeof TENSOR_OF("K\0", ")", ")") "s." - 1;
    saved_file *file;
    open_good(&file, begin_archive(pickle, size));
    ck_assert_int_eq(saved_file_each_tensor(file, keep_name, name), CT_OK);
    ck_assert_uint_eq(strlen(name), 999);
    ck_assert_str_eq(name + 997, "ä");
    saved_file_release(file);
}
END_TEST

/* ---- large files ---- */

/* Of the storage that makes a file large; in a file with holes it takes no room. */
static const uint64_t large_size = UINT64_C(5) << 30;
#define LARGE_COUNT "\x8a\5\0\0\0\x50\0" /* in floats */
#define LARGE_LAST "\x8a\5\xff\xff\xff\x4f\0"

static int make_large(void)
{
    char path[] = "/tmp/ctorch-test-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(unlink(path), 0);
    return fd;
}

static void put_at(int fd, uint64_t at, const void *bytes, size_t size)
{
    ck_assert_int_eq(pwrite(fd, bytes, size, (off_t)at), (ssize_t)size);
}

static long peak_kilobytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* That it holds two tensors of one float: 3, the last of a large storage, and 5. They are read for what they take. */
static void assert_large(int fd)
{
    saved_file *file;
    long before = peak_kilobytes();
    ct_status status = saved_file_open_descriptor(&file, fd, "large", NULL);
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    record *const *tensors = saved_file_root(file)->list.items;
    ck_assert_uint_eq(tensors[0]->tensor->offset, large_size - sizeof(float));
    ck_assert_double_eq(element(tensors[0]->tensor, 0), 3);
    ck_assert_double_eq(element(tensors[1]->tensor, 0), 5);
    ck_assert_int_lt(peak_kilobytes() - before, 50000);
    saved_file_release(file);
    close(fd);
}

START_TEST(reads_a_stream_of_five_gigabytes)
{
    static const char head[] = STREAM_HEAD
        "\x80\2(" STREAM_TENSOR(STREAM_STORAGE("FloatStorage", "0", LARGE_COUNT, "N"), LARGE_LAST, "K\1\x85", "K\1\x85")
            STREAM_TENSOR(STREAM_STORAGE("FloatStorage", "1", "K\1", "N"), "K\0", "K\1\x85", "K\1\x85") "t."
                                                                                                        "\x80\2";
    static const char keys[] = "](X\1\0\0\0"
                               "0X\1\0\0\0"
                               "1e.";
    const uint64_t count = large_size / sizeof(float), one = 1;
    char pickles[1000];
    size_t size = sizeof head - 1;
    memcpy(pickles, head, size);
    if ((size + sizeof keys - 1) % 2) {
        memcpy(pickles + size, "K\0000", 3); /* pushed and popped, so that the storage is aligned */
        size += 3;
    }
    if ((size + sizeof keys - 1) % 4) {
        memcpy(pickles + size, "N0", 2);
        size += 2;
    }
    memcpy(pickles + size, keys, sizeof keys - 1);
    size += sizeof keys - 1;
    int fd = make_large();
    put_at(fd, 0, pickles, size);
    put_at(fd, size, &count, sizeof count);
    put_at(fd, size + 8 + large_size - 4, &(float){3}, 4);
    put_at(fd, size + 8 + large_size, &one, sizeof one);
    put_at(fd, size + 8 + large_size + 8, &(float){5}, 4);
    assert_large(fd);
}
END_TEST

/* An entry of a directory with the numbers that 32 bits cannot hold in a zip64 field. */
static void put_central(archive *a, const char *name, uint64_t size, uint64_t offset)
{
    bool large = size > UINT32_MAX, far = offset > UINT32_MAX;
    archive_put(a, 0x02014b50, 4);
    archive_put(a, 0, 16);
    archive_put(a, large ? UINT32_MAX : size, 4);
    archive_put(a, large ? UINT32_MAX : size, 4);
    archive_put(a, strlen(name), 2);
    archive_put(a, 4 + (large ? 16 : 0) + (far ? 8 : 0), 2);
    archive_put(a, 0, 10);
    archive_put(a, far ? UINT32_MAX : offset, 4);
    archive_put_bytes(a, name, strlen(name));
    archive_put(a, 1, 2);
    archive_put(a, (large ? 16 : 0) + (far ? 8 : 0), 2);
    for (int i = 0; i < 2 && large; i++)
        archive_put(a, size, 8);
    if (far)
        archive_put(a, offset, 8);
}

static void put_end(archive *a, uint64_t count, uint64_t directory, uint64_t end)
{
    archive_put(a, 0x06064b50, 4);
    archive_put(a, 44, 8);
    archive_put(a, 0, 12);
    archive_put(a, count, 8);
    archive_put(a, count, 8);
    archive_put(a, end - directory, 8);
    archive_put(a, directory, 8);
    archive_put(a, 0x07064b50, 4);
    archive_put(a, 0, 4);
    archive_put(a, end, 8);
    archive_put(a, 1, 4);
    archive_put(a, 0x06054b50, 4);
    archive_put(a, 0, 4);
    archive_put(a, 0xffff, 2);
    archive_put(a, 0xffff, 2);
    archive_put(a, UINT32_MAX, 4);
    archive_put(a, UINT32_MAX, 4);
    archive_put(a, 0, 2);
}

START_TEST(reads_an_archive_of_five_gigabytes)
{
    static const char pickle[] =
        "(" STREAM_TENSOR(STREAM_STORAGE("FloatStorage", "0", LARGE_COUNT, ""), LARGE_LAST, "K\1\x85", "K\1\x85")
            STREAM_TENSOR(STREAM_STORAGE("FloatStorage", "1", "K\1", ""), "K\0", "K\1\x85", "K\1\x85") "t.";
    archive *first = calloc(1, sizeof *first), *rest = calloc(1, sizeof *rest);
    archive_add(first, "a/data/0", "", 0, 64);
    archive_patch(first, 22, UINT32_MAX, 4);
    archive_add(rest, "a/data.pkl", pickle, sizeof pickle - 1, 64);
    archive_add(rest, "a/version", "3", 1, 1);
    archive_add(rest, "a/data/1", &(float){5}, 4, 64);
    const uint64_t begin = first->size + large_size, directory = begin + rest->size;
    put_central(rest, "a/data/0", large_size, 0);
    for (size_t i = 0; i < 3; i++)
        put_central(rest, rest->entries[i].name, rest->entries[i].data_size, begin + rest->entries[i].local);
    put_end(rest, 4, directory, begin + rest->size);
    int fd = make_large();
    put_at(fd, 0, first->bytes, first->size);
    put_at(fd, begin - 4, &(float){3}, 4);
    put_at(fd, begin, rest->bytes, rest->size);
    free(first);
    free(rest);
    assert_large(fd);
}
END_TEST

/* ---- the suite ---- */

static void add_openings(Suite *suite)
{
    TCase *c = add_case(suite, "openings");
    tcase_add_test(c, opens_a_descriptor);
    tcase_add_loop_test(c, opens_memory_that_is_lent, 0, 2);
    tcase_add_test(c, gives_lent_memory_back_when_it_fails);
    tcase_add_test(c, keeps_a_limit_to_memory);
    tcase_add_test(c, lists_tensors_by_name);
    tcase_add_test(c, cuts_long_names);
    tcase_add_test(c, bounds_the_depth_of_a_listing);
    tcase_add_test(c, reads_a_stream_of_five_gigabytes);
    tcase_add_test(c, reads_an_archive_of_five_gigabytes);
}

#endif
