/* tests/formats/archive_tests.h: tests over archives that are built here: good, strange and hostile ones.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_ARCHIVE_TESTS_H
#define CTORCH_TESTS_FORMATS_ARCHIVE_TESTS_H

#include "hostile_streams.h"
#include "support.h"

#include "formats/zip.h"

#include <unistd.h>

START_TEST(calls_nothing)
{
    char mark[] = "/tmp/ctorch-test-XXXXXX", pickle[100];
    int fd = mkstemp(mark);
    ck_assert_int_ge(fd, 0);
    close(fd);
    int size = snprintf(pickle, sizeof pickle, "cos\nunlink\n\x8c%c%s\x85R.", (int)strlen(mark), mark);
    saved_file *file;
    const record *r = open_good(&file, begin_archive(pickle, (size_t)size));
    ck_assert_int_eq(r->kind, RECORD_OBJECT);
    ck_assert(record_is_global(r->object->callable, "os", "unlink"));
    ck_assert(record_is_string(r->object->args->list.items[0], mark));
    saved_file_release(file);
    ck_assert_int_eq(unlink(mark), 0);
}
END_TEST

#define GOOD(bytes, repr)                                                                                              \
    {                                                                                                                  \
        bytes, sizeof(bytes) - 1, repr                                                                                 \
    }

#define SCALAR(type, bytes) "cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\n" type "\x85R" bytes "\x86R."

/* The opcodes and functions that torch.save's own samples do not have. */
static const struct {
    const char *bytes;
    size_t size;
    const char *repr;
} good_pickles[] = {
    GOOD("\x80\5\x95\2\0\0\0\0\0\0\0N.", "None"),
    GOOD("\x8c\2os\x8c\6system\x93.", "os.system"),
    GOOD("\x8d\3\0\0\0\0\0\0\0abc.", "'abc'"),
    GOOD("C\2\0\377.", "b'\\x00\\xff'"),
    GOOD("B\1\0\0\0a.", "b'a'"),
    GOOD("\x8e\1\0\0\0\0\0\0\0a.", "b'a'"),
    GOOD("\x96\1\0\0\0\0\0\0\0a.", "b'a'"),
    GOOD("U\1a.", "'a'"),
    GOOD("U\1\377.", "b'\\xff'"),
    GOOD("T\1\0\0\0a.", "'a'"),
    GOOD("\x8f(K\1K\2\x90.", "{1, 2}"),
    GOOD("(K\1\x91.", "{1}"),
    GOOD("(t.", "()"),
    GOOD("(K\1NlN0.", "[1, None]"),
    GOOD("(K\1Nd.", "{1: None}"),
    GOOD("(NN1N(0.", "None"),
    GOOD("N2\x86.", "(None, None)"),
    GOOD("N\x94K\1\x94\x86h\0h\1\x87.", "((None, 1), None, 1)"),
    GOOD("N"
         "r\1\0\0\0"
         "0j\1\0\0\0.",
         "None"),
    GOOD("J\0\0\0\200.", "-2147483648"),
    GOOD("\x8a\0.", "0"),
    GOOD("\x8a\11\0\0\0\0\0\0\0\200\377.", "-9223372036854775808"),
    GOOD("\x8b\12\0\0\0\0\0\0\0\0\0\0\0\200\377.", "-0x800000000000000000"),
    GOOD("X\3\0\0\0\355\240\200.", "'\355\240\200'"), /* a lone surrogate, which Python's pickles may hold */
    GOOD("ccollections\nOrderedDict\n](NK\1la\x85R.", "{None: 1}"),
    GOOD("ccollections\nOrderedDict\n](Nla\x85R.", "collections.OrderedDict([[None]])"),
    GOOD("ca\nB\n)\x81NaK\1K\2sNb.", "a.B() [None] {1: 2} None"),
    GOOD("ca\nB\n(K\1t}\x92.", "a.B(1)"),
    GOOD("c_codecs\nencode\nX\1\0\0\0aX\4\0\0\0utf8\x86R.", "_codecs.encode('a', 'utf8')"),
    GOOD("c__builtin__\nbytearray\nX\2\0\0\0\303\277X\7\0\0\0latin-1\x86R.", "b'\\xff'"),
    GOOD("ctorch._utils\n_rebuild_tensor\n(" STORAGE "K\1K\2\x85K\1\x85tR.", "Tensor(torch.float32, (2,))"),
    GOOD("ctorch._utils\n_rebuild_tensor_v3\n(" STORAGE_OF("UntypedStorage", "0",
                                                           "K\30") "K\1K\2K\2\x86K\2K\1\x86\x89}ctorch\ncomplex32\ntR.",
         "Tensor(torch.complex32, (2, 2))"),
    GOOD("ctorch._utils\n_rebuild_tensor_v3\n(" STORAGE_OF("UntypedStorage", "0",
                                                           "K\30") "K\0))\x89}ctorch\nuint16\ntR.",
         "Tensor(torch.uint16, ())"),
    GOOD("ctorch._utils\n_rebuild_device_tensor_from_cpu_tensor\n(" TENSOR_OF(
             "K\0", "K\2\x85", "K\1\x85") "ctorch\nfloat32\nX\3\0\0\0cpu\x89tR.",
         "Tensor(torch.float32, (2,))"),
    GOOD("ctorch._utils\n_rebuild_device_tensor_from_numpy\n(" TENSOR_OF("K\0", ")", ")") "ctorch\nbfloat16\nN\x89tR.",
         "torch._utils._rebuild_device_tensor_from_numpy(Tensor(torch.float32, ()), torch.bfloat16, None, False)"),
    GOOD(SCALAR("X\2\0\0\0u2", "C\2\1\2"), "513"),
    GOOD(SCALAR("X\2\0\0\0i2", "C\2\1\377"), "-255"),
    GOOD(SCALAR("X\2\0\0\0f4", "C\4\0\0\300\77"), "1.5"),
    GOOD(SCALAR("X\2\0\0\0f2", "C\2ab"), "numpy.core.multiarray.scalar(numpy.dtype('f2'), b'ab')"),
    GOOD(SCALAR("X\2\0\0\0i4", "C\2ab"), "numpy.core.multiarray.scalar(numpy.dtype('i4'), b'ab')"),
};

START_TEST(reads_every_opcode)
{
    saved_file *file;
    const record *r = open_good(&file, begin_archive(good_pickles[_i].bytes, good_pickles[_i].size));
    assert_repr(r, good_pickles[_i].repr);
    saved_file_release(file);
}
END_TEST

START_TEST(reads_a_part_of_a_storage)
{
    static const char bytes[] = STREAM_HEAD VIEW("K\1", "K\1") "." PAIR_KEY PAIR_BYTES "more, as Python lets it be";
    saved_file *file;
    ck_assert_int_eq(saved_file_open_bytes(&file, bytes, sizeof bytes - 1, "m.pt"), CT_OK);
    const record *part = saved_file_root(file);
    ck_assert_int_eq(part->kind, RECORD_STORAGE);
    ck_assert_uint_eq(part->storage->size, 4);
    ck_assert_int_eq(memcmp(record_storage_bytes(part->storage), "efgh", 4), 0);
    saved_file_release(file);
}
END_TEST

START_TEST(bounds_what_walks_a_graph)
{
    saved_file *file;
    assert_repr(OPEN_PICKLE(&file, "]q\0h\0a."), "[[[[[[[[[[...]]]]]]]]]]");
    saved_file_release(file);

    char pickle[400] = "]"; /* [], [[], []], ...: each level twice the one before, by way of the memo */
    size_t size = 1;
    for (int i = 0; i < 60; i++)
        size += (size_t)sprintf(pickle + size, "2\x86");
    pickle[size++] = '.';
    char *repr = record_repr(open_good(&file, begin_archive(pickle, size)), 1000, 5000);
    ck_assert_uint_eq(strlen(repr), 5003);
    free(repr);
    saved_file_release(file);
}
END_TEST

/* ---- damaged and hostile files ---- */

START_TEST(refuses_hostile_pickles)
{
    const hostile_pickle *p = &hostile_pickles[_i];
    saved_file *file;
    assert_failure(open_archive(&file, begin_archive(p->bytes, p->size)), p->code, p->word);
}
END_TEST

START_TEST(refuses_hostile_streams)
{
    const hostile_pickle *p = &hostile_streams[_i];
    saved_file *file;
    assert_failure(saved_file_open_bytes(&file, p->bytes, p->size, "m.pt"), p->code, p->word);
}
END_TEST

START_TEST(refuses_nesting_and_growth_without_bound)
{
    enum { DEPTH = 100000, PAIRS = 20000 };
    char *pickle = malloc(ARCHIVE_SIZE / 2);
    saved_file *file;
    pickle[0] = ')';
    memset(pickle + 1, '\x85', DEPTH); /* ((((...),),),) */
    pickle[DEPTH + 1] = '.';
    assert_failure(open_archive(&file, begin_archive(pickle, DEPTH + 2)), CT_ERROR_FORMAT,
                   "nested more than 1000 deep");

    /* One list of pairs, and an OrderedDict of it for every few bytes more: quadratic, if it were not for the limit. */
    size_t size = (size_t)sprintf(pickle, "ccollections\nOrderedDict\nq%c(NN\x86q%c(", 1, 2);
    for (int i = 0; i < PAIRS; i++)
        size += (size_t)sprintf(pickle + size, "h%c", 2);
    size += (size_t)sprintf(pickle + size, "l\x85q%c", 3);
    for (int i = 0; i < PAIRS; i++)
        size += (size_t)sprintf(pickle + size, "h%ch%cR", 1, 3);
    assert_failure(open_archive(&file, begin_archive(pickle, size)), CT_ERROR_FORMAT, "asks for more memory");
    free(pickle);
}
END_TEST

/* Appends a text many times, and another once, to a pickle that has room. */
static void extend(char *pickle, size_t *size, const char *text, size_t times, const char *after)
{
    for (size_t i = 0; i < times; i++)
        *size += (size_t)sprintf(pickle + *size, "%s", text);
    *size += (size_t)sprintf(pickle + *size, "%s", after);
}

/* A large value, and many times the few bytes that have it looked through. */
START_TEST(refuses_work_without_bound)
{
    enum { SIZE = 0x4141, TIMES = 40000 };
    static const char *const again[] = {"h\1h\1\x93"
                                        "0",
                                        "h\1h\2R0", "h\1h\2R0"};
    char *pickle = calloc(1, ARCHIVE_SIZE / 2);
    size_t size = 0;
    saved_file *file;
    if (_i == 0) { /* a class with a long name */
        memcpy(pickle, "X\x41\x41\0\0", size = 5);
        extend(pickle, &size, "a", SIZE, "q\1");
    } else if (_i == 1) { /* the metadata of a tensor */
        static const char head[] = "ctorch._utils\n_rebuild_tensor_v2\nq\1(" STORAGE "K\0))\x89}}(";
        memcpy(pickle, head, size = sizeof head - 1);
        extend(pickle, &size, "NN", SIZE, "utq\2");
    } else { /* the channels of a quantized one */
        static const char head[] = "ctorch._utils\n_rebuild_qtensor\nq\1(" STORAGE_OF(
            "QInt8Storage", "0", "K\6") "K\0M\x41\x41\x85K\0\x85(ctorch\nper_channel_affine\n](";
        memcpy(pickle, head, size = sizeof head - 1);
        extend(pickle, &size, "K\1", SIZE, "eq\3h\3");
        memcpy(pickle + size, "K\0t\x89}tq\2", 8);
        size += 8;
    }
    extend(pickle, &size, again[_i], TIMES, "");
    assert_failure(open_archive(&file, begin_archive(pickle, size)), CT_ERROR_FORMAT, "named more often");
    free(pickle);
}
END_TEST

/* Many arrays of NumPy over the same bytes, each of which would be a copy in this machine's byte order. */
START_TEST(refuses_copies_without_bound)
{
    enum { BYTES = 50000, ARRAYS = 2000 };
    char *pickle = calloc(1, ARCHIVE_SIZE / 2);
    saved_file *file;
    size_t size = (size_t)sprintf(pickle, "cnumpy.core.numeric\n_frombuffer\nq%c(B", 1);
    memcpy(pickle + size, &(uint32_t){BYTES}, 4);
    size += 4 + BYTES;
    size +=
        (size_t)sprintf(pickle + size, "cnumpy\ndtype\nX%c%c%c%ci2\x85R(K%cX%c%c%c%c>tbM", 2, 0, 0, 0, 3, 1, 0, 0, 0);
    memcpy(pickle + size, &(uint16_t){BYTES / 2}, 2);
    size += 2;
    size += (size_t)sprintf(pickle + size, "\x85X%c%c%c%cCtq%c(", 1, 0, 0, 0, 2);
    for (int i = 0; i < ARRAYS; i++)
        size += (size_t)sprintf(pickle + size, "h%ch%cR", 1, 2);
    memcpy(pickle + size, "t\x87.", 3);
    const record *r = open_good(&file, begin_archive(pickle, size + 3));
    const record *arrays = r->list.items[2];
    size_t copied = 0;
    while (copied < ARRAYS && record_tensor_data(arrays->list.items[copied]->tensor))
        copied++;
    ck_assert_uint_gt(copied, 100);
    ck_assert_uint_lt(copied, ARRAYS);
    assert_failure(ct_error_code(), CT_ERROR_FORMAT, "asks for more memory");
    saved_file_release(file);
    free(pickle);
}
END_TEST

static size_t place_of(const archive *a, hostile_place place, int entry)
{
    switch (place) {
    case LOCAL:
        return a->entries[entry].local;
    case CENTRAL:
        return a->entries[entry].central;
    case END64:
        return a->end64;
    case LOCATOR:
        return a->locator;
    default:
        return a->end;
    }
}

START_TEST(refuses_hostile_archives)
{
    const hostile_archive *h = &hostile_archives[_i];
    archive *a = begin_archive(STORAGE ".", sizeof(STORAGE ".") - 1);
    archive_finish(a);
    for (size_t i = 0; i < COUNT(h->patches) && h->patches[i].place != NOWHERE; i++)
        archive_patch(a, place_of(a, h->patches[i].place, h->patches[i].entry) + h->patches[i].at, h->patches[i].number,
                      h->patches[i].width);
    saved_file *file;
    assert_failure(open_archive(&file, a), CT_ERROR_FORMAT, h->word);
}
END_TEST

/* Archives that are good zip archives, but not what torch.save writes: the entries, by name and text. */
static const struct {
    const char *entries[6][2];
    const char *word;
    ct_status code;
} strange_archives[] = {
    {{{"m/data.pkl", "N."}}, "version must be a number", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "new\n"}}, "version must be a number", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "11\n"}}, "version 11", CT_ERROR_NOT_IMPLEMENTED},
    {{{"m/data.pkl", "N."}, {"m/version", ""}}, "not one word", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "3"}, {"m/byteorder", "middle"}}, "little or big", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"n/data.pkl", "N."}}, "both m/data.pkl and n/data.pkl", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/data.pkl", "N."}}, "same name", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "3"}, {"m/constants.pkl", ""}}, "constants.pkl, byte 0", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "3"}, {"m/constants.pkl", "N.N."}},
     "constants.pkl has 2 bytes",
     CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "3"}, {"m/byteorder", "big endian, or so"}}, "not one word", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "-1"}}, "version must be a number", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "99999999999999999999"}}, "not one word", CT_ERROR_FORMAT},
    {{{"m/data.pkl", "N."}, {"m/version", "999999999999"}}, "version 999999999999", CT_ERROR_NOT_IMPLEMENTED},
    {{{"m/data.pkl", ""}, {"m/version", "3"}}, "data.pkl, byte 0", CT_ERROR_FORMAT},
    {{{"m/version", "1"}, {"m/model.json", "{}"}}, "TorchScript archive of PyTorch before 1.4", CT_ERROR_FORMAT},
    {{{"serialized_exported_program.json", "{}"}}, "torch.export.save", CT_ERROR_FORMAT},
    {{{"m/archive_format", "pt2"}}, "PyTorch's export", CT_ERROR_FORMAT},
    {{{"m/.data/extern_modules", ""}}, "torch.package", CT_ERROR_FORMAT},
    {{{"data.pkl", "N."}}, "no data.pkl", CT_ERROR_FORMAT},
    {{{"m/n/data.pkl", "N."}}, "no data.pkl", CT_ERROR_FORMAT},
    {{{"/data.pkl", "N."}}, "no data.pkl", CT_ERROR_FORMAT},
    {{{NULL}}, "no data.pkl", CT_ERROR_FORMAT},
};

START_TEST(refuses_other_archives)
{
    archive *a = calloc(1, sizeof *a);
    const char *const(*entry)[2] = strange_archives[_i].entries;
    for (; (*entry)[0]; entry++)
        archive_add(a, (*entry)[0], (*entry)[1], strlen((*entry)[1]), 1);
    saved_file *file;
    assert_failure(open_archive(&file, a), strange_archives[_i].code, strange_archives[_i].word);
}
END_TEST

START_TEST(says_what_a_file_is)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *word;
    } files[] = {
        GOOD("", "empty"),
        GOOD("\x80\2}.", "is a pickle"),
        GOOD("\x80\4\x95\2\0\0\0\0\0\0\0}.", "is a pickle"),
        GOOD("\x80\2\x8a\12\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x20.", "is a pickle"),
        GOOD("PK\3\4abc", "cut short"),
        GOOD("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        GOOD("<!DOCTYPE html>", "web page"),
        GOOD("\x89HDF\r\n", "HDF5"),
        GOOD("abc", "begins with 61 62 63"),
        GOOD("\2\0\0\0\0\0\0\1{}", "begins with 02 00 00 00 00 00 00 01"),
    };
    saved_file *file;
    for (size_t i = 0; i < COUNT(files); i++)
        assert_failure(saved_file_open_bytes(&file, files[i].bytes, files[i].size, "m.pt"), CT_ERROR_FORMAT,
                       files[i].word);
    assert_failure(saved_file_open(&file, "/nonexistent/m.pt"), CT_ERROR_IO, "/nonexistent/m.pt: cannot be opened");
    assert_failure(saved_file_open(&file, "/"), CT_ERROR_IO, "is a directory");
    assert_failure(saved_file_open(&file, "/dev/null"), CT_ERROR_IO, "not a regular file");
}
END_TEST

START_TEST(finds_extra_files)
{
    archive *a = begin_archive("}.", 2);
    archive_add(a, "a/extra/notes", "trained", 7, 1);
    archive_add(a, "a/extra/damaged", "x", 1, 1);
    a->entries[a->count - 1].crc ^= 1;
    archive_add(a, "a/b/extra/deeper", "", 0, 1);
    saved_file *file;
    open_good(&file, a);
    const unsigned char *bytes;
    size_t size;
    ck_assert_int_eq(saved_file_extra(file, "notes", &bytes, &size), CT_OK);
    ck_assert_uint_eq(size, 7);
    ck_assert_mem_eq(bytes, "trained", 7);
    assert_failure(saved_file_extra(file, "none", &bytes, &size), CT_ERROR_KEY, "m.pt: has no extra file 'none'");
    assert_failure(saved_file_extra(file, "deeper", &bytes, &size), CT_ERROR_KEY, "no extra file 'deeper'");
    assert_failure(saved_file_extra(file, "damaged", &bytes, &size), CT_ERROR_FORMAT, "damaged");
    saved_file_release(file);
    ck_assert_int_eq(saved_file_open_bytes(&file, "\2\0\0\0\0\0\0\0{}", 10, "m"), CT_OK);
    assert_failure(saved_file_extra(file, "notes", &bytes, &size), CT_ERROR_KEY, "it is no zip archive");
    saved_file_release(file);
}
END_TEST

/* Against the definition, a bit at a time, in archive.h; in one piece and in two. */
START_TEST(computes_checksums)
{
    unsigned char bytes[100];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(37 * i ^ i >> 3);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint32_t expected = archive_crc(bytes, size);
        ck_assert_uint_eq(zip_crc32(0, bytes, size), expected);
        ck_assert_uint_eq(zip_crc32(zip_crc32(0, bytes, size / 3), bytes + size / 3, size - size / 3), expected);
    }
    ck_assert_uint_eq(zip_crc32(0, "123456789", 9), 0xcbf43926);
}
END_TEST

/* ---- archives of other tools ---- */

START_TEST(reads_sizes_in_zip64_fields)
{
    static const unsigned char extra[] = {1, 0, 16, 0, 24, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0};
    for (size_t cut = 0; cut < 3; cut++) {
        archive *a = begin_archive(TENSOR("K\0", "K\6\x85", "K\1\x85"), sizeof TENSOR("K\0", "K\6\x85", "K\1\x85") - 1);
        unsigned char field[sizeof extra];
        memcpy(field, extra, sizeof extra);
        field[2] -= cut == 1 ? 8 : 0; /* too short by a number */
        a->entries[2].extra = field;
        a->entries[2].extra_size = sizeof field - (cut == 1 ? 8 : cut == 2 ? 1 : 0);
        archive_finish(a);
        archive_patch(a, a->entries[2].central + 20, UINT64_MAX, 8);
        archive_patch(a, a->entries[2].local + 22, UINT32_MAX, 4);
        saved_file *file;
        if (cut == 0) {
            assert_formula(open_good(&file, a)->tensor);
            saved_file_release(file);
        } else {
            assert_failure(open_archive(&file, a), CT_ERROR_FORMAT, cut == 1 ? "too short" : "extra field");
        }
    }
}
END_TEST

START_TEST(aligns_what_is_not)
{
    archive *a = calloc(1, sizeof *a);
    const char pickle[] = TENSOR("K\0", "K\6\x85", "K\1\x85");
    archive_add(a, "a/data.pkl", pickle, sizeof pickle - 1, 1);
    archive_add(a, "a/version", "3", 1, 1);
    while ((a->size + 38) % sizeof(float) != 1)
        archive_put(a, 'Z', 1);
    archive_add(a, "a/data/0", (const float[]){0, 7, 14, 21, 5, 12}, 24, 1);
    saved_file *file;
    const record *r = open_good(&file, a);
    ck_assert_uint_eq((uintptr_t)record_tensor_data(r->tensor) % sizeof(float), 0);
    assert_formula(r->tensor);
    saved_file_release(file);
}
END_TEST

/* ---- the suite ---- */

/* How many damaged and hostile files there are, each with the error that is expected. */
static size_t count_hostile(void)
{
    return COUNT(hostile_pickles) + COUNT(hostile_streams) + COUNT(hostile_archives) + COUNT(strange_archives);
}

static void add_archives(Suite *suite)
{
    TCase *c = add_case(suite, "archives");
    tcase_add_test(c, calls_nothing);
    tcase_add_loop_test(c, reads_every_opcode, 0, COUNT(good_pickles));
    tcase_add_test(c, reads_a_part_of_a_storage);
    tcase_add_test(c, bounds_what_walks_a_graph);
    tcase_add_test(c, reads_sizes_in_zip64_fields);
    tcase_add_test(c, aligns_what_is_not);
    tcase_add_loop_test(c, refuses_hostile_pickles, 0, COUNT(hostile_pickles));
    tcase_add_loop_test(c, refuses_hostile_streams, 0, COUNT(hostile_streams));
    tcase_add_loop_test(c, refuses_hostile_archives, 0, COUNT(hostile_archives));
    tcase_add_loop_test(c, refuses_other_archives, 0, COUNT(strange_archives));
    tcase_add_test(c, refuses_nesting_and_growth_without_bound);
    tcase_add_test(c, refuses_copies_without_bound);
    tcase_add_loop_test(c, refuses_work_without_bound, 0, 3);
    tcase_add_test(c, says_what_a_file_is);
    tcase_add_test(c, finds_extra_files);
    tcase_add_test(c, computes_checksums);
}

#endif
