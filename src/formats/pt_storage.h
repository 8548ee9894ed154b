/* formats/pt_storage.h: the persistent ids by which torch.save's pickles name the storages beside them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PT_STORAGE_H
#define CTORCH_FORMATS_PT_STORAGE_H

#include "formats/pickle.h"

/* What an id claims: ('storage', torch.FloatStorage, key, location, numel), and in the legacy stream one part more,
 * None or (view_key, offset, size) for a part of that storage that is named by a key of its own. */
typedef struct pt_storage_claim {
    record_storage storage;        /* dtype, key, location, and the size that it must have at least */
    const char *view_key;          /* NULL when the whole storage is meant */
    size_t view_offset, view_size; /* in bytes, within the storage */
} pt_storage_claim;

ct_status pt_storage_read_id(pickle_vm *vm, const record *id, pt_storage_claim *claim);

/* The class of storages for an element type, "FloatStorage"; NULL where there is none. */
const char *pt_storage_class(ct_dtype dtype);

#endif
