/* formats/pickle.h: Python's pickles as records. The opcodes that hold data are carried out; those that would call
 * something only note what would have been called. Protocols 2 to 5: torch.save writes 2.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PICKLE_H
#define CTORCH_FORMATS_PICKLE_H

#include "formats/record.h"

typedef struct pickle_vm pickle_vm;

/* What the reader of a format built on pickle adds. Both put their result into *out; on failure they return
 * pickle_fail's code. The records go into pickle_pool(vm). */
typedef struct pickle_hooks {
    /* The value that a persistent id stands for. */
    ct_status (*persistent)(void *user, pickle_vm *vm, const record *id, record **out);
    /* What callable(*args) makes. Leaves *out as it is for a callable it does not know: that becomes an object. */
    ct_status (*call)(void *user, pickle_vm *vm, const record *callable, const record *args, record **out);
    void *user;
} pickle_hooks;

/* What a pool may grant before anything is read from it. Each byte of a pickle that is read raises its limit, by more
 * than the densest honest pickle needs. */
enum { PICKLE_MEMORY_LEAST = 1 << 20 };

/* Reads one pickle into *out, and its length into *used: more may follow. `name` says in messages where the bytes
 * are from. */
ct_status pickle_read(record **out, size_t *used, const unsigned char *bytes, size_t size, const char *name,
                      record_pool *pool, const pickle_hooks *hooks);

record_pool *pickle_pool(const pickle_vm *vm);

/* To be called before anything whose work depends on the size of a value, `steps`: the memo lets a few bytes name a
 * large one again and again. Fails when that is more than the bytes read so far can need. */
ct_status pickle_spend(pickle_vm *vm, size_t steps);

/* Fails with what is wrong at the opcode that is being carried out: the first adds that the file is damaged,
 * CT_ERROR_FORMAT; the other is for files that are good but not for us, and says itself what to do. */
ct_status pickle_fail(const pickle_vm *vm, const char *format, ...) __attribute__((format(printf, 2, 3)));
ct_status pickle_refuse(const pickle_vm *vm, ct_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
