/* formats/pt_tensor.h: how torch.save's pickles speak of tensors: persistent ids that stand for storages, and
 * calls of torch._utils._rebuild_... that lay tensors over them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PT_TENSOR_H
#define CTORCH_FORMATS_PT_TENSOR_H

#include "formats/pickle.h"

/* pickle_hooks.call: makes tensors, parameters and torch.Size; `user` is not used. A tensor that ctorch has no
 * element type for, a quantized or a sparse one stays an object. */
ct_status pt_tensor_call(void *user, pickle_vm *vm, const record *callable, const record *args, record **out);

/* Reads a storage's persistent id, ('storage', torch.FloatStorage, key, location, numel), into the first three
 * fields of *storage, and the size that the storage must have at least into storage->size. */
ct_status pt_storage_id(pickle_vm *vm, const record *id, record_storage *storage);

#endif
