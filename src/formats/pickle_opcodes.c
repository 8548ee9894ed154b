/* formats/pickle_opcodes.c: what each opcode of pickle does to the machine, and the table of them.
 * The names and meanings are those of Python's pickletools.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pickle_vm.h"

#include "core/error.h"
#include "formats/bytes.h"
#include "formats/utf8.h"

#include <stdio.h>
#include <string.h>

/* The operand of vm->op, a number without sign of vm->op->width bytes. */
static bool take_number(pickle_vm *vm, uint64_t *number)
{
    const unsigned char *p = vm_take(vm, (size_t)vm->op->width);
    if (!p)
        return false;
    *number = 0;
    for (int i = vm->op->width; i-- > 0;)
        *number = *number << 8 | p[i];
    return true;
}

/* An operand of bytes behind their number, *size of them. */
static const unsigned char *take_counted(pickle_vm *vm, size_t *size)
{
    uint64_t number;
    if (!take_number(vm, &number))
        return NULL;
    *size = number < SIZE_MAX ? (size_t)number : SIZE_MAX;
    return vm_take(vm, *size);
}

/* ---- the frame ---- */

static ct_status op_proto(pickle_vm *vm)
{
    uint64_t version;
    if (!take_number(vm, &version))
        return CT_ERROR_FORMAT;
    return version <= 5 ? CT_OK : pickle_fail(vm, "protocol %u is unknown; 2 to 5 are", (unsigned)version);
}

static ct_status op_frame(pickle_vm *vm)
{
    uint64_t length;
    if (!take_number(vm, &length))
        return CT_ERROR_FORMAT;
    if (length > vm->size - vm->at)
        return pickle_fail(vm, "a frame of %ju bytes runs past the end", (uintmax_t)length);
    return CT_OK;
}

static ct_status op_stop(pickle_vm *vm)
{
    return vm_top(vm) ? CT_OK : CT_ERROR_FORMAT;
}

/* ---- the stack ---- */

static ct_status op_pop(pickle_vm *vm)
{
    if (vm->mark_count && vm->marks[vm->mark_count - 1] == vm->depth) {
        vm->mark_count--; /* Python's POP takes a mark off, too */
        return CT_OK;
    }
    return vm_pop(vm) ? CT_OK : CT_ERROR_FORMAT;
}

static ct_status op_pop_mark(pickle_vm *vm)
{
    size_t count;
    record **items;
    return vm_pop_mark(vm, &items, &count);
}

static ct_status op_dup(pickle_vm *vm)
{
    record *top = vm_top(vm);
    return top ? vm_push(vm, top) : CT_ERROR_FORMAT;
}

static ct_status op_put(pickle_vm *vm)
{
    uint64_t index;
    return take_number(vm, &index) ? vm_memo_put(vm, (size_t)index) : CT_ERROR_FORMAT;
}

static ct_status op_memoize(pickle_vm *vm)
{
    return vm_memo_put(vm, vm->memo_count);
}

static ct_status op_get(pickle_vm *vm)
{
    uint64_t index;
    return take_number(vm, &index) ? vm_memo_get(vm, (size_t)index) : CT_ERROR_FORMAT;
}

/* ---- values ---- */

/* None, or an empty container. */
static ct_status op_new(pickle_vm *vm)
{
    return vm_push(vm, record_new(vm->pool, vm->op->kind));
}

static ct_status push_bool(pickle_vm *vm, bool boolean)
{
    record *r = record_new(vm->pool, RECORD_BOOL);
    if (r)
        r->boolean = boolean;
    return vm_push(vm, r);
}

static ct_status op_true(pickle_vm *vm)
{
    return push_bool(vm, true);
}

static ct_status op_false(pickle_vm *vm)
{
    return push_bool(vm, false);
}

/* BININT has a sign; the shorter ones have none. */
static ct_status op_int(pickle_vm *vm)
{
    uint64_t number;
    if (!take_number(vm, &number))
        return CT_ERROR_FORMAT;
    return vm_push(vm, record_new_int(vm->pool, vm->op->width == 4 ? (int32_t)number : (int64_t)number));
}

/* The text of a two's complement number, least byte first, of more than eight bytes: "-0x1f...". */
static record *big_int(pickle_vm *vm, const unsigned char *bytes, size_t size)
{
    char *hex = record_alloc(vm->pool, 2 * size + 4);
    if (!hex)
        return NULL;
    bool negative = bytes[size - 1] & 0x80;
    size_t length = (size_t)sprintf(hex, negative ? "-0x" : "0x");
    size_t prefix = length;
    /* The negative of a number is its complement and one: the complement of every byte above the lowest that is not
     * zero. */
    size_t low = 0;
    while (low < size - 1 && bytes[low] == 0)
        low++;
    for (size_t i = size; i-- > 0;) {
        unsigned byte = !negative ? bytes[i] : i > low ? 0xffu - bytes[i] : (0x100u - bytes[i]) & 0xff;
        if (byte || length > prefix)
            length += (size_t)sprintf(hex + length, length > prefix ? "%02x" : "%x", byte);
    }
    record *r = record_new(vm->pool, RECORD_BIG_INT);
    if (r) {
        r->text.chars = hex;
        r->text.size = length;
    }
    return r;
}

static ct_status op_long(pickle_vm *vm)
{
    size_t size;
    const unsigned char *p = take_counted(vm, &size);
    if (!p)
        return CT_ERROR_FORMAT;
    if (size == 0)
        return vm_push(vm, record_new_int(vm->pool, 0));
    unsigned char sign = p[size - 1] & 0x80 ? 0xff : 0;
    while (size > 1 && p[size - 1] == sign && (p[size - 2] & 0x80) == (sign & 0x80))
        size--; /* a byte that only repeats the sign */
    if (size > 8)
        return vm_push(vm, big_int(vm, p, size));
    unsigned char wide[8];
    memset(wide, sign, sizeof wide);
    memcpy(wide, p, size);
    return vm_push(vm, record_new_int(vm->pool, (int64_t)bytes_u64(wide)));
}

static ct_status op_binfloat(pickle_vm *vm)
{
    const unsigned char *p = vm_take(vm, 8);
    if (!p)
        return CT_ERROR_FORMAT;
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | p[i];
    record *r = record_new(vm->pool, RECORD_FLOAT);
    if (r)
        memcpy(&r->real, &bits, sizeof bits);
    return vm_push(vm, r);
}

static ct_status op_text(pickle_vm *vm)
{
    size_t size;
    const unsigned char *p = take_counted(vm, &size);
    if (!p)
        return CT_ERROR_FORMAT;
    if (vm->op->kind == RECORD_STRING && !utf8_valid(p, size))
        return pickle_fail(vm, "the string is not UTF-8");
    return vm_push(vm, record_new_text(vm->pool, vm->op->kind, p, size));
}

/* Python 2's str: a string where it can be one. */
static ct_status op_string(pickle_vm *vm)
{
    size_t size;
    const unsigned char *p = take_counted(vm, &size);
    if (!p)
        return CT_ERROR_FORMAT;
    return vm_push(vm, record_new_text(vm->pool, utf8_valid(p, size) ? RECORD_STRING : RECORD_BYTES, p, size));
}

/* ---- containers ---- */

static ct_status op_collect(pickle_vm *vm)
{
    size_t count;
    record **items;
    ct_status status = vm_pop_mark(vm, &items, &count);
    if (status != CT_OK)
        return status;
    return vm_push(vm, record_new_list(vm->pool, vm->op->kind, items, count));
}

static ct_status op_tuple(pickle_vm *vm)
{
    record *items[3];
    for (int i = vm->op->width; i-- > 0;)
        if (!(items[i] = vm_pop(vm)))
            return CT_ERROR_FORMAT;
    return vm_push(vm, record_new_list(vm->pool, RECORD_TUPLE, items, (size_t)vm->op->width));
}

/* The list, set or dict that items go into: the target itself, or the part of an object that collects them. */
static record *container_of(pickle_vm *vm, record *target, record_kind kind)
{
    if (target->kind == kind)
        return target;
    if (target->kind != RECORD_OBJECT || kind == RECORD_SET) {
        pickle_fail(vm, "items cannot be added to %s", record_kind_name(target));
        return NULL;
    }
    record **part = kind == RECORD_LIST ? &target->object->list : &target->object->dict;
    if (!*part)
        *part = record_new(vm->pool, kind);
    return *part;
}

static ct_status add_pairs(pickle_vm *vm, record *dict, record **items, size_t count)
{
    if (count % 2)
        return pickle_fail(vm, "a key without a value");
    ct_status status = CT_OK;
    for (size_t i = 0; i < count && status == CT_OK; i += 2)
        status = record_set(vm->pool, dict, items[i], items[i + 1]);
    return status;
}

static ct_status add_items(pickle_vm *vm, record **items, size_t count)
{
    record *target = vm_top(vm);
    if (target)
        target = container_of(vm, target, vm->op->kind);
    if (!target)
        return ct_error_code();
    if (vm->op->kind == RECORD_DICT)
        return add_pairs(vm, target, items, count);
    ct_status status = CT_OK;
    for (size_t i = 0; i < count && status == CT_OK; i++)
        status = record_append(vm->pool, target, items[i]);
    return status;
}

static ct_status op_add(pickle_vm *vm)
{
    record *items[2];
    for (int i = vm->op->width; i-- > 0;)
        if (!(items[i] = vm_pop(vm)))
            return CT_ERROR_FORMAT;
    return add_items(vm, items, (size_t)vm->op->width);
}

static ct_status op_add_marked(pickle_vm *vm)
{
    size_t count;
    record **items;
    ct_status status = vm_pop_mark(vm, &items, &count);
    return status == CT_OK ? add_items(vm, items, count) : status;
}

static ct_status op_dict(pickle_vm *vm)
{
    size_t count;
    record **items;
    ct_status status = vm_pop_mark(vm, &items, &count);
    if (status != CT_OK)
        return status;
    record *dict = record_new(vm->pool, RECORD_DICT);
    status = dict ? add_pairs(vm, dict, items, count) : ct_error_code();
    return status == CT_OK ? vm_push(vm, dict) : status;
}

/* ---- classes and calls ---- */

/* One line of GLOBAL's operand, without its end. */
static record *take_line(pickle_vm *vm)
{
    const unsigned char *start = vm->bytes + vm->at;
    const unsigned char *end = memchr(start, '\n', vm->size - vm->at);
    if (!end) {
        pickle_fail(vm, "a name runs past the end of the pickle");
        return NULL;
    }
    size_t size = (size_t)(end - start);
    vm_take(vm, size + 1);
    if (!utf8_valid(start, size)) {
        pickle_fail(vm, "a name is not UTF-8");
        return NULL;
    }
    return record_new_text(vm->pool, RECORD_STRING, start, size);
}

static ct_status push_global(pickle_vm *vm, const record *module, const record *name)
{
    if (module->kind != RECORD_STRING || name->kind != RECORD_STRING)
        return pickle_fail(vm, "a class needs two strings, not %s and %s", record_kind_name(module),
                           record_kind_name(name));
    if (pickle_spend(vm, module->text.size + name->text.size) != CT_OK)
        return CT_ERROR_FORMAT;
    /* A NUL inside would let "os.system" pass for another name wherever C compares it. */
    if (strlen(module->text.chars) != module->text.size || strlen(name->text.chars) != name->text.size)
        return pickle_fail(vm, "a class's name holds a NUL");
    return vm_push(vm, record_new_global(vm->pool, module, name));
}

static ct_status op_global(pickle_vm *vm)
{
    record *module = take_line(vm);
    record *name = module ? take_line(vm) : NULL;
    return name ? push_global(vm, module, name) : ct_error_code();
}

static ct_status op_stack_global(pickle_vm *vm)
{
    record *name = vm_pop(vm);
    record *module = name ? vm_pop(vm) : NULL;
    return module ? push_global(vm, module, name) : CT_ERROR_FORMAT;
}

/* Takes the arguments and what they are given to, from the top of the stack down. */
static ct_status pop_call(pickle_vm *vm, record **callable, record **args)
{
    if (!(*args = vm_pop(vm)) || !(*callable = vm_pop(vm)))
        return CT_ERROR_FORMAT;
    if ((*args)->kind != RECORD_TUPLE)
        return pickle_fail(vm, "arguments must be a tuple, not %s", record_kind_name(*args));
    if ((*callable)->kind != RECORD_GLOBAL && (*callable)->kind != RECORD_OBJECT)
        return pickle_fail(vm, "%s cannot be called", record_kind_name(*callable));
    return CT_OK;
}

/* Nothing is called: what is known to hold data becomes a record of its own kind, and all else an object. */
static ct_status op_reduce(pickle_vm *vm)
{
    record *callable, *args, *made = NULL;
    ct_status status = pop_call(vm, &callable, &args);
    if (status == CT_OK)
        status = vm->hooks->call(vm->hooks->user, vm, callable, args, &made);
    if (status == CT_OK && !made)
        status = pickle_call_builtin(vm, callable, args, &made);
    if (status != CT_OK)
        return status;
    return vm_push(vm, made ? made : record_new_object(vm->pool, callable, args, NULL));
}

static ct_status op_newobj(pickle_vm *vm)
{
    record *callable, *args, *kwargs = record_new(vm->pool, RECORD_DICT);
    ct_status status = kwargs ? pop_call(vm, &callable, &args) : ct_error_code();
    return status == CT_OK ? vm_push(vm, record_new_object(vm->pool, callable, args, kwargs)) : status;
}

static ct_status op_newobj_ex(pickle_vm *vm)
{
    record *callable, *args;
    record *kwargs = vm_pop(vm);
    if (!kwargs)
        return CT_ERROR_FORMAT;
    if (kwargs->kind != RECORD_DICT)
        return pickle_fail(vm, "keyword arguments must be a dict, not %s", record_kind_name(kwargs));
    ct_status status = pop_call(vm, &callable, &args);
    return status == CT_OK ? vm_push(vm, record_new_object(vm->pool, callable, args, kwargs)) : status;
}

static ct_status op_build(pickle_vm *vm)
{
    record *state = vm_pop(vm);
    record *target = state ? vm_top(vm) : NULL;
    if (!target)
        return CT_ERROR_FORMAT;
    if (target->kind != RECORD_OBJECT && target->kind != RECORD_DICT && target->kind != RECORD_TENSOR)
        return pickle_fail(vm, "%s has no state", record_kind_name(target));
    target->state = state;
    return pickle_build_array(vm, target, state);
}

static ct_status op_persistent(pickle_vm *vm)
{
    record *made = NULL;
    record *id = vm_pop(vm);
    if (!id)
        return CT_ERROR_FORMAT;
    ct_status status = vm->hooks->persistent(vm->hooks->user, vm, id, &made);
    return status == CT_OK ? vm_push(vm, made) : status;
}

/* ---- the table ---- */

const pickle_opcode pickle_opcodes[256] = {
    [0x80] = {"PROTO", op_proto, RECORD_NONE, 1},
    [0x95] = {"FRAME", op_frame, RECORD_NONE, 8},
    ['.'] = {"STOP", op_stop, RECORD_NONE, 0},

    ['('] = {"MARK", vm_mark, RECORD_NONE, 0},
    ['0'] = {"POP", op_pop, RECORD_NONE, 0},
    ['1'] = {"POP_MARK", op_pop_mark, RECORD_NONE, 0},
    ['2'] = {"DUP", op_dup, RECORD_NONE, 0},
    ['q'] = {"BINPUT", op_put, RECORD_NONE, 1},
    ['r'] = {"LONG_BINPUT", op_put, RECORD_NONE, 4},
    [0x94] = {"MEMOIZE", op_memoize, RECORD_NONE, 0},
    ['h'] = {"BINGET", op_get, RECORD_NONE, 1},
    ['j'] = {"LONG_BINGET", op_get, RECORD_NONE, 4},

    ['N'] = {"NONE", op_new, RECORD_NONE, 0},
    [0x88] = {"NEWTRUE", op_true, RECORD_BOOL, 0},
    [0x89] = {"NEWFALSE", op_false, RECORD_BOOL, 0},
    ['J'] = {"BININT", op_int, RECORD_INT, 4},
    ['K'] = {"BININT1", op_int, RECORD_INT, 1},
    ['M'] = {"BININT2", op_int, RECORD_INT, 2},
    [0x8a] = {"LONG1", op_long, RECORD_INT, 1},
    [0x8b] = {"LONG4", op_long, RECORD_INT, 4},
    ['G'] = {"BINFLOAT", op_binfloat, RECORD_FLOAT, 8},
    ['X'] = {"BINUNICODE", op_text, RECORD_STRING, 4},
    [0x8c] = {"SHORT_BINUNICODE", op_text, RECORD_STRING, 1},
    [0x8d] = {"BINUNICODE8", op_text, RECORD_STRING, 8},
    ['T'] = {"BINSTRING", op_string, RECORD_STRING, 4},
    ['U'] = {"SHORT_BINSTRING", op_string, RECORD_STRING, 1},
    ['B'] = {"BINBYTES", op_text, RECORD_BYTES, 4},
    ['C'] = {"SHORT_BINBYTES", op_text, RECORD_BYTES, 1},
    [0x8e] = {"BINBYTES8", op_text, RECORD_BYTES, 8},
    [0x96] = {"BYTEARRAY8", op_text, RECORD_BYTES, 8},

    [']'] = {"EMPTY_LIST", op_new, RECORD_LIST, 0},
    [')'] = {"EMPTY_TUPLE", op_new, RECORD_TUPLE, 0},
    ['}'] = {"EMPTY_DICT", op_new, RECORD_DICT, 0},
    [0x8f] = {"EMPTY_SET", op_new, RECORD_SET, 0},
    ['l'] = {"LIST", op_collect, RECORD_LIST, 0},
    ['t'] = {"TUPLE", op_collect, RECORD_TUPLE, 0},
    [0x91] = {"FROZENSET", op_collect, RECORD_SET, 0},
    ['d'] = {"DICT", op_dict, RECORD_DICT, 0},
    [0x85] = {"TUPLE1", op_tuple, RECORD_TUPLE, 1},
    [0x86] = {"TUPLE2", op_tuple, RECORD_TUPLE, 2},
    [0x87] = {"TUPLE3", op_tuple, RECORD_TUPLE, 3},
    ['a'] = {"APPEND", op_add, RECORD_LIST, 1},
    ['s'] = {"SETITEM", op_add, RECORD_DICT, 2},
    ['e'] = {"APPENDS", op_add_marked, RECORD_LIST, 0},
    ['u'] = {"SETITEMS", op_add_marked, RECORD_DICT, 0},
    [0x90] = {"ADDITEMS", op_add_marked, RECORD_SET, 0},

    ['c'] = {"GLOBAL", op_global, RECORD_GLOBAL, 0},
    [0x93] = {"STACK_GLOBAL", op_stack_global, RECORD_GLOBAL, 0},
    ['R'] = {"REDUCE", op_reduce, RECORD_OBJECT, 0},
    [0x81] = {"NEWOBJ", op_newobj, RECORD_OBJECT, 0},
    [0x92] = {"NEWOBJ_EX", op_newobj_ex, RECORD_OBJECT, 0},
    ['b'] = {"BUILD", op_build, RECORD_NONE, 0},
    ['Q'] = {"BINPERSID", op_persistent, RECORD_NONE, 0},

    /* Protocol 0 spells values in text, and 1 has INST and OBJ; then the extension registry, and buffers outside the
     * file. */
    ['I'] = {.name = "INT"},
    ['L'] = {.name = "LONG"},
    ['F'] = {.name = "FLOAT"},
    ['S'] = {.name = "STRING"},
    ['V'] = {.name = "UNICODE"},
    ['g'] = {.name = "GET"},
    ['p'] = {.name = "PUT"},
    ['P'] = {.name = "PERSID"},
    ['i'] = {.name = "INST"},
    ['o'] = {.name = "OBJ"},
    [0x82] = {.name = "EXT1"},
    [0x83] = {.name = "EXT2"},
    [0x84] = {.name = "EXT4"},
    [0x97] = {.name = "NEXT_BUFFER"},
    [0x98] = {.name = "READONLY_BUFFER"},
};
