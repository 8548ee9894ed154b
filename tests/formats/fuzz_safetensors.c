/* tests/formats/fuzz_safetensors.c: a libFuzzer harness for the readers of safetensors; tools/fuzz builds and runs it.
 * The input's first byte chooses what the rest is: a whole file, a header in front of a few bytes of data, JSON, or an
 * index of files beside it, of which two are there.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/json.h"
#include "formats/saved_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { WHOLE, HEADER, JSON, INDEX, MODES, DATA_SIZE = 64, SIZE_MAX_READ = 1 << 16 };

static char folder[] = "/tmp/ctorch-fuzz-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(path_of(name), "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
}

static void remove_folder(void)
{
    static const char *const names[] = {"a", "b", "index.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    rmdir(folder);
}

/* A header, with the length in front and data behind. */
static size_t complete(uint8_t *file, const void *header, size_t size)
{
    for (size_t i = 0; i < 8; i++)
        file[i] = (uint8_t)((uint64_t)size >> 8 * i);
    memcpy(file + 8, header, size);
    memset(file + 8 + size, 1, DATA_SIZE);
    return 8 + size + DATA_SIZE;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char header[] = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2,4],\"data_offsets\":[0,32]},"
                                 "\"y\":{\"dtype\":\"I64\",\"shape\":[4],\"data_offsets\":[32,64]}}";
    uint8_t file[8 + sizeof header + DATA_SIZE];
    (void)argc, (void)argv;
    if (!mkdtemp(folder) || atexit(remove_folder) != 0)
        abort();
    size_t size = complete(file, header, sizeof header - 1);
    write_file("a", file, size);
    write_file("b", file, size - 1);
    return 0;
}

static ct_status open_whole(saved_file **file, const uint8_t *bytes, size_t size)
{
    return saved_file_open_bytes(file, bytes, size, "fuzz.safetensors");
}

static ct_status open_header(saved_file **file, const uint8_t *bytes, size_t size)
{
    static uint8_t whole[8 + SIZE_MAX_READ + DATA_SIZE];
    return open_whole(file, whole, complete(whole, bytes, size));
}

static ct_status open_index(saved_file **file, const uint8_t *bytes, size_t size)
{
    write_file("index.json", bytes, size);
    return saved_file_open(file, path_of("index.json"));
}

static void read_json(const uint8_t *bytes, size_t size)
{
    record_pool *pool;
    record *value;
    if (record_pool_new(&pool, "fuzz.json", JSON_MEMORY_LEAST + JSON_MEMORY_PER_BYTE * size) != CT_OK)
        return;
    if (json_read(&value, bytes, size, "fuzz.json", pool) == CT_OK)
        free(record_repr(value, JSON_DEPTH_MAX + 1, SIZE_MAX_READ));
    record_pool_free(pool);
}

/* Reads both ends of a tensor, so that the sanitizer sees one that lies outside the file. */
static ct_status use_tensor(void *user, const char *name, const record_tensor *tensor)
{
    volatile uint8_t *sum = user;
    const uint8_t *data = record_tensor_data(tensor);
    *sum = (uint8_t)(*sum + strlen(name));
    if (data && tensor->nbytes)
        *sum = (uint8_t)(*sum + data[0] + data[tensor->nbytes - 1]);
    return CT_OK;
}

static void use_file(saved_file *file)
{
    uint8_t sum = 0;
    saved_file_each_tensor(file, use_tensor, &sum);
    free(record_repr(saved_file_root(file), 10, 10000));
    if (saved_file_metadata(file))
        free(record_repr(saved_file_metadata(file), JSON_DEPTH_MAX + 1, 10000));
    char *writer = NULL;
    saved_file_writer(file, &writer);
    free(writer);
    saved_file_release(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static ct_status (*const openers[MODES])(saved_file **, const uint8_t *, size_t) = {
        [WHOLE] = open_whole, [HEADER] = open_header, [INDEX] = open_index};
    saved_file *file;
    if (size == 0 || size > SIZE_MAX_READ)
        return 0;
    int mode = bytes[0] % MODES;
    if (mode == JSON)
        read_json(bytes + 1, size - 1);
    else if (openers[mode](&file, bytes + 1, size - 1) == CT_OK)
        use_file(file);
    return 0;
}
