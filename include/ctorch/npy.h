/* ctorch/npy.h: NumPy's files.
 *
 *     np.save("x.npy", x)                                   in Python, and in C:
 *     ct_tensor *x = ct_npy_load("x.npy");
 *
 * Nothing from a file is ever run: arrays of Python objects are an error, as are texts, dates and records.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_NPY_H
#define CTORCH_NPY_H

#include <ctorch/dict.h>

CT_BEGIN_DECLS

/* The array of a .npy file, on the CPU; one that lies column by column gives a tensor with such strides. A file that is
 * damaged or is something else is an error that says what and where. torch.from_numpy(np.load(path)). @since 0.1 */
CT_API ct_tensor *ct_npy_load(const char *path);

/* Writes a tensor, from any device, row by row. The file appears whole, or not at all: one that was there before stays
 * until then. bfloat16 and what else NumPy has no type for are an error. np.save(path, x.numpy()). @since 0.1 */
CT_API ct_status ct_npy_save(const char *path, const ct_tensor *x);

/* The arrays of an .npz file by name, in the file's order. What np.savez_compressed wrote is not read.
 * dict(np.load(path)). @since 0.1 */
CT_API ct_dict *ct_npz_load(const char *path);

/* Writes tensors by name, in the dict's order, as ct_npy_save does. np.savez(path, **dict). @since 0.1 */
CT_API ct_status ct_npz_save(const char *path, const ct_dict *dict);

CT_END_DECLS

#endif
