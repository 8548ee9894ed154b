/* tests/test_npy.c: ctorch/npy.h: what NumPy wrote, damaged headers, and files written and read again. That NumPy reads
 * what is written here is python/exchange.py's to show.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>
#include <ctorch/npy.h>

#include <unistd.h>

/* ---- What NumPy wrote: python/npy_cases.py ---- */

static const char *numpy_file(const char *name)
{
    return oracle_fresh("npy/%s", name);
}

START_TEST(reads_what_numpy_wrote)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *expected = ct_load(oracle_path("CTORCH_TEST_FRESH", "npy.pt"));
    size_t size = ct_dict_size(expected);
    ck_assert_uint_gt(size, 40);
    for (size_t i = 0; i < size; i++) {
        const char *name = ct_dict_name(expected, i);
        char file[128];
        snprintf(file, sizeof file, "%s.npy", name);
        ct_tensor *read = ct_npy_load(numpy_file(file)), *wanted = ct_dict_at(expected, i);
        ck_assert_msg(read != NULL, "%s: %s", name, ct_error_message());
        ck_assert_msg(ct_tensor_dtype(read) == ct_tensor_dtype(wanted), "%s is of another type", name);
        ck_assert_msg(ct_equal(read, wanted), "%s: %s is not %s", name, ct_tensor_to_string(read),
                      ct_tensor_to_string(wanted));
    }
    ct_tensor *columns = ct_npy_load(numpy_file("f4_columns.npy"));
    ck_assert_int_eq(ct_tensor_stride(columns, 0), 1);
    ck_assert_int_eq(ct_tensor_stride(columns, 2), 6);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(reads_archives_of_numpy)
{
    ct_dict *some = ct_npz_load(numpy_file("some.npz"));
    ck_assert_msg(some != NULL, "%s", ct_error_message());
    ck_assert_uint_eq(ct_dict_size(some), 3);
    ck_assert_str_eq(ct_dict_name(some, 0), "z");
    ck_assert_str_eq(ct_dict_name(some, 1), "a");
    ck_assert_str_eq(ct_dict_name(some, 2), "m/n");
    ct_tensor *a = ct_dict_get(some, "a");
    ck_assert_longs(a, -50, -13, 24, -40);
    ct_tensor_free(a);
    ct_dict_free(some);

    ct_dict *none = ct_npz_load(numpy_file("none.npz"));
    ck_assert_uint_eq(ct_dict_size(none), 0);
    ct_dict_free(none);
}
END_TEST

START_TEST(refuses_what_no_tensor_holds)
{
    static const struct {
        const char *file, *part;
    } cases[] = {
        {"objects.npy", "Object arrays cannot be loaded"},
        {"texts.npy", "holds elements of NumPy's type '<U2', which no tensor has"},
        {"dates.npy", "M8[D]"},
        {"records.npy", "holds records (a structured array)"},
        {"long_doubles.npy", "f16"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_ptr_null(ct_npy_load(numpy_file(cases[i].file)));
        ck_assert_error(CT_ERROR_TYPE, cases[i].part);
    }
    ck_assert_ptr_null(ct_npz_load(numpy_file("compressed.npz")));
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "np.savez_compressed");
    ck_assert_ptr_null(ct_npz_load(numpy_file("i4_little.npy")));
    ck_assert_error(CT_ERROR_FORMAT, "directory at the end of the zip archive is missing");
    ck_assert_ptr_null(ct_npy_load(numpy_file("some.npz")));
    ck_assert_error(CT_ERROR_FORMAT, "is no file of np.save");
    ck_assert_ptr_null(ct_npy_load(numpy_file("missing.npy")));
    ck_assert_error(CT_ERROR_IO, "missing.npy: cannot be opened");
}
END_TEST

/* ---- A folder for files of our own ---- */

static char folder[] = "/tmp/ctorch_npy_XXXXXX";

static void make_folder(void)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* The path of a file in it; valid until the next call. */
static const char *own(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Fails unless all files are removed: a temporary one that was left behind shows. */
static void remove_folder(void)
{
    static const char *const names[] = {"x.npy", "x.npz", "link.npy"};
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(own(names[i]));
    ck_assert_int_eq(rmdir(folder), 0);
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* ---- Damaged headers ---- */

/* A file of version 1 with this header and 24 bytes of elements. */
static void write_header(const char *header)
{
    unsigned char bytes[1024] = "\x93NUMPY\1";
    size_t n = strlen(header);
    bytes[8] = (unsigned char)(n & 0xff);
    bytes[9] = (unsigned char)(n >> 8);
    memcpy(bytes + 10, header, n);
    write_bytes(own("x.npy"), bytes, 10 + n + 24);
}

#define REST "'fortran_order': False, 'shape': (2, 3)}"
#define SHAPE(shape) "{'descr': '<f4', 'fortran_order': False, 'shape': " shape "}"

START_TEST(refuses_damaged_headers)
{
    static const struct {
        const char *header, *part;
        ct_status code;
    } cases[] = {
        {"", "expected '{' at character 0", CT_ERROR_FORMAT},
        {"   ", "expected '{'", CT_ERROR_FORMAT},
        {"[]", "expected '{'", CT_ERROR_FORMAT},
        {"{", "expected a key", CT_ERROR_FORMAT},
        {"{}", "lacks 'descr', 'fortran_order' or 'shape'", CT_ERROR_FORMAT},
        {"{" REST, "lacks", CT_ERROR_FORMAT},
        {"{'descr': '<f4', 'fortran_order': False}", "lacks", CT_ERROR_FORMAT},
        {"{descr: '<f4', " REST, "expected a key", CT_ERROR_FORMAT},
        {"{'descr", "expected the end of a string", CT_ERROR_FORMAT},
        {"{'descr'", "expected a colon", CT_ERROR_FORMAT},
        {"{'descr' '<f4', " REST, "expected a colon", CT_ERROR_FORMAT},
        {"{'descr':", "expected a type", CT_ERROR_FORMAT},
        {"{'descr': '<f4'", "expected a comma", CT_ERROR_FORMAT},
        {"{'descr': '<f4' " REST, "expected a comma", CT_ERROR_FORMAT},
        {"{'descr': <f4, " REST, "expected a type", CT_ERROR_FORMAT},
        {"{'descr': '<f4\\n', " REST, "expected a type", CT_ERROR_FORMAT},
        {"{'descr': '<f4\n', " REST, "expected a type", CT_ERROR_FORMAT},
        {"{'descr': 4, " REST, "expected a type", CT_ERROR_FORMAT},
        {"{'descr': '', " REST, "type ''", CT_ERROR_TYPE},
        {"{'descr': '<', " REST, "type '<'", CT_ERROR_TYPE},
        {"{'descr': '<f5', " REST, "type '<f5'", CT_ERROR_TYPE},
        {"{'descr': '<f44', " REST, "type '<f44'", CT_ERROR_TYPE},
        {"{'descr': '<<f4', " REST, "type '<<f4'", CT_ERROR_TYPE},
        {"{'descr': '|O', " REST, "Object arrays cannot be loaded", CT_ERROR_TYPE},
        {"{'descr': [('x', '<f4')], " REST, "records", CT_ERROR_TYPE},
        {"{'descr': '<f4', 'descr': '<f4', " REST, "two of the key 'descr'", CT_ERROR_FORMAT},
        {"{'extra': '<f4', " REST, "the unknown key 'extra'", CT_ERROR_FORMAT},
        {"{'descr': '<f4', 'fortran_order': false, 'shape': (2,)}", "expected True or False", CT_ERROR_FORMAT},
        {"{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "expected True or False", CT_ERROR_FORMAT},
        {SHAPE("6"), "expected a tuple of sizes", CT_ERROR_FORMAT},
        {SHAPE("[6]"), "expected a tuple of sizes", CT_ERROR_FORMAT},
        {SHAPE("(6)"), "expected a tuple of sizes, (n,) for one", CT_ERROR_FORMAT},
        {SHAPE("(,)"), "expected a size", CT_ERROR_FORMAT},
        {SHAPE("(2,,3)"), "expected a size", CT_ERROR_FORMAT},
        {SHAPE("(2 3)"), "expected a comma", CT_ERROR_FORMAT},
        {SHAPE("(2, -3)"), "expected a size", CT_ERROR_FORMAT},
        {SHAPE("(2, 3.0)"), "expected a comma", CT_ERROR_FORMAT},
        {SHAPE("(2, None)"), "expected a size", CT_ERROR_FORMAT},
        {SHAPE("(2, 3"), "expected a comma", CT_ERROR_FORMAT},
        {SHAPE("(9223372036854775808,)"), "expected a size of 64 bits", CT_ERROR_FORMAT},
        {SHAPE("(9223372036854775807,)"), "more elements than 64 bits can count", CT_ERROR_FORMAT},
        {SHAPE("(4294967296, 4294967296)"), "more elements than 64 bits can count", CT_ERROR_FORMAT},
        {SHAPE("(0, 4294967296, 4294967296)"), "more elements than 64 bits can count", CT_ERROR_FORMAT},
        {SHAPE("(7,)"), "should have 28 bytes of elements, and has 24; the file is cut short", CT_ERROR_FORMAT},
        {SHAPE("(1000000, 1000000)"), "should have 4000000000000 bytes of elements", CT_ERROR_FORMAT},
        {SHAPE("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
               "1,1,1,1,1,1,1,1,1,1,1,1,1,1)"),
         "more than 64 dimensions", CT_ERROR_FORMAT},
        {SHAPE("(2, 3)") " x", "expected the end", CT_ERROR_FORMAT},
        {SHAPE("(2, 3)") "}", "expected the end", CT_ERROR_FORMAT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_header(cases[i].header);
        ck_assert_msg(ct_npy_load(own("x.npy")) == NULL, "%s was read", cases[i].header);
        ck_assert_error(cases[i].code, cases[i].part);
    }
}
END_TEST

START_TEST(refuses_damaged_beginnings)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *part;
        ct_status code;
    } cases[] = {
        {"", 0, "is no file of np.save", CT_ERROR_FORMAT},
        {"\x93NUMP", 5, "is no file of np.save", CT_ERROR_FORMAT},
        {"\x92NUMPY\1\0\2\0{}", 12, "is no file of np.save", CT_ERROR_FORMAT},
        {"\x93NUMPY\1", 7, "is no file of np.save", CT_ERROR_FORMAT},
        {"\x93NUMPY\1\0\2", 9, "ends within its header", CT_ERROR_FORMAT},
        {"\x93NUMPY\2\0\2\0\0", 11, "ends within its header", CT_ERROR_FORMAT},
        {"\x93NUMPY\1\0\3\0{}", 12, "ends within its header, of 3 bytes", CT_ERROR_FORMAT},
        {"\x93NUMPY\3\0\377\377\377\377{}", 14, "ends within its header, of 4294967295 bytes", CT_ERROR_FORMAT},
        {"\x93NUMPY\0\0\2\0{}", 12, "is of version 0.0", CT_ERROR_NOT_IMPLEMENTED},
        {"\x93NUMPY\4\0\2\0{}", 12, "is of version 4.0", CT_ERROR_NOT_IMPLEMENTED},
        {"\x93NUMPY\1\1\2\0{}", 12, "is of version 1.1", CT_ERROR_NOT_IMPLEMENTED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_bytes(own("x.npy"), cases[i].bytes, cases[i].size);
        ck_assert_ptr_null(ct_npy_load(own("x.npy")));
        ck_assert_error(cases[i].code, cases[i].part);
    }
}
END_TEST

/* What NumPy reads, though it does not write it so. */
START_TEST(reads_headers_in_other_words)
{
    static const char *const headers[] = {
        SHAPE("(2, 3)"), SHAPE("(2,3,)"), SHAPE("(2L, 3L)"), SHAPE("( 2 , 3 )") "  \n",
        "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"=f4\"}", "\t{ 'descr' : 'f4' , " REST,
    };
    for (size_t i = 0; i < COUNT(headers); i++) {
        write_header(headers[i]);
        ct_tensor *x = ct_npy_load(own("x.npy"));
        ck_assert_shape(x, 2, 3);
        ct_tensor_free(x);
    }
}
END_TEST

/* ---- Written and read again ---- */

static void check_again(ct_tensor *x)
{
    ck_assert_ok(ct_npy_save(own("x.npy"), x));
    ct_tensor *read = ct_npy_load(own("x.npy"));
    ck_assert_msg(read != NULL, "%s", ct_error_message());
    ck_assert_int_eq(ct_tensor_dtype(read), ct_tensor_dtype(x));
    ck_assert(ct_equal(read, x));
    ct_tensor_free(read);
}

START_TEST(reads_what_it_wrote)
{
    static const ct_dtype types[] = {CT_UINT8,   CT_INT8,    CT_INT16,     CT_INT32,      CT_INT64, CT_FLOAT16,
                                     CT_FLOAT32, CT_FLOAT64, CT_COMPLEX64, CT_COMPLEX128, CT_BOOL};
    for (size_t i = 0; i < COUNT(types); i++) {
        ct_tensor *x = ct_ones(CT_DIMS(2, 3), types[i]);
        check_again(x);
        ct_tensor_free(x);
    }
    ct_tensor *x = ct_tensor_new((float[]){1, 2, 3, 4, 5, 6}, CT_DIMS(2, 3), CT_FLOAT32);
    ct_tensor *columns = ct_permute(x, CT_DIMS(1, 0)), *scalar = ct_full(CT_DIMS(), 2.5, CT_FLOAT64);
    ct_tensor *none = ct_zeros(CT_DIMS(3, 0), CT_INT64), *leaf = ct_ones(CT_DIMS(2), CT_FLOAT32, .requires_grad = true);
    check_again(x);
    check_again(columns);
    check_again(scalar);
    check_again(none);
    check_again(leaf);
    ct_tensor_free(x);
    ct_tensor_free(columns);
    ct_tensor_free(scalar);
    ct_tensor_free(none);
    ct_tensor_free(leaf);
}
END_TEST

START_TEST(reads_the_archive_that_it_wrote)
{
    ct_scope *scope = ct_scope_begin();
    ct_dict *dict = ct_dict_new();
    ct_dict_set(dict, "net.weight", ct_ones(CT_DIMS(2, 3), CT_FLOAT32));
    ct_dict_set(dict, "a", ct_arange(0, 5, 1, CT_INT64));
    ck_assert_ok(ct_npz_save(own("x.npz"), dict));
    ct_dict *read = ct_npz_load(own("x.npz"));
    ck_assert_uint_eq(ct_dict_size(read), 2);
    ck_assert_str_eq(ct_dict_name(read, 0), "net.weight");
    ck_assert(ct_equal(ct_dict_at(read, 0), ct_dict_at(dict, 0)));
    ck_assert_longs(ct_dict_get(read, "a"), 0, 1, 2, 3, 4);

    ck_assert_ok(ct_npz_save(own("x.npz"), ct_dict_new()));
    ck_assert_uint_eq(ct_dict_size(ct_npz_load(own("x.npz"))), 0);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* An archive whose bytes were changed. */
START_TEST(refuses_a_damaged_archive)
{
    unsigned char bytes[1024];
    ct_dict *dict = ct_dict_new();
    ct_tensor *x = ct_ones(CT_DIMS(4), CT_FLOAT32);
    ct_dict_set(dict, "x", x);
    ck_assert_ok(ct_npz_save(own("x.npz"), dict));
    FILE *file = fopen(own("x.npz"), "rb");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    bytes[30 + 5 + 128] ^= 1; /* an element: behind the local header, the name and the array's header */
    write_bytes(own("x.npz"), bytes, size);
    ck_assert_ptr_null(ct_npz_load(own("x.npz")));
    ck_assert_error(CT_ERROR_FORMAT, "entry x.npy has checksum");
    write_bytes(own("x.npz"), bytes, size - 1);
    ck_assert_ptr_null(ct_npz_load(own("x.npz")));
    ck_assert_error(CT_ERROR_FORMAT, "directory");
    ct_tensor_free(x);
    ct_dict_free(dict);
}
END_TEST

START_TEST(leaves_the_old_file_when_writing_fails)
{
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32), *brain = ct_ones(CT_DIMS(2), CT_BFLOAT16);
    ct_dict *dict = ct_dict_new();
    check_again(x);
    ck_assert_int_eq(ct_npy_save(own("x.npy"), brain), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "NumPy has no type for torch.bfloat16; convert the tensor first");
    ct_dict_set(dict, "x", x);
    ck_assert_ok(ct_npz_save(own("x.npz"), dict));
    ct_dict_set(dict, "brain", brain);
    ck_assert_int_eq(ct_npz_save(own("x.npz"), dict), CT_ERROR_TYPE);
    ck_assert_error(CT_ERROR_TYPE, "bfloat16");
    ct_tensor *kept = ct_npy_load(own("x.npy"));
    ct_dict *kept_dict = ct_npz_load(own("x.npz"));
    ck_assert_floats(kept, 1, 1);
    ck_assert_uint_eq(ct_dict_size(kept_dict), 1);

    ck_assert_int_eq(ct_npy_save("/nowhere/x.npy", x), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "/nowhere/x.npy: cannot be written: No such file or directory");
    ck_assert_int_eq(ct_npy_save(folder, x), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "it is a directory");
    ck_assert_int_eq(ct_npy_save("/dev/null", x), CT_ERROR_IO);
    ck_assert_error(CT_ERROR_IO, "it is not a regular file");
    ck_assert_int_eq(ct_npy_save(own("x.npy"), NULL), CT_ERROR_VALUE);
    ck_assert_error(CT_ERROR_VALUE, "ct_npy_save: x is NULL");
    ct_tensor_free(x);
    ct_tensor_free(brain);
    ct_tensor_free(kept);
    ct_dict_free(dict);
    ct_dict_free(kept_dict);
}
END_TEST

START_TEST(writes_through_a_symbolic_link)
{
    ct_tensor *x = ct_ones(CT_DIMS(2), CT_FLOAT32), *y = ct_zeros(CT_DIMS(2), CT_FLOAT32);
    char link[128];
    check_again(x);
    strcpy(link, own("link.npy"));
    ck_assert_int_eq(symlink("x.npy", link), 0);
    ck_assert_ok(ct_npy_save(link, y));
    ct_tensor *read = ct_npy_load(own("x.npy"));
    ck_assert_floats(read, 0, 0);
    ct_tensor_free(x);
    ct_tensor_free(y);
    ct_tensor_free(read);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("npy");

    TCase *numpy = suite_case(suite, "numpy");
    tcase_add_test(numpy, reads_what_numpy_wrote);
    tcase_add_test(numpy, reads_archives_of_numpy);
    tcase_add_test(numpy, refuses_what_no_tensor_holds);

    TCase *damaged = suite_case(suite, "damaged");
    tcase_add_checked_fixture(damaged, make_folder, remove_folder);
    tcase_add_test(damaged, refuses_damaged_headers);
    tcase_add_test(damaged, refuses_damaged_beginnings);
    tcase_add_test(damaged, reads_headers_in_other_words);
    tcase_add_test(damaged, refuses_a_damaged_archive);

    TCase *written = suite_case(suite, "written");
    tcase_add_checked_fixture(written, make_folder, remove_folder);
    tcase_add_test(written, reads_what_it_wrote);
    tcase_add_test(written, reads_the_archive_that_it_wrote);
    tcase_add_test(written, leaves_the_old_file_when_writing_fails);
    tcase_add_test(written, writes_through_a_symbolic_link);

    return suite_run(suite);
}
