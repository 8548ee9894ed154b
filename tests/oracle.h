/* tests/oracle.h: what Python says: files that the PyTorch at hand wrote before the tests (python/write_fresh.py), and
 * the committed texts of the releases whose printing is our model (python/write_repr.py).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_TESTS_ORACLE_H
#define CTORCH_TESTS_ORACLE_H

#include <check.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The path of a file in the folder that an environment variable names. Valid until the next call. */
static inline const char *oracle_path(const char *variable, const char *name)
{
    static char path[1024];
    const char *folder = getenv(variable);
    ck_assert_msg(folder != NULL, "%s is not set: run the tests with ctest", variable);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* The path of a file that the PyTorch at hand wrote, as printf writes it. Valid until the next call. */
__attribute__((format(printf, 1, 2))) static inline const char *oracle_fresh(const char *format, ...)
{
    char name[640];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    return oracle_path("CTORCH_TEST_FRESH", name);
}

/* A file that the PyTorch at hand wrote. */
static inline FILE *oracle_open_fresh(const char *name)
{
    const char *path = oracle_path("CTORCH_TEST_FRESH", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s is missing: run python/write_fresh.py", path);
    return file;
}

/* All bytes of a file, which the caller frees. */
static inline void *oracle_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is missing", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    void *bytes = malloc(*size ? *size : 1);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

/* The next line without its end; false at the end of the file. */
static inline bool oracle_line(FILE *file, char *line, int size)
{
    if (!fgets(line, size, file))
        return false;
    ck_assert_msg(strchr(line, '\n') != NULL, "a line is too long: %s", line);
    line[strcspn(line, "\n")] = 0;
    return true;
}

/* What print(module) writes in a release, "2.14", for a case of python/write_repr.py. */
static inline void oracle_repr(const char *release, const char *name, char *text, size_t size)
{
    char file_name[64], title[128], line[512];
    snprintf(file_name, sizeof file_name, "golden/repr_%s.txt", release);
    snprintf(title, sizeof title, "# %s", name);
    FILE *file = fopen(oracle_path("CTORCH_TEST_DATA", file_name), "r");
    ck_assert_msg(file != NULL, "%s is missing", file_name);
    bool found = false;
    while (oracle_line(file, line, sizeof line) && !found)
        found = strcmp(line, title) == 0;
    ck_assert_msg(found, "%s has no %s", file_name, name);
    size_t length = 0;
    do
        length += (size_t)snprintf(text + length, size - length, "%s%s", length ? "\n" : "", line);
    while (length < size && oracle_line(file, line, sizeof line) && *line);
    ck_assert_msg(length < size, "%s is longer than %zu bytes", name, size);
    fclose(file);
}

#endif
