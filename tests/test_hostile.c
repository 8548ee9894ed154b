/* test_hostile.c: damaged and hostile files by way of the public functions: what the readers refuse (test_formats.c)
 * fails with their words, and what they let pass can be looked at without harm, values, tensors and modules.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "suite.h"

#include "formats/archive.h"
#include "formats/hostile_safetensors.h"
#include "formats/hostile_streams.h"

#include "archive_walk.h"
#include "oracle.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

/* ---- What is refused ---- */

static void assert_refused(const void *bytes, size_t size, ct_status code, const char *words)
{
    ct_scope *scope = ct_scope_begin();
    ck_assert_ptr_null(walk_open(bytes, size));
    ct_scope_catch(scope);
    ck_assert_error(code, words);
}

START_TEST(hostile_pickles_are_refused)
{
    for (size_t i = 0; i < COUNT(hostile_pickles); i++) {
        archive *a = begin_archive(hostile_pickles[i].bytes, hostile_pickles[i].size);
        archive_finish(a);
        assert_refused(a->bytes, a->size, hostile_pickles[i].code, hostile_pickles[i].word);
        free(a);
    }
    for (size_t i = 0; i < COUNT(hostile_streams); i++)
        assert_refused(hostile_streams[i].bytes, hostile_streams[i].size, hostile_streams[i].code,
                       hostile_streams[i].word);
}
END_TEST

START_TEST(hostile_safetensors_are_refused)
{
    static unsigned char file[1 << 16];
    for (size_t i = 0; i < COUNT(hostile_headers); i++) {
        const hostile_header *h = &hostile_headers[i];
        uint64_t length = strlen(h->header);
        ck_assert_uint_lt(8 + length + h->data, sizeof file);
        memcpy(file, &length, 8);
        memcpy(file + 8, h->header, length);
        memset(file + 8 + length, 0, h->data);
        assert_refused(file, 8 + length + h->data, h->code, h->words);
    }
}
END_TEST

/* ---- What passes ---- */

/* The next of a fixed sequence of numbers (xorshift). */
static uint32_t next_number(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void load_damaged(const unsigned char *bytes, size_t size, const char *path)
{
    FILE *file = fopen(path, "wb");
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
    ct_scope *scope = ct_scope_begin();
    ct_load(path);
    ct_scope_catch(scope);
    scope = ct_scope_begin();
    ct_model_load(path, .allow_unknown = true);
    ct_scope_catch(scope);
    remove(path);
}

/* Up to three bytes of a file become others, many times over. */
static size_t damage_file(const unsigned char *bytes, size_t size, uint32_t *state, const char *path)
{
    enum { TIMES = 300 };
    size_t passed = 0;
    unsigned char *copy = malloc(size);
    for (int time = 0; time < TIMES; time++) {
        memcpy(copy, bytes, size);
        archive_drop_checksums(copy, size);
        for (uint32_t n = next_number(state) % 3 + 1; n > 0; n--)
            copy[next_number(state) % size] = (unsigned char)next_number(state);
        passed += walk_archive(copy, size);
        load_damaged(copy, size, path);
        ct_error_clear();
    }
    free(copy);
    return passed;
}

START_TEST(damaged_samples_do_no_harm)
{
    char folder[1024], path[64];
    snprintf(folder, sizeof folder, "%s", oracle_path("CTORCH_TEST_DATA", "formats/samples"));
    snprintf(path, sizeof path, "/tmp/ctorch-hostile-%d.pt", (int)getpid());
    DIR *samples = opendir(folder);
    ck_assert_ptr_nonnull(samples);
    size_t files = 0, passed = 0;
    for (struct dirent *entry; (entry = readdir(samples));) {
        size_t size;
        char sample[2048];
        if (!strstr(entry->d_name, ".pt"))
            continue;
        snprintf(sample, sizeof sample, "%s/%s", folder, entry->d_name);
        unsigned char *bytes = oracle_bytes(sample, &size);
        ck_assert_msg(walk_archive(bytes, size), "%s: %s", entry->d_name, ct_error_message());
        uint32_t state = 2463534242u;
        passed += damage_file(bytes, size, &state, path);
        free(bytes);
        files++;
    }
    closedir(samples);
    ct_error_clear();
    ck_assert_uint_ge(files, 30);
    ck_assert_uint_ge(passed, files); /* much damage lies in the data, or where nobody looks */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostile");
    TCase *tests = suite_case(suite, "hostile");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, hostile_pickles_are_refused);
    tcase_add_test(tests, hostile_safetensors_are_refused);
    tcase_add_test(tests, damaged_samples_do_no_harm);
    return suite_run(suite);
}
