/* formats/utf8.c: see utf8.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/utf8.h"

size_t utf8_next(const unsigned char *chars, size_t left, uint32_t *character)
{
    /* By length: the first character that needs so many bytes; the bits of the first byte that count. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    if (left == 0)
        return 0;
    unsigned char first = chars[0];
    size_t length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    uint32_t c = first & mask[length];
    for (size_t i = 1; i < length; i++) {
        if ((chars[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (chars[i] & 0x3fu);
    }
    *character = c;
    return c >= least[length] && c <= 0x10ffff ? length : 0;
}

static bool valid(const unsigned char *chars, size_t size, bool surrogates)
{
    uint32_t c;
    for (size_t at = 0; at < size;) {
        size_t length = utf8_next(chars + at, size - at, &c);
        if (length == 0 || (!surrogates && c >= 0xd800 && c <= 0xdfff))
            return false;
        at += length;
    }
    return true;
}

bool utf8_valid(const unsigned char *chars, size_t size)
{
    return valid(chars, size, true);
}

bool utf8_valid_strictly(const unsigned char *chars, size_t size)
{
    return valid(chars, size, false);
}
