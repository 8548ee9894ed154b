/* ctorch/call.h: any operator of libtorch by its name, and those of libraries that are loaded at run time.
 *
 *     ct_tensor *y = ct_call("aten::conv2d", CT_ARGS(x, w, ct_value_none(), 2, ct_arg("groups", 2)));
 *     ct_value result[2];
 *     ct_call_into("aten::max.dim", CT_ARGS(x, 1), result, 2);
 *
 * What has a function of its own (ops.h, operators.h) is better called by it: the compiler then checks the arguments.
 * This is for the rest, for operators chosen at run time, and for bindings to other languages.
 *
 * "aten::add.Tensor" names one overload, "aten::relu.default" the one whose overload has no name. "aten::add" is the
 * first that the arguments fit, in the order in which torch.ops.aten.add tries them. "add" is "aten::add".
 *
 * Arguments are checked against the operator's schema before it is called: "aten::conv2d: argument 3 'bias' is Tensor?;
 * got 2 (int)". As in Python, a whole number goes for a real one, and one number for a list of fixed size (int[2]).
 * Gradients are recorded as by the typed functions.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CALL_H
#define CTORCH_CALL_H

#include <ctorch/tensor.h>

CT_BEGIN_DECLS

/* ---- Values: what operators take and give ---- */

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
    CT_VALUE_POINTER = 17 /* to something else: no operator takes it */
} ct_value_kind;

typedef struct ct_value {
    const char *name; /* as an argument: its keyword, or NULL: it is given by position */
    ct_value_kind kind;
    size_t n; /* of a list: how many */
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
        ct_tensor *const *tensors; /* NULL among them is None */
    } as;
} ct_value;

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

/* The same value as a keyword argument, which is what ct_arg writes: `name=value`. @since 0.1 */
CT_API ct_value ct_value_named(const char *name, ct_value value);

/* The value itself, and None for NULL: what CT_VALUE needs. A pointer to anything but a tensor, a text or a generator
 * is refused by the call that is given it. @since 0.1 */
CT_API ct_value ct_value_same(ct_value value);
CT_API ct_value ct_value_pointer(const void *pointer);

CT_END_DECLS

/* The value of an expression, by its type: a number, a tensor, a text, a generator, NULL, or a value already. C11; C++
 * writes the makers above. */
#ifndef __cplusplus
#if defined(__GNUC__)
#define CT_GENERIC_ __extension__ _Generic /* in C99, too */
#else
#define CT_GENERIC_ _Generic
#endif
#define CT_VALUE(x)                                                                                                    \
    CT_GENERIC_((x),                                                                                                      \
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

CT_BEGIN_DECLS

/* ---- Calling by name ---- */

/* The result of an operator that returns one tensor: `ct_call("aten::add", CT_ARGS(x, 2))`. One that works in place
 * returns a handle on the tensor that it was given; None is NULL, without a failure. The name is looked up at every
 * call, which takes some microseconds: see ct_op_find. torch.ops.aten.add(x, 2). @since 0.1 */
CT_API ct_tensor *ct_call(const char *name, const ct_value *args, size_t n);

/* The m results of any operator. Tensors among them are new handles, in lists, too; texts and lists are lent until the
 * innermost scope ends, or, outside any, until the next text is made. On failure no result is written. @since 0.1 */
CT_API ct_status ct_call_into(const char *name, const ct_value *args, size_t n, ct_value *results, size_t m);

/* ---- Operators, looked up once ---- */

typedef struct ct_op ct_op;

/* An operator to call many times: one overload, or all of a name, as for ct_call; calls of it cost little more than
 * those of a typed function. Overloads that are registered later are not among them. torch.ops.aten.add. @since 0.1 */
CT_API ct_op *ct_op_find(const char *name);

/* Frees a handle; NULL does nothing. @since 0.1 */
CT_API void ct_op_free(ct_op *self);

/* Moves a handle one scope outwards, and returns it. NULL in a scope that has failed. @since 0.1 */
CT_API ct_op *ct_op_escape(ct_op *self);

/* As ct_call and ct_call_into. @since 0.1 */
CT_API ct_tensor *ct_op_call(const ct_op *self, const ct_value *args, size_t n);
CT_API ct_status ct_op_call_into(const ct_op *self, const ct_value *args, size_t n, ct_value *results, size_t m);

/* Its name, "aten::add.Tensor", or "aten::add" for all overloads; "" on failure. Valid as long as the handle.
 * @since 0.1 */
CT_API const char *ct_op_name(const ct_op *self);

/* What it takes and returns, "aten::relu(Tensor self) -> Tensor", a line for each overload; "" on failure. Lent until
 * the innermost scope ends, or, outside any, until the next text is made. @since 0.1 */
CT_API const char *ct_op_schema(const ct_op *self);

/* Visits the name of every overload of every operator that there is, in alphabetical order: "aten::add.Scalar". The
 * name is valid during the visit. @since 0.1 */
typedef void (*ct_op_visit)(const char *name, void *user);
CT_API ct_status ct_op_list(ct_op_visit visit, void *user);

/* Loads a shared library that registers operators, torchvision's or one with TORCH_LIBRARY of C++; they can be called
 * by name from then on. CT_ERROR_IO when it cannot be read, CT_ERROR_FORMAT when it cannot be loaded. It stays loaded.
 * torch.ops.load_library. @since 0.1 */
CT_API ct_status ct_load_library(const char *path);

CT_END_DECLS

#endif
