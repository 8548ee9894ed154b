/* tests/formats/writer_tests.h: what pt_writer and pickle_writer write, read again by the readers of this folder. What
 * Python says to it is test_save.c's to show.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_FORMATS_WRITER_TESTS_H
#define CTORCH_TESTS_FORMATS_WRITER_TESTS_H

#include "support.h"

#include "formats/pt_writer.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const pickle_identity nobody = {.address = NULL};

static const char *written_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/ctorch-written-%d.pt", (int)getpid());
    return path;
}

/* Storage number n holds n, n + 1, ... as floats. */
static ct_status count_up(void *user, size_t number, const void **bytes)
{
    static float values[6];
    for (size_t i = 0; i < COUNT(values); i++)
        values[i] = (float)(number + i);
    *bytes = values;
    ++*(int *)user;
    return CT_OK;
}

static saved_file *commit_and_open(pt_writer *w, int *storages)
{
    saved_file *file;
    ct_status status = pt_writer_commit(w, count_up, storages);
    if (status == CT_OK)
        status = saved_file_open(&file, written_path());
    ck_assert_msg(status == CT_OK, "%s", ct_error_message());
    ck_assert_int_eq(remove(written_path()), 0);
    return file;
}

static pt_image image_of(size_t storage, int64_t offset, const int64_t *shape, const int64_t *strides, size_t ndim)
{
    return (pt_image){.dtype = CT_FLOAT32,
                      .layout = CT_STRIDED,
                      .shape = shape,
                      .ndim = ndim,
                      .storage = storage,
                      .offset = offset,
                      .strides = strides};
}

START_TEST(writes_tensors_over_storages)
{
    static const int64_t matrix[] = {2, 3}, rows[] = {3, 1}, columns[] = {3, 2}, across[] = {1, 3};
    static const float memory[6], more[6];
    pt_writer *w;
    size_t first, second, again;
    bool is_new;
    ck_assert_int_eq(pt_writer_open(&w, written_path()), CT_OK);
    ck_assert_int_eq(pt_writer_storage(w, memory, sizeof memory, CT_FLOAT32, &first, &is_new), CT_OK);
    ck_assert(is_new);
    ck_assert_int_eq(pt_writer_storage(w, more, sizeof more, CT_FLOAT32, &second, &is_new), CT_OK);
    ck_assert(is_new && second == 1);
    ck_assert_int_eq(pt_writer_storage(w, memory, sizeof memory, CT_FLOAT32, &again, &is_new), CT_OK);
    ck_assert(!is_new && again == first);
    assert_failure(pt_writer_storage(w, memory, sizeof memory, CT_INT32, &again, &is_new), CT_ERROR_TYPE,
                   "different types, torch.float32 and torch.int32");
    pickle_writer *p = pt_writer_pickle(w);
    pt_image a = image_of(first, 0, matrix, rows, 2), b = image_of(first, 0, columns, across, 2),
             c = image_of(second, 5, NULL, NULL, 0);
    a.requires_grad = true;
    b.is_parameter = true;
    pickle_begin_dict(p, 4, nobody);
    pickle_write_text(p, "a");
    pt_write_tensor(w, &a, (pickle_identity){&a, 0, 0});
    pickle_write_text(p, "b");
    pt_write_tensor(w, &b, (pickle_identity){&b, 0, 0});
    pickle_write_text(p, "c");
    pt_write_tensor(w, &c, (pickle_identity){&c, 0, 0});
    pickle_write_text(p, "d");
    pt_write_tensor(w, &a, (pickle_identity){&a, 0, 0});
    pickle_end_dict(p, 4);
    int storages = 0;
    saved_file *file = commit_and_open(w, &storages);
    ck_assert_int_eq(storages, 2);
    const record *root = saved_file_root(file);
    ck_assert_ptr_eq(get(root, "a"), get(root, "d"));
    ck_assert_ptr_eq(get_tensor(root, "a")->storage, get_tensor(root, "b")->storage);
    ck_assert(get_tensor(root, "a")->requires_grad && !get_tensor(root, "a")->is_parameter);
    ck_assert(get_tensor(root, "b")->is_parameter && !get_tensor(root, "b")->requires_grad);
    assert_dims(get_tensor(root, "b")->strides, 2, "1,3");
    ck_assert_double_eq(element(get_tensor(root, "c"), 0), 6);
    ck_assert_uint_eq((uintptr_t)record_tensor_data(get_tensor(root, "a")) % 64, 0);
    saved_file_release(file);
}
END_TEST

/* Writes [text, text, global, global] and more, in which what is equal is written once. */
START_TEST(writes_equal_texts_once)
{
    pickle_writer *p = pickle_writer_new();
    pickle_begin_list(p, 6, nobody);
    for (int i = 0; i < 2; i++) {
        pickle_write_text(p, "a");
        pickle_write_string(p, "a\0b", 3);
        pickle_write_global(p, "builtins", "set");
    }
    pickle_end_list(p, 6);
    size_t size;
    const unsigned char *bytes = pickle_writer_finish(p, &size);
    static const char expected[] = "\x80\2]q\0(X\1\0\0\0aq\1X\3\0\0\0a\0bq\2c__builtin__\nset\nq\3h\1h\2h\3e.";
    ck_assert_uint_eq(size, sizeof expected - 1);
    ck_assert_mem_eq(bytes, expected, size);
    ck_assert_ptr_null(pickle_writer_problem(p));
    pickle_writer_free(p);
}
END_TEST

START_TEST(writes_many_values)
{
    enum { MANY = 70000 };
    pt_writer *w;
    ck_assert_int_eq(pt_writer_open(&w, written_path()), CT_OK);
    pickle_writer *p = pt_writer_pickle(w);
    pickle_begin_list(p, 2 * MANY, nobody);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < MANY; i++) {
            char text[16];
            snprintf(text, sizeof text, "%d", i);
            pickle_write_text(p, text);
        }
    pickle_end_list(p, 2 * MANY);
    int storages = 0;
    saved_file *file = commit_and_open(w, &storages);
    const record *root = saved_file_root(file);
    ck_assert_uint_eq(root->list.count, 2 * MANY);
    for (size_t i = 0; i < MANY; i += 997) {
        ck_assert_uint_eq(strtoul(root->list.items[i]->text.chars, NULL, 10), i);
        ck_assert_ptr_eq(root->list.items[i], root->list.items[MANY + i]);
    }
    saved_file_release(file);
}
END_TEST

START_TEST(writes_cycles)
{
    static const int list_address, tuple_address;
    pickle_identity list = {&list_address, 1, 0}, tuple = {&tuple_address, 1, 0};
    pt_writer *w;
    ck_assert_int_eq(pt_writer_open(&w, written_path()), CT_OK);
    pickle_writer *p = pt_writer_pickle(w);
    pickle_begin_tuple(p, 1); /* a tuple of a list of the tuple */
    pickle_begin_list(p, 1, list);
    pickle_begin_tuple(p, 1);
    ck_assert(pickle_write_shared(p, list));
    pickle_end_tuple(p, 1, tuple);
    pickle_end_list(p, 1);
    pickle_end_tuple(p, 1, tuple);
    int storages = 0;
    saved_file *file = commit_and_open(w, &storages);
    const record *root = saved_file_root(file);
    ck_assert_int_eq(root->kind, RECORD_TUPLE);
    ck_assert_ptr_eq(root->list.items[0]->list.items[0], root);
    saved_file_release(file);
}
END_TEST

START_TEST(refuses_what_a_pickle_cannot_hold)
{
    static const char *const longs[] = {"", "-", "0x", "-0x", "12", "0xg", "0x1 ", "0X1", "+0x1"};
    for (size_t i = 0; i < COUNT(longs) + 4; i++) {
        pickle_writer *p = pickle_writer_new();
        if (i < COUNT(longs))
            pickle_write_long(p, longs[i]);
        else if (i == COUNT(longs))
            pickle_write_text(p, "\xff");
        else
            pickle_write_global(p, i % 2 ? "a\nb" : "", i % 2 ? "c" : "d");
        ck_assert_ptr_nonnull(pickle_writer_problem(p));
        pickle_writer_free(p);
    }
}
END_TEST

START_TEST(a_failed_writer_leaves_no_file)
{
    pt_writer *w;
    assert_failure(pt_writer_open(&w, "/nonexistent/m.pt"), CT_ERROR_IO, "/nonexistent/m.pt: cannot be written");
    ck_assert_int_eq(pt_writer_open(&w, written_path()), CT_OK);
    char name[1200];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_failure(pt_writer_add(w, name, "", 0), CT_ERROR_VALUE, "the name of an entry has 1199 bytes");
    pickle_write_text(pt_writer_pickle(w), "\xff");
    int storages = 0;
    assert_failure(pt_writer_commit(w, count_up, &storages), CT_ERROR_VALUE, "a value is a text that is not UTF-8");
    ck_assert_int_eq(access(written_path(), F_OK), -1);
}
END_TEST

/* In a child, which a signal or the system ends in the midst of writing, what was there before stays. */
static void write_in_child(const char *path, bool killed)
{
    static const unsigned char much[1 << 16];
    struct rlimit limit = {1 << 12, 1 << 12};
    pt_writer *w;
    if (!killed && (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0))
        _exit(2);
    if (pt_writer_open(&w, path) != CT_OK)
        _exit(3);
    ct_status status = pt_writer_add(w, "much", much, sizeof much);
    if (killed)
        raise(SIGKILL);
    if (status == CT_OK)
        status = pt_writer_commit(w, NULL, NULL);
    else
        pt_writer_discard(w);
    _exit(status == CT_ERROR_IO && strstr(ct_error_message(), "cannot be written: File too large") ? 0 : 4);
}

START_TEST(what_was_there_stays_until_the_end)
{
    char kept[8] = "", path[64], command[256];
    snprintf(path, sizeof path, "%s", written_path());
    FILE *file = fopen(path, "w");
    ck_assert(file && fputs("kept", file) >= 0 && fclose(file) == 0);
    for (int killed = 0; killed < 2; killed++) {
        int status;
        pid_t child = fork();
        if (child == 0)
            write_in_child(path, killed);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_msg(killed ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", status);
        file = fopen(path, "r");
        ck_assert(file && fgets(kept, sizeof kept, file) && fclose(file) == 0);
        ck_assert_str_eq(kept, "kept");
        /* Only a writer that was killed leaves its temporary file. */
        snprintf(command, sizeof command, "ls '%s'.*.tmp > /dev/null 2>&1", path);
        ck_assert_int_eq(system(command) == 0, killed);
    }
    snprintf(command, sizeof command, "rm '%s' '%s'.*.tmp", path, path);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

static void add_writers(Suite *suite)
{
    TCase *c = add_case(suite, "writers");
    tcase_add_test(c, writes_tensors_over_storages);
    tcase_add_test(c, writes_equal_texts_once);
    tcase_add_test(c, writes_many_values);
    tcase_add_test(c, writes_cycles);
    tcase_add_test(c, refuses_what_a_pickle_cannot_hold);
    tcase_add_test(c, a_failed_writer_leaves_no_file);
    tcase_add_test(c, what_was_there_stays_until_the_end);
}

#endif
