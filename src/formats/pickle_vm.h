/* formats/pickle_vm.h: the pickle machine: a stack, marks on it, and a memo. Shared by pickle.c, which drives it, and
 * pickle_opcodes.c, which has what each opcode does.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PICKLE_VM_H
#define CTORCH_FORMATS_PICKLE_VM_H

#include "formats/pickle.h"

typedef struct pickle_opcode {
    const char *name;                /* as in Python's pickletools; NULL for none */
    ct_status (*run)(pickle_vm *vm); /* NULL for an opcode that torch.save never writes */
    record_kind kind;                /* of what it makes */
    int width;                       /* of its operand in bytes, or how many values it takes */
} pickle_opcode;

extern const pickle_opcode pickle_opcodes[256];

struct pickle_vm {
    const unsigned char *bytes;
    size_t size;
    const char *name;
    record_pool *pool;
    const pickle_hooks *hooks;

    const pickle_opcode *op; /* the one that is being carried out */
    size_t op_at;
    size_t at;    /* the next byte to be read */
    size_t steps; /* what was spent, see pickle_spend */

    record **stack;
    size_t depth, stack_room;
    size_t *marks; /* the stack's depth at each MARK that is open */
    size_t mark_count, mark_room;
    record **memo;
    size_t memo_room, memo_count;
};

/* The next bytes of the pickle; NULL when there are not so many. */
const unsigned char *vm_take(pickle_vm *vm, size_t size);

/* Pushes; NULL passes on the failure of what made it. */
ct_status vm_push(pickle_vm *vm, record *r);

/* The uppermost value, taken or left; NULL when there is none above the last mark. */
record *vm_pop(pickle_vm *vm);
record *vm_top(pickle_vm *vm);

ct_status vm_mark(pickle_vm *vm);

/* Takes what lies above the last mark, and the mark. The items are valid until the next push. */
ct_status vm_pop_mark(pickle_vm *vm, record ***items, size_t *count);

ct_status vm_memo_put(pickle_vm *vm, size_t index);
ct_status vm_memo_get(pickle_vm *vm, size_t index);

/* What a class or function of Python's own makes that holds nothing but data; leaves *out as it is for any other. */
ct_status pickle_call_builtin(pickle_vm *vm, const record *callable, const record *args, record **out);

/* The same of NumPy's functions; and its arrays, which get their elements as a state: such a target becomes a tensor,
 * and any other stays as it is. */
ct_status pickle_call_numpy(pickle_vm *vm, const record *callable, const record *args, record **out);
ct_status pickle_build_array(pickle_vm *vm, record *target, const record *state);

#endif
