/* formats/bytes.h: little-endian numbers out of a file's bytes, at any alignment and on any machine.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_BYTES_H
#define CTORCH_FORMATS_BYTES_H

#include <stdint.h>

static inline uint16_t bytes_u16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t bytes_u32(const unsigned char *p)
{
    return (uint32_t)bytes_u16(p) | (uint32_t)bytes_u16(p + 2) << 16;
}

static inline uint64_t bytes_u64(const unsigned char *p)
{
    return (uint64_t)bytes_u32(p) | (uint64_t)bytes_u32(p + 4) << 32;
}

#endif
