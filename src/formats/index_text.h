/* formats/index_text.h: the text between Python's indexing brackets, as a list of items.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_INDEX_TEXT_H
#define CTORCH_FORMATS_INDEX_TEXT_H

#include <ctorch/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum index_kind { INDEX_INT, INDEX_SLICE, INDEX_ELLIPSIS, INDEX_NONE, INDEX_OTHER } index_kind;

/* What is given for a "?": a number, or something else that the reader only passes on. */
typedef struct index_given {
    bool is_number;
    int64_t number;
} index_given;

/* An INDEX_INT's number is in start, and an INDEX_OTHER's place among those given. A bound of a slice that was left out
 * has its flag false. */
typedef struct index_item {
    index_kind kind;
    bool has_start, has_stop, has_step;
    int64_t start, stop, step;
} index_item;

enum { INDEX_MOST = 64 }; /* as many dimensions as libtorch's tensors have */

typedef struct index_list {
    index_item items[INDEX_MOST];
    size_t size;
} index_list;

/* Reads text, in which each "?" stands for the next of those given. On failure *fault is a text of malloc's that names
 * the place, or NULL when memory is out. */
bool index_text_read(index_list *out, const char *text, const index_given *given, size_t n, char **fault);

#ifdef __cplusplus
}
#endif

#endif
