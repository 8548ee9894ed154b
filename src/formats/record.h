/* formats/record.h: what was in a file, as inert values. A record stands for a Python object and never does
 * anything: a class is a name, and an object is the class, the arguments and the state that Python would have made
 * it from.
 *
 * Records of one file live in one pool and are freed together. Python's sharing is kept: what is reached on two ways is
 * the same pointer, and a graph may have cycles. A walk that enters each record once, in the order of the children, is
 * never deeper than RECORD_DEPTH_MAX; a walk that does not remember where it has been must bound itself.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_RECORD_H
#define CTORCH_FORMATS_RECORD_H

#include <ctorch/base.h>

typedef enum record_kind {
    RECORD_NONE,
    RECORD_BOOL,
    RECORD_INT,
    RECORD_BIG_INT, /* one that int64_t cannot hold: `text`, as Python's int(text, 0) reads it: "-0x1ff..." */
    RECORD_FLOAT,
    RECORD_STRING,
    RECORD_BYTES,
    RECORD_LIST,
    RECORD_TUPLE,
    RECORD_SET,
    RECORD_DICT,   /* an OrderedDict, too */
    RECORD_GLOBAL, /* a class, a function or a constant of a module, torch.float32 for example */
    RECORD_OBJECT, /* anything that is made by calling a global */
    RECORD_STORAGE,
    RECORD_TENSOR
} record_kind;

enum { RECORD_DEPTH_MAX = 1000 }; /* Python's own limit to nesting, as it is set by default, when it writes a pickle */

typedef struct record record;

typedef struct record_pair {
    record *key, *value;
} record_pair;

/* `callable(*args, **kwargs)`, and what was put into it afterwards. */
typedef struct record_object {
    record *callable;
    record *args;   /* a tuple */
    record *kwargs; /* a dict; NULL when there are none. Of what a class's __new__ made, without __init__, never NULL */
    record *list;   /* a list, what was appended; NULL when nothing was */
    record *dict;   /* a dict, what was set by key; NULL when nothing was */
} record_object;

/* The memory of one or more tensors; its bytes are asked for by record_storage_bytes. */
typedef struct record_storage {
    ct_dtype dtype; /* CT_DTYPE_NONE for one that ctorch does not have */
    const char *key;
    const char *location; /* where it was: "cpu", "cuda:0" */
    size_t size;
    const struct record_storage *base; /* of one that is a part of another: that one, else NULL */
    size_t offset;                     /* where in the base the part begins */

    /* For record_pool.c and who makes the storage. */
    unsigned char *source;       /* the bytes as they stand in the file, of any alignment */
    size_t unit;                 /* the size of the numbers in it, of which a complex element has two */
    bool swapped;                /* the numbers have the other byte order than this machine's */
    unsigned char *bytes;        /* what record_storage_bytes returned, NULL before */
    struct record_pool *pool;    /* which frees the bytes if they are a copy */
    struct record_storage *next; /* of the pool's storages */
} record_storage;

typedef struct record_tensor {
    const record_storage *storage; /* never a part of another: tensors with the same one share memory */
    ct_dtype dtype;
    size_t ndim;
    const int64_t *shape;
    const int64_t
        *strides; /* in elements; none is negative. With zeros among them, numel may be far more than nbytes */
    int64_t numel;
    size_t offset; /* of the first element in the storage, in bytes */
    size_t nbytes; /* from the first element to the end of the last one, all of it within the storage */
    bool requires_grad;
    bool is_parameter;
    bool conj, neg; /* the values are the conjugates, the negatives, of what the memory holds */
    /* Of a quantized one: (torch.per_tensor_affine, scale, zero_point), a float and an int; or
     * (torch.per_channel_affine or ..._float_qparams, scales, zero_points, axis), where the two are tensors, or lists
     * of numbers, with an element for each index of that axis. NULL of any other. */
    const struct record *quantizer;
} record_tensor;

struct record {
    record_kind kind;
    bool seen; /* by the reader's check of the depth */
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct {
            const char *chars; /* UTF-8 in a string; ends in a NUL that `size` does not count, and may hold others */
            size_t size;
        } text; /* STRING, BYTES, BIG_INT */
        struct {
            record **items;
            size_t count, room;
        } list; /* LIST, TUPLE, SET */
        struct {
            record_pair *pairs; /* in the file's order */
            size_t count, room;
        } dict;
        struct {
            const char *module, *name; /* with Python 3's names: "builtins", not "__builtin__" */
        } global;
        record_object *object;
        record_storage *storage;
        const record_tensor *tensor;
    };
    record *state; /* what `__setstate__` or `__dict__` got; NULL when there is none */
};

/* ---- asking ---- */

/* What a record is, in Python's words, for messages: "dict", "torch.Tensor"; a global is "global", an object is
 * "object". */
const char *record_kind_name(const record *r);

bool record_is_string(const record *r, const char *chars);
bool record_is_global(const record *r, const char *module, const char *name);

/* The value of a string key in a dict; NULL when there is none, or `r` is NULL or no dict. A key that was set twice
 * has its last value, as in Python. */
const record *record_get(const record *r, const char *key);

/* The value of an object's attribute, from its state: a dict, or a pair whose first is a dict (the second is for
 * slots). */
const record *record_attribute(const record *r, const char *name);

/* The number; false when the record is no int, or one too large. */
bool record_int(const record *r, int64_t *out);

/* The bytes of a storage, aligned for its elements and in this machine's byte order. They may be written to: the file
 * stays as it is. They are the mapped file's own where those will do, else a copy that the first call makes. On any
 * thread. NULL when memory is out, or over the limit. */
unsigned char *record_storage_bytes(const record_storage *storage);

/* Whether they are the file's own: none is read, and nothing copied. */
bool record_storage_is_in_place(const record_storage *storage);

/* The bytes of a tensor's first element. */
unsigned char *record_tensor_data(const record_tensor *tensor);

/* Appends a text like Python's repr to a message or a listing, cut with "..." below `depth` levels and after `size`
 * characters. Returns malloc's text, NULL when memory is out. Safe for any graph. */
char *record_repr(const record *r, size_t depth, size_t size);

/* ---- making ---- */

/* Where the records of one file live. It grants a bounded multiple of the file's size, so that no file can ask for
 * more. */
typedef struct record_pool record_pool;

/* `path` is for messages, and is copied. */
ct_status record_pool_new(record_pool **out, const char *path, size_t limit);
void record_pool_free(record_pool *pool);

/* Zeroed memory aligned to 16, until the pool is freed. NULL when it is over the limit (CT_ERROR_FORMAT) or out. */
void *record_alloc(record_pool *pool, size_t size);

/* Raises the limit by `size`, for memory that the file's own size accounts for. */
void record_pool_grant(record_pool *pool, size_t size);

/* What the pool and the copies of storages' bytes may take at most, whatever is granted: CT_ERROR_MEMORY beyond. */
void record_pool_set_cap(record_pool *pool, size_t cap);

/* Makers return NULL on failure, which has been recorded. Texts are copied. */
record *record_new(record_pool *pool, record_kind kind);
record *record_new_int(record_pool *pool, int64_t integer);
record *record_new_text(record_pool *pool, record_kind kind, const void *chars, size_t size);
record *record_new_list(record_pool *pool, record_kind kind, record *const *items, size_t count);
record *record_new_global(record_pool *pool, const record *module, const record *name);
record *record_new_object(record_pool *pool, record *callable, record *args, record *kwargs);

/* A storage with its elements' type, key, location, size, and either base and offset or source and `swapped` set, in
 * *storage, which is copied. Grants the pool the memory of a copy of the bytes. */
record *record_new_storage(record_pool *pool, const record_storage *storage);

/* The same over bytes of the pool's own, which were granted with what they come from. */
record *record_new_storage_within(record_pool *pool, const record_storage *storage);

/* How large the numbers are that an element of this type consists of: half an element where it is complex. */
size_t record_dtype_unit(ct_dtype dtype);

ct_status record_append(record_pool *pool, record *list, record *item);
ct_status record_set(record_pool *pool, record *dict, record *key, record *value);

/* Whether RECORD_DEPTH_MAX is kept, below `root`. Once per graph, before it is given to anybody. */
ct_status record_check_depth(record *root, const char *path);

#endif
