/* formats/zip_crc32.c: the checksum of zip, eight bytes at a time ("slicing by 8"): storages of gigabytes are written.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/bytes.h"
#include "formats/zip.h"

#include <pthread.h>

enum { SLICES = 8 };

/* tables[n][b]: what a byte b does to the checksum when n more bytes follow it. */
static uint32_t tables[SLICES][256];

static void make_tables(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
        tables[0][b] = crc;
    }
    for (uint32_t b = 0; b < 256; b++)
        for (int n = 1; n < SLICES; n++)
            tables[n][b] = tables[n - 1][b] >> 8 ^ tables[0][tables[n - 1][b] & 255];
}

uint32_t zip_crc32(uint32_t crc, const void *data, size_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const unsigned char *bytes = data;
    pthread_once(&once, make_tables);
    crc = ~crc;
    for (; size >= SLICES; size -= SLICES, bytes += SLICES) {
        uint32_t low = crc ^ bytes_u32(bytes), high = bytes_u32(bytes + 4);
        crc = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^ tables[4][low >> 24] ^
              tables[3][high & 255] ^ tables[2][high >> 8 & 255] ^ tables[1][high >> 16 & 255] ^ tables[0][high >> 24];
    }
    for (; size > 0; size--, bytes++)
        crc = tables[0][(crc ^ *bytes) & 255] ^ crc >> 8;
    return ~crc;
}
