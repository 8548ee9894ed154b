/* value/parts.h: what values consist of.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_VALUE_PARTS_H
#define CTORCH_VALUE_PARTS_H

#include <ctorch/value.h>

/* Values that stand somewhere in memory, as those of a list do. */
typedef struct value_list {
    const ct_value *values;
    const ct_value *keys; /* of a dict with keys that are no texts, in which the others have names; else NULL */
    size_t n;
} value_list;

/* A list's, tuple's or set's items, a dict's entries, an object's attributes; false for what has nothing of the kind.
 * */
bool value_parts(ct_value v, value_list *out);

/* An object's attributes: what `__dict__` got. Where there are slots, they are in `slots`. */
value_list value_attributes(ct_value object, value_list *slots);

/* How many parts a value has; false, with 0, for what has none. */
bool value_count(ct_value v, size_t *n);

/* Part i, below that number. A state's tensor is a new handle. */
ct_value value_part(ct_value v, size_t i);

/* The key of entry i of a dict's parts. */
ct_value value_key_of(const value_list *parts, size_t i);

/* How a text's characters are counted: it may hold NULs. */
size_t value_text_size(ct_value v);

/* One step of a path: a text, which may be that of a number. */
typedef struct value_step {
    const char *chars;
    size_t size;
    bool is_text, is_number;
    int64_t number;
} value_step;

/* What a step leads to; false when it leads nowhere. */
bool value_find(ct_value v, const value_step *step, ct_value *out);

/* The value as Python's repr writes it, cut below `depth` levels and after `size` characters. malloc's; NULL when
 * memory is out. */
char *value_repr(ct_value v, size_t depth, size_t size);

/* "int", "a dict": what a value is, for messages. */
const char *value_kind_name(ct_value v);

#endif
