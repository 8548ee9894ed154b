/* tests/formats/fuzz_module_text.c: a libFuzzer harness for the reader of calls and printed trees. The input's first
 * byte chooses which. What is read must be shallow enough for a walk. tools/fuzz builds and runs it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/module_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    char *text = malloc(size);
    if (!text)
        return 0;
    memcpy(text, bytes + 1, size - 1);
    text[size - 1] = '\0';
    record_pool *pool;
    if (module_text_pool_new(&pool, text) == CT_OK) {
        record *r = (bytes[0] % 2 ? module_text_call : module_text_tree)(pool, text);
        if (r && record_check_depth(r, "text") != CT_OK)
            abort();
        if (r)
            free(record_repr(r, RECORD_DEPTH_MAX, 10000));
        record_pool_free(pool);
    }
    free(text);
    return 0;
}
