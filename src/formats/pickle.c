/* formats/pickle.c: see pickle.h and pickle_vm.h.
 *
 * Work and memory are bounded by what has been read of the pickle, since other things may follow it in the file: an
 * opcode takes at least a byte and pushes at most one value, a memo index must be smaller than the bytes before it, and
 * what is made comes from a pool with a limit that grows with them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "formats/pickle.h"

#include "core/error.h"
#include "formats/pickle_vm.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_PER_BYTE = 128, STEPS_PER_BYTE = 64, STEPS_LEAST = 1 << 20 };

record_pool *pickle_pool(const pickle_vm *vm)
{
    return vm->pool;
}

/* ---- failing ---- */

static ct_status fail(const pickle_vm *vm, ct_status code, const char *format, va_list arguments, const char *advice)
{
    char what[256];
    vsnprintf(what, sizeof what, format, arguments);
    return core_fail(code, "%s, byte %zu (%s): %s%s", vm->name, vm->op_at,
                     vm->op && vm->op->name ? vm->op->name : "opcode", what, advice);
}

ct_status pickle_fail(const pickle_vm *vm, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ct_status status = fail(vm, CT_ERROR_FORMAT, format, arguments, "; the file is damaged: copy or save it again");
    va_end(arguments);
    return status;
}

ct_status pickle_refuse(const pickle_vm *vm, ct_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ct_status status = fail(vm, code, format, arguments, "");
    va_end(arguments);
    return status;
}

/* ---- the machine ---- */

ct_status pickle_spend(pickle_vm *vm, size_t steps)
{
    if (steps <= STEPS_LEAST + vm->at * STEPS_PER_BYTE - vm->steps) {
        vm->steps += steps;
        return CT_OK;
    }
    return pickle_fail(vm, "large values are named more often than a pickle of its size can need");
}

const unsigned char *vm_take(pickle_vm *vm, size_t size)
{
    if (size > vm->size - vm->at) {
        pickle_fail(vm, "%zu bytes are needed, and the pickle ends after %zu", size, vm->size - vm->at);
        return NULL;
    }
    const unsigned char *bytes = vm->bytes + vm->at;
    vm->at += size;
    record_pool_grant(vm->pool, size < SIZE_MAX / MEMORY_PER_BYTE ? MEMORY_PER_BYTE * size : SIZE_MAX);
    return bytes;
}

/* Room for `count` elements and one more: the array, perhaps moved; NULL when memory is out, with the array as it
 * was. */
static void *grown(const pickle_vm *vm, void *array, size_t element, size_t count, size_t *room)
{
    if (count < *room)
        return array;
    size_t more = 2 * count + 64;
    void *moved = realloc(array, more * element);
    if (!moved) {
        pickle_refuse(vm, CT_ERROR_MEMORY, "no memory for %zu values", more);
        return NULL;
    }
    memset((char *)moved + *room * element, 0, (more - *room) * element);
    *room = more;
    return moved;
}

ct_status vm_push(pickle_vm *vm, record *r)
{
    if (!r)
        return ct_error_code();
    record **stack = grown(vm, vm->stack, sizeof *stack, vm->depth, &vm->stack_room);
    if (!stack)
        return CT_ERROR_MEMORY;
    vm->stack = stack;
    stack[vm->depth++] = r;
    return CT_OK;
}

record *vm_top(pickle_vm *vm)
{
    size_t floor = vm->mark_count ? vm->marks[vm->mark_count - 1] : 0;
    if (vm->depth > floor)
        return vm->stack[vm->depth - 1];
    pickle_fail(vm, "a value is needed, and the stack is empty");
    return NULL;
}

record *vm_pop(pickle_vm *vm)
{
    record *top = vm_top(vm);
    if (top)
        vm->depth--;
    return top;
}

ct_status vm_mark(pickle_vm *vm)
{
    size_t *marks = grown(vm, vm->marks, sizeof *marks, vm->mark_count, &vm->mark_room);
    if (!marks)
        return CT_ERROR_MEMORY;
    vm->marks = marks;
    marks[vm->mark_count++] = vm->depth;
    return CT_OK;
}

ct_status vm_pop_mark(pickle_vm *vm, record ***items, size_t *count)
{
    if (vm->mark_count == 0)
        return pickle_fail(vm, "a mark is needed, and there is none on the stack");
    size_t floor = vm->marks[--vm->mark_count];
    *items = vm->stack ? vm->stack + floor : NULL;
    *count = vm->depth - floor;
    vm->depth = floor;
    return CT_OK;
}

ct_status vm_memo_put(pickle_vm *vm, size_t index)
{
    record *top = vm_top(vm);
    if (!top)
        return CT_ERROR_FORMAT;
    /* Python counts them from 0: an index beyond the bytes is one beyond all the values that they can hold. */
    if (index >= vm->at)
        return pickle_fail(vm, "the memo's index %zu is too large", index);
    record **memo = grown(vm, vm->memo, sizeof *memo, index, &vm->memo_room);
    if (!memo)
        return CT_ERROR_MEMORY;
    vm->memo = memo;
    vm->memo_count += memo[index] == NULL;
    memo[index] = top;
    return CT_OK;
}

ct_status vm_memo_get(pickle_vm *vm, size_t index)
{
    if (index >= vm->memo_room || !vm->memo[index])
        return pickle_fail(vm, "the memo has no value %zu", index);
    return vm_push(vm, vm->memo[index]);
}

static ct_status run(pickle_vm *vm, record **out)
{
    for (;;) {
        vm->op_at = vm->at;
        vm->op = NULL;
        const unsigned char *code = vm_take(vm, 1);
        if (!code)
            return CT_ERROR_FORMAT;
        vm->op = &pickle_opcodes[*code];
        if (!vm->op->name)
            return pickle_fail(vm, "0x%02x is no opcode of pickle", *code);
        if (!vm->op->run)
            return pickle_refuse(
                vm, CT_ERROR_FORMAT,
                "this opcode is of protocol 0 or 1, or asks for what is not in the file; save again with "
                "torch.save's default pickle_protocol");
        ct_status status = vm->op->run(vm);
        if (status != CT_OK)
            return status;
        if (*code == '.')
            break;
    }
    if (vm->depth != 1 || vm->mark_count)
        return pickle_fail(vm, "%zu values are left, not one", vm->depth);
    *out = vm->stack[0];
    return CT_OK;
}

ct_status pickle_read(record **out, size_t *used, const unsigned char *bytes, size_t size, const char *name,
                      record_pool *pool, const pickle_hooks *hooks)
{
    pickle_vm vm = {.bytes = bytes, .size = size, .name = name, .pool = pool, .hooks = hooks};
    record *root = NULL;
    ct_status status = run(&vm, &root);
    if (status == CT_OK)
        status = record_check_depth(root, name);
    free(vm.stack);
    free(vm.marks);
    free(vm.memo);
    if (status != CT_OK)
        return status;
    *out = root;
    *used = vm.at;
    return CT_OK;
}
