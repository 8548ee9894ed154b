/* checkpoint/save.h: a value on its way into a file of torch.save.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_CHECKPOINT_SAVE_H
#define CTORCH_CHECKPOINT_SAVE_H

#include "formats/pt_writer.h"

#include <ctorch/value.h>

/* Where a value stands, for messages: below `up`, by its name or else its index. NULL is the root. */
typedef struct save_place {
    const struct save_place *up;
    const char *name;
    size_t index;
} save_place;

typedef struct save_state {
    const char *path;
    pt_writer *out;
    ct_tensor **storages; /* by their numbers, as tensors of bytes; the scope's */
    size_t room;
    ct_tensor *on_cpu; /* the storage that is being written */
    size_t depth;
} save_state;

/* What stands for a tensor in a pickle_identity, whose other kinds are those of values. */
enum { SAVE_TENSOR = 1000 };

/* Fails with the place in front: "m.pt: optimizer.state[0] is not UTF-8". */
ct_status save_fail(const save_state *s, const save_place *at, ct_status code, const char *what);

/* Whether a value is None, under whatever kind. */
bool save_is_none(const ct_value *value);

/* Writes a value of any kind. Failures are the scope's. */
void save_value(save_state *s, const ct_value *value, const save_place *at);

/* Writes a tensor from any device and in any layout. */
void save_tensor(save_state *s, const ct_tensor *x, const save_place *at);

/* The bytes of a storage: pt_storage_bytes, of a save_state. */
ct_status save_storage_bytes(void *state, size_t number, const void **bytes);

#endif
