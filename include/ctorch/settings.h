/* ctorch/settings.h: how libtorch computes: with how many threads, whether always the same way, what it does with the
 * tiniest numbers.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CTORCH_SETTINGS_H
#define CTORCH_SETTINGS_H

#include <ctorch/base.h>

CT_BEGIN_DECLS

/* The threads on which one operation is computed; -1 on failure. torch.get_num_threads. @since 0.1 */
CT_API int64_t ct_get_num_threads(void);

/* Sets that: for libtorch, and for OpenBLAS, which multiplies matrices in Debian's libtorch and would go on with
 * threads of its own on all cores. torch.set_num_threads. @since 0.1 */
CT_API ct_status ct_set_num_threads(int64_t num_threads);

/* The threads on which independent operations run at once, as TorchScript's fork has them; -1 on failure.
 * torch.get_num_interop_threads. @since 0.1 */
CT_API int64_t ct_get_num_interop_threads(void);

/* Sets that: once, and before any such operation has run. torch.set_num_interop_threads. @since 0.1 */
CT_API ct_status ct_set_num_interop_threads(int64_t num_threads);

typedef struct ct_deterministic_options {
    bool warn_only; /* warns of operations that have no such way, which are errors otherwise */
} ct_deterministic_options;

/* Whether operations give the same bits in every run, at the cost of time. On CUDA the environment must say
 * CUBLAS_WORKSPACE_CONFIG=:4096:8, too. For the whole program. torch.use_deterministic_algorithms. @since 0.1 */
CT_API ct_status ct_use_deterministic_algorithms_with(bool mode, const ct_deterministic_options *options);
CT_API ct_deterministic_options ct_deterministic_options_default(void);
#define CT_DETERMINISTIC_DEFAULTS .warn_only = false
#define ct_use_deterministic_algorithms(...) CT_USE_DETERMINISTIC_ALGORITHMS_(__VA_ARGS__, )
#define CT_USE_DETERMINISTIC_ALGORITHMS_(mode, ...)                                                                    \
    CT_KEYWORDS_(ct_use_deterministic_algorithms_with(                                                                 \
        mode, &(ct_deterministic_options){CT_DETERMINISTIC_DEFAULTS, __VA_ARGS__}))

/* Whether that is so now; false on failure. torch.are_deterministic_algorithms_enabled. @since 0.1 */
CT_API bool ct_are_deterministic_algorithms_enabled(void);

/* Whether the calling thread takes numbers below the smallest normal one (ct_finfo) for 0, which is faster. An error
 * where the processor cannot. torch.set_flush_denormal. @since 0.1 */
CT_API ct_status ct_set_flush_denormal(bool mode);

CT_END_DECLS

#endif
