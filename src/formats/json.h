/* formats/json.h: reads JSON (RFC 8259) into records: an object is a dict, an array a list, null None.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_JSON_H
#define CTORCH_FORMATS_JSON_H

#include "formats/record.h"

enum {
    JSON_DEPTH_MAX = 100,
    JSON_MEMORY_PER_BYTE = 64, /* what records may take, at most, of each byte of a text, beside JSON_MEMORY_LEAST */
    JSON_MEMORY_LEAST = 4096
};

/* Reads a text, strictly: one value, in UTF-8, no key twice in an object. A number without a fraction or exponent that
 * int64_t can hold is an int, any other a float. CT_ERROR_FORMAT names the byte; `name` is for messages. */
ct_status json_read(record **out, const unsigned char *bytes, size_t size, const char *name, record_pool *pool);

#endif
