/* tests/formats/fuzz_saved_file.c: a libFuzzer harness for the reader of torch.save's files. The input's first byte
 * chooses whether the rest is a whole file, or a pickle for an archive that is good otherwise. From this directory:
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -I../../include -I../../src fuzz_saved_file.c \
 *       ../../src/core/[a-z]*.c ../../src/formats/[a-z]*.c -o /tmp/fuzz_saved_file
 *   /tmp/fuzz_saved_file -max_total_time=60 -close_fd_mask=2
 *
 * SPDX-License-Identifier: BSD-3-Clause */
#include "archive.h"
#include "formats/saved_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Without checksums, or hardly any input would get to the pickle. */
static ct_status open_pickle(saved_file **file, const uint8_t *pickle, size_t size)
{
    static archive a;
    a.size = a.count = 0;
    archive_add(&a, "a/data.pkl", pickle, size, 64);
    archive_add(&a, "a/version", "3\n", 2, 1);
    archive_add(&a, "a/data/0", (const float[6]){0}, 24, 64);
    a.entries[0].crc = 0;
    archive_finish(&a);
    return saved_file_open_bytes(file, a.bytes, a.size, "fuzz.pt");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    saved_file *file;
    if (size == 0 || size > ARCHIVE_SIZE / 2)
        return 0;
    ct_status status = bytes[0] % 2 ? saved_file_open_bytes(&file, bytes + 1, size - 1, "fuzz.pt")
                                    : open_pickle(&file, bytes + 1, size - 1);
    if (status != CT_OK)
        return 0;
    free(record_repr(saved_file_root(file), 50, 10000));
    saved_file_release(file);
    return 0;
}
