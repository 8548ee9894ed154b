/* ctorch/dlpack.h: tensors from and for other libraries, NumPy, JAX, CuPy, TVM and so on, without a copy.
 *
 *     struct DLManagedTensorVersioned *managed = ct_tensor_to_dlpack_versioned(x);     x's memory for another library,
 *     managed->deleter(managed);                                                       which ends by doing this
 *
 *     ct_tensor *y = ct_tensor_from_dlpack_versioned(theirs);                          and the other way round
 *
 * The structures are DLPack's own, whose binary form is fixed. A program that also includes a <dlpack/dlpack.h> newer
 * than 1.1 includes that one first.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_DLPACK_H
#define CTORCH_DLPACK_H

#include <ctorch/tensor.h>

CT_BEGIN_DECLS

/* ---- DLPack's structures, as in its own header, of which this stands in the place ---- */

#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_

#ifdef __cplusplus
typedef enum : int32_t {
#else
typedef enum {
#endif
    kDLCPU = 1,
    kDLCUDA = 2,
    kDLCUDAHost = 3, /* memory of the host that cudaMallocHost made */
    kDLOpenCL = 4,
    kDLVulkan = 7,
    kDLMetal = 8,
    kDLVPI = 9,
    kDLROCM = 10,
    kDLROCMHost = 11,
    kDLExtDev = 12,
    kDLCUDAManaged = 13,
    kDLOneAPI = 14,
    kDLWebGPU = 15,
    kDLHexagon = 16,
    kDLMAIA = 17
} DLDeviceType;

typedef struct {
    DLDeviceType device_type;
    int32_t device_id;
} DLDevice;

typedef enum {
    kDLInt = 0U,
    kDLUInt = 1U,
    kDLFloat = 2U,
    kDLOpaqueHandle = 3U,
    kDLBfloat = 4U,
    kDLComplex = 5U,
    kDLBool = 6U,
    kDLFloat8_e3m4 = 7U,
    kDLFloat8_e4m3 = 8U,
    kDLFloat8_e4m3b11fnuz = 9U,
    kDLFloat8_e4m3fn = 10U,
    kDLFloat8_e4m3fnuz = 11U,
    kDLFloat8_e5m2 = 12U,
    kDLFloat8_e5m2fnuz = 13U,
    kDLFloat8_e8m0fnu = 14U,
    kDLFloat6_e2m3fn = 15U,
    kDLFloat6_e3m2fn = 16U,
    kDLFloat4_e2m1fn = 17U
} DLDataTypeCode;

typedef struct {
    uint8_t code; /* a DLDataTypeCode */
    uint8_t bits;
    uint16_t lanes; /* 1; more in a vector type */
} DLDataType;

typedef struct {
    void *data; /* on the device */
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;
    int64_t *strides;     /* in elements; NULL, which only older producers write: row by row */
    uint64_t byte_offset; /* of the first element in data */
} DLTensor;

/* The older form, until DLPack 0.8: Python's capsules of the name "dltensor". */
typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;                              /* the producer's */
    void (*deleter)(struct DLManagedTensor *self); /* NULL where nothing is to be done */
} DLManagedTensor;
#endif

#ifndef DLPACK_MAJOR_VERSION
#define DLPACK_MAJOR_VERSION 1
#define DLPACK_MINOR_VERSION 1

#define DLPACK_FLAG_BITMASK_READ_ONLY (1UL << 0UL)
#define DLPACK_FLAG_BITMASK_IS_COPIED (1UL << 1UL)
#define DLPACK_FLAG_BITMASK_IS_SUBBYTE_TYPE_PADDED (1UL << 2UL)

typedef struct {
    uint32_t major;
    uint32_t minor;
} DLPackVersion;

/* The form since DLPack 1.0: capsules of the name "dltensor_versioned". */
typedef struct DLManagedTensorVersioned {
    DLPackVersion version;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensorVersioned *self);
    uint64_t flags; /* DLPACK_FLAG_BITMASK_... */
    DLTensor dl_tensor;
} DLManagedTensorVersioned;
#endif

/* ---- Tensors for others: the memory lives until deleter is called, which is legal once and on any thread. A tensor
 * that requires gradients is an error, since they would be lost: ct_detach first. On a GPU, synchronize before another
 * stream reads ---- */

/* The tensor's memory in the older form. torch.utils.dlpack.to_dlpack. @since 0.1 */
CT_API struct DLManagedTensor *ct_tensor_to_dlpack(const ct_tensor *self);

typedef struct ct_to_dlpack_options {
    bool copy;      /* a copy of its own for the consumer, which is told so: DLPACK_FLAG_BITMASK_IS_COPIED */
    bool read_only; /* asks the consumer not to write: DLPACK_FLAG_BITMASK_READ_ONLY */
} ct_to_dlpack_options;
CT_API ct_to_dlpack_options ct_to_dlpack_options_default(void);
#define CT_TO_DLPACK_DEFAULTS .copy = false, .read_only = false

/* The same in the form since 1.0: `ct_tensor_to_dlpack_versioned(x, .read_only = true)`.
 * Tensor.__dlpack__(max_version=(1, 0)). @since 0.1 */
CT_API struct DLManagedTensorVersioned *ct_tensor_to_dlpack_versioned_with(const ct_tensor *self,
                                                                           const ct_to_dlpack_options *options);
#define ct_tensor_to_dlpack_versioned(...) CT_TO_DLPACK_(__VA_ARGS__, )
#define CT_TO_DLPACK_(self, ...)                                                                                       \
    CT_KEYWORDS_(ct_tensor_to_dlpack_versioned_with(self, &(ct_to_dlpack_options){CT_TO_DLPACK_DEFAULTS, __VA_ARGS__}))

/* ---- Tensors of others: managed is taken over; its deleter runs once, when the last tensor on the memory goes, or at
 * once if the call fails ---- */

/* A tensor over another library's memory. torch.from_dlpack. @since 0.1 */
CT_API ct_tensor *ct_tensor_from_dlpack(struct DLManagedTensor *managed);

/* The same in the form since 1.0. What is read-only is copied, since every tensor may be written to. torch.from_dlpack.
 * @since 0.1 */
CT_API ct_tensor *ct_tensor_from_dlpack_versioned(struct DLManagedTensorVersioned *managed);

CT_END_DECLS

#endif
