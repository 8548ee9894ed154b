/* formats/pt_tensor.h: how torch.save's pickles speak of tensors: calls of torch._utils._rebuild_... that lay them over
 * storages.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_FORMATS_PT_TENSOR_H
#define CTORCH_FORMATS_PT_TENSOR_H

#include "formats/pickle.h"

/* pickle_hooks.call: makes tensors and parameters, torch.Size as a tuple and torch.strided as a global; `user` is not
 * used. A sparse, nested or meta tensor stays an object, whose arguments have been checked, and a tensor of a type that
 * ctorch does not have stays one, too. */
ct_status pt_tensor_call(void *user, pickle_vm *vm, const record *callable, const record *args, record **out);

/* ---- for pt_rebuild.c ---- */

enum { PT_DIMS_MAX = 64 }; /* libtorch's own limit in its iterators */

/* What a function of torch._utils makes from its arguments. Leaves *out as it is where an object says it best. */
typedef ct_status (*pt_rebuild)(pickle_vm *vm, const record *args, record **out);

/* A tensor from the arguments that all kinds begin with: storage, offset, size, stride. */
ct_status pt_tensor_make(pickle_vm *vm, const record *args, ct_dtype dtype, record_tensor **tensor, record **out);

/* torch.float32 as ctorch's constant; CT_DTYPE_NONE for anything else. */
ct_dtype pt_dtype(const record *r);

/* The tensors that are not plain memory, and the functions around tensors. */
ct_status pt_rebuild_qtensor(pickle_vm *vm, const record *args, record **out);
ct_status pt_rebuild_sparse(pickle_vm *vm, const record *args, record **out);
ct_status pt_rebuild_nested(pickle_vm *vm, const record *args, record **out);
ct_status pt_rebuild_on_device(pickle_vm *vm, const record *args, record **out);
ct_status pt_rebuild_typed(pickle_vm *vm, const record *args, record **out);
ct_status pt_rebuild_layout(pickle_vm *vm, const record *args, record **out);

#endif
