/* formats/pickle_writer.c: see pickle_writer.h. The opcodes' names are those of Python's pickletools.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pickle_writer.h"

#include "formats/pickle_memo.h"
#include "formats/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { SHARED_MAX = 1024 }; /* a longer text is written each time, rather than kept to be compared */

struct pickle_writer {
    buffer out;
    pickle_memo memo;
    uint32_t next; /* the memo's next index */
    const char *problem;
};

static const pickle_identity NOBODY = {.address = NULL};

pickle_writer *pickle_writer_new(void)
{
    pickle_writer *w = calloc(1, sizeof *w);
    if (w)
        buffer_add(&w->out, "\x80\x02", 2); /* PROTO 2 */
    return w;
}

void pickle_writer_free(pickle_writer *w)
{
    if (!w)
        return;
    buffer_free(&w->out);
    memo_free(&w->memo);
    free(w);
}

const char *pickle_writer_problem(const pickle_writer *w)
{
    return w->problem ? w->problem : w->out.failed ? "needs more memory than there is" : NULL;
}

static void op(pickle_writer *w, char opcode)
{
    buffer_add(&w->out, &opcode, 1);
}

const unsigned char *pickle_writer_finish(pickle_writer *w, size_t *size)
{
    op(w, '.'); /* STOP */
    *size = w->out.size;
    return w->out.bytes;
}

static void fail(pickle_writer *w, const char *problem)
{
    if (!w->problem)
        w->problem = problem;
}

/* ---- the memo ---- */

/* An opcode with an index, in one byte or in four. */
static void op_index(pickle_writer *w, char narrow, char wide, uint32_t index)
{
    op(w, index < 256 ? narrow : wide);
    buffer_add_number(&w->out, index, index < 256 ? 1 : 4);
}

static void get(pickle_writer *w, uint32_t index)
{
    op_index(w, 'h', 'j', index); /* BINGET, LONG_BINGET */
}

/* Puts what was written last into the memo, as Python does with everything that could be met again. */
static void put(pickle_writer *w)
{
    op_index(w, 'q', 'r', w->next++); /* BINPUT, LONG_BINPUT */
}

static void remember(pickle_writer *w, const void *key, size_t size)
{
    if (!memo_put(&w->memo, key, size, w->next))
        w->out.failed = true;
    put(w); /* behind it, since the key may lie in what put makes grow */
}

/* An identity as a key, which no key of opcodes equals. */
typedef struct identity_key {
    unsigned char bytes[1 + sizeof(pickle_identity)];
} identity_key;

static identity_key key_of(pickle_identity identity)
{
    identity_key key = {.bytes = {'I'}};
    memcpy(key.bytes + 1, &identity, sizeof identity);
    return key;
}

static bool is_known(const pickle_writer *w, pickle_identity identity, uint32_t *index)
{
    identity_key key = key_of(identity);
    return identity.address && memo_find(&w->memo, &key, sizeof key, index);
}

bool pickle_write_shared(pickle_writer *w, pickle_identity identity)
{
    uint32_t index;
    bool known = is_known(w, identity, &index);
    if (known)
        get(w, index);
    return known;
}

static void put_object(pickle_writer *w, pickle_identity identity)
{
    identity_key key = key_of(identity);
    if (identity.address)
        remember(w, &key, sizeof key);
    else
        put(w);
}

/* Puts an object that is made of parts: where one of them holds the object, it has been written by now, and what was
 * made last is dropped for it. */
static void put_made(pickle_writer *w, pickle_identity identity)
{
    uint32_t index;
    if (!is_known(w, identity, &index)) {
        put_object(w, identity);
        return;
    }
    op(w, '0'); /* POP */
    get(w, index);
}

/* What was written since `start` becomes a reference, if the same was written before. */
static void share_since(pickle_writer *w, size_t start)
{
    size_t size = w->out.size - start;
    uint32_t index;
    if (w->out.failed)
        return;
    if (size > SHARED_MAX) {
        put(w);
    } else if (memo_find(&w->memo, w->out.bytes + start, size, &index)) {
        w->out.size = start;
        get(w, index);
    } else {
        remember(w, w->out.bytes + start, size);
    }
}

/* ---- numbers ---- */

void pickle_write_none(pickle_writer *w)
{
    op(w, 'N');
}

void pickle_write_bool(pickle_writer *w, bool value)
{
    op(w, value ? '\x88' : '\x89'); /* NEWTRUE, NEWFALSE */
}

/* A number in two's complement, the lowest byte first; bytes that only repeat the sign are left out. */
static void write_long(pickle_writer *w, const unsigned char *bytes, size_t size)
{
    while (size > 1 && ((bytes[size - 1] == 0x00 && bytes[size - 2] < 0x80) ||
                        (bytes[size - 1] == 0xff && bytes[size - 2] >= 0x80)))
        size--;
    if (size > INT32_MAX) {
        fail(w, "is a whole number of more than 2 GiB");
        return;
    }
    op(w, size < 256 ? '\x8a' : '\x8b'); /* LONG1, LONG4 */
    buffer_add_number(&w->out, size, size < 256 ? 1 : 4);
    buffer_add(&w->out, bytes, size);
}

void pickle_write_int(pickle_writer *w, int64_t value)
{
    if (value >= INT32_MIN && value <= INT32_MAX) {
        bool one = value >= 0 && value <= 0xff, two = value >= 0 && value <= 0xffff;
        op(w, one ? 'K' : two ? 'M' : 'J'); /* BININT1, BININT2, BININT */
        buffer_add_number(&w->out, (uint64_t)value, one ? 1 : two ? 2 : 4);
        return;
    }
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)value >> 8 * i);
    write_long(w, bytes, sizeof bytes);
}

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
    return c && found ? (int)(found - digits) : -1;
}

/* Two digits a byte, from the last digit on, with a byte for the sign. */
void pickle_write_long(pickle_writer *w, const char *hexadecimal)
{
    bool negative = *hexadecimal == '-';
    const char *digits = hexadecimal + negative;
    if (digits[0] != '0' || digits[1] != 'x' || digit_of(digits[2]) < 0) {
        fail(w, "is a whole number that is not hexadecimal, as \"0x1ff\" is");
        return;
    }
    digits += 2;
    size_t n = strlen(digits), size = n / 2 + 2;
    unsigned char *bytes = calloc(size, 1);
    bool valid = bytes != NULL;
    for (size_t i = 0; valid && i < n; i++) {
        int digit = digit_of(digits[n - 1 - i]);
        valid = digit >= 0;
        bytes[i / 2] |= (unsigned char)((digit & 15) << 4 * (i % 2));
    }
    unsigned carry = 1;
    for (size_t i = 0; valid && negative && i < size; i++) {
        carry += (unsigned char)~bytes[i];
        bytes[i] = (unsigned char)carry;
        carry >>= 8;
    }
    if (valid)
        write_long(w, bytes, size);
    else
        fail(w, bytes ? "is a whole number with other characters than hexadecimal digits"
                      : "needs more memory than there is");
    free(bytes);
}

void pickle_write_float(pickle_writer *w, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    op(w, 'G'); /* BINFLOAT: the highest byte first */
    for (int i = 8; i-- > 0;)
        buffer_add_number(&w->out, bits >> 8 * i, 1);
}

void pickle_write_complex(pickle_writer *w, double real, double imaginary)
{
    pickle_write_global(w, "builtins", "complex");
    pickle_begin_tuple(w, 2);
    pickle_write_float(w, real);
    pickle_write_float(w, imaginary);
    pickle_end_tuple(w, 2, NOBODY);
    pickle_write_call(w, NOBODY);
}

/* ---- texts ---- */

void pickle_write_string(pickle_writer *w, const char *chars, size_t size)
{
    if (size > UINT32_MAX || !utf8_valid((const unsigned char *)chars, size)) {
        fail(w, size > UINT32_MAX ? "is a text of more than 4 GiB" : "is a text that is not UTF-8");
        return;
    }
    size_t start = w->out.size;
    op(w, 'X'); /* BINUNICODE */
    buffer_add_number(&w->out, size, 4);
    buffer_add(&w->out, chars, size);
    share_since(w, start);
}

void pickle_write_text(pickle_writer *w, const char *chars)
{
    pickle_write_string(w, chars, strlen(chars));
}

/* Protocol 2 has no bytes: they are a text of characters up to 255, encoded in Latin-1. */
static void write_latin1(pickle_writer *w, const unsigned char *bytes, size_t size)
{
    size_t start = w->out.size, high = 0;
    for (size_t i = 0; i < size; i++)
        high += bytes[i] >> 7;
    if (size + high > UINT32_MAX) {
        fail(w, "is too many bytes for a pickle: 4 GiB as a text");
        return;
    }
    op(w, 'X');
    buffer_add_number(&w->out, size + high, 4);
    for (size_t i = 0; i < size; i++) {
        unsigned char pair[] = {(unsigned char)(0xc0 | bytes[i] >> 6), (unsigned char)(0x80 | (bytes[i] & 0x3f))};
        buffer_add(&w->out, bytes[i] < 0x80 ? &bytes[i] : pair, bytes[i] < 0x80 ? 1 : 2);
    }
    share_since(w, start);
}

void pickle_write_bytes(pickle_writer *w, const unsigned char *bytes, size_t size)
{
    if (size == 0) {
        pickle_write_global(w, "builtins", "bytes");
        pickle_begin_tuple(w, 0);
        pickle_end_tuple(w, 0, NOBODY);
    } else {
        pickle_write_global(w, "_codecs", "encode");
        pickle_begin_tuple(w, 2);
        write_latin1(w, bytes, size);
        pickle_write_text(w, "latin1");
        pickle_end_tuple(w, 2, NOBODY);
    }
    pickle_write_call(w, NOBODY);
}

/* Protocol 2 uses Python 2's names for what moved, which for what data is made of is one module. */
void pickle_write_global(pickle_writer *w, const char *module, const char *name)
{
    if (!*module || !*name || strchr(module, '\n') || strchr(name, '\n')) {
        fail(w, "is a class whose name is not a module and a name, as \"torch.nn.Linear\" is");
        return;
    }
    size_t start = w->out.size;
    module = strcmp(module, "builtins") == 0 ? "__builtin__" : module;
    op(w, 'c'); /* GLOBAL */
    buffer_add(&w->out, module, strlen(module));
    op(w, '\n');
    buffer_add(&w->out, name, strlen(name));
    op(w, '\n');
    share_since(w, start);
}

/* ---- what holds others ---- */

enum { SHORT_TUPLE = 3 }; /* these need no MARK: they have opcodes of their own */

void pickle_begin_tuple(pickle_writer *w, size_t n)
{
    if (n > SHORT_TUPLE)
        op(w, '(');
}

void pickle_end_tuple(pickle_writer *w, size_t n, pickle_identity identity)
{
    op(w, n == 0 ? ')' : n > SHORT_TUPLE ? 't' : (char)('\x84' + n)); /* TUPLE1 is \x85 */
    if (n > 0)
        put_made(w, identity);
}

void pickle_begin_items(pickle_writer *w, size_t n)
{
    if (n > 1)
        op(w, '('); /* MARK */
}

void pickle_end_items(pickle_writer *w, size_t n, bool keyed)
{
    if (n > 0)
        op(w, n > 1 ? (keyed ? 'u' : 'e') : (keyed ? 's' : 'a')); /* SETITEMS, APPENDS, SETITEM, APPEND */
}

void pickle_begin_list(pickle_writer *w, size_t n, pickle_identity identity)
{
    op(w, ']');
    put_object(w, identity);
    pickle_begin_items(w, n);
}

void pickle_end_list(pickle_writer *w, size_t n)
{
    pickle_end_items(w, n, false);
}

void pickle_begin_dict(pickle_writer *w, size_t n, pickle_identity identity)
{
    op(w, '}');
    put_object(w, identity);
    pickle_begin_items(w, n);
}

void pickle_end_dict(pickle_writer *w, size_t n)
{
    pickle_end_items(w, n, true);
}

/* Protocol 2 has no sets: set([...]). */
void pickle_begin_set(pickle_writer *w, size_t n)
{
    pickle_write_global(w, "builtins", "set");
    pickle_begin_list(w, n, NOBODY);
}

void pickle_end_set(pickle_writer *w, size_t n, pickle_identity identity)
{
    pickle_end_list(w, n);
    pickle_end_tuple(w, 1, NOBODY);
    pickle_write_call(w, identity);
}

/* ---- calls ---- */

void pickle_write_call(pickle_writer *w, pickle_identity identity)
{
    op(w, 'R'); /* REDUCE */
    put_made(w, identity);
}

/* Keywords need an opcode of protocol 4, which readers of protocol 2 know as well. */
void pickle_write_new(pickle_writer *w, bool keywords, pickle_identity identity)
{
    op(w, keywords ? '\x92' : '\x81'); /* NEWOBJ_EX, NEWOBJ */
    put_made(w, identity);
}

void pickle_write_state(pickle_writer *w)
{
    op(w, 'b'); /* BUILD */
}

void pickle_write_persistent(pickle_writer *w)
{
    op(w, 'Q'); /* BINPERSID */
}
