/* ctorch/value.h: values of any kind: what operators take and give by name (call.h), what files hold (archive.h), and
 * what is saved in them (checkpoint.h).
 *
 * A value is plain data, and borrows: tensors, texts and lists in it live as long as whoever made them keeps them.
 * Lists are written CT_ARGS(x, 2, 0.5, "mean"), with names where they need them: CT_ARGS(ct_arg("epoch", 3)).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_VALUE_H
#define CTORCH_VALUE_H

#include <ctorch/dict.h>

CT_BEGIN_DECLS

/* Which of a value's members holds it. The numbers never change. */
typedef enum ct_value_kind {
    CT_VALUE_NONE = 0,
    CT_VALUE_TENSOR = 1,
    CT_VALUE_INT = 2,
    CT_VALUE_REAL = 3,
    CT_VALUE_BOOL = 4,
    CT_VALUE_STRING = 5,
    CT_VALUE_COMPLEX = 6,
    CT_VALUE_DTYPE = 7,
    CT_VALUE_LAYOUT = 8,
    CT_VALUE_MEMORY_FORMAT = 9,
    CT_VALUE_DEVICE = 10,
    CT_VALUE_GENERATOR = 11,
    CT_VALUE_INTS = 12,
    CT_VALUE_REALS = 13,
    CT_VALUE_BOOLS = 14,
    CT_VALUE_STRINGS = 15,
    CT_VALUE_TENSORS = 16,
    CT_VALUE_POINTER = 17, /* to something else: nothing takes it */

    /* What operators do not take, and files hold. */
    CT_VALUE_LIST = 18,   /* n values */
    CT_VALUE_TUPLE = 19,  /* n values */
    CT_VALUE_SET = 20,    /* n values */
    CT_VALUE_DICT = 21,   /* n values with the names of their keys; a key that is no text follows the values */
    CT_VALUE_STATE = 22,  /* a dict of tensors by name */
    CT_VALUE_BYTES = 23,  /* n bytes */
    CT_VALUE_LONG = 24,   /* a whole number beyond 64 bits, as Python's int(text, 0) reads it: "0x1ff..." */
    CT_VALUE_GLOBAL = 25, /* a class or function of Python by its name: "torch.tanh" */
    CT_VALUE_OBJECT = 26  /* an object of a class of Python: CT_OBJECT_PARTS values */
} ct_value_kind;

typedef struct ct_value {
    const char *name; /* as an argument: its keyword, or NULL: it is given by position */
    ct_value_kind kind;
    size_t n; /* of what has several parts: how many; of a text from a file: its bytes, since it may hold NULs */
    union {
        ct_tensor *tensor; /* NULL is None */
        int64_t integer;
        double real;
        double parts[2]; /* of a complex number: real and imaginary */
        bool boolean;
        const char *string; /* a device's name, too */
        ct_dtype dtype;
        ct_layout layout;
        ct_memory_format memory_format;
        ct_generator *generator;
        const int64_t *ints;
        const double *reals;
        const bool *bools;
        const char *const *strings;
        ct_tensor *const *tensors;     /* NULL among them is None */
        const struct ct_value *values; /* of a list, tuple, set, dict or object */
        const ct_dict *dict;
        const unsigned char *bytes;
    } as;
} ct_value;

/* Values among keyword arguments: `.metadata = {CT_ARGS(ct_arg("format", "pt"))}`. */
typedef struct ct_args {
    const ct_value *data;
    size_t n;
} ct_args;

/* The parts of an object, `callable(*args, **kwargs)` and what was put into it afterwards; each may be None. Where
 * kwargs is a dict, if only an empty one, the object was made by its class's __new__ instead, without __init__. A
 * tensor that this libtorch cannot hold is an object, too: "torch.Tensor" with the keyword arguments dtype, shape and
 * error. */
enum {
    CT_OBJECT_CALLABLE,
    CT_OBJECT_ARGS,
    CT_OBJECT_KWARGS,
    CT_OBJECT_STATE,
    CT_OBJECT_LIST,
    CT_OBJECT_DICT,
    CT_OBJECT_PARTS
};

/* ---- Making values ---- */

/* None. @since 0.1 */
CT_API ct_value ct_value_none(void);

/* A tensor, which the value borrows, as it does texts and lists; NULL is None. @since 0.1 */
CT_API ct_value ct_value_tensor(const ct_tensor *tensor);

/* A whole number. Where a schema has ScalarType, Layout or MemoryFormat it is one of ctorch's constants, which C cannot
 * tell from numbers: CT_FLOAT32. @since 0.1 */
CT_API ct_value ct_value_int(int64_t value);

/* A real number. @since 0.1 */
CT_API ct_value ct_value_real(double value);

/* A number that is whole or real. @since 0.1 */
CT_API ct_value ct_value_scalar(ct_scalar value);

/* A complex number. @since 0.1 */
CT_API ct_value ct_value_complex(double real, double imaginary);

/* True or false. C's own `true` is the whole number 1, which goes for it. @since 0.1 */
CT_API ct_value ct_value_bool(bool value);

/* A text; NULL is None. @since 0.1 */
CT_API ct_value ct_value_string(const char *value);

/* An element type; CT_DTYPE_NONE is None. @since 0.1 */
CT_API ct_value ct_value_dtype(ct_dtype value);

/* A layout; CT_LAYOUT_NONE is None. @since 0.1 */
CT_API ct_value ct_value_layout(ct_layout value);

/* A memory format; CT_MEMORY_FORMAT_NONE is None. @since 0.1 */
CT_API ct_value ct_value_memory_format(ct_memory_format value);

/* A device, "cuda:1"; a text goes for one too. NULL is None. @since 0.1 */
CT_API ct_value ct_value_device(const char *value);

/* A generator; NULL is None. @since 0.1 */
CT_API ct_value ct_value_generator(const ct_generator *value);

/* Whole numbers: ct_value_ints(CT_DIMS(2, 2)). @since 0.1 */
CT_API ct_value ct_value_ints(const int64_t *values, size_t n);

/* Real numbers: ct_value_reals(CT_REALS(0.5, 2)). @since 0.1 */
CT_API ct_value ct_value_reals(const double *values, size_t n);

/* Truths. @since 0.1 */
CT_API ct_value ct_value_bools(const bool *values, size_t n);

/* Texts. @since 0.1 */
CT_API ct_value ct_value_strings(const char *const *values, size_t n);

/* Tensors: ct_value_tensors(CT_TENSORS(x, y)). @since 0.1 */
CT_API ct_value ct_value_tensors(ct_tensor *const *values, size_t n);

/* A list or tuple of values: ct_value_list(CT_ARGS(1, "two", x)). @since 0.1 */
CT_API ct_value ct_value_list(const ct_value *values, size_t n);
CT_API ct_value ct_value_tuple(const ct_value *values, size_t n);

/* A dict with texts for keys: ct_value_dict(CT_ARGS(ct_arg("epoch", 3), ct_arg("model", state))). @since 0.1 */
CT_API ct_value ct_value_dict(const ct_value *values, size_t n);

/* A dict of tensors. @since 0.1 */
CT_API ct_value ct_value_state(const ct_dict *dict);

/* Bytes. @since 0.1 */
CT_API ct_value ct_value_bytes(const void *bytes, size_t n);

/* The same value as a keyword argument, which is what ct_arg writes: `name=value`. @since 0.1 */
CT_API ct_value ct_value_named(const char *name, ct_value value);

/* The value itself, and None for NULL: what CT_VALUE needs. A pointer to anything but a tensor, a dict, a text or a
 * generator is refused by the call that is given it. @since 0.1 */
CT_API ct_value ct_value_same(ct_value value);
CT_API ct_value ct_value_pointer(const void *pointer);

/* ---- Reading values: in a failure's message they bear the name that they were found under ---- */

/* The number of a value's parts: the items of a list, tuple, set or dict, the attributes of an object, the tensors of a
 * state, the bytes. 0 on failure. len(v). @since 0.1 */
CT_API size_t ct_value_size(ct_value v);

/* Part i, from the end where i is negative: an item, or of a dict, an object or a state, the value of entry i, its name
 * kept. A state's tensor is a new handle. None on failure. @since 0.1 */
CT_API ct_value ct_value_at(ct_value v, int64_t i);

/* The key of entry i of a dict, an object's attributes or a state: a text as a rule. None on failure. list(v)[i].
 * @since 0.1 */
CT_API ct_value ct_value_key(ct_value v, int64_t i);

/* What is at a path of keys, attributes and positions: "optimizer.state[0].exp_avg". At each step a key that is all
 * that is left is taken before one that ends at a dot, and `["a.b"]` is always one key. A module's parameters, buffers
 * and children count among its attributes. None on failure, which names the step that led nowhere. @since 0.1 */
CT_API ct_value ct_value_get(ct_value v, const char *path);

/* Whether there is something at a path; false on failure. @since 0.1 */
CT_API bool ct_value_has(ct_value v, const char *path);

/* A number without a fraction, a truth as 0 or 1, or the only element of a tensor; 0 on failure. int(v). @since 0.1 */
CT_API int64_t ct_value_to_int(ct_value v);

/* A number, or the only element of a tensor; NAN on failure. float(v). @since 0.1 */
CT_API double ct_value_to_double(ct_value v);

/* A truth, or a number that is 0 or 1; false on failure. @since 0.1 */
CT_API bool ct_value_to_bool(ct_value v);

/* A text; also a device's, a global's, and that of a whole number beyond 64 bits. "" on failure. Lives as long as the
 * value. @since 0.1 */
CT_API const char *ct_value_text(ct_value v);

/* A tensor, as a new handle. @since 0.1 */
CT_API ct_tensor *ct_value_to_tensor(ct_value v);

/* The class of an object, "torch.nn.modules.linear.Linear", or the name of a global; "" on failure. Lives as long as
 * the value. @since 0.1 */
CT_API const char *ct_value_class(ct_value v);

/* The value as Python's repr writes it, tensors by their type and shape, and cut where it is very long; "" on failure.
 * Valid until the innermost scope ends, or outside any scope until the next text is made. repr(v). @since 0.1 */
CT_API const char *ct_value_to_string(ct_value v);

CT_END_DECLS

/* The value of an expression, by its type: a number, a tensor, a dict, a text, a generator, NULL, or a value already.
 * C11; C++ writes the makers above. */
#ifndef __cplusplus
#if defined(__GNUC__)
#define CT_GENERIC_ __extension__ _Generic /* in C99, too */
#else
#define CT_GENERIC_ _Generic
#endif
#define CT_VALUE(x)                                                                                                    \
    CT_GENERIC_((x),                                                                                                   \
        _Bool: ct_value_bool,                                                                                          \
        char: ct_value_int,                                                                                            \
        signed char: ct_value_int,                                                                                     \
        unsigned char: ct_value_int,                                                                                   \
        short: ct_value_int,                                                                                           \
        unsigned short: ct_value_int,                                                                                  \
        int: ct_value_int,                                                                                             \
        unsigned: ct_value_int,                                                                                        \
        long: ct_value_int,                                                                                            \
        unsigned long: ct_value_int,                                                                                   \
        long long: ct_value_int,                                                                                       \
        unsigned long long: ct_value_int,                                                                              \
        float: ct_value_real,                                                                                          \
        double: ct_value_real,                                                                                         \
        long double: ct_value_real,                                                                                    \
        char *: ct_value_string,                                                                                       \
        const char *: ct_value_string,                                                                                 \
        ct_tensor *: ct_value_tensor,                                                                                  \
        const ct_tensor *: ct_value_tensor,                                                                            \
        ct_generator *: ct_value_generator,                                                                            \
        const ct_generator *: ct_value_generator,                                                                      \
        ct_dict *: ct_value_state,                                                                                     \
        const ct_dict *: ct_value_state,                                                                               \
        ct_scalar: ct_value_scalar,                                                                                    \
        ct_value: ct_value_same,                                                                                       \
        void *: ct_value_pointer,                                                                                      \
        const void *: ct_value_pointer)(x)

/* A keyword argument: CT_ARGS(x, w, ct_arg("groups", 2)). */
#define ct_arg(name, value) ct_value_named(name, CT_VALUE(value))

/* Up to 24 arguments as a list of values, pointer and count: CT_ARGS(x, 2, 0.5, "mean"). It lives until the enclosing
 * block ends; each argument is evaluated once. */
#define CT_ARGS(...) CT_ARGS_PICK_(CT_ARGS_EMPTY_(__VA_ARGS__), __VA_ARGS__)
#define CT_ARGS_PICK_(empty, ...) CT_ARGS_PASTE_(CT_ARGS_IF_, empty)(__VA_ARGS__)
#define CT_ARGS_PASTE_(a, b) CT_ARGS_PASTED_(a, b)
#define CT_ARGS_PASTED_(a, b) a##b##_
#define CT_ARGS_IF_1_(...) (const ct_value *)0, (size_t)0
#define CT_ARGS_IF_0_(...) CT_ARGS_LIST_(CT_ARGS_COUNT_(__VA_ARGS__), __VA_ARGS__)
#define CT_ARGS_LIST_(n, ...) ((const ct_value[]){CT_ARGS_PASTE_(CT_ARGS_, n)(__VA_ARGS__)}), (size_t)n

#define CT_ARGS_COUNT_(...)                                                                                            \
    CT_ARGS_25TH_(__VA_ARGS__, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, )
#define CT_ARGS_25TH_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, count, ...) count

/* Whether there is no argument at all. A comma comes out of CT_ARGS_COMMA_ only in front of a parenthesis: of one that
 * is put behind nothing, but also of one that an argument begins with. */
#define CT_ARGS_EMPTY_(...)                                                                                            \
    CT_ARGS_EMPTY_IF_(CT_ARGS_MANY_(__VA_ARGS__), CT_ARGS_MANY_(CT_ARGS_COMMA_ __VA_ARGS__),                           \
                      CT_ARGS_MANY_(CT_ARGS_COMMA_ __VA_ARGS__()))
#define CT_ARGS_COMMA_(...) ,
#define CT_ARGS_MANY_(...)                                                                                             \
    CT_ARGS_25TH_(__VA_ARGS__, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, )
#define CT_ARGS_EMPTY_IF_(a, b, c) CT_ARGS_EMPTY_CASE_(a, b, c)
#define CT_ARGS_EMPTY_CASE_(a, b, c) CT_ARGS_MANY_(CT_ARGS_EMPTY_##a##b##c##_)
#define CT_ARGS_EMPTY_001_ ,

#define CT_ARGS_1_(a) CT_VALUE(a)
#define CT_ARGS_2_(a, ...) CT_VALUE(a), CT_ARGS_1_(__VA_ARGS__)
#define CT_ARGS_3_(a, ...) CT_VALUE(a), CT_ARGS_2_(__VA_ARGS__)
#define CT_ARGS_4_(a, ...) CT_VALUE(a), CT_ARGS_3_(__VA_ARGS__)
#define CT_ARGS_5_(a, ...) CT_VALUE(a), CT_ARGS_4_(__VA_ARGS__)
#define CT_ARGS_6_(a, ...) CT_VALUE(a), CT_ARGS_5_(__VA_ARGS__)
#define CT_ARGS_7_(a, ...) CT_VALUE(a), CT_ARGS_6_(__VA_ARGS__)
#define CT_ARGS_8_(a, ...) CT_VALUE(a), CT_ARGS_7_(__VA_ARGS__)
#define CT_ARGS_9_(a, ...) CT_VALUE(a), CT_ARGS_8_(__VA_ARGS__)
#define CT_ARGS_10_(a, ...) CT_VALUE(a), CT_ARGS_9_(__VA_ARGS__)
#define CT_ARGS_11_(a, ...) CT_VALUE(a), CT_ARGS_10_(__VA_ARGS__)
#define CT_ARGS_12_(a, ...) CT_VALUE(a), CT_ARGS_11_(__VA_ARGS__)
#define CT_ARGS_13_(a, ...) CT_VALUE(a), CT_ARGS_12_(__VA_ARGS__)
#define CT_ARGS_14_(a, ...) CT_VALUE(a), CT_ARGS_13_(__VA_ARGS__)
#define CT_ARGS_15_(a, ...) CT_VALUE(a), CT_ARGS_14_(__VA_ARGS__)
#define CT_ARGS_16_(a, ...) CT_VALUE(a), CT_ARGS_15_(__VA_ARGS__)
#define CT_ARGS_17_(a, ...) CT_VALUE(a), CT_ARGS_16_(__VA_ARGS__)
#define CT_ARGS_18_(a, ...) CT_VALUE(a), CT_ARGS_17_(__VA_ARGS__)
#define CT_ARGS_19_(a, ...) CT_VALUE(a), CT_ARGS_18_(__VA_ARGS__)
#define CT_ARGS_20_(a, ...) CT_VALUE(a), CT_ARGS_19_(__VA_ARGS__)
#define CT_ARGS_21_(a, ...) CT_VALUE(a), CT_ARGS_20_(__VA_ARGS__)
#define CT_ARGS_22_(a, ...) CT_VALUE(a), CT_ARGS_21_(__VA_ARGS__)
#define CT_ARGS_23_(a, ...) CT_VALUE(a), CT_ARGS_22_(__VA_ARGS__)
#define CT_ARGS_24_(a, ...) CT_VALUE(a), CT_ARGS_23_(__VA_ARGS__)
#endif

#endif
