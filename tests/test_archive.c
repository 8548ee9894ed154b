/* test_archive.c: include/ctorch/archive.h: files of the Python at hand (python/archive_cases.py) as values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "oracle.h"
#include "suite.h"

#include <ctorch.h>
#include <ctorch/ops/quantized.h>
#include <ctorch/ops/sparse.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* A file of archive_cases.py. Valid until the next call. */
static const char *fresh(const char *name)
{
    return oracle_fresh("archive_%s", name);
}

static ct_archive *open_fresh(const char *name)
{
    ct_archive *archive = ct_archive_open(fresh(name));
    ck_assert_msg(archive != NULL, "%s", ct_error_message());
    return archive;
}

static ct_tensor *tensor_at(const ct_archive *archive, const char *path)
{
    ct_tensor *tensor = ct_value_to_tensor(ct_archive_get(archive, path));
    ck_assert_msg(tensor != NULL, "%s", ct_error_message());
    return tensor;
}

/* ---- What values are ---- */

START_TEST(every_element_type_is_read)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("dtypes.pt");
    ct_value root = ct_archive_root(archive);
    ck_assert_uint_ge(ct_value_size(root), 24);
    for (size_t i = 0; i < ct_value_size(root); i += 2) {
        ct_tensor *x = ct_value_to_tensor(ct_value_at(root, (int64_t)i));
        ct_tensor *expected = ct_value_to_tensor(ct_value_at(root, (int64_t)i + 1));
        ck_assert_msg(x && expected, "%s", ct_error_message());
        ck_assert_str_eq(ct_dtype_name(ct_tensor_dtype(x)) + strlen("torch."), ct_value_at(root, (int64_t)i).name);
        ck_assert(ct_equal(ct_tensor_to(x, .dtype = ct_tensor_dtype(expected)), expected));
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* Python's repr of each entry, and of all, stands beside the file. */
START_TEST(nested_values_print_as_in_python)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("nested.pt");
    FILE *file = oracle_open_fresh("archive_nested.txt");
    char key[64], line[4096];
    size_t lines = 0;
    while (oracle_line(file, key, sizeof key) && oracle_line(file, line, sizeof line)) {
        char path[80] = "";
        if (strcmp(key, "*") != 0)
            snprintf(path, sizeof path, "[\"%s\"]", key);
        ck_assert_str_eq(ct_value_to_string(ct_archive_get(archive, path)), line);
        lines++;
    }
    ck_assert_uint_eq(lines, 17);
    fclose(file);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(nested_values_are_of_their_kinds)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("nested.pt");
    ck_assert_int_eq(ct_archive_get(archive, "dtype").as.dtype, CT_FLOAT16);
    ck_assert_int_eq(ct_archive_get(archive, "layout").as.layout, CT_SPARSE_COO);
    ck_assert_str_eq(ct_value_text(ct_archive_get(archive, "device[1]")), "cuda:1");
    ck_assert_int_eq(ct_archive_get(archive, "complex[0]").kind, CT_VALUE_COMPLEX);
    ck_assert_str_eq(ct_value_text(ct_archive_get(archive, "numbered[-1]")), "last");
    ck_assert_int_eq(ct_value_to_int(ct_archive_get(archive, "a.b[\"c.d\"]")), 1);
    ck_assert_int_eq(ct_value_to_int(ct_archive_get(archive, "[\"a.b\"].c.d")), 1); /* the key that is all there is */
    ck_assert_int_eq(ct_value_to_int(ct_archive_get(archive, "[\"a.b\"].c[\"d\"]")), 2);
    ck_assert_int_eq(ct_archive_get(archive, "numbered").kind, CT_VALUE_DICT);
    ck_assert_str_eq(ct_archive_format(archive), "zip");
    ck_assert_ptr_nonnull(strstr(ct_archive_path(archive), "archive_nested.pt"));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(shared_memory_is_shared)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("shared.pt");
    ct_tensor *base = tensor_at(archive, "base"), *row = ct_at(tensor_at(archive, "transposed"), ":, 1");
    ck_assert(ct_tensor_is(base, tensor_at(archive, "again")));
    ck_assert_floats(row, 19, 3, 10, 17, 1, 8);
    ck_assert_int_eq(ct_tensor_stride(tensor_at(archive, "columns"), 1), 2);
    ck_assert(ct_is_leaf(base));

    ck_assert_ok(ct_add_scalar_(base, 100));
    ck_assert_floats(row, 119, 103, 110, 117, 101, 108);
    ck_assert_floats(ct_at(tensor_at(archive, "columns"), "0"), 107, 121);
    ck_assert_floats(tensor_at(archive, "other"), 0, 7);

    ct_tensor *parameter = tensor_at(archive, "parameter");
    ck_assert(ct_tensor_requires_grad(parameter));
    ck_assert_ok(ct_add_scalar_(tensor_at(archive, "data"), 1));
    ck_assert_floats(ct_detach(parameter), 1, 8, 15);
    ck_assert_int_eq(ct_tensor_numel(tensor_at(archive, "whole")), 0);

    /* Tensors of one file share memory when they are a dict, too. */
    ct_dict *dict = ct_archive_state_dict(archive, "");
    ck_assert(ct_tensor_is(ct_dict_get(dict, "base"), base));
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* golden/lazy_2.14.pt: what PyTorch since 2.0 writes as the conjugate and the negative of its memory: x, x.conj() and
 * x.conj().imag of x = (0+1j, 7+2j, 14+3j). */
START_TEST(conjugates_and_negatives_are_what_they_were)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = ct_archive_open(oracle_path("CTORCH_TEST_DATA", "golden/lazy_2.14.pt"));
    ct_tensor *plain = tensor_at(archive, "plain"), *conj = tensor_at(archive, "conj");
    ck_assert(ct_equal(ct_conj_physical(conj), plain));
    ck_assert(!ct_equal(conj, plain));
    ck_assert_floats(tensor_at(archive, "neg"), -1, -2, -3);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(sparse_tensors_are_what_they_were)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("sparse.pt");
    ct_value root = ct_archive_root(archive);
    ct_tensor *dense = tensor_at(archive, "dense");
    ck_assert_uint_ge(ct_value_size(root), 3);
    for (int64_t i = 1; i < (int64_t)ct_value_size(root); i++) {
        ct_tensor *sparse = ct_value_to_tensor(ct_value_at(root, i));
        ck_assert_msg(sparse != NULL, "%s", ct_error_message());
        ck_assert_int_ne(ct_tensor_layout(sparse), CT_STRIDED);
        ck_assert_msg(ct_equal(ct_to_dense(sparse), dense), "%s", ct_value_at(root, i).name);
    }
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(quantized_tensors_are_what_they_were)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("quantized.pt");
    static const char *const names[] = {"tensor", "int32", "channel", "view"};
    for (size_t i = 0; i < COUNT(names); i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "[\"%s.expected\"]", names[i]);
        ck_assert(ct_equal(ct_dequantize(tensor_at(archive, names[i])), tensor_at(archive, expected)));
    }
    ck_assert_int_eq(ct_tensor_dtype(tensor_at(archive, "tensor")), CT_QUINT8);
    ck_assert_int_eq(ct_tensor_stride(tensor_at(archive, "view"), 0), 1);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(objects_of_any_class_are_inert)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("objects.pt");
    ck_assert_str_eq(ct_value_class(ct_archive_get(archive, "settings")), "archive_cases.Settings");
    ck_assert_double_eq(ct_value_to_double(ct_archive_get(archive, "settings.rate")), 0.5);
    ck_assert_int_eq(ct_value_to_int(ct_archive_get(archive, "settings.sizes[1]")), 2);
    ck_assert_floats(tensor_at(archive, "settings.weight"), 0, 7);
    ck_assert_uint_eq(ct_value_size(ct_archive_get(archive, "settings")), 3);
    ck_assert_str_eq(ct_value_text(ct_value_key(ct_archive_get(archive, "settings"), 0)), "rate");
    ck_assert_floats(tensor_at(archive, "slotted.right"), 0, 7, 14);
    ck_assert_int_eq(ct_value_to_int(ct_archive_get(archive, "table.first")), 1);
    ck_assert_str_eq(ct_value_text(ct_archive_get(archive, "table.note")), "noted");
    ck_assert_double_eq(ct_value_to_double(ct_archive_get(archive, "args.lr")), 0.1);
    ck_assert_str_eq(ct_value_class(ct_archive_get(archive, "function")), "torch.nn.functional.relu");

    ct_value cycle = ct_archive_get(archive, "cycle");
    ck_assert_ptr_eq(ct_value_at(cycle, 1).as.values, cycle.as.values);
    ck_assert_str_eq(ct_value_to_string(cycle), "[1, [...]]");
    ck_assert_str_eq(ct_value_to_string(ct_archive_get(archive, "ring")), "{'in': {'out': {...}}}");
    ck_assert_ptr_null(ct_archive_state_dict(archive, "ring"));
    ck_assert_int_eq(ct_scope_end(scope), CT_ERROR_FORMAT);
    ck_assert_error(CT_ERROR_FORMAT, "archive_objects.pt: what it holds is in itself");
}
END_TEST

/* golden/uint16_2.14.pt: torch.save({"plain": tensor([1., 2.]), "small": tensor([1, 2, 65535], dtype=uint16)}). */
START_TEST(a_tensor_that_the_release_lacks_fails_only_when_it_is_asked_for)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = ct_archive_open(oracle_path("CTORCH_TEST_DATA", "golden/uint16_2.14.pt"));
    ck_assert_floats(tensor_at(archive, "plain"), 1, 2);
    ck_assert_ptr_nonnull(strstr(ct_value_to_string(ct_archive_root(archive)), "torch.uint16"));
    if (ct_dtype_is_available(CT_UINT16)) {
        ck_assert_int_eq(ct_tensor_get_int(tensor_at(archive, "small"), CT_DIMS(2)), 65535);
        ck_assert_ok(ct_scope_end(scope));
        return;
    }
    ck_assert_int_eq(ct_archive_get(archive, "small").kind, CT_VALUE_OBJECT);
    ct_scope *attempt = ct_scope_begin();
    ck_assert_ptr_null(ct_value_to_tensor(ct_archive_get(archive, "small")));
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "small is a tensor that cannot be made: torch.uint16 needs libtorch 2.6");
    attempt = ct_scope_begin();
    ck_assert_ptr_null(ct_archive_state_dict(archive, NULL));
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED,
                    "uint16_2.14.pt: 'small' cannot be made: torch.uint16 needs libtorch 2.6");
    attempt = ct_scope_begin();
    ck_assert_int_ne(ct_save("/tmp/ctorch-never.pt", ct_archive_root(archive)), CT_OK);
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_NOT_IMPLEMENTED, "small is a tensor that this libtorch could not hold when it was read");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Finding the state_dict ---- */

START_TEST(a_state_dict_is_found_where_it_usually_is)
{
    ct_scope *scope = ct_scope_begin();
    static const char *const names[] = {"plain", "state_dict", "stream", "model",
                                        "whole", "whole_in",   "extra",  "named"};
    ct_dict *expected = ct_load(fresh("plain.pt"));
    ck_assert_uint_eq(ct_dict_size(expected), 11);
    for (size_t i = 0; i < COUNT(names); i++) {
        char file[32];
        snprintf(file, sizeof file, "%s.pt", names[i]);
        ct_dict *dict = ct_load(fresh(file));
        ck_assert_msg(dict && ct_dict_size(dict) == ct_dict_size(expected), "%s: %s", names[i], ct_error_message());
        for (size_t j = 0; j < ct_dict_size(dict); j++) {
            ck_assert_str_eq(ct_dict_name(dict, j), ct_dict_name(expected, j));
            ck_assert_msg(ct_equal(ct_dict_at(dict, j), ct_dict_at(expected, j)), "%s", ct_dict_name(dict, j));
        }
    }
    ck_assert_str_eq(ct_dict_name(ct_load(fresh("halves.pt")), 11), "decoder.w");
    ck_assert_uint_eq(ct_dict_size(ct_load(fresh("empty.pt"))), 0);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(a_state_dict_is_found_at_a_path)
{
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = open_fresh("elsewhere.pt");
    ck_assert_uint_eq(ct_dict_size(ct_archive_state_dict(archive, "generator")), 11);
    ck_assert_str_eq(ct_dict_name(ct_archive_state_dict(archive, "discriminator"), 0), "w");
    ct_dict *moments = ct_archive_state_dict(open_fresh("state_dict.pt"), "optimizer.state");
    ck_assert(ct_dict_has(moments, "1.exp_avg"));
    ct_dict *child = ct_archive_state_dict(open_fresh("whole.pt"), "conv[0]");
    ck_assert_uint_eq(ct_dict_size(child), 2);
    ck_assert_str_eq(ct_dict_name(child, 1), "bias");
    ck_assert_uint_eq(ct_dict_size(ct_archive_state_dict(open_fresh("tuple.pt"), "[0]")), 11);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(what_is_no_state_dict_says_what_it_is)
{
    ck_assert_ptr_null(ct_load(fresh("elsewhere.pt")));
    ck_assert_error(CT_ERROR_TYPE,
                    "archive_elsewhere.pt: 'epoch' is 3 (int), not a tensor, and there is no 'state_dict'");
    ck_assert_ptr_null(ct_load(fresh("elsewhere.pt")));
    ck_assert_error(CT_ERROR_TYPE, "there are 'epoch', 'generator', 'discriminator'");
    ck_assert_ptr_null(ct_load(fresh("tuple.pt")));
    ck_assert_error(CT_ERROR_TYPE, "holds a tuple of 2 values (tuple); expected a state_dict");
    ct_archive *archive = open_fresh("elsewhere.pt");
    ck_assert_ptr_null(ct_archive_state_dict(archive, "genrator"));
    ck_assert_error(CT_ERROR_KEY, "archive_elsewhere.pt: ct_value_get: there is no 'genrator'");
    ck_assert_ptr_null(ct_archive_state_dict(archive, "epoch"));
    ck_assert_error(CT_ERROR_TYPE, "there are no tensors below 'epoch', which is 3 (int)");
    ct_archive_free(archive);
}
END_TEST

/* ---- Opening ---- */

static int released;

static void release(void *bytes)
{
    released++;
    free(bytes);
}

START_TEST(a_file_in_memory_is_lent_until_its_last_tensor_goes)
{
    size_t size;
    void *bytes = oracle_bytes(fresh("plain.pt"), &size);
    released = 0;
    ct_archive *archive = ct_archive_open_memory(bytes, size, .name = "a buffer", .deleter = release, .user = bytes);
    ct_tensor *scale = tensor_at(archive, "scale");
    ck_assert_str_eq(ct_archive_path(archive), "a buffer");
    ct_archive_free(archive);
    ck_assert_int_eq(released, 0);
    ct_requires_grad_(scale, false);
    ck_assert_floats(scale, 0, 7);
    ct_tensor_free(scale);
    ck_assert_int_eq(released, 1);

    char *garbage = calloc(1, 10);
    ck_assert_ptr_null(ct_archive_open_memory(garbage, 10, .name = "garbage", .deleter = release, .user = garbage));
    ck_assert_error(CT_ERROR_FORMAT, "garbage: ");
    ck_assert_int_eq(released, 2);
    ck_assert_ptr_null(ct_archive_open_memory(NULL, 10, .deleter = release, .user = calloc(1, 1)));
    ck_assert_error(CT_ERROR_VALUE, "ct_archive_open_memory: bytes is NULL");
    ck_assert_int_eq(released, 3);
}
END_TEST

START_TEST(a_descriptor_is_read_and_stays_open)
{
    ct_scope *scope = ct_scope_begin();
    int descriptor = open(fresh("plain.pt"), O_RDONLY);
    ct_archive *archive = ct_archive_open_descriptor(descriptor, "standard input");
    char byte;
    ck_assert_int_eq(read(descriptor, &byte, 1), 1);
    close(descriptor);
    ck_assert_floats(tensor_at(archive, "kept"), 0, 7, 14);
    ck_assert_ok(ct_scope_end(scope));
    ck_assert_ptr_null(ct_archive_open_descriptor(-1, "nothing"));
    ck_assert_error(CT_ERROR_IO, "nothing: ");
}
END_TEST

static int count_descriptors(void)
{
    int n = 0;
    for (int descriptor = 0; descriptor < 1024; descriptor++)
        n += fcntl(descriptor, F_GETFD) >= 0;
    return n;
}

/* There may be more files than a process may have descriptors. */
START_TEST(an_open_archive_holds_no_descriptor)
{
    ct_scope *scope = ct_scope_begin();
    int before = count_descriptors();
    ct_archive *archive = ct_archive_open(fresh("plain.pt"));
    ck_assert_ptr_nonnull(archive);
    ck_assert_int_eq(count_descriptors(), before);
    ck_assert_str_eq(ct_archive_writer(archive), ""); /* looks into the file again */
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

START_TEST(memory_is_limited_where_asked)
{
    ck_assert_ptr_null(ct_archive_open(fresh("state_dict.pt"), .memory_limit = 100));
    ck_assert_error(CT_ERROR_MEMORY, "archive_state_dict.pt");
    ct_archive *archive = ct_archive_open(fresh("state_dict.pt"), .memory_limit = 1 << 20);
    ck_assert_ptr_nonnull(archive);
    ct_archive_free(archive);
}
END_TEST

static size_t resident_bytes(void)
{
    size_t total, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    ck_assert_int_eq(fscanf(file, "%zu %zu", &total, &resident), 2);
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* A file whose last tensor is a hole of 4.3 GiB. */
static void make_large(char *path)
{
    size_t size;
    void *head = oracle_bytes(fresh("head.pt"), &size);
    int file = mkstemp(path);
    ck_assert_int_eq(write(file, head, size), (ssize_t)size);
    ck_assert_int_eq(ftruncate(file, (off_t)size + ((off_t)4400 << 20)), 0);
    close(file);
    free(head);
}

/* The small tensor lies amiss in the file, and is copied once it is asked for; the large one is used where it lies. */
START_TEST(a_large_file_costs_what_is_touched)
{
    enum { MOST = 16 << 20 }; /* libtorch's code, which is touched for the first time, and the small tensor twice */
    char path[] = "/tmp/ctorch-large-XXXXXX";
    make_large(path);
    ct_scope *scope = ct_scope_begin();
    size_t before = resident_bytes();
    ct_archive *archive = ct_archive_open(path);
    const char *listed = ct_value_to_string(ct_archive_root(archive));
    ck_assert_ptr_nonnull(strstr(listed, "{'small': Tensor(torch.float32, (262144,)), 'odd': Tensor(torch.uint8, ("));
    ck_assert_ptr_nonnull(strstr(listed, "'large': Tensor(torch.float32, (1100, 1048576))"));
    ck_assert_uint_lt(resident_bytes() - before, MOST);

    before = resident_bytes();
    ct_tensor *large = tensor_at(archive, "large");
    ck_assert_double_eq(ct_tensor_get(large, CT_DIMS(1099, 1048575)), 0);
    ck_assert_uint_lt(resident_bytes() - before, MOST);

    before = resident_bytes();
    ck_assert_double_eq(ct_tensor_get(tensor_at(archive, "small"), CT_DIMS(3)), 21);
    ck_assert(ct_tensor_is(tensor_at(archive, "small"), tensor_at(archive, "small")));
    ck_assert_uint_lt(resident_bytes() - before, MOST);
    remove(path);
    ck_assert_str_eq(ct_archive_format(archive), "stream");
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* What is copied once it is asked for needs memory then. */
START_TEST(a_tensor_over_the_limit_fails_when_it_is_asked_for)
{
    char path[] = "/tmp/ctorch-large-XXXXXX";
    make_large(path);
    ct_scope *scope = ct_scope_begin();
    ct_archive *archive = ct_archive_open(path, .memory_limit = 1 << 19);
    remove(path);
    ct_value small = ct_archive_get(archive, "small");
    ck_assert_shape(small.as.tensor, 1 << 18);
    ct_scope *attempt = ct_scope_begin();
    ck_assert_ptr_null(ct_value_to_tensor(small));
    ct_scope_catch(attempt);
    ck_assert_error(CT_ERROR_MEMORY, path);
    ck_assert_int_eq(ct_tensor_dtype(small.as.tensor), CT_FLOAT32);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

/* ---- Handles ---- */

START_TEST(values_live_as_long_as_the_archive)
{
    ct_scope *scope = ct_scope_begin();
    ct_scope *inner = ct_scope_begin();
    ct_archive *archive = ct_archive_escape(open_fresh("plain.pt"));
    ct_value root = ct_archive_root(archive);
    ck_assert_ok(ct_scope_end(inner));
    ck_assert_floats(ct_detach(ct_value_to_tensor(ct_value_get(root, "kept"))), 0, 7, 14);
    ct_tensor *kept = tensor_at(archive, "kept");
    ct_archive_free(archive);
    ck_assert_floats(kept, 0, 7, 14);
    ck_assert_ok(ct_scope_end(scope));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("archive");
    TCase *values = suite_case(suite, "values");
    tcase_add_test(values, every_element_type_is_read);
    tcase_add_test(values, nested_values_print_as_in_python);
    tcase_add_test(values, nested_values_are_of_their_kinds);
    tcase_add_test(values, shared_memory_is_shared);
    tcase_add_test(values, conjugates_and_negatives_are_what_they_were);
    tcase_add_test(values, sparse_tensors_are_what_they_were);
    tcase_add_test(values, quantized_tensors_are_what_they_were);
    tcase_add_test(values, objects_of_any_class_are_inert);
    tcase_add_test(values, a_tensor_that_the_release_lacks_fails_only_when_it_is_asked_for);
    tcase_add_test(values, values_live_as_long_as_the_archive);
    TCase *finding = suite_case(suite, "finding");
    tcase_add_test(finding, a_state_dict_is_found_where_it_usually_is);
    tcase_add_test(finding, a_state_dict_is_found_at_a_path);
    tcase_add_test(finding, what_is_no_state_dict_says_what_it_is);
    TCase *opening = suite_case(suite, "opening");
    tcase_add_test(opening, a_file_in_memory_is_lent_until_its_last_tensor_goes);
    tcase_add_test(opening, a_descriptor_is_read_and_stays_open);
    tcase_add_test(opening, an_open_archive_holds_no_descriptor);
    tcase_add_test(opening, memory_is_limited_where_asked);
    tcase_add_test(opening, a_large_file_costs_what_is_touched);
    tcase_add_test(opening, a_tensor_over_the_limit_fails_when_it_is_asked_for);
    return suite_run(suite);
}
