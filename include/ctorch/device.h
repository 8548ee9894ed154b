/* ctorch/device.h: where tensors can live. A device is a text: "cpu", "cuda", "cuda:1"; without a number it is the
 * current one of its kind.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_DEVICE_H
#define CTORCH_DEVICE_H

#include <ctorch/base.h>

CT_BEGIN_DECLS

/* Whether tensors can be made on a device. Where they cannot, *reason says why in one line, and is "" otherwise; NULL:
 * not wanted. It is valid until the innermost scope ends, or outside any scope until the next text is made. A text that
 * names no device is an error; false on failure. torch.cuda.is_available. @since 0.1 */
CT_API bool ct_device_is_available(const char *device, const char **reason);

/* The devices of a kind, "cuda", that this process sees; -1 on failure. torch.cuda.device_count. @since 0.1 */
CT_API int64_t ct_device_count(const char *type);

/* What a CUDA device calls itself, "NVIDIA H100 80GB HBM3"; "cpu" for the CPU; "" on failure. Valid as
 * ct_device_is_available's reason. torch.cuda.get_device_name. @since 0.1 */
CT_API const char *ct_device_name(const char *device);

/* Waits until all that was begun on a device is done: operations on a GPU return before that. On the CPU it does
 * nothing. torch.cuda.synchronize. @since 0.1 */
CT_API ct_status ct_device_synchronize(const char *device);

/* The calling thread's current device of a kind: the number that "cuda" stands for; -1 on failure.
 * torch.cuda.current_device. @since 0.1 */
CT_API int64_t ct_device_current(const char *type);

/* Makes "cuda:1" the calling thread's current device of its kind. torch.cuda.set_device. @since 0.1 */
CT_API ct_status ct_device_set_current(const char *device);

/* ---- Memory on devices: libtorch keeps what tensors have freed, to give it to the next ones. With devices other than
 * the CPU these need libtorch 2.14; the CPU has no such store ---- */

/* The bytes that tensors on a device take; -1 on failure. torch.cuda.memory_allocated. @since 0.1 */
CT_API int64_t ct_device_memory_allocated(const char *device);

/* The same with the bytes that are kept for the next tensors; -1 on failure. torch.cuda.memory_reserved. @since 0.1 */
CT_API int64_t ct_device_memory_reserved(const char *device);

/* Gives what is kept on all devices of a kind, "cuda", back to other programs. torch.cuda.empty_cache. @since 0.1 */
CT_API ct_status ct_device_empty_cache(const char *type);

CT_END_DECLS

#endif
