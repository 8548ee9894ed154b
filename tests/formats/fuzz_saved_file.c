/* tests/formats/fuzz_saved_file.c: a libFuzzer harness for the readers of torch.save's files; tools/fuzz builds and
 * runs it. The input's first byte chooses what the rest is: a zip archive, the part of a legacy stream behind its head,
 * the pickle of an archive that is good otherwise, or a whole file.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "archive.h"
#include "formats/saved_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { ZIP, STREAM, PICKLE, WHOLE, MODES };

static ct_status open_whole(saved_file **file, const uint8_t *bytes, size_t size)
{
    return saved_file_open_bytes(file, bytes, size, "fuzz.pt");
}

static ct_status open_zip(saved_file **file, const uint8_t *bytes, size_t size)
{
    static uint8_t copy[ARCHIVE_SIZE];
    memcpy(copy, bytes, size);
    archive_drop_checksums(copy, size);
    return open_whole(file, copy, size);
}

static ct_status open_stream(saved_file **file, const uint8_t *bytes, size_t size)
{
    static const uint8_t head[] = "\x80\2\x8a\12\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\2M\xe9\3.\x80\2}.";
    static uint8_t stream[ARCHIVE_SIZE];
    memcpy(stream, head, sizeof head - 1);
    memcpy(stream + sizeof head - 1, bytes, size);
    return open_whole(file, stream, sizeof head - 1 + size);
}

static ct_status open_pickle(saved_file **file, const uint8_t *bytes, size_t size)
{
    static const char *const names[] = {"a/data/0", "a/data/1", "a/data/2", "a/data/3", "a/data/4"};
    static const uint8_t zeros[256];
    static archive a;
    a.size = a.count = 0;
    archive_add(&a, "a/data.pkl", bytes, size, 64);
    archive_add(&a, "a/version", "3\n", 2, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        archive_add(&a, names[i], zeros, sizeof zeros, 64);
    a.entries[0].crc = 0;
    archive_finish(&a);
    return open_whole(file, a.bytes, a.size);
}

/* Reads both ends of a tensor, so that the sanitizer sees one that lies outside the file. */
static ct_status use_tensor(void *user, const char *name, const record_tensor *tensor)
{
    volatile uint8_t *sum = user;
    *sum = (uint8_t)(*sum + strlen(name));
    const uint8_t *data = record_tensor_data(tensor);
    if (data && tensor->nbytes)
        *sum = (uint8_t)(*sum + data[0] + data[tensor->nbytes - 1]);
    return CT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static ct_status (*const openers[MODES])(saved_file **, const uint8_t *, size_t) = {
        [ZIP] = open_zip, [STREAM] = open_stream, [PICKLE] = open_pickle, [WHOLE] = open_whole};
    saved_file *file;
    uint8_t sum = 0;
    if (size == 0 || size > ARCHIVE_SIZE / 2 || openers[bytes[0] % MODES](&file, bytes + 1, size - 1) != CT_OK)
        return 0;
    saved_file_each_tensor(file, use_tensor, &sum);
    free(record_repr(saved_file_root(file), 50, 10000));
    char *writer = NULL;
    saved_file_writer(file, &writer);
    free(writer);
    saved_file_release(file);
    return 0;
}
